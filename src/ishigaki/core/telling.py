"""From what happened to what is told: few notices, each of one case or of one group. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from ishigaki.core.case import Case, Item, Standing
from ishigaki.core.catalogue import order
from ishigaki.core.concern import Identity
from ishigaki.core.finding import SEVERITIES
from ishigaki.core.notice import Kind, Notice
from ishigaki.core.reminders import Reminder
from ishigaki.core.response import Decision
from ishigaki.core.triage import Told, What

SHOWN = 5
# What is told of a case of which several things happened at once: the first that is among them.
STRONGEST: tuple[What, ...] = (
    "closed",
    "excepted",
    "relapsed",
    "exception_ended",
    "opened",
    "joined",
    "not_confirmed",
)
KINDS: Mapping[What, Kind] = {
    "closed": "closed",
    "excepted": "excepted",
    "relapsed": "relapsed",
    "exception_ended": "relapsed",
    "opened": "opened",
    "joined": "joined",
    "not_confirmed": "reminder",
    "told_once": "told_once",
    "worsened": "worsened",
}


class Collected:
    """What was told, by case or by group, and the items that each case holds now."""

    def __init__(self, told: Iterable[Told], items: Mapping[Identity, Item]) -> None:
        self.of_cases: dict[str, list[Told]] = {}
        self.loose: dict[tuple[str, ...], list[Told]] = {}
        for one in told:
            if one.case:
                self.of_cases.setdefault(one.case, []).append(one)
            elif one.item.action != "leave":  # what is left is told in the digest alone
                i = one.item
                self.loose.setdefault((one.what, i.owner, i.kind, i.environment), []).append(one)
        self.items: dict[str, list[Item]] = {case: [] for case in self.of_cases}
        for item in items.values():
            if item.case in self.items:
                self.items[item.case].append(item)


def notices(
    told: Iterable[Told],
    cases: Mapping[str, Case],
    items: Mapping[Identity, Item],
    *,
    summed_up: Collection[str] = (),
    now: datetime,
) -> list[Notice]:
    """One notice per case and per group; the cases of `summed_up` are told in a first summary instead."""
    found = Collected(told, items)
    of_cases = [
        of_case(cases[name], [t.what for t in happened], found.items[name], now=now)
        for name, happened in found.of_cases.items()
        if name not in summed_up and name in cases
    ]
    return of_cases + [_of_group(what, group, now) for (what, *_), group in found.loose.items()]


def unheard(
    cases: Mapping[str, Case],
    items: Iterable[Item],
    rows: Mapping[str, Decision],
    *,
    since: datetime,
    now: datetime,
) -> list[Told]:
    """What came about from `since` until now while there was nobody to tell, as far as it still stands: what is to be
    told first once there is somebody. `rows` are the policy's decisions by name."""

    def lately(at: datetime | None) -> bool:
        return at is not None and since <= at < now

    found = []
    for item in items:
        case, returned = cases.get(item.case), item.relapses > 0 and lately(item.since)
        what: What
        if item.standing is not Standing.OPEN:
            continue
        if case is not None and lately(item.opened):
            what = "relapsed" if returned else "opened" if lately(case.opened) else "joined"
            decision = Decision("track", case.row, case.why, urgent=case.urgent, audience=case.audience)
            found.append(Told(what, case.id, item, decision))
        elif case is None and (lately(item.told) or lately(item.worsened)):
            what = "relapsed" if returned else "worsened" if lately(item.worsened) else "told_once"
            found.append(Told(what, "", item, rows.get(item.row)))
    return found


def of_case(case: Case, happened: Sequence[What], items: Iterable[Item], *, now: datetime) -> Notice:
    """What is told of a case: the weightiest of what happened."""
    what = next(w for w in STRONGEST if w in happened)
    left = [i for i in items if i.standing is Standing.OPEN]
    shown = left or list(items)
    facts = {"stage": "still_failing"} if what == "not_confirmed" else {}
    if what == "exception_ended":
        facts = {"because": what}
    return _about(case, KINDS[what], shown, now=now, key=f"{what}:{case.id}:{_at(now)}", facts=facts)


def _at(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def of_reminder(reminder: Reminder, items: Iterable[Item], *, now: datetime) -> Notice:
    """What is told of a case that has come to a stage on its way."""
    case = reminder.case
    kind: Kind = "escalated" if reminder.escalated else "reminder"
    facts = {"stage": reminder.stage, **({"to": reminder.escalated} if reminder.escalated else {})}
    left = [i for i in items if i.standing is Standing.OPEN]
    found = _about(
        case, kind, left, now=now, key=f"{kind}:{case.id}:{reminder.stage}:{_at(now)}", facts=facts
    )
    audience = tuple(dict.fromkeys((*case.audience, *reminder.audience)))
    return replace(found, audience=audience)


def _about(
    case: Case, kind: Kind, items: Sequence[Item], *, now: datetime, key: str, facts: Mapping[str, object]
) -> Notice:
    things: dict[tuple[str, ...], Item] = {}
    for item in sorted(items, key=lambda i: (_order(i), i.kind != case.kind)):
        things.setdefault(item.identity[:3], item)  # each once, though several controls fail on it
    also = sorted({i.kind for i in items} - {case.kind}, key=order)
    return Notice(
        key=key,
        kind=kind,
        at=now,
        audience=case.audience,
        owner=case.owner,
        environment=case.environment,
        subject=case.kind,
        severity=case.severity,
        urgent=case.urgent,
        due=case.due if case.open else None,
        case=case.id,
        assignee=case.assignee or case.owner,
        thread=case.id,
        items=tuple(things.values())[:SHOWN],
        count=len(things),
        row=case.row,
        why=case.why,
        facts={**facts, **({"also": also} if also else {})},
    )


def _of_group(what: str, group: Sequence[Told], now: datetime) -> Notice:
    """What is told of things without a case: once, or because they came back or became worse."""
    first = group[0].item
    items = sorted((t.item for t in group), key=_order)
    decided = group[0].decision
    ids = "\n".join("\t".join(i.identity) for i in items)
    digest = hashlib.sha256(ids.encode()).hexdigest()[:12]
    return Notice(
        key=f"{what}:{digest}:{_at(now)}",
        kind="told_once" if what == "told_once" else "worsened" if what == "worsened" else "relapsed",
        at=now,
        audience=decided.audience if decided else ("owner",),
        owner=first.owner,
        environment=first.environment,
        subject=first.kind,
        severity=min((i.severity for i in items), key=SEVERITIES.index),
        thread=f"{what}:{digest}",
        items=tuple(items[:SHOWN]),
        count=len(items),
        row=first.row,
        why=decided.reason if decided else "",
    )


def _order(item: Item) -> tuple[object, ...]:
    return item.account, item.region, item.name, item.resource
