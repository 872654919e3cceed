-- What was written back to Security Hub's findings last, and what they were before.
CREATE TABLE hub_write (
    product TEXT NOT NULL,
    id TEXT NOT NULL,
    asked TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    control TEXT NOT NULL,
    resource TEXT NOT NULL,
    before TEXT NOT NULL,
    workflow TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (product, id)
);
