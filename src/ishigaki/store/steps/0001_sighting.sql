-- Since when each finding is known, and since when it is as it is.
CREATE TABLE sighting (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    control TEXT NOT NULL,
    resource TEXT NOT NULL,
    status TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    since TEXT NOT NULL,
    first_failed TEXT,
    last_scan TEXT NOT NULL,
    PRIMARY KEY (account, region, control, resource)
);
