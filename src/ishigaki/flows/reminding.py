"""What is told because time has passed: reminders, the weekly digest, the month."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from ishigaki.core.deadline import due, working_morning
from ishigaki.core.digest import Ending
from ishigaki.core.notice import Notice
from ishigaki.core.numbers import Period, month
from ishigaki.core.reminders import remind
from ishigaki.core.response import Suppression
from ishigaki.core.score import Score, score
from ishigaki.core.summaries import digest_of
from ishigaki.core.telling import of_reminder
from ishigaki.core.waiver import Waiver
from ishigaki.core.written import WARNED
from ishigaki.flows import stats
from ishigaki.flows.keeper import Keeper, deciding, post
from ishigaki.standards import standard as standard_of
from ishigaki.store import cases as kept
from ishigaki.store import outbox, results
from ishigaki.store.snapshots import ScanHeader, Snapshots
from ishigaki.store.transactions import reading

V = TypeVar("V")
DIGEST, MONTHLY = "digest", "monthly"
WEEK = timedelta(days=7)


def remind_all(keeper: Keeper, *, now: datetime) -> int:
    """Tell of every case that has come to a new stage; how many letters that are."""
    every = due(now, keeper.policy.overdue_every, keeper.calendar) - now
    with reading(keeper.engine) as connection:
        open_ = kept.cases(connection, only_open=True)
    if not any(remind(c, now=now, overdue_every=every) for c in open_.values()):
        return 0
    with deciding(keeper, now) as connection:
        open_ = kept.cases(connection, only_open=True)
        found = [r for c in open_.values() if (r := remind(c, now=now, overdue_every=every))]
        if not keeper.destinations:  # the stage is past, but nobody was reminded and nothing was escalated
            kept.save(connection, cases=[replace(open_[r.case.id], reminded=r.case.reminded) for r in found])
            return 0
        mine = _grouped(kept.items(connection, cases=[r.case.id for r in found]).values(), lambda i: i.case)
        events = [e for r in found for e in r.events]
        kept.save(connection, cases=[r.case for r in found], events=events)
        said = [of_reminder(r, mine.get(r.case.id, ()), now=now) for r in found]
        return post(keeper, connection, said, now=now)


def _grouped(values: Iterable[V], by: Callable[[V], str]) -> dict[str, list[V]]:
    found: dict[str, list[V]] = {}
    for value in values:
        found.setdefault(by(value), []).append(value)
    return found


def digest(keeper: Keeper, *, now: datetime) -> int:
    """Tell every owner their week, on the morning that the policy names; how many letters that are."""
    with reading(keeper.engine) as connection:
        last = kept.mark(connection, DIGEST)
    if not last:
        with deciding(keeper, now) as connection:
            kept.set_mark(connection, DIGEST, now.isoformat())
        return 0
    since = datetime.fromisoformat(last)
    policy = keeper.policy
    if working_morning(since, policy.digest_weekday, policy.digest_at, keeper.calendar) > now:
        return 0
    with deciding(keeper, now) as connection:
        kept.set_mark(connection, DIGEST, now.isoformat())
        folded = outbox.folded(connection, since=since)
        said = list(_digests(connection, folded, since=since, now=now))
        return post(keeper, connection, said, now=now)


def ending(keeper: Keeper, *, now: datetime) -> int:
    """Warn a month, a week and a day before an exception or a suppression ends; how many letters that are. The outbox
    knows what it has told: each stage of each ending goes out once."""
    today = keeper.calendar.local(now).date()
    borne: list[Waiver | Suppression] = [*keeper.waivers, *keeper.policy.suppressions]
    said = [notice for each in borne if (notice := _ending(each, today, now)) is not None]
    if not said:
        return 0
    with deciding(keeper, now) as connection:
        return post(keeper, connection, said, now=now)


def _ending(each: Waiver | Suppression, today: date, now: datetime) -> Notice | None:
    left = (each.expires - today).days
    stage = next((s for s in WARNED if 0 <= left <= s), None)
    if stage is None or each.approved + timedelta(days=stage) > each.expires:  # granted for less than that
        return None
    told = Ending(
        subjects=(each.kind,) if isinstance(each, Suppression) else each.controls,
        accounts=each.accounts,
        scope=_scope(each),
        reason=each.reason,
        expires=each.expires,
        days=left + 1,
        approver=each.approver,
    )
    named = hashlib.sha256(msgspec.json.encode(each)).hexdigest()[:12]
    return Notice(
        key=f"exception_ending:{named}:{stage}",
        kind="exception_ending",
        at=now,
        audience=("owner",),
        owner=each.owner,
        facts={"ending": told},
    )


def _scope(each: Waiver | Suppression) -> str:
    if isinstance(each, Waiver):
        return each.scope
    return ", ".join((*each.resources, *(f"{name}={value}" for name, value in each.facts.items())))


def monthly(keeper: Keeper, *, now: datetime) -> int:
    """Tell the month that is over, on the first working morning of the next; how many letters that are."""
    calendar, local = keeper.calendar, keeper.calendar.local(now)
    first = local.date().replace(day=1)
    last_day = first - timedelta(days=1)
    name = f"{last_day:%Y-%m}"
    with reading(keeper.engine) as connection:
        told = kept.mark(connection, MONTHLY)
    if not told:  # the first month is told once it was seen from here on
        with deciding(keeper, now) as connection:
            kept.set_mark(connection, MONTHLY, name)
        return 0
    if told >= name or now < calendar.moment(calendar.next_worked(first), keeper.policy.digest_at):
        return 0
    if not keeper.destinations:
        return 0
    period = month(last_day.year, last_day.month, calendar.zone)
    summed = stats.summed(stats.history(keeper.engine), period, now=now)
    standard, before, after = _scores(keeper, period)
    notice = Notice(
        key=f"monthly:{name}",
        kind="monthly",
        at=now,
        audience=("lead", "security"),
        facts={"monthly": stats.monthly_of(summed, standard=standard, before=before, after=after)},
    )
    with deciding(keeper, now) as connection:
        kept.set_mark(connection, MONTHLY, name)
        return post(keeper, connection, [notice], now=now)


def _scores(keeper: Keeper, period: Period) -> tuple[str, Score | None, Score | None]:
    """The estate's first standard, and its score by the newest scans up to both ends of a period."""
    snapshots = Snapshots(keeper.store)
    headers = [snapshots.header(scan) for scan in snapshots.scans()]
    ends = [_newest(headers, period.since), _newest(headers, period.until)]
    standard = next((h.standards[0] for h in reversed(ends) if h is not None and h.standards), "")
    before, after = (_score(keeper, header, standard) for header in ends)
    return standard, before, after


