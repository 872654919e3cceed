"""From findings and wishes to changes, in the order they are to be made. Pure.

Changes are planned one after the other on a world in which the earlier ones have been made, so that a document
touched twice is merged twice, and what a change brings about is planned for too. A remediation that does not
see what it needs plans nothing and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from ishigaki.core.answer import Place
from ishigaki.core.change import Act, Change, Disruption, Note, Safety, Skip, note
from ishigaki.core.control import Control
from ishigaki.core.estate import NON_PRODUCTION
from ishigaki.core.evaluate import judge
from ishigaki.core.finding import Finding, Status
from ishigaki.core.guarded import guarded
from ishigaki.core.ownership import owner
from ishigaki.core.plan import Cost, Left, Planned, Touched, change_id, steps_of, touched, type_of
from ishigaki.core.remediation import Around, Remediation, Wanted
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import Unseen
from ishigaki.core.world import World

ROUNDS = 5  # a fix may bring about a finding, and its fix another
Judge = Callable[[World], Iterable[Finding]]
Namer = Callable[[type[Resource]], str]


@dataclass(frozen=True)
class Item:
    """A part of the baseline: what carries it out, and the values it aims at."""

    name: str
    remediation: Remediation
    wanted: Wanted | None


@dataclass(frozen=True)
class Setting:
    """What planning one account goes by. `remedies` are by control id (with variant); `owned` plans changes of
    things that belong to CloudFormation or Terraform, too."""

    around: Around
    controls: Mapping[str, Control]
    remedies: Mapping[str, Remediation]
    judge: Judge
    namer: Namer
    now: datetime
    items: Sequence[Item] = ()
    values: Mapping[str, Wanted] = field(default_factory=dict)  # by the name of a remediation
    owned: bool = False
    prices: Mapping[str, float] = field(default_factory=dict)  # US dollars of one unit of a price fact


@dataclass
class _Draft:
    """The plan of one account as it grows."""

    world: World
    changes: list[Planned] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    makers: dict[str, list[int]] = field(default_factory=dict)  # which changes make a thing, by its id
    touchers: dict[str, list[int]] = field(default_factory=dict)  # which touch it
    newest: dict[str, int] = field(default_factory=dict)  # the last change of each declared type

    def take(self, made: Planned, change: Change) -> None:
        """Put a change behind the others, and let the world be as it leaves it."""
        number = len(self.changes)
        for touch in made.touches:
            self.touchers.setdefault(touch.id, []).append(number)
            if touch.act == Act.CREATE:
                self.makers.setdefault(touch.id, []).append(number)
            self.newest[touch.kind] = number
        self.changes.append(made)
        self.world = self.world.after(change)

    def before(self, made: Planned) -> tuple[str, ...]:
        """The changes that must have been made: they make what is touched, or make or alter what is needed."""
        numbers = {n for touch in made.touches for n in self.makers.get(touch.id, ())}
        numbers |= {n for needed in made.needs for n in self.touchers.get(needed, ())}
        return tuple(dict.fromkeys(self.changes[n].id for n in sorted(numbers)))


def plan_account(world: World, setting: Setting) -> tuple[list[Planned], list[Left], World]:
    """The changes for one account in order, what is left to people, and the account as it will then be."""
    draft = _Draft(world)
    before = _failed(setting.judge(world))
    for item in setting.items:
        for place, subject in list(draft.world.subjects(item.remediation.subjects)):
            _mend(draft, setting, item.remediation, (place, subject), wanted=item.wanted, item=item.name)
    of_items, reasons = draft.left, dict[tuple[str, str, str, str], list[Left]]()
    for round_ in range(ROUNDS):
        failed = before if round_ == 0 else _failed(setting.judge(draft.world))
        known = len(draft.changes)
        fresh = [f for f in failed if f.identity not in reasons]
        again = [f for f in failed if reasons.get(f.identity)]  # what came after it may have made it possible
        for finding in (*fresh, *again):
            start = len(draft.changes)
            draft.left = []
            _serve(draft, setting, finding)
            if finding.identity in reasons and start < len(draft.changes):
                _behind(draft, setting.remedies[finding.control], setting.namer, start)
            reasons[finding.identity] = draft.left
        if not fresh and len(draft.changes) == known:
            break
    left = [*of_items, *(x for lefts in reasons.values() for x in lefts)]
    return draft.changes, left, draft.world


def _behind(draft: _Draft, remedy: Remediation, namer: Namer, start: int) -> None:
    """Put changes behind those of what their remediation looks at: without these they were not possible."""
    own, looked_at = ({namer(k) for k in kinds} for kinds in (remedy.subjects, remedy.kinds))
    for number in range(start, len(draft.changes)):
        each = draft.changes[number]
        before = tuple(
            c.id
            for c in draft.changes[:start]
            if any(t.kind in looked_at and (t.kind not in own or t.id == each.subject) for t in c.touches)
        )
        after = tuple(dict.fromkeys((*each.depends_on, *before)))
        draft.changes[number] = msgspec.structs.replace(each, depends_on=after)


def _failed(findings: Iterable[Finding]) -> list[Finding]:
    return [f for f in findings if f.status is Status.FAILED and f.workflow != "SUPPRESSED"]


def _serve(draft: _Draft, setting: Setting, finding: Finding) -> None:
    """Plan for one failed finding, unless what is planned already makes it pass."""
    control = setting.controls[finding.control]
    remedy = setting.remedies.get(finding.control)
    found = draft.world.find(control.subjects, finding.resource, finding.region)
    if found is None:
        if not _served(draft, setting, control):
            draft.left.append(_left(finding, note("manual"), control=finding.control))
        return
    if _passes(draft.world, setting, control, found) and _served(draft, setting, control):
        return
    if remedy is None:
        draft.left.append(_left(finding, note("manual"), control=finding.control))
        return
    subject = found if isinstance(found[1], remedy.subjects) else _account_subject(draft.world, remedy, found)
    if subject is None:
        draft.left.append(_left(finding, note("manual"), control=finding.control))
        return
    wanted = remedy.aim or setting.values.get(remedy.name)
    planned = _mend(draft, setting, remedy, subject, wanted=wanted, finding=finding)
    if not planned and not any(
        x.control == finding.control and x.resource == finding.resource for x in draft.left
    ):
        draft.left.append(_left(finding, note("manual"), control=finding.control))


def _account_subject(
    world: World, remedy: Remediation, found: tuple[Place, Resource]
) -> tuple[Place, Resource] | None:
    """The account as the remediation knows it, in the place of what failed."""
    accounts = [k for k in remedy.subjects if k.listed_by is None]
    return next(
        ((p, r) for p, r in world.subjects(accounts) if p == found[0] or p.scope != found[0].scope), None
    )


def _passes(world: World, setting: Setting, control: Control, found: tuple[Place, Resource]) -> bool:
    place, resource = found
    arguments: dict[str, Any] = dict(world.neighbours(place, control.given))
    if control.timed:
        arguments["now"] = setting.now
    finding = guarded(lambda: judge(control, resource, arguments), crashed=lambda _: None)
    return finding is not None and finding.status is Status.PASSED


def _served(draft: _Draft, setting: Setting, control: Control) -> bool:
    """Note on the last change of what the control looks at that it makes the control pass, too."""
    kinds = {setting.namer(kind) for kind in control.kinds}
    number = max((draft.newest[kind] for kind in kinds if kind in draft.newest), default=None)
    if number is None:
        return False
    change = draft.changes[number]
    if control.id not in change.serves:
        serves, proves = (*change.serves, control.id), (*change.proves, control.id)
        draft.changes[number] = msgspec.structs.replace(change, serves=serves, proves=proves)
    return True


def _mend(
    draft: _Draft,
    setting: Setting,
    remedy: Remediation,
    found: tuple[Place, Resource],
    *,
    wanted: Wanted | None,
    finding: Finding | None = None,
    item: str = "",
) -> bool:
    """Plan what a remediation says of one subject; whether it planned anything."""
    place, subject = found
    control = finding.control if finding else ""
    any_change, whole = False, True
    last: int | None = None
    for said in changes_of(remedy, draft.world, found, around=setting.around, wanted=wanted, now=setting.now):
        owned = None if setting.owned or isinstance(said, Skip) else _owner(said)
        if isinstance(said, Skip) or owned is not None:
            reason = said.note if isinstance(said, Skip) else owned
            touches = () if isinstance(said, Skip) else _touches(said, setting)
            draft.left.append(
                Left(
                    place.account,
                    subject.region,
                    subject.id,
                    subject.name,
                    reason or note("manual"),
                    control=control,
                    item=item,
                    touches=touches,
                    type=type_of(subject),
                )
            )
            any_change, whole = True, False
            continue
        any_change = True
        made = _planned(said, setting, remedy, found, wanted=wanted)
        if redacted(msgspec.to_builtins(made.steps)):  # a secret's place holder must never be written back
            draft.left.append(_left_of(made, note("holds_secret"), control=control, item=item))
            whole = False
            continue
        serves = (control,) if control else ()
        after = draft.before(made)
        draft.take(msgspec.structs.replace(made, serves=serves, item=item, depends_on=after), said)
        last = len(draft.changes) - 1
    if last is not None and control and whole:  # it may take several changes: it passes after the last
        draft.changes[last] = msgspec.structs.replace(draft.changes[last], proves=(control,))
    return any_change


def changes_of(
    remedy: Remediation,
    world: World,
    found: tuple[Place, Resource],
    *,
    around: Around,
    wanted: Wanted | None,
    now: datetime,
) -> list[Change | Skip]:
    """What a remediation says of one subject. What it does not see, and a bug of ours, become a `Skip`; changes
    that came before stand."""
    place, subject = found
    arguments: dict[str, Any] = dict(world.neighbours(place, remedy.given))
    offered = {"now": now, "around": around, "wanted": wanted or (remedy.wanted() if remedy.wanted else None)}
    arguments |= {name: offered[name] for name in remedy.takes}
    said: list[Change | Skip] = []

    def run() -> None:
        try:
            said.extend(remedy.plan(subject, **arguments))
        except Unseen as unseen:
            said.append(Skip(Note("not_seen", {"what": unseen.what, "code": unseen.code})))

    def crashed(bug: Exception) -> None:
        said.append(Skip(note("remediation_error", detail=f"{type(bug).__name__}: {bug}")))

    guarded(run, crashed=crashed)
    return said


def _planned(
    said: Change,
    setting: Setting,
    remedy: Remediation,
    found: tuple[Place, Resource],
    *,
    wanted: Wanted | None,
) -> Planned:
    place, subject = found
    steps = steps_of(said)
    disruption = said.disruption or remedy.disruption
    notes = said.notes
    unseen = any(_ownership_unseen(e.resource) for e in said.effects if e.act is not Act.CREATE)
    if unseen:
        notes = (*notes, note("owner_unseen"))
    return Planned(
        change_id(place.account, remedy.name, steps),
        place.account,
        place.region,
        subject.id,
        remedy.name,
        _touches(said, setting),
        steps,
        Safety.DISRUPTIVE
        if unseen
        else safety(disruption, reversible=said.reversible, around=setting.around),
        disruption.value,
        said.reversible,
        wanted=msgspec.to_builtins(wanted) if wanted is not None else {},
        notes=notes,
        needs=said.needs,
        cost=_cost(said, setting.prices),
    )


def _cost(said: Change, prices: Mapping[str, float]) -> Cost | None:
    """What a change costs a month, as far as it is made of known price facts."""
    known = {fact: units for fact, units in said.costs.items() if fact in prices}
    if not known:
        return None
    return Cost(round(sum(prices[f] * units for f, units in known.items()), 2), tuple(known))


def safety(disruption: Disruption, *, reversible: bool, around: Around) -> Safety:
    """SAFE is what can be taken back and hardly disturbs; in production, and where nobody says that it is not, it
    must not disturb at all."""
    if not reversible or disruption is Disruption.HIGH:
        return Safety.DISRUPTIVE
    if disruption is Disruption.LOW and around.kind != NON_PRODUCTION:
        return Safety.DISRUPTIVE
    return Safety.SAFE


def across(changes: Sequence[Planned]) -> list[Planned]:
    """The changes of several accounts: those that stand on another account's come after it, and say so."""
    touching: dict[str, list[Planned]] = {}
    for each in changes:
        for touch in each.touches:
            touching.setdefault(touch.id, []).append(each)
    linked = []
    for each in changes:
        stood_on = (c for n in each.needs for c in touching.get(n, ()))
        others = {c.id for c in stood_on if c.account != each.account}
        linked.append(msgspec.structs.replace(each, depends_on=(*each.depends_on, *sorted(others))))
    owners = {c.id: c.account for c in linked}
    needed = {owners[d] for c in linked for d in c.depends_on if owners.get(d, c.account) != c.account}
    return sorted(linked, key=lambda c: c.account not in needed)


