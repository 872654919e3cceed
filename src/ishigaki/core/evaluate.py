"""Judge resources by controls. Pure: the same view gives the same findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ishigaki.core.answer import GLOBAL, Gap, Place
from ishigaki.core.control import Control, Example, Parameters
from ishigaki.core.fault import Fault
from ishigaki.core.finding import EMPTY, Finding, Reason, Status, Unjudged
from ishigaki.core.guarded import guarded
from ishigaki.core.population import Population
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_COLLECTED, NOT_OFFERED, Unseen

ACCOUNT = "AWS::::Account"
Kinds = Mapping[type[Resource], Population[Any]]
CONTROL_ERROR = "control_error"
NOBODY: Population[Any] = Population((), [Gap("", "", "", NOT_COLLECTED, "")])


class Listed(msgspec.Struct, frozen=True):
    """A control of the catalogue that is not implemented: only the resources it is about are known."""

    id: str
    subjects: tuple[type[Resource], ...]


class View(msgspec.Struct, frozen=True):
    """What one place shows: the populations of a Region (or `aws-global`), and those of the whole account."""

    place: Place
    here: Kinds
    account_wide: Kinds = {}
    regions: frozenset[str] | None = None  # for global things: which Regions' things are wanted

    def of_here(self, subjects: Iterable[type[Resource]]) -> list[type[Resource]]:
        """The subjects that are listed in a place of this kind: some types are regional and global."""
        return [kind for kind in subjects if kind.scope == self.place.scope]


class Question(msgspec.Struct, frozen=True):
    """A control as it is asked in one scan: by what an empty population means, or as merely listed; `asked` are
    the parameters that the estate sets."""

    control: Control | Listed
    when_empty: str = "passed"
    asked: Parameters | None = None

    @property
    def id(self) -> str:
        return self.control.id


def evaluate(view: View, questions: Iterable[Question], *, now: datetime) -> Iterator[Finding | Unjudged]:
    """Every control against every resource it is about.

    A control that finds no resource says what AWS says then; one whose listing was not seen says so once, on
    the account. A control that is not implemented yields `Unjudged` where it would have had work.
    """
    for question in questions:
        if isinstance(question.control, Listed):
            yield from _listed(view, question, question.control)
        else:
            yield from _judged(view, question, question.control, now)


def _judged(view: View, question: Question, control: Control, now: datetime) -> Iterator[Finding]:
    subjects = view.of_here(control.subjects)
    if not subjects or _not_offered(view, subjects):
        return
    neighbours = {n: _neighbours(view, w.kind, w.account_wide) for n, w in control.given.items()}
    arguments = arguments_of(control, neighbours, now=now, asked=question.asked)
    silent = True
    for kind in subjects:
        population = view.here.get(kind, NOBODY)
        for finding in _judge_all(control, [r for r in population.seen if _judged_here(view, r)], arguments):
            silent = False
            yield finding
        if population.gaps:
            silent = False
            gap = population.gaps[0]
            yield _on_account(
                view, control.id, Status.NOT_AVAILABLE, Reason(gap.code, gap.operation or gap.type)
            )
    if silent:
        yield from _empty(view, question)


def arguments_of(
    control: Control, neighbours: Mapping[str, Any], *, now: datetime, asked: Parameters | None = None
) -> dict[str, Any]:
    """What a control takes beside its subject."""
    arguments: dict[str, Any] = dict(neighbours)
    if control.timed:
        arguments["now"] = now
    if control.parameters is not None:
        arguments["asked"] = asked or control.parameters()
    return arguments


def _judge_all(
    control: Control, resources: Sequence[Resource], arguments: Mapping[str, Any]
) -> list[Finding]:
    """Judge many; where the control crashes, each by itself, so that only what it crashes on is lost."""
    judged = guarded(
        lambda: [judge(control, r, arguments) for r in resources],
        crashed=lambda _: [_alone(control, r, arguments) for r in resources],
    )
    return [f for f in judged if f is not None]


def _alone(control: Control, resource: Resource, arguments: Mapping[str, Any]) -> Finding | None:
    """Judge one resource with a control that crashes on some: a bug of ours, said on the finding."""
    return guarded(
        lambda: judge(control, resource, arguments),
        crashed=lambda bug: _finding(
            control, resource, (), Reason(CONTROL_ERROR, f"{type(bug).__name__}: {bug}")
        ),
    )


def _not_offered(view: View, subjects: Iterable[type[Resource]]) -> bool:
    """Whether none of the subjects' services exists in this Region: AWS gives no finding there."""
    return all(
        any(gap.code == NOT_OFFERED for gap in view.here.get(kind, NOBODY).gaps) and not view.here[kind].seen
        for kind in subjects
    )


