"""Access on the emulator: an organization's IAM Identity Center brought to the access file, there and back."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ishigaki.aws.access import Access
from ishigaki.baselines.access import parse
from ishigaki.cli.main import run as cli
from ishigaki.core.answer import Answer
from ishigaki.core.call import call
from ishigaki.core.change import Safety
from ishigaki.core.estate import Account
from ishigaki.core.export import parse as parse_export
from ishigaki.core.plan import Plan
from ishigaki.core.usage import UsageError
from ishigaki.flows import access as flow
from ishigaki.flows.apply import Machine, Permit, Run, apply
from ishigaki.flows.planning import Wishes
from ishigaki.flows.stocktake import present, take
from ishigaki.flows.undo import undo_plan
from tests.journeys.workshop import ID, TOKYO, Entered, Workshop, outcomes, reasons

PEOPLE = ("hanako", "taro", "jiro", "saburo")
GROUPS = {"cloud": ("hanako", "taro"), "audit": ("jiro",), "empty": ()}
MACHINE = Machine(sleep=lambda seconds: time.sleep(min(seconds, 0.01)))
EVERYTHING = Permit(disruptive=True, cap=1_000)
WANTED = """
[permission_sets.Billing]
on = false
[permission_sets.PowerUser]
on = false
[[assignments]]
group = "cloud"
permission_set = "Admin"
accounts = ["all"]
[[assignments]]
group = "audit"
permission_set = "ReadOnly"
environments = ["prod"]
"""


@dataclass
class Company:
    """An organization of three accounts, with a directory of a few people."""

    workshop: Workshop
    members: tuple[str, ...] = ()
    center: Mapping[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def do(self, service: str, operation: str, **params: Any) -> Any:
        answer: Answer = self.workshop.do(service, operation, **params)
        assert not answer.error, (operation, answer.error, answer.message)
        return answer.merged

    @property
    def accounts(self) -> tuple[Account, ...]:
        own = Account(ID, name="management", environment="production", regions=(TOKYO,))
        if not self.members:
            return (own,)
        return own, *(
            Account(m, name=f"member-{n}", environment=e, regions=(TOKYO,), role="Reader")
            for n, (m, e) in enumerate(zip(self.members, ("production", "non-production"), strict=True))
        )

    def plan(self, text: str, *, idp: str = "") -> Plan:
        access, now = self.workshop.access(), datetime.now(UTC)
        wanted = parse(text, file="access.toml")
        about = flow.estates(access, wanted, self.accounts, None)
        seen = flow.look(access, wanted, self.accounts, folder=self.workshop.folder, now=now)
        items = flow.items_of(wanted, seen, about, now=now, idp=idp)
        return flow.plan(items, seen, None, folder=self.workshop.folder, now=now, wishes=Wishes())

    def apply(self, plan: Plan, permit: Permit = EVERYTHING) -> Run:
        folder = self.workshop.folder
        return apply(self.workshop.access(), self.accounts, plan, permit, folder=folder, machine=MACHINE)

    def undo(self, run: Run) -> Run:
        return self.apply(undo_plan(self.workshop.folder, run.id, now=datetime.now(UTC)))

    def sets(self) -> dict[str, str]:
        """The ARNs of the permission sets, by name."""
        instance = {"InstanceArn": self.center["InstanceArn"]}
        arns = self.do("sso-admin", "ListPermissionSets", **instance)["PermissionSets"]
        return {
            self.do("sso-admin", "DescribePermissionSet", **instance, PermissionSetArn=a)["PermissionSet"][
                "Name"
            ]: a
            for a in arns
        }

    def assigned(self) -> set[tuple[str, str, str]]:
        """Who has what where, as AWS says: name, permission set, account."""
        names = {id: name for name, id in self.ids.items()}
        found = set()
        for name, arn in self.sets().items():
            one = {"InstanceArn": self.center["InstanceArn"], "PermissionSetArn": arn}
            for account in self.do("sso-admin", "ListAccountsForProvisionedPermissionSet", **one)[
                "AccountIds"
            ]:
                listed = self.do("sso-admin", "ListAccountAssignments", **one, AccountId=account)
                found |= {(names[a["PrincipalId"]], name, account) for a in listed["AccountAssignments"]}
        return found


@pytest.fixture(scope="module")
def entrance() -> list[Access]:
    return []


@pytest.fixture
def workshop(workshop: Workshop, entrance: list[Access]) -> Workshop:
    return Entered(workshop.running, workshop.folder, entrance=entrance)


def as_somebody_else(workshop: Workshop, account: str, patch: pytest.MonkeyPatch) -> Workshop:
    """The same emulator, entered with the credentials of another account."""
    patch.setenv("AWS_ACCESS_KEY_ID", account)
    return Workshop(workshop.running, workshop.folder)


@pytest.fixture
def company(workshop: Workshop) -> Company:
    made = Company(workshop)
    made.do("organizations", "CreateOrganization", FeatureSet="ALL")
    created = [
        made.do("organizations", "CreateAccount", Email=f"m{n}@example.com", AccountName=f"m{n}")
        for n in range(2)
    ]
    made.members = tuple(c["CreateAccountStatus"]["AccountId"] for c in created)
    made.center = workshop.control("PUT", "identity-center", {"account": ID, "region": TOKYO})
    store = {"IdentityStoreId": made.center["IdentityStoreId"]}
    for name in PEOPLE:
        user = {"UserName": name, "DisplayName": name.title(), "Name": {"FamilyName": "x", "GivenName": name}}
        emails = [{"Value": f"{name}@example.com", "Type": "work", "Primary": True}]
        made.ids[name] = made.do("identitystore", "CreateUser", **store, **user, Emails=emails)["UserId"]
    for name, members in GROUPS.items():
        group = made.do("identitystore", "CreateGroup", **store, DisplayName=name)["GroupId"]
        made.ids[name] = group
        for member in members:
            who = {"MemberId": {"UserId": made.ids[member]}}
            made.do("identitystore", "CreateGroupMembership", **store, GroupId=group, **who)
    return made


def test_there_and_back(company: Company) -> None:
    made = company.plan(WANTED)
    assert {c.item: c.remediation for c in made.changes} == dict.fromkeys(
        ("Admin", "ReadOnly"), "make_permission_set"
    )
    run = company.apply(made)
    assert set(outcomes(run)) == {"proven"}, reasons(run)
    production = {ID, company.members[0]}
    assert company.assigned() == {("cloud", "Admin", a.id) for a in company.accounts} | {
        ("audit", "ReadOnly", a) for a in production
    }
    assert company.plan(WANTED).changes == ()
    back = company.undo(run)
    assert set(outcomes(back)) == {"proven"}, reasons(back)
    assert company.sets() == {}


GIVEN = """
[permission_sets.Billing]
on = false
[permission_sets.PowerUser]
on = false
[permission_sets.ReadOnly]
on = false
[[assignments]]
group = "cloud"
permission_set = "Admin"
accounts = ["{0}"]
"""


def brought_to(company: Company, text: str, permit: Permit = EVERYTHING) -> Run:
    run = company.apply(company.plan(text), permit)
    assert set(outcomes(run)) <= {"proven"}, reasons(run)
    return run


def test_what_is_changed_is_provisioned_and_taken_back(company: Company) -> None:
    brought_to(company, WANTED)
    other = WANTED + (
        '[permission_sets.Admin]\nsession_duration = "PT2H"\nboundary = "PowerUserAccess"\n'
        '[permission_sets.ReadOnly]\npolicies = ["ReadOnlyAccess", "AWSSupportAccess"]\n'
    )
    before = state_of(company)
    made = company.plan(other)
    assert {c.item: (c.safety, c.reversible) for c in made.changes} == {
        "Admin": (Safety.DISRUPTIVE, True),
        "ReadOnly": (Safety.DISRUPTIVE, True),  # production: it may disturb
    }
    run = company.apply(made)
    assert set(outcomes(run)) == {"proven"}, reasons(run)
    after = state_of(company)
    assert after["Admin"] != before["Admin"]
    assert [p["Name"] for p in after["ReadOnly"]["AttachedManagedPolicies"]] == [
        "ReadOnlyAccess",
        "AWSSupportAccess",
    ]
    assert not any(s["outdated"] for s in after.values())
    assert company.plan(other).changes == ()
    back = company.undo(run)
    assert set(outcomes(back)) == {"proven"}, reasons(back)
    assert state_of(company) == before


def state_of(company: Company) -> dict[str, Any]:
    """All that AWS says of the permission sets."""
    found = {}
    for name, arn in company.sets().items():
        one = {"InstanceArn": company.center["InstanceArn"], "PermissionSetArn": arn}
        boundary = company.workshop.do("sso-admin", "GetPermissionsBoundaryForPermissionSet", **one)
        stale = {"ProvisioningStatus": "LATEST_PERMISSION_SET_NOT_PROVISIONED"}
        found[name] = {
            **company.do("sso-admin", "DescribePermissionSet", **one),
            **company.do("sso-admin", "ListManagedPoliciesInPermissionSet", **one),
            "boundary": boundary.error or boundary.merged,
            "outdated": company.do("sso-admin", "ListAccountsForProvisionedPermissionSet", **one, **stale)[
                "AccountIds"
            ],
        }
    return found


def test_one_group_takes_the_place_of_another_once_it_is_in(company: Company) -> None:
    """More is given before anything is taken away; what takes away asks, says who loses what, and comes back."""
    target = company.members[0]
    brought_to(company, GIVEN.format(target))
    assert company.assigned() == {("cloud", "Admin", target)}
    swapped = GIVEN.format(target).replace('"cloud"', '"audit"')
    made = company.plan(swapped)
    assert [(c.remediation, c.safety) for c in made.changes] == [
        ("widen_access", Safety.SAFE),
        ("withdraw_access", Safety.DISRUPTIVE),
    ]
    loses = next(n for n in made.changes[1].notes if n.code == "loses_access")
    assert loses.facts == {
        "who": "cloud", "people": 2, "names": "hanako, taro", "set": "Admin", "account": target
    }  # fmt: skip
    cautious = company.apply(made, Permit())
    assert outcomes(cautious) == ["proven", "skipped"]
    assert company.assigned() == {("cloud", "Admin", target), ("audit", "Admin", target)}
    run = brought_to(company, swapped)
    assert company.assigned() == {("audit", "Admin", target)}
    assert set(outcomes(company.undo(run))) == {"proven"}
    assert company.assigned() == {("cloud", "Admin", target), ("audit", "Admin", target)}


def test_another_account_is_given_and_left_again(company: Company) -> None:
    first, second = company.members
    brought_to(company, GIVEN.format(first))
    run = brought_to(company, GIVEN.format(f'{first}", "{second}'))
    assert company.assigned() == {("cloud", "Admin", first), ("cloud", "Admin", second)}
    assert set(outcomes(company.undo(run))) == {"proven"}
    assert company.assigned() == {("cloud", "Admin", first)}


def test_what_a_tool_owns_is_left_to_it(company: Company) -> None:
    """Tags of permission sets are listed by their own API alone."""
    target = company.members[0]
    brought_to(company, GIVEN.format(target))
    owned = {"InstanceArn": company.center["InstanceArn"], "ResourceArn": company.sets()["Admin"]}
    company.do("sso-admin", "TagResource", **owned, Tags=[{"Key": "ManagedBy", "Value": "Terraform"}])
    other = GIVEN.format(target).replace('"cloud"', '"audit"')
    made = company.plan(other + '[permission_sets.Admin]\nsession_duration = "PT2H"\n')
    assert made.changes == ()
    assert {x.note.code for x in made.left} == {"owned_by_tool", "last_administrator"}


def test_what_others_made_and_gave_is_theirs_until_it_is_taken_over(company: Company) -> None:
    target = company.members[0]
    instance = {"InstanceArn": company.center["InstanceArn"]}
    made = company.do("sso-admin", "CreatePermissionSet", **instance, Name="ReadOnly")
    given = {
        "PermissionSetArn": made["PermissionSet"]["PermissionSetArn"],
        "TargetId": target,
        "TargetType": "AWS_ACCOUNT",
        "PrincipalType": "GROUP",
        "PrincipalId": company.ids["cloud"],
    }
    company.do("sso-admin", "CreateAccountAssignment", **instance, **given)
    plan = company.plan(WANTED)
    assert {(x.note.code, x.note.facts["set"]) for x in plan.left} == {("set_of_others", "ReadOnly")}
    assert {c.remediation for c in plan.changes if c.item == "ReadOnly"} == {"give_access", "widen_access"}
    company.apply(plan)
    assert ("cloud", "ReadOnly", target) in company.assigned()
    taken_over = f"{WANTED}[permission_sets.ReadOnly]\ntake_over = true\n"
    assert {c.remediation for c in company.plan(taken_over).changes} == {
        "make_permission_set",
        "withdraw_access",
    }
    brought_to(company, taken_over)
    assert ("cloud", "ReadOnly", target) not in company.assigned()
    assert company.plan(taken_over).changes == ()


def test_the_last_administrator_stays(company: Company) -> None:
    target = company.members[0]
    brought_to(company, GIVEN.format(target))
    for group in ("empty", "nobody"):
        made = company.plan(GIVEN.format(target).replace('"cloud"', f'"{group}"'))
        assert "withdraw_access" not in {c.remediation for c in made.changes}
        codes = {x.note.code for x in made.left}
        assert "last_administrator" in codes
        assert ("principal_missing" in codes) == (group == "nobody")
    narrowed = GIVEN.format(target) + '[permission_sets.Admin]\npolicies = ["ReadOnlyAccess"]\n'
    made = company.plan(narrowed)
    assert (made.changes, [x.note.code for x in made.left]) == ((), ["last_administrators"])


def test_nobody_takes_away_the_own_way_in(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    target = company.members[0]
    audit = GIVEN[GIVEN.index("[[assignments]]") :].replace('"cloud"', '"audit"').format(target)
    both = GIVEN.format(target) + audit
    brought_to(company, both)
    monkeypatch.setattr(flow, "caller", lambda _: ("Admin", target, "Jiro"))
    made = company.plan(GIVEN.format(target))
    assert (made.changes, [x.note.code for x in made.left]) == ((), ["own_way_in"])
    monkeypatch.setattr(flow, "caller", lambda _: ("Admin", target, "hanako"))
    assert [c.remediation for c in company.plan(GIVEN.format(target)).changes] == ["withdraw_access"]


def test_a_person_is_an_exception_until_its_day(company: Company) -> None:
    target = company.members[0]
    alone = """
