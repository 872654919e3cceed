"""Deadlines and digests, in the estate's time zone and by its working days. Pure.

Moments are aware and come out in UTC; what people live by is local. A day of a deadline ends at the same time of day
as it began. Where the clock jumps over that time, the deadline is as much later; where it strikes twice, it is the
second time: neither takes an hour from anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

Unit = Literal["hours", "days", "business days"]
UNITS: dict[str, Unit] = {
    "hour": "hours",
    "hours": "hours",
    "day": "days",
    "days": "days",
    "business day": "business days",
    "business days": "business days",
}
MOST: dict[Unit, int] = {"hours": 24 * 366, "days": 366, "business days": 260}  # a year of each
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SATURDAY = 5
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Within:
    """The time there is for something. `str` is what was written."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit if self.amount != 1 else self.unit.removesuffix('s')}"

    @property
    def urgent(self) -> bool:
        """What has hours does not wait."""
        return self.unit == "hours"


@dataclass(frozen=True)
class Calendar:
    """Which days are worked where the estate is at home: no weekend, no holiday, no day it is `closed`."""

    zone: tzinfo = UTC
    holidays: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.holidays and day not in self.closed

    def next_worked(self, day: date) -> date:
        """This day, or the first after it that is worked."""
        while not self.works(day):
            day += DAY
        return day

    def moment(self, day: date, at: time) -> datetime:
        """A local time of a day, in UTC."""
        local = datetime.combine(day, at.replace(tzinfo=None, fold=0), tzinfo=self.zone)
        return max(local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


def parse_within(text: str) -> Within:
    """`24 hours`, `7 days` or `5 business days`, from 1 to a year of them. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,4}) +((?:business +)?\w+)", text.strip().lower())
    unit = UNITS.get(re.sub(r" +", " ", found.group(2))) if found else None
    if found is None or unit is None or not 1 <= int(found.group(1)) <= MOST[unit]:
        raise ValueError(text)
    return Within(int(found.group(1)), unit)


def due(start: datetime, within: Within, calendar: Calendar) -> datetime:
    """When the time is over that begins at `start`."""
    if within.unit == "hours":
        return start.astimezone(UTC) + timedelta(hours=within.amount)
    local = calendar.local(start)
    if within.unit == "days":
        day = local.date() + timedelta(days=within.amount)
    else:
        day = local.date()
        for _ in range(within.amount):
            day = calendar.next_worked(day + DAY)
    return calendar.moment(day, local.time())


def working_morning(after: datetime, weekday: int, at: time, calendar: Calendar) -> datetime:
    """The first time after a moment that it is `at` on this weekday (Monday is 0), or, where that day is not worked,
    on the next that is."""
    today = calendar.local(after).date()
    latest = today - timedelta(days=(today.weekday() - weekday) % 7)
    # What was put off from an earlier week comes out on the same day as what was put off from the latest.
    moment = calendar.moment(calendar.next_worked(latest), at)
    return moment if moment > after else calendar.moment(calendar.next_worked(latest + WEEK), at)
