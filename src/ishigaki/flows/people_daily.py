"""A day's stock-take of the whole estate with its copy, as a person or `ishigaki run` asks for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime

from ishigaki.aws.access import Access
from ishigaki.core.estate import Estate
from ishigaki.core.usage import UsageError
from ishigaki.flows import estate as estates
from ishigaki.flows.keeper import Keeper
from ishigaki.flows.people import Stocktake, collect
from ishigaki.flows.people_copy import Copy
from ishigaki.flows.tick import Step
from ishigaki.store.lake import History, proven


def take_stock(
    access: Access,
    estate: Estate | None,
    *,
    history: History,
    day: date,
    now: datetime,
    only: Collection[str] = (),
    watch: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Stocktake, UsageError | None]:
    """Take stock of a day, of all accounts or of some, and put it into the copy in S3 where there is to be one; with
    what was in the copy's way. It is kept here whatever becomes of the copy. Raises `UsageError`, `NoEntry`."""
    url = estate.people.history if estate else ""
    # What the copy has of the date is fetched first: the new stock-take adds to it.
    trouble = _trouble(lambda: Copy(access, url).bring(history, day)) if url else None
    every = estates.accounts(access, estate)
    taken = collect(
        access,
        estates.accounts(access, estate, only=tuple(only)) if only else every,
        estate=every,
        jump=estate.estate.jump if estate else "",
        history=history,
        day=day,
        now=now,
        watch=watch,
    )
    if url:
        history.put_off(day)
        trouble = trouble or _trouble(lambda: Copy(access, url).put(history, day))
    return taken, trouble


def _trouble(copying: Callable[[], None]) -> UsageError | None:
    """Why the copy could not be reached or written; the stock-take goes on."""
    try:
        copying()
    except UsageError as no:
        return no
    return None


def collecting(
    reach: Callable[[], Access], estate: Estate | None, keeper: Keeper, *, clock: Callable[[], datetime]
) -> Step:
    """The stock-take of today, as `ishigaki people collect` takes it."""

    def step() -> Mapping[str, object]:
        proven()
        now = clock()
        day = keeper.calendar.local(now).date()
        taken, trouble = take_stock(reach(), estate, history=History(keeper.store), day=day, now=now)
        if trouble:
            raise trouble
        asked = [visit for visit in taken.visits if visit.account in taken.asked]
        return {
            "stock_take": str(day),
            "accounts": len(asked),
            "not_entered": [v.account for v in asked if v.code or not v.seen],
            "gaps": sum(len(v.gaps) for v in asked),
        }

    return step
