"""L9 and L10 for every remediation: carried out on the smallest account that asks for it, proven, taken back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from ishigaki.core.call import Call
from ishigaki.core.finding import Finding
from ishigaki.core.plan import Plan, Planned
from ishigaki.core.planning import Item
from ishigaki.core.remediation import Wanted
from ishigaki.flows.apply import Machine, Permit, Run, apply
from ishigaki.flows.looking import touched_now
from ishigaki.flows.planning import Wishes, make_plan
from ishigaki.flows.scan import scan
from ishigaki.flows.undo import undo_plan
from ishigaki.services import remediations, remedies
from ishigaki.services.account.remediations import TEAM, Directory
from ishigaki.services.budgets.remediations import BudgetWanted
from ishigaki.services.cost_explorer.remediations import AnomalyWanted
from ishigaki.services.ec2.vpcs.remediations import BoughtEndpoints
from ishigaki.services.events.remediations import AlertWanted
from ishigaki.services.inspector2.remediations import ScanWanted
from ishigaki.services.macie2.remediations import MacieWanted
from ishigaki.standards.choice import Ask, ask_for, choose
from ishigaki.store.snapshots import Snapshots
from tests.journeys.scenes import CANNOT, SCENES
from tests.journeys.workshop import ID, Workshop

# What nobody can guess, or has to agree to before it costs.
WANTED: Mapping[str, Wanted] = {
    "alert_on_root_use": AlertWanted(email="security@example.com"),
    "discover_sensitive_data": MacieWanted(agreed=True),
    "look_for_sensitive_data": MacieWanted(agreed=True),
    "open_interface_endpoints": BoughtEndpoints(services=("ec2",)),
    "register_contacts": Directory(TEAM, TEAM, TEAM),
    "scan_function_code": ScanWanted(agreed=True),
    "scan_functions": ScanWanted(agreed=True),
    "scan_images": ScanWanted(agreed=True),
    "scan_instances": ScanWanted(agreed=True),
    "set_budget_alarm": BudgetWanted(monthly_limit_usd=100, addresses=("billing@example.com",)),
    "watch_cost_anomalies": AnomalyWanted(addresses=("billing@example.com",)),
}
EVERYTHING = Permit(disruptive=True, cap=1_000)
MACHINE = Machine(sleep=lambda seconds: time.sleep(min(seconds, 0.01)))
Findings = Mapping[tuple[str, str, str, str], Finding]


class Scene:
    """One remediation's account: looked at, planned for, changed."""

    def __init__(self, name: str, workshop: Workshop) -> None:
        self.name, self.workshop = name, workshop
        self.controls = [c for c, r in remediations().items() if r.name == name]

    @property
    def asked(self) -> Ask:
        if self.controls:
            return choose(globs=self.controls)
        return ask_for([remedies()[self.name]], ())

    def planned(self) -> tuple[Plan, Findings]:
        """What is planned, and what was found; what serves no control is an item of the baseline."""
        shop, now = self.workshop, datetime.now(UTC)
        seen = scan(shop.access(), shop.accounts, self.asked, folder=shop.folder, now=now)
        purpose = "plan" if self.controls else "baseline"
        item = Item(self.name, remedies()[self.name], WANTED.get(self.name))
        made = make_plan(
            Snapshots(shop.folder),
            seen.header,
            self.asked,
            estate=None,
            now=now,
            wishes=Wishes(purpose=purpose),
            items=lambda _: [item],
        )
        return made, {f.identity: f for f in seen.findings}

    def own(self, plan: Plan) -> list[Planned]:
        return [c for c in plan.changes if c.remediation == self.name]

    def carried_out(self, plan: Plan) -> Run:
        shop = self.workshop
        return apply(
            shop.access(), shop.accounts, plan, EVERYTHING, folder=shop.folder, machine=MACHINE
        )

    def state(self, plan: Plan, change: Planned) -> list[dict[str, object]]:
        """What AWS says of all that a change touches."""
        access = self.workshop.access()
        entered = access.enter(ID, None)

        def perform(asked: Call) -> Any:
            return access.perform(entered, asked)

        return touched_now(change.touches, plan.around[ID], perform)


def assert_proven(run: Run) -> None:
    wrong = {c.remediation: (r.outcome.value, r.why) for c in run.plan.changes if (r := run.results[c.id]).why}
    assert wrong == {}


@pytest.mark.parametrize("name", SCENES)
def test_carried_out_and_taken_back(name: str, workshop: Workshop) -> None:
    SCENES[name](workshop)
    scene = Scene(name, workshop)
    plan, found = scene.planned()
    assert scene.own(plan), [(x.control, x.note) for x in plan.left]
    back = {c.id: scene.state(plan, c) for c in plan.changes if c.reversible}
    run = scene.carried_out(plan)
    assert_proven(run)
    again, mended = scene.planned()
    assert scene.own(again) == []
    # left over from here
    undone = scene.carried_out(undo_plan(workshop.folder, run.id, now=datetime.now(UTC)))
    assert_proven(undone)
    for change in plan.changes:
        if change.reversible:
            assert scene.state(plan, change) == back[change.id], change.remediation
    if len(back) == len(plan.changes):
        assert scene.planned()[1] == found


def test_every_remediation_has_its_scene() -> None:
    assert {*SCENES, *CANNOT} == set(remedies())
    assert not SCENES.keys() & CANNOT.keys()