def _touches(said: Change, setting: Setting) -> tuple[Touched, ...]:
    return tuple(touched(e, setting.namer(type(e.resource))) for e in said.effects)


def _owner(said: Change) -> Note | None:
    """The tool that owns something the change alters or deletes."""
    for resource in _existing(said):
        try:
            found = owner(resource)
        except Unseen:
            continue
        if found is not None:
            return found
    return None


def _existing(said: Change) -> Iterator[Resource]:
    return (e.resource for e in said.effects if e.act is not Act.CREATE)


def _ownership_unseen(resource: Resource) -> bool:
    try:
        owner(resource)
    except Unseen:
        return True
    return False


def redacted(value: Any) -> bool:
    """Whether a value holds what was put in a secret's place when it was collected (`core.redact`)."""
    if isinstance(value, str):
        return value.startswith("redacted:")
    if isinstance(value, Mapping):
        return any(redacted(v) for v in value.values())
    return isinstance(value, (list, tuple)) and any(redacted(v) for v in value)


def _left_of(made: Planned, reason: Note, *, control: str, item: str) -> Left:
    target = made.target
    return Left(
        made.account, target.region, target.id, target.name, reason, control, item=item, type=target.type
    )


def _left(finding: Finding, reason: Note, *, control: str = "") -> Left:
    return Left(
        finding.account,
        finding.region,
        finding.resource,
        finding.name,
        reason,
        control,
        type=finding.resource_type,
    )
