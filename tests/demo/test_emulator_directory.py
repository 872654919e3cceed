"""IAM Identity Center as an organization has it: one instance, seen by all, looked into by two accounts; and reports."""

from __future__ import annotations

from tests.demo.conftest import MANAGEMENT, Aws, Control, refused

REGION = "ap-northeast-1"


def member(aws: Aws) -> str:
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="a@example.com", AccountName="a")
    return str(made["CreateAccountStatus"]["AccountId"])


def test_there_is_none_until_it_is_enabled(aws: Aws) -> None:
    assert aws.client("sso-admin").list_instances()["Instances"] == []


def test_members_see_it_and_its_owner_and_who_is_delegated_look_into_it(aws: Aws, control: Control) -> None:
    account = member(aws)
    enabled = control("PUT", "identity-center", {"account": MANAGEMENT, "region": REGION})
    seen = aws.client("sso-admin", account=account).list_instances(RegionScope="ALL_REGIONS")["Instances"]
    assert [i["InstanceArn"] for i in seen] == [enabled["InstanceArn"]]
    assert (seen[0]["OwnerAccountId"], seen[0]["PrimaryRegion"]) == (MANAGEMENT, REGION)
    assert aws.client("sso-admin", account=account).list_instances()["Instances"] == []  # not from here
    arn = {"InstanceArn": enabled["InstanceArn"]}
    inside = aws.client("sso-admin", account=account, region=REGION)
    refused("AccessDeniedException", inside.list_permission_sets, **arn)
    directory = aws.client("identitystore", account=account, region=REGION)
    refused("AccessDeniedException", directory.list_users, IdentityStoreId=enabled["IdentityStoreId"])
    aws.client("sso-admin", region=REGION).create_permission_set(**arn, Name="Admin")
    services = {"AccountId": account, "ServicePrincipal": "sso.amazonaws.com"}
    aws.client("organizations").register_delegated_administrator(**services)
    assert len(inside.list_permission_sets(**arn)["PermissionSets"]) == 1


def test_an_account_may_have_the_report_that_it_never_should(aws: Aws, control: Control) -> None:
    control("PUT", "credential-report", {"account": MANAGEMENT, "content": "half a"})
    aws.client("iam").generate_credential_report()
    assert aws.client("iam").get_credential_report()["Content"] == b"half a"


def test_a_credential_for_a_service_goes_with_its_user(aws: Aws) -> None:
    iam = aws.client("iam")
    refused("NoSuchEntity", iam.create_service_specific_credential, UserName="nobody", ServiceName="x")
    iam.create_user(UserName="alice")
    made = iam.create_service_specific_credential(UserName="alice", ServiceName="bedrock.amazonaws.com")
    assert made["ServiceSpecificCredential"]["ServicePassword"]
    (listed,) = iam.list_service_specific_credentials(AllUsers=True)["ServiceSpecificCredentials"]
    assert (listed["Status"], "ServicePassword" in listed) == ("Active", False)
    iam.delete_user(UserName="alice")
    assert iam.list_service_specific_credentials(AllUsers=True)["ServiceSpecificCredentials"] == []
