"""Whether an account would be left without an administrator."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ishigaki.core.policy import Policy, grants_all
from ishigaki.core.policy.principals import Kind
from ishigaki.core.population import Given, some
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.iam.authorization import BLOCK, AttachedPolicy, InlinePolicy, policy_in
from ishigaki.services.iam.identities.resources import Group, Role
from ishigaki.services.iam.policies.resources import CustomerPolicy
from ishigaki.services.iam.users.resources import User
from ishigaki.services.iam.users.retiring.resources import Leaver

EVERYTHING = ":iam::aws:policy/AdministratorAccess"
PEOPLE = (Kind.ACCOUNT, Kind.ROLE, Kind.USER, Kind.SESSION, Kind.FEDERATED_USER)


def is_last_administrator(
    leaver: Leaver,
    users: Given[User],
    groups: Given[Group],
    roles: Given[Role],
    policies: Given[CustomerPolicy],
    *,
    leaving: Collection[str],
) -> bool:
    """Whether nobody else administers the account: no user that stays, and no role that somebody from outside the
    account, or a company's sign-in, comes in by. `leaving` are others on their way out. Raises `Unseen`."""

    def may_all(holder: Leaver | User | Group | Role) -> bool:
        return some(_held(holder), lambda policy: _allows_all(policy, policies))

    def stays(other: User) -> bool:
        if (
            other.id == leaver.id
            or other.id in leaving
            or any(p.policy_name == BLOCK for p in other.inline_policies)
        ):
            return False
        return may_all(other) or some(_groups(other, groups), may_all)

    def takes_over(role: Role) -> bool:
        return may_all(role) and _lets_people_in(role)

    if some(users, stays) or some(roles, takes_over):
        return False
    return may_all(leaver) or some(_groups(leaver, groups), may_all)


def _held(holder: Leaver | User | Group | Role) -> Iterator[AttachedPolicy | InlinePolicy]:
    yield from holder.attached_managed_policies
    yield from holder.inline_policies


def _groups(user: Leaver | User, groups: Given[Group]) -> Iterator[Group]:
    known = groups.by("name")
    for name in user.group_list:
        yield from known[name]


def _allows_all(policy: AttachedPolicy | InlinePolicy, policies: Given[CustomerPolicy]) -> bool:
    """By its statements; of AWS's own policies by the one that does."""
    if isinstance(policy, InlinePolicy):
        return grants_all(policy_in(policy.policy_document, of="inline policy")).is_true
    if ":iam::aws:" in policy.policy_arn:
        return policy.policy_arn.endswith(EVERYTHING)
    for own in policies.by("id")[policy.policy_arn]:
        return grants_all(_in_force(own)).is_true
    raise Unseen("customer managed policy", NOT_IN_ANSWER)


def _in_force(policy: CustomerPolicy) -> Policy:
    for version in policy.policy_version_list:
        if version.is_default_version:
            return policy_in(version.document, of="default version of a policy")
    raise Unseen("default version of a policy", NOT_IN_ANSWER)


def _lets_people_in(role: Role) -> bool:
    """Whether the role trusts somebody who is neither a service nor of the account itself."""
    trust = policy_in(role.assume_role_policy_document, of="trust policy")
    named = [
        n for s in trust.allowing if s.principals and not s.principals.is_negated for n in s.principals.named
    ]
    return any(
        n.kind is Kind.FEDERATED or (n.kind in PEOPLE and n.account not in ("", role.account)) for n in named
    )
