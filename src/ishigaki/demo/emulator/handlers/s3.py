"""S3: the Region in ListBuckets, ACLs that the bucket's owner has switched off, public policies blocked."""

import json
from collections.abc import Mapping
from typing import Any

from moto.s3.models import OWNER
from moto.s3.utils import bucket_policy_is_public

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

TOKEN = "after-"
DIRECTORY = "--x-s3"  # how the name of every directory bucket ends
NO_ACLS = "BucketOwnerEnforced"
OWNER_ONLY = (None, "private", "bucket-owner-read", "bucket-owner-full-control")
PUBLIC = ("public-read", "public-read-write", "authenticated-read")
EVERYBODY = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")
NO_ACLS_HERE = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
GRANTS = ("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")


def list_buckets(context: Context, params: Params) -> Answer:
    """ListBuckets: the Region of each bucket is told only where the request has a parameter."""
    answer = context.moto({})
    if not any(params.get(name) for name in ("MaxBuckets", "Prefix", "BucketRegion", "ContinuationToken")):
        return answer
    made = context.backend().buckets
    after = str(params.get("ContinuationToken") or "").removeprefix(TOKEN)
    shown = [
        {**bucket, "BucketRegion": made[bucket["Name"]].region_name}
        for bucket in sorted(answer.get("Buckets") or [], key=lambda bucket: str(bucket["Name"]))
        if bucket["Name"] > after and bucket["Name"].startswith(params.get("Prefix") or "")
    ]
    if wanted := params.get("BucketRegion"):
        shown = [bucket for bucket in shown if bucket["BucketRegion"] == wanted]
    most = int(params.get("MaxBuckets") or len(shown))
    if most < len(shown):
        answer["ContinuationToken"] = TOKEN + shown[most - 1]["Name"]
    answer["Buckets"] = shown[:most]
    return answer


def create_bucket(context: Context, params: Params) -> Answer:
    """CreateBucket: ACLs need them switched on, and public ones are blocked in every new bucket.

    Directory buckets are another kind of thing, which moto would make an ordinary one of.
    """
    if str(params["Bucket"]).endswith(DIRECTORY):
        raise Refused("NotImplemented", "The emulator does not implement directory buckets.", status=501)
    granted = params.get("ACL") not in OWNER_ONLY or any(params.get(name) for name in GRANTS)
    if granted and (params.get("ObjectOwnership") or NO_ACLS) == NO_ACLS:
        raise Refused("InvalidBucketAclWithObjectOwnership", NO_ACLS_HERE, status=400)
    if _admits_everybody(params):
        message = "Bucket cannot have public ACLs set with BlockPublicAccess enabled"
        raise Refused("InvalidBucketAclWithBlockPublicAccessError", message, status=400)
    return context.moto()


def no_directory_buckets(_: Context, __: Params) -> Answer:
    """ListDirectoryBuckets: none can be made, and ordinary buckets are none."""
    return {"Buckets": []}


def _bucket(context: Context, params: Params) -> Any:
    """The bucket where this account has one of that name; otherwise moto words the refusal."""
    return context.backend().buckets.get(params["Bucket"])


def put_acl(context: Context, params: Params) -> Answer:
    """PutBucketAcl: refused while ACLs are off, or public ones are blocked."""
    bucket = _bucket(context, params)
    if bucket and bucket.ownership_rule == NO_ACLS and params.get("ACL") != "bucket-owner-full-control":
        raise Refused("AccessControlListNotSupported", "The bucket does not allow ACLs", status=400)
    if bucket and _admits_everybody(params) and _blocked(context, bucket, "block_public_acls"):
        raise Refused("AccessDenied", "Access Denied", status=403)
    return context.moto()


def put_ownership(context: Context, params: Params) -> Answer:
    """PutBucketOwnershipControls: ACLs are switched off only where the owner alone has access by them."""
    bucket = _bucket(context, params)
    wanted = {rule["ObjectOwnership"] for rule in params["OwnershipControls"]["Rules"]}
    grants = bucket.acl.grants if bucket and bucket.acl else ()
    others = [grantee for grant in grants for grantee in grant.grantees if grantee.id != OWNER]
    if NO_ACLS in wanted and others:
        raise Refused("InvalidBucketAclWithObjectOwnership", NO_ACLS_HERE, status=400)
    return context.moto()


def _admits_everybody(params: Params) -> bool:
    """Whether the ACL of a request, canned or written out, is one that AWS calls public."""
    written = json.dumps([params.get(name) for name in ("AccessControlPolicy", *GRANTS)])
    return params.get("ACL") in PUBLIC or any(group in written for group in EVERYBODY)


def _blocked(context: Context, bucket: Any, flag: str) -> bool:
    """Whether the bucket or its account has one of the four flags set."""
    blocks = (bucket.public_access_block, context.backend("s3control").public_access_block)
    return any(str(getattr(block, flag)).lower() == "true" for block in blocks if block)


def put_policy(context: Context, params: Params) -> Answer:
    """PutBucketPolicy: a public policy is refused while public policies are blocked."""
    bucket = _bucket(context, params)
    blocked = bucket and _blocked(context, bucket, "block_public_policy")
    if blocked and bucket_policy_is_public(params["Policy"]):
        raise Refused("AccessDenied", "Access Denied: public policies are blocked", status=403)
    return context.moto()


HANDLERS: Mapping[str, Handler] = {
    "CreateBucket": create_bucket,
    "ListBuckets": list_buckets,
    "ListDirectoryBuckets": no_directory_buckets,
    "PutBucketAcl": put_acl,
    "PutBucketOwnershipControls": put_ownership,
    "PutBucketPolicy": put_policy,
}
