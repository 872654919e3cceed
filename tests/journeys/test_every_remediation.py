"""L9 and L10 for every remediation: carried out on the smallest account that asks for it, proven, taken back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from ishigaki.aws.access import Access
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call
from ishigaki.core.differences import what_matters
from ishigaki.core.plan import Plan, Planned
from ishigaki.core.proposal import Item
from ishigaki.core.remediation import Wanted
from ishigaki.flows.apply import Machine, Permit, Run, apply
from ishigaki.flows.looking import touched_now
from ishigaki.flows.planning import Wishes, make_plan
from ishigaki.flows.scan import Outcome, scan
from ishigaki.flows.undo import undo_plan
from ishigaki.services import remediations, remedies
from ishigaki.services.account.remediations import TEAM, Directory
from ishigaki.services.budgets.remediations import BudgetWanted
from ishigaki.services.cost_explorer.remediations import AnomalyWanted
from ishigaki.services.ec2.vpcs.remediations import BoughtEndpoints
from ishigaki.services.events.remediations import AlertWanted
from ishigaki.services.iam.federation.remediations import BY_JUMP, IDP, TOKENS
from ishigaki.services.inspector2.remediations import ScanWanted
from ishigaki.services.macie2.remediations import MacieWanted
from ishigaki.services.securityhub.parameters.remediations import ControlParameters
from ishigaki.standards.choice import Ask, ask_for, choose
from ishigaki.store.snapshots import Snapshots
from tests.journeys.scenes import CANNOT, SCENES
from tests.journeys.workshop import ID, Entered, Workshop

# What nobody can guess, or has to agree to before it costs.
WANTED: Mapping[str, Wanted] = {
    "alert_on_root_use": AlertWanted(email="security@example.com"),
    "discover_sensitive_data": MacieWanted(agreed=True),
    "look_for_sensitive_data": MacieWanted(agreed=True),
    "make_access_role": BY_JUMP,
    "open_interface_endpoints": BoughtEndpoints(services=("ec2",)),
    "register_contacts": Directory(TEAM, TEAM, TEAM),
    "register_oidc_provider": TOKENS,
    "register_saml_provider": IDP,
    "scan_function_code": ScanWanted(agreed=True),
    "scan_functions": ScanWanted(agreed=True),
    "scan_images": ScanWanted(agreed=True),
    "scan_instances": ScanWanted(agreed=True),
    "set_budget_alarm": BudgetWanted(monthly_limit_usd=100, addresses=("billing@example.com",)),
    "tune_control": ControlParameters({"IAM.7": {"MaxPasswordAge": {"Integer": 90}}}),
    "watch_cost_anomalies": AnomalyWanted(addresses=("billing@example.com",)),
}
# What cannot be taken back as it was, as the plan says beforehand.
FINAL = {
    "cancel_key_deletion",  # the day it was due
    "delete_expired_certificate",  # its private key
    "delete_unused_network_acl",  # its id
    "delete_user",  # its id and whatever it authenticated by
    "encrypt_between_nodes",  # a domain stays so
    "encrypt_domain_at_rest",  # a domain stays so
    "encrypt_trail",  # its new key stays, for what was written meanwhile
    "log_connector",  # the role stays: AWS takes no empty one
    "remove_unfinished_uploads",  # what was removed
    "scan_images",  # the registry's own scan rules
    "serve_certificate_by_sni",  # its dedicated addresses
}
EVERYTHING = Permit(disruptive=True, cap=1_000)
MACHINE = Machine(sleep=lambda seconds: time.sleep(min(seconds, 0.02)))


class Scene:
    """One remediation's account: looked at, planned for, changed."""

    def __init__(self, name: str, workshop: Workshop) -> None:
        self.name, self.workshop = name, workshop
        self.wanted = SCENES[name](workshop) or WANTED.get(name)
        self.controls = [c for c, r in remediations().items() if r.name == name]

    @property
    def asked(self) -> Ask:
        return choose(globs=self.controls) if self.controls else ask_for([remedies()[self.name]], ())

    def look(self) -> Outcome:
        shop = self.workshop
        return scan(shop.access(), shop.accounts, self.asked, folder=shop.folder, now=datetime.now(UTC))

    def plan(self, seen: Outcome) -> Plan:
        """What is planned for what was seen; what serves no control is an item of the baseline."""
        purpose = "plan" if self.controls else "baseline"
        item = Item(self.name, remedies()[self.name], self.wanted)
        return make_plan(
            Snapshots(self.workshop.folder),
            seen.header,
            self.asked,
            estate=None,
            now=datetime.now(UTC),
            wishes=Wishes(purpose=purpose),
            items=lambda _: [item],
        )

    def own(self, plan: Plan) -> list[Planned]:
        return [c for c in plan.changes if c.remediation == self.name]

    def carried_out(self, plan: Plan) -> Run:
        shop = self.workshop
        return apply(shop.access(), shop.accounts, plan, EVERYTHING, folder=shop.folder, machine=MACHINE)

    def state(self, plan: Plan, change: Planned) -> list[dict[str, object]]:
        """What AWS says of all that a change touches."""
        access = self.workshop.access()
        entered = access.enter(ID, None)

        def perform(asked: Call) -> Answer:
            return access.perform(entered, asked)

        return touched_now(change.touches, plan.around[ID], perform)


def assert_proven(run: Run) -> None:
    wrong = {
        c.remediation: (r.outcome.value, r.why) for c in run.plan.changes if (r := run.results[c.id]).why
    }
    assert wrong == {}


@pytest.fixture(scope="module")
def entrance() -> list[Access]:
    return []


@pytest.fixture
def workshop(workshop: Workshop, entrance: list[Access]) -> Workshop:
    return Entered(workshop.running, workshop.folder, entrance=entrance)


@pytest.mark.parametrize("name", SCENES)
def test_carried_out_and_taken_back(name: str, workshop: Workshop) -> None:
    scene = Scene(name, workshop)
    first = scene.look()
    plan = scene.plan(first)
    assert scene.own(plan), [(x.control, x.note) for x in plan.left]
    assert {c.remediation for c in plan.changes if not c.reversible} == FINAL & {name}
    before = {c.id: scene.state(plan, c) for c in plan.changes if c.reversible}
    run = scene.carried_out(plan)
    assert_proven(run)
    assert scene.own(scene.plan(scene.look())) == []
    undone = scene.carried_out(undo_plan(workshop.folder, run.id, now=datetime.now(UTC)))
    assert_proven(undone)
    for change in plan.changes:
        if change.reversible:
            assert what_matters(before[change.id], scene.state(plan, change)) == [], change.remediation
    if len(before) == len(plan.changes):
        assert scene.look().findings == first.findings


def test_every_remediation_has_its_scene() -> None:
    assert {*SCENES, *CANNOT} == set(remedies())
    assert not SCENES.keys() & CANNOT.keys()
