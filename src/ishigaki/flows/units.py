"""What one account amounts to: its places gathered, then judged together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from ishigaki.core.answer import GLOBAL, Answer, Gap, Place
from ishigaki.core.call import Call
from ishigaki.core.evaluate import View, evaluate
from ishigaki.core.finding import Finding, Unjudged
from ishigaki.core.gather import Asking, Gathered, gather
from ishigaki.core.guarded import guarded
from ishigaki.core.population import Population
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_COLLECTED
from ishigaki.services import resource_types
from ishigaki.standards.choice import Ask

GATHER_ERROR = "gather_error"
NOT_REACHED = "NotReached"  # a place that was to be looked at and was not
Kind = type[Resource]
Shown = Mapping[Place, Mapping[Kind, Gathered]]


class Judged(msgspec.Struct, frozen=True):
    """What judging one account gave: findings, what was not judged, what could not be read."""

    findings: tuple[Finding, ...]
    unjudged: tuple[Unjudged, ...]
    gaps: tuple[Gap, ...]
    inventory: Mapping[tuple[str, str], int]


def places(account: str, regions: Iterable[str], *, partition: str, asked: Ask) -> list[Place]:
    """The places of an account that the questions look at: `aws-global` first, then its Regions."""
    every = tuple(regions)
    here = [Place(account, GLOBAL, partition)] if asked.kinds("global") else []
    if asked.kinds("region"):
        here += [Place(account, r, partition, tuple(o for o in every if o != r)) for r in every]
    return here


def questions(place: Place, asked: Ask) -> dict[Kind, Asking[Gathered]]:
    """What to ask in a place, type by type."""
    return {
        kind: _safely(kind, place, gather(kind, place, members))
        for kind, members in asked.kinds(place.scope).items()
    }


def _safely(kind: Kind, place: Place, asking: Asking[Gathered]) -> Asking[Gathered]:
    """The same question; where it crashes, a bug of ours, its type is unseen and everything else stands."""
    answers: Sequence[Answer] | None = None
    while True:
        calls, result = guarded(partial(_step, asking, answers), crashed=partial(_lost, kind, place))
        if result is not None:
            return result
        answers = yield calls


def _step(
    asking: Asking[Gathered], answers: Sequence[Answer] | None
) -> tuple[Sequence[Call], Gathered | None]:
    try:
        return (next(asking) if answers is None else asking.send(answers)), None
    except StopIteration as end:
        return (), end.value


def _lost(kind: Kind, place: Place, bug: Exception) -> tuple[Sequence[Call], Gathered | None]:
    gap = Gap(kind.aws, f"{type(bug).__name__}: {bug}", "", GATHER_ERROR, place.region)
    return (), Gathered(Population((), [gap]), (gap,))


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
    regions = frozenset(p.region for p in shown if p.region != GLOBAL)
    wide = {kind: _account_wide(kind, shown, missing) for kind in asked.account_wide}
    findings: list[Finding] = []
    unjudged: list[Unjudged] = []
    for place, kinds in shown.items():
        here = {kind: gathered.population for kind, gathered in kinds.items()}
        view = View(place, here, wide, regions or None)
        for said in evaluate(view, asked.in_scope(place.scope), now=now):
            if isinstance(said, Finding):
                findings.append(said)
            else:
                unjudged.append(said)
    gaps = dict.fromkeys(g for kinds in shown.values() for gathered in kinds.values() for g in gathered.gaps)
    unreached = [Gap("", "scan", "", NOT_REACHED, p.region) for p in missing]
    return Judged(tuple(findings), tuple(unjudged), (*gaps, *unreached), +_counts(shown))


def _account_wide(kind: Kind, shown: Shown, missing: Collection[Place]) -> Population[Any]:
    """A type over the whole account; a thing that several Regions show is one, as its own Region shows it."""
    populations = {place: kinds[kind].population for place, kinds in shown.items() if kind in kinds}
    if not populations:
        return Population((), [Gap(kind.aws, "", "", NOT_COLLECTED, "")])
    things: dict[str, Resource] = {}
    for place, population in populations.items():
        for resource in population.seen:
            if resource.id not in things or resource.region == place.region:
                things[resource.id] = resource
    gaps = [g for p in populations.values() for g in p.gaps]
    gaps += [Gap(kind.aws, "scan", "", NOT_REACHED, p.region) for p in missing if p.scope == kind.scope]
    return Population(things.values(), gaps)


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
