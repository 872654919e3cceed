"""Log buckets, compliant from birth: the log store of the estate, and the buckets that access logs go to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Note, Ref, Step, alters, change, creates, note, step
from ishigaki.core.population import Population, chosen
from ishigaki.core.remediation import Around, Wanted
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import new, said
from ishigaki.services.kms.making import NEW_KEY, TAG, WAIT_DAYS, new_key
from ishigaki.services.kms.resources import Key
from ishigaki.services.s3.buckets.delivery import (
    access_log_statements,
    log_bucket_statements,
    log_key_statements,
)
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.services.s3.buckets.retention import AS_OF, STANDARD_DAYS, period, retention_rule
from ishigaki.services.s3.buckets.statements import holds, merged

LOGS = "logs"  # what the key is for
LOG_KEY_ALIAS = f"alias/ishigaki-{LOGS}"
LEAVING = ("PendingDeletion", "PendingReplicaDeletion")

BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
# S3 refuses SSE-C, keys that come with each request, in new buckets; setting a default must not let it in again.
NO_FOREIGN_KEYS = {"BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}
BY_S3 = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]


class LogStore(Wanted, frozen=True):
    """How long the log store keeps logs. Source: R4 (three years); `retention.PERIODS` are others to go by."""

    days: int = STANDARD_DAYS


def log_bucket_name(around: Around) -> str:
    """The bucket that keeps the logs of all accounts: in the log archive account's home Region."""
    return f"ishigaki-logs-{around.log_archive}-{around.home}"


def access_log_bucket_name(account: str, region: str) -> str:
    """The bucket that S3 writes server access logs of the account's buckets in a Region to."""
    return f"ishigaki-access-logs-{account}-{region}"


def bucket_arn(name: str, *, partition: str) -> str:
    return f"arn:{partition}:s3:::{name}"


def log_key_arn(around: Around) -> str:
    """The key of the log store by its alias: an ARN that CloudTrail takes from every account for the key's own."""
    return f"arn:{around.partition}:kms:{around.home}:{around.log_archive}:{LOG_KEY_ALIAS}"


def senders(around: Around) -> frozenset[str]:
    """The accounts whose logs the log store takes."""
    return frozenset((*around.accounts, around.account))


def log_key(keys: Population[Key], *, region: str) -> Key | None:
    """The key of the log store. Raises `Unseen` where none was found among keys that were not all seen."""

    def is_it(key: Key) -> bool:
        return key.region == region and key.key_state not in LEAVING and key.tags.get(TAG) == LOGS

    return next(chosen(keys, is_it), None)


def put(bucket: str, operation: str, permission: str = "", **params: Any) -> Call:
    """A call that sets one of a bucket's configurations."""
    return call("s3", operation, permission=permission or f"s3:{operation}", Bucket=bucket, **params)


def put_policy(bucket: str, document: str | None) -> Call:
    """Set a bucket's policy; None: it has none."""
    if document is None:
        return put(bucket, "DeleteBucketPolicy")
    return put(bucket, "PutBucketPolicy", Policy=document)


def put_logging(bucket: str, target: Mapping[str, Any] | None) -> Call:
    """Set where a bucket's server access logs go; None: nowhere."""
    status = {"LoggingEnabled": target} if target is not None else {}
    return put(bucket, "PutBucketLogging", BucketLoggingStatus=status)


def put_encryption(bucket: str, rules: list[dict[str, Any]]) -> Call:
    return put(
        bucket,
        "PutBucketEncryption",
        "s3:PutEncryptionConfiguration",
        ServerSideEncryptionConfiguration={"Rules": rules},
    )


def put_versioning(bucket: str, status: str) -> Call:
    return put(bucket, "PutBucketVersioning", VersioningConfiguration={"Status": status})


def put_lifecycle(bucket: str, rules: list[Any] | None, *, minimum_size: str = "") -> Call:
    """Set a bucket's lifecycle rules; None: it has none. `minimum_size` is kept where AWS showed one."""
    if rules is None:
        return put(bucket, "DeleteBucketLifecycle", "s3:PutLifecycleConfiguration")
    sizes = {"TransitionDefaultMinimumObjectSize": minimum_size} if minimum_size else {}
    return put(
        bucket,
        "PutBucketLifecycleConfiguration",
        "s3:PutLifecycleConfiguration",
        LifecycleConfiguration={"Rules": rules},
        **sizes,
    )


def put_block(bucket: str, block: Mapping[str, bool] | None) -> Call:
    """Set a bucket's public access block; None: it has none."""
    permission = "s3:PutBucketPublicAccessBlock"
    if block is None:
        return put(bucket, "DeletePublicAccessBlock", permission)
    return put(bucket, "PutPublicAccessBlock", permission, PublicAccessBlockConfiguration=block)


