"""S3: the Region in ListBuckets, ACLs that the bucket's owner has switched off, public policies blocked."""

from collections.abc import Mapping
from typing import Any

from moto.s3.utils import bucket_policy_is_public

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

TOKEN = "after-"
DIRECTORY = "--x-s3"  # how the name of every directory bucket ends
NO_ACLS = "BucketOwnerEnforced"
OWNER_ONLY = (None, "private", "bucket-owner-full-control")


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
    """CreateBucket: directory buckets are another kind of thing, which moto would make an ordinary one of."""
    if str(params["Bucket"]).endswith(DIRECTORY):
        raise Refused("NotImplemented", "The emulator does not implement directory buckets.", status=501)
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
    granted = any(params.get(name) for name in params if name.startswith("Grant"))
    opens = params.get("ACL") not in OWNER_ONLY or granted
    if bucket and opens and bucket.ownership_rule == NO_ACLS:
        raise Refused("AccessControlListNotSupported", "The bucket does not allow ACLs", status=400)
    block = bucket.public_access_block if bucket else None
    if block and _is_on(block.block_public_acls) and str(params.get("ACL")).startswith("public"):
        raise Refused("AccessDenied", "Access Denied", status=403)
    return context.moto()


def put_policy(context: Context, params: Params) -> Answer:
    """PutBucketPolicy: a public policy is refused while public policies are blocked."""
    bucket = _bucket(context, params)
    blocks = [bucket.public_access_block] if bucket else []
    blocks.append(context.backend("s3control").public_access_block)
    blocked = any(block and _is_on(block.block_public_policy) for block in blocks)
    if blocked and bucket_policy_is_public(params["Policy"]):
        raise Refused("AccessDenied", "Access Denied: public policies are blocked", status=403)
    return context.moto()


def _is_on(flag: object) -> bool:
    return flag is True or str(flag).lower() == "true"


def put_notifications(context: Context, params: Params) -> Answer:
    """PutBucketNotificationConfiguration: whether EventBridge is told, which moto forgets."""
    answer = context.moto()
    told = "EventBridgeConfiguration" in params["NotificationConfiguration"]
    context.partition_settings.setdefault("eventbridge", {})[params["Bucket"]] = told
    return answer


def get_notifications(context: Context, params: Params) -> Answer:
    """GetBucketNotificationConfiguration."""
    answer = context.moto()
    if context.partition_settings.get("eventbridge", {}).get(params["Bucket"]):
        answer["EventBridgeConfiguration"] = {}
    return answer


HANDLERS: Mapping[str, Handler] = {
    "CreateBucket": create_bucket,
    "GetBucketNotificationConfiguration": get_notifications,
    "ListBuckets": list_buckets,
    "ListDirectoryBuckets": no_directory_buckets,
    "PutBucketAcl": put_acl,
    "PutBucketNotificationConfiguration": put_notifications,
    "PutBucketPolicy": put_policy,
}
