"""The history of stock-takes: one Parquet file for each date, which DuckDB writes and reads and Athena reads as it is.

    people/date=2026-11-24/part-0.parquet

All kinds of rows of a date lie in this one file, told apart by the column `kind` and sorted by kind and account: a
day is replaced by renaming one file, so there is never a half of two runs. A column that a kind does not have is null
in its rows, which costs nothing in Parquet. The date is in the path alone, as Athena wants it. Moments are UTC.
"""

from __future__ import annotations

import fcntl
import os
import types
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin

import msgspec

from ishigaki.core.people import VIEWS, AnyRow, Row, kind_of
from ishigaki.core.usage import UsageError
from ishigaki.store.folder import aside, private

if TYPE_CHECKING:
    import duckdb

R = TypeVar("R", bound=Row)
FOLDER, FILE = "people", "part-0.parquet"
# Small enough for DuckDB and Athena to pass over the kinds and accounts that a query does not ask for.
ROWS_IN_GROUP = 20_480
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


@cache
def columns() -> Mapping[str, str]:
    """Every column of the files with its DuckDB type, in order: those of all kinds, each once."""
    found: dict[str, str] = {"kind": "VARCHAR"}
    for row in VIEWS.values():
        for name, hint in typing.get_type_hints(row).items():
            if name in row.__struct_fields__:
                kind = _type(hint)
                if found.setdefault(name, kind) != kind:
                    raise TypeError(
                        f"{name} is {found[name]} in one kind of row and {kind} in {row.__name__}"
                    )
    return found


