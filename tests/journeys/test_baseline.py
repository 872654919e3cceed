"""The baseline on the emulator: an account brought to it, two accounts with one log archive, brownfield first."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from msgspec import structs

from ishigaki.baselines.desired import Baseline, parse
from ishigaki.core.call import call
from ishigaki.core.estate import Account, Estate, Settings
from ishigaki.core.finding import Status
from ishigaki.core.plan import Plan
from ishigaki.flows import baseline
from ishigaki.flows.apply import Machine, Permit, Run, apply
from ishigaki.flows.planning import Wishes, make_plan
from ishigaki.flows.scan import asked_again, rejudge, scan
from ishigaki.standards.choice import choose
from ishigaki.store.snapshots import Snapshots
from tests.journeys.workshop import ID, TOKYO, Workshop, outcomes

ARCHIVE = "777700001111"
CLASSES = ("RequireSymbols", "RequireNumbers", "RequireUppercaseCharacters", "RequireLowercaseCharacters")
CONTACTS = "".join(
    f'[items.contacts.{kind}]\nname = "A"\ntitle = "B"\nemail = "a@example.com"\nphone = "+81-3-0000-0000"\n'
    for kind in ("security", "operations", "billing")
)
MONEY = """
[items.root_alert]
email = "security@example.com"
[items.budget]
monthly_limit_usd = 100
addresses = ["billing@example.com"]
[items.cost_anomaly]
addresses = ["billing@example.com"]
"""


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """The account, and another one that is to keep the logs."""
    workshop.control("PUT", "accounts", {"id": ARCHIVE})
    return workshop


MACHINE = Machine(sleep=lambda seconds: time.sleep(min(seconds, 0.01)))


def planned(
    workshop: Workshop, wanted: Baseline, accounts: tuple[Account, ...], estate: Estate | None = None
) -> Plan:
    access = workshop.access()
    header, asked = baseline.look(access, accounts, folder=workshop.folder, now=datetime.now(UTC))
    return baseline.plan(
        wanted, workshop.folder, header, asked, estate=estate, now=datetime.now(UTC), wishes=Wishes()
    )


def carried_out(workshop: Workshop, made: Plan, accounts: tuple[Account, ...]) -> Run:
    permit = Permit(disruptive=True)
    return apply(workshop.access(), accounts, made, permit, folder=workshop.folder, machine=MACHINE)


def test_a_new_account_is_brought_to_the_standard(workshop: Workshop) -> None:
    wanted = parse(f'profile = "standard"\n{CONTACTS}{MONEY}', file="baseline.toml")
    made = planned(workshop, wanted, workshop.accounts)
    before = {s.item: s.state for s in baseline.states(wanted, made)}
    assert before["trail"] == before["config"] == before["guardduty"] == "differs"
    assert before["public_clusters"] == "holds"
    run = carried_out(workshop, made, workshop.accounts)
    assert set(outcomes(run)) == {"proven"}, {
        c.remediation: r for c in made.changes if (r := run.results[c.id]).why
    }
    again = planned(workshop, wanted, workshop.accounts)
    assert [(c.item, c.target.id) for c in again.changes] == []
    waiting = {s.item: s.notes[0].code for s in baseline.states(wanted, again) if s.state != "holds"}
    assert list(waiting) == ["root_alert"], "somebody has to confirm the address"
    topic = f"arn:aws:sns:{TOKYO}:{ID}:ishigaki-alerts"
    for region in (TOKYO, "us-east-1"):
        workshop.control(
            "PUT",
            "subscriptions",
            {"account": ID, "region": region, "topic": topic.replace(TOKYO, region)},
        )
    last = planned(workshop, wanted, workshop.accounts)
    assert {s.state for s in baseline.states(wanted, last)} == {"holds"}


def test_every_account_sends_its_logs_to_the_archive(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive's bucket is made first, for both; the member's trail stands on it."""
    accounts = (
        structs.replace(workshop.accounts[0], name="member"),
        Account(
            ARCHIVE, name="archive", environment="non-production", regions=(TOKYO,), role="OrganizationAccess"
        ),
    )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ARCHIVE)
    trust = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::'
        + ID
        + ':root"},"Action":"sts:AssumeRole"}]}'
    )
    access = workshop.access()
    made_role = access.perform(
        access.enter(ARCHIVE, None),
        call(
            "iam",
            "CreateRole",
            region="us-east-1",
            RoleName="OrganizationAccess",
            AssumeRolePolicyDocument=trust,
        ),
    )
    assert not made_role.error, made_role.message
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ID)
    estate = Estate(estate=Settings(log_archive=ARCHIVE), accounts=accounts)
    wanted = parse('profile = "none"\n[items.log_store]\n[items.trail]\n', file="baseline.toml")
    made = planned(workshop, wanted, accounts, estate)
    assert made.changes[0].account == ARCHIVE, "who keeps the logs goes first"
    trail = next(c for c in made.changes if c.account == ID and c.target.type == "AWS::CloudTrail::Trail")
    stores = {c.id for c in made.changes if c.account == ARCHIVE}
    assert stores & set(trail.depends_on)
    run = carried_out(workshop, made, accounts)
    assert set(outcomes(run)) == {"proven"}, run.results
    assert planned(workshop, wanted, accounts, estate).changes == ()


