"""IAM Identity Center: the permission sets, groups and assignments that examples speak of."""

from __future__ import annotations

from typing import Any

import msgspec

from ishigaki.core.record import replace
from ishigaki.services.identity_center.making import ADMINISTRATOR, Holder, PermissionSetWanted, policy_arn
from ishigaki.services.identity_center.resources import (
    OURS,
    Assigned,
    Label,
    ManagedPolicy,
    PermissionSet,
    Principal,
)

INSTANCE = "arn:aws:sso:::instance/ssoins-1111222233334444"
SET = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-aaaabbbbccccdddd"
OTHER_SET = "arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-eeeeffff00001111"
ACCOUNT = "222233334444"
CENTER = "111122223333"
CLOUD = Holder("GROUP", "group-cloud", "cloud", 2, ("hanako@example.com", "taro@example.com"))
AUDIT = Holder("GROUP", "group-audit", "audit", 1, ("jiro@example.com",))
EMPTY = Holder("GROUP", "group-empty", "empty")
OWN = Holder("GROUP", "group-own", "own", 1, ("hanako@example.com",), caller=True)
ADMIN = PermissionSetWanted(
    "Admin",
    policies=(ADMINISTRATOR,),
    session="PT4H",
    instance=INSTANCE,
    center=CENTER,
    holders=(CLOUD, AUDIT, EMPTY, OWN),
    grants={ACCOUNT: (CLOUD.id,)},
)
ADMIN_POLICY = ManagedPolicy(name=ADMINISTRATOR, arn=policy_arn("aws", ADMINISTRATOR))
READ_POLICY = ManagedPolicy(name="ReadOnlyAccess", arn=policy_arn("aws", "ReadOnlyAccess"))
ADMIN_SET = PermissionSet(
    id=SET,
    name="ps-aaaabbbbccccdddd",
    title="Admin",
    description="",
    session_duration="PT4H",
    relay_state="",
    managed_policies=(ADMIN_POLICY,),
    inline_policy="",
    boundary=None,
    accounts=(ACCOUNT,),
    outdated=(),
    labels=(Label(key=OURS, value="access"),),
)
OTHERS_SET = replace(ADMIN_SET, labels=())
READS_SET = replace(ADMIN_SET, managed_policies=(READ_POLICY,))
ALL_INLINE = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
UNUSED_SET = replace(ADMIN_SET, accounts=())
SECOND_SET = replace(ADMIN_SET, id=OTHER_SET, name="ps-eeeeffff00001111", title="Emergency")


def held(*holders: Holder, of: str = SET, account: str = ACCOUNT) -> Assigned:
    return Assigned(
        id=f"{of}/{account}",
        name=account,
        principals=tuple(Principal(principal_type=h.type, principal_id=h.id) for h in holders),
    )


def wanting(**more: Any) -> PermissionSetWanted:
    return msgspec.structs.replace(ADMIN, **more)
