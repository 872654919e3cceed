"""S3 permissions: what is required of policies and ACLs."""

from __future__ import annotations

import json
from typing import Any

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.policy import denies_plain_http, grants_to_other_accounts
from ishigaki.core.population import chosen
from ishigaki.core.record import replace
from ishigaki.services import policies
from ishigaki.services.s3.buckets.resources import AccessControlList, Bucket, Grant, Grantee, Owner

BUCKET = "arn:aws:s3:::example"
PLAIN_HTTP = {"Bool": {"aws:SecureTransport": "false"}}
DENY_HTTP: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [BUCKET, f"{BUCKET}/*"],
    "Condition": PLAIN_HTTP,
}
ALLOW_HTTPS = {**DENY_HTTP, "Effect": "Allow", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}


def _with(*statements: dict[str, Any]) -> Bucket:
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return Bucket(id=BUCKET, name="example", policy=policy, website=None)


@control(
    "S3.5",
    examples=[
        passes(_with(DENY_HTTP)),
        passes(_with(ALLOW_HTTPS, {**DENY_HTTP, "Resource": "*"})),
        passes(_with({**DENY_HTTP, "Resource": BUCKET}, {**DENY_HTTP, "Resource": f"{BUCKET}/*"})),
        fails("no_policy", Bucket(id=BUCKET, policy=None, website=None)),
        fails("http_not_denied", _with(ALLOW_HTTPS)),
        fails("http_not_denied", _with({**DENY_HTTP, "Resource": f"{BUCKET}/*"})),
        fails("http_not_denied", _with({**DENY_HTTP, "Resource": BUCKET})),
        fails("http_not_denied", _with({**DENY_HTTP, "Action": "s3:GetObject"})),
        fails("http_not_denied", _with({**DENY_HTTP, "Principal": {"AWS": "111122223333"}})),
        fails("http_not_denied", _with({**DENY_HTTP, "Condition": ALLOW_HTTPS["Condition"]})),
        fails(
            "http_not_denied",
            _with({**DENY_HTTP, "Condition": {**PLAIN_HTTP, "StringEquals": {"aws:PrincipalTag/team": "a"}}}),
        ),
    ],
)
def requires_tls(bucket: Bucket) -> Faults:
    """The policy denies plain HTTP to everyone, for every action, on the bucket and on its objects.

    A Deny that holds under further conditions only, and an Allow for HTTPS, let some plain request through.
    """
    if bucket.policy is None:
        yield fault("no_policy")
        return
    policy = policies.read(bucket.policy, "Bucket.policy")
    if not denies_plain_http(policy, resources=(bucket.id, f"{bucket.id}/*")).is_true:
        yield fault("http_not_denied")


RISKY = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
)
OTHER = "arn:aws:iam::444455556666:root"
SHARE: dict[str, Any] = {
    "Sid": "Share",
    "Effect": "Allow",
    "Principal": {"AWS": OTHER},
    "Action": "s3:GetObject",
    "Resource": [BUCKET, f"{BUCKET}/*"],
}


@control(
    "S3.6",
    examples=[
        passes(Bucket(policy=None)),
        passes(_with(SHARE)),
        passes(_with({**SHARE, "Action": "s3:*", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}})),
        passes(_with({**SHARE, "Action": "s3:*", "Principal": {"Service": "logging.s3.amazonaws.com"}})),
        passes(_with({**SHARE, "Action": "s3:*"}, {**SHARE, "Effect": "Deny", "Action": "s3:*"})),
        *(
            fails("granted_outside", _with({**SHARE, "Action": action}))
            for action in (*RISKY, "s3:Put*", "*")
        ),
        fails("granted_outside", _with({**SHARE, "Action": "s3:*", "Principal": "*"})),
        # Somebody who has not signed in has no account for the condition to compare.
        fails(
            "granted_outside",
            _with(
                {
                    **SHARE,
                    "Action": "s3:*",
                    "Principal": "*",
                    "Condition": {"StringEqualsIfExists": {"aws:PrincipalAccount": "111122223333"}},
                }
            ),
        ),
        # Whether the other account is in the organization cannot be told from here.
        fails(
            "granted_outside",
            _with(
                {
                    **SHARE,
                    "Action": "s3:*",
                    "Principal": "*",
                    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}},
                }
            ),
        ),
    ],
)
def grants_others_nothing_risky(bucket: Bucket) -> Faults:
    """The policy lets no other account change the bucket's policy, encryption or ACL, or its objects' ACLs.

    A grant whose conditions leave open which accounts it reaches counts; one that keeps others out does not.
    """
    if bucket.policy is None:
        return
    policy = policies.read(bucket.policy, "Bucket.policy")
    granted = grants_to_other_accounts(policy, account=bucket.account, actions=RISKY)
    if not granted.is_false:
        yield fault("granted_outside", statements=", ".join(granted.statements))


FULL = Grant(grantee=Grantee(type="CanonicalUser", id="owner"), permission="FULL_CONTROL")
OWN = AccessControlList(owner=Owner(id="owner"), grants=(FULL,))
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


def _granting(grantee: Grantee) -> Bucket:
    return Bucket(acl=replace(OWN, grants=(FULL, Grant(grantee=grantee, permission="READ"))), logging=None)


@control(
    "S3.12",
    examples=[
        passes(Bucket(acl=OWN)),
        passes(Bucket(acl=replace(OWN, grants=()))),
        passes(_granting(FULL.grantee)),
        passes(_granting(Grantee(type="", id="owner"))),
        fails("granted_by_acl", _granting(Grantee(type="CanonicalUser", id="somebody else"))),
        fails("granted_by_acl", _granting(Grantee(type="", id="somebody else"))),
        fails("granted_by_acl", _granting(Grantee(type="", id="", uri=LOG_DELIVERY))),
        *(
            fails(
                "granted_by_acl",
                _granting(Grantee(type="Group", id="", uri=f"http://acs.amazonaws.com/groups/{group}")),
            )
            for group in ("global/AllUsers", "global/AuthenticatedUsers", "s3/LogDelivery")
        ),
    ],
)
def grants_nothing_by_acl(bucket: Bucket) -> Faults:
    """The ACL grants nothing to anyone but the bucket's owner; S3's own log delivery counts as anyone.

    Where BucketOwnerEnforced turns ACLs off, S3 shows the owner's full control alone.
    """
    owner = bucket.acl.owner
    for grant in chosen(bucket.acl.grants, lambda each: not _is_owner(each.grantee, owner)):
        yield fault("granted_by_acl", grantee=grant.grantee.label, permission=grant.permission)


def _is_owner(grantee: Grantee, owner: Owner) -> bool:
    return not grantee.is_group and grantee.id == owner.id


CONTROLS = (requires_tls, grants_others_nothing_risky, grants_nothing_by_acl)
