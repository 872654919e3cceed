"""S3 access points: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen
from ishigaki.core.record import replace
from ishigaki.services.s3.access_points.resources import AccessPoint, MultiRegionAccessPoint
from ishigaki.services.s3.buckets.resources import UNBLOCKED, PublicAccessBlock

SETTINGS = tuple(PublicAccessBlock.members)
BLOCKED = PublicAccessBlock(**dict.fromkeys(SETTINGS, True))
# Each setting alone off, and all of them.
LEAKY = (*(replace(BLOCKED, **{setting: False}) for setting in SETTINGS), UNBLOCKED)


@control(
    "S3.19",
    examples=[
        passes(AccessPoint(public_access_block=BLOCKED)),
        *(fails("setting_off", AccessPoint(public_access_block=block)) for block in LEAKY),
    ],
)
def access_point_blocks_public_access(point: AccessPoint) -> Faults:
    """Every block-public-access setting of the access point itself is on.

    Neither the bucket's or the account's settings nor a VPC as the only way in make up for it: AWS names no exception.
    """
    yield from _settings_off(point.public_access_block)


@control(
    "S3.24",
    examples=[
        passes(MultiRegionAccessPoint(public_access_block=BLOCKED)),
        *(fails("setting_off", MultiRegionAccessPoint(public_access_block=block)) for block in LEAKY),
    ],
)
def multi_region_access_point_blocks_public_access(point: MultiRegionAccessPoint) -> Faults:
    """Every block-public-access setting of the Multi-Region Access Point itself is on."""
    yield from _settings_off(point.public_access_block)


def _settings_off(block: PublicAccessBlock) -> Faults:
    for setting in chosen(SETTINGS, lambda name: not getattr(block, name)):
        yield fault("setting_off", setting=setting)


CONTROLS = (access_point_blocks_public_access, multi_region_access_point_blocks_public_access)
