"""What the inventory knows of one thing that an incident is about: a user, a key, a role, an instance, a bucket.

Each fact is read by itself: what was not seen is said as unseen, and takes no other fact with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

import msgspec

from ishigaki.core.incident import Fact, Value, fact
from ishigaki.core.people import QUARANTINE
from ishigaki.core.policy import Policy, grants_all
from ishigaki.core.population import Population, chosen
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_IN_ANSWER, UNDECODABLE, Unseen
from ishigaki.core.world import World
from ishigaki.services import policies
from ishigaki.services.ec2.instances.resources import Instance
from ishigaki.services.ec2.security_groups.resources import SecurityGroup
from ishigaki.services.iam.authorization import AttachedPolicy, InlinePolicy, document_text, policy_in
from ishigaki.services.iam.identities.resources import Group, Role
from ishigaki.services.iam.policies.controls import in_force
from ishigaki.services.iam.policies.resources import CustomerPolicy
from ishigaki.services.iam.root.resources import Root
from ishigaki.services.iam.users.controls import credentials_of, is_there, listed_key
from ishigaki.services.iam.users.resources import AccessKey, Credentials, User, UserKey, moment
from ishigaki.services.s3.buckets.resources import Bucket, PublicAccessBlock
from ishigaki.services.s3.public_access.resources import AccountPublicAccess

R = TypeVar("R", bound=Resource)

ADMINISTRATOR = ":aws:policy/AdministratorAccess"
Wanted = Mapping[type[Resource], frozenset[str]]
Holder = User | Group | Role
_IDENTITY: Wanted = {
    CustomerPolicy: frozenset({"policy_version_list"}),
    Role: frozenset({"inline_policies", "attached_managed_policies", "tags"}),
}
OF_USER: Wanted = {
    **_IDENTITY,
    User: frozenset({"inline_policies", "attached_managed_policies", "group_list", "tags"}),
    Group: frozenset({"inline_policies", "attached_managed_policies"}),
    Credentials: frozenset({"access_keys"}),
    UserKey: frozenset({"status"}),
}
OF_ROOT: Wanted = {Root: frozenset({"summary"}), Credentials: frozenset({"access_keys"})}
OF_ROLE: Wanted = _IDENTITY
OF_INSTANCE: Wanted = {
    **_IDENTITY,
    Instance: frozenset({"vpc_id", "tags"}),
    SecurityGroup: frozenset({"group_name"}),
}
OF_BUCKET: Wanted = {
    Bucket: frozenset(
        {"public_access_block", "policy", "acl", "encryption", "versioning", "logging", "tags"}
    ),
    AccountPublicAccess: frozenset({"public_access_block"}),
}


def first(population: Population[R], **told: str) -> R | None:
    """The thing whose members say this; None where all were seen and none does. Raises `Unseen`."""
    return next(chosen(population, lambda r: all(getattr(r, k) == v for k, v in told.items())), None)


def of_user(user: User, world: World) -> list[Fact]:
    """Sign-in, keys, groups, what the user may do, and whether AWS has quarantined it."""
    password = fact("console_password", lambda: _credentials(user, world).password_enabled)
    used = fact("password_used", lambda: moment(_credentials(user, world).password_last_used))
    return [
        Fact("user", user.name),
        password,
        *([] if password.value is False else [used]),
        fact("mfa", lambda: _credentials(user, world).mfa_active),
        fact("groups", lambda: user.group_list),
        fact("policies", lambda: tuple(sorted(_names(_holders(user, world))))),
        fact("administrator", partial(_administrator, user, world)),
        fact("quarantine", lambda: tuple(n for n in _names([user]) if n.startswith(QUARANTINE))),
        fact("tags", partial(_tags, user)),
    ]


def of_key(key: UserKey, user: User, world: World) -> list[Fact]:
    """One key of a user: how it stands, how old it is, and when, where and for what it was last used."""

    def used() -> AccessKey:
        row = _credentials(user, world)
        keys: Any = world.account_wide(UserKey)
        for each in row.access_keys:
            if is_there(each) and listed_key(row, each, keys) == key:
                return each
        raise Unseen("credential report", NOT_IN_ANSWER)

    return [
        fact("key_status", lambda: key.status),
        fact("key_created", lambda: key.create_date),
        fact("key_used", lambda: moment(used().last_used_date)),
        fact("key_service", lambda: _word(used().last_used_service)),
        fact("key_region", lambda: _word(used().last_used_region)),
        fact("other_keys", lambda: tuple(k for k in _keys(user, world) if not k.startswith(key.name))),
    ]


def _credentials(user: User, world: World) -> Credentials:
    """The user's row in the credential report. Raises `Unseen`."""
    report: Any = world.account_wide(Credentials)
    return credentials_of(user, report)


