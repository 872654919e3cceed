"""Look again: one account as it is now, no more of it than one change needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.change import Change, Note, Skip
from ishigaki.core.control import Neighbours
from ishigaki.core.differences import what_matters
from ishigaki.core.evaluate import ACCOUNT, Listed
from ishigaki.core.finding import Finding, Status
from ishigaki.core.gather import gather
from ishigaki.core.plan import Planned, Touched, steps_of, touched
from ishigaki.core.proposal import changes_of
from ishigaki.core.remediation import Around, Remediation
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.core.verbatim import said
from ishigaki.core.world import World
from ishigaki.flows.units import judge_world, world_of
from ishigaki.services import key, kinds, remedies
from ishigaki.standards.choice import Ask, ask_for

UNSEEN = "unseen"  # where a state has the code of why it was not seen
BLIND = ("not_seen", "remediation_error")  # what a remediation says where it cannot tell
Perform = Callable[[Call], Answer]
T = TypeVar("T")


def places_of(around: Around) -> list[Place]:
    """Every place of an account: `aws-global`, then its Regions."""
    every = around.regions
    here = [Place(around.account, GLOBAL, around.partition)]
    return here + [
        Place(around.account, r, around.partition, tuple(o for o in every if o != r)) for r in every
    ]


def look(change: Planned, around: Around, perform: Perform) -> World:
    """The account, as far as planning the change again and judging what it serves need it."""
    remedy = remedies()[change.remediation]
    asked = ask_for([remedy], change.proves, around.parameters)
    return look_at(remedy, asked, (change.subject, change.place), around=around, perform=perform)


def look_at(
    remedy: Remediation, asked: Ask, found_at: tuple[str, str], *, around: Around, perform: Perform
) -> World:
    """The account, as far as a remediation has to know it of the subject with this id in this Region."""
    subject, at = found_at
    wide = asked.account_wide
    neighbours = {n.kind for g in _givens(asked) for n in g.values()}
    found: dict[Place, dict[type[Resource], frozenset[str]]] = {}
    for place in places_of(around):
        wanted = {
            kind: members
            for kind, members in asked.wanted.items()
            if kind.scope == place.scope and (kind in wide or place.region in (at, GLOBAL))
        }
        if wanted:
            found[place] = wanted
    only = {k: (subject,) for k in remedy.subjects if k not in neighbours and k.listed_by is not None}
    return _gathered(found, perform, only)


def _givens(asked: Ask) -> Iterable[Mapping[str, Neighbours]]:
    yield from (r.given for r in asked.remedies)
    yield from (q.control.given for q in asked.questions if not isinstance(q.control, Listed))


def _gathered(
    wanted: Mapping[Place, Mapping[type[Resource], Collection[str]]],
    perform: Perform,
    only: Mapping[type[Resource], Collection[str]],
) -> World:
    units = [
        Unit(
            place,
            {k: gather(k, place, m, verbatim=True, only=only.get(k, ())) for k, m in here.items()},
            perform,
        )
        for place, here in wanted.items()
    ]
    return world_of({done.key: done.results for done in drive(units, workers=8)})


def said_again(change: Planned, world: World, around: Around, *, now: datetime) -> list[Planned | Skip]:
    """What the change's remediation says of its subject in the world as it is."""
    remedy = remedies()[change.remediation]
    found = _subject(change, world)
    if found is not None:
        said_now = changes_of(
            remedy,
            world,
            found,
            around=around,
            wanted=_as(remedy.wanted, change.wanted),
            asked=_as(remedy.parameters, change.asked),
            now=now,
        )
        return [_as_planned(change, c) if isinstance(c, Change) else c for c in said_now]
    gaps = [g for p in world.places.values() for k in remedy.subjects if k in p for g in p[k].gaps]
    return [Skip(Note("not_seen", {"what": change.subject, "code": gaps[0].code}))] if gaps else []


def _as(kind: type[T] | None, values: Mapping[str, Any]) -> T | None:
    """Values as a plan keeps them, made what they were."""
    return msgspec.convert(values, kind) if kind is not None and values else None


def _subject(change: Planned, world: World) -> tuple[Place, Resource] | None:
    subjects = world.subjects(remedies()[change.remediation].subjects)
    return next(((p, r) for p, r in subjects if r.id == change.subject and p.region == change.place), None)


def unseen_in(said_now: Iterable[Planned | Skip]) -> Note | None:
    """Why it cannot be told what there is to do; None where it can."""
    blind = [s.note for s in said_now if isinstance(s, Skip) and s.note.code in BLIND]
    return blind[0] if blind else None


def _as_planned(change: Planned, now: Change) -> Planned:
    steps = steps_of(now)
    return msgspec.structs.replace(
        change,
        steps=steps,
        touches=tuple(touched(e, key(type(e.resource))) for e in now.effects),
    )


def same(planned: Planned, now: Planned) -> bool:
    """Whether a change planned again is the one that was approved: the same calls, and the same differences that
    they make. What is sent is what was planned now, so that a value nobody touches stays as it is."""
    calls = [
        [(s.request.service, s.request.operation, s.request.region) for s in c.steps] for c in (planned, now)
    ]
    return calls[0] == calls[1] and [_makes(t) for t in planned.touches] == [_makes(t) for t in now.touches]


def _makes(touch: Touched) -> object:
    """What becomes of a thing, as far as it becomes anything."""
    if touch.act == "delete":
        return [touch.act, touch.id, touch.region]
    found = [(d.path, d.before, d.after) for d in what_matters(touch.before, touch.after)]
    return [touch.act, touch.id, touch.region, sorted(found, key=repr)]


