-- What AWS's watchers told, what Security Hub's controls did, and what could not be read.
CREATE TABLE intake_event (
    source TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    resource TEXT NOT NULL,
    first_at TEXT NOT NULL,
    at TEXT NOT NULL,
    open BOOLEAN NOT NULL,
    rank TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (source, account, region, id)
);
CREATE INDEX intake_event_open ON intake_event (open, source, region);
CREATE TABLE intake_hub (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    at TEXT NOT NULL,
    entered_at TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX intake_hub_entered ON intake_hub (entered_at);
CREATE TABLE set_aside (
    id TEXT NOT NULL PRIMARY KEY,
    received_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    body TEXT NOT NULL,
    cut BOOLEAN NOT NULL
);
