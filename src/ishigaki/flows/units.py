"""What one account amounts to: its places gathered, then judged together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import msgspec

from ishigaki.core.answer import GLOBAL, Answer, Gap, Place
from ishigaki.core.call import Call
from ishigaki.core.evaluate import evaluate
from ishigaki.core.finding import Finding, Unjudged
from ishigaki.core.gather import Asking, Gathered, gather
from ishigaki.core.guarded import guarded
from ishigaki.core.population import Population
from ishigaki.core.resource import Resource
from ishigaki.core.waiver import HIDEABLE
from ishigaki.core.world import NOT_REACHED, World
from ishigaki.services import resource_types
from ishigaki.standards.choice import Ask
from ishigaki.standards.waivers import proven

GATHER_ERROR = "gather_error"
Y = TypeVar("Y")
Kind = type[Resource]
Shown = Mapping[Place, Mapping[Kind, Gathered]]


class Judged(msgspec.Struct, frozen=True):
    """What judging one account gave: findings, what was not judged, what could not be read; and what decides
    whether an exception is about a finding."""

    findings: tuple[Finding, ...]
    unjudged: tuple[Unjudged, ...]
    gaps: tuple[Gap, ...]
    inventory: Mapping[tuple[str, str], int]
    tags: Mapping[str, Mapping[str, str]] = {}  # of failing things whose tags were seen, by id
    shipped: Mapping[tuple[str, str], str] = {}  # rules of shipped exceptions, by control and id


def places(account: str, regions: Iterable[str], *, partition: str, asked: Ask) -> list[Place]:
    """The places of an account that the questions look at: `aws-global` first, then its Regions."""
    every = tuple(regions)
    here = [Place(account, GLOBAL, partition)] if asked.kinds("global") else []
    if asked.kinds("region"):
        here += [Place(account, r, partition, tuple(o for o in every if o != r)) for r in every]
    return here


def questions(place: Place, asked: Ask, *, verbatim: bool = False) -> dict[Kind, Asking[Gathered]]:
    """What to ask in a place, type by type."""
    return {
        kind: _safely(kind, place, gather(kind, place, members, verbatim=verbatim))
        for kind, members in asked.kinds(place.scope).items()
    }


def _safely(kind: Kind, place: Place, asking: Asking[Gathered]) -> Asking[Gathered]:
    """The same question; where it crashes, a bug of ours, its type is unseen and everything else stands."""
    return safely(asking, crashed=partial(_lost, kind, place))


def safely(asking: Asking[Y], *, crashed: Callable[[Exception], Y]) -> Asking[Y]:
    """The same question; where it crashes, a bug of ours, `crashed` says what it amounts to."""
    answers: Sequence[Answer] | None = None
    while True:
        calls, ended = guarded(partial(_step, asking, answers), crashed=partial(_ended, crashed))
        if ended:
            return ended[0]
        answers = yield calls


def _step(asking: Asking[Y], answers: Sequence[Answer] | None) -> tuple[Sequence[Call], tuple[Y, ...]]:
    try:
        return (next(asking) if answers is None else asking.send(answers)), ()
    except StopIteration as end:
        return (), (end.value,)


def _ended(crashed: Callable[[Exception], Y], bug: Exception) -> tuple[Sequence[Call], tuple[Y, ...]]:
    return (), (crashed(bug),)


def _lost(kind: Kind, place: Place, bug: Exception) -> Gathered:
    gap = Gap(kind.aws, f"{type(bug).__name__}: {bug}", "", GATHER_ERROR, place.region)
    return Gathered(Population((), [gap]), (gap,))


def replayed(question: Asking[Any], answer: Callable[[Call], Answer]) -> Any:
    """Drive a question with answers that are already there."""
    try:
        calls = next(question)
        while True:
            calls = question.send([answer(c) for c in calls])
    except StopIteration as end:
        return end.value


def judge_account(shown: Shown, asked: Ask, *, now: datetime, missing: Collection[Place] = ()) -> Judged:
    """Judge one account from everything that its places showed.

    `missing` are places that were to be looked at and were not (an interrupted scan, another snapshot's): what
    is asked of the whole account is incomplete without them.
    """
    findings: list[Finding] = []
    unjudged: list[Unjudged] = []
    world = world_of(shown, missing)
    for said in judge_world(world, asked, now=now):
        if isinstance(said, Finding):
            findings.append(said)
        else:
            unjudged.append(said)
    gaps = dict.fromkeys(g for kinds in shown.values() for gathered in kinds.values() for g in gathered.gaps)
    unreached = [Gap("", "scan", "", NOT_REACHED, p.region) for p in missing]
    return Judged(
        tuple(findings),
        tuple(unjudged),
        (*gaps, *unreached),
        +_counts(shown),
        _tags(shown, {f.resource for f in findings if f.status in HIDEABLE}),
        proven(world),
    )


def _tags(shown: Shown, ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """The tags of these things, as far as they were seen."""
    found: dict[str, Mapping[str, str]] = {}
    for kinds in shown.values():
        for gathered in kinds.values():
            for thing in gathered.population.seen:
                if thing.id in ids and "tags" in thing.seen():
                    found[thing.id] = thing.tags
    return found


def world_of(shown: Shown, missing: Collection[Place] = ()) -> World:
    """What was gathered, as one world."""
    places = {p: {kind: g.population for kind, g in kinds.items()} for p, kinds in shown.items()}
    return World(places, missing)


def judge_world(world: World, asked: Ask, *, now: datetime) -> Iterator[Finding | Unjudged]:
    """What the questions say of an account as it is, or as it would be."""
    wide = {kind: world.account_wide(kind) for kind in asked.account_wide}
    for place in world.places:
        yield from evaluate(world.view(place, wide), asked.in_scope(place.scope, place.region), now=now)


def _counts(shown: Shown) -> Counter[tuple[str, str]]:
    """How many things of each type there are, by the Region they live in; what is another account's, or is only
    seen from here, is counted there."""
    counts: Counter[tuple[str, str]] = Counter()
    for place, kinds in shown.items():
        for kind, gathered in kinds.items():
            if kind.listed_by is None or kind not in resource_types().get(kind.aws, ()):
                continue
            for thing in gathered.population.seen:
                here = place.region in (GLOBAL, thing.region)
                counts[thing.region, kind.aws] += here and thing.account == place.account
    return counts
