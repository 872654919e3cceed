"""Triage: what fails now, laid against what is known, becomes work and things to tell. Pure.

A thing closes only when it was looked at again: it passed, or everything was seen and it was not there any more.
What could not be seen stays as it is. What is told once or left is kept too, so that its return is noticed.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from ishigaki.core.case import CLOSED, Case, Event, Item, Standing, State
from ishigaki.core.concern import Concern, Identity
from ishigaki.core.finding import SEVERITIES, Severity
from ishigaki.core.response import Decision

Verdict = Literal["fixed", "gone", "unseen"]
Due = Callable[[datetime, str], datetime]
What = Literal[
    "opened",
    "joined",
    "told_once",
    "relapsed",
    "exception_ended",
    "worsened",
    "closed",
    "excepted",
    "not_confirmed",
]
OVER = (Standing.FIXED, Standing.GONE)
US = "ishigaki"  # who acts where no person did


class Told(msgspec.Struct, frozen=True):
    """What happened that people may want to hear of; `case` is empty for what is told once or left."""

    what: What
    case: str
    item: Item
    decision: Decision | None = None


class Triaged(msgspec.Struct, frozen=True):
    """What changed: items and cases as they are now, the lines of their history, and what happened."""

    items: Mapping[Identity, Item]
    cases: Mapping[str, Case]
    events: tuple[Event, ...]
    told: tuple[Told, ...]


class _Work:
    """What a triage has done so far, over what was known."""

    def __init__(
        self,
        items: Mapping[Identity, Item],
        cases: Mapping[str, Case],
        due: Due,
        looked: datetime,
        now: datetime,
    ) -> None:
        self.known, self.due, self.looked, self.now = items, due, looked, now
        self.items: dict[Identity, Item] = {}
        self.cases = dict(cases)
        self.before = cases
        self.events: list[Event] = []
        self.told: list[Told] = []
        self.touched: dict[str, None] = {}
        self.by_key = {_key_of(c): c.id for c in cases.values() if c.state not in CLOSED}

    def put(self, item: Item) -> Item:
        """Keep an item where it is another than it was; its case is to be looked at again."""
        before = self.known.get(item.identity)
        if before != item:
            self.items[item.identity] = item
            self.touched |= dict.fromkeys(c for c in (item.case, before.case if before else "") if c)
        return item

    def tell(self, what: What, item: Item, decision: Decision | None = None) -> None:
        self.told.append(Told(what, item.case, item, decision))

    def log(self, case: str, what: str, **facts: object) -> None:
        self.events.append(Event(case, self.now, US, what, facts))


def triage(
    items: Mapping[Identity, Item],
    cases: Mapping[str, Case],
    decided: Iterable[tuple[Concern, Decision]],
    verdict: Callable[[Item], Verdict],
    due: Due,
    *,
    looked: datetime,
    now: datetime,
) -> Triaged:
    """Lay what fails now, with what the policy decides of it, over what is known. `verdict` says of a known item that
    is not among the concerns whether it passed, is gone, or was not looked at; `due` is the deadline that a time
    ("7 days") from a moment has. `looked` is when it was seen what fails: it says nothing of what was closed, or said to
    be fixed, since."""
    work = _Work(items, cases, due, looked, now)
    met: set[Identity] = set()
    for concern, decision in decided:
        met.add(concern.identity)
        _meet(work, concern, decision)
    for item in items.values():
        if item.identity not in met and item.standing not in OVER:
            _miss(work, item, verdict(item))
    _settle_all(work)
    changed = {i: c for i, c in work.cases.items() if work.before.get(i) != c}
    return Triaged(work.items, changed, tuple(work.events), tuple(work.told))


def _meet(work: _Work, concern: Concern, decision: Decision) -> None:
    """Something fails now."""
    known = work.known.get(concern.identity)
    looked = concern.detection.at if concern.detection else work.looked
    if known is not None and known.standing in OVER and looked <= known.since:
        return
    item = _as_now(concern, known, decision, work.now)
    if concern.excepted:
        _except(work, item)
        return
    returned = known is not None and known.standing is not Standing.OPEN
    if returned:
        over = known is not None and known.standing in OVER
        item = replace(item, standing=Standing.OPEN, since=work.now, relapses=item.relapses + over)
    if decision.action == "track":
        _track(work, item, decision, returned=returned)
    else:
        _watch(work, item, known, decision, returned=returned)


def _as_now(concern: Concern, known: Item | None, decision: Decision, now: datetime) -> Item:
    """An item with what is true of it today; its clocks as they were."""
    base = known or Item(
        *concern.identity,
        source=concern.source,
        resource_type=concern.resource_type,
        name=concern.name,
        category=concern.category,
        severity=concern.severity,
        environment=concern.environment,
        owner=concern.owner,
        action=decision.action,
        row=decision.row,
        standing=Standing.OPEN,
        first_seen=now,
        since=now,
    )
    return replace(
        base,
        source=concern.source,
        name=concern.name,
        category=concern.category,
        severity=concern.severity,
        environment=concern.environment,
        owner=concern.owner,
        action=decision.action,
        row=decision.row,
        mark=mark_of(concern),
    )


def _except(work: _Work, item: Item) -> None:
    """An exception bears it: it is kept, in its case if it had one, and returns when the exception ends."""
    if item.standing is not Standing.EXCEPTED:
        item = replace(item, standing=Standing.EXCEPTED, since=work.now)
    work.put(item)


def _track(work: _Work, item: Item, decision: Decision, *, returned: bool) -> None:
    """A tracked item belongs to a case; it enters one, returns to it, or moves to another owner's."""
    key = _key(item, decision)
    own = work.cases.get(item.case)
    if own is not None and _key_of(own) == key and not returned:
        if own.state is State.AWAITING_CONFIRMATION and work.looked > own.since:
            work.tell("not_confirmed", item, decision)
            work.touched[own.id] = None
        work.put(replace(item, due=_deadline(work, item, decision)))
        return
    if returned:
        item = replace(item, opened=None, due=None)
    due = _deadline(work, item, decision)
    case = work.cases.get(work.by_key.get(key, ""))
    if case is None and own is not None and _key_of(own) == key:
        case = own  # closed: what returned brings it back with its history
    was_there = case is not None
    if case is None:
        case = _open_case(work, item, decision, due)
    elif not case.open:
        case = _reopen(work, case, due)
    if own is not None and own.id != case.id:
        work.log(own.id, "moved", resource=item.resource, to=case.id, owner=item.owner)
    item = work.put(replace(item, case=case.id, opened=item.opened or work.now, due=due, told=work.now))
    if was_there and case.id in work.before:
        what = _how(item, work.known.get(item.identity)) if returned else "joined"
        work.log(case.id, what, resource=item.resource, account=item.account)
        work.tell(what, item, decision)


