"""Planning: many things in little time, what stands on what, and what is said to be proven."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from ishigaki.core.answer import GLOBAL, Place
from ishigaki.core.call import call
from ishigaki.core.change import Act, alters, change, creates, deletes, step
from ishigaki.core.finding import Finding
from ishigaki.core.plan import Planned
from ishigaki.core.planning import plan_account
from ishigaki.core.population import Population
from ishigaki.core.proposal import Setting
from ishigaki.core.record import replace
from ishigaki.core.remediation import Around
from ishigaki.core.world import World
from ishigaki.flows.planning import implemented
from ishigaki.flows.units import judge_world
from ishigaki.services import key, remediations
from ishigaki.services.s3.buckets.resources import UNBLOCKED, Bucket
from ishigaki.standards.choice import Ask, choose
from tools.verbatim import verbatim

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ACCOUNT, TOKYO = "111122223333", "ap-northeast-1"
EVERYWHERE, HERE = Place(ACCOUNT, GLOBAL), Place(ACCOUNT, TOKYO)
AROUND = Around(ACCOUNT, kind="non-production", regions=(TOKYO,), home=TOKYO, accounts=(ACCOUNT,))
STACK = {"aws:cloudformation:stack-name": "web"}
STEPS = [step("do", call("s3", "PutPublicAccessBlock"))]


def bucket(name: str, **seen: Any) -> Bucket:
    silent: dict[str, Any] = {
        "tags": {},
        "logging": None,
        "policy": None,
        "website": None,
        "public_access_block": UNBLOCKED,
    }
    return verbatim(Bucket(id=f"arn:aws:s3:::{name}", name=name, **{**silent, **seen}))


def world_of(buckets: Sequence[Bucket]) -> World:
    return World({EVERYWHERE: {Bucket: Population(buckets)}, HERE: {}})


def judged(asked: Ask, world: World) -> list[Finding]:
    return [f for f in judge_world(world, asked, now=NOW) if isinstance(f, Finding)]


def plan_for(world: World, *controls: str) -> tuple[list[Planned], World]:
    asked = choose(globs=controls)
    setting = Setting(AROUND, implemented(asked), remediations(), partial(judged, asked), key, NOW)
    changes, _, after = plan_account(world, setting)
    return changes, after


def test_work_grows_with_the_number_of_things_and_not_with_its_square() -> None:
    """Counted in calls of functions, which no busy machine changes; the time is the bench's to tell."""

    def calls(count: int) -> int:
        world = world_of([bucket(f"b-{n}") for n in range(count)])
        made: Counter[str] = Counter()
        sys.setprofile(lambda _, event, __: made.update((event,)))
        try:
            changes, _ = plan_for(world, "S3.8")
        finally:
            sys.setprofile(None)
        assert len(changes) == count
        return made["call"]

    calls(10)
    few, many = calls(50), calls(400)
    assert many < 8 * 1.1 * few, (few, many)


def test_the_world_after_a_change_shows_it_everywhere_and_leaves_the_old_one_alone() -> None:
    alpha, beta = bucket("alpha"), bucket("beta")
    world = World({EVERYWHERE: {Bucket: Population([alpha, beta])}, HERE: {Bucket: Population([alpha])}})
    after = world.after(change(alters(alpha, website={"IndexDocument": {"Suffix": "i"}}), steps=STEPS))
    for place in (EVERYWHERE, HERE):
        assert after.places[place][Bucket].seen[0].website is not None
        assert world.places[place][Bucket].seen[0].website is None
    gone = after.after(change(deletes(alpha), steps=STEPS))
    assert [b.name for b in gone.places[EVERYWHERE][Bucket].seen] == ["beta"]
    assert gone.find([Bucket], alpha.id, TOKYO) is None
    made = gone.after(change(creates(bucket("gamma")), steps=STEPS))
    found = made.find([Bucket], "arn:aws:s3:::gamma", TOKYO)
    assert found is not None
    assert found[0] == EVERYWHERE
    assert len(made.account_wide(Bucket).seen) == 2
    assert len(world.account_wide(Bucket).seen) == 2


def test_what_makes_a_thing_comes_before_what_needs_it() -> None:
    changes, _ = plan_for(world_of([bucket("alpha"), bucket("beta")]), "S3.9")
    maker = next(c for c in changes if c.touches[0].act == Act.CREATE)
    others = [c for c in changes if c is not maker]
    assert len(others) == 2
    assert all(maker.id in c.depends_on for c in others)


def test_a_change_proves_nothing_where_a_part_of_it_is_left_to_others() -> None:
    """The access-log bucket belongs to a stack: its policy is left alone, so logs may not arrive."""
    name = f"ishigaki-access-logs-{ACCOUNT}-{TOKYO}"
    log = bucket(name, tags=STACK)
    changes, _ = plan_for(world_of([bucket("alpha"), log]), "S3.9")
    assert [c.target.name for c in changes] == ["alpha"]
    assert changes[0].serves == ("S3.9",)
    assert changes[0].proves == ()


@pytest.mark.parametrize("count", [1, 3])
def test_each_thing_is_planned_for_once(count: int) -> None:
    buckets = [bucket(f"b-{n}") for n in range(count)]
    changes, after = plan_for(world_of(buckets), "S3.8", "S3.2", "S3.3")
    assert len(changes) == count
    assert len({c.id for c in changes}) == count
    assert replace(buckets[0], name="x") != after.places[EVERYWHERE][Bucket].seen[0]
