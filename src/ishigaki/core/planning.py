"""From findings and wishes to changes, in the order they are to be made. Pure.

Changes are planned one after the other on a world in which the earlier ones have been made, so that a document
touched twice is merged twice, and what a change brings about is planned for too. A remediation that does not
see what it needs plans nothing and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from ishigaki.core.answer import Place
from ishigaki.core.change import Act, Change, Note, Skip, note
from ishigaki.core.control import Control
from ishigaki.core.evaluate import arguments_of, judge
from ishigaki.core.finding import Finding, Status
from ishigaki.core.guarded import guarded
from ishigaki.core.plan import Left, Planned, type_of
from ishigaki.core.proposal import (
    Namer,
    Setting,
    changes_of,
    owner_of,
    planned_as,
    redacted,
    touches_of,
)
from ishigaki.core.remediation import Remediation, Wanted
from ishigaki.core.resource import Resource
from ishigaki.core.world import World

ROUNDS = 5  # a fix may bring about a finding, and its fix another


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
    arguments = arguments_of(
        control, world.neighbours(place, control.given), now=setting.now, asked=setting.asked.get(control.id)
    )
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
    asked = setting.asked.get(control) if remedy.parameters else None
    any_change, whole = False, True
    last: int | None = None
    for said in changes_of(
        remedy, draft.world, found, around=setting.around, wanted=wanted, asked=asked, now=setting.now
    ):
        owned = None if setting.owned or isinstance(said, Skip) else owner_of(said)
        if isinstance(said, Skip) or owned is not None:
            reason = said.note if isinstance(said, Skip) else owned
            touches = () if isinstance(said, Skip) else touches_of(said, setting)
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
        made = planned_as(said, setting, remedy, found, wanted=wanted, asked=asked)
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
