"""S3 permissions: what can be put right of policies and ACLs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from ishigaki.core.call import Call
from ishigaki.core.change import Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.policy import denies_plain_http, grants_to_other_accounts
from ishigaki.core.population import Given, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services import policies
from ishigaki.services.s3.buckets.delivery import BUCKET_POLICY_LIMIT
from ishigaki.services.s3.buckets.making import put, put_policy
from ishigaki.services.s3.buckets.resources import (
    UNBLOCKED,
    AccessControlList,
    Bucket,
    Grant,
    Grantee,
    Logging,
    Website,
)
from ishigaki.services.s3.buckets.statements import Statement, deny_plain_http, merged, written
from ishigaki.services.s3.permissions.controls import FULL, OWN, RISKY
from ishigaki.services.s3.public_access.resources import AccountPublicAccess

NAME = "example"
ARN = f"arn:aws:s3:::{NAME}"
PARTNER: Mapping[str, Any] = {
    "Sid": "Partner",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
    "Action": "s3:*",
    "Resource": [ARN, f"{ARN}/*"],
}


def _bucket(*statements: Statement) -> Bucket:
    policy = written({"Version": "2012-10-17", "Statement": list(statements)}) if statements else None
    return Bucket(id=ARN, name=NAME, policy=policy, website=None, public_access_block=UNBLOCKED)


def _blocked(bucket: Bucket, accounts: Given[AccountPublicAccess], setting: str) -> bool:
    """Whether the bucket's public access block or the account's has a setting on."""
    levels: Iterator[Bucket | AccountPublicAccess] = chain((bucket,), accounts)
    return some(levels, lambda level: bool(getattr(level.public_access_block, setting)))


def _adding(
    bucket: Bucket, statement: Statement, accounts: Given[AccountPublicAccess], **more: Any
) -> Changes:
    """Merge one statement of ours into the bucket's policy. S3 takes no policy that is public where public policies
    are blocked, not even with a denial more."""
    before = said(bucket, "policy")
    after = merged(before, statement)
    if len(after) > BUCKET_POLICY_LIMIT:
        yield skip("policy_too_long", name=bucket.name)
        return
    public = policies.open_statements(after, "Bucket.policy")
    if public and _blocked(bucket, accounts, "block_public_policy"):
        yield skip("public_policy_blocked", statements=", ".join(public))
        return
    done = step("policy", put_policy(bucket.name, after), undo=put_policy(bucket.name, before))
    yield change(alters(bucket, policy=after), steps=[done], **more)


OPEN_ACCOUNT = AccountPublicAccess(public_access_block=UNBLOCKED)
CLOSED_ACCOUNT = replace(OPEN_ACCOUNT, public_access_block=replace(UNBLOCKED, block_public_policy=True))
EVERYONE = {**PARTNER, "Sid": "Everyone", "Principal": "*"}
FILLED = _bucket({**PARTNER, "Sid": "x" * (BUCKET_POLICY_LIMIT - 200)})


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(_bucket()),
        mends(_bucket(PARTNER)),
        leaves(_bucket(PARTNER, deny_plain_http(ARN))),
        leaves(_bucket({**deny_plain_http(ARN), "Sid": "Ours"})),
        mends(_bucket(EVERYONE), OPEN_ACCOUNT),
        mends(_bucket(PARTNER), CLOSED_ACCOUNT),
        leaves(_bucket(EVERYONE), CLOSED_ACCOUNT, skip="public_policy_blocked"),
        leaves(replace(_bucket(PARTNER), website=Website()), skip="serves_website"),
        leaves(FILLED, skip="policy_too_long"),
    ],
)
def require_tls(bucket: Bucket, accounts: Given[AccountPublicAccess]) -> Changes:
    """Adds a statement to the bucket's policy that denies everyone's requests over plain HTTP.

    A bucket that serves a website is left alone: S3 serves websites over plain HTTP only.
    """
    if bucket.policy is not None:
        known = policies.read(bucket.policy, "Bucket.policy")
        if denies_plain_http(known, resources=(bucket.id, f"{bucket.id}/*")).is_true:
            return
    if bucket.website is not None:
        yield skip("serves_website")
        return
    yield from _adding(bucket, deny_plain_http(bucket.id), accounts)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_bucket(PARTNER)),
        mends(_bucket(EVERYONE), OPEN_ACCOUNT),
        leaves(_bucket(EVERYONE), CLOSED_ACCOUNT, skip="public_policy_blocked"),
        leaves(_bucket()),
        leaves(_bucket({**PARTNER, "Action": "s3:GetObject"})),
        leaves(_bucket({**PARTNER, "Principal": {"Service": "logging.s3.amazonaws.com"}})),
        leaves(FILLED, skip="policy_too_long"),
    ],
)
def deny_risky_actions_to_others(bucket: Bucket, accounts: Given[AccountPublicAccess]) -> Changes:
    """Adds a statement that denies the risky actions to everyone outside the account; grants stay as they are.

    Requests without a signature tell neither an account nor whether a service makes them: IfExists denies them, too.
    """
    if bucket.policy is None:
        return
    known = policies.read(bucket.policy, "Bucket.policy")
    granted = grants_to_other_accounts(known, account=bucket.account, actions=RISKY)
    if granted.is_false:
        return
    statement = {
        "Sid": "IshigakiDenyRiskyActionsToOthers",
        "Effect": "Deny",
        "Principal": "*",
        "Action": list(RISKY),
        "Resource": [bucket.id, f"{bucket.id}/*"],
        "Condition": {
            "StringNotEquals": {"aws:PrincipalAccount": bucket.account},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    named = ", ".join(granted.statements)
    yield from _adding(bucket, statement, accounts, notes=(note("risky_actions_denied", statements=named),))


def _to(group: str, **more: Any) -> Bucket:
    grantee = Grantee(type="Group", id="", uri=f"http://acs.amazonaws.com/groups/{group}")
    acl = AccessControlList(owner=OWN.owner, grants=(FULL, Grant(grantee=grantee, permission="READ")))
    return Bucket(
        id=ARN, name=NAME, **{"acl": acl, "public_access_block": UNBLOCKED, "logging": None, **more}
    )


IGNORING = replace(UNBLOCKED, ignore_public_acls=True)
TO_SOMEBODY = replace(
    OWN, grants=(FULL, Grant(grantee=Grantee(type="CanonicalUser", id="other"), permission="READ"))
)
SENDER = Bucket(id="arn:aws:s3:::sender", name="sender", logging=Logging(target_bucket=NAME))


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(_to("global/AllUsers", public_access_block=IGNORING), OPEN_ACCOUNT),
        mends(
            _to("global/AllUsers", public_access_block=replace(IGNORING, block_public_acls=True)),
            OPEN_ACCOUNT,
        ),
        mends(_to("global/AuthenticatedUsers"), replace(OPEN_ACCOUNT, public_access_block=IGNORING)),
        mends(_to("s3/LogDelivery"), OPEN_ACCOUNT),
        leaves(_to("global/AllUsers", acl=OWN), OPEN_ACCOUNT),
        leaves(_to("global/AllUsers"), OPEN_ACCOUNT, skip="acl_in_use"),
        leaves(_to("s3/LogDelivery"), OPEN_ACCOUNT, SENDER, skip="acl_in_use"),
        leaves(_to("global/AllUsers", acl=TO_SOMEBODY), OPEN_ACCOUNT, skip="acl_in_use"),
    ],
)
def remove_void_grants(
    bucket: Bucket, buckets: Given[Bucket], accounts: Given[AccountPublicAccess]
) -> Changes:
    """Takes out of the bucket's ACL what gives nobody anything: grants to the public where public ACLs are ignored,
    and grants to the delivery of access logs where no bucket sends any. Where a grant may be in use, all stay.

    Where public ACLs are blocked, S3 would not take the grants to the public back."""
    owner = bucket.acl.owner
    foreign = [g for g in bucket.acl.grants if g.grantee.is_group or g.grantee.id != owner.id]
    if not foreign:
        return
    used = [g for g in foreign if not _is_void(g, bucket, buckets, accounts)]
    if used:
        yield skip("acl_in_use", grantees=", ".join(dict.fromkeys(g.grantee.label for g in used)))
        return
    before = said(bucket, "acl")
    own = [g for g in before["Grants"] if g["Grantee"].get("ID") == owner.id]
    after = {**before, "Grants": own}
    public = any(g.grantee.is_everyone for g in foreign)
    refused = public and _blocked(bucket, accounts, "block_public_acls")
    yield change(
        alters(bucket, acl=after),
        steps=[step("acl", _put_acl(bucket, after), undo=() if refused else _put_acl(bucket, before))],
        notes=(note("public_grants_stay_away"),) if refused else (),
    )


def _is_void(
    grant: Grant, bucket: Bucket, buckets: Given[Bucket], accounts: Given[AccountPublicAccess]
) -> bool:
    """Whether a grant takes no effect."""
    if grant.grantee.is_everyone:
        return _blocked(bucket, accounts, "ignore_public_acls")
    is_log_delivery = grant.grantee.is_group and grant.grantee.label == "LogDelivery"
    return is_log_delivery and not some(buckets, lambda other: other.logs_to(bucket))


def _put_acl(bucket: Bucket, acl: Mapping[str, Any]) -> Call:
    granted = {"Owner": acl["Owner"], "Grants": acl["Grants"]}
    return put(bucket.name, "PutBucketAcl", AccessControlPolicy=granted)


REMEDIATIONS = {
    "S3.5": require_tls,
    "S3.6": deny_risky_actions_to_others,
    "S3.12": remove_void_grants,
}
