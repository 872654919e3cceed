"""What changed between two stock-takes: told of what was seen both times, and of nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.people import Key, Person, Visit
from ishigaki.core.people_changes import Change, Changes, Stock, What, changes
from ishigaki.core.people_news import Ending, News, notice_of
from ishigaki.core.reasons import Reason

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
ONE, TWO = "111122223333", "444455556666"


def visit(account: str = ONE, *, seen: bool = True, last_good: date | None = None) -> Visit:
    return Visit(account=account, collected_at=AT, seen=seen, last_good=last_good)


def person(name: str = "hanako", account: str = ONE, **told: Any) -> Person:
    given: dict[str, Any] = {
        "what": "iam_user",
        "used_by": "human",
        "admin": False,
        "mfa": True,
        "console": True,
        "inactive_keys": 0,
        **told,
    }
    return Person(
        account=account,
        user_name=name,
        user_id=f"arn:aws:iam::{account}:user/{name}",
        collected_at=AT,
        **given,
    )


def key(id: str, *, active: bool = True, user: str = "hanako", account: str = ONE, **told: Any) -> Key:
    given: dict[str, Any] = {"what": "iam_user", "key_id": id, **told}
    return Key(
        account=account,
        collected_at=AT,
        user_name=user,
        user_id=f"arn:aws:iam::{account}:user/{user}",
        used_by="human",
        status="Active" if active else "Inactive",
        **given,
    )


def stock(people: list[Person], keys: list[Key] | None = None, *visits: Visit, days: int = 0) -> Stock:
    return Stock(
        day=DAY - timedelta(days=days),
        visits=visits or (visit(),),
        people=tuple(people),
        keys=tuple(keys or ()),
    )


def told(before: Stock, now: Stock) -> list[tuple[What, str]]:
    return [(c.what, c.user_name) for c in changes(before, now).changes]


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        ({"admin": False}, {"admin": True}, What.ADMIN_NEW),
        ({"admin": True}, {"admin": False}, What.ADMIN_GONE),
        ({"mfa": True}, {"mfa": False}, What.MFA_REMOVED),
        ({"mfa": False}, {"mfa": True}, What.MFA_SET),
        ({"console": False}, {"console": True}, What.PASSWORD_NEW),
        ({"console": True}, {"console": False}, What.PASSWORD_GONE),
    ],
)
def test_what_a_user_may_do_and_how_is_compared(
    before: dict[str, Any], now: dict[str, Any], what: What
) -> None:
    assert told(stock([person(**before)]), stock([person(**now)])) == [(what, "hanako")]


@pytest.mark.parametrize("name", ["admin", "mfa", "console"])
@pytest.mark.parametrize("value", [True, False])
def test_what_was_not_seen_has_not_changed(name: str, value: bool) -> None:
    told_of: dict[str, Any] = {name: value}
    seen, unseen = stock([person(**told_of)]), stock([person(**told_of | {name: None})])
    assert told(seen, unseen) == told(unseen, seen) == []


def test_users_come_and_go() -> None:
    found = changes(stock([person("old")]), stock([person("new", used_by="machine", admin=True)])).changes
    assert [(c.what, c.user_name) for c in found] == [(What.USER_NEW, "new"), (What.USER_GONE, "old")]
    assert found[0].facts == {"used_by": "machine", "admin": True, "console": True}


def test_a_user_made_again_under_its_name_is_another_one() -> None:
    again = stock([person(created_at=AT)], [key("AKIA2")])
    assert told(stock([person(created_at=AT - timedelta(days=9))], [key("AKIA1")]), again) == [
        (What.USER_NEW, "hanako"),
        (What.USER_GONE, "hanako"),
    ]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ([], [key("A2")], [(What.KEY_NEW, {"key": "A2"})]),
        ([key("A1")], [], [(What.KEY_GONE, {"key": "A1"})]),
        ([key("A1")], [key("A1", active=False)], [(What.KEY_OFF, {"key": "A1"})]),
        ([key("A1", active=False)], [key("A1")], [(What.KEY_BACK, {"key": "A1"})]),
        ([key("A1")], [key("A2")], [(What.KEY_ROTATED, {"key": "A2", "replaced": "A1"})]),
        (
            [key("A1")],
            [key("A1", active=False), key("A2")],
            [(What.KEY_ROTATED, {"key": "A2", "replaced": "A1"})],
        ),
        ([key("A1")], [key("A1"), key("A2")], [(What.KEY_NEW, {"key": "A2"})]),
        (
            [key("A1"), key("A2")],
            [key("A3")],
            [(What.KEY_ROTATED, {"key": "A3", "replaced": "A1"}), (What.KEY_GONE, {"key": "A2"})],
        ),
    ],
)
def test_keys_are_compared(before: list[Key], now: list[Key], said: list[tuple[What, Any]]) -> None:
    found = changes(stock([person()], before), stock([person()], now)).changes
    assert [(c.what, c.facts) for c in found] == said


def test_keys_that_could_not_be_listed_are_not_gone() -> None:
    unlisted = stock([person(inactive_keys=None)])
    assert told(stock([person()], [key("A1")]), unlisted) == []


def test_a_key_of_the_root_user_is_noticed_without_an_id() -> None:
    root = person("<root_account>", what="root", inactive_keys=None)
    made = key("", user="<root_account>", what="root", created_at=AT)
    (found,) = changes(stock([root]), stock([root], [made])).changes
    assert (found.what, found.is_root) == (What.KEY_NEW, True)


def test_users_of_the_directory_are_not_told() -> None:
    assert told(stock([]), stock([person(what="sso_user")])) == []


def test_an_account_that_was_met_for_the_first_time_has_no_new_users() -> None:
    found = changes(stock([person()]), stock([person(), person("a", TWO)], [], visit(), visit(TWO)))
    assert (found.changes, found.new_accounts) == ((), (TWO,))


def test_an_unseen_account_is_compared_as_far_as_it_was_seen_and_named() -> None:
    last = DAY - timedelta(days=3)
    unseen = stock([person()], [], visit(seen=False, last_good=last))
    assert changes(stock([person(), person("b")], days=7), unseen) == Changes(
        DAY - timedelta(days=7),
        DAY,
        (Change(What.USER_GONE, ONE, f"arn:aws:iam::{ONE}:user/b", "b"),),
        unseen={ONE: last},
    )
    never = stock([], [], visit(seen=False))
    assert changes(stock([person()]), never).changes == ()


flags = st.none() | st.booleans()
persons = st.builds(
    person,
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from([ONE, TWO]),
    admin=flags,
    mfa=flags,
    console=flags,
)
key_lists = st.lists(
    st.builds(
        key,
        st.sampled_from(["A1", "A2", "A3"]),
        active=st.booleans(),
        user=st.sampled_from(["a", "b"]),
        account=st.sampled_from([ONE, TWO]),
    ),
    unique_by=lambda k: (k.user_id, k.key_id),
)
stocks = st.builds(
    lambda people, keys: stock(people, keys, visit(ONE), visit(TWO)),
    st.lists(persons, unique_by=lambda p: p.user_id),
    key_lists,
)


@given(stocks)
def test_nothing_changes_from_a_stock_take_to_itself(one: Stock) -> None:
    assert changes(one, one).changes == ()


PAIRS = {
    What.USER_NEW: What.USER_GONE,
    What.ADMIN_NEW: What.ADMIN_GONE,
    What.MFA_SET: What.MFA_REMOVED,
    What.PASSWORD_NEW: What.PASSWORD_GONE,
}


@given(stocks, stocks)
def test_what_was_done_is_undone_on_the_way_back(one: Stock, two: Stock) -> None:
    there, back = told(one, two), told(two, one)
    for what, undone in PAIRS.items():
        assert sorted(u for w, u in there if w is what) == sorted(u for w, u in back if w is undone)


@given(stocks, stocks)
def test_the_number_of_users_is_what_it_was_with_the_new_and_without_the_gone(one: Stock, two: Stock) -> None:
    found = [w for w, _ in told(one, two)]
    assert len(two.people) == len(one.people) + found.count(What.USER_NEW) - found.count(What.USER_GONE)


def test_a_day_on_which_nothing_happened_is_not_told() -> None:
    quiet = Changes(DAY - timedelta(days=1), DAY)
    assert notice_of(News(quiet, 10, 10), at=AT) is None
    soon = Ending(7, Reason(ONE, "backup", "r", "o", DAY + timedelta(days=7)))
    told = notice_of(News(quiet, 10, 10, ending=(soon,)), at=AT)
    assert told is not None
    assert told.key.startswith("people:2026-11-23:2026-11-24:")
