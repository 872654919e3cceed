"""From the history of stock-takes to what is shown and told of users and keys. Reaches AWS not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from ishigaki.core.estate import Estate
from ishigaki.core.forecast import forecast
from ishigaki.core.people_changes import Stock, What, changes
from ishigaki.core.people_news import Ending, News
from ishigaki.core.reasons import Reason, beside, ending, parse
from ishigaki.core.trend import at, names, trend
from ishigaki.core.usage import UsageError
from ishigaki.report.people_trend import View
from ishigaki.store.lake import History
from ishigaki.store.people_counts import counts, stock
from ishigaki.texts import Language

SPANS: Mapping[str, timedelta] = {"yesterday": timedelta(days=1), "week": timedelta(days=7)}


def view_of(
    history: History,
    *,
    language: Language,
    estate: Estate | None = None,
    account: str = "",
    since: date | None = None,
) -> View:
    """The trend of all accounts, or of one. Raises `UsageError` where there is nothing to show."""
    counted = counts(history, account=account)
    if account and not counted:
        raise UsageError("people_no_account", accounts=account, day=max(history.days()))
    found = trend(counted, since=since)
    if not found.total:
        raise UsageError("people_none_since", since=since, newest=max(history.days()))
    goal = estate.people.goal if estate and not account else ()
    whole = trend(counted) if since else found  # a forecast looks as far back as it likes
    return View(
        trend=found,
        names=names(counted),
        language=language,
        goal=goal,
        forecast=forecast([(p.day, p.numbers.users) for p in whole.total]),
        one=bool(account),
    )


def reasons(path: Path, *, today: date, wanted: bool = False) -> tuple[Reason, ...]:
    """The register of users that stay; empty where there is no file, unless it is `wanted`. Raises `UsageError`."""
    if not path.is_file():
        if wanted:
            raise UsageError("reasons_missing", file=str(path))
        return ()
    return parse(path.read_text(encoding="utf-8"), file=str(path), today=today)


def before(history: History, *, day: date, span: str) -> date | None:
    """The newest stock-take that is at least so long before a date: `yesterday`, `week`, or a date as text. None where
    there is none. Raises `UsageError` for what is no date."""
    if span in SPANS:
        limit = day - SPANS[span]
    else:
        try:
            limit = date.fromisoformat(span)
        except ValueError:
            raise UsageError("people_since", since=span) from None
    return max((d for d in history.days() if d <= limit and d < day), default=None)


def news(history: History, view: View, register: Sequence[Reason], *, since: date, today: date) -> News:
    """What has changed from a stock-take to the newest of a view."""
    return news_of(stock(history, since), stock(history, view.last.day), view, register, today=today)


def news_of(then: Stock, now: Stock, view: View, register: Sequence[Reason], *, today: date) -> News:
    """What has changed from one stock-take to another, whose trend a view shows."""
    happened = changes(then, now)
    bare = {p.user_id for p in beside(now.rows, register, today=today).without}
    start = at(view.trend.total, then.day)
    return News(
        changes=happened,
        users=view.last.numbers.users,
        before=start.numbers.users if start else None,
        goal=view.goal,
        forecast=view.forecast,
        ending=tuple(Ending(days, reason) for days, reason in ending(register, since=then.day, today=today)),
        asks=any(c.what is What.USER_NEW and c.user_id in bare for c in happened.changes),
    )
