"""Several accounts and all Regions: who gets in where, and that nothing is seen from elsewhere."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.conftest import MANAGEMENT, Aws, Control

OTHER = "222222222222"


def code(call: Any, **params: Any) -> str:
    """The error code that a call is refused with."""
    with pytest.raises(ClientError) as refused:
        call(**params)
    return str(refused.value.response["Error"]["Code"])


def vended(aws: Aws) -> str:
    """A member account of a new organization."""
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="a@example.com", AccountName="a")
    return str(made["CreateAccountStatus"]["AccountId"])


def trusting(aws: Aws, account: str, principal: str, condition: dict[str, Any] | None = None) -> str:
    """A role that a principal may assume."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    trust = {"Statement": [statement | ({"Condition": condition} if condition else {})]}
    role = aws.client("iam", account=account).create_role(
        RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust)
    )
    return str(role["Role"]["Arn"])


def test_a_key_of_twelve_digits_is_its_accounts_administrator(aws: Aws) -> None:
    identity = aws.client("sts", account=OTHER).get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == (OTHER, f"arn:aws:iam::{OTHER}:user/administrator")


def test_accounts_see_only_their_own(aws: Aws) -> None:
    aws.client("iam", account=OTHER).create_user(UserName="alice")
    aws.client("sqs", account=OTHER).create_queue(QueueName="queue")
    aws.client("ssm", account=OTHER).update_service_setting(
        SettingId="/ssm/documents/console/public-sharing-permission", SettingValue="Disable"
    )
    setting = {"SettingId": "/ssm/documents/console/public-sharing-permission"}
    assert aws.client("iam").list_users()["Users"] == []
    assert "QueueUrls" not in aws.client("sqs").list_queues()
    assert aws.client("ssm").get_service_setting(**setting)["ServiceSetting"]["SettingValue"] == "Enable"


def test_settings_are_kept_for_each_region(aws: Aws) -> None:
    aws.client("ec2").enable_snapshot_block_public_access(State="block-all-sharing")
    elsewhere = aws.client("ec2", region="eu-west-1")
    assert aws.client("ec2").get_snapshot_block_public_access_state()["State"] == "block-all-sharing"
    assert elsewhere.get_snapshot_block_public_access_state()["State"] == "unblocked"


def test_a_session_acts_in_the_roles_account(aws: Aws) -> None:
    member = vended(aws)
    key = aws.role(f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole")
    identity = aws.client("sts", account=key).get_caller_identity()
    assert identity["Account"] == member
    assert identity["Arn"].endswith(":assumed-role/OrganizationAccountAccessRole/test")
    aws.client("iam", account=key).create_user(UserName="made-through-the-role")
    users = aws.client("iam", account=member).list_users()["Users"]
    assert [user["UserName"] for user in users] == ["made-through-the-role"]


@pytest.mark.parametrize("account", [OTHER, "999999999999"], ids=["known", "unknown"])
def test_a_role_that_does_not_exist_is_denied(aws: Aws, account: str) -> None:
    aws.client("sts", account=OTHER).get_caller_identity()
    arn = f"arn:aws:iam::{account}:role/nobody"
    assert code(aws.client("sts").assume_role, RoleArn=arn, RoleSessionName="test") == "AccessDenied"


@pytest.mark.parametrize(
    ("principal", "condition", "given", "let_in"),
    [
        (f"arn:aws:iam::{MANAGEMENT}:root", None, {}, True),
        (MANAGEMENT, None, {}, True),
        ("*", None, {}, True),
        (f"arn:aws:iam::{MANAGEMENT}:user/administrator", None, {}, True),
        (f"arn:aws:iam::{MANAGEMENT}:user/somebody", None, {}, False),
        ("arn:aws:iam::333333333333:root", None, {}, False),
        (MANAGEMENT, {"StringEquals": {"sts:ExternalId": "secret"}}, {}, False),
        (MANAGEMENT, {"StringEquals": {"sts:ExternalId": "secret"}}, {"ExternalId": "other"}, False),
        (MANAGEMENT, {"StringEquals": {"sts:ExternalId": "secret"}}, {"ExternalId": "secret"}, True),
        (MANAGEMENT, {"StringLike": {"sts:ExternalId": ["s*"]}}, {"ExternalId": "secret"}, True),
        (MANAGEMENT, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {}, False),
        (MANAGEMENT, {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, {}, True),
        (MANAGEMENT, {"StringEquals": {"aws:PrincipalOrgID": "o-none"}}, {}, False),
        (MANAGEMENT, {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {}, False),
    ],
)
def test_the_trust_policy_decides(
    aws: Aws, principal: str, condition: dict[str, Any] | None, given: dict[str, str], let_in: bool
) -> None:
    arn = trusting(aws, OTHER, principal, condition)
    if let_in:
        assert aws.role(arn, **given)
    else:
        assert code(aws.client("sts").assume_role, RoleArn=arn, RoleSessionName="test") == "AccessDenied"


def test_an_explicit_deny_wins(aws: Aws) -> None:
    arn = trusting(aws, OTHER, "*")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}
    allow = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    aws.client("iam", account=OTHER).update_assume_role_policy(
        RoleName="reader", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow, deny]})
    )
    assert code(aws.client("sts").assume_role, RoleArn=arn, RoleSessionName="test") == "AccessDenied"


