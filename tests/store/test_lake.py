"""The history of stock-takes: a file for each date, replaced whole or not at all; the old read by the new."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from ishigaki.core.people import VIEWS, AnyRow, Assignment, Key, Person, Trust, Visit
from ishigaki.core.usage import UsageError
from ishigaki.store.lake import History, columns

pytest.importorskip("duckdb")
DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
ONE, TWO = "111122223333", "444455556666"


def person(account: str = ONE, name: str = "hanako", **told: Any) -> Person:
    given: dict[str, Any] = {"what": "iam_user", "used_by": "human", "collected_at": AT, **told}
    return Person(account=account, user_name=name, user_id=f"arn:aws:iam::{account}:user/{name}", **given)


def visit(account: str = ONE, **told: Any) -> Visit:
    return Visit(account=account, **{"collected_at": AT, "seen": True, **told})


EVERY: list[AnyRow] = [
    visit(last_good=DAY - timedelta(days=1), gaps=("iam:ListAccessKeys: AccessDenied",)),
    person(
        console=True,
        used_at=AT,
        mfa=True,
        mfa_kinds=("virtual",),
        policies=(),
        tags={"owner": "紙"},
        admin_by=("inline:a'b",),
    ),
    Key(
        account=ONE,
        collected_at=AT,
        what="iam_user",
        user_name="hanako",
        user_id="u",
        used_by="human",
        key_id="AKIAIOSFODNN7EXAMPLE",
        status="Active",
        age_days=0,
        never_used=False,
    ),
    Trust(
        account=ONE,
        collected_at=AT,
        role_name="r",
        role_id="arn:r",
        principal="*",
        principal_kind="everyone",
        faults=("anyone",),
    ),
    Assignment(account=TWO, collected_at=AT, instance="i", permission_set="Admin", permission_set_id="p"),
]


def test_rows_of_every_kind_come_back_as_they_were(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write(DAY, EVERY)
    assert [row for kind in VIEWS.values() for row in history.read(kind, DAY)] == EVERY


def test_what_was_not_seen_stays_apart_from_what_is_not_there(tmp_path: Path) -> None:
    history = History(tmp_path)
    unseen, nothing = (
        person(name="unseen"),
        person(name="nothing", mfa=False, mfa_kinds=(), groups=(), active_keys=0),
    )
    history.write(DAY, [unseen, nothing])
    assert history.read(Person, DAY) == [unseen, nothing]


def test_moments_of_any_zone_are_kept_in_utc(tmp_path: Path) -> None:
    history = History(tmp_path)
    tokyo = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=9)))
    history.write(DAY, [person(collected_at=tokyo)])
    assert history.read(Person, DAY)[0].collected_at == AT
    with history.opened() as lake:
        assert lake.execute("SELECT collected_at FROM people").fetchall() == [(AT.replace(tzinfo=None),)]


def test_a_date_is_one_file_with_its_accounts_sorted(tmp_path: Path) -> None:
    history = History(tmp_path)
    path = history.write(DAY, [person(TWO), visit(TWO), person(ONE), visit(ONE)])
    assert path == tmp_path / "people" / "date=2026-11-24" / "part-0.parquet"
    assert [p for p in (tmp_path / "people").rglob("*") if p.is_file()] == [path]
    assert [row.account for row in history.read(Person, DAY)] == [ONE, TWO]


def test_the_same_date_again_replaces_it_and_leaves_the_others(tmp_path: Path) -> None:
    history = History(tmp_path)
    yesterday = DAY - timedelta(days=1)
    history.write(yesterday, [person()])
    history.write(DAY, [person(), person(name="taro"), visit(TWO)])
    history.write(DAY, [person(name="taro")])
    assert history.days() == [yesterday, DAY]
    assert [p.user_name for p in history.read(Person, DAY)] == ["taro"]
    assert history.read(Visit, DAY) == []
    assert [p.user_name for p in history.read(Person, yesterday)] == ["hanako"]


def test_a_run_that_breaks_leaves_the_date_as_it_was(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write(DAY, [person()])

    def broken() -> Iterator[AnyRow]:
        yield person(name="half")
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        history.write(DAY, broken())
    assert [p.user_name for p in history.read(Person, DAY)] == ["hanako"]
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


def test_a_draft_that_was_left_behind_is_no_history(tmp_path: Path) -> None:
    """What a killed process leaves: DuckDB and Athena pass over names that begin with a dot."""
    history = History(tmp_path)
    path = history.write(DAY, [person()])
    for end in ("draft", "jsonl"):
        path.with_name(f".{path.name}.4711.{end}").write_bytes(b"PAR1 half a file")
    empty = history.path(DAY + timedelta(days=1))
    empty.parent.mkdir()
    empty.with_name(f".{empty.name}.4711.draft").write_bytes(b"PAR1")
    assert history.days() == [DAY]
    with history.opened() as lake:
        assert lake.execute("SELECT count(*) FROM people").fetchone() == (1,)
    history.write(DAY, [person()])
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_damaged_file_is_named_and_says_nothing_of_the_others(tmp_path: Path) -> None:
    history = History(tmp_path)
    yesterday = DAY - timedelta(days=1)
    history.write(yesterday, [person(), visit(ONE)])
    path = history.write(DAY, [person(), visit(ONE)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    asked = (
        lambda: history.read(Person, DAY),
        lambda: history.ask("SELECT count(*) FROM people"),
        lambda: history.last_good(DAY + timedelta(days=1)),
    )
    for ask in asked:
        with pytest.raises(UsageError) as wrong:
            ask()
        assert (wrong.value.code, wrong.value.facts["file"]) == ("people_damaged", str(path))
    assert history.read(Person, yesterday) == [person()]


def test_what_is_no_date_is_no_stock_take(tmp_path: Path) -> None:
    history = History(tmp_path)
    path = history.write(DAY, [person()])
    junk = path.parent.with_name("date=of-old")
    junk.mkdir()
    (junk / path.name).write_bytes(path.read_bytes())
    assert history.days() == [DAY]
    assert history.ask("SELECT count(*) FROM people").rows == ((1,),)


def test_two_runs_write_one_after_the_other(tmp_path: Path) -> None:
    history, told = History(tmp_path), []

    def other() -> None:
        with History(tmp_path).alone():
            told.append("other")

    with history.alone():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.05)
        told.append("first")
    thread.join()
    assert told == ["first", "other"]


def test_dates_that_the_copy_has_not_got(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write(DAY, [person()])
    history.put_off(DAY)
    assert history.unsent() == [DAY]
    assert history.ask("SELECT count(*) FROM people").rows == ((1,),)
    history.sent(DAY)
    history.sent(DAY)
    assert history.unsent() == []


def test_a_file_older_than_a_column_is_read_without_it(tmp_path: Path) -> None:
    import duckdb

    history = History(tmp_path)
    history.write(DAY, [person(mfa=True)])
    old = history.path(DAY - timedelta(days=400))
    old.parent.mkdir()
    with duckdb.connect() as lake:
        lake.execute(
            f"COPY (SELECT * EXCLUDE (mfa, notes) FROM '{history.path(DAY)}') TO '{old}' (FORMAT parquet)"
        )
    assert history.read(Person, DAY - timedelta(days=400)) == [person()]
    with history.opened() as lake:
        assert lake.execute("SELECT mfa FROM people ORDER BY date").fetchall() == [(None,), (True,)]
    history.path(DAY).unlink()  # the column is in no file any more
    with history.opened() as lake:
        assert lake.execute("SELECT mfa, notes FROM people").fetchall() == [(None, None)]


def test_when_an_account_was_last_seen(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert history.last_good(DAY) == {}
    history.write(DAY - timedelta(days=3), [visit(ONE), visit(TWO)])
    history.write(DAY - timedelta(days=2), [visit(ONE, seen=False), visit(TWO)])
    history.write(DAY, [visit(ONE), visit(TWO)])
    assert history.last_good(DAY) == {ONE: DAY - timedelta(days=3), TWO: DAY - timedelta(days=2)}


def test_without_a_history_there_is_nothing_to_open(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="people_no_history"), History(tmp_path).opened():
        pass
    assert History(tmp_path).read(Person, DAY) == []


def test_columns_that_kinds_share_are_of_one_type() -> None:
    assert set(columns()) == {"kind"} | {n for kind in VIEWS.values() for n in kind.__struct_fields__}


def test_a_question_is_answered(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write(DAY, EVERY)
    asked = history.ask("SELECT date, user_name, mfa_kinds FROM people")
    assert asked.columns == ("date", "user_name", "mfa_kinds")
    assert asked.rows == ((DAY, "hanako", ["virtual"]),)


@pytest.mark.parametrize(
    "sql",
    [
        "DESCRIBE people",
        "SHOW TABLES",
        "FROM people",
        "WITH x AS (SELECT 1 AS a) SELECT * FROM x",
    ],
)
def test_what_reads_may_be_asked(tmp_path: Path, sql: str) -> None:
    history = History(tmp_path)
    history.write(DAY, EVERY)
    assert history.ask(sql).rows


FORBIDDEN = [
    ("", "query_only_reads"),
    ("SELECT 1; SELECT 2", "query_only_reads"),
    ("CREATE TABLE x AS SELECT 1", "query_only_reads"),
    ("COPY (SELECT 1) TO '{inside}/x.parquet'", "query_only_reads"),
    ("EXPLAIN SELECT 1", "query_only_reads"),
    ("EXPLAIN ANALYZE COPY (SELECT 1) TO '{inside}/x.parquet'", "query_only_reads"),
    ("ATTACH '{outside}'", "query_only_reads"),
    ("INSTALL httpfs", "query_only_reads"),
    ("LOAD httpfs", "query_only_reads"),
    ("SET enable_external_access = true", "query_only_reads"),
    ("EXPORT DATABASE '{outside}'", "query_only_reads"),
    ("DROP VIEW people", "query_only_reads"),
    ("SELECT * FROM read_text('{outside}')", "query_wrong"),
    ("SELECT * FROM read_text('{inside}/../secret')", "query_wrong"),
    ("SELECT * FROM '{outside}'", "query_wrong"),
    ("SELECT * FROM glob('/etc/*')", "query_wrong"),
    ("SELECT getenv('HOME')", "query_wrong"),
    ("SELECT * FROM query('COPY (SELECT 1) TO ''{inside}/x''')", "query_wrong"),
    ("SELECT nothing", "query_wrong"),
    ("SELECT", "query_wrong"),
]


@pytest.mark.parametrize(("sql", "code"), FORBIDDEN)
def test_what_does_not_read_the_history_is_refused(tmp_path: Path, sql: str, code: str) -> None:
    history = History(tmp_path)
    history.write(DAY, EVERY)
    (tmp_path / "secret").write_text("not for queries")
    before = sorted(p for p in tmp_path.rglob("*"))
    with pytest.raises(UsageError) as wrong:
        history.ask(sql.format(inside=history.folder, outside=tmp_path / "secret"))
    assert wrong.value.code == code
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_a_folder_with_a_quote_in_its_name_is_a_folder(tmp_path: Path) -> None:
    history = History(tmp_path / "it's here")
    history.write(DAY, EVERY)
    assert history.ask("SELECT count(*) FROM people").rows == ((1,),)
    assert history.read(Person, DAY)


def test_without_duckdb_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UsageError, match="lake_missing"):
        History(tmp_path).write(DAY, EVERY)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
