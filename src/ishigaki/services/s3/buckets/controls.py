"""S3 buckets: what is required of their settings."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ishigaki.core.control import Parameters, control, fails, ignores, passes
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
    Transition,
    Versioning,
)

Days = Annotated[int, Meta(ge=1, le=36500)]


class Lifecycle(Parameters, frozen=True):
    """What AWS lets an account set of S3.13: days to the move, the class moved to, and days to the end."""

    target_transition_days: Days | None = None
    target_expiration_days: Days | None = None
    target_transition_storage_class: (
        Literal["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER", "GLACIER_IR", "DEEP_ARCHIVE"]
        | None
    ) = None

    def met_by(self, rule: LifecycleRule) -> bool:
        """Whether one rule does all that is asked for."""
        days, to = self.target_transition_days, self.target_transition_storage_class
        expires = self.target_expiration_days in (None, rule.expires_after)
        moves = (days is None and to is None) or some(
            rule.transitions, lambda t: days in (None, t.days) and to in (None, t.storage_class)
        )
        return expires and moves


ACTIVE = LifecycleRule(id="a", status="Enabled", expires_after=None, transitions=())
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
    yield from _lifecycle(bucket, Lifecycle())


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


MOVING = replace(ACTIVE, expires_after=365, transitions=(Transition(days=30, storage_class="GLACIER"),))
MOVED = Lifecycle(target_transition_days=30, target_transition_storage_class="GLACIER")
ENDING = Lifecycle(target_expiration_days=365)


@control(
    "S3.13",
    examples=[
        passes(Bucket(lifecycle=(ACTIVE, MOVING)), asked=MOVED),
        passes(Bucket(lifecycle=(MOVING,)), asked=ENDING),
        fails("no_matching_rule", Bucket(lifecycle=(ACTIVE,)), asked=MOVED),
        fails("no_matching_rule", Bucket(lifecycle=(ACTIVE,)), asked=ENDING),
        fails("no_active_rule", Bucket(lifecycle=(replace(MOVING, status="Disabled"),)), asked=ENDING),
        fails(
            "no_matching_rule",
            Bucket(lifecycle=(replace(MOVING, transitions=(Transition(days=31, storage_class="GLACIER"),)),)),
            asked=MOVED,
        ),
        fails(
            "no_matching_rule",
            Bucket(
                lifecycle=(replace(MOVING, transitions=(Transition(days=30, storage_class="GLACIER_IR"),)),)
            ),
            asked=MOVED,
        ),
        passes(Bucket(lifecycle=(ACTIVE,))),
        passes(Bucket(lifecycle=(INACTIVE, ACTIVE))),
        fails("no_active_rule", Bucket(lifecycle=())),
        fails("no_active_rule", Bucket(lifecycle=(INACTIVE,))),
        fails(
            "no_active_rule", Bucket(lifecycle=(INACTIVE,), lifecycle_minimum_size="", versioning=VERSIONED)
        ),
    ],
)
def has_lifecycle(bucket: Bucket, asked: Lifecycle) -> Faults:
    """The bucket has a lifecycle rule in force: one that is there but disabled is not. Where an account sets days or
    a storage class, one rule must have them all."""
    yield from _lifecycle(bucket, asked)


def _lifecycle(bucket: Bucket, asked: Lifecycle) -> Faults:
    if not some(bucket.lifecycle, lambda rule: rule.status == "Enabled"):
        yield fault("no_active_rule")
    elif not some(bucket.lifecycle, lambda rule: rule.status == "Enabled" and asked.met_by(rule)):
        yield fault("no_matching_rule")


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