def _type(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (only,) = [a for a in arguments if a is not type(None)]
        return _type(only)
    if origin is tuple:
        return f"{_type(arguments[0])}[]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"MAP({_type(arguments[0])}, {_type(arguments[1])})"
    return {str: "VARCHAR", bool: "BOOLEAN", int: "INTEGER", datetime: "TIMESTAMP", date: "DATE"}[hint]


class Asked(msgspec.Struct, frozen=True):
    """What a question gave: the names of the columns, and the rows. Moments are UTC without saying so."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class History:
    """The stock-takes below a store's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def days(self) -> list[date]:
        """The dates of which there is a stock-take, oldest first."""
        found = (day_of(p.parent.name) for p in self.folder.glob(f"date=*/{FILE}"))
        return sorted(day for day in found if day is not None)

    def path(self, day: date) -> Path:
        return self.folder / f"date={day.isoformat()}" / FILE

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Whoever reads a date and writes it anew does so alone; another run waits, and a killed one bars nobody."""
        private(self.folder)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def write(self, day: date, rows: Iterable[AnyRow]) -> Path:
        """Keep a stock-take as that of its date, in the place of an earlier one. Until the new file is whole and
        renamed the earlier one stands; a run that breaks leaves it as it was. What a killed one left is swept away, so
        whoever writes while others may does so within `alone`."""
        path = self.path(day)
        for left in private(path.parent).glob(f"*.{FILE}.*"):
            left.unlink(missing_ok=True)
        draft, lines = (path.with_name(f".{path.name}.{os.getpid()}.{end}") for end in ("draft", "jsonl"))
        try:
            with aside(lines) as out:
                encode = msgspec.json.Encoder().encode
                for row in rows:
                    out.write(encode(row) + b"\n")
            with _database() as lake:
                lake.execute(_copy(lines, draft))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
            lines.unlink(missing_ok=True)
        return path

    def read(self, kind: type[R], day: date) -> list[R]:
        """The rows of one kind of one date, sorted by account; none where there is no stock-take of it."""
        if not self.path(day).exists():
            return []
        names = kind.__struct_fields__
        chosen = ", ".join(f'"{n}"' for n in names)
        with _database() as lake, self._whole([day]):
            found = lake.execute(f"SELECT {chosen} {_rows([self.path(day)], kind)}").fetchall()
        return [_row(kind, dict(zip(names, values, strict=True))) for values in found]

    def last_good(self, before: date) -> dict[str, date]:
        """For each account the last date before this one on which it was seen."""
        if not any(day < before for day in self.days()):
            return {}
        with self.opened(["accounts"]) as lake:
            found = lake.execute(
                "SELECT account, max(date) FROM accounts WHERE seen AND date < ? GROUP BY account", [before]
            ).fetchall()
        return dict(found)

    def ask(self, sql: str) -> Asked:
        """What one question gives. Raises `UsageError` for anything that is not one statement that reads, and for what
        DuckDB does not understand."""
        with self.opened() as lake:
            import duckdb

            try:
                statements = lake.extract_statements(sql)
                # EXPLAIN is none of them: with ANALYZE it carries out what it explains, a COPY too.
                if [s.type.name for s in statements] != ["SELECT"]:
                    raise UsageError("query_only_reads")
                lake.execute(statements[0])
                columns, rows = lake.description or (), lake.fetchall()
            except duckdb.Error as wrong:
                raise UsageError("query_wrong", detail=str(wrong)) from None
        return Asked(tuple(str(c[0]) for c in columns), tuple(rows))

    @contextmanager
    def opened(self, views: Collection[str] = tuple(VIEWS)) -> Iterator[duckdb.DuckDBPyConnection]:
        """A database in memory with views of `core.people.VIEWS`, each with the column `date`. It reaches the
        files of the history and nothing else, and its settings cannot be changed any more. Raises `UsageError`
        where there is no history yet."""
        days = self.days()
        if not days:
            raise UsageError("people_no_history", folder=str(self.folder))
        with _database() as lake:
            lake.execute(f"SET allowed_directories = [{_quoted(str(self.folder.absolute()) + '/')}]")
            lake.execute("SET enable_external_access = false")
            lake.execute("SET TimeZone = 'UTC'")
            lake.execute("SET parquet_metadata_cache = true")  # every view reads the end of every file
            lake.execute("SET lock_configuration = true")
            files = [self.path(day).absolute() for day in days]
            with self._whole(days):
                for view in views:
                    kind = VIEWS[view]
                    names = ", ".join(f'"{n}"' for n in kind.__struct_fields__)
                    lake.execute(f"CREATE VIEW {view} AS SELECT date, {names} {_rows(files, kind)}")
                yield lake

    def put_off(self, day: date) -> None:
        """Note that the copy has not got a date as it is here."""
        self._unsent(day).touch()

    def sent(self, day: date) -> None:
        """Note that the copy has it."""
        self._unsent(day).unlink(missing_ok=True)

    def unsent(self) -> list[date]:
        """The dates that the copy has not got as they are here."""
        return [day for day in self.days() if self._unsent(day).exists()]

    def _unsent(self, day: date) -> Path:
        return self.path(day).with_name(".unsent")

    @contextmanager
    def _whole(self, days: Iterable[date]) -> Iterator[None]:
        """Files are read within. Raises `UsageError` that names the first of them that is damaged."""
        import duckdb

        try:
            yield
        except duckdb.Error:
            for day in days:
                if not _is_whole(self.path(day)):
                    raise UsageError("people_damaged", file=str(self.path(day)), day=day) from None
            raise


def day_of(name: str) -> date | None:
    """The date of a folder `date=2026-11-24`; of any other name none."""
    try:
        return date.fromisoformat(name.removeprefix("date=")) if name.startswith("date=") else None
    except ValueError:
        return None


def _is_whole(file: Path) -> bool:
    """Whether a file can be read from its first row to its last."""
    import duckdb

    try:
        with _database() as lake:
            lake.read_parquet(str(file)).fetchall()
    except duckdb.Error:
        return False
    return True


def _rows(paths: Iterable[Path], kind: type[Row]) -> str:
    """Where the rows of a kind are read from. Every column is there, also where the files are older than it."""
    empty = ", ".join(f'NULL::{of} AS "{name}"' for name, of in columns().items())
    files = f"[{', '.join(_quoted(str(path)) for path in paths)}]"
    return (
        f"FROM (SELECT {empty}, NULL::DATE AS date WHERE false UNION ALL BY NAME "  # noqa: S608 - our own names
        f"SELECT * FROM read_parquet({files}, hive_partitioning = true, hive_types = {{'date': DATE}}, "
        f"union_by_name = true)) WHERE kind = {_quoted(kind_of(kind))}"
    )


def _row(kind: type[R], values: Mapping[str, Any]) -> R:
    """A row from what the file holds: null is what the row says where nothing is given."""
    told = {
        n: v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for n, v in values.items() if v is not None
    }
    return msgspec.convert(told, kind)


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _copy(lines: Path, draft: Path) -> str:
    """The statement that makes a Parquet file of lines. Their moments may be of any zone; the file's are UTC."""
    read = {name: "TIMESTAMPTZ" if kind == "TIMESTAMP" else kind for name, kind in columns().items()}
    shown = ", ".join(
        f'"{n}" AT TIME ZONE \'UTC\' AS "{n}"' if kind == "TIMESTAMP" else f'"{n}"'
        for n, kind in columns().items()
    )
    typed = ", ".join(f"{_quoted(n)}: {_quoted(kind)}" for n, kind in read.items())
    return (
        f"COPY (SELECT {shown} FROM read_json({_quoted(str(lines))}, format = 'newline_delimited', "  # noqa: S608
        f"columns = {{{typed}}}) ORDER BY kind, account) TO {_quoted(str(draft))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_IN_GROUP})"
    )


def proven() -> None:
    """Raise `UsageError` where DuckDB is not installed."""
    with _database():
        pass


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that never fetches an extension. Raises `UsageError` where DuckDB is not installed."""
    try:
        import duckdb
    except ImportError:
        raise UsageError("lake_missing") from None
    with duckdb.connect(config=dict(OFFLINE)) as lake:
        yield lake
