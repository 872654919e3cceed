"""The route to a score: order, points, what a fix brings about, and what is left to people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
import pytest

from ishigaki.core.change import Safety
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.finding import Finding, Status
from ishigaki.core.proposal import Setting
from ishigaki.core.record import replace
from ishigaki.core.remediation import EXAMPLE_AROUND
from ishigaki.core.resource import Resource
from ishigaki.core.route import Route, Sight, Start, route
from ishigaki.core.world import World
from ishigaki.flows.planning import implemented
from ishigaki.flows.route import judged
from ishigaki.services import key, remediations
from ishigaki.services.iam.passwords.resources import PasswordPolicy, Passwords
from ishigaki.services.s3.buckets.resources import UNBLOCKED, Bucket, PublicAccessBlock, Website
from ishigaki.services.s3.public_access.resources import AccountPublicAccess
from ishigaki.standards.choice import ask
from tools.verbatim import world_of

CONTROLS = ("IAM.7", "IAM.11", "IAM.14", "S3.1", "S3.8")
MINUTES = {"S3.1": 20, "S3.8": 5, "IAM.7": 5}
WEAK = PasswordPolicy(
    minimum_password_length=6,
    require_uppercase_characters=False,
    require_lowercase_characters=True,
    require_numbers=True,
    require_symbols=True,
)
STRONG = replace(WEAK, minimum_password_length=14, require_uppercase_characters=True)
ALL_ON = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)
Judge = Callable[[World], Sight]


def start(
    *things: Resource, controls: Sequence[str] = CONTROLS, judge: Callable[[Judge], Judge] = lambda j: j
) -> Start:
    """An account with these things, all else of which is empty."""
    asked = ask(controls, names=())
    look = judge(partial(judged, asked, (), EXAMPLE_NOW))
    setting = Setting(
        around=EXAMPLE_AROUND,
        controls=implemented(asked),
        remedies=remediations(),
        judge=lambda world: look(world).findings,
        namer=key,
        now=EXAMPLE_NOW,
    )
    return Start(world_of(things[0], things[1:], asked.wanted), setting, look)


def routed(*starts: Start, to: int = 100, controls: Sequence[str] = CONTROLS) -> Route:
    named = {f"{n}": s for n, s in enumerate(starts)}
    return route(named, standard="fsbp", controls=controls, to=to, minutes=MINUTES)


BLOCKED = AccountPublicAccess(public_access_block=ALL_ON)
OPEN = AccountPublicAccess(public_access_block=UNBLOCKED)
WEBSITE = Bucket(id="arn:aws:s3:::www", name="www", public_access_block=UNBLOCKED, website=Website())


def test_most_points_per_risk_come_first_and_every_leg_says_what_it_wins() -> None:
    found = routed(start(OPEN, Passwords(policy=WEAK)))
    passwords, block = found.legs
    assert [w.remediation for w in passwords.work] == ["strengthen_password_policy"]
    assert passwords.wins == ("IAM.7", "IAM.11")
    assert passwords.safety is Safety.SAFE
    assert [w.remediation for w in block.work] == ["block_public_access_of_account"]
    assert (block.wins, block.safety, block.minutes) == (("S3.1",), Safety.DISRUPTIVE, 20)
    assert passwords.before == found.start
    assert block.before == passwords.after
    assert [found.start.passed, passwords.after.passed, block.after.passed] == [2, 4, 5]
    assert found.end.low == 100


def test_what_is_as_it_should_be_needs_no_steps() -> None:
    found = routed(start(BLOCKED, Passwords(policy=STRONG)))
    assert (found.legs, found.by_hand, found.more) == ((), (), 0)


def test_what_no_call_puts_right_is_left_to_people_with_its_reason_and_its_time() -> None:
    found = routed(start(BLOCKED, WEBSITE, Passwords(policy=STRONG)))
    assert not found.legs
    (hand,) = found.by_hand
    assert (hand.control, hand.resources, hand.minutes) == ("S3.8", 1, 5)
    assert [n.code for n in hand.reasons] == ["website_is_public"]
    assert hand.after.passed == hand.before.passed + 1


@pytest.mark.parametrize(("to", "legs", "more"), [(60, 1, 2), (80, 2, 1), (20, 0, 3), (100, 2, 0)])
def test_the_route_ends_where_the_score_is_reached(to: int, legs: int, more: int) -> None:
    found = routed(start(OPEN, WEBSITE, Passwords(policy=WEAK)), to=to)
    assert (found.start.passed, found.start.counted) == (1, 5)
    assert (len(found.legs), found.more) == (legs, more)
    assert bool(found.by_hand) == (to == 100)


def test_a_control_is_won_only_where_every_account_is_mended() -> None:
    alone = start(OPEN, Passwords(policy=STRONG))
    found = routed(alone, start(BLOCKED, Passwords(policy=WEAK)))
    assert sum(len(leg.wins) for leg in found.legs) == 3
    assert all(leg.after.passed > leg.before.passed for leg in found.legs)


def bringing(judge: Judge) -> Judge:
    """Judging under which the block of public access brings a failure of the password policy about (R63)."""

    def look(world: World) -> Sight:
        seen = judge(world)
        blocks = [r for _, r in world.subjects([AccountPublicAccess]) if isinstance(r, AccountPublicAccess)]
        if blocks[0].public_access_block == ALL_ON:
            return seen
        return passing(seen, "IAM.7")

    return look


def passing(seen: Sight, control: str) -> Sight:
    """The same, with a control that passes."""
    findings: list[Finding] = [
        msgspec.structs.replace(f, status=Status.PASSED, faults=()) if f.control == control else f
        for f in seen.findings
    ]
    return Sight(findings, seen.unjudged, seen.hidden)


def test_what_a_fix_brings_about_is_mended_in_the_same_leg() -> None:
    controls = ("IAM.7", "S3.1")
    found = routed(start(OPEN, Passwords(policy=WEAK), controls=controls, judge=bringing), controls=controls)
    (leg,) = found.legs
    assert {w.remediation for w in leg.work} == {
        "block_public_access_of_account",
        "strengthen_password_policy",
    }
    assert (leg.brings, leg.loses, leg.wins) == (("IAM.7",), (), ("S3.1",))
    assert leg.after.low == 100


def test_what_was_not_seen_is_moved_by_no_step() -> None:
    found = routed(start(BLOCKED, Bucket(id="arn:aws:s3:::b", name="b"), Passwords(policy=STRONG)))
    assert "S3.8" in found.unknown
    assert (found.legs, found.by_hand) == ((), ())
    assert (found.end.low or 0) < 100


def test_a_route_costs_what_its_changes_cost_and_changes_nothing_of_the_start() -> None:
    begun = start(OPEN, Passwords(policy=WEAK))
    before = begun.judge(begun.world).findings
    assert sum(leg.monthly for leg in routed(begun).legs) == 0
    assert begun.judge(begun.world).findings == before