def test_nobody_gets_into_a_suspended_account(aws: Aws, control: Control) -> None:
    arn = trusting(aws, OTHER, MANAGEMENT)
    control("PUT", "accounts", {"id": OTHER, "suspended": True})
    assert code(aws.client("sts").assume_role, RoleArn=arn, RoleSessionName="test") == "AccessDenied"
    assert code(aws.client("kms", account=OTHER).list_keys) == "AccessDeniedException"
    control("PUT", "accounts", {"id": OTHER, "suspended": False})
    assert aws.role(arn)


def test_closing_an_account_suspends_it(aws: Aws) -> None:
    member = vended(aws)
    aws.client("organizations").close_account(AccountId=member)
    assert code(aws.client("sts", account=member).get_caller_identity) == "AccessDenied"


def test_only_management_and_delegates_read_the_organization(aws: Aws) -> None:
    member = vended(aws)
    as_member = aws.client("organizations", account=member)
    assert as_member.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT
    assert code(as_member.list_accounts) == "AccessDeniedException"
    aws.client("organizations").register_delegated_administrator(
        AccountId=member, ServicePrincipal="securityhub.amazonaws.com"
    )
    assert {account["Id"] for account in as_member.list_accounts()["Accounts"]} == {MANAGEMENT, member}
    refusal = code(as_member.create_account, Email="b@example.com", AccountName="b")
    assert refusal == "AccessDeniedException"
    outsider = aws.client("organizations", account=OTHER)
    assert code(outsider.list_accounts) == "AWSOrganizationsNotInUseException"


def tree(organizations: Any, parent: str) -> dict[str, list[str]]:
    """The accounts directly below each unit of an organization, by the unit's name."""
    units = organizations.get_paginator("list_organizational_units_for_parent").paginate(ParentId=parent)
    found = {}
    for unit in (unit for page in units for unit in page["OrganizationalUnits"]):
        pages = organizations.get_paginator("list_accounts_for_parent").paginate(ParentId=unit["Id"])
        found[unit["Name"]] = [account["Id"] for page in pages for account in page["Accounts"]]
        found |= tree(organizations, unit["Id"])
    return found


@pytest.mark.parametrize("size", [None, 2], ids=["whole", "short"])
def test_the_management_account_walks_its_organization(aws: Aws, control: Control, size: int | None) -> None:
    member, organizations = vended(aws), aws.client("organizations")
    assert organizations.describe_organization()["Organization"]["MasterAccountId"] == MANAGEMENT
    (root,) = organizations.list_roots()["Roots"]
    names = [f"unit-{number}" for number in range(22)]  # more than a page of moto's
    made = [
        organizations.create_organizational_unit(ParentId=root["Id"], Name=name)["OrganizationalUnit"]
        for name in names
    ]
    deep = organizations.create_organizational_unit(ParentId=made[0]["Id"], Name="deep")
    organizations.move_account(
        AccountId=member, SourceParentId=root["Id"], DestinationParentId=deep["OrganizationalUnit"]["Id"]
    )
    organizations.tag_resource(ResourceId=member, Tags=[{"Key": "Team", "Value": "a"}])
    control("PUT", "pages", {"size": size})
    assert tree(organizations, root["Id"]) == {**{name: [] for name in names}, "deep": [member]}
    (own,) = organizations.list_accounts_for_parent(ParentId=root["Id"])["Accounts"]
    assert (own["Id"], own["Status"], own["State"]) == (MANAGEMENT, "ACTIVE", "ACTIVE")
    tags = organizations.list_tags_for_resource(ResourceId=member)["Tags"]
    assert tags == [{"Key": "Team", "Value": "a"}]
    assert organizations.list_tags_for_resource(ResourceId=root["Id"])["Tags"] == []
    nowhere = "ou-0000-00000000"
    assert code(organizations.list_accounts_for_parent, ParentId=nowhere) == "ParentNotFoundException"
    nobody = "999999999999"
    assert code(organizations.list_tags_for_resource, ResourceId=nobody) == "TargetNotFoundException"


