"""Counting where the rows lie is counting row by row; a date carries what it did not see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ishigaki.core.people import AnyRow, Assignment, Key, Person, Trust, Visit
from ishigaki.core.people_numbers import Numbers, count
from ishigaki.core.trend import LEFT_AFTER, MEASURES
from ishigaki.store.lake import History
from ishigaki.store.people_counts import CONDITIONS, counts, stock

pytest.importorskip("duckdb")
DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
ONE, TWO = "111122223333", "444455556666"
perhaps = st.none() | st.booleans()
days = st.none() | st.sampled_from([0, 44, 45, 46, 89, 90, 91, 400])
accounts = st.sampled_from([ONE, TWO])
whats = st.sampled_from(["iam_user", "iam_user", "root", "sso_user"])
moment = st.just(AT)
ids = st.integers(0, 10**6).map(str)

people = st.builds(
    Person,
    account=accounts,
    collected_at=moment,
    what=whats,
    user_name=ids,
    user_id=ids,
    used_by=st.sampled_from(["human", "machine", "shared", "unknown", "root"]),
    console=perhaps,
    mfa=perhaps,
    admin=perhaps,
    active_keys=st.none() | st.integers(0, 2),
    idle_days=days,
)
keys = st.builds(
    Key,
    account=accounts,
    collected_at=moment,
    what=whats,
    user_name=ids,
    user_id=ids,
    used_by=st.just("human"),
    key_id=ids,
    status=st.sampled_from(["Active", "Inactive", "Expired"]),
    age_days=days,
    idle_days=days,
)
trusts = st.builds(
    Trust,
    account=accounts,
    collected_at=moment,
    role_name=ids,
    role_id=ids,
    principal=ids,
    principal_kind=st.just("account"),
    outside=perhaps,
    faults=st.sampled_from([(), ("anyone",), ("anyone", "unreadable")]),
)
assignments = st.builds(
    Assignment,
    account=accounts,
    collected_at=moment,
    instance=ids,
    permission_set=ids,
    permission_set_id=ids,
    user_id=st.sampled_from(["", "u"]),
)
rows = st.lists(people | keys | trusts | assignments, max_size=40)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
def test_the_database_counts_as_the_rows_are_counted(tmp_path: Path, found: list[AnyRow]) -> None:
    history = History(tmp_path)
    every: Sequence[AnyRow] = [*found, *(Visit(account=a, collected_at=AT, seen=True) for a in (ONE, TWO))]
    history.write(DAY, every)
    counted = {c.account: asked(c.numbers) for c in counts(history)}
    assert counted == {a: asked(count(r for r in every if r.account == a)) for a in (ONE, TWO)}
    assert {c.account: asked(c.numbers) for c in counts(history, account=TWO)} == {TWO: counted[TWO]}


def asked(numbers: Numbers) -> dict[str, int]:
    """The numbers that are counted where the rows lie."""
    return {name: getattr(numbers, name) for _, conditions in CONDITIONS.values() for name in conditions}


def test_every_figure_that_is_shown_is_counted() -> None:
    assert {*MEASURES, "unsure"} == {name for _, conditions in CONDITIONS.values() for name in conditions}


def visit(account: str, *, seen: bool = True, code: str = "") -> Visit:
    return Visit(account=account, collected_at=AT, seen=seen, code=code)


def user(name: str, account: str = ONE) -> Person:
    return Person(
        account=account, user_name=name, user_id=name, what="iam_user", used_by="human", collected_at=AT
    )


def ago(number: int) -> date:
    return DAY - timedelta(days=number)


def test_a_date_carries_the_rows_of_accounts_that_were_not_seen(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write(ago(2), [visit(ONE), visit(TWO), user("old"), user("b", TWO)])
    history.write(ago(1), [visit(ONE), visit(TWO, seen=False), user("a")])
    history.write(DAY, [visit(ONE, seen=False, code="AccessDenied"), visit(TWO), user("c", TWO)])
    found = stock(history, DAY)
    assert sorted(p.user_name for p in found.people) == ["a", "c"]
    assert found.unseen == {ONE: ago(1)}
    assert [v.code for v in found.visits] == ["AccessDenied", ""]


def test_an_account_that_was_left_out_is_carried_until_it_has_left(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write(DAY, [visit(ONE), visit(TWO), user("a"), user("b", TWO)])
    near, far = DAY + LEFT_AFTER, DAY + LEFT_AFTER + timedelta(days=1)
    for day in (near, far):
        history.write(day, [visit(ONE), user("a")])
    assert stock(history, near).unseen == {TWO: DAY}
    assert [v.code for v in stock(history, near).visits] == ["", "LeftOut"]
    assert stock(history, far).unseen == {}
    assert [p.user_name for p in stock(history, far).people] == ["a"]


def test_an_account_that_was_never_seen_has_no_rows(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.write(DAY, [visit(ONE), visit(TWO, seen=False)])
    assert stock(history, DAY).unseen == {TWO: None}
