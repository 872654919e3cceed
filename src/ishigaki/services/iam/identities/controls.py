"""What IAM users, groups and roles are allowed: what is required."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.policy import decrypts_any_key
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.services.iam.authorization import AttachedPolicy, InlinePolicy, policy_in
from ishigaki.services.iam.identities.resources import Group, Role, Support
from ishigaki.services.iam.users.resources import User


def _document(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement]}


def _managed(name: str) -> tuple[AttachedPolicy]:
    return (AttachedPolicy(policy_name=name, policy_arn=f"arn:aws:iam::aws:policy/{name}"),)


def has_attached(identity: User | Group | Role, name: str) -> bool:
    """Whether AWS's managed policy of this name is attached; a policy of one's own may have the same name."""
    arn = f"arn:{identity.partition}:iam::aws:policy/{name}"
    return some(identity.attached_managed_policies, lambda attached: attached.policy_arn == arn)


TRUST = _document(
    Effect="Allow", Principal={"AWS": "arn:aws:iam::111122223333:root"}, Action="sts:AssumeRole"
)
SUPPORT = "AWSSupportAccess"
SUPPORT_ROLE = Role(attached_managed_policies=_managed(SUPPORT), assume_role_policy_document=TRUST)
SUPPORT_GROUP = Group(name="support", attached_managed_policies=_managed(SUPPORT))
MEMBER = User(group_list=("support",), attached_managed_policies=())
OWN = AttachedPolicy(policy_name=SUPPORT, policy_arn=f"arn:aws:iam::111122223333:policy/{SUPPORT}")


@control(
    "IAM.18",
    examples=[
        passes(Support(), SUPPORT_ROLE),
        passes(Support(), MEMBER, SUPPORT_GROUP),
        passes(Support(), User(attached_managed_policies=_managed(SUPPORT))),
        fails("nobody", Support()),
        fails("nobody", Support(), SUPPORT_GROUP, replace(MEMBER, group_list=("developers",))),
        fails("nobody", Support(), replace(SUPPORT_ROLE, attached_managed_policies=(OWN,))),
        fails(
            "nobody",
            Support(),
            replace(SUPPORT_ROLE, assume_role_policy_document={**TRUST, "Statement": []}),
        ),
    ],
)
def lets_somebody_call_support(
    account: Support, users: Given[User], groups: Given[Group], roles: Given[Role]
) -> Faults:
    """AWSSupportAccess is attached to a user, to a group with users, or to a role that trusts somebody.

    The title speaks of a role, but the control's rule runs with policyUsageType ANY.
    """
    if not somebody_may_call_support(users, groups, roles):
        yield fault("nobody")


def somebody_may_call_support(users: Given[User], groups: Given[Group], roles: Given[Role]) -> bool:
    """Whether AWSSupportAccess is in somebody's hands, in any of the three ways; one proven way is enough."""
    ways: tuple[Callable[[], bool], ...] = (
        lambda: some(users, lambda user: has_attached(user, SUPPORT)),
        lambda: some(groups, lambda group: has_attached(group, SUPPORT) and _has_users(group, users)),
        lambda: some(roles, lambda role: has_attached(role, SUPPORT) and _trusts_somebody(role)),
    )
    return some(ways, lambda way: way())


def _has_users(group: Group, users: Given[User]) -> bool:
    return some(users, lambda user: group.name in user.group_list)


def _trusts_somebody(role: Role) -> bool:
    return bool(policy_in(role.assume_role_policy_document, of="trust policy of a role").allowing)


SHELL = "AWSCloudShellFullAccess"


@control(
    "IAM.27",
    examples=[
        example
        for kind in (User, Group, Role)
        for example in (
            passes(kind(attached_managed_policies=_managed("ReadOnlyAccess"))),
            fails("attached", kind(attached_managed_policies=_managed(SHELL))),
        )
    ],
)
def lacks_full_cloudshell(identity: User | Group | Role) -> Faults:
    """AWS's managed policy AWSCloudShellFullAccess is not attached to the user, group or role itself."""
    if has_attached(identity, SHELL):
        yield fault("attached")


def _inline(**statement: Any) -> tuple[InlinePolicy]:
    return (InlinePolicy(policy_name="data-access", policy_document=_document(**statement)),)


ONE_KEY = "arn:aws:kms:ap-northeast-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ONLY_WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@control(
    "KMS.2",
    examples=[
        example
        for kind in (User, Group, Role)
        for example in (
            passes(kind(inline_policies=())),
            passes(kind(inline_policies=_inline(Effect="Allow", Action="kms:Decrypt", Resource=ONE_KEY))),
            passes(kind(inline_policies=_inline(Effect="Allow", Action=["kms:Encrypt"], Resource="*"))),
            fails(
                "any_key", kind(inline_policies=_inline(Effect="Allow", Action="kms:Decrypt", Resource="*"))
            ),
            fails(
                "any_key",
                kind(inline_policies=_inline(Effect="Allow", Action="kms:ReEncrypt*", Resource="*")),
            ),
            fails("any_key", kind(inline_policies=_inline(Effect="Allow", NotAction="iam:*", Resource="*"))),
            fails(
                "any_key",
                kind(
                    inline_policies=_inline(
                        Effect="Allow", Action="kms:Decrypt", Resource="*", Condition=ONLY_WITH_MFA
                    )
                ),
            ),
        )
    ],
)
def inline_policies_name_their_keys(identity: User | Group | Role) -> Faults:
    """No inline policy allows kms:Decrypt or kms:ReEncryptFrom on all keys, whatever its conditions."""
    for inline in chosen(identity.inline_policies, _decrypts_any_key):
        yield fault("any_key", policy=inline.policy_name)


def _decrypts_any_key(inline: InlinePolicy) -> bool:
    return decrypts_any_key(policy_in(inline.policy_document, of="inline policy")).is_true


CONTROLS = (lets_somebody_call_support, lacks_full_cloudshell, inline_policies_name_their_keys)
