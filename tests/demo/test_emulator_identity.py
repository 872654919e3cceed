"""IAM as AWS shows it: the root user, the credential report, dates, AWS's own policies."""

import csv
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.conftest import MANAGEMENT, Aws, Control

SUPPORT = "arn:aws:iam::aws:policy/AWSSupportAccess"
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [ALLOW]})
LONG_AGO = "2024-01-02T03:04:05+00:00"


def report(aws: Aws) -> dict[str, dict[str, str]]:
    """The credential report's rows by user."""
    aws.client("iam").generate_credential_report()
    text = aws.client("iam").get_credential_report()["Content"].decode()
    return {row["user"]: row for row in csv.DictReader(text.splitlines())}


def test_the_root_user_has_the_first_row(aws: Aws) -> None:
    root = report(aws)["<root_account>"]
    assert root["arn"] == f"arn:aws:iam::{MANAGEMENT}:root"
    assert root["password_enabled"] == root["password_next_rotation"] == "not_supported"
    assert root["password_last_used"] == "no_information"
    assert (root["mfa_active"], root["access_key_1_active"]) == ("false", "false")
    assert len(root) == 22


@pytest.mark.parametrize(
    ("mfa", "enabled", "listed"), [("none", 0, 0), ("virtual", 1, 1), ("hardware", 1, 0)]
)
def test_the_root_users_mfa_shows_everywhere(
    aws: Aws, control: Control, mfa: str, enabled: int, listed: int
) -> None:
    control("PUT", "accounts", {"id": MANAGEMENT, "root": {"mfa": mfa}})
    iam = aws.client("iam")
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == enabled
    devices = iam.list_virtual_mfa_devices()["VirtualMFADevices"]
    assert [device["SerialNumber"] for device in devices] == [
        f"arn:aws:iam::{MANAGEMENT}:mfa/root-account-mfa-device"
    ] * listed
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"] == []
    assert report(aws)["<root_account>"]["mfa_active"] == str(bool(enabled)).lower()


def test_the_root_users_keys_and_last_use_show(aws: Aws, control: Control) -> None:
    root = {"access_keys": 1, "password_last_used": LONG_AGO, "access_key_last_used": LONG_AGO}
    control("PUT", "accounts", {"id": MANAGEMENT, "root": root})
    assert aws.client("iam").get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 1
    row = report(aws)["<root_account>"]
    assert (row["access_key_1_active"], row["access_key_2_active"]) == ("true", "false")
    assert row["password_last_used"] == row["access_key_1_last_used_date"] == LONG_AGO


def test_a_user_without_anything_is_not_applicable(aws: Aws) -> None:
    aws.client("iam").create_user(UserName="alice")
    row = report(aws)["alice"]
    assert row["password_enabled"] == "false"
    unknown = [value for name, value in row.items() if name.endswith(("used", "changed", "rotated", "date"))]
    assert set(unknown) == {"N/A"}


def test_ages_show_in_the_report_and_in_the_listings(aws: Aws, control: Control) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password="Some-Password-1")
    key = iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    assert report(aws)["alice"]["password_last_used"] == "no_information"
    passwords = {"password_last_used": LONG_AGO, "password_last_changed": LONG_AGO}
    used = {"created": LONG_AGO, "last_used": LONG_AGO, "service": "ec2", "region": "ap-northeast-1"}
    users = {"alice": {"created": LONG_AGO, **passwords}}
    control("PUT", "ages", {"account": MANAGEMENT, "users": users, "access_keys": {key: used}})
    control("PUT", "credential-report", {"lifetime_seconds": 0})
    row = report(aws)["alice"]
    dates = ("user_creation_time", "password_last_used", "password_last_changed")
    assert {row[name] for name in (*dates, "access_key_1_last_rotated", "access_key_1_last_used_date")} == {
        LONG_AGO
    }
    assert (row["access_key_1_last_used_service"], row["access_key_1_last_used_region"]) == (
        "ec2",
        "ap-northeast-1",
    )
    assert iam.list_users()["Users"][0]["CreateDate"].isoformat() == LONG_AGO
    last = iam.get_access_key_last_used(AccessKeyId=key)["AccessKeyLastUsed"]
    assert (last["LastUsedDate"].isoformat(), last["ServiceName"]) == (LONG_AGO, "ec2")


def test_a_report_is_kept_for_four_hours(aws: Aws, control: Control) -> None:
    iam = aws.client("iam")
    with pytest.raises(ClientError, match="ReportNotPresent"):
        iam.get_credential_report()
    assert iam.generate_credential_report()["State"] == "STARTED"
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    iam.create_user(UserName="alice")
    assert "alice" not in report(aws)
    control("PUT", "credential-report", {"lifetime_seconds": 0})
    assert "alice" in report(aws)


def test_a_password_policy_shows_the_next_rotation(aws: Aws, control: Control) -> None:
    iam = aws.client("iam")
    iam.update_account_password_policy(MaxPasswordAge=90)
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password="Some-Password-1")
    users = {"alice": {"password_last_changed": "2024-01-01T00:00:00+00:00"}}
    control("PUT", "ages", {"account": MANAGEMENT, "users": users})
    assert report(aws)["alice"]["password_next_rotation"] == "2024-03-31T00:00:00+00:00"


