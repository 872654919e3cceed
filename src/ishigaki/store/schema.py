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
