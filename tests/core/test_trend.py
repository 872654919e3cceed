"""The trend of users and keys: totals are sums, what was not seen is carried and says so; forecasts claim little."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.estate import Milestone, parse
from ishigaki.core.forecast import FARTHEST, Course, Forecast, forecast, goal_on, next_milestone
from ishigaki.core.people_numbers import Numbers
from ishigaki.core.trend import LEFT_AFTER, Count, Point, at, trend
from ishigaki.core.usage import UsageError

DAY = date(2026, 11, 24)
ONE, TWO = "111122223333", "444455556666"


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def count(account: str, days: int, users: int = 0, *, seen: bool = True) -> Count:
    return Count(ago(days), account, seen, Numbers(users=users))


def users(points: tuple[Point, ...]) -> list[int]:
    return [p.numbers.users for p in points]


def test_a_total_is_the_sum_of_its_accounts() -> None:
    found = trend([count(ONE, 1, 10), count(TWO, 1, 5), count(ONE, 0, 8), count(TWO, 0, 5)])
    assert users(found.total) == [15, 13]
    assert all(p.whole for p in found.total)


def test_an_unseen_account_counts_with_its_last_good_figures() -> None:
    found = trend(
        [count(ONE, 2, 10), count(TWO, 2, 5), count(ONE, 1, seen=False), count(TWO, 1, 4), count(TWO, 0, 3)]
    )
    assert users(found.total) == [15, 14, 13]
    assert [p.carried for p in found.total] == [{}, {ONE: ago(2)}, {ONE: ago(2)}]
    assert [p.seen for p in found.total] == [2, 1, 1]
    assert [p.whole for p in found.total] == [True, False, False]


def test_an_account_that_was_never_seen_is_named_and_not_counted() -> None:
    found = trend([count(ONE, 1, 10), count(TWO, 1, seen=False), count(ONE, 0, 10), count(TWO, 0, 5)])
    assert [(p.numbers.users, p.missing) for p in found.total] == [(10, (TWO,)), (15, ())]


def test_an_account_that_no_stock_take_names_any_more_has_left() -> None:
    last = LEFT_AFTER.days
    days = [count(TWO, d, 5) for d in range(last + 10)]
    found = trend([*days, count(ONE, last + 9, 10)])
    assert users(found.accounts[ONE]) == [10] * (last + 1)
    assert found.total[-1].carried == {}


def test_an_account_that_is_unseen_for_months_stays() -> None:
    found = trend([count(ONE, 90, 10), *(count(ONE, d, seen=False) for d in range(90))])
    assert users(found.total) == [10] * 91


def test_what_could_not_be_told_makes_a_total_less_than_whole() -> None:
    (point,) = trend([Count(DAY, ONE, seen=True, numbers=Numbers(users=3, unsure=1))]).total
    assert not point.whole


def test_what_is_carried_into_a_window_comes_from_before_it() -> None:
    found = trend([count(ONE, 9, 7), count(ONE, 1, seen=False), count(ONE, 0, seen=False)], since=ago(1))
    assert [(p.day, p.numbers.users) for p in found.total] == [(ago(1), 7), (DAY, 7)]


def test_the_point_of_a_day_without_a_stock_take_is_the_one_before() -> None:
    points = trend([count(ONE, 9, 7), count(ONE, 1, 6)]).total
    assert at(points, ago(3)) == points[0]
    assert at(points, ago(10)) is None


numbers = st.builds(Numbers, **{name: st.integers(0, 300) for name in Numbers.__struct_fields__})
counts = st.lists(
    st.builds(
        Count,
        st.dates(ago(20), DAY),
        st.sampled_from([ONE, TWO, "777788889999"]),
        st.booleans(),
        numbers,
    ),
    unique_by=lambda c: (c.day, c.account),
)


@given(counts, st.randoms(use_true_random=False))
def test_totals_are_sums_whatever_was_seen_in_whatever_order(found: list[Count], random: Random) -> None:
    ordered = trend(found)
    random.shuffle(found)
    assert trend(found) == ordered
    for point in ordered.total:
        of_day = [p for points in ordered.accounts.values() for p in points if p.day == point.day]
        for measure in Numbers.__struct_fields__:
            assert getattr(point.numbers, measure) == sum(getattr(p.numbers, measure) for p in of_day)
        assert point.seen + len(point.carried) + len(point.missing) == len(of_day)
        assert all(good < point.day for good in point.carried.values())


@given(counts)
def test_every_figure_was_counted_on_the_date_that_it_is_said_to_be_of(found: list[Count]) -> None:
    known = {(c.account, c.day): c.numbers for c in found if c.seen}
    for account, points in trend(found).accounts.items():
        for point in points:
            if not point.missing:
                assert point.numbers == known[account, point.carried.get(account, point.day)]


def line(start: float, per_day: float, days: int = 90) -> list[tuple[date, int]]:
    return [(ago(days - 1 - d), max(0, round(start + per_day * d))) for d in range(days)]


def test_a_straight_line_is_foretold_to_the_day() -> None:
    found = forecast(line(300, -2))
    assert found.course is Course.FALLING
    assert found.pace == pytest.approx(-60)
    assert found.earliest == found.latest == DAY + timedelta(days=61)


def test_one_bulk_deletion_does_not_make_a_trend() -> None:
    flat = [(day, 300 if day < ago(10) else 200) for day, _ in line(0, 0)]
    found = forecast(flat)
    assert found.course is Course.NOT_FALLING


def test_a_late_account_does_not_hide_one() -> None:
    grown = [(day, value + (40 if day > ago(8) else 0)) for day, value in line(300, -2)]
    found = forecast(grown)
    assert found.course is Course.FALLING
    assert found.earliest is not None
    assert found.earliest < DAY + timedelta(days=110)


@pytest.mark.parametrize("days", [1, 8, 21])
def test_little_history_foretells_nothing(days: int) -> None:
    assert forecast(line(300, -5, days)).course is Course.TOO_EARLY
    assert forecast([]) == Forecast(Course.TOO_EARLY)


def test_what_is_at_zero_is_there() -> None:
    assert forecast(line(10, -1)).course is Course.REACHED


def test_what_hardly_falls_does_not_fall() -> None:
    assert forecast(line(3000, -0.1)).course is Course.NOT_FALLING


values = st.lists(st.integers(0, 400), min_size=1, max_size=120).map(
    lambda v: [(ago(len(v) - 1 - n), x) for n, x in enumerate(v)]
)


@given(values)
def test_a_forecast_is_a_range_in_the_future_and_never_of_what_rises(found: list[tuple[date, int]]) -> None:
    told = forecast(found)
    if told.course is Course.FALLING:
        assert told.pace < 0
        assert told.earliest is not None
        assert DAY < told.earliest <= (told.latest or date.max)
        assert (told.latest or told.earliest) <= DAY + FARTHEST
    else:
        assert told.earliest is None
        assert told.latest is None


@given(values, st.integers(2, 5))
def test_a_larger_estate_on_the_same_way_arrives_at_the_same_time(
    found: list[tuple[date, int]], times: int
) -> None:
    one, many = forecast(found), forecast([(day, value * times) for day, value in found])
    assert (one.course, one.earliest, one.latest) == (many.course, many.earliest, many.latest)


@given(values)
def test_a_number_that_never_falls_is_never_said_to(found: list[tuple[date, int]]) -> None:
    rising = sorted(value for _, value in found)
    told = forecast([(day, value) for (day, _), value in zip(found, rising, strict=True)])
    assert told.course is not Course.FALLING


GOAL = (Milestone(ago(100), 300), Milestone(DAY, 100), Milestone(DAY + timedelta(days=50), 0))


@pytest.mark.parametrize(
    ("day", "users"),
    [
        (ago(101), None),
        (ago(100), 300),
        (ago(50), 200),
        (DAY, 100),
        (DAY + timedelta(days=25), 50),
        (DAY + timedelta(days=99), 0),
    ],
)
def test_a_goal_is_a_line_through_its_milestones(day: date, users: float | None) -> None:
    assert goal_on(GOAL, day) == users


def test_the_next_milestone_is_after_the_day() -> None:
    assert next_milestone(GOAL, DAY) == GOAL[2]
    assert next_milestone(GOAL, DAY + timedelta(days=50)) is None
    assert goal_on((), DAY) is None


ESTATE = """\
[estate]
discover = "organizations"

[people]
goal = [
  {{ date = 2026-01-01, users = 300 }},
  {{ date = {second}, users = {users} }},
]
"""


def test_a_goal_is_read_from_the_estate_file() -> None:
    found = parse(ESTATE.format(second="2026-12-31", users=100), file="estate.toml")
    assert found.people.goal == (Milestone(date(2026, 1, 1), 300), Milestone(date(2026, 12, 31), 100))


@pytest.mark.parametrize(("second", "users"), [("2025-12-31", 100), ("2026-12-31", 301)])
def test_a_goal_that_goes_back_or_up_is_a_mistake(second: str, users: int) -> None:
    with pytest.raises(UsageError, match="estate_goal") as told:
        parse(ESTATE.format(second=second, users=users), file="estate.toml")
    assert told.value.facts == {"file": "estate.toml", "line": 5, "number": 2}
