"""Whether an account would be left without an administrator."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from ishigaki.core.control import EXAMPLE_NOW
from ishigaki.core.policy import Policy, grants_all
from ishigaki.core.policy.principals import Kind, Named
from ishigaki.core.population import Given, some
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.services.iam.authorization import BLOCK, AttachedPolicy, InlinePolicy, policy_in
from ishigaki.services.iam.identities.resources import Group, Role
from ishigaki.services.iam.policies.resources import CustomerPolicy, PolicyVersion
from ishigaki.services.iam.users.resources import AccessKey, Credentials, User
from ishigaki.services.iam.users.retiring.resources import Leaver

EVERYTHING = ":iam::aws:policy/AdministratorAccess"
PEOPLE = (Kind.ACCOUNT, Kind.ROLE, Kind.USER, Kind.SESSION, Kind.FEDERATED_USER)
# Web identity providers whose tokens go to programs.
PROGRAMS = ("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io", "oidc.eks.")
PROVEN = timedelta(days=90)  # a role is somebody's way in where somebody came in by it not longer ago


def is_last_administrator(
    leaver: Leaver,
    users: Given[User],
    report: Given[Credentials],
    groups: Given[Group],
    roles: Given[Role],
    policies: Given[CustomerPolicy],
    *,
    leaving: Collection[str],
    now: datetime,
) -> bool:
    """Whether nobody else administers the account: no user that stays and has something to sign in by, and no role
    by which somebody from outside the account, or by a company's sign-in, has come in of late. That a role is there
    says little: whoever has its permission set may be an empty group. `leaving` are others on their way out. Raises
    `Unseen`."""

    def may_all(holder: Leaver | User | Group | Role) -> bool:
        return some(_held(holder), lambda policy: _allows_all(policy, policies))

    def stays(other: User) -> bool:
        if (
            other.id == leaver.id
            or other.id in leaving
            or any(p.policy_name == BLOCK for p in other.inline_policies)
        ):
            return False
        return (may_all(other) or some(_groups(other, groups), may_all)) and _can_sign_in(other, report)

    def takes_over(role: Role) -> bool:
        return may_all(role) and _lets_people_in(role) and _is_taken(role, now)

    if some(users, stays) or some(roles, takes_over):
        return False
    return may_all(leaver) or some(_groups(leaver, groups), may_all)


def _can_sign_in(user: User, report: Given[Credentials]) -> bool:
    """By a password or an active key. Whom the report does not have yet is newer than the report: made to stay."""
    rows = list(report.by("id")[user.id])
    return not rows or any(r.password_enabled or any(k.active for k in r.access_keys) for r in rows)


def _is_taken(role: Role, now: datetime) -> bool:
    return role.last_used is not None and role.last_used >= now - PROVEN


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
    """Whether the role trusts somebody who is neither a service or a program nor of the account itself."""
    trust = policy_in(role.assume_role_policy_document, of="trust policy")
    named = [
        n for s in trust.allowing if s.principals and not s.principals.is_negated for n in s.principals.named
    ]
    return any(_is_sign_in(n) or (n.kind in PEOPLE and n.account not in ("", role.account)) for n in named)


def _is_sign_in(named: Named) -> bool:
    host = named.text.partition(":oidc-provider/")[2] or named.text
    return named.kind is Kind.FEDERATED and not host.startswith(PROGRAMS)


# Those who administer beside somebody who goes, for examples.
ADMIN = AttachedPolicy(policy_name="AdministratorAccess", policy_arn=f"arn:aws{EVERYTHING}")
TAGGING = InlinePolicy(
    policy_name="tagging",
    policy_document={
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "tag:GetResources", "Resource": "*"}],
    },
)
OTHER = User(
    id="arn:aws:iam::111122223333:user/taro",
    name="taro",
    inline_policies=(),
    attached_managed_policies=(ADMIN,),
    group_list=(),
)
SIGNS_IN_TOO = Credentials(
    id=OTHER.id,
    name=OTHER.name,
    password_enabled=True,
    access_keys=(
        AccessKey(
            number=1,
            active=False,
            last_rotated="N/A",
            last_used_date="N/A",
            last_used_region="N/A",
            last_used_service="N/A",
        ),
    ),
)
OWN = CustomerPolicy(
    id="arn:aws:iam::111122223333:policy/all",
    policy_version_list=(
        PolicyVersion(
            is_default_version=True,
            document={
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
            },
        ),
    ),
)
TEAM = Group(
    id="arn:aws:iam::111122223333:group/developers",
    name="developers",
    inline_policies=(TAGGING,),
    attached_managed_policies=(AttachedPolicy(policy_name="all", policy_arn=OWN.id),),
)
SSO = Role(
    id="arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef",
    inline_policies=(),
    attached_managed_policies=(ADMIN,),
    last_used=EXAMPLE_NOW - timedelta(days=1),
    assume_role_policy_document={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "Federated": "arn:aws:iam::111122223333:saml-provider/AWSSSO_0123_DO_NOT_DELETE"
                },
                "Action": "sts:AssumeRoleWithSAML",
            }
        ],
    },
)
BY_PROGRAMS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
            },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                    "token.actions.githubusercontent.com:sub": "repo:example/app:ref:refs/heads/main",
                }
            },
        }
    ],
}