def _neighbours(view: View, kind: type[Resource], account_wide: bool) -> Any:
    return (view.account_wide if account_wide else view.here).get(kind, NOBODY)


def _judged_here(view: View, resource: Resource) -> bool:
    """A thing is judged in its own account, and in its own Region: seen from elsewhere it is only a neighbour."""
    if resource.account != view.place.account:
        return False
    if view.place.region == GLOBAL:
        return view.regions is None or resource.region == GLOBAL or resource.region in view.regions
    return resource.region == view.place.region


def _listed(view: View, question: Question, control: Listed) -> Iterator[Finding | Unjudged]:
    subjects = view.of_here(control.subjects)
    if not subjects or _not_offered(view, subjects):
        return
    populations = [view.here.get(kind, NOBODY) for kind in subjects]
    there = sum(_judged_here(view, r) for p in populations for r in p.seen)
    if there:
        yield Unjudged(control.id, view.place.account, view.place.region, there)
    for population in populations:
        if population.gaps:
            gap = population.gaps[0]
            yield _on_account(
                view, control.id, Status.NOT_AVAILABLE, Reason(gap.code, gap.operation or gap.type)
            )
            return
    if not there:
        yield from _empty(view, question)


def _empty(view: View, question: Question) -> Iterator[Finding]:
    if question.when_empty == "failed":
        yield msgspec.structs.replace(
            _on_account(view, question.id, Status.FAILED, None), faults=(Fault("none_exists"),)
        )
    elif question.when_empty == "passed":
        yield _on_account(view, question.id, Status.PASSED, EMPTY)


def _on_account(view: View, control: str, status: Status, reason: Reason | None) -> Finding:
    account = view.place.account
    return Finding(
        control,
        account,
        view.place.region,
        ACCOUNT,
        f"{ACCOUNT}:{account}",
        status,
        reason=reason,
        name=account,
    )


def judge(control: Control, resource: Resource, arguments: Mapping[str, Any]) -> Finding | None:
    """One control, one resource, one finding; None where the control is not about this resource.

    What was not seen cannot pass; what was proven wrong before something unseen was met stays wrong.
    """
    faults: list[Fault] = []
    reason: Reason | None = None
    try:
        if control.where is not None:
            related = arguments if control.where_given else {}
            if not control.where(resource, **related):
                return None
        for each in control.test(resource, **arguments):
            faults.append(each)  # noqa: PERF402 - what came before something unseen is kept
    except Unseen as unseen:
        reason = Reason(unseen.code, unseen.what)
    return _finding(control, resource, tuple(faults), reason, arguments.get("asked"))


def _finding(
    control: Control,
    resource: Resource,
    faults: tuple[Fault, ...],
    reason: Reason | None,
    asked: Parameters | None = None,
) -> Finding:
    kind = ACCOUNT if resource.listed_by is None else resource.aws
    return Finding(
        control.id,
        resource.account,
        resource.region,
        kind,
        resource.id,
        _status(faults, reason),
        faults,
        reason,
        resource.name,
        parameters=asked.custom if asked is not None else {},
    )


def _status(faults: Sequence[Fault], reason: Reason | None) -> Status:
    if not faults:
        return Status.PASSED if reason is None else Status.NOT_AVAILABLE
    if all(f.doubt for f in faults):
        return Status.WARNING
    return Status.FAILED


def judge_example(
    control: Control,
    example: Example,
    *,
    now: datetime,
    seen: Callable[[Resource], Resource] = lambda r: r,
    listed: bool = True,
) -> Finding | None:
    """An example's finding; `seen` lets a proof change what of it is seen, `listed` whether its neighbours are
    all that there are."""
    neighbours = [seen(r) for r in example.given]
    given = {
        name: Population([r for r in neighbours if isinstance(r, wanted.kind)], () if listed else NOBODY.gaps)
        for name, wanted in control.given.items()
    }
    arguments = arguments_of(control, given, now=now, asked=example.asked)
    return judge(control, seen(example.subject), arguments)