[[assignments]]
user = "Saburo"
reason = "Migration of the order system"
expires = {0}
permission_set = "Admin"
accounts = ["{1}"]
"""
    today = datetime.now(UTC).date()
    brought_to(company, GIVEN.format(target) + alone.format(today, target))
    assert company.assigned() == {("cloud", "Admin", target), ("saburo", "Admin", target)}
    over = GIVEN.format(target) + alone.format(today - timedelta(days=1), target)
    assert [c.remediation for c in company.plan(over).changes] == ["withdraw_access"]
    brought_to(company, over)
    assert company.assigned() == {("cloud", "Admin", target)}


def test_what_aws_could_not_do_is_said(company: Company) -> None:
    """An account outside of the organization: AWS takes the order and fails at it later."""
    brought_to(company, GIVEN.format(company.members[0]))
    run = company.apply(company.plan(GIVEN.format(f'{company.members[0]}", "999900001111')))
    (result,) = run.results.values()
    assert result.why is not None
    assert (result.outcome.value, result.why.code) == ("failed", "could_not")
    assert "999900001111 is not in the organization" in result.why.facts["said"]


def test_a_delegate_leaves_the_management_account_alone(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    delegate = company.members[0]
    service = {"ServicePrincipal": "sso.amazonaws.com"}
    company.do("organizations", "EnableAWSServiceAccess", **service)
    company.do("organizations", "RegisterDelegatedAdministrator", AccountId=delegate, **service)
    as_delegate = msgspec.structs.replace(company.accounts[1], role="")
    own = company.workshop
    company.workshop = as_somebody_else(own, delegate, monkeypatch)
    monkeypatch.setattr(Company, "accounts", (as_delegate, company.accounts[0], company.accounts[2]))
    made = company.plan(WANTED)
    assert {x.note.code for x in made.left} == {"set_of_management_account"}
    run = company.apply(made)
    assert set(outcomes(run)) == {"proven"}, reasons(run)
    company.workshop = own
    assert {a for _, _, a in company.assigned()} == {*company.members}


def test_pages_are_read_to_their_end(company: Company) -> None:
    brought_to(company, WANTED)
    company.workshop.control("PUT", "pages", {"size": 1})
    assert company.plan(WANTED).changes == ()
    company.workshop.control("PUT", "pages", {"size": None})


def test_what_is_not_seen_is_not_taken_away(company: Company) -> None:
    target = company.members[0]
    brought_to(company, GIVEN.format(target))
    company.workshop.control(
        "POST", "faults", {"kind": "denied", "service": "sso-admin", "operation": "ListAccountAssignments"}
    )
    made = company.plan(GIVEN.format(target).replace('"cloud"', '"audit"'))
    assert made.changes == ()
    assert {x.note.code for x in made.left} == {"not_seen"}
    company.workshop.control("DELETE", "faults")


EXPORT = "社員番号,メールアドレス,在籍区分\r\n1,hanako@example.com,在籍\r\n2,taro@example.com,退職\r\n"


def test_the_stock_take(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    brought_to(company, WANTED)
    workshop, now = company.workshop, datetime.now(UTC)
    for member in company.members:
        trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ID}, "Action": "sts:AssumeRole"}]}
        entry: dict[str, Any] = {
            "RoleName": "Reader",
            "AssumeRolePolicyDocument": json.dumps({"Version": "2012-10-17", **trust}),
        }
        access = as_somebody_else(workshop, member, monkeypatch).access()
        access.perform(access.enter(member, None), call("iam", "CreateRole", region="us-east-1", **entry))
        roles = access.perform(access.enter(member, None), call("iam", "ListRoles", region="us-east-1"))
        role = next(r["RoleName"] for r in roles.merged["Roles"] if "_Admin_" in r["RoleName"])
        days = 10 if member == company.members[0] else 200
        ages = {"created": now - timedelta(days=300), "last_used": now - timedelta(days=days)}
        aged = {k: v.isoformat() for k, v in ages.items()}
        workshop.control("PUT", "ages", {"account": member, "roles": {role: aged}})
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ID)
    workshop.control(
        "POST", "faults", {"kind": "denied", "service": "iam", "operation": "GetRole", "account": ID}
    )
    wanted = parse("", file="access.toml")
    export = parse_export(EXPORT.encode("cp932"), file="people.csv")
    taken = take(workshop.access(), wanted, company.accounts, export=export, now=now, days=90)
    rows = {(r.name, r.permission_set, r.user): (r.use, r.directory) for r in taken.rows}
    assert rows["member-0", "Admin", "hanako"] == ("used", "present")
    assert rows["member-1", "Admin", "taro"] == ("unused", "left")
    assert rows["management", "Admin", "hanako"] == ("unknown", "present")
    assert rows["member-0", "ReadOnly", "jiro"] == ("new", "missing")
    assert (taken.people, taken.administrators, taken.compared) == (3, 2, 2)
    workshop.control("DELETE", "faults")
    shown, _ = present(workshop.access(), wanted, company.accounts)
    assert [s.name for s in shown.sets] == ["Admin", "ReadOnly"]
    assert [s.administrator for s in shown.sets] == [True, False]


BY_JUMP = """
way = "jump"
[jump]
account = "999900001111"
[[assignments]]
permission_set = "Admin"
users = ["arn:aws:iam::999900001111:user/hanako"]
roles = ["arn:aws:iam::999900001111:role/jump-admin"]
accounts = ["all"]
"""
BY_OIDC = """
way = "oidc"
[oidc]
url = "https://idp.example.com/tenant"
audience = "aws"
[[assignments]]
permission_set = "ReadOnly"
subjects = ["group:readers", "group:auditors"]
accounts = ["all"]
"""


BY_SAML = """
way = "saml"
[saml]
name = "corporate"
metadata = "corporate.xml"
[[assignments]]
permission_set = "Billing"
accounts = ["all"]
"""
IDP = (
    '<EntityDescriptor entityID="https://idp.example.com"><IDPSSODescriptor/></EntityDescriptor>' + " " * 1000
)


@pytest.mark.parametrize(("text", "count"), [(BY_JUMP, 1), (BY_OIDC, 2), (BY_SAML, 2)])
def test_without_an_organization(text: str, count: int, workshop: Workshop) -> None:
    """The roles are made in the account, trust whom the file names and nobody else, and can be taken back."""
    company = Company(workshop)
    run = company.apply(company.plan(text, idp=IDP))
    assert outcomes(run) == ["proven"] * count, reasons(run)
    assert company.plan(text, idp=IDP).changes == ()
    over = text.replace('accounts = ["all"]', 'accounts = ["999900001111"]')
    left = company.plan(over, idp=IDP)
    assert (left.changes, [x.note.code for x in left.left]) == ((), ["role_of_nobody"])
    assert set(outcomes(company.undo(run))) == {"proven"}


def test_a_role_that_trusts_a_whole_account_is_narrowed(workshop: Workshop) -> None:
    """R28: a switch-role trust that lets anybody of another account in."""
    everybody = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::999900001111:root"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    workshop.do(
        "iam", "CreateRole", region="us-east-1", RoleName="ishigaki-Admin", AssumeRolePolicyDocument=document
    )
    company = Company(workshop)
    (change,) = company.plan(BY_JUMP).changes
    assert (change.safety, [n.code for n in change.notes]) == (Safety.DISRUPTIVE, ["trusts_others"])
    brought_to(company, BY_JUMP)
    role = workshop.do("iam", "GetRole", region="us-east-1", RoleName="ishigaki-Admin").merged["Role"]
    by_user, by_role = role["AssumeRolePolicyDocument"]["Statement"]
    assert by_user["Principal"] == {"AWS": "arn:aws:iam::999900001111:user/hanako"}
    assert by_user["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    assert by_role["Principal"] == {"AWS": "arn:aws:iam::999900001111:role/jump-admin"}
    assert "Condition" not in by_role, "what AssumeRole gives does not tell that MFA was used"


def test_the_metadata_lies_beside_the_access_file(tmp_path: Path) -> None:
    wanted = parse(BY_SAML, file="access.toml")
    for bad in ("", "<html>sign in</html>" + " " * 1000, IDP[:500]):
        (tmp_path / "corporate.xml").write_text(bad)
        with pytest.raises(UsageError) as refused:
            flow.metadata(tmp_path / "access.toml", wanted)
        assert refused.value.code == "access_metadata"
    (tmp_path / "corporate.xml").write_text(IDP, encoding="utf-8-sig")
    assert flow.metadata(tmp_path / "access.toml", wanted) == IDP


def test_who_came_in_by_a_permission_set_is_known(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ID}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    name, path = "AWSReservedSSO_Team_Admin_0123456789abcdef", "/aws-reserved/sso.amazonaws.com/"
    role: dict[str, Any] = {"RoleName": name, "Path": path, "AssumeRolePolicyDocument": document}
    workshop.do("iam", "CreateRole", region="us-east-1", **role)
    assert flow.caller(workshop.access()) == ("", "", "")
    asked = {"RoleArn": f"arn:aws:iam::{ID}:role{path}{name}", "RoleSessionName": "hanako@example.com"}
    given = workshop.do("sts", "AssumeRole", **asked).merged["Credentials"]
    for variable, value in (("ACCESS_KEY_ID", "AccessKeyId"), ("SESSION_TOKEN", "SessionToken")):
        monkeypatch.setenv(f"AWS_{variable}", given[value])
    session = Workshop(workshop.running, workshop.folder)
    assert flow.caller(session.access()) == ("Team_Admin", ID, "hanako@example.com")


def test_the_commands(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a person types them: check, plan, apply, undo, and the stock-take against an export."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_DEFAULT_REGION", TOKYO)
    (tmp_path / "access.toml").write_text(GIVEN.format(ID))
    (tmp_path / "people.csv").write_bytes(EXPORT.encode("cp932"))

    def ishigaki(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["ishigaki", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli()
        code = ended.value.code
        return code if isinstance(code, int) else 0, capsys.readouterr().out

    assert ishigaki("access", "check")[0] == 4
    assert ishigaki("access", "plan", "-o", "plan.json")[0] == 4
    assert ishigaki("permissions", "apply", "--plan", "plan.json")[1].count("sso:CreatePermissionSet") == 1
    code, said = ishigaki("access", "apply", "--yes", "--lang", "en")
    assert code == 0, said
    run = next(line.split()[-1] for line in said.splitlines() if "ishigaki undo" in line)
    assert ishigaki("access", "check")[0] == 0
    assert "cloud" in ishigaki("access", "show")[1]
    code, said = ishigaki("access", "stock-take", "--directory", "people.csv", "--format", "json")
    assert (code, [r["directory"] for r in json.loads(said)["rows"]]) == (0, ["present", "left"])
    assert ishigaki("undo", run, "--yes")[0] == 0
    assert company.sets() == {}
