"""What is told of users and keys by message: the number against its goal, what changed, and which reasons end. Pure."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import msgspec

from ishigaki.core.estate import Milestone
from ishigaki.core.forecast import Course, Forecast
from ishigaki.core.notice import Notice
from ishigaki.core.people_changes import Changes
from ishigaki.core.reasons import Reason


class Ending(msgspec.Struct, frozen=True):
    """A reason that ends in so many days."""

    days: int
    reason: Reason


class News(msgspec.Struct, frozen=True):
    """Told as facts["people"]. `before` is the number of users at the beginning, None where there was none. With `asks`
    the new users have no reason yet."""

    changes: Changes
    users: int
    before: int | None = None
    goal: tuple[Milestone, ...] = ()
    forecast: Forecast = Forecast(Course.TOO_EARLY)
    ending: tuple[Ending, ...] = ()
    asks: bool = False


def notice_of(news: News, *, at: datetime) -> Notice | None:
    """The notice of a day; None where there is nothing to tell."""
    happened = news.changes.changes or news.changes.new_accounts or news.ending
    return told(news, at=at) if happened else None


def told(news: News, *, at: datetime) -> Notice:
    """The notice, once for each pair of dates and what happened between them: a day that is taken anew may hold more,
    and the day after does not look back beyond it."""
    happened = news.changes
    digest = sha256(
        msgspec.json.encode((happened.changes, happened.new_accounts), order="sorted")
    ).hexdigest()
    return Notice(
        key=f"people:{happened.since}:{happened.until}:{digest[:12]}",
        kind="people",
        at=at,
        audience=("security",),
        count=len(news.changes.changes),
        facts={"people": news},
    )
