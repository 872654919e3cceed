"""S3 buckets: what can be put right of their settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from ishigaki.core.call import Call
from ishigaki.core.change import (
    Changes,
    Disruption,
    alters,
    change,
    note,
    skip,
    step,
)
from ishigaki.core.population import AccountWide, Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import EXAMPLE_AROUND, Around, leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.kms.making import TAG
from ishigaki.services.kms.resources import Key
from ishigaki.services.s3.buckets.controls import Lifecycle
from ishigaki.services.s3.buckets.delivery import (
    access_log_statements,
    log_bucket_statements,
    log_key_statements,
)
from ishigaki.services.s3.buckets.making import (
    BY_S3,
    LOGS,
    LogStore,
    access_log_bucket_name,
    access_logs,
    bucket_arn,
    log_bucket_name,
    log_key,
    log_store,
    log_target,
    put,
    put_encryption,
    put_lifecycle,
    put_logging,
)
from ishigaki.services.s3.buckets.mending import bucket_made_good, key_made_good
from ishigaki.services.s3.buckets.resources import (
    UNBLOCKED,
    Bucket,
    EncryptionRule,
    LifecycleRule,
    Logging,
    LogKeeping,
    Notifications,
    PublicAccessBlock,
    Target,
    Versioning,
)
from ishigaki.services.s3.buckets.retention import (
    RETENTION,
    UNFINISHED_DAYS,
    UNFINISHED_RULE,
    too_short,
    with_rule,
)
from ishigaki.services.s3.buckets.statements import merged
from ishigaki.services.sns.making import delivery_role, topic_arn, topic_of_service
from ishigaki.services.sns.resources import Topic


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(Bucket(encryption=())),
        leaves(Bucket(encryption=(EncryptionRule(algorithm="aws:kms"),))),
        leaves(Bucket(encryption=(EncryptionRule(algorithm="AES256"),))),
    ],
)
def encrypt_by_default(bucket: Bucket) -> Changes:
    """Has S3 encrypt new objects with its own keys, which nobody needs a permission for."""
    if bucket.encryption:
        return
    undo = put(bucket.name, "DeleteBucketEncryption", "s3:PutEncryptionConfiguration")
    yield change(
        alters(bucket, encryption=BY_S3),
        steps=[step("encryption", put_encryption(bucket.name, BY_S3), undo=undo)],
    )


SILENT = Bucket(id="arn:aws:s3:::example", logging=None)
TO_IT = replace(SILENT, id="arn:aws:s3:::other", name="other", logging=Logging(target_bucket="example"))
ACCESS_LOGS = access_log_bucket_name(SILENT.account, SILENT.region)
UNFIT = Bucket(id=f"arn:aws:s3:::{ACCESS_LOGS}", name=ACCESS_LOGS, policy=None, logging=None)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(SILENT),
        mends(SILENT, UNFIT),
        leaves(replace(SILENT, logging=Logging(target_bucket="example-logs"))),
        leaves(SILENT, TO_IT, skip="receives_access_logs"),
        leaves(UNFIT, skip="receives_access_logs"),
    ],
)
def log_server_access(bucket: Bucket, buckets: Given[Bucket], wanted: LogStore) -> Changes:
    """Has S3 log who uses the bucket, into the access-log bucket of its Region, which is made where it is missing.

    A bucket that receives such logs is left alone: AWS warns of logs that log themselves.
    """
    if bucket.logging is not None:
        return
    target = log_target(bucket.name, account=bucket.account, region=bucket.region)
    if bucket.name == target["TargetBucket"] or some(buckets, lambda other: other.logs_to(bucket)):
        yield skip("receives_access_logs")
        return
    yield from access_logs(bucket, region=bucket.region, buckets=buckets, days=wanted.days)
    yield change(
        alters(bucket, logging=target),
        steps=[step("logging", put_logging(bucket.name, target), undo=put_logging(bucket.name, None))],
        notes=(note("access_logs_cost", bucket=target["TargetBucket"]),),
        needs=(bucket_arn(target["TargetBucket"], partition=bucket.partition),),
    )


PLAIN = Versioning(status="Unversioned", mfa_delete="Disabled")
ACTIVE, INACTIVE = LifecycleRule(id="a", status="Enabled"), LifecycleRule(id="b", status="Disabled")
ENDLESS = Bucket(lifecycle=(), lifecycle_minimum_size="", versioning=PLAIN)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(ENDLESS),
        mends(replace(ENDLESS, lifecycle=(INACTIVE,))),
        mends(replace(ENDLESS, lifecycle=(INACTIVE,), lifecycle_minimum_size="varies_by_storage_class")),
        leaves(replace(ENDLESS, lifecycle=(INACTIVE, ACTIVE))),
        leaves(
            replace(ENDLESS, lifecycle=(replace(ACTIVE, expires_after=None, transitions=()),)),
            asked=Lifecycle(target_expiration_days=365),
            skip="lifecycle_by_parameters",
        ),
        leaves(
            replace(ENDLESS, versioning=replace(PLAIN, status="Enabled", mfa_delete="Enabled")),
            skip="mfa_delete_rules_out_lifecycle",
        ),
    ],
)
def remove_unfinished_uploads(bucket: Bucket, asked: Lifecycle) -> Changes:
    """Adds a lifecycle rule that removes parts of uploads that were never finished; it deletes no object.

    Parts that it has removed do not come back. How long objects and their old versions are kept is for whoever owns them to say.
    """
    if asked.custom and not some(bucket.lifecycle, lambda r: r.status == "Enabled" and asked.met_by(r)):
        yield skip("lifecycle_by_parameters")
        return
    if some(bucket.lifecycle, lambda rule: rule.status == "Enabled"):
        return
    if bucket.versioning.mfa_delete == "Enabled":
        yield skip("mfa_delete_rules_out_lifecycle")
        return
    before = said(bucket, "lifecycle") or None
    size = bucket.lifecycle_minimum_size if before else ""
    after = with_rule(before or [], UNFINISHED_RULE)
    yield change(
        alters(bucket, lifecycle=after),
        steps=[
            step(
                "lifecycle",
                put_lifecycle(bucket.name, after, minimum_size=size),
                undo=put_lifecycle(bucket.name, before, minimum_size=size),
            )
        ],
        notes=(note("unfinished_uploads_removed", days=UNFINISHED_DAYS), note("no_mfa_delete_then")),
        for_good=True,
    )


ACCOUNT = SILENT.account
STORE_NAME = log_bucket_name(EXAMPLE_AROUND)
STORE_ARN = bucket_arn(STORE_NAME, partition="aws")
KEY = Key(
    id="arn:aws:kms:ap-northeast-1:111122223333:key/logs",
    name="logs",
    tags={TAG: LOGS},
    key_manager="CUSTOMER",
    key_state="Enabled",
    rotation_enabled=True,
    policy=merged(
        None,
        *log_key_statements(
            {ACCOUNT, "444455556666"}, account=ACCOUNT, region="ap-northeast-1", partition="aws"
        ),
    ),
)
STORE = Bucket(
    id=STORE_ARN,
    name=STORE_NAME,
    public_access_block=PublicAccessBlock(
        block_public_acls=True,
        ignore_public_acls=True,
        block_public_policy=True,
        restrict_public_buckets=True,
    ),
    versioning=replace(PLAIN, status="Enabled"),
    encryption=(EncryptionRule(algorithm="aws:kms"),),
    lifecycle=(LifecycleRule(id=RETENTION, status="Enabled", expires_after=3653),),
    lifecycle_minimum_size="",
    policy=merged(None, *log_bucket_statements(STORE_ARN, {ACCOUNT, "444455556666"}, partition="aws")),
    logging=Logging(target_bucket=ACCESS_LOGS),
)
FIT = replace(UNFIT, policy=merged(None, *access_log_statements(UNFIT.id, account=ACCOUNT)))
GROWN = structs.replace(EXAMPLE_AROUND, accounts=(ACCOUNT, "777788889999"))
KEEPER = LogKeeping()


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(KEEPER),
        mends(KEEPER, FIT, KEY),
        mends(KEEPER, FIT, KEY, STORE, around=GROWN),
        mends(KEEPER, FIT, replace(KEY, rotation_enabled=False), STORE),
        *(
            mends(KEEPER, FIT, KEY, replace(STORE, **weaker))
            for weaker in (
                {"public_access_block": UNBLOCKED},
                {"versioning": PLAIN},
                {"encryption": (EncryptionRule(algorithm="AES256"),)},
                {"lifecycle": ()},
                {"lifecycle": (replace(STORE.lifecycle[0], expires_after=365),)},
                {"policy": None},
                {"logging": None},
            )
        ),
        mends(KEEPER, FIT, replace(STORE, encryption=(EncryptionRule(algorithm="AES256"),))),
        leaves(KEEPER, FIT, replace(KEY, key_state="Disabled"), STORE, skip="key_not_enabled"),
        leaves(
            KEEPER,
            FIT,
            KEY,
            replace(STORE, lifecycle=(), versioning=replace(STORE.versioning, mfa_delete="Enabled")),
            skip="mfa_delete_rules_out_lifecycle",
        ),
        leaves(KEEPER, FIT, KEY, STORE),
        leaves(KEEPER, FIT, STORE),
        leaves(
            KEEPER,
            FIT,
            KEY,
            replace(STORE, lifecycle=(*STORE.lifecycle, replace(ACTIVE, expires_after=30))),
            skip="logs_expire_sooner",
        ),
        leaves(
            KEEPER,
            around=structs.replace(EXAMPLE_AROUND, archive="444455556666"),
            skip="logs_kept_elsewhere",
        ),
    ],
)
def keep_logs(
    account: LogKeeping,
    buckets: Given[Bucket],
    keys: AccountWide[Key],
    around: Around,
    wanted: LogStore,
) -> Changes:
    """Makes the log archive account's log store, a bucket and its key, or makes good what it lacks.

    Accounts that send their logs there are only ever added, and the retention is only ever raised.
    """
    if not around.is_log_archive:
        yield skip("logs_kept_elsewhere", account=around.log_archive)
        return
    key = log_key(keys, region=around.home)
    if key is not None and key.key_state != "Enabled":
        yield skip("key_not_enabled", state=key.key_state, key=key.id)
        return
    name = log_bucket_name(around)
    bucket = next(chosen(buckets, lambda each: each.name == name), None)
    if key is not None:
        yield from key_made_good(key, around)
    yield from access_logs(account, region=around.home, buckets=buckets, days=wanted.days)
    if bucket is None:
        yield log_store(account, around, wanted, key=key, access_logs=True)
        return
    yield from bucket_made_good(bucket, key, around, wanted)
    for rule, days in too_short(said(bucket, "lifecycle") or [], wanted.days):
        yield skip("logs_expire_sooner", rule=rule, days=days, wanted=wanted.days)


EVENTS = "ishigaki-bucket-events"
NOTIFYING = Bucket(
    notifications=Notifications(
        topic_configurations=(), queue_configurations=(), lambda_function_configurations=()
    )
)
UPLOADS = (Target(events=("s3:ObjectCreated:*",)),)
EVENT_TOPIC = Topic(id=topic_arn(EVENTS, near=NOTIFYING, region=NOTIFYING.region), name=EVENTS)
# What somebody should hear of: objects that go, and objects that are opened by an ACL.
OF_INTEREST = ["s3:ObjectRemoved:*", "s3:ObjectAcl:Put"]


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(NOTIFYING),
        mends(NOTIFYING, EVENT_TOPIC),
        *(
            leaves(replace(NOTIFYING, notifications=replace(NOTIFYING.notifications, **{targets: UPLOADS})))
            for targets in Notifications.members
        ),
    ],
)
def notify_of_events(bucket: Bucket, topics: AccountWide[Topic], roles: AccountWide[Role]) -> Changes:
    """Has S3 tell a topic of objects that are deleted or opened. The topic of the Region is made where it is missing.

    A bucket that notifies any target already is left as it is; delivery to EventBridge goes on.
    """
    if some(Notifications.members, lambda targets: bool(getattr(bucket.notifications, targets))):
        return
    topic = topic_arn(EVENTS, near=bucket, region=bucket.region)
    if next(chosen(topics, lambda each: each.id == topic), None) is None:
        yield from delivery_role(roles, near=bucket)
        yield topic_of_service(EVENTS, service="s3.amazonaws.com", near=bucket, region=bucket.region)
    before = {k: v for k, v in said(bucket, "notifications").items() if k in NOTIFICATIONS}
    told = {"Id": EVENTS, "TopicArn": topic, "Events": OF_INTEREST}
    after = {**before, "TopicConfigurations": [told]}
    yield change(
        alters(bucket, notifications=after),
        steps=[step("notify", _notify(bucket, after), undo=_notify(bucket, before))],
        needs=(topic,),
    )


# The parts of a notification configuration as they are put; the answer may hold more.
NOTIFICATIONS = (
    "TopicConfigurations",
    "QueueConfigurations",
    "LambdaFunctionConfigurations",
    "EventBridgeConfiguration",
)


def _notify(bucket: Bucket, configuration: Mapping[str, Any]) -> Call:
    return put(
        bucket.name,
        "PutBucketNotificationConfiguration",
        "s3:PutBucketNotification",
        NotificationConfiguration=configuration,
    )


REMEDIATIONS = {
    "S3.4": encrypt_by_default,
    "S3.9": log_server_access,
    "S3.10": remove_unfinished_uploads,
    "S3.11": notify_of_events,
    "S3.13": remove_unfinished_uploads,
}
