"""Deadlines: the worked examples, daylight saving, year end, holidays; and what holds of every one of them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.deadline import (
    Calendar,
    Within,
    due,
    parse_within,
    working_morning,
)

TOKYO, BERLIN, APIA = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")
ZONES = (UTC, TOKYO, BERLIN, APIA, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe"))
MONDAY = 0
JAPAN = frozenset(
    {date(2027, 1, 1), date(2027, 1, 11), date(2027, 4, 29)} | {date(2027, 5, day) for day in (3, 4, 5)}
)
YEAR_END = frozenset(date(2026, 12, 29) + timedelta(days=day) for day in range(6))
OFFICE = Calendar(TOKYO, JAPAN, YEAR_END)

FIRST, LAST = datetime(2010, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001 - the strategy adds the zone
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
withins = st.one_of(
    st.builds(Within, st.integers(1, 500), st.just("hours")),
    st.builds(Within, st.integers(1, 60), st.sampled_from(["days", "business days"])),
)
calendars = st.builds(
    Calendar,
    st.sampled_from(ZONES),
    st.frozensets(st.dates(date(2010, 1, 1), date(2036, 1, 1)), max_size=20),
    st.frozensets(st.dates(date(2026, 12, 20), date(2027, 1, 20)), max_size=30),
)


def tokyo(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        (tokyo(2026, 12, 25, 15), "7 days", tokyo(2027, 1, 1, 15)),
        (tokyo(2026, 12, 25, 15), "5 business days", tokyo(2027, 1, 7, 15)),
        (tokyo(2027, 4, 28, 15), "7 days", tokyo(2027, 5, 5, 15)),
        (tokyo(2027, 4, 28, 15), "5 business days", tokyo(2027, 5, 11, 15)),
        (tokyo(2026, 11, 23, 18), "24 hours", tokyo(2026, 11, 24, 18)),
        (tokyo(2026, 11, 28, 10), "1 business day", tokyo(2026, 11, 30, 10)),  # from a Saturday: Monday
    ],
)
def test_the_worked_examples(start: datetime, text: str, end: datetime) -> None:
    found = due(start, parse_within(text), OFFICE)
    assert found == end
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        # The clock goes on at 2:00 on 29 March and back at 3:00 on 25 October.
        ("2026-03-28T10:00+01:00", "1 day", "2026-03-29T10:00+02:00"),
        ("2026-03-28T10:00+01:00", "24 hours", "2026-03-29T11:00+02:00"),
        ("2026-03-28T02:30+01:00", "1 day", "2026-03-29T03:30+02:00"),
        ("2026-10-24T02:30+02:00", "1 day", "2026-10-25T02:30+01:00"),
        ("2026-10-24T10:00+02:00", "24 hours", "2026-10-25T09:00+01:00"),
        ("2026-10-25T02:30+02:00", "1 day", "2026-10-26T02:30+01:00"),
        ("2026-10-25T02:30+01:00", "1 day", "2026-10-26T02:30+01:00"),
    ],
)
def test_a_day_ends_at_the_same_time_of_day_whatever_the_clock_does(start: str, text: str, end: str) -> None:
    found = due(datetime.fromisoformat(start), parse_within(text), Calendar(BERLIN))
    assert found == datetime.fromisoformat(end)


def test_a_day_that_a_zone_left_out_costs_nobody_a_day() -> None:
    start = datetime(2011, 12, 29, 12, tzinfo=APIA)  # Samoa had no 30 December 2011
    assert due(start, parse_within("1 day"), Calendar(APIA)) == datetime(2011, 12, 31, 12, tzinfo=APIA)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("24 hours", "24 hours"),
        ("1 Hour", "1 hour"),
        (" 7  days ", "7 days"),
        ("5  business  days", "5 business days"),
    ],
)
def test_times_are_read_as_people_write_them(text: str, said: str) -> None:
    assert str(parse_within(text)) == said
    assert parse_within(said) == parse_within(text)


@pytest.mark.parametrize(
    "text", ["", "7", "days", "0 days", "-1 days", "1.5 days", "367 days", "9000 hours", "2 weeks", "7 days!"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse_within(text)


@given(moments, withins, calendars)
def test_a_deadline_lies_ahead_and_no_less_time_away_than_was_given(
    start: datetime, within: Within, calendar: Calendar
) -> None:
    end = due(start, within, calendar)
    assert end > start
    assert end.tzinfo is UTC
    if within.unit == "hours":
        assert end - start == timedelta(hours=within.amount)
    else:
        days = calendar.local(end).date() - calendar.local(start).date()
        assert days >= timedelta(days=within.amount)


@given(moments, withins, calendars)
def test_more_time_is_never_a_shorter_time(start: datetime, within: Within, calendar: Calendar) -> None:
    longer = Within(within.amount + 1, within.unit)
    assert due(start, longer, calendar) > due(start, within, calendar)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=40)), withins, calendars)
def test_who_begins_later_ends_no_sooner(
    start: datetime, pause: timedelta, within: Within, calendar: Calendar
) -> None:
    first, second = due(start, within, calendar), due(start + pause, within, calendar)
    # Where an hour is struck twice, two beginnings an hour apart have the same time of day.
    slack = (
        timedelta(0) if calendar.zone in (UTC, TOKYO) else timedelta(hours=24 if calendar.zone == APIA else 1)
    )
    assert second >= first - slack


@given(moments, st.integers(1, 40), calendars)
def test_business_days_end_on_a_worked_day_with_as_many_worked_days_between(
    start: datetime, amount: int, calendar: Calendar
) -> None:
    first = calendar.local(start).date()
    end = due(start, Within(amount, "business days"), Calendar(UTC, calendar.holidays, calendar.closed))
    last = end.date()
    assert calendar.works(last)
    between = [start.date() + timedelta(days=n) for n in range(1, (last - start.date()).days + 1)]
    assert sum(calendar.works(day) for day in between) == amount
    assert abs((first - start.date()).days) <= 1


@given(moments, st.integers(0, 6), st.times(time(4), time(20)), calendars)
def test_the_morning_of_a_digest_is_the_next_and_is_worked(
    after: datetime, weekday: int, at: time, calendar: Calendar
) -> None:
    morning = working_morning(after, weekday, at, calendar)
    assert morning > after
    assert calendar.works(calendar.local(morning).date())
    assert calendar.local(morning).time() == at
    # Nothing is passed over: seen from just before it, it is the next one still.
    assert working_morning(morning - timedelta(microseconds=1), weekday, at, calendar) == morning


@pytest.mark.parametrize(
    ("after", "morning"),
    [
        (tokyo(2026, 11, 20, 12), tokyo(2026, 11, 23, 9)),
        (tokyo(2026, 11, 23, 8, 59), tokyo(2026, 11, 23, 9)),
        (tokyo(2026, 11, 23, 9), tokyo(2026, 11, 30, 9)),
        (tokyo(2026, 12, 25, 9), tokyo(2026, 12, 28, 9)),
        (tokyo(2026, 12, 28, 9), tokyo(2027, 1, 4, 9)),
        (tokyo(2027, 1, 8, 9), tokyo(2027, 1, 12, 9)),  # Monday is Coming of Age Day
        (tokyo(2027, 1, 11, 12), tokyo(2027, 1, 12, 9)),
        (tokyo(2027, 5, 1, 9), tokyo(2027, 5, 6, 9)),  # three holidays from Monday
    ],
)
def test_a_digest_comes_on_its_weekday_or_the_next_that_is_worked(after: datetime, morning: datetime) -> None:
    assert working_morning(after, MONDAY, time(9), OFFICE) == morning
