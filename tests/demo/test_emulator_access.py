"""IAM Identity Center on the emulator: what is refused, what takes its time, and what shows in accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.demo.conftest import MANAGEMENT, Aws, Control, refused

POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@dataclass
class Center:
    """The organization's instance, one member, one group, one permission set."""

    aws: Aws
    member: str
    store: Mapping[str, str]
    one: Mapping[str, str]
    group: str

    @property
    def sso(self) -> Any:
        return self.aws.client("sso-admin")

    def to(self, account: str, *, group: str = "") -> dict[str, str]:
        who = {"PrincipalType": "GROUP", "PrincipalId": group or self.group}
        return {**self.one, "TargetId": account, "TargetType": "AWS_ACCOUNT", **who}

    def status(self, kind: str, request: str) -> dict[str, Any]:
        """How far AWS is with an order."""
        ask = getattr(self.sso, f"describe_account_assignment_{kind.lower()}_status")
        asked = {f"AccountAssignment{kind}RequestId": request, "InstanceArn": self.one["InstanceArn"]}
        answer: dict[str, Any] = ask(**asked)[f"AccountAssignment{kind}Status"]
        return answer

    def ordered(self, **to: str) -> str:
        answer = self.sso.create_account_assignment(**to)["AccountAssignmentCreationStatus"]
        assert answer["Status"] == "IN_PROGRESS"
        return str(answer["RequestId"])

    def done(self, request: str) -> dict[str, Any]:
        assert self.status("Creation", request)["Status"] == "IN_PROGRESS"
        return self.status("Creation", request)


@pytest.fixture
def center(aws: Aws, control: Control) -> Center:
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="m@example.com", AccountName="m")["CreateAccountStatus"]
    shown = control("PUT", "identity-center", {"account": MANAGEMENT, "region": "us-east-1"})
    store = {"IdentityStoreId": shown["IdentityStoreId"]}
    group = aws.client("identitystore").create_group(**store, DisplayName="cloud")["GroupId"]
    instance = {"InstanceArn": shown["InstanceArn"]}
    arn = aws.client("sso-admin").create_permission_set(**instance, Name="Admin")["PermissionSet"]
    one = {**instance, "PermissionSetArn": arn["PermissionSetArn"]}
    return Center(aws, made["AccountId"], store, one, group)


def roles(aws: Aws, account: str) -> list[str]:
    listed = aws.client("iam", account=account).list_roles(PathPrefix="/aws-reserved/sso.amazonaws.com/")
    return [role["RoleName"].rpartition("_")[0] for role in listed["Roles"]]


def test_an_instance_is_there_once_it_is_enabled_and_only_in_its_region(aws: Aws, control: Control) -> None:
    assert aws.client("sso-admin").list_instances()["Instances"] == []
    wanted = {"account": MANAGEMENT, "region": "us-east-1"}
    aws.client("organizations").create_organization(FeatureSet="ALL")
    assert control("PUT", "identity-center", wanted) == control("PUT", "identity-center", wanted)
    assert len(aws.client("sso-admin").list_instances()["Instances"]) == 1
    assert aws.client("sso-admin", region="eu-west-1").list_instances()["Instances"] == []


def test_an_order_takes_its_time_and_makes_a_role(center: Center) -> None:
    assert center.done(center.ordered(**center.to(center.member)))["Status"] == "SUCCEEDED"
    assert roles(center.aws, center.member) == ["AWSReservedSSO_Admin"]
    gone = center.sso.delete_account_assignment(**center.to(center.member))
    request = gone["AccountAssignmentDeletionStatus"]["RequestId"]
    assert [center.status("Deletion", request)["Status"] for _ in range(2)] == ["IN_PROGRESS", "SUCCEEDED"]
    assert roles(center.aws, center.member) == []


def test_what_is_at_work_refuses_changes_and_what_is_assigned_stays(center: Center) -> None:
    request = center.ordered(**center.to(center.member))
    refused("ConflictException", center.sso.delete_permission_set, **center.one)
    center.status("Creation", request)
    refused("ConflictException", center.sso.delete_permission_set, **center.one)
    refused(
        "ConflictException",
        center.sso.create_permission_set,
        Name="Admin",
        InstanceArn=center.one["InstanceArn"],
    )


@pytest.mark.parametrize(("account", "group"), [("999900001111", ""), ("", "nobody")])
def test_an_order_that_cannot_be_done_fails_later(center: Center, account: str, group: str) -> None:
    done = center.done(center.ordered(**center.to(account or center.member, group=group)))
    assert done["Status"] == "FAILED"
    assert "404" in done["FailureReason"]


def test_a_change_reaches_accounts_when_it_is_provisioned(center: Center) -> None:
    center.done(center.ordered(**center.to(center.member)))
    stale = {**center.one, "ProvisioningStatus": "LATEST_PERMISSION_SET_NOT_PROVISIONED"}
    listed = center.sso.list_accounts_for_provisioned_permission_set
    assert listed(**stale)["AccountIds"] == []
    center.sso.attach_managed_policy_to_permission_set(**center.one, ManagedPolicyArn=POLICY)
    assert listed(**stale)["AccountIds"] == [center.member]
    center.sso.provision_permission_set(**center.one, TargetType="ALL_PROVISIONED_ACCOUNTS")
    assert listed(**stale)["AccountIds"] == [center.member]
    assert listed(**stale)["AccountIds"] == []


def test_a_user_has_what_the_groups_have(center: Center) -> None:
    directory = center.aws.client("identitystore")
    name = {"DisplayName": "H", "Name": {"FamilyName": "S", "GivenName": "H"}}
    user = directory.create_user(**center.store, UserName="hanako", **name)["UserId"]
    directory.create_group_membership(**center.store, GroupId=center.group, MemberId={"UserId": user})
    center.done(center.ordered(**center.to(center.member)))
    asked = {"InstanceArn": center.one["InstanceArn"], "PrincipalId": user, "PrincipalType": "USER"}
    rows = center.sso.list_account_assignments_for_principal(**asked)["AccountAssignments"]
    assert [(r["AccountId"], r["PrincipalType"]) for r in rows] == [(center.member, "GROUP")]
    elsewhere = {**asked, "Filter": {"AccountId": MANAGEMENT}}
    assert center.sso.list_account_assignments_for_principal(**elsewhere)["AccountAssignments"] == []


def test_members_see_the_instance_and_delegates_leave_the_management_account(center: Center) -> None:
    member = center.aws.client("sso-admin", account=center.member)
    assert len(member.list_instances()["Instances"]) == 1
    instance = {"InstanceArn": center.one["InstanceArn"]}
    refused("AccessDeniedException", member.list_permission_sets, **instance)
    organizations, service = center.aws.client("organizations"), "sso.amazonaws.com"
    organizations.enable_aws_service_access(ServicePrincipal=service)
    organizations.register_delegated_administrator(AccountId=center.member, ServicePrincipal=service)
    assert len(member.list_permission_sets(**instance)["PermissionSets"]) == 1
    refused("AccessDeniedException", member.create_account_assignment, **center.to(MANAGEMENT))
    center.done(center.ordered(**center.to(MANAGEMENT)))
    refused("AccessDeniedException", member.update_permission_set, **center.one, SessionDuration="PT2H")
