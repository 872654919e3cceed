"""The numbers of keeping as commands use them: the store's cases and history, summed up over a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, tzinfo

import msgspec
import sqlalchemy as sa

from ishigaki.core.case import Case, Event, Item
from ishigaki.core.digest import Monthly, MonthlyRow
from ishigaki.core.numbers import Numbers, Period, Summary, month, ranked, summary
from ishigaki.core.score import Score
from ishigaki.core.usage import UsageError
from ishigaki.store import cases as kept
from ishigaki.store.transactions import reading


class History(msgspec.Struct, frozen=True):
    """Everything that the numbers are made of. `accounts` are those that each case is about."""

    cases: Sequence[Case]
    events: Sequence[Event]
    accounts: Mapping[str, frozenset[str]]


def history(engine: sa.Engine) -> History:
    """The history of every case that the store keeps."""
    with reading(engine) as connection:
        cases = list(kept.cases(connection).values())
        return History(cases, kept.events(connection), accounts_of(kept.items(connection).values()))


def accounts_of(items: Iterable[Item]) -> dict[str, frozenset[str]]:
    """The accounts that each case is about, by what is or was in it."""
    found: dict[str, set[str]] = {}
    for item in items:
        if item.case:
            found.setdefault(item.case, set()).add(item.account)
    return {case: frozenset(accounts) for case, accounts in found.items()}


def summed(told: History, period: Period, *, now: datetime) -> Summary:
    """The numbers of a period."""
    return summary(told.cases, told.events, period, now=now, accounts=told.accounts)


def this_month(engine: sa.Engine, *, zone: tzinfo, now: datetime) -> Summary | None:
    """The numbers of the present month; None where there are no cases."""
    told = history(engine)
    return summed(told, period_of(zone=zone, now=now), now=now) if told.cases else None


def period_of(*, month_text: str = "", since: str = "", zone: tzinfo, now: datetime) -> Period:
    """A month (`2026-11`), or from a day until the end of today; the present month where neither is said. Raises
    `UsageError`."""
    here = now.astimezone(zone)
    if month_text and since:
        raise UsageError("stats_one_period")
    if since:
        first = _day(since, "stats_since", since)
        tomorrow = date.fromordinal(here.date().toordinal() + 1)
        found = Period(_midnight(first, zone), _midnight(tomorrow, zone))
    else:
        text = month_text or f"{here:%Y-%m}"
        first = _day(f"{text}-01", "stats_month", month_text)
        found = month(first.year, first.month, zone)
    if found.since > now:
        raise UsageError("stats_ahead", day=first)
    return found


def _day(text: str, code: str, given: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        raise UsageError(code, text=given) from None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def monthly_of(
    made: Summary, *, standard: str = "", before: Score | None = None, after: Score | None = None
) -> Monthly:
    """The numbers as the monthly message tells them; the scores are those of a standard at both ends."""
    total = made.total
    return Monthly(
        since=made.period.since,
        until=made.period.until,
        told=total.due,
        acted=total.acted,
        acknowledge_hours=total.to_acknowledge.median if total.to_acknowledge else None,
        fix_hours=total.to_fix.median if total.to_fix else None,
        opened=total.opened,
        closed=total.done,
        excepted=total.excepted,
        reopened=total.reopened,
        open=total.open,
        overdue=total.overdue,
        standard=standard,
        before=before,
        after=after,
        owners=_rows(made.by_owner),
        controls=_rows(made.by_control),
        accounts=_rows(made.by_account),
    )


def _rows(groups: Mapping[str, Numbers]) -> tuple[MonthlyRow, ...]:
    found = ((key, groups[key]) for key in ranked(groups))
    return tuple(MonthlyRow(key, n.due, n.acted, n.open, n.overdue) for key, n in found)
