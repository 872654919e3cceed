"""What IAM users, groups and roles are allowed: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, alters, change, creates, note, skip, step
from ishigaki.core.population import Given, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import Wanted, leaves, mends, remediation
from ishigaki.core.verbatim import new, said
from ishigaki.services.iam.authorization import AttachedPolicy, document_text
from ishigaki.services.iam.identities.controls import (
    MEMBER,
    SHELL,
    SUPPORT,
    SUPPORT_GROUP,
    SUPPORT_ROLE,
    has_attached,
    somebody_may_call_support,
)
from ishigaki.services.iam.identities.resources import Group, Role, Support
from ishigaki.services.iam.users.resources import User

KINDS = (User, Group, Role)
READ_ONLY = AttachedPolicy(policy_name="ReadOnlyAccess", policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess")
FULL_SHELL = AttachedPolicy(policy_name=SHELL, policy_arn=f"arn:aws:iam::aws:policy/{SHELL}")
OWN_SHELL = replace(FULL_SHELL, policy_arn=f"arn:aws:iam::111122223333:policy/{SHELL}")
RESERVED = ":role/aws-reserved/sso.amazonaws.com/"  # the path of the roles that IAM Identity Center makes
PERMISSION_SET = Role(
    id=f"arn:aws:iam::111122223333{RESERVED}AWSReservedSSO_Admins_0123456789abcdef",
    attached_managed_policies=(FULL_SHELL,),
)


def _policy(identity: User | Group | Role | Support, name: str) -> str:
    """The ARN of a managed policy of AWS."""
    return f"arn:{identity.partition}:iam::aws:policy/{name}"


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        *(mends(kind(attached_managed_policies=(READ_ONLY, FULL_SHELL))) for kind in KINDS),
        *(leaves(kind(attached_managed_policies=(READ_ONLY, OWN_SHELL))) for kind in KINDS),
        leaves(PERMISSION_SET, skip="identity_center_owns_role"),
    ],
)
def detach_full_cloudshell(identity: User | Group | Role) -> Changes:
    """Detaches AWSCloudShellFullAccess from the user, group or role; everything else stays attached."""
    if not has_attached(identity, SHELL):
        return
    if RESERVED in identity.id:
        yield skip("identity_center_owns_role", role=identity.name, policy=SHELL)
        return
    kind = type(identity).__name__
    who: dict[str, Any] = {f"{kind}Name": identity.name, "PolicyArn": _policy(identity, SHELL)}
    before: list[Mapping[str, Any]] = said(identity, "attached_managed_policies")
    yield change(
        alters(identity, attached_managed_policies=[p for p in before if p["PolicyArn"] != who["PolicyArn"]]),
        steps=[
            step(
                "detach",
                call("iam", f"Detach{kind}Policy", **who),
                undo=call("iam", f"Attach{kind}Policy", **who),
            )
        ],
    )


ROLE = "ishigaki-support"


class SupportRole(Wanted, frozen=True):
    """Who may assume the role: ARNs of principals, or nobody named: then the account's own users, as far as
    their policies allow it. `mfa` asks for a session begun with MFA, which sessions of IAM Identity Center never
    show. Source: ours, for CIS 1.17, which leaves the trust to the account."""

    trusted: tuple[str, ...] = ()
    mfa: bool = True


PEOPLE = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Ops_0123456789abcdef"
TAKEN = Role(name=ROLE, attached_managed_policies=(READ_ONLY,))


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(Support()),
        mends(Support(), wanted=SupportRole(trusted=(PEOPLE,), mfa=False)),
        mends(Support(), Role(name="ops", attached_managed_policies=(READ_ONLY,))),
        mends(Support(), SUPPORT_GROUP),
        leaves(Support(), SUPPORT_ROLE),
        leaves(Support(), SUPPORT_ROLE, TAKEN),
        leaves(Support(), MEMBER, SUPPORT_GROUP),
        leaves(Support(), TAKEN, skip="support_role_exists"),
    ],
)
def make_support_role(
    account: Support, users: Given[User], groups: Given[Group], roles: Given[Role], wanted: SupportRole
) -> Changes:
    """Creates a role with AWSSupportAccess where nobody has it; it trusts people, not whatever the account runs.

    A role of the same name that exists already is left to a person: it may serve another purpose.
    """
    if somebody_may_call_support(users, groups, roles):
        return
    if some(roles, lambda role: role.name == ROLE):
        yield skip("support_role_exists", role=ROLE)
        return
    trust = _trust(account, wanted)
    attached: dict[str, Any] = {"RoleName": ROLE, "PolicyArn": _policy(account, SUPPORT)}
    yield change(
        creates(_support_role(account, trust)),
        steps=[
            step(
                "create",
                call(
                    "iam",
                    "CreateRole",
                    RoleName=ROLE,
                    AssumeRolePolicyDocument=document_text(trust),
                    Description="Opens and follows cases with AWS Support",
                ),
                undo=call("iam", "DeleteRole", RoleName=ROLE),
            ),
            step(
                "attach",
                call("iam", "AttachRolePolicy", **attached),
                undo=call("iam", "DetachRolePolicy", **attached),
            ),
        ],
        notes=(note("support_role_trusts", who=", ".join(wanted.trusted) or account.account),),
    )


def _trust(account: Support, wanted: SupportRole) -> Mapping[str, Any]:
    own = f"arn:{account.partition}:iam::{account.account}:root"
    trusted = list(wanted.trusted) or [own]
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": trusted if len(trusted) > 1 else trusted[0]},
        "Action": "sts:AssumeRole",
    }
    if wanted.mfa:
        statement["Condition"] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _support_role(account: Support, trust: Mapping[str, Any]) -> Role:
    return new(
        Role,
        near=account,
        item={
            "Arn": f"arn:{account.partition}:iam::{account.account}:role/{ROLE}",
            "RoleName": ROLE,
            "AssumeRolePolicyDocument": trust,
            "RolePolicyList": [],
            "AttachedManagedPolicies": [{"PolicyName": SUPPORT, "PolicyArn": _policy(account, SUPPORT)}],
            "Tags": [],
        },
    )


REMEDIATIONS = {"IAM.18": make_support_role, "IAM.27": detach_full_cloudshell}