def _newest(headers: Iterable[ScanHeader], until: datetime) -> ScanHeader | None:
    return max((h for h in headers if h.at <= until), key=lambda h: h.at, default=None)


def _score(keeper: Keeper, header: ScanHeader | None, standard: str) -> Score | None:
    if header is None or standard not in header.standards:
        return None
    findings = [k.finding for k in results.read(keeper.store, header.id)]
    asked = set(header.controls)
    return score(findings, (), [c for c in standard_of(standard).controls if c in asked])


def _digests(
    connection: sa.Connection, folded: Mapping[str, int], *, since: datetime, now: datetime
) -> Iterable[Notice]:
    cases = _grouped(kept.cases(connection).values(), lambda c: c.owner)
    items = _grouped(kept.items(connection).values(), lambda i: i.owner)
    for owner, mine in sorted(items.items()):
        told = digest_of(cases.get(owner, ()), mine, since=since, now=now, folded=folded.get(owner, 0))
        if any(
            (told.fixed, told.overdue, told.due_soon, told.awaiting, told.new, told.told_once, told.returned)
        ):
            yield Notice(
                key=f"digest:{owner}:{now:%Y%m%dT%H%M%SZ}",
                kind="digest",
                at=now,
                audience=("owner",),
                owner=owner,
                facts={"digest": told},
            )
