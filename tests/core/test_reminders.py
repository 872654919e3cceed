"""Reminders: each stage once, ever more widely, and again after an extension."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ishigaki.core.case import Case, State
from ishigaki.core.reminders import Reminder, remind
from tests.core.cases import CASE, DAY, T

HOUR = timedelta(hours=1)
EVERY = 3 * DAY


def stages(case: Case, until: timedelta, step: timedelta = HOUR) -> list[tuple[timedelta, Reminder]]:
    """Every reminder of a case that is looked at hour by hour."""
    found, at = [], timedelta(0)
    while at <= until:
        reminder = remind(case, now=T + at, overdue_every=EVERY)
        if reminder:
            case = reminder.case
            found.append((at, reminder))
        at += step
    return found


def test_a_week_is_reminded_at_its_half_a_day_before_when_due_and_after() -> None:
    told = stages(CASE, 16 * DAY)
    assert [(at, r.stage, r.audience, r.escalated) for at, r in told] == [
        (3.5 * DAY, "half", ("owner",), None),
        (6 * DAY, "day_before", ("owner",), None),
        (7 * DAY, "due", ("owner", "lead"), "lead"),
        (10 * DAY, "overdue", ("owner", "lead"), None),
        (13 * DAY, "overdue", ("owner", "lead", "security"), "security"),
        (16 * DAY, "overdue", ("owner", "lead", "security"), None),
    ]


def test_a_day_has_no_day_before() -> None:
    urgent = replace(CASE, due=T + DAY, urgent=True)
    assert [(at, r.stage) for at, r in stages(urgent, DAY)] == [(12 * HOUR, "half"), (DAY, "due")]


def test_who_is_at_work_needs_no_word_at_half_the_time() -> None:
    fixing = replace(CASE, state=State.FIXING)
    assert [r.stage for _, r in stages(fixing, 7 * DAY)] == ["day_before", "due"]


def test_what_waits_for_its_recheck_is_reminded_of_when_it_is_due() -> None:
    claimed = replace(CASE, state=State.AWAITING_CONFIRMATION)
    assert [r.stage for _, r in stages(claimed, 7 * DAY)] == ["due"]


def test_after_a_long_sleep_only_the_newest_stage_is_told() -> None:
    assert [r.stage for _, r in stages(CASE, 20 * DAY, step=20 * DAY)] == ["overdue"]


def test_another_deadline_begins_anew() -> None:
    ((_, due),) = stages(replace(CASE, state=State.FIXING), 7 * DAY)[1:]
    extended = replace(due.case, due=T + 21 * DAY, clock=T + 7 * DAY, level=0)
    assert [(at, r.stage) for at, r in stages(extended, 21 * DAY) if at > 7 * DAY] == [
        (20 * DAY, "day_before"),
        (21 * DAY, "due"),
    ]


@pytest.mark.parametrize("state", [State.DONE, State.EXCEPTED])
def test_what_is_closed_is_quiet(state: State) -> None:
    assert not stages(replace(CASE, state=state), 30 * DAY, step=DAY)


@given(
    st.lists(st.timedeltas(min_value=timedelta(0), max_value=2 * DAY), max_size=20),
    st.timedeltas(min_value=HOUR, max_value=10 * DAY),
)
def test_no_stage_is_told_twice_and_none_goes_back(steps: list[timedelta], whole: timedelta) -> None:
    case, now = replace(CASE, due=T + whole), T
    told: list[str] = []
    for step in steps:
        now += step
        reminder = remind(case, now=now, overdue_every=EVERY)
        if reminder:
            assert reminder.case.level >= case.level
            case = reminder.case
            told.append(case.reminded)
        assert remind(case, now=now, overdue_every=EVERY) is None
    assert len(told) == len(set(told))