def test_discover_writes_a_file_that_plans_nothing(workshop: Workshop) -> None:
    access, now = workshop.access(), datetime.now(UTC)
    header, asked = baseline.look(access, workshop.accounts, folder=workshop.folder, now=now)
    text, found = baseline.discover(workshop.folder, header, asked, estate=None, now=now, wishes=Wishes())
    assert any(s.state == "differs" for s in found)
    discovered = parse(text, file="baseline.toml")
    assert discovered.profile == "none"
    assert discovered.items.keys() == {s.item for s in found if s.state == "holds"}
    made = baseline.plan(discovered, workshop.folder, header, asked, estate=None, now=now, wishes=Wishes())
    assert made.changes == ()
    raised = text.replace("# [items.password_policy]", "[items.password_policy]")
    higher = parse(raised, file="baseline.toml")
    more = baseline.plan(higher, workshop.folder, header, asked, estate=None, now=now, wishes=Wishes())
    assert {c.item for c in more.changes} == {"password_policy"}


def test_a_stricter_account_is_never_weakened(workshop: Workshop) -> None:
    strict = {
        "MinimumPasswordLength": 20,
        "RequireSymbols": True,
        "RequireNumbers": True,
        "RequireUppercaseCharacters": True,
        "RequireLowercaseCharacters": True,
        "AllowUsersToChangePassword": True,
        "MaxPasswordAge": 30,
        "PasswordReusePrevention": 24,
    }
    workshop.do("iam", "UpdateAccountPasswordPolicy", region="us-east-1", **strict)
    wanted = parse('profile = "none"\n[items.password_policy]\nminimum_length = 14\n', file="baseline.toml")
    assert planned(workshop, wanted, workshop.accounts).changes == ()


def test_parameters_of_the_estate_are_judged_by_fixed_by_and_set_in_security_hub(workshop: Workshop) -> None:
    """One value in one file: the scan, the fix and Security Hub go by it, and it can be taken back."""
    tables = {"IAM.7": {"PasswordReusePrevention": 24}}
    estate = Estate(accounts=workshop.accounts, parameters=tables)
    strong = dict.fromkeys(CLASSES, True)
    workshop.do("iam", "UpdateAccountPasswordPolicy", region="us-east-1", MinimumPasswordLength=8, **strong)
    usual = workshop.scan("IAM.7").judged[ID].findings
    assert [(f.status, f.parameters) for f in usual] == [(Status.PASSED, {})]
    asked = choose(globs=["IAM.7"], parameters=tables)
    now = datetime.now(UTC)
    seen = scan(workshop.access(), workshop.accounts, asked, folder=workshop.folder, now=now)
    (finding,) = seen.judged[ID].findings
    assert (finding.status, finding.parameters) == (Status.FAILED, tables["IAM.7"])
    assert [(f.code, f.facts) for f in finding.faults] == [("reusable", {"least": 24})]
    snapshots = Snapshots(workshop.folder)
    again = rejudge(snapshots, seen.header, asked_again(seen.header))
    assert again.judged[ID].findings == seen.judged[ID].findings, (
        "a kept scan is judged by what it was asked by"
    )

    made = make_plan(snapshots, seen.header, asked, estate=estate, now=now)
    assert set(outcomes(workshop.apply(made))) == {"proven"}

    workshop.do("securityhub", "EnableSecurityHub", EnableDefaultStandards=False)
    wanted = parse('profile = "none"\n[items.control_parameters]\n', file="baseline.toml")
    tuned = planned(workshop, wanted, workshop.accounts, estate)
    assert {(c.remediation, c.target.name) for c in tuned.changes} == {("tune_control", "IAM.7")}
    run = carried_out(workshop, tuned, workshop.accounts)
    assert set(outcomes(run)) == {"proven"}
    assert shown_by_security_hub(workshop) == {"ValueType": "CUSTOM", "Value": {"Integer": 24}}
    assert planned(workshop, wanted, workshop.accounts, estate).changes == ()
    assert set(outcomes(workshop.undo(run.id))) == {"proven"}
    assert shown_by_security_hub(workshop) == {"ValueType": "DEFAULT"}


def shown_by_security_hub(workshop: Workshop) -> object:
    answer = workshop.do("securityhub", "BatchGetSecurityControls", SecurityControlIds=["IAM.7"])
    return answer.merged["SecurityControls"][0]["Parameters"]["PasswordReusePrevention"]