def _bucket(near: Resource, name: str, region: str, facets: Mapping[str, Any]) -> Bucket:
    """The bucket as AWS will show it. Where ACLs are off S3 shows the owner's full control; the owner's canonical
    id is AWS's to know."""
    owner = {"ID": "owner"}
    shown = {
        "acl": {
            "Owner": owner,
            "Grants": [{"Grantee": {**owner, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}],
        },
        "public_access_block": BLOCKED,
        "versioning": {"Status": "Enabled"},
        "logging": None,
        "lifecycle_minimum_size": None,
        "notifications": {},
        "website": None,
        **facets,
        "encryption": [{**rule, **NO_FOREIGN_KEYS} for rule in facets["encryption"]],
    }
    return new(Bucket, near=near, region=region, item={"Name": name, "BucketRegion": region}, **shown)


def _birth(bucket: Bucket, encryption: list[dict[str, Any]]) -> list[Step]:
    """The steps that make a bucket as it is foretold.

    What is set on it goes with it. A bucket that is not empty is not deleted, and must not lose its policy, its
    encryption or its retention to the attempt: so the undo of these steps says once more what they said.
    """
    name, region = bucket.name, bucket.region
    where: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    made = call(
        "s3",
        "CreateBucket",
        permission=("s3:CreateBucket", "s3:PutBucketOwnershipControls"),
        Bucket=name,
        ObjectOwnership="BucketOwnerEnforced",
        **(where if region != "us-east-1" else {}),  # which is where S3 makes what names no Region
    )
    settings = {
        "block": put_block(name, BLOCKED),
        "versions": put_versioning(name, "Enabled"),
        "encryption": put_encryption(name, [{**rule, **NO_FOREIGN_KEYS} for rule in encryption]),
        "lifecycle": put_lifecycle(name, said(bucket, "lifecycle")),
        "policy": put_policy(name, bucket.policy),
    }
    steps = [
        step("bucket", made, undo=put(name, "DeleteBucket")),
        *(step(setting, each, undo=each) for setting, each in settings.items()),
    ]
    target = said(bucket, "logging")
    if target is not None:
        steps.append(step("access_logs", put_logging(name, target), undo=put_logging(name, None)))
    return steps


def retention_notes(days: int) -> tuple[Note, ...]:
    """How long logs will be kept, and what for such a period is given as a reference."""
    known = period(days)
    kept = note("logs_kept", days=days)
    return (kept, note(known.code, date=AS_OF.isoformat())) if known else (kept,)


def access_log_bucket(near: Resource, *, region: str, days: int = STANDARD_DAYS) -> Change:
    """Makes the bucket for the server access logs of `near`'s account in a Region. SSE-S3: S3 delivers such logs
    to no bucket whose default is a KMS key."""
    name = access_log_bucket_name(near.account, region)
    arn = bucket_arn(name, partition=near.partition)
    bucket = _bucket(
        near,
        name,
        region,
        {
            "encryption": BY_S3,
            "lifecycle": [retention_rule(days)],
            "policy": merged(None, *access_log_statements(arn, account=near.account)),
        },
    )
    return change(
        creates(bucket),
        steps=_birth(bucket, BY_S3),
        notes=(*retention_notes(days), note("bucket_deleted_if_empty", bucket=name)),
        costs={"s3_log_storage": 1},
    )


def access_logs(
    near: Resource, *, region: str, buckets: Population[Bucket], days: int = STANDARD_DAYS
) -> Iterator[Change]:
    """What has to be done before buckets of `near`'s account can log to the access-log bucket of a Region: making
    it, letting S3 in, or nothing."""
    name = access_log_bucket_name(near.account, region)
    found = next(chosen(buckets, lambda bucket: bucket.name == name), None)
    if found is None:
        yield access_log_bucket(near, region=region, days=days)
        return
    delivery, _ = access_log_statements(found.id, account=near.account)
    before = said(found, "policy")
    if not holds(before, delivery):
        after = merged(before, delivery)
        yield change(
            alters(found, policy=after),
            steps=[step("policy", put_policy(name, after), undo=put_policy(name, before))],
        )


def log_target(source: str, *, account: str, region: str) -> dict[str, Any]:
    """Where a bucket's server access logs go, as AWS writes it."""
    return {"TargetBucket": access_log_bucket_name(account, region), "TargetPrefix": f"{source}/"}


def new_log_key(near: Resource, around: Around, accounts: Collection[str]) -> tuple[Key, tuple[Step, ...]]:
    """The key of the log store as AWS will show it, known by its alias until it has an id, and how it is made."""
    users = log_key_statements(accounts, account=near.account, region=around.home, partition=near.partition)
    return new_key(LOGS, *users, near=near, region=around.home)


def by_key(key: str | Ref) -> list[dict[str, Any]]:
    """Default encryption with a KMS key, and a bucket key to keep down what its use costs."""
    return [
        {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
            "BucketKeyEnabled": True,
        }
    ]


def log_store(
    near: Resource,
    around: Around,
    wanted: LogStore | None = None,
    *,
    key: Key | None = None,
    access_logs: bool = False,
) -> Change:
    """Makes the log store: its key (unless there is one) and its bucket. `near` is a thing of the log archive
    account; `access_logs`: the bucket logs to the access-log bucket of its Region, which is there or planned."""
    days, home, accounts = (wanted or LogStore()).days, around.home, senders(around)
    name = log_bucket_name(around)
    arn = bucket_arn(name, partition=near.partition)
    made, steps = (key, ()) if key else new_log_key(near, around, accounts)
    target = log_target(name, account=near.account, region=home) if access_logs else None
    bucket = _bucket(
        near,
        name,
        home,
        {
            "encryption": by_key(made.id),
            "lifecycle": [retention_rule(days)],
            "logging": target,
            "policy": merged(None, *log_bucket_statements(arn, accounts, partition=near.partition)),
        },
    )
    needs = (bucket_arn(target["TargetBucket"], partition=near.partition),) if target else ()
    gone = note("log_store_deleted_if_empty", bucket=name, days=WAIT_DAYS)
    return change(
        creates(bucket),
        *(() if key else (creates(made),)),
        steps=[*steps, *_birth(bucket, by_key(made.id if key else NEW_KEY))],
        notes=(*retention_notes(days), gone),
        needs=needs,
        costs={"s3_log_storage": 1} if key else {"s3_log_storage": 1, "kms_key": 1},
    )