def proven(change: Planned, world: World, around: Around, *, now: datetime) -> str:
    """Empty where the change shows: its subject is there, its remediation asks for nothing of it any longer, and
    the controls it proves were seen not to fail on what it touched; else what does not show yet."""
    said_now = said_again(change, world, around, now=now)
    blank = unseen_in(said_now)
    if blank is not None:
        return str(blank.facts.get("what", change.remediation))
    if any(isinstance(c, Planned) and _still_asked(change, c) for c in said_now):
        return change.remediation
    deleted = any(t.act == "delete" and t.id == change.subject for t in change.touches)
    if not deleted and _subject(change, world) is None:
        return change.subject
    return _failing(change, world, around, now=now)


def _still_asked(change: Planned, now: Planned) -> bool:
    """Whether any of what a change does is asked for again, as where AWS took only a part of it."""
    return same(change, now) or any(_shares(t, n) for t in change.touches for n in now.touches)


def _shares(made: Touched, asked: Touched) -> bool:
    if (made.act, made.id, made.region) != (asked.act, asked.id, asked.region):
        return False
    if made.act != "alter":
        return True
    wanted = [(d.path, d.after or d.before) for d in what_matters(made.before, made.after)]
    return any((d.path, d.after or d.before) in wanted for d in what_matters(asked.before, asked.after))


def _failing(change: Planned, world: World, around: Around, *, now: datetime) -> str:
    """A control that the change proves and that fails, or was not seen, on what it touched; where the control is
    about none of these things, on the account."""
    asked = ask_for([remedies()[change.remediation]], change.proves, around.parameters)
    ids = {t.id for t in change.touches} | {change.subject}
    regions = {t.region for t in change.touches} | {change.place}
    findings = [
        f for f in judge_world(world, asked, now=now) if isinstance(f, Finding) and f.region in regions
    ]
    for control in change.proves:
        of_control = [f for f in findings if f.control == control]
        concerned = [f for f in of_control if f.resource in ids]
        for finding in concerned or [f for f in of_control if f.resource_type == ACCOUNT]:
            if finding.status in (Status.FAILED, Status.NOT_AVAILABLE):
                return control
    return ""


def undone_by(change: Planned) -> str:
    """The remediation whose change an undo takes back; empty for what is no undo."""
    return next((str(n.facts["does"]) for n in change.notes if n.code == "undoes"), "")


def missed_now(change: Planned, around: Around, perform: Perform, *, now: datetime) -> frozenset[str] | None:
    """What the remediation that an undo takes back would touch now; None where that was not seen."""
    undone = undone_by(change)
    if undone not in remedies():
        return None
    original = msgspec.structs.replace(change, remediation=undone, proves=())
    again = said_again(original, look(original, around, perform), around, now=now)
    if unseen_in(again) is not None:
        return None
    return frozenset(t.id for c in again if isinstance(c, Planned) for t in c.touches)


def blind(state: Mapping[str, Any]) -> str:
    """Why it was not seen how a thing is; empty where it was."""
    codes = [unseen(v) for v in state["values"].values()]
    return next((c for c in codes if c), str(state.get(UNSEEN, "")))


def unseen(value: Any) -> str:
    """Why a value of a state was not seen; empty where it was."""
    return str(value[UNSEEN]) if isinstance(value, Mapping) and value.keys() == {UNSEEN} else ""


def strayed(touch: Touched, state: Mapping[str, Any]) -> bool:
    """Whether a thing that is altered is neither as it was, nor on the way to what it is to become. What is no more,
    or is no longer listed, holds nothing that could be overwritten."""
    if not state["seen"]:
        return False
    meant = what_matters(touch.before, touch.after)
    return any(d not in meant for d in what_matters(touch.before, state["values"]))


def touched_now(touches: Sequence[Touched], around: Around, perform: Perform) -> list[dict[str, object]]:
    """What AWS says now of the things a change touches, member by member: `seen` false where a thing is no more."""
    world = _gathered(_wanted_by(touches, around), perform, _ids_by(touches))
    return [_state(t, world) for t in touches]


def _wanted_by(
    touches: Sequence[Touched], around: Around
) -> dict[Place, dict[type[Resource], Collection[str]]]:
    found: dict[Place, dict[type[Resource], Collection[str]]] = {}
    for touch in touches:
        kind = kinds()[touch.kind]
        members = set(touch.before) | set(touch.after) if touch.act == "alter" else set()
        for place in places_of(around):
            fits = place.region in (GLOBAL, touch.region)
            if place.scope == kind.scope and fits:
                here = found.setdefault(place, {})
                here[kind] = {*here.get(kind, ()), *(members & kind.members.keys())}
    return found


def _ids_by(touches: Sequence[Touched]) -> dict[type[Resource], list[str]]:
    ids: dict[type[Resource], list[str]] = {}
    for touch in touches:
        kind = kinds()[touch.kind]
        if kind.listed_by is not None:
            ids.setdefault(kind, []).append(touch.id)
    return ids


def _state(touch: Touched, world: World) -> dict[str, object]:
    kind = kinds()[touch.kind]
    for _, thing in world.subjects([kind]):
        if thing.id == touch.id and thing.region == touch.region:
            names = (
                [n for n in touch.after or touch.before if n in kind.members] if touch.act == "alter" else []
            )
            return {"id": touch.id, "seen": True, "values": {n: _said(thing, n) for n in names}}
    gaps = [g for here in world.places.values() if kind in here for g in here[kind].gaps]
    return {"id": touch.id, "seen": False, "values": {}, **({UNSEEN: gaps[0].code} if gaps else {})}


def _said(thing: Resource, name: str) -> object:
    try:
        value: object = msgspec.to_builtins(said(thing, name))
    except Unseen as no:
        # AWS answered, and says nothing of it; anything else was not seen.
        return None if no.code == NOT_IN_ANSWER else {UNSEEN: no.code}
    return value
