"""The numbers of keeping (R48): what of that which people were told was acted upon, how soon, and what is left. Pure.

A case is worked on in rounds: one begins when it is opened, and another each time that it relapses or is reopened.
Whether people acted is counted by the deadline: of the rounds whose deadline lies in the period. So every round counts
once, in one period, and a period that is over does not change any more, whenever it is looked at. What is not due
yet is not counted as neglected, nor as done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from math import ceil
from statistics import median

import msgspec

from ishigaki.core.case import Case, Event

AGAIN = ("reopened", "relapsed")
SEEN_BY_PEOPLE = ("acknowledged", "fixing", "claimed_fixed", "extended")
ENDS = {"done": "done", "closed_by_hand": "done", "excepted": "excepted"}
HOUR = timedelta(hours=1)


class Period(msgspec.Struct, frozen=True):
    """From the first moment up to, and without, the second."""

    since: datetime
    until: datetime

    def __contains__(self, moment: object) -> bool:
        return isinstance(moment, datetime) and self.since <= moment < self.until


class Round(msgspec.Struct, frozen=True):
    """One time that a case was worked on. `due` is its first deadline, None where it is not known; `dues` are the
    deadlines with the moments since when they held. `acted` is when people first acted upon it, or it was fixed or
    excepted. `how` is done or excepted, empty where it is open or went otherwise."""

    case: str
    began: datetime
    due: datetime | None = None
    dues: tuple[tuple[datetime, datetime], ...] = ()
    acknowledged: datetime | None = None
    acted: datetime | None = None
    extended: tuple[datetime, ...] = ()
    ended: datetime | None = None
    how: str = ""
    again: bool = False

    def open_at(self, moment: datetime) -> bool:
        return self.began <= moment and (self.ended is None or self.ended > moment)

    def overdue_at(self, moment: datetime) -> bool:
        """Whether it is open beyond the deadline that held then."""
        held = [due for since, due in self.dues if since <= moment]
        return self.open_at(moment) and bool(held) and held[-1] < moment


class Spread(msgspec.Struct, frozen=True):
    """How long something took, in hours: half of them no longer than the median, nine of ten no longer than `p90`."""

    count: int
    median: float
    p90: float


class Numbers(msgspec.Struct, frozen=True):
    """What a period amounts to.

    The acted-on share is `acted` of `due`. `due`: the rounds whose first deadline lies in the period and is past;
    people are told of each as it begins. `acted`: those of them that, by that deadline, somebody acknowledged, began to
    fix, said to have fixed, had extended or closed, that a re-check closed, or that an exception took. `to_acknowledge`
    is from the beginning of a round to the first of acknowledged, fixing, said to be fixed and extended; `to_fix` to
    the passing re-check, or, of what cannot be checked again, to the closing by hand; each of what happened in the
    period. None: there was nothing to measure. `opened`, `reopened`, `done`, `excepted` and `extended` count what
    happened in the period; `open` and `overdue` are of its end, or of now while it lasts.
    """

    due: int = 0
    acted: int = 0
    to_acknowledge: Spread | None = None
    to_fix: Spread | None = None
    opened: int = 0
    reopened: int = 0
    done: int = 0
    excepted: int = 0
    extended: int = 0
    open: int = 0
    overdue: int = 0

    @property
    def share(self) -> float | None:
        """The acted-on share, from 0 to 1; None where nothing was due."""
        return self.acted / self.due if self.due else None


class Summary(msgspec.Struct, frozen=True):
    """The numbers of a period beside those of the one before, in total and by owner, control, account, environment. A
    case about several accounts counts in each, so accounts do not add up to the total. `before` is None where the
    history does not reach back to the beginning of the period before."""

    period: Period
    at: datetime
    total: Numbers
    before: Numbers | None
    by_owner: Mapping[str, Numbers] = {}
    by_control: Mapping[str, Numbers] = {}
    by_account: Mapping[str, Numbers] = {}
    by_environment: Mapping[str, Numbers] = {}


def month(year: int, number: int, zone: tzinfo) -> Period:
    """A month in a zone, from midnight to midnight."""
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    return Period(datetime(year, number, 1, tzinfo=zone), datetime(*following, 1, tzinfo=zone))


def before(period: Period) -> Period:
    """The month before a month; else as long a time before, by the calendar of the zone."""
    since, until = period.since, period.until
    if since.tzinfo and period == month(since.year, since.month, since.tzinfo):
        last = since - timedelta(days=1)
        return month(last.year, last.month, since.tzinfo)
    return Period(since - (until - since), since)


def rounds_of(cases: Iterable[Case], events: Iterable[Event]) -> list[Round]:
    """The rounds of the cases, by their history. A deadline is the event's fact `due`; of an extension also `before`
    and `until`. Where no event tells one, the last round has the case's, and one before it none that is known."""
    history: dict[str, list[Event]] = {}
    for event in events:
        history.setdefault(event.case, []).append(event)
    return [each for case in cases for each in _rounds(case, history.get(case.id, []))]