def _how(item: Item, known: Item | None) -> What:
    """How something came back: it was fixed and fails again, or what bore it has ended."""
    return "exception_ended" if known is not None and known.standing is Standing.EXCEPTED else "relapsed"


def _deadline(work: _Work, item: Item, decision: Decision) -> datetime:
    """When a tracked item is due. Under another row than before it has the longer time from its beginning, or the
    shorter one from now: nothing becomes overdue because the policy changed."""
    due, known = work.due, work.known.get(item.identity)
    if item.opened is None or item.due is None:
        return due(work.now, decision.within)
    if known is not None and known.row == decision.row:
        return item.due
    from_then = due(item.opened, decision.within)
    return from_then if from_then >= item.due else min(item.due, due(work.now, decision.within))


def _open_case(work: _Work, item: Item, decision: Decision, due: datetime) -> Case:
    key = _key(item, decision)
    case = Case(
        id=_name(key, work.now),
        kind=item.kind,
        owner=item.owner,
        environment=item.environment,
        severity=item.severity,
        urgent=decision.urgent,
        state=State.NEW,
        opened=work.now,
        due=due,
        clock=work.now,
        since=work.now,
        row=decision.row,
        why=decision.reason,
        audience=decision.audience,
        focus=key[3],
    )
    work.cases[case.id] = case
    work.by_key[key] = case.id
    work.log(case.id, "opened", row=decision.row, within=decision.within, due=due.isoformat())
    work.tell("opened", replace(item, case=case.id), decision)
    return case


def _reopen(work: _Work, case: Case, due: datetime) -> Case:
    again = replace(
        case,
        state=State.RELAPSED,
        clock=work.now,
        since=work.now,
        closed=None,
        extended=None,
        reminded="",
        level=0,
        relapses=case.relapses + 1,
    )
    work.cases[case.id] = again
    work.by_key[_key_of(again)] = case.id
    work.log(case.id, "reopened", due=due.isoformat())
    return again


def _watch(work: _Work, item: Item, known: Item | None, decision: Decision, *, returned: bool) -> None:
    """What is told once, or left, is watched: told when it appears (once), comes back, or becomes worse."""
    if item.case:
        work.log(item.case, "moved", resource=item.resource, row=decision.row, decision=decision.action)
    item = replace(item, case="", opened=None, due=None)
    if known is None or (decision.action == "notify_once" and item.told is None):
        if decision.action == "notify_once":
            item = replace(item, told=work.now)
            work.tell("told_once", item, decision)
    elif returned and known.standing in OVER:
        item = replace(item, told=work.now)
        work.tell("relapsed", item, decision)
    elif worse(item.mark, known.mark):
        item = replace(item, worsened=work.now)
        work.tell("worsened", item, decision)
    work.put(item)


