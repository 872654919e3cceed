"""Transactions that mean the same on SQLite and on PostgreSQL.

There is one writer at a time (SQLite has no more; on PostgreSQL an advisory lock sees to it): what a writer has read is
still so when it writes, and two writers cannot deadlock. Readers wait for nobody and see one moment. A single
statement that is right by itself needs neither: `within`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

Where = sa.Engine | sa.Connection
WRITER = 0x69736869_67616B69  # "ishigaki": the number of our advisory lock
READS = "reads"  # an option by which SQLite begins as a reader
READING: Mapping[str, Mapping[str, Any]] = {
    "sqlite": {READS: True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


@contextmanager
def reading(where: Where) -> Iterator[sa.Connection]:
    """A look at the database as it is at one moment, in which writing fails; or the caller's transaction."""
    if isinstance(where, sa.Connection):
        yield where
    else:
        with where.connect().execution_options(**READING[where.dialect.name]) as connection:
            yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """The one writer's transaction: all of it or nothing."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITER)))
        yield connection


@contextmanager
def within(where: Where) -> Iterator[sa.Connection]:
    """The caller's transaction, or a short one of its own."""
    if isinstance(where, sa.Connection):
        yield where
    else:
        with where.begin() as connection:
            yield connection


def insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An insertion that can say what happens `on_conflict_…`, in the database's dialect: the other one is not loaded."""
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    made: sqlite.Insert | postgresql.Insert = dialect.insert(table)
    return made
