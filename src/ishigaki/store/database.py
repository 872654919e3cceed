"""Where the store's tables are: a SQLite file in the store's folder, or the PostgreSQL that the environment names.

`ISHIGAKI_DATABASE` holds a URL, or `file:PATH` of a file that holds it: never an option, for everybody on a machine can
read the options of a program, and the URL has a password in it. What is wrong with a database is told as a
`UsageError`, wherever it shows, and never with the password.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ishigaki.core.usage import UsageError
from ishigaki.store.folder import private
from ishigaki.store.migrations import migrate
from ishigaki.store.transactions import READS

VARIABLE = "ISHIGAKI_DATABASE"
NAME = "ishigaki.db"
SCHEMES = ("postgres", "postgresql", "postgresql+psycopg")
OLDEST = 15  # of PostgreSQL: the oldest that is still cared for, and that the tests run on
WAIT_S = 30  # for another writer
CONNECT_S = 10
FORBIDDEN = "42501"  # PostgreSQL's insufficient_privilege
BROKEN = (
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_NOTADB",
    "SQLITE_CORRUPT",
)


@contextmanager
def opened(folder: Path) -> Iterator[sa.Engine]:
    """The database of a store, at the newest version, for as long as it is needed. Raises `UsageError`."""
    made = engine(chosen() or folder)
    try:
        yield made
    finally:
        made.dispose()


def chosen() -> str:
    """The URL that the environment names; empty where it names none. Raises `UsageError`."""
    value = os.environ.get(VARIABLE, "").strip()
    if not value.startswith("file:"):
        return value
    path = Path(value.removeprefix("file:"))
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as no:
        detail = no.strerror if isinstance(no, OSError) else "UTF-8"
        raise UsageError("database_file", variable=VARIABLE, file=str(path), detail=detail) from None


def engine(place: Path | str) -> sa.Engine:
    """The database in a folder, or at a URL, at the newest version. Raises `UsageError`."""
    made, where = _sqlite(place) if isinstance(place, Path) else _postgresql(place)
    try:
        migrate(made, where=where)
    except UsageError:
        made.dispose()
        raise
    return made


def _sqlite(folder: Path) -> tuple[sa.Engine, str]:
    path = private(folder) / NAME
    try:
        if not path.exists():
            path.touch(mode=0o600)
        elif path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as no:
        raise UsageError("database_unusable", where=str(path), detail=no.strerror) from None
    url = sa.URL.create("sqlite", database=str(path))
    made = sa.create_engine(url, connect_args={"timeout": WAIT_S, "isolation_level": None})
    sa.event.listen(made, "connect", _prepare)
    sa.event.listen(made, "begin", _begin)
    _explain(made, str(path), "")
    return made, str(path)


def _prepare(raw: Any, _: object) -> None:
    raw.execute("PRAGMA journal_mode = WAL")  # readers do not wait for the writer
    raw.execute("PRAGMA foreign_keys = ON")


def _begin(connection: sa.Connection) -> None:
    """A writer says at once that it is one: a reader that became a writer later could not wait for another."""
    reads = _reads(connection)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reads)}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _reads(connection: sa.Connection | None) -> bool:
    return connection is not None and connection.get_execution_options().get(READS, False)


def _postgresql(text: str) -> tuple[sa.Engine, str]:
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise UsageError("database_url", variable=VARIABLE) from None  # the detail may quote the password
    host = url.host or str(url.query.get("host", ""))
    if url.drivername not in SCHEMES or "@" in f"{host}{url.database}":  # an @ that is not %40 in a password
        raise UsageError("database_url", variable=VARIABLE)
    where = f"{host}{f':{url.port}' if url.port else ''}/{url.database or ''}"
    wanted = {"connect_timeout": CONNECT_S, "application_name": "ishigaki"}
    try:
        made = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            connect_args={k: v for k, v in wanted.items() if k not in url.query},
        )
    except ImportError:
        raise UsageError("database_driver", variable=VARIABLE) from None
    _explain(made, where, url.password or "")
    with made.connect():
        version = int((made.dialect.server_version_info or (0,))[0])
    if version < OLDEST:
        made.dispose()
        raise UsageError("database_old", where=where, version=version, oldest=OLDEST)
    return made, where


def _explain(made: sa.Engine, where: str, password: str) -> None:
    """Have the errors of the database itself, not those of our statements, told as what is to be mended."""

    def explain(context: sa.engine.ExceptionContext) -> None:
        if context.is_pre_ping:
            return
        wrong = _mistake(context, where, password)
        if wrong:
            raise wrong from None

    sa.event.listen(made, "handle_error", explain)


def _mistake(context: sa.engine.ExceptionContext, where: str, password: str) -> UsageError | None:
    error = context.original_exception
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_BUSY"):
        return UsageError("database_busy", where=where, seconds=WAIT_S)
    if name:
        broken = name.startswith(BROKEN) and not (_reads(context.connection) and name == "SQLITE_READONLY")
        return UsageError("database_unusable", where=where, detail=str(error)) if broken else None
    forbidden = getattr(error, "sqlstate", "") == FORBIDDEN
    if context.connection is not None and not context.is_disconnect and not forbidden:
        return None
    said = f"{error}".partition("failed: ")[2] or f"{error}" or type(error).__name__
    detail = said.splitlines()[0].replace(password or "\0", "***")
    if forbidden:
        return UsageError("database_forbidden", where=where, detail=detail)
    if getattr(getattr(error, "pgconn", None), "used_password", False) and context.connection is None:
        return UsageError("database_refused", where=where, detail=detail, variable=VARIABLE)
    return UsageError("database_unreachable", where=where, detail=detail, variable=VARIABLE)