def test_a_member_does_not_walk_it(aws: Aws) -> None:
    member = vended(aws)
    (root,) = aws.client("organizations").list_roots()["Roots"]
    asked = aws.client("organizations", account=member)
    parent = {"ParentId": root["Id"]}
    refusals = {
        code(asked.list_roots),
        code(asked.list_accounts_for_parent, **parent),
        code(asked.list_organizational_units_for_parent, **parent),
        code(asked.list_tags_for_resource, ResourceId=member),
    }
    assert refusals == {"AccessDeniedException"}
    aws.client("organizations").register_delegated_administrator(
        AccountId=member, ServicePrincipal="config.amazonaws.com"
    )
    assert {a["Id"] for a in asked.list_accounts_for_parent(**parent)["Accounts"]} == {MANAGEMENT, member}


def test_a_suspended_account_is_shown_as_suspended(aws: Aws, control: Control) -> None:
    member = vended(aws)
    for suspended, shown in ((True, "SUSPENDED"), (False, "ACTIVE")):
        control("PUT", "accounts", {"id": member, "suspended": suspended})
        account = aws.client("organizations").describe_account(AccountId=member)["Account"]
        assert (account["Status"], account["State"]) == (shown, shown)


def test_an_email_address_serves_one_account(aws: Aws) -> None:
    vended(aws)
    status = aws.client("organizations").create_account(Email="A@example.com", AccountName="b")
    assert status["CreateAccountStatus"]["FailureReason"] == "EMAIL_ALREADY_EXISTS"


def test_an_opt_in_region_refuses_until_it_is_enabled(aws: Aws) -> None:
    here = "me-south-1"
    assert code(aws.client("ec2", region=here).describe_vpcs) == "AuthFailure"
    assert code(aws.client("kms", region=here).list_keys) == "UnrecognizedClientException"
    assert code(aws.client("sts", region=here).get_caller_identity) == "InvalidClientTokenId"
    usable = {region["RegionName"] for region in aws.client("ec2").describe_regions()["Regions"]}
    assert len(usable) == 17
    assert "me-south-1" not in usable
    aws.client("account").enable_region(RegionName="me-south-1")
    assert aws.client("kms", region=here).list_keys()["Keys"] == []
    shown = aws.client("ec2").describe_regions(RegionNames=["me-south-1"])["Regions"]
    assert [region["OptInStatus"] for region in shown] == ["opted-in"]


def test_a_trail_of_the_organization_is_seen_by_its_members(aws: Aws) -> None:
    member = vended(aws)
    aws.log_bucket("trail-bucket", "cloudtrail")
    trail = {"S3BucketName": "trail-bucket", "IsMultiRegionTrail": True}
    aws.client("cloudtrail").create_trail(Name="own", **trail)
    arn = aws.client("cloudtrail").create_trail(Name="all", IsOrganizationTrail=True, **trail)["TrailARN"]
    aws.client("cloudtrail").start_logging(Name="all")
    as_member = aws.client("cloudtrail", account=member, region="eu-west-1")
    assert [trail["TrailARN"] for trail in as_member.describe_trails()["trailList"]] == [arn]
    assert as_member.get_trail_status(Name=arn)["IsLogging"] is True
    assert as_member.describe_trails(includeShadowTrails=False)["trailList"] == []
    assert code(as_member.get_trail_status, Name="all") == "TrailNotFoundException"
    (selector,) = as_member.get_event_selectors(TrailName=arn)["EventSelectors"]
    assert (selector["ReadWriteType"], selector["IncludeManagementEvents"]) == ("All", True)