def _miss(work: _Work, item: Item, verdict: Verdict) -> None:
    """Something that was known is not among what fails now."""
    if verdict == "unseen":
        return
    standing = Standing.FIXED if verdict == "fixed" else Standing.GONE
    work.put(replace(item, standing=standing, since=work.now))
    if item.case:
        work.log(item.case, "fixed", resource=item.resource, account=item.account, how=verdict)


def _settle_all(work: _Work) -> None:
    """Bring every touched case up to its items: what is open in it decides its state, deadline and severity."""
    mine: dict[str, list[Item]] = {case: [] for case in work.touched}
    for item in (*(i for n, i in work.known.items() if n not in work.items), *work.items.values()):
        if item.case in mine:
            mine[item.case].append(item)
    for name in work.touched:
        if name in work.cases:
            _settle(work, work.cases[name], mine[name])


def _settle(work: _Work, case: Case, items: list[Item]) -> None:
    left = [i for i in items if i.standing is Standing.OPEN]
    if left:
        stated = case.state
        if stated is State.AWAITING_CONFIRMATION and any(
            t.what == "not_confirmed" and t.case == case.id for t in work.told
        ):
            stated = State.FIXING
            work.log(case.id, "not_confirmed", count=len(left))
        due = min(i.due for i in left if i.due is not None)
        worst = min(left, key=lambda i: (SEVERITIES.index(i.severity), i.kind))
        kind = worst.kind if case.id not in work.before else case.kind
        since = work.now if stated is not case.state else case.since
        work.cases[case.id] = replace(
            case, kind=kind, state=stated, since=since, due=due, severity=worst.severity
        )
        return
    if not case.open:
        return
    over = [i for i in items if i.standing in OVER]
    state = State.DONE if over else State.EXCEPTED
    work.cases[case.id] = replace(case, state=state, since=work.now, closed=work.now, reminded="")
    work.log(case.id, state.value, items=len(items))
    last = max(over or items or [_nobody(case)], key=lambda i: i.since)
    work.tell("closed" if over else "excepted", replace(last, case=case.id))


def _nobody(case: Case) -> Item:
    """A case from which everything moved away has no item left; this stands for it."""
    return Item(
        "", "", case.focus, case.kind, source="", resource_type="", name="", category="", severity=case.severity,
        environment=case.environment, owner=case.owner, action="track", row=case.row, standing=Standing.EXCEPTED,
        first_seen=case.opened, since=case.since, case=case.id,
    )  # fmt: skip


def _key(item: Item, decision: Decision) -> tuple[str, str, str, str]:
    """What is one case: the same owner, kind and environment; a single thing where it is urgent, with everything that one
    row of the policy says of it, for an open port fails four controls and is one piece of work."""
    if decision.urgent:
        return item.owner, decision.row, item.environment, "\n".join(item.identity[:3])
    return item.owner, item.kind, item.environment, ""


def _key_of(case: Case) -> tuple[str, str, str, str]:
    return case.owner, case.row if case.urgent else case.kind, case.environment, case.focus


def _name(key: tuple[str, ...], opened: datetime) -> str:
    """A short name that a person can type and that two runs would give alike."""
    told = hashlib.sha256("\n".join((*key, opened.isoformat())).encode()).digest()
    return base64.b32encode(told[:5]).decode().lower()


def mark_of(concern: Concern) -> str:
    """What was wrong, as far as worse can be told by it: the severity, and how often each fault was met."""
    faults = concern.finding.faults if concern.finding else ()
    if len(faults) == 1:  # as most have
        return f"{concern.severity.value} {faults[0].code}:1"
    counted = sorted(Counter(f.code for f in faults).items())
    return " ".join([concern.severity.value, *(f"{code}:{n}" for code, n in counted)])


def worse(now: str, before: str) -> bool:
    """Whether a mark is worse than another: a higher severity, another fault, or one fault more often."""
    severity, *faults = now.split()
    was, *had = before.split() or [severity]
    counted = dict(f.rsplit(":", 1) for f in had)
    order = list(SEVERITIES)
    if order.index(Severity(severity)) < order.index(Severity(was)):
        return True
    return any(int(n) > int(counted.get(code, "0")) for code, n in (f.rsplit(":", 1) for f in faults))
