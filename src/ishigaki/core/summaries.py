"""What a digest and a first look hold: the cases of an owner, sorted into what matters to them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ishigaki.core.case import Case, Item, Standing, State
from ishigaki.core.digest import Digest, DigestLine, FirstSummary
from ishigaki.core.finding import SEVERITIES

WEEK = timedelta(days=7)
FIRST = 5  # cases that a first look names; the rest is a number


def digest_of(
    cases: Iterable[Case], items: Iterable[Item], *, since: datetime, now: datetime, folded: int = 0
) -> Digest:
    """The week of one owner, whose cases and things these are."""
    things = list(items)
    by_case: dict[str, list[Item]] = {}
    for item in things:
        by_case.setdefault(item.case, []).append(item)
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(_section(case, since=since, now=now), []).append(case)

    def lines(section: str, at: str) -> tuple[DigestLine, ...]:
        chosen = sorted(found.get(section, ()), key=lambda c: (c.due, SEVERITIES.index(c.severity), c.id))
        return tuple(_line(c, by_case.get(c.id, ()), getattr(c, at)) for c in chosen)

    loose = [i for i in things if not i.case and i.standing is Standing.OPEN]
    once = [i for i in loose if i.action == "notify_once" and i.told is not None and i.told > since]
    back = [i for i in loose if i.action == "leave" and _returned(i, since)]
    return Digest(
        since,
        now,
        fixed=lines("fixed", "closed"),
        overdue=lines("overdue", "opened"),
        due_soon=lines("due_soon", "opened"),
        awaiting=lines("awaiting", "since"),
        new=lines("new", "opened"),
        told_once=_groups(once),
        returned=_groups(back),
        later=len(found.get("later", ())),
        folded=folded,
    )


def _section(case: Case, *, since: datetime, now: datetime) -> str:
    """Where a case stands in a digest; empty for one that is over and was told before."""
    if not case.open:
        return "fixed" if case.state is State.DONE and case.closed is not None and case.closed > since else ""
    if case.due <= now:
        return "overdue"
    if case.state is State.AWAITING_CONFIRMATION:
        return "awaiting"
    if case.due <= now + WEEK:
        return "due_soon"
    return "new" if case.opened > since else "later"


def _returned(item: Item, since: datetime) -> bool:
    back = item.relapses > 0 and item.since > since
    return back or (item.worsened is not None and item.worsened > since)


def _line(case: Case, items: Sequence[Item], at: datetime | None) -> DigestLine:
    left = [i for i in items if i.standing is Standing.OPEN] or list(items)
    return DigestLine(
        subject=case.kind,
        severity=case.severity,
        environment=case.environment,
        accounts=tuple(sorted({i.account for i in left})),
        count=len(left),
        case=case.id,
        due=case.due if case.open else None,
        at=at,
    )


def _groups(items: Iterable[Item]) -> tuple[DigestLine, ...]:
    """Things without a case, those of one kind and environment together."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.kind, item.environment), []).append(item)
    return tuple(
        DigestLine(
            subject=kind,
            severity=min((i.severity for i in found), key=SEVERITIES.index),
            environment=environment,
            accounts=tuple(sorted({i.account for i in found})),
            count=len(found),
            at=max(i.worsened or i.told or i.since for i in found),
        )
        for (kind, environment), found in sorted(groups.items())
    )


def first_summary_of(cases: Sequence[Case], items: Iterable[Item], *, accounts: int) -> FirstSummary:
    """The first look at accounts, for the owner whose cases and things these are."""
    things = list(items)
    by_case: dict[str, list[Item]] = {}
    for item in things:
        by_case.setdefault(item.case, []).append(item)
    urgent = sorted((c for c in cases if c.urgent), key=lambda c: (c.due, c.id))
    rest = sorted(
        (c for c in cases if not c.urgent), key=lambda c: (c.due, SEVERITIES.index(c.severity), c.id)
    )
    return FirstSummary(
        accounts=accounts,
        things=sum(1 for i in things if i.case),
        cases=len(cases),
        by_severity=dict(Counter(c.severity for c in cases)),
        urgent=tuple(_line(c, by_case.get(c.id, ()), c.opened) for c in urgent[:FIRST]),
        first=tuple(_line(c, by_case.get(c.id, ()), c.opened) for c in rest[:FIRST]),
        due=min((c.due for c in cases), default=None),
        told_once=sum(1 for i in things if i.action == "notify_once"),
        left=sum(1 for i in things if i.action == "leave"),
    )