def _rounds(case: Case, events: list[Event]) -> Sequence[Round]:
    """What was still open when it relapsed, or was reopened, goes on as one round."""
    parts: list[list[Event]] = [[]]
    for event in sorted(events, key=lambda e: e.at):
        if event.what in AGAIN and any(e.what in ENDS for e in parts[-1]):
            parts.append([])
        parts[-1].append(event)
    last = len(parts) - 1
    return [_round(case, part, first=n == 0, last=n == last) for n, part in enumerate(parts)]


def _round(case: Case, events: list[Event], *, first: bool, last: bool) -> Round:
    began = min([case.opened, *(e.at for e in events[:1])]) if first else events[0].at
    dues = list(_dues(events, began))
    if last and not dues and case.due > began:
        dues = [(began, case.due)]
    end = next((e for e in events if e.what in ENDS), None)
    closed = case.closed if last else None
    return Round(
        case.id,
        began,
        dues[0][1] if dues else None,
        tuple(dues),
        acknowledged=_first(events, SEEN_BY_PEOPLE),
        acted=_first(events, (*SEEN_BY_PEOPLE, *ENDS)),
        extended=tuple(e.at for e in events if e.what == "extended"),
        ended=end.at if end else closed,
        how=ENDS[end.what] if end else "",
        again=not first,
    )


def _dues(events: Iterable[Event], began: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The deadlines that a history tells, each with the moment since when it held."""
    known = False
    for event in events:
        told = {name: _moment(event.facts.get(name)) for name in ("due", "before", "until")}
        if told["before"] and event.what == "extended" and not known:
            yield began, told["before"]
        due = told["until"] if event.what == "extended" and told["until"] else told["due"]
        if due:
            known = True
            yield event.at, due


def _first(events: Iterable[Event], what: Collection[str]) -> datetime | None:
    return next((e.at for e in events if e.what in what), None)


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else None


def count(rounds: Iterable[Round], period: Period, *, now: datetime) -> Numbers:
    """The numbers of a period, as they stand at its end, or now while it lasts."""
    pool = list(rounds)
    at = _looked_at(period, now)
    due = [r for r in pool if r.due is not None and r.due in period and r.due <= at]
    acted = [r for r in due if r.acted is not None and r.due is not None and r.acted <= r.due]
    begun = [r for r in pool if r.began in period]
    ended = [r for r in pool if r.ended in period]
    return Numbers(
        due=len(due),
        acted=len(acted),
        to_acknowledge=_spread(
            r.acknowledged - r.began for r in pool if r.acknowledged and r.acknowledged in period
        ),
        to_fix=_spread(r.ended - r.began for r in ended if r.ended and r.how == "done"),
        opened=sum(not r.again for r in begun),
        reopened=sum(r.again for r in begun),
        done=sum(r.how == "done" for r in ended),
        excepted=sum(r.how == "excepted" for r in ended),
        extended=sum(moment in period for r in pool for moment in r.extended),
        open=sum(r.open_at(at) for r in pool),
        overdue=sum(r.overdue_at(at) for r in pool),
    )


def _looked_at(period: Period, now: datetime) -> datetime:
    """Now, or the last moment of a period that is over."""
    return now if now in period else min(now, period.until - datetime.resolution)


def _spread(times: Iterable[timedelta]) -> Spread | None:
    """Median and 90th percentile, the latter by nearest rank: a time that one of them really took."""
    hours = sorted(max(time / HOUR, 0.0) for time in times)
    if not hours:
        return None
    return Spread(len(hours), float(median(hours)), hours[ceil(0.9 * len(hours)) - 1])


def summary(
    cases: Sequence[Case],
    events: Iterable[Event],
    period: Period,
    *,
    now: datetime,
    accounts: Mapping[str, Collection[str]],
) -> Summary:
    """The numbers of a period in total and by each thing that they can be told by. `accounts` are those that each case
    is about."""
    rounds, known = rounds_of(cases, events), {case.id: case for case in cases}
    earlier = before(period)
    reaches_back = any(case.opened < period.since for case in cases)

    def by(keys: Callable[[Case], Iterable[str]]) -> dict[str, Numbers]:
        groups = _grouped(rounds, lambda each: keys(known[each.case]))
        return {key: count(groups[key], period, now=now) for key in sorted(groups)}

    return Summary(
        period,
        _looked_at(period, now),
        count(rounds, period, now=now),
        count(rounds, earlier, now=now) if reaches_back else None,
        by_owner=by(lambda case: [case.owner]),
        by_control=by(lambda case: [case.kind]),
        by_account=by(lambda case: accounts.get(case.id, ())),
        by_environment=by(lambda case: [case.environment]),
    )


def ranked(groups: Mapping[str, Numbers]) -> list[str]:
    """The groups in which anything was due or happened or is open, most overdue first."""
    alive = {key: n for key, n in groups.items() if n.due or n.open or n.opened or n.done or n.excepted}
    return sorted(alive, key=lambda key: (-alive[key].overdue, -alive[key].open, -alive[key].due, key))


def _grouped(rounds: Iterable[Round], keys: Callable[[Round], Iterable[str]]) -> dict[str, list[Round]]:
    groups: dict[str, list[Round]] = {}
    for each in rounds:
        for key in keys(each):
            groups.setdefault(key, []).append(each)
    return groups
