"""S3 public access: what is required."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

from ishigaki.core.control import Control, Example, control, fails, passes
from ishigaki.core.fault import Fault, Faults, fault
from ishigaki.core.population import Given, chosen, every, some
from ishigaki.core.record import replace
from ishigaki.services import policies
from ishigaki.services.s3.buckets.resources import (
    UNBLOCKED,
    AccessControlList,
    Bucket,
    Grant,
    Grantee,
    Owner,
    PublicAccessBlock,
)
from ishigaki.services.s3.public_access.resources import AccountPublicAccess

BLOCKED = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)


@control(
    "S3.1",
    examples=[
        passes(AccountPublicAccess(public_access_block=BLOCKED)),
        *(
            fails(
                "setting_off", AccountPublicAccess(public_access_block=replace(BLOCKED, **{setting: False}))
            )
            for setting in BLOCKED.members
        ),
        fails("setting_off", AccountPublicAccess(public_access_block=UNBLOCKED)),
    ],
)
def account_blocks_public_access(account: AccountPublicAccess) -> Faults:
    """Every block-public-access setting of the account is on."""
    yield from _settings_off(account)


@control(
    "S3.8",
    examples=[
        passes(Bucket(public_access_block=BLOCKED)),
        *(
            fails("setting_off", Bucket(public_access_block=replace(BLOCKED, **{setting: False})))
            for setting in BLOCKED.members
        ),
        fails("setting_off", Bucket(public_access_block=UNBLOCKED, website=None)),
    ],
)
def bucket_blocks_public_access(bucket: Bucket) -> Faults:
    """Every block-public-access setting of the bucket itself is on; the account's do not make up for it."""
    yield from _settings_off(bucket)


def _settings_off(level: AccountPublicAccess | Bucket) -> Faults:
    block = level.public_access_block
    for setting in chosen(PublicAccessBlock.members, lambda name: not getattr(block, name)):
        yield fault("setting_off", setting=setting)


@dataclass(frozen=True)
class Access:
    """A kind of access: the actions by which a policy gives it, the permissions by which an ACL does."""

    actions: tuple[str, ...]
    permissions: tuple[str, ...]


# By the access levels that AWS gives its actions. Between them the two kinds cover every action of S3 and every
# permission of an ACL, so that nothing that is open to everyone goes unnamed.
READ = Access(
    actions=("s3:Get*", "s3:List*", "s3:Describe*", "s3:Allow*"),
    permissions=("READ", "READ_ACP", "FULL_CONTROL"),
)
WRITE = Access(
    actions=tuple(
        f"s3:{verb}*"
        for verb in (
            *(
                "Abort",
                "Associate",
                "Bypass",
                "Create",
                "Delete",
                "Dissociate",
                "Initiate",
                "Object",
                "Pause",
            ),
            *("Put", "Replicate", "Restore", "Submit", "Tag", "Untag", "Update"),
        )
    ),
    permissions=("WRITE", "WRITE_ACP", "FULL_CONTROL"),
)


@dataclass(frozen=True)
class Way:
    """A way into a bucket: the setting that closes it, whether it is open without, and what is wrong then."""

    closed_by: str
    is_open: Callable[[], bool]
    fault: Callable[[], Fault]


def _ways(bucket: Bucket, access: Access) -> Iterator[Way]:
    yield Way(
        "restrict_public_buckets",
        lambda: bool(_statements(bucket, access)),
        lambda: fault("policy_open", statements=", ".join(_statements(bucket, access))),
    )
    for grant in bucket.acl.grants:
        yield Way("ignore_public_acls", partial(_is_open, grant, access), partial(_open_grant, grant))


def _statements(bucket: Bucket, access: Access) -> tuple[str, ...]:
    """The statements of the bucket's policy that let everyone in."""
    return policies.open_statements(bucket.policy, "Bucket.policy", actions=access.actions)


def _is_open(grant: Grant, access: Access) -> bool:
    return grant.grantee.is_everyone and grant.permission in access.permissions


def _open_grant(grant: Grant) -> Fault:
    return fault("acl_open", group=grant.grantee.label, permission=grant.permission)


def _opened(bucket: Bucket, accounts: Given[AccountPublicAccess], access: Access) -> Faults:
    """The ways in that neither the account nor the bucket closes."""

    def is_unblocked(setting: str) -> bool:
        levels: Iterator[Bucket | AccountPublicAccess] = chain((bucket,), accounts)
        return not some(levels, lambda level: bool(getattr(level.public_access_block, setting)))

    for way in chosen(
        _ways(bucket, access), lambda way: _both(partial(is_unblocked, way.closed_by), way.is_open)
    ):
        yield way.fault()


