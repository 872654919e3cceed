"""From any older version of the store to the newest, step by step.

A step is a file `steps/<number>_<what>.sql`, written once and never changed. Its statements end in `;` at the end of
a line and are such that both databases take them: TEXT, INTEGER, BOOLEAN, and for numbers that the database gives BIGSERIAL
PRIMARY KEY, which SQLite calls otherwise. Each step is one transaction of the one writer, so that of two programs that
start at once only one takes it.
"""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa

from ishigaki.core.usage import UsageError
from ishigaki.store.schema import VERSION
from ishigaki.store.transactions import reading, writing

SERIAL = "BIGSERIAL PRIMARY KEY"
IN_SQLITE = "INTEGER NOT NULL PRIMARY KEY"


def steps() -> tuple[str, ...]:
    """What is done for each version, the first at 0."""
    found = sorted((f for f in files(__package__).joinpath("steps").iterdir()), key=lambda f: f.name)
    return tuple(f.read_text(encoding="utf-8") for f in found if f.name.endswith(".sql"))


def migrate(engine: sa.Engine, *, where: str) -> None:
    """Bring a database to the newest version. Raises `UsageError` for one of a newer program; `where` names it."""
    known = steps()
    with reading(engine) as connection:
        version = _version(connection)
    while version < len(known):
        with writing(engine) as connection:
            VERSION.create(connection, checkfirst=True)
            version = _version(connection)
            if version < len(known):
                _take(connection, known[version])
                version += 1
                connection.execute(VERSION.insert().values(number=version))
    if version > len(known):
        raise UsageError("database_newer", where=where, number=version, known=len(known))


def _version(connection: sa.Connection) -> int:
    if not sa.inspect(connection).has_table(VERSION.name):
        return 0
    return connection.execute(sa.select(sa.func.max(VERSION.c.number))).scalar() or 0


def _take(connection: sa.Connection, step: str) -> None:
    if connection.dialect.name == "sqlite":
        step = step.replace(SERIAL, IN_SQLITE)
    for statement in step.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
