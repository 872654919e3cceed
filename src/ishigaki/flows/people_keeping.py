"""Users and keys as keeping knows them: what a new stock-take changed is told, and users without a reason become work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import msgspec
import sqlalchemy as sa

from ishigaki.core.estate import Estate
from ishigaki.core.intake import Read
from ishigaki.core.notice import Notice
from ishigaki.core.people_changes import Stock
from ishigaki.core.people_news import notice_of
from ishigaki.core.reasons import Reason, settled, without_reason
from ishigaki.flows.keeper import Keeper, deciding, post
from ishigaki.flows.people_trend import before, news_of, view_of
from ishigaki.flows.tick import Step
from ishigaki.store import cases, intake
from ishigaki.store.lake import History
from ishigaki.store.people_counts import stock
from ishigaki.store.transactions import reading

STOCK = "people"  # on which stock-take and register it was decided
Register = Callable[[date], Sequence[Reason] | None]


def keeping(
    keeper: Keeper, estate: Estate | None, register: Register, *, clock: Callable[[], datetime]
) -> Step:
    """The newest stock-take told and turned into work, once. `register` reads the users that stay; where it is None
    nobody has asked for reasons, and no user is taken for one without."""

    def step() -> Mapping[str, object]:
        history, now = History(keeper.store), clock()
        days = history.days()
        if not days:
            return {}
        today = keeper.calendar.local(now).date()
        reasons = register(today)
        basis = _basis(history, days[-1], reasons, today)
        with reading(keeper.engine) as connection:
            if cases.mark(connection, STOCK) == basis:
                return {}
        newest = stock(history, days[-1])
        notice = _notice(keeper, history, newest, reasons or (), estate, now=now)
        with deciding(keeper, now) as connection:
            bare = 0 if reasons is None else _enter(connection, newest, reasons, today=today, now=now)
            letters = post(keeper, connection, [notice] if notice else [], now=now)
            cases.set_mark(connection, STOCK, basis)
        return {"stock_take": str(newest.day), "without_reason": bare, "letters": letters}

    return step


def _basis(history: History, day: date, reasons: Sequence[Reason] | None, today: date) -> str:
    """What decisions go by: a stock-take of the same day may be made anew, and reasons end with a day."""
    made = history.path(day).stat().st_mtime_ns
    told = msgspec.json.encode((day, made, reasons, today))
    return hashlib.sha256(told).hexdigest()


def _notice(
    keeper: Keeper,
    history: History,
    newest: Stock,
    reasons: Sequence[Reason],
    estate: Estate | None,
    *,
    now: datetime,
) -> Notice | None:
    """What changed since the stock-take of the day before; the outbox tells the same thing of the same dates once."""
    since = before(history, day=newest.day, span="yesterday")
    if since is None:
        return None
    view = view_of(history, language=keeper.language, estate=estate)
    today = keeper.calendar.local(now).date()
    return notice_of(news_of(stock(history, since), newest, view, reasons, today=today), at=now)


def _enter(
    connection: sa.Connection, newest: Stock, reasons: Sequence[Reason], *, today: date, now: datetime
) -> int:
    """Enter who has no reason, and whose matter is settled; how many have none."""
    bare = without_reason(newest.rows, reasons, today=today)
    over = settled(intake.detections(connection), newest.rows, bare)
    intake.enter(connection, f"people:{newest.day}", Read((*bare, *over)), now)
    return len(bare)