def _both(*propositions: Callable[[], bool]) -> bool:
    """Kleene's and: one that is proven false decides, whatever the other is."""
    return every(propositions, lambda holds: holds())


OPEN_ACCOUNT = AccountPublicAccess(public_access_block=UNBLOCKED)
BUCKET = "arn:aws:s3:::example"
FULL = Grant(grantee=Grantee(type="CanonicalUser", id="owner"), permission="FULL_CONTROL")
PRIVATE = Bucket(
    id=BUCKET,
    public_access_block=UNBLOCKED,
    policy=None,
    acl=AccessControlList(owner=Owner(id="owner"), grants=(FULL,)),
    website=None,
)


IN_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}


def granting(group: str, permission: str) -> AccessControlList:
    grantee = Grantee(type="Group", id="", uri=f"http://acs.amazonaws.com/groups/{group}")
    return replace(PRIVATE.acl, grants=(FULL, Grant(grantee=grantee, permission=permission)))


def allowing(action: str, **more: object) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": f"{BUCKET}/*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Sid": "Everyone", **statement}]})


def _examples(access: Access, other: Access) -> Iterator[Example]:
    by_policy = replace(PRIVATE, policy=allowing(access.actions[0]))
    by_acl = replace(PRIVATE, acl=granting("global/AllUsers", access.permissions[0]))
    yield passes(PRIVATE, OPEN_ACCOUNT)
    yield fails("policy_open", by_policy, OPEN_ACCOUNT)
    for permission in access.permissions:
        yield fails("acl_open", replace(PRIVATE, acl=granting("global/AllUsers", permission)), OPEN_ACCOUNT)
    signed_in = granting("global/AuthenticatedUsers", access.permissions[0])
    yield fails("acl_open", replace(PRIVATE, acl=signed_in), OPEN_ACCOUNT)
    # What stops only new policies and ACLs leaves those that are there.
    newcomers = replace(UNBLOCKED, block_public_policy=True, block_public_acls=True)
    for code, opened in (("policy_open", by_policy), ("acl_open", by_acl)):
        yield fails(code, replace(opened, public_access_block=newcomers), OPEN_ACCOUNT)
        yield passes(opened, replace(OPEN_ACCOUNT, public_access_block=BLOCKED))
    restricted = replace(UNBLOCKED, restrict_public_buckets=True)
    yield passes(replace(by_policy, public_access_block=restricted), OPEN_ACCOUNT)
    ignored = replace(UNBLOCKED, ignore_public_acls=True)
    yield passes(replace(by_acl, public_access_block=ignored), OPEN_ACCOUNT)
    # Open to the other kind of access, to some only, or to the delivery of logs.
    yield passes(replace(by_policy, policy=allowing(other.actions[0])), OPEN_ACCOUNT)
    yield passes(
        replace(by_policy, policy=allowing(access.actions[0], Condition=IN_ORGANIZATION)), OPEN_ACCOUNT
    )
    # Conditions that name nobody, or by a wildcard, leave the policy open.
    for condition in ({"Bool": {"aws:SecureTransport": "true"}}, {"StringLike": {"aws:SourceVpc": "vpc-*"}}):
        wide = allowing(access.actions[0], Condition=condition)
        yield fails("policy_open", replace(by_policy, policy=wide), OPEN_ACCOUNT)
    yield passes(replace(PRIVATE, acl=granting("global/AllUsers", other.permissions[0])), OPEN_ACCOUNT)
    yield passes(replace(PRIVATE, acl=granting("s3/LogDelivery", access.permissions[0])), OPEN_ACCOUNT)


def _control(id: str, access: Access, other: Access) -> Control:
    """S3.2 and S3.3: the same question of reading and of writing."""

    @control(id, examples=tuple(_examples(access, other)))
    def lets_nobody_in(bucket: Bucket, account: Given[AccountPublicAccess]) -> Faults:
        """Neither a policy nor an ACL that takes effect lets everyone in.

        A policy takes no effect where the account or the bucket restricts public buckets, an ACL where either
        ignores public ACLs; the settings that block new ones close nothing. A policy is open if one of its
        statements lets everyone in so by S3's rule of fixed values (S3's own answer does not tell reading from
        writing), an ACL if it grants the like to AllUsers or to AuthenticatedUsers.
        """
        yield from _opened(bucket, account, access)

    return lets_nobody_in


CONTROLS = (
    account_blocks_public_access,
    _control("S3.2", READ, WRITE),
    _control("S3.3", WRITE, READ),
    bucket_blocks_public_access,
)
