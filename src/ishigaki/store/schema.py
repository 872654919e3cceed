"""The tables as they are at the newest version. How a store comes to have them is told by the steps beside.

A change of a table is two: the definition here, and a new numbered file in `steps/` (see `migrations.py`). The tests
compare what the two make. Text has no length, for SQLite would not mind it and PostgreSQL would refuse.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa


class Moment(sa.TypeDecorator[datetime]):
    """A time with its zone, kept as text in UTC of one width: readable, and in order, on every database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


METADATA = sa.MetaData()

VERSION = sa.Table("schema_version", METADATA, sa.Column("number", sa.Integer, nullable=False))

# One row per finding identity that was ever seen, the account-level "there is no such resource" apart.
SIGHTINGS = sa.Table(
    "sighting",
    METADATA,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("region", sa.Text, primary_key=True),
    sa.Column("control", sa.Text, primary_key=True),
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("first_seen", sa.Text, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("first_failed", sa.Text),
    sa.Column("last_scan", sa.Text, nullable=False),
)

# Who may act until when, one row per name.
LEASES = sa.Table(
    "lease",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", Moment, nullable=False),
)

# One row per notice and destination, kept for good: by it the same thing is never told twice. The id is made of
# both, so it is as unique as they are.
OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("not_before", Moment, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claimed_by", sa.Text, nullable=False),
    sa.Column("claimed_until", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("reference", sa.Text),
    sa.Column("error", sa.Text, nullable=False),
    sa.Index("outbox_due", "state", "not_before"),
    sa.Index("outbox_told", "destination", "thread", "sent_at"),
)

# When a message last arrived at a destination, by what proved it.
PROOFS = sa.Table(
    "proof",
    METADATA,
    sa.Column("destination", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

# Everything that the response policy ever decided about: core.case.Item.
ITEMS = sa.Table(
    "item",
    METADATA,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("region", sa.Text, primary_key=True),
    sa.Column("resource", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("resource_type", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("environment", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("row", sa.Text, nullable=False),
    sa.Column("standing", sa.Text, nullable=False),
    sa.Column("first_seen", Moment, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("opened", Moment),
    sa.Column("due", Moment),
    sa.Column("told", Moment),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("worsened", Moment),
    sa.Column("relapses", sa.Integer, nullable=False),
    sa.Index("item_case", "case", "standing", "account"),
)

# core.case.Case; `why` and `audience` are JSON.
CASES = sa.Table(
    "work",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("environment", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("urgent", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("opened", Moment, nullable=False),
    sa.Column("due", Moment, nullable=False),
    sa.Column("clock", Moment, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("row", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("focus", sa.Text, nullable=False),
    sa.Column("assignee", sa.Text, nullable=False),
    sa.Column("acknowledged", Moment),
    sa.Column("closed", Moment),
    sa.Column("extended", Moment),
    sa.Column("reminded", sa.Text, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("relapses", sa.Integer, nullable=False),
    sa.Index("work_state", "state", "due"),
)

# A case's history, in its order; `facts` are JSON.
EVENTS = sa.Table(
    "work_event",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Index("work_event_case", "case"),
    sa.Index("work_event_at", "at"),
)

# What one tick notes for the next: which scan was laid over, which digest was made.
MARKS = sa.Table(
    "mark",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

# What watchers other than the controls told, one row for each thing they told of, as it was told last.
DETECTIONS = sa.Table(
    "intake_event",
    METADATA,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("region", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("first_at", Moment, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("rank", sa.Text, nullable=False),  # of two tellings the greater counts, whichever came first
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("intake_event_open", "open", "source", "region"),
)

# Findings of Security Hub's controls as they came, each as it was told last.
HUB_FINDINGS = sa.Table(
    "intake_hub",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("intake_hub_entered", "entered_at"),
)

# Messages that could not be read, by their id.
ASIDE = sa.Table(
    "set_aside",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("cut", sa.Boolean, nullable=False),
)

# What was written back to one of Security Hub's findings last, noted before it is sent.
HUB_WRITES = sa.Table(
    "hub_write",
    METADATA,
    sa.Column("product", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("asked", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("control", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("workflow", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
)

# What became of users who are retired: core.retirement.Event, in its order; `facts` are JSON.
RETIREMENTS = sa.Table(
    "retirement_event",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Index("retirement_event_user", "account", "user"),
)
