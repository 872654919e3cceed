"""Random accounts on the emulator: planned, carried out, planned again and taken back, with decoys untouched."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pytest

from ishigaki.core.answer import GLOBAL
from ishigaki.core.change import Act
from ishigaki.core.differences import TIMES, differences
from ishigaki.core.finding import Finding, Status
from ishigaki.core.plan import Plan, canonical
from ishigaki.core.verbatim import said_of
from ishigaki.flows.planning import worlds
from ishigaki.services import key
from ishigaki.standards.choice import choose
from ishigaki.store.snapshots import Snapshots
from tests.journeys.furnished import furnish
from tests.journeys.workshop import Workshop, outcomes, reasons

SEEDS = range(int(os.environ.get("ISHIGAKI_ACCOUNTS", "3")))
KEY = "kms.resources.Key"
RULE = "ec2.security_groups.resources.SecurityGroupRule"
FLEETING = (*TIMES, "CreationTime", "SecurityGroupRuleId", "SecurityGroupRuleArn")
State = Mapping[tuple[str, str, str], Any]
# GuardDuty's protections can be switched on once the detector is there: the first plan says so.
LATER = {"detector_first": "switch_on_protection"}


@pytest.mark.parametrize("seed", SEEDS)
def test_there_and_back_with_decoys_untouched(workshop: Workshop, seed: int) -> None:
    account = furnish(workshop, seed)
    decoys = account.now()
    assert not [name for name, (error, _) in decoys.items() if error and not error.startswith("NoSuch")]
    plan = workshop.plan()
    before = state(workshop, plan.scan)
    run = workshop.apply(plan)
    assert set(outcomes(run)) == {"proven"}, reasons(run)
    assert changed(decoys, account.now()) == []
    outcome = workshop.scan()
    assert_what_fails_was_left(outcome.findings, plan)
    again = workshop.plan()
    announced = {LATER[x.note.code] for x in plan.left if x.note.code in LATER}
    assert {c.remediation for c in again.changes} <= announced, "planned again, nothing is left"
    back = workshop.undo(run.id)
    assert set(outcomes(back)) == {"proven"}, reasons(back)
    assert changed(decoys, account.now()) == []
    assert_as_it_was(before, state(workshop, workshop.scan().header.id), plan)


def assert_what_fails_was_left(findings: Iterable[Finding], plan: Plan) -> None:
    """Everything that a change was planned for passes; what still fails was left, and why was said."""
    left = {(x.control, place) for x in plan.left for place in (x.resource, x.region)}
    for finding in findings:
        if finding.status is Status.FAILED:
            assert left & {(finding.control, p) for p in (finding.resource, finding.region, GLOBAL)}, finding


def assert_as_it_was(before: State, after: State, plan: Plan) -> None:
    """Nothing differs but what the plan said would not come back; and a key, which AWS deletes only in time."""
    final = [t for c in plan.changes if not c.reversible for t in c.touches]
    keys_stay = any(t.kind == KEY and t.act == Act.CREATE for t in final)
    for kind, id, region in changed(before, after):
        what = after.get((kind, id, region))
        if kind == KEY and (kind, id, region) not in before and what is not None:
            assert keys_stay or what["KeyState"] == "PendingDeletion", what
            continue
        differs = [*differences(before.get((kind, id, region)), what)]
        assert id in {t.id for t in final}, (kind, id, differs)


def state(workshop: Workshop, scan: str) -> State:
    """All that a scan saw of the account, word for word, without notes of when and the order of lists."""
    snapshots = Snapshots(workshop.folder)
    found: dict[tuple[str, str, str], Any] = {}
    for _, world in worlds(snapshots, snapshots.header(scan), choose(), estate=None):
        for place, kinds in world.places.items():
            for kind, population in kinds.items():
                for thing in population.seen:
                    whole = said_of(thing)
                    told = {**whole.item, **whole.facets, "tags": thing.seen().get("tags")}
                    said = lasting(canonical(msgspec.to_builtins(told)))
                    # a rule that is made again has an id of its own
                    id = json.dumps(said, sort_keys=True) if key(kind) == RULE else thing.id
                    found[key(kind), id, place.region] = said
    return found


def lasting(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: lasting(v) for k, v in value.items() if k not in FLEETING}
    if isinstance(value, list):
        return sorted((lasting(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
    return value


def changed(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[Any]:
    """What differs, by its name."""
    return [n for n in dict.fromkeys([*before, *after]) if before.get(n) != after.get(n)]
