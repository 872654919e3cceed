"""Where the number of users is going: the goal line, and a range of months in which zero is reached. Pure.

The slope is the median of the slopes between all pairs of weekly values (Theil and Sen), its range the one that
Kendall's test leaves open at 90 %: a single bulk deletion or a late account bends neither. Weekly values, because users
go in batches and neighbouring days tell the same twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations, pairwise
from statistics import median

import msgspec

from ishigaki.core.estate import Milestone

WINDOW = timedelta(days=91)  # as far back as the forecast looks: 13 weeks
FEWEST = 4  # weekly values
MONTH = 30  # days for which a pace is told
FARTHEST = timedelta(days=3650)  # what is farther away is no forecast
CONFIDENCE_90 = 1.645


class Course(StrEnum):
    """What can be said of the way to zero."""

    TOO_EARLY = "too_early"  # fewer than four weeks of stock-takes
    NOT_FALLING = "not_falling"
    FALLING = "falling"
    REACHED = "reached"


class Forecast(msgspec.Struct, frozen=True):
    """`pace` is the change in a month, negative where the number falls. Zero is reached between `earliest` and `latest`;
    None for `latest` where the slowest pace that is still likely leads nowhere within ten years."""

    course: Course
    pace: float = 0
    earliest: date | None = None
    latest: date | None = None


def forecast(values: Sequence[tuple[date, int]]) -> Forecast:
    """Where values by date, oldest first, are going."""
    if values and values[-1][1] == 0:
        return Forecast(Course.REACHED)
    points = _weekly(values)
    if len(points) < FEWEST:
        return Forecast(Course.TOO_EARLY)
    slopes = sorted((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2))
    slope = median(slopes)
    steepest, shallowest = _range(slopes, len(points))
    day, left = values[-1]
    earliest = _zero(day, left, steepest)
    if slope >= 0 or earliest is None:
        return Forecast(Course.NOT_FALLING, slope * MONTH)
    return Forecast(Course.FALLING, slope * MONTH, earliest, _zero(day, left, shallowest))


def _weekly(values: Sequence[tuple[date, int]]) -> list[tuple[int, int]]:
    """The newest value of each week of the window, counted back from the newest of all; days as numbers."""
    if not values:
        return []
    last = values[-1][0]
    weeks = {(last - day).days // 7: (day.toordinal(), value) for day, value in values if last - day < WINDOW}
    return sorted(weeks.values())


def _range(slopes: Sequence[float], points: int) -> tuple[float, float]:
    """The steepest and the shallowest slope that are still likely."""
    pairs = len(slopes)
    spread = CONFIDENCE_90 * math.sqrt(points * (points - 1) * (2 * points + 5) / 18)
    low = max(0, math.floor((pairs - spread) / 2))
    high = min(pairs - 1, math.ceil((pairs + spread) / 2))
    return slopes[low], slopes[high]


def _zero(day: date, left: int, slope: float) -> date | None:
    """When nothing is left at this pace; None where that is too far away to be told."""
    days = math.ceil(left / -slope) if slope < 0 else math.inf
    return day + timedelta(days=int(days)) if days <= FARTHEST.days else None


def goal_on(goal: Sequence[Milestone], day: date) -> float | None:
    """How many users there should be at most on a day: the straight line between two milestones, after the last one its
    number; None before the first."""
    if not goal or day < goal[0].day:
        return None
    for one, next_ in pairwise(goal):
        if day < next_.day:
            share = (day - one.day) / (next_.day - one.day)
            return one.users + (next_.users - one.users) * share
    return float(goal[-1].users)


def next_milestone(goal: Sequence[Milestone], day: date) -> Milestone | None:
    """The milestone that comes next after a day."""
    return next((m for m in goal if m.day > day), None)
