"""L1, L3, L7 and the hostile future: what holds for every control, proved on the examples it carries."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from ishigaki.core.catalogue import plain
from ishigaki.core.control import EXAMPLE_NOW, Control, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Status
from ishigaki.core.reads import reads_of
from ishigaki.core.record import Record, revive
from ishigaki.core.resource import Resource
from ishigaki.services import resource_types
from ishigaki.standards import CHECKLISTS, STANDARDS, catalogue, standard
from tests.laws.declarations import CONTROLS, EXAMPLES


@pytest.mark.parametrize(("control", "example"), EXAMPLES)
def test_an_example_is_judged_as_it_says(control: Control, example: Example) -> None:
    finding = judge_example(control, example, now=EXAMPLE_NOW)
    if example.status is None:
        assert finding is None
        return
    assert finding is not None
    assert finding.status is example.status, finding
    assert example.fault in ({f.code for f in finding.faults} or {""})
    if example.status is Status.PASSED:
        assert not finding.faults


@pytest.mark.parametrize(("control", "example"), EXAMPLES)
def test_what_a_passing_example_read_and_is_not_seen_cannot_pass(control: Control, example: Example) -> None:
    """L3: blinding one read leaves it PASSED only where another read proves it; blinding all never does."""
    if example.status is not Status.PASSED:
        return
    read = reads_of(control, example)
    assert read, "a control that reads nothing proves nothing"
    everything = judge_example(control, example, now=EXAMPLE_NOW, seen=lambda r: _blind(r, _names(r, read)))
    assert everything is not None
    assert everything.status is Status.NOT_AVAILABLE


@pytest.mark.parametrize(("control", "example"), EXAMPLES)
def test_blinding_never_turns_a_verdict_round(control: Control, example: Example) -> None:
    """Blinding one member never makes a fault vanish into a pass, nor a pass into a fault."""
    if example.status not in (Status.PASSED, Status.FAILED):
        return
    wrong = Status.PASSED if example.status is Status.FAILED else Status.FAILED
    for kind, name in reads_of(control, example):
        finding = judge_example(
            control,
            example,
            now=EXAMPLE_NOW,
            seen=partial(_blinded, kind=kind, name=name),
        )
        assert finding is not None, f"{kind.__name__}.{name} unseen makes the finding vanish"
        assert finding.status is not wrong, (
            f"{kind.__name__}.{name} unseen turns {example.status} into {wrong}"
        )


@pytest.mark.parametrize(("control", "example"), EXAMPLES)
def test_neighbours_that_could_not_be_listed_never_turn_a_verdict_round(
    control: Control, example: Example
) -> None:
    """D2: with its neighbours' listings denied, a fault does not vanish into a pass nor a pass into a fault."""
    if example.status not in (Status.PASSED, Status.FAILED) or not control.given:
        return
    wrong = Status.PASSED if example.status is Status.FAILED else Status.FAILED
    for kept in (example.given, ()):
        finding = judge_example(control, replace(example, given=kept), now=EXAMPLE_NOW, listed=False)
        assert finding is not None
        assert finding.status is not wrong


def _blinded(resource: Resource, *, kind: type[Resource], name: str) -> Resource:
    return resource.without(name) if isinstance(resource, kind) else resource


def _names(resource: Resource, read: set[tuple[type[Resource], str]]) -> list[str]:
    return [name for kind, name in read if isinstance(resource, kind)]


def _blind(resource: Resource, names: list[str]) -> Resource:
    return resource.without(*names) if names else resource


@pytest.mark.parametrize(("control", "example"), EXAMPLES)
def test_unknown_strings_never_pass_or_crash(control: Control, example: Example) -> None:
    """D8: a value newer than this product makes what needs it unseen, or at worst a fault; it never crashes."""
    finding = judge_example(control, example, now=EXAMPLE_NOW, seen=_future)
    assert finding is None or finding.status in Status


def _future(value: Any) -> Any:
    """The same record with every string inside it one that nobody has seen before."""
    if isinstance(value, Record):
        keep = ("id", "name", "account", "region", "partition") if isinstance(value, Resource) else ()
        seen = {n: v if n in keep else _future(v) for n, v in value.seen().items()}
        return revive(type(value), seen, {})
    if isinstance(value, tuple):
        return tuple(_future(v) for v in value)
    return "value-of-the-future" if isinstance(value, str) else value


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.id)
def test_a_control_is_in_the_catalogue_and_about_its_subjects(control: Control) -> None:
    facts = catalogue()[plain(control.id)]
    classes = {"account": "AWS::::Account", "account_region": "AWS::::Account"}
    assert {classes.get(s, s) for s in facts.subjects} == {kind.aws for kind in control.subjects}
    scope = {"account": "global", "account_region": "region"}
    for subject in facts.subjects:
        if subject in scope:
            assert [k.scope for k in control.subjects] == [scope[subject]]


@pytest.mark.parametrize("name", [*STANDARDS, *CHECKLISTS])
def test_a_standard_names_controls_of_the_catalogue(name: str) -> None:
    ids = standard(name).controls
    assert len(ids) == len(set(ids)) > 0
    assert {plain(i) for i in ids} <= catalogue().keys()
    assert standard(name).severities.keys() <= set(ids)


def test_every_type_of_the_catalogue_has_a_listing() -> None:
    """A true denominator: for every control of a standard the resources it is about are at least listed."""
    missing = {
        subject
        for name in STANDARDS
        for control in standard(name).controls
        for subject in catalogue()[plain(control)].subjects
        if subject not in resource_types()
    }
    assert not missing
