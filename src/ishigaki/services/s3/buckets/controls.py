"""S3 buckets: what is required of their settings."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import some
from ishigaki.core.record import replace
from ishigaki.services.s3.buckets.resources import (
    Bucket,
    EncryptionRule,
    LifecycleRule,
    Logging,
    Notifications,
    Target,
    Versioning,
)

ACTIVE = LifecycleRule(id="a", status="Enabled", expires_after=None)
INACTIVE = replace(ACTIVE, status="Disabled")
VERSIONED = Versioning(status="Enabled", mfa_delete="Disabled")
SILENT = Notifications(topic_configurations=(), queue_configurations=(), lambda_function_configurations=())
UPLOADS = (Target(events=("s3:ObjectCreated:*",)),)


@control(
    "S3.4",
    examples=[
        *(
            passes(Bucket(encryption=(EncryptionRule(algorithm=algorithm),)))
            for algorithm in ("AES256", "aws:kms", "aws:kms:dsse")
        ),
        fails("not_encrypted", Bucket(encryption=())),
    ],
)
def encrypts_by_default(bucket: Bucket) -> Faults:
    """New objects are encrypted by default.

    AWS once accepted a policy that refuses unencrypted uploads instead. Since S3 encrypts every bucket
    by default there is nothing left for such a policy to make up for, so it is not read.
    """
    if not some(bucket.encryption, lambda rule: bool(rule.algorithm)):
        yield fault("not_encrypted")


@control(
    "S3.9",
    examples=[
        passes(Bucket(logging=Logging(target_bucket="example-logs"))),
        fails("not_logged", Bucket(logging=None)),
    ],
)
def logs_server_access(bucket: Bucket) -> Faults:
    """Server access logging is on, for buckets that receive such logs too: AWS exempts none of them."""
    if bucket.logging is None:
        yield fault("not_logged")


@control(
    "S3.10",
    where=lambda bucket: bucket.versioning.status == "Enabled",
    examples=[
        passes(Bucket(versioning=VERSIONED, lifecycle=(ACTIVE,))),
        passes(Bucket(versioning=VERSIONED, lifecycle=(INACTIVE, ACTIVE))),
        fails("no_active_rule", Bucket(versioning=VERSIONED, lifecycle=())),
        fails("no_active_rule", Bucket(versioning=VERSIONED, lifecycle=(INACTIVE,))),
        ignores(Bucket(versioning=replace(VERSIONED, status="Suspended"), lifecycle=())),
        ignores(Bucket(versioning=replace(VERSIONED, status="Unversioned"), lifecycle=())),
    ],
)
def versioned_bucket_has_lifecycle(bucket: Bucket) -> Faults:
    """A bucket that keeps versions has a lifecycle rule in force.

    Where versioning is off or suspended the control does not apply.
    """
    yield from _lifecycle(bucket)


@control(
    "S3.11",
    examples=[
        *(passes(Bucket(notifications=replace(SILENT, **{targets: UPLOADS}))) for targets in SILENT.members),
        fails("no_notification", Bucket(notifications=SILENT)),
    ],
)
def notifies_of_events(bucket: Bucket) -> Faults:
    """The bucket notifies a topic, a queue or a function of events.

    Delivery to EventBridge does not count.
    """
    if not some(SILENT.members, lambda targets: bool(getattr(bucket.notifications, targets))):
        yield fault("no_notification")


@control(
    "S3.13",
    examples=[
        passes(Bucket(lifecycle=(ACTIVE,))),
        passes(Bucket(lifecycle=(INACTIVE, ACTIVE))),
        fails("no_active_rule", Bucket(lifecycle=())),
        fails("no_active_rule", Bucket(lifecycle=(INACTIVE,))),
        fails(
            "no_active_rule", Bucket(lifecycle=(INACTIVE,), lifecycle_minimum_size="", versioning=VERSIONED)
        ),
    ],
)
def has_lifecycle(bucket: Bucket) -> Faults:
    """The bucket has a lifecycle rule in force: one that is there but disabled is not."""
    yield from _lifecycle(bucket)


def _lifecycle(bucket: Bucket) -> Faults:
    if not some(bucket.lifecycle, lambda rule: rule.status == "Enabled"):
        yield fault("no_active_rule")


@control(
    "S3.20",
    where=lambda bucket: not bucket.lifecycle,
    examples=[
        passes(Bucket(lifecycle=(), versioning=replace(VERSIONED, mfa_delete="Enabled"))),
        fails("no_mfa_delete", Bucket(lifecycle=(), versioning=VERSIONED)),
        fails("no_mfa_delete", Bucket(lifecycle=(), versioning=replace(VERSIONED, status="Unversioned"))),
        ignores(Bucket(lifecycle=(ACTIVE,), versioning=VERSIONED)),
        ignores(Bucket(lifecycle=(INACTIVE,), versioning=VERSIONED)),
    ],
)
def asks_for_mfa_to_delete(bucket: Bucket) -> Faults:
    """Versions are deleted with MFA only.

    Buckets with a lifecycle configuration, in force or not, are left out: S3 does not allow both.
    """
    if bucket.versioning.mfa_delete != "Enabled":
        yield fault("no_mfa_delete")


CONTROLS = (
    encrypts_by_default,
    logs_server_access,
    versioned_bucket_has_lifecycle,
    notifies_of_events,
    has_lifecycle,
    asks_for_mfa_to_delete,
)
