"""S3 directory buckets: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.population import some
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.s3.buckets.retention import UNFINISHED_DAYS, UNFINISHED_RULE, with_rule
from ishigaki.services.s3.directory_buckets.controls import (
    AFTER_MONTH,
    MONTH,
    OFF,
    UPLOADS,
    Expiration,
    is_active,
)
from ishigaki.services.s3.directory_buckets.resources import CONTROL_ENDPOINT, DirectoryBucket


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(DirectoryBucket(lifecycle=())),
        mends(DirectoryBucket(lifecycle=(OFF,))),
        leaves(DirectoryBucket(lifecycle=(OFF, UPLOADS))),
        leaves(DirectoryBucket(lifecycle=(MONTH,)), asked=AFTER_MONTH),
        leaves(DirectoryBucket(lifecycle=()), asked=AFTER_MONTH, skip="expiry_deletes_objects"),
        leaves(DirectoryBucket(lifecycle=(UPLOADS,)), asked=AFTER_MONTH, skip="expiry_deletes_objects"),
    ],
)
def remove_unfinished_uploads_of_directory(bucket: DirectoryBucket, asked: Expiration) -> Changes:
    """Adds a lifecycle rule that removes parts of uploads that were never finished; it deletes no object.

    Where a period is asked for after which objects expire, a person sets it: what it deletes is gone.
    """
    wanted = asked.target_expiration_days
    if wanted is not None:
        if not some(bucket.lifecycle, lambda rule: is_active(rule) and rule.expires_after == wanted):
            yield skip("expiry_deletes_objects", days=wanted)
        return
    if some(bucket.lifecycle, is_active):
        return
    before = said(bucket, "lifecycle") or None
    after = with_rule(before or [], UNFINISHED_RULE)
    yield change(
        alters(bucket, lifecycle=after),
        steps=[step("lifecycle", _put(bucket, after), undo=_put(bucket, before))],
        notes=(note("unfinished_uploads_removed", days=UNFINISHED_DAYS),),
        for_good=True,
    )


def _put(bucket: DirectoryBucket, rules: list[Any] | None) -> Call:
    """Set the bucket's lifecycle rules; None: it has none."""
    operation = "DeleteBucketLifecycle" if rules is None else "PutBucketLifecycleConfiguration"
    given: dict[str, Any] = {} if rules is None else {"LifecycleConfiguration": {"Rules": rules}}
    return call(
        "s3",
        operation,
        permission="s3express:PutLifecycleConfiguration",
        endpoint=CONTROL_ENDPOINT,
        Bucket=bucket.name,
        **given,
    )


REMEDIATIONS = {"S3.25": remove_unfinished_uploads_of_directory}
