"""Where the number of users stands against its goal, and where it is going, in words. Months and ranges, never a day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from ishigaki.core.estate import Milestone
from ishigaki.core.forecast import Forecast, goal_on, next_milestone
from ishigaki.report.words import phrase
from ishigaki.texts import Words


def goal_words(goal: Sequence[Milestone], day: date, users: int) -> list[Words]:
    """Whether the goal is met on a day, and the next milestone; nothing where no goal is set."""
    said = []
    today = allowed(goal, day)
    if today is not None:
        key = "goal" if users > today else "goal_met"
        said.append(phrase(f"trend.{key}", day=str(day), goal=today, over=max(0, users - today)))
    coming = next_milestone(goal, day)
    if coming is not None:
        said.append(phrase("trend.goal_next", users=coming.users, day=str(coming.day)))
    return said


def allowed(goal: Sequence[Milestone], day: date) -> int | None:
    """How many users there may be on a day by the goal."""
    today = goal_on(goal, day)
    return None if today is None else math.floor(today)


def course_words(forecast: Forecast) -> Words:
    """When zero is reached, as far as that can be told."""
    if forecast.earliest is None:
        return phrase(f"trend.{forecast.course}")
    earliest = month(forecast.earliest)
    if forecast.latest is None:
        return phrase("trend.falling_open", earliest=earliest)
    if month(forecast.latest) == earliest:
        return phrase("trend.falling_sharp", earliest=earliest)
    return phrase("trend.falling", earliest=earliest, latest=month(forecast.latest))


def month(day: date) -> str:
    return f"{day:%Y-%m}"


def signed(change: int) -> str:
    """A change as people read it, with a minus that is one."""
    return f"{change:+,}".replace("-", "\N{MINUS SIGN}") if change else "±0"
