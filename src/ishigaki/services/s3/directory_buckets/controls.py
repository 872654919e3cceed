"""S3 directory buckets: what is required."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ishigaki.core.control import Parameters, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen, some
from ishigaki.core.record import replace
from ishigaki.services.s3.buckets.resources import LifecycleRule
from ishigaki.services.s3.directory_buckets.resources import DirectoryBucket


class Expiration(Parameters, frozen=True):
    """What AWS lets an account set of S3.25: after how many days objects are to expire, if at all."""

    target_expiration_days: Annotated[int, Meta(ge=1, le=2_147_483_647)] | None = None


UPLOADS = LifecycleRule(id="uploads", status="Enabled", expires_after=None, transitions=())
MONTH = LifecycleRule(id="month", status="Enabled", expires_after=30, transitions=())
OFF = replace(MONTH, status="Disabled")
AFTER_MONTH, AFTER_WEEK = Expiration(target_expiration_days=30), Expiration(target_expiration_days=7)


def is_active(rule: LifecycleRule) -> bool:
    return rule.status == "Enabled"


@control(
    "S3.25",
    examples=[
        passes(DirectoryBucket(lifecycle=(UPLOADS,))),
        passes(DirectoryBucket(lifecycle=(OFF, UPLOADS))),
        passes(DirectoryBucket(lifecycle=(UPLOADS, MONTH)), asked=AFTER_MONTH),
        fails("no_active_rule", DirectoryBucket(lifecycle=())),
        fails("no_active_rule", DirectoryBucket(lifecycle=(OFF,))),
        fails("no_active_rule", DirectoryBucket(lifecycle=(OFF,)), asked=AFTER_MONTH),
        fails("never_expires", DirectoryBucket(lifecycle=(UPLOADS, OFF)), asked=AFTER_MONTH),
        fails("expires_otherwise", DirectoryBucket(lifecycle=(MONTH,)), asked=AFTER_WEEK),
        fails(
            "expires_otherwise",
            DirectoryBucket(lifecycle=(MONTH, replace(MONTH, expires_after=7))),
            asked=AFTER_WEEK,
        ),
    ],
)
def has_lifecycle(bucket: DirectoryBucket, asked: Expiration) -> Faults:
    """The bucket has a lifecycle rule in force; where a period is asked for, some rule in force expires objects
    after it and none after another."""
    if not some(bucket.lifecycle, is_active):
        yield fault("no_active_rule")
        return
    wanted = asked.target_expiration_days
    if wanted is None:
        return
    if not some(bucket.lifecycle, lambda rule: is_active(rule) and rule.expires_after is not None):
        yield fault("never_expires", wanted=wanted)
    for rule in chosen(bucket.lifecycle, lambda rule: is_active(rule) and rule.expires_after is not None):
        if rule.expires_after != wanted:
            yield fault("expires_otherwise", days=rule.expires_after, wanted=wanted)


CONTROLS = (has_lifecycle,)