def keys_of(user: User, world: World) -> Fact:
    """Every key of a user with its status."""
    return fact("keys", lambda: tuple(_keys(user, world)))


def _keys(user: User, world: World) -> Iterator[str]:
    for key in chosen(world.account_wide(UserKey), lambda k: bool(k.user_name == user.name)):
        yield f"{key.name} ({key.status})"


def _word(word: str) -> str | None:
    return None if word in ("N/A", "no_information", "not_supported") else word


def of_root(world: World) -> list[Fact]:
    """Whether the root user has keys and MFA, and when it last signed in."""

    def summary() -> Any:
        for root in world.account_wide(Root):
            return root.summary
        raise Unseen("AccountSummary", NOT_IN_ANSWER)

    def signed_in() -> Value:
        row = first(world.account_wide(Credentials), name="<root_account>")
        if row is None:
            raise Unseen("credential report", NOT_IN_ANSWER)
        return moment(row.password_last_used)

    return [
        fact("root_keys", lambda: bool(summary().account_access_keys_present)),
        fact("mfa", lambda: bool(summary().account_mfa_enabled)),
        fact("password_used", signed_in),
    ]


def of_role(role: Role, world: World) -> list[Fact]:
    """Who may assume the role, what it may do, and when it was last used."""
    return [
        Fact("role", role.name),
        fact("trusts", partial(_trusted, role)),
        fact("role_used", lambda: role.last_used),
        fact("policies", lambda: tuple(sorted(_names([role])))),
        fact("administrator", partial(_administrator, role, world)),
        fact("tags", partial(_tags, role)),
    ]


def of_instance(instance: Instance, world: World) -> list[Fact]:
    """Where the instance is, what reaches it, what it stores, and the role whose credentials it holds."""

    def groups() -> Value:
        known = world.account_wide(SecurityGroup)
        named = {
            g.group_id: g.group_name for g in known.seen if {"group_id", "group_name"} <= g.seen().keys()
        }
        ids = [g.group_id for g in instance.security_groups]
        return tuple(f"{i} ({named[i]})" if i in named else i for i in ids)

    return [
        fact("state", lambda: instance.state),
        fact("launched", lambda: instance.launch_time),
        fact("vpc", lambda: instance.vpc_id),
        fact("security_groups", groups),
        fact("public_addresses", lambda: tuple(dict.fromkeys(instance.public_addresses))),
        fact("volumes", lambda: tuple(d.volume_id for d in instance.block_device_mappings if d.volume_id)),
        fact("imdsv2", lambda: instance.http_tokens == "required"),
        fact("tags", partial(_tags, instance)),
    ]


def role_of(instance: Instance, world: World) -> Role | None:
    """The role whose credentials an instance holds; None where it has none. Raises `Unseen`."""
    if instance.profile is None:
        return None
    roles: Iterable[Role] = world.account_wide(Role)
    for role in chosen(roles, lambda r: any(p.arn == instance.profile for p in r.instance_profile_list)):
        return role
    raise Unseen("instance profile", NOT_IN_ANSWER)


