"""One account from its places: what a place that was not reached means for questions about the whole account."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ishigaki.core.answer import GLOBAL, Place
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.gather import Gathered
from ishigaki.core.population import Population
from ishigaki.core.resource import Resource
from ishigaki.core.world import NOT_REACHED
from ishigaki.flows.units import Kind, judge_account, places
from ishigaki.services.cloudtrail.resources import Activity, Trail
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.standards.choice import Ask, choose

ACCOUNT = "111122223333"
REGIONS = ("ap-northeast-1", "us-east-1")
BUCKET = Bucket(id="arn:aws:s3:::logs", name="logs", logging=None)


def gathered(*things: Resource) -> Gathered:
    return Gathered(Population(things), ())


def judged(asked: Ask, reached: Mapping[str, Mapping[Kind, Gathered]]) -> tuple[list[str], set[str]]:
    everywhere = places(ACCOUNT, REGIONS, partition="aws", asked=asked)
    shown: dict[Place, Mapping[Kind, Gathered]] = {
        p: reached[p.region] for p in everywhere if p.region in reached
    }
    missing = [p for p in everywhere if p not in shown]
    said = judge_account(shown, asked, now=EXAMPLE_NOW, missing=missing)
    return [f.status.value for f in said.findings], {g.code for g in said.gaps}


GLOBALLY: Mapping[Kind, Gathered] = {Bucket: gathered(BUCKET), Activity: gathered(Activity(region=GLOBAL))}
NO_TRAIL: Mapping[Kind, Gathered] = {Trail: gathered()}
TRAIL: Mapping[Kind, Gathered] = {Trail: gathered(Trail(s3_bucket_name="logs"))}


@pytest.mark.parametrize(
    ("control", "here", "partly", "wholly"),
    [
        (
            "CloudTrail.7",
            NO_TRAIL,
            ["NOT_AVAILABLE"],
            ["PASSED"],
        ),  # a trail elsewhere may deliver to the bucket
        ("CloudTrail.7", TRAIL, ["FAILED"], ["FAILED"]),  # what is proven stays proven
        ("CloudTrail.1", NO_TRAIL, ["NOT_AVAILABLE"], ["FAILED"]),
    ],
)
def test_a_region_that_was_not_reached_proves_nothing(
    control: str, here: Mapping[Kind, Gathered], partly: list[str], wholly: list[str]
) -> None:
    asked = choose(globs=[control])
    tokyo = {GLOBAL: GLOBALLY, "ap-northeast-1": here}
    assert judged(asked, tokyo) == (partly, {NOT_REACHED})
    assert judged(asked, {**tokyo, "us-east-1": NO_TRAIL}) == (wholly, set())
