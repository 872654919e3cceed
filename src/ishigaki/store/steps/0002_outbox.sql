-- Who may act for a while; what is to be told, where; and when a destination was last proved.
CREATE TABLE lease (
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE outbox (
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    destination TEXT NOT NULL,
    kind TEXT NOT NULL,
    thread TEXT NOT NULL,
    not_before TEXT NOT NULL,
    urgent BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    claimed_by TEXT NOT NULL,
    claimed_until TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    reference TEXT,
    error TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX outbox_due ON outbox (state, not_before);

CREATE INDEX outbox_told ON outbox (destination, thread, sent_at);

CREATE TABLE proof (
    destination TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (destination, kind)
);