def of_bucket(bucket: Bucket, world: World) -> list[Fact]:
    """Whether strangers can come in, and what would show that they did."""

    def blocked_by_account() -> Value:
        for account in world.account_wide(AccountPublicAccess):
            return _blocks(account.public_access_block)
        raise Unseen("AccountPublicAccess", NOT_IN_ANSWER)

    return [
        Fact("bucket_region", bucket.region),
        fact("bucket_block", lambda: _blocks(bucket.public_access_block)),
        fact("account_block", blocked_by_account),
        fact("open_policy", lambda: policies.open_statements(bucket.policy, "Bucket.policy")),
        fact("open_acl", lambda: tuple(_open_grants(bucket))),
        fact("encryption", lambda: tuple(rule.algorithm for rule in bucket.encryption)),
        fact("versioning", lambda: bucket.versioning.status == "Enabled"),
        fact("access_logs", lambda: bucket.logging.target_bucket if bucket.logging else None),
        fact("tags", partial(_tags, bucket)),
    ]


def _blocks(block: PublicAccessBlock) -> bool:
    """Whether all four settings are on."""
    return (
        block.block_public_acls
        and block.ignore_public_acls
        and block.block_public_policy
        and block.restrict_public_buckets
    )


def _open_grants(bucket: Bucket) -> Iterator[str]:
    for grant in bucket.acl.grants:
        if grant.grantee.is_everyone:
            yield f"{grant.grantee.label} {grant.permission}"


def _tags(thing: Resource) -> Value:
    return tuple(f"{key}={value}" for key, value in sorted(thing.tags.items()))


def _holders(user: User, world: World) -> list[Holder]:
    """The user and the user's groups. Raises `Unseen` where one of them was not seen."""
    found: list[Holder] = [user]
    for name in user.group_list:
        group = first(world.account_wide(Group), name=name)
        if group is None:
            raise Unseen("group of the user", NOT_IN_ANSWER)
        found.append(group)
    return found


def _held(holder: Holder) -> Iterator[AttachedPolicy | InlinePolicy]:
    yield from holder.attached_managed_policies
    yield from holder.inline_policies


def _names(holders: Iterable[Holder]) -> Iterator[str]:
    for holder in holders:
        yield from dict.fromkeys(policy.policy_name for policy in _held(holder))


def _administrator(holder: User | Role, world: World) -> Value:
    """The policies that allow everything. One that cannot be read leaves it open whether there is none."""
    holders: list[Holder] = _holders(holder, world) if isinstance(holder, User) else [holder]
    held = [policy for each in holders for policy in _held(each)]
    return tuple(dict.fromkeys(p.policy_name for p in chosen(held, partial(_allows_all, world=world))))


def _allows_all(policy: AttachedPolicy | InlinePolicy, *, world: World) -> bool:
    """By its statements; of AWS's own policies, whose documents are not collected, by the one that does."""
    if isinstance(policy, InlinePolicy):
        return _all(policy_in(policy.policy_document, of="inline policy"))
    if ":aws:policy/" in policy.policy_arn:
        return policy.policy_arn.endswith(ADMINISTRATOR)
    own = first(world.account_wide(CustomerPolicy), id=policy.policy_arn)
    if own is None:
        raise Unseen("customer managed policy", NOT_IN_ANSWER)
    return _all(in_force(own))


def _all(policy: Policy) -> bool:
    proof = grants_all(policy)
    if proof.is_unknown:
        raise Unseen("what a policy allows", ", ".join(sorted(proof.causes)))
    return proof.is_true


def _trusted(role: Role) -> Value:
    """The principals that the trust policy lets in."""
    try:
        document = msgspec.json.decode(document_text(role.assume_role_policy_document))
        statements = document["Statement"]
        every = statements if isinstance(statements, list) else [statements]
        return tuple(dict.fromkeys(p for s in every if s["Effect"] == "Allow" for p in _principals(s)))
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        raise Unseen("trust policy", UNDECODABLE) from None


def _principals(statement: Mapping[str, Any]) -> Iterator[str]:
    """As they are written; a statement that names whom it leaves out lets in everybody else."""
    if "NotPrincipal" in statement:
        yield "*"
        return
    named = statement["Principal"]
    for value in named.values() if isinstance(named, Mapping) else [named]:
        yield from [value] if isinstance(value, str) else value
