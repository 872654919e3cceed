"""The tables, and the numbered steps that bring an older store up to them."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

METADATA = sa.MetaData()

VERSION = sa.Table("schema_version", METADATA, sa.Column("number", sa.Integer, nullable=False))

# One row per finding identity that was ever seen, the account-level "there is no such resource" apart.
SIGHTINGS = sa.Table(
    "sighting",
    METADATA,
    sa.Column("account", sa.String(12), primary_key=True),
    sa.Column("region", sa.String(32), primary_key=True),
    sa.Column("control", sa.String(48), primary_key=True),
    sa.Column("resource", sa.String(1024), primary_key=True),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("first_seen", sa.String(32), nullable=False),
    sa.Column("since", sa.String(32), nullable=False),
    sa.Column("first_failed", sa.String(32), nullable=True),
    sa.Column("last_scan", sa.String(64), nullable=False),
)

# Everything that the response policy ever decided about; the columns are those of core.case.Item.
ITEMS = sa.Table(
    "item",
    METADATA,
    sa.Column("account", sa.String(12), primary_key=True),
    sa.Column("region", sa.String(32), primary_key=True),
    sa.Column("resource", sa.String(1024), primary_key=True),
    sa.Column("kind", sa.String(160), primary_key=True),
    *(
        sa.Column(name, sa.Text, nullable=False)
        for name in ("source", "resource_type", "name", "category", "severity", "environment", "owner")
    ),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("row", sa.Text, nullable=False),
    sa.Column("standing", sa.String(16), nullable=False),
    sa.Column("first_seen", sa.String(40), nullable=False),
    sa.Column("since", sa.String(40), nullable=False),
    sa.Column("case", sa.String(16), nullable=False),
    *(sa.Column(name, sa.String(40), nullable=True) for name in ("opened", "due", "told", "worsened")),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("relapses", sa.Integer, nullable=False),
    sa.Index("item_case", "case", "standing", "account"),
)

CASES = sa.Table(
    "work",
    METADATA,
    sa.Column("id", sa.String(16), primary_key=True),
    *(
        sa.Column(name, sa.Text, nullable=False)
        for name in (
            "kind",
            "owner",
            "environment",
            "severity",
            "row",
            "why",
            "audience",
            "focus",
            "assignee",
        )
    ),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(24), nullable=False),
    *(sa.Column(name, sa.String(40), nullable=False) for name in ("opened", "due", "clock", "since")),
    *(sa.Column(name, sa.String(40), nullable=True) for name in ("acknowledged", "closed", "extended")),
    sa.Column("reminded", sa.String(80), nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("relapses", sa.Integer, nullable=False),
    sa.Index("work_state", "state", "due"),
)

CASE_EVENTS = sa.Table(
    "work_event",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("case", sa.String(16), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.String(24), nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Index("work_event_case", "case"),
    sa.Index("work_event_at", "at"),
)

# What a tick notes for the next: which scan was triaged, which digest was made.
MARKS = sa.Table(
    "mark",
    METADATA,
    sa.Column("name", sa.String(160), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


def _create(connection: sa.Connection) -> None:
    METADATA.create_all(connection)


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (_create,)


def migrate(engine: sa.Engine) -> None:
    """Bring the store to the newest version, one step per transaction."""
    with engine.begin() as connection:
        VERSION.create(connection, checkfirst=True)
        done = connection.execute(sa.select(sa.func.max(VERSION.c.number))).scalar() or 0
    for number, step in enumerate(MIGRATIONS[done:], start=done + 1):
        with engine.begin() as connection:
            step(connection)
            connection.execute(VERSION.insert().values(number=number))