def test_a_forced_password_change_is_remembered(aws: Aws) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password="Some-Password-1", PasswordResetRequired=True)
    assert iam.get_login_profile(UserName="alice")["LoginProfile"]["PasswordResetRequired"] is True
    iam.update_login_profile(UserName="alice", PasswordResetRequired=False)
    assert iam.get_login_profile(UserName="alice")["LoginProfile"]["PasswordResetRequired"] is False


def policies(iam: Any, **params: Any) -> set[str]:
    """The policies of the authorization details."""
    return {policy["Arn"] for policy in iam.get_account_authorization_details(**params)["Policies"]}


def test_aws_policies_are_there_when_they_are_named(aws: Aws) -> None:
    iam = aws.client("iam")
    assert iam.list_entities_for_policy(PolicyArn=SUPPORT)["PolicyRoles"] == []
    assert policies(iam) == set()
    iam.create_group(GroupName="support")
    iam.attach_group_policy(GroupName="support", PolicyArn=SUPPORT)
    entities = iam.list_entities_for_policy(PolicyArn=SUPPORT)
    assert [group["GroupName"] for group in entities["PolicyGroups"]] == ["support"]
    assert policies(iam) == {SUPPORT}
    assert policies(iam, Filter=["LocalManagedPolicy"]) == set()
    attached = iam.list_policies(OnlyAttached=True)["Policies"]
    assert [policy["Arn"] for policy in attached] == [SUPPORT]


def boundaries(iam: Any, arn: str) -> set[int]:
    """How many identities a policy bounds, wherever IAM counts them."""
    (local,) = iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"]
    (listed,) = iam.list_policies(Scope="Local")["Policies"]
    counted = (local, listed, iam.get_policy(PolicyArn=arn)["Policy"])
    assert {policy["PolicyName"] for policy in counted} == {"boundary"}
    return {policy["PermissionsBoundaryUsageCount"] for policy in counted}


def test_a_policy_that_only_bounds_is_counted(aws: Aws) -> None:
    iam = aws.client("iam")
    arn = iam.create_policy(PolicyName="boundary", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    assert boundaries(iam, arn) == {0}
    iam.create_user(UserName="alice", PermissionsBoundary=arn)
    iam.create_user(UserName="bob")
    iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary=arn)
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=DOCUMENT, PermissionsBoundary=arn)
    assert boundaries(iam, arn) == {3}
    bounded = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    assert iam.get_user(UserName="alice")["User"]["PermissionsBoundary"] == bounded
    details = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
    assert [user["PermissionsBoundary"] for user in details] == [bounded, bounded]
    assert all("PermissionsBoundary" not in user for user in iam.list_users()["Users"])
    iam.delete_user_permissions_boundary(UserName="bob")
    iam.delete_role_permissions_boundary(RoleName="role")
    assert boundaries(iam, arn) == {1}


def test_how_a_policy_is_used_decides_who_lists_it(aws: Aws) -> None:
    iam = aws.client("iam")
    arn = iam.create_policy(PolicyName="boundary", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    iam.create_user(UserName="alice", PermissionsBoundary=arn)
    iam.create_user(UserName="bob")
    iam.attach_user_policy(UserName="bob", PolicyArn=SUPPORT)

    def listed(usage: str) -> list[str]:
        return [policy["Arn"] for policy in iam.list_policies(PolicyUsageFilter=usage)["Policies"]]

    def users(**usage: str) -> list[str]:
        found = iam.list_entities_for_policy(PolicyArn=arn, **usage)["PolicyUsers"]
        return [user["UserName"] for user in found]

    assert (listed("PermissionsBoundary"), listed("PermissionsPolicy")) == ([arn], [SUPPORT])
    iam.attach_user_policy(UserName="bob", PolicyArn=arn)
    assert users() == ["bob", "alice"]
    assert users(PolicyUsageFilter="PermissionsPolicy") == ["bob"]
    assert users(PolicyUsageFilter="PermissionsBoundary") == ["alice"]
    assert users(EntityFilter="Role") == []


def test_a_boundary_must_be_a_policy_that_is_there(aws: Aws) -> None:
    iam = aws.client("iam")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.create_user(UserName="alice", PermissionsBoundary=f"arn:aws:iam::{MANAGEMENT}:policy/none")
    iam.create_user(UserName="alice", PermissionsBoundary=SUPPORT)
    assert policies(iam) == {SUPPORT}
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.put_user_permissions_boundary(UserName="nobody", PermissionsBoundary=SUPPORT)


def test_all_of_aws_policies_are_listed_when_they_are_wanted(aws: Aws) -> None:
    pages = aws.client("iam").get_paginator("list_policies").paginate(Scope="AWS")
    names = [policy["PolicyName"] for page in pages for policy in page["Policies"]]
    assert len(names) == len(set(names)) > 1000
    assert "AdministratorAccess" in names


def test_ages_of_somebody_unknown_are_refused(aws: Aws, control: Control) -> None:
    with pytest.raises(OSError, match="400"):
        control("PUT", "ages", {"account": MANAGEMENT, "users": {"nobody": {"created": LONG_AGO}}})
