"""Judging a whole place: what is judged where, and what an empty or unseen population means."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.answer import GLOBAL, Gap, Place
from ishigaki.core.call import call
from ishigaki.core.control import EXAMPLE_NOW, control, fails, passes
from ishigaki.core.evaluate import CONTROL_ERROR, Listed, Question, View, evaluate
from ishigaki.core.fault import Faults, doubt, fault
from ishigaki.core.finding import EMPTY, Finding, Status, Unjudged
from ishigaki.core.population import Given, Population
from ishigaki.core.resource import Resource, resource
from ishigaki.core.unseen import NOT_OFFERED
from ishigaki.standards.choice import choose

HERE = Place("111122223333", "ap-northeast-1")


@resource("AWS::Example::Thing", listed_by=call("example", "List"), at="Things", id="{Id}")
class Thing(Resource):
    good: bool


@control(
    "Example.1",
    where=lambda thing: thing.name != "ignored",
    examples=[passes(Thing(good=True)), fails("bad", Thing(good=False))],
)
def is_good(thing: Thing, others: Given[Thing]) -> Faults:
    """The thing is good."""
    if thing.name == "crash":
        raise ZeroDivisionError
    if thing.name == "doubtful":
        yield doubt("elsewhere")
    if not thing.good:
        yield fault("bad")


@resource("AWS::Example::Bucket", listed_by=call("example", "List"), at="Things", id="{Id}", scope="global")
class Bucket(Thing):
    pass


@control("Example.2", examples=[passes(Bucket(good=True)), fails("bad", Bucket(good=False))])
def is_good_too(bucket: Bucket) -> Faults:
    """The bucket is good."""
    if not bucket.good:
        yield fault("bad")


def said(
    things: list[Thing], *gaps: Gap, when_empty: str = "passed", place: Place = HERE, **view: Any
) -> list[Any]:
    here: dict[type[Resource], Population[Any]] = {Thing: Population(things, gaps)}
    return list(evaluate(View(place, here, **view), [Question(is_good, when_empty)], now=EXAMPLE_NOW))


def statuses(found: list[Any]) -> list[tuple[str, str]]:
    return [(f.resource_type, f.status.value) for f in found]


def test_each_thing_is_judged_once() -> None:
    found = said([Thing(id="a", good=True), Thing(id="b", good=False), Thing(id="c")])
    assert [(f.resource, f.status.value) for f in found] == [
        ("a", "PASSED"),
        ("b", "FAILED"),
        ("c", "NOT_AVAILABLE"),
    ]
    assert found[2].reason.code == "NotCollected"


def test_what_is_seen_from_elsewhere_is_only_a_neighbour() -> None:
    away = Thing(id="a", good=False, region="us-east-1")
    others = Thing(id="b", good=False, account="444455556666")
    assert statuses(said([away, others])) == [("AWS::::Account", "PASSED")]


@pytest.mark.parametrize(
    ("when_empty", "expected"), [("passed", ["PASSED"]), ("failed", ["FAILED"]), ("no_data", [])]
)
def test_nothing_there_means_what_aws_says(when_empty: str, expected: list[str]) -> None:
    for things in ([], [Thing(name="ignored", good=False)]):
        assert [f.status.value for f in said(things, when_empty=when_empty)] == expected
    if expected == ["PASSED"]:
        assert said([])[0].reason == EMPTY


def test_a_listing_that_was_not_seen_is_said_once_and_is_not_empty() -> None:
    gap = Gap("AWS::Example::Thing", "example:List", "example:List", "AccessDenied", HERE.region)
    (finding,) = said([], gap, gap)
    assert (finding.status, finding.reason.code) == (Status.NOT_AVAILABLE, "AccessDenied")
    assert statuses(said([Thing(good=False)], gap)) == [
        ("AWS::Example::Thing", "FAILED"),
        ("AWS::::Account", "NOT_AVAILABLE"),
    ]


def test_a_service_that_is_not_offered_gets_no_finding() -> None:
    assert said([], Gap("AWS::Example::Thing", "example:List", "", NOT_OFFERED, HERE.region)) == []


def test_a_crash_is_a_finding_of_its_own_and_the_others_stand() -> None:
    found = said([Thing(id="a", name="crash", good=True), Thing(id="b", good=False)])
    assert [f.status.value for f in found] == ["NOT_AVAILABLE", "FAILED"]
    assert found[0].reason.code == CONTROL_ERROR


def test_doubt_is_a_warning_and_a_fault_beside_it_fails() -> None:
    assert statuses(said([Thing(name="doubtful", good=True)])) == [("AWS::Example::Thing", "WARNING")]
    assert statuses(said([Thing(name="doubtful", good=False)])) == [("AWS::Example::Thing", "FAILED")]


def test_global_things_are_judged_in_the_regions_that_were_asked_for() -> None:
    things = [Bucket(id=r, region=r, good=True) for r in ("eu-west-1", "us-east-1", GLOBAL)]
    view = View(Place(HERE.account, GLOBAL), {Bucket: Population(things)}, regions=frozenset({"eu-west-1"}))
    found = list(evaluate(view, [Question(is_good_too)], now=EXAMPLE_NOW))
    assert [f.region for f in found if isinstance(f, Finding)] == ["eu-west-1", GLOBAL]


def test_a_control_that_is_only_listed_is_coverage_where_there_is_something() -> None:
    question = [Question(Listed("Example.9", (Thing,)))]
    there = View(HERE, {Thing: Population([Thing(), Thing(account="444455556666")])})
    assert list(evaluate(there, question, now=EXAMPLE_NOW)) == [
        Unjudged("Example.9", HERE.account, HERE.region, 1)
    ]
    (nothing,) = evaluate(View(HERE, {Thing: Population()}), question, now=EXAMPLE_NOW)
    assert isinstance(nothing, Finding)
    assert nothing.status is Status.PASSED


def test_of_an_account_that_a_control_is_not_about_nothing_is_said() -> None:
    """GuardDuty.5 asks administrators: a member account has no finding of it, not a passed one."""
    asked = {
        q.id: q.when_empty for q in choose(globs=["GuardDuty.5", "Macie.2", "S3.8", "CloudTrail.2"]).questions
    }
    assert asked == {
        "GuardDuty.5": "no_data",
        "Macie.2": "no_data",
        "S3.8": "passed",
        "CloudTrail.2": "no_data",
    }
