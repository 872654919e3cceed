"""What a scan asks: chosen controls, and of each resource type the members that judging them reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from ishigaki.core.catalogue import order, plain
from ishigaki.core.evaluate import Listed, Question
from ishigaki.core.finding import Severity
from ishigaki.core.gather import with_parents
from ishigaki.core.remediation import Remediation
from ishigaki.core.resource import Resource
from ishigaki.core.usage import UsageError
from ishigaki.services import controls, key, reads, remediations, resource_types, writes
from ishigaki.standards import CHECKLISTS, DEFAULT, SHORT, STANDARDS, catalogue, standard
from ishigaki.standards.parameters import parameters_of

NONE: Mapping[str, Mapping[str, Any]] = {}
NO_DATA = (
    "no_data"  # of the account itself there is always one; where a control is not about it, nothing is said
)


Tables = Mapping[str, Mapping[str, Any]]  # parameters by control, by AWS's names


class Ask(msgspec.Struct, frozen=True):
    """Questions by the scope they are asked in, and the members wanted of each type (none: listing only).
    `parameters` are those that the estate sets, of whichever control; `missing` are the controls that Security Hub
    does not offer, by Region: there they say nothing."""

    standards: tuple[str, ...]
    questions: tuple[Question, ...]
    wanted: Mapping[type[Resource], frozenset[str]]
    remedies: tuple[Remediation, ...] = ()  # remediations that are to be planned, too
    parameters: Tables = {}
    missing: Mapping[str, Collection[str]] = {}

    def in_scope(self, scope: str, region: str = "") -> tuple[Question, ...]:
        """The questions asked in a Region, or once per account (`global`)."""
        missing = self.missing.get(region, ())
        asked = (q for q in self.questions if any(k.scope == scope for k in q.control.subjects))
        return tuple(q for q in asked if plain(q.id) not in missing)

    def kinds(self, scope: str) -> dict[type[Resource], frozenset[str]]:
        return {k: members for k, members in self.wanted.items() if k.scope == scope}

    @property
    def account_wide(self) -> frozenset[type[Resource]]:
        """The types that some control looks at over a whole account."""
        judged = [q.control for q in self.questions if not isinstance(q.control, Listed)]
        given = [*(c.given for c in judged), *(r.given for r in self.remedies)]
        return frozenset(n.kind for g in given for n in g.values() if n.account_wide)


def choose(
    *,
    names: Sequence[str] = (),
    globs: Sequence[str] = (),
    severities: Collection[Severity] = (),
    parameters: Tables = NONE,
) -> Ask:
    """The controls of the standards (default: FSBP and CIS v5.0.0) that match a glob and a severity.

    A choice that is not narrowed asks what the short checklists ask, too: every report shows them. They count in
    the scores of those standards only that hold them. Raises `UsageError` for a standard or a glob that names nothing.
    """
    chosen = tuple(names) or DEFAULT
    for name in chosen:
        if name not in (*STANDARDS, *CHECKLISTS):
            raise UsageError("unknown_standard", name=name, known=", ".join((*STANDARDS, *CHECKLISTS)))
    ids = dict.fromkeys(c for name in chosen for c in standard(name).controls)
    everything = dict.fromkeys([*ids, *controls()]) if globs and not names else ids
    for glob in globs:
        if not any(_matches(c, glob) for c in everything):
            raise UsageError("unknown_control", pattern=glob)
    kept = [c for c in everything if not globs or any(_matches(c, g) for g in globs)]
    if severities:
        kept = [c for c in kept if catalogue()[plain(c)].severity in severities]
    elif not globs:
        kept = list(dict.fromkeys([*kept, *(c for name in SHORT for c in standard(name).controls)]))
    return ask(sorted(kept, key=order), names=chosen, parameters=parameters)


def _matches(control: str, glob: str) -> bool:
    return fnmatchcase(control.lower(), glob.lower())


def ask(ids: Iterable[str], *, names: Sequence[str], parameters: Tables = NONE) -> Ask:
    """The questions for these controls, implemented or only listed, and what they want of AWS."""
    questions = tuple(_question(c, parameters) for c in ids)
    wanted: dict[type[Resource], set[str]] = {}
    for question in questions:
        asked = question.control
        kinds = asked.subjects if isinstance(asked, Listed) else asked.kinds
        for kind in kinds:
            wanted.setdefault(kind, set())
        if not isinstance(asked, Listed):
            for kind in asked.kinds:
                wanted[kind] |= set(reads().get(asked.id, {}).get(key(kind), ()))
    return Ask(tuple(names), questions, {k: frozenset(v) for k, v in wanted.items()}, parameters=parameters)


def ask_for(planned: Sequence[Remediation], serves: Iterable[str], parameters: Tables = NONE) -> Ask:
    """What has to be looked at to plan these remediations and to judge the controls they serve."""
    served = ask([c for c in serves if c in controls()], names=(), parameters=parameters)
    wanted = {k: set(v) for k, v in served.wanted.items()}
    for remedy in planned:
        want(remedy, wanted)
    every = {k: frozenset(v) for k, v in wanted.items()}
    return msgspec.structs.replace(served, wanted=every, remedies=tuple(planned))


def with_fixes(asked: Ask) -> Ask:
    """The same questions, and what planning the remediations of their controls reads."""
    planned = tuple(remediations()[q.id] for q in asked.questions if q.id in remediations())
    wanted = {k: set(v) for k, v in asked.wanted.items()}
    for remedy in planned:
        want(remedy, wanted)
    every = tuple({r.name: r for r in (*asked.remedies, *planned)}.values())
    members = {k: frozenset(v) for k, v in wanted.items()}
    return msgspec.structs.replace(asked, wanted=members, remedies=every)


def want(remedy: Remediation, wanted: dict[type[Resource], set[str]]) -> None:
    """Add what planning a remediation reads."""
    known = writes().get(remedy.name)
    for kind in {*remedy.kinds}:
        wanted.setdefault(kind, set()).update(known.reads.get(key(kind), ()) if known else ())


def _question(control: str, parameters: Tables) -> Question:
    facts = catalogue()[plain(control)]
    implemented = controls().get(control)
    if implemented is not None:
        asked = parameters_of(implemented, parameters.get(plain(control), {}))
        return Question(implemented, facts.when_empty or NO_DATA, asked)
    kinds = tuple(kind for s in facts.subjects for kind in resource_types().get(s, ()))
    return Question(Listed(control, kinds), facts.when_empty or NO_DATA)


def parents_too(kinds: Iterable[type[Resource]]) -> frozenset[type[Resource]]:
    """The types and those they are listed over: what permissions and call counts must know."""
    return frozenset(with_parents(kinds))
