-- What the response policy decided about, the cases that came of it, and their history.
CREATE TABLE item (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    resource TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    environment TEXT NOT NULL,
    owner TEXT NOT NULL,
    action TEXT NOT NULL,
    "row" TEXT NOT NULL,
    standing TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    since TEXT NOT NULL,
    "case" TEXT NOT NULL,
    opened TEXT,
    due TEXT,
    told TEXT,
    mark TEXT NOT NULL,
    worsened TEXT,
    relapses INTEGER NOT NULL,
    PRIMARY KEY (account, region, resource, kind)
);

CREATE INDEX item_case ON item ("case", standing, account);

CREATE TABLE work (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    environment TEXT NOT NULL,
    severity TEXT NOT NULL,
    urgent INTEGER NOT NULL,
    state TEXT NOT NULL,
    opened TEXT NOT NULL,
    due TEXT NOT NULL,
    clock TEXT NOT NULL,
    since TEXT NOT NULL,
    "row" TEXT NOT NULL,
    why TEXT NOT NULL,
    audience TEXT NOT NULL,
    focus TEXT NOT NULL,
    assignee TEXT NOT NULL,
    acknowledged TEXT,
    closed TEXT,
    extended TEXT,
    reminded TEXT NOT NULL,
    level INTEGER NOT NULL,
    relapses INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX work_state ON work (state, due);

CREATE TABLE work_event (
    id BIGSERIAL PRIMARY KEY,
    "case" TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    facts TEXT NOT NULL
);

CREATE INDEX work_event_case ON work_event ("case");

CREATE INDEX work_event_at ON work_event (at);

CREATE TABLE mark (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);
