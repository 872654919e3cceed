"""The numbers: their definitions by example, and what must hold whatever the history is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.case import Case, Event, State
from ishigaki.core.finding import Severity
from ishigaki.core.numbers import Numbers, Period, before, count, month, rounds_of, summary

TOKYO = ZoneInfo("Asia/Tokyo")
NOVEMBER = month(2026, 11, TOKYO)
START = datetime(2026, 11, 2, 9, tzinfo=TOKYO)
WEEK = timedelta(days=7)
LATER = datetime(2026, 12, 20, tzinfo=TOKYO)
WHAT = (
    "told",
    "acknowledged",
    "fixing",
    "claimed_fixed",
    "extended",
    "done",
    "excepted",
    "reminded",
    "joined",
)


def case(id: str = "c1", *, opened: datetime = START, due: datetime | None = None, **more: Any) -> Case:
    facts: dict[str, Any] = {"owner": "web", "kind": "S3.8", "environment": "production", **more}
    return Case(
        id,
        severity=Severity.HIGH,
        urgent=False,
        state=State.NEW,
        opened=opened,
        due=due or opened + WEEK,
        clock=opened,
        since=opened,
        **facts,
    )


def history(id: str = "c1", /, **at: float | tuple[float, dict[str, Any]]) -> list[Event]:
    """Events so many hours after the start."""
    return [
        Event(id, START + timedelta(hours=when[0] if isinstance(when, tuple) else when), "x", what, facts)
        for what, when in at.items()
        for facts in [when[1] if isinstance(when, tuple) else {}]
    ]


def counted(
    events: Sequence[Event], *cases: Case, now: datetime = LATER, period: Period = NOVEMBER
) -> Numbers:
    return count(rounds_of(cases or (case(),), events), period, now=now)


@pytest.mark.parametrize(
    "what", ["acknowledged", "fixing", "claimed_fixed", "extended", "done", "closed_by_hand", "excepted"]
)
def test_whatever_answers_in_time_is_acted_upon(what: str) -> None:
    found = counted(history(opened=0, **{what: 167}))
    assert (found.acted, found.due, found.share) == (1, 1, 1.0)
    late = counted(history(opened=0, **{what: 169}))
    assert (late.acted, late.due, late.share) == (0, 1, 0.0)


@pytest.mark.parametrize("what", ["commented", "assigned", "reminded", "escalated", "joined", "moved"])
def test_what_is_not_an_answer_does_not_count(what: str) -> None:
    assert counted(history(opened=0, **{what: 5})).acted == 0


def test_nothing_due_is_no_share() -> None:
    assert Numbers().share is None
    early = counted(history(opened=0, acknowledged=1), now=START + timedelta(days=6))
    assert (early.due, early.share, early.opened, early.open) == (0, None, 1, 1)


def test_a_round_counts_in_the_month_of_its_first_deadline_and_in_no_other() -> None:
    due = datetime(2026, 11, 30, 23, 59, tzinfo=TOKYO)
    events = history(opened=(0, {"due": due.isoformat()}), extended=(1, {"due": LATER.isoformat()}))
    long = case(due=LATER, extended=LATER)
    months = [counted(events, long, period=month(2026, n, TOKYO), now=LATER + WEEK) for n in (10, 11, 12)]
    assert [m.due for m in months] == [0, 1, 0]
    assert [m.extended for m in months] == [0, 1, 0]


def test_a_deadline_that_was_extended_is_not_overdue_until_the_new_one() -> None:
    events = history(opened=(0, {"due": START + WEEK}), extended=(24, {"due": START + 3 * WEEK}))
    long = case(due=START + 3 * WEEK)
    weeks = [counted(events, long, now=START + n * WEEK + timedelta(hours=1)).overdue for n in (1, 2, 3)]
    assert weeks == [0, 0, 1]


def test_an_extension_tells_the_deadline_before_it() -> None:
    until = START + 3 * WEEK
    facts = {"before": (START + WEEK).isoformat(), "until": until.isoformat()}
    (only,) = rounds_of([case(due=until, extended=until)], history(opened=0, extended=(24, facts)))
    assert (only.due, only.overdue_at(START + 2 * WEEK)) == (START + WEEK, False)
    twice = {"before": until.isoformat(), "until": (START + 4 * WEEK).isoformat()}
    again = [*history(opened=0, extended=(24, facts)), *history(extended=(48, twice))]
    (only,) = rounds_of([case(due=START + 4 * WEEK)], again)
    assert [due for _, due in only.dues] == [START + WEEK, until, START + 4 * WEEK]


def test_a_round_whose_deadline_nobody_kept_is_in_no_share() -> None:
    events = [*history(opened=0, done=48), *history(reopened=100)]
    found = counted(events, case(due=START + timedelta(hours=268)))
    assert (found.due, found.done, found.reopened) == (1, 1, 1)


def test_what_is_over_is_counted_as_it_stood_at_its_end() -> None:
    events = history(opened=0, done=24 * 40)
    assert (counted(events).open, counted(events).overdue) == (1, 1)
    december = counted(events, period=month(2026, 12, TOKYO), now=LATER)
    assert (december.open, december.overdue, december.done) == (0, 0, 1)


def test_a_relapse_is_a_round_of_its_own() -> None:
    events = [
        *history(opened=(0, {"due": START + WEEK}), acknowledged=2, done=48),
        *history(relapsed=(100, {"due": START + timedelta(hours=268)})),
        *history(reopened=101),
    ]
    found = counted(events, case(due=START + timedelta(hours=268)))
    assert (found.opened, found.reopened, found.done) == (1, 1, 1)
    assert (found.acted, found.due) == (1, 2)
    assert (found.open, found.overdue) == (1, 1)


def test_the_hours_are_those_from_the_beginning() -> None:
    cases = [case(str(n), opened=START) for n in range(1, 11)]
    events = [e for n in range(1, 11) for e in history(str(n), opened=0, fixing=n, done=10 * n)]
    found = counted(events, *cases)
    assert found.to_acknowledge is not None
    assert found.to_fix is not None
    assert (found.to_acknowledge.median, found.to_acknowledge.p90) == (5.5, 9.0)
    assert (found.to_fix.count, found.to_fix.median, found.to_fix.p90) == (10, 55.0, 90.0)
    assert counted(history(opened=0, excepted=5)).to_fix is None


def test_the_whole_is_told_by_owner_control_account_and_environment() -> None:
    cases = [case("a", owner="web"), case("b", owner="data", kind="EC2.13", environment="non-production")]
    events = [*history("a", opened=0, done=3), *history("b", opened=0)]
    accounts = {"a": ["111122223333"], "b": ["111122223333", "444455556666"]}
    found = summary(cases, events, NOVEMBER, now=LATER, accounts=accounts)
    assert (found.total.acted, found.total.due) == (1, 2)
    assert {k: n.share for k, n in found.by_owner.items()} == {"data": 0.0, "web": 1.0}
    assert {k: n.due for k, n in found.by_account.items()} == {"111122223333": 2, "444455556666": 1}
    assert set(found.by_control) == {"EC2.13", "S3.8"}
    assert set(found.by_environment) == {"non-production", "production"}


def test_the_month_before_is_there_only_where_the_history_reaches_back() -> None:
    one = [case()]
    assert summary(one, history(opened=0), NOVEMBER, now=LATER, accounts={}).before is None
    december = summary(one, history(opened=0), month(2026, 12, TOKYO), now=LATER, accounts={})
    assert december.before is not None
    assert (december.before.due, december.total.due) == (1, 0)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "Europe/Berlin", "Pacific/Apia"])
def test_months_of_a_zone_follow_each_other_without_a_gap(zone: str) -> None:
    here = ZoneInfo(zone)
    months = [month(y, m, here) for y in (2025, 2026, 2027) for m in range(1, 13)]
    for one, following in pairwise(months):
        assert one.until == following.since
        assert before(following) == one


def test_before_another_period_lies_one_as_long() -> None:
    week = Period(START, START + WEEK)
    assert before(week) == Period(START - WEEK, START)


moments = st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Case], list[Event]]:
    cases, events = [], []
    for number in range(draw(st.integers(0, 6))):
        opened = draw(moments)
        made = case(str(number), opened=opened, due=opened + timedelta(hours=draw(st.integers(1, 500))))
        cases.append(made)
        events.append(Event(made.id, opened, "ishigaki", "opened", {"due": made.due}))
        for what, hours in draw(
            st.lists(st.tuples(st.sampled_from((*WHAT, "reopened")), st.integers(0, 1500)), max_size=8)
        ):
            at = opened + timedelta(hours=hours)
            # As triage writes it: a round that begins anew says its deadline.
            facts = {"due": at + timedelta(hours=24)} if what == "reopened" else {}
            events.append(Event(made.id, at, "x", what, facts))
    return cases, events


@given(worlds(), moments)
def test_a_share_is_a_share_and_counts_add_up(world: tuple[list[Case], list[Event]], now: datetime) -> None:
    cases, events = world
    accounts = {c.id: ["111122223333"] for c in cases}
    found = summary(cases, events, NOVEMBER, now=now, accounts=accounts)
    total = found.total
    assert (total.share is None) == (not total.due)
    assert total.share is None or 0 <= total.share <= 1
    assert total.overdue <= total.open
    for groups in (found.by_owner, found.by_control, found.by_account, found.by_environment):
        for name in ("due", "acted", "opened", "reopened", "done", "open", "overdue", "extended"):
            assert sum(getattr(n, name) for n in groups.values()) == getattr(total, name)
    for spread in (total.to_fix, total.to_acknowledge):
        assert spread is None or 0 <= spread.median <= spread.p90


@given(worlds())
def test_months_share_out_the_rounds(world: tuple[list[Case], list[Event]]) -> None:
    """Every round is due in one month, and what happened happened in one."""
    rounds = rounds_of(*world)
    far = datetime(2028, 1, 1, tzinfo=TOKYO)
    months = [count(rounds, month(y, m, TOKYO), now=far) for y in (2026, 2027) for m in range(1, 13)]
    whole = count(rounds, Period(month(2026, 1, TOKYO).since, far), now=far)
    for name in ("due", "acted", "opened", "reopened", "done", "excepted", "extended"):
        assert sum(getattr(m, name) for m in months) == getattr(whole, name)


@given(worlds(), moments)
def test_a_month_that_is_over_does_not_change(world: tuple[list[Case], list[Event]], now: datetime) -> None:
    """What happens after its end, and whenever one looks, changes none of its figures."""
    cases, events = world
    october = month(2026, 10, TOKYO)
    then = [e for e in events if e.at < october.until]
    known = [c for c in cases if c.opened < october.until]
    at_its_end = count(rounds_of(known, then), october, now=october.until)
    afterwards = count(rounds_of(cases, events), october, now=max(now, october.until))
    assert afterwards == at_its_end


@given(worlds())
def test_the_order_of_events_does_not_matter(world: tuple[list[Case], list[Event]]) -> None:
    cases, events = world
    by_time = sorted(events, key=lambda e: e.at)
    assert count(rounds_of(cases, by_time), NOVEMBER, now=LATER) == count(
        rounds_of(cases, events), NOVEMBER, now=LATER
    )
