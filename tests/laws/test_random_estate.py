"""What holds for the plan of any account: random ones, of all the examples, with things that must not be touched.

`ISHIGAKI_ESTATES` asks for so many random accounts; without it the same few are planned each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ishigaki.core.answer import GLOBAL
from ishigaki.core.change import Act, Change, Safety, Skip
from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.finding import Finding, Status
from ishigaki.core.plan import Left, Planned, shown, steps_of
from ishigaki.core.planning import plan_account
from ishigaki.core.proposal import Setting, changes_of
from ishigaki.core.remediation import EXAMPLE_AROUND
from ishigaki.core.world import World
from ishigaki.flows.planning import setting_of
from ishigaki.services import controls, remedies
from ishigaki.standards.choice import Ask, ask, ask_for
from tests.laws.estates import (
    ACCOUNT,
    REGIONS,
    Estate,
    Laid,
    blinded,
    estates,
    narrowed,
    pieces,
    seen_members,
)

ASKED_FOR = os.environ.get("ISHIGAKI_ESTATES", "")
ITSELF = "AWS::::Account"
BUGS = ("remediation_error", "control_error")


def randomly(few: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many accounts, always the same ones, or as many random ones as are asked for."""
    return settings(
        max_examples=int(ASKED_FOR or few),
        derandomize=not ASKED_FOR,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@dataclass(frozen=True)
class Outcome:
    """What planning an account gave: findings before and after, changes, what is left, and the account after."""

    setting: Setting
    before: Sequence[Finding]
    changes: Sequence[Planned]
    left: Sequence[Left]
    world: World
    after: Sequence[Finding]


@cache
def everything() -> Ask:
    return ask(list(controls()), names=())


def planned(estate: Estate, world: World | None = None) -> Outcome:
    setting = replace(setting_of(estate.around, everything(), now=EXAMPLE_NOW), values=estate.values)
    world = world or estate.world()
    changes, left, after = plan_account(world, setting)
    return Outcome(setting, [*setting.judge(world)], changes, left, after, [*setting.judge(after)])


def failed(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.status is Status.FAILED]


def is_left(finding: Finding, left: Sequence[Left]) -> bool:
    """Whether a finding is left to people: on what failed, or on the account where that is what is mended."""
    return any(
        x.control == finding.control
        and (x.resource == finding.resource or x.resource.startswith(ITSELF))
        and (x.region == finding.region or GLOBAL in (x.region, finding.region))
        for x in left
    )


@randomly(100)
@given(estates())
def test_a_plan_mends_what_it_says_and_nothing_else(estate: Estate) -> None:
    outcome = planned(estate)
    codes = [x.note.code for x in outcome.left] + [f.reason.code for f in outcome.before if f.reason]
    assert not {*codes} & {*BUGS}
    assert_every_failure_is_served_or_left(outcome)
    assert_only_own_things_are_touched(estate, outcome.changes)
    assert len({c.id for c in outcome.changes}) == len(outcome.changes), "a change is planned once"
    again = planned(estate, outcome.world)
    assert [c.remediation for c in again.changes] == [], "L9: planned again, nothing is left"
    twin = planned(estate)
    assert [c.id for c in twin.changes] == [c.id for c in outcome.changes]
    assert twin.left == outcome.left


def assert_every_failure_is_served_or_left(outcome: Outcome) -> None:
    """What failed passes and is served by a change, or is left with a reason. What fails only once the changes are
    made (R63) is left with a reason, too."""
    still = failed(outcome.after)
    for finding in still:
        assert is_left(finding, outcome.left), finding
    served = {control for change in outcome.changes for control in change.serves}
    identities = {f.identity for f in still}
    for finding in failed(outcome.before):
        mended = finding.identity not in identities and finding.control in served
        assert mended or is_left(finding, outcome.left), finding


def assert_only_own_things_are_touched(estate: Estate, changes: Sequence[Planned]) -> None:
    things = estate.things()
    strangers = {t.id for t in things if t.account != ACCOUNT}
    spared = {(remediation, thing.id) for remediation, thing in estate.spared()}
    regions = {GLOBAL, *estate.around.regions}
    # a trail's key has to lie where its bucket lies
    made_in = regions | {t.region for t in things if t.aws == "AWS::S3::Bucket"}
    for change in changes:
        assert change.account == ACCOUNT
        for touch in change.touches:
            made = touch.act == Act.CREATE
            assert touch.region in (made_in if made else regions), touch
            assert (change.remediation, touch.id) not in spared or touch.type == ITSELF, touch
            if not made and touch.type != ITSELF:
                assert touch.id not in strangers | estate.owned(), touch


@randomly(25)
@given(estates(most=4), st.data())
def test_what_is_not_seen_adds_no_change(estate: Estate, data: st.DataObject) -> None:
    """Less sight, less is planned. Only who owns a thing is taken for nobody's where it was not seen, which takes a
    change that may be made without asking and makes it one that asks."""
    world = estate.world()
    full = touched(planned(estate, world).changes)
    assume(seen_members(world))
    members = data.draw(st.lists(st.sampled_from(seen_members(world)), min_size=1, max_size=4))
    blind = planned(estate, blinded(world, members))
    assert touched(blind.changes) <= full, members
    tagged = [(type(t), t.id, t.region, "tags") for t in estate.things() if t.id in estate.owned()]
    unowned = planned(estate, blinded(world, tagged))
    for change in unowned.changes:
        mine = {t.id for t in change.touches if t.act != Act.CREATE and t.type != ITSELF}
        assert not mine & estate.owned() or change.safety is Safety.DISRUPTIVE, change


@randomly(25)
@given(estates(most=4))
def test_looking_again_shows_enough_to_plan_the_same(estate: Estate) -> None:
    """What apply reads for one change (`make generate` records it) leads to that change, whatever else there is."""
    world = estate.world()
    for remedy in remedies().values():
        wanted = estate.values.get(remedy.name) or remedy.aim
        less = narrowed(world, ask_for([remedy], ()).wanted)
        for found, again in zip(world.subjects(remedy.subjects), less.subjects(remedy.subjects), strict=True):
            said, said_again = (
                changes_of(remedy, w, f, around=estate.around, wanted=wanted, now=EXAMPLE_NOW)
                for w, f in ((world, found), (less, again))
            )
            assert [as_planned(s) for s in said] == [as_planned(s) for s in said_again], remedy.name


def as_planned(said: Change | Skip) -> object:
    """A change as far as apply compares it; a reason as it stands."""
    if isinstance(said, Skip):
        return said
    return steps_of(said), [(e.act, e.resource.id, shown(e)) for e in said.effects if e.becomes]


def test_what_a_change_makes_possible_is_planned_behind_it() -> None:
    """Once public ACLs are ignored, what they grant is void and can be taken out, which was left before."""
    public = [p for p in pieces() if p.source == "S3.2" and p.fault]
    outcomes = [planned(Estate((Laid(p, REGIONS[0], 1),), EXAMPLE_AROUND)) for p in public]
    late = [c for o in outcomes for c in o.changes if c.remediation == "remove_void_grants"]
    assert late
    assert all(c.depends_on for c in late)
    for outcome in outcomes:
        assert plan_account(outcome.world, outcome.setting)[0] == []


def touched(changes: Collection[Planned]) -> set[tuple[str, str, str]]:
    return {(t.act, t.id, t.region) for c in changes for t in c.touches}
