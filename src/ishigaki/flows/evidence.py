"""Evidence: what a fix has to know beyond what judging reads, asked only of what failed.

A scan judges an account as soon as it is whole, and looks closer at what failed: whether a bucket serves a
website, which interfaces use a group, whose a thing is by its tags. What passed costs nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.finding import EMPTY, Finding, Status
from ishigaki.core.gather import gather
from ishigaki.core.remediation import Remediation
from ishigaki.core.resource import Resource, facets
from ishigaki.services import key, remediations, writes
from ishigaki.standards.choice import Ask

Kind = type[Resource]
Answers = list[tuple[Call, Answer]]
Perform = Callable[[Call], Answer]


class Wanted(msgspec.Struct):
    """Members of a type that a fix reads, and of which things; none: of all."""

    members: set[str]
    ids: set[str] | None


def look_closer(
    findings: Iterable[Finding],
    asked: Ask,
    performing: Mapping[Place, Perform],
    answers: dict[Place, Answers],
) -> None:
    """Ask for the evidence that the fixes of failed findings need, and add what is new to the answers. What was
    answered already is not asked again."""
    wanted = evidence(findings, asked, list(performing))
    units = [
        Unit(
            place,
            {
                kind: gather(kind, place, need.members, only=tuple(need.ids or ()))
                for kind, need in here.items()
            },
            _remembering(performing[place], answers.setdefault(place, [])),
        )
        for place, here in wanted.items()
    ]
    for done in drive(units):
        known = {call.key for call, _ in answers[done.key]}
        answers[done.key] += [(call, answer) for call, answer in done.answers if call.key not in known]


def _remembering(perform: Perform, answers: Answers) -> Perform:
    known = {call.key: answer for call, answer in answers}
    return lambda call: known.get(call.key) or perform(call)


def evidence(
    findings: Iterable[Finding], asked: Ask, places: Sequence[Place]
) -> dict[Place, dict[Kind, Wanted]]:
    """What to look at, place by place."""
    found: dict[Place, dict[Kind, Wanted]] = {}
    for finding in findings:
        remedy = remediations().get(finding.control)
        if remedy is None or finding.status is not Status.FAILED or finding.reason == EMPTY:
            continue
        for kind, members in _reads(remedy, asked):
            ids = {finding.resource} if _alone(remedy, kind, members) else None
            for place in _places(remedy, kind, finding, places):
                _add(found.setdefault(place, {}), kind, members, ids)
    return found


def _reads(remedy: Remediation, asked: Ask) -> Iterable[tuple[Kind, set[str]]]:
    """The types that planning reads more of than judging did."""
    known = writes().get(remedy.name)
    for kind in dict.fromkeys(remedy.kinds):
        members = set(known.reads.get(key(kind), ())) if known else set()
        if kind not in asked.wanted or members - asked.wanted[kind]:
            yield kind, members


def _alone(remedy: Remediation, kind: Kind, members: set[str]) -> bool:
    """Whether the failed thing alone has to be looked at: not the account, nobody's neighbour, and not shown many at
    a time."""
    if (
        kind.listed_by is None
        or kind not in remedy.subjects
        or kind in {n.kind for n in remedy.given.values()}
    ):
        return False
    sources = [f.source for name, f in facets(kind).items() if name in members]
    return not any(s.batch for s in (*sources, *([kind.detail] if kind.detail else [])))


def _places(remedy: Remediation, kind: Kind, finding: Finding, places: Sequence[Place]) -> Iterable[Place]:
    wide = {n.kind for n in remedy.given.values() if n.account_wide}
    for place in places:
        if place.scope != kind.scope:
            continue
        if kind in wide or place.region in (GLOBAL, finding.region):
            yield place


def _add(here: dict[Kind, Wanted], kind: Kind, members: set[str], ids: set[str] | None) -> None:
    known = here.get(kind)
    if known is None:
        here[kind] = Wanted(set(members), set(ids) if ids is not None else None)
        return
    known.members |= members
    known.ids = known.ids | ids if known.ids is not None and ids is not None else None
