"""Athena's table is the files' own: the same columns in the same types, the same views, every date."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from ishigaki.core.people import VIEWS, kind_of
from ishigaki.core.usage import UsageError
from ishigaki.store.athena import TYPES, ddl
from ishigaki.store.lake import History, columns
from tests.store.test_lake import DAY, EVERY

duckdb = pytest.importorskip("duckdb")
# How Parquet tells the types that Athena's are read from: physical type, logical type, and what is repeated.
PHYSICAL = {
    "string": ("BYTE_ARRAY", "StringType()"),
    "boolean": ("BOOLEAN", None),
    "int": ("INT32", None),
    "date": ("INT32", "DateType()"),
}


def statements() -> list[str]:
    return list(ddl("s3://bucket/prefix/", since=date(2026, 1, 2)))


def test_the_columns_and_types_are_those_of_a_file(tmp_path: Path) -> None:
    path = History(tmp_path).write(DAY, EVERY)
    with duckdb.connect() as lake:
        rows = lake.execute(
            f"DESCRIBE SELECT * FROM read_parquet('{path}', hive_partitioning = false)"
        ).fetchall()
    told = re.findall(r"^  `(\w+)` ([\w<>,]+?),?$", statements()[0], flags=re.MULTILINE)
    assert told == [(name, TYPES[kind]) for name, kind, *_ in rows]
    assert [name for name, *_ in rows] == list(columns())


def test_the_file_holds_each_type_as_athena_reads_it(tmp_path: Path) -> None:
    path = History(tmp_path).write(DAY, EVERY)
    with duckdb.connect() as lake:
        schema = lake.execute(
            f"SELECT name, type, logical_type, converted_type FROM parquet_schema('{path}')"
        ).fetchall()
    named = {name: (physical, logical, converted) for name, physical, logical, converted in schema}
    for name, kind in columns().items():
        physical, logical, converted = named[name]
        athena = TYPES[kind]
        if athena == "timestamp":
            assert physical == "INT64"
            assert "MICROS" in f"{logical}{converted}"
        elif athena in PHYSICAL:
            assert physical == PHYSICAL[athena][0]
        else:  # a list or a map: a group of what is repeated
            assert converted in ("LIST", "MAP")


def test_the_location_is_where_the_copy_puts_its_files() -> None:
    table = statements()[0]
    assert "LOCATION 's3://bucket/prefix/people/'" in table
    assert "'storage.location.template' = 's3://bucket/prefix/people/date=${date}/'" in table
    assert "'projection.date.range' = '2026-01-02,NOW+1DAYS'" in table
    assert "`date` string" in table


def test_the_views_are_those_of_the_queries(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write(DAY, EVERY)
    views = statements()[1:]
    assert len(views) == len(VIEWS)
    for statement, (view, kind) in zip(views, VIEWS.items(), strict=True):
        assert statement.startswith(f"CREATE OR REPLACE VIEW {view} AS")
        assert f"'{kind_of(kind)}'" in statement
        with history.opened() as lake:
            here = [name for name, *_ in lake.execute(f"DESCRIBE {view}").fetchall()]
        assert re.findall(r'"(\w+)"', statement.splitlines()[1]) == here


@pytest.mark.parametrize(
    "location", ["", "bucket/prefix", "https://bucket", "s3://B", "s3://bucket/it's", "s3://bucket/x\n"]
)
def test_only_a_place_in_s3_is_one(location: str) -> None:
    with pytest.raises(UsageError, match="people_location"):
        list(ddl(location, since=DAY))
