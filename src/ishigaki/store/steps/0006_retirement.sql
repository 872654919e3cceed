-- What became of users who are retired, in its order.
CREATE TABLE retirement_event (
    id BIGSERIAL PRIMARY KEY,
    account TEXT NOT NULL,
    "user" TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    why TEXT NOT NULL,
    facts TEXT NOT NULL
);

CREATE INDEX retirement_event_user ON retirement_event (account, "user");
