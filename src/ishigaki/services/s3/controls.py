"""S3: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.s3.resources import Bucket, PublicAccessBlock

BLOCKED = PublicAccessBlock(
    block_public_acls=True, ignore_public_acls=True, block_public_policy=True, restrict_public_buckets=True
)


@control(
    "S3.8",
    examples=[
        passes(Bucket(public_access_block=BLOCKED)),
        *(
            fails("setting_off", Bucket(public_access_block=replace(BLOCKED, **{setting: False})))
            for setting in BLOCKED.members
        ),
    ],
)
def blocks_public_access(bucket: Bucket) -> Faults:
    """Every block-public-access setting of the bucket itself is on; the account's settings do not make up for it."""
    for setting in PublicAccessBlock.members:
        if not getattr(bucket.public_access_block, setting):
            yield fault("setting_off", setting=setting)


CONTROLS = (blocks_public_access,)
