"""Regional settings of EC2 and EBS: what is required."""

from __future__ import annotations

from typing import Literal

from ishigaki.core.control import Parameters, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.ec2.settings.resources import (
    EbsSettings,
    SnapshotBlockPublicAccess,
    VpcBlockPublicAccess,
    VpcSettings,
)


@control(
    "EC2.7",
    examples=[
        passes(EbsSettings(encryption_by_default=True)),
        fails("setting_off", EbsSettings(encryption_by_default=False, default_key="alias/aws/ebs")),
    ],
)
def encrypts_by_default(ebs: EbsSettings) -> Faults:
    """EBS encryption by default is on in the Region, with whatever key."""
    if not ebs.encryption_by_default:
        yield fault("setting_off")


def _blocking_internet_gateways(mode: str) -> VpcSettings:
    return VpcSettings(block_public_access=VpcBlockPublicAccess(internet_gateway_block_mode=mode))


class BlockMode(Parameters, frozen=True):
    """What AWS lets an account set of EC2.172: the one mode that passes."""

    vpc_bpa_internet_gateway_block_mode: Literal["block-bidirectional", "block-ingress"] | None = None


INGRESS = BlockMode(vpc_bpa_internet_gateway_block_mode="block-ingress")


@control(
    "EC2.172",
    examples=[
        passes(_blocking_internet_gateways("block-bidirectional")),
        passes(_blocking_internet_gateways("block-ingress")),
        fails("setting_off", _blocking_internet_gateways("off")),
        passes(_blocking_internet_gateways("block-ingress"), asked=INGRESS),
        fails("setting_off", _blocking_internet_gateways("block-bidirectional"), asked=INGRESS),
    ],
)
def blocks_internet_gateways(vpcs: VpcSettings, asked: BlockMode) -> Faults:
    """VPC Block Public Access blocks internet gateways, in both directions or for ingress, or in the one mode that
    an account sets.

    Exclusions of single VPCs and subnets are not asked about.
    """
    mode = vpcs.block_public_access.internet_gateway_block_mode
    wanted = asked.vpc_bpa_internet_gateway_block_mode
    if mode not in ((wanted,) if wanted else ("block-bidirectional", "block-ingress")):
        yield fault("setting_off", mode=mode)


def _sharing(state: str) -> EbsSettings:
    return EbsSettings(
        snapshot_block_public_access=SnapshotBlockPublicAccess(state=state, managed_by="account")
    )


@control(
    "EC2.182",
    examples=[
        passes(_sharing("block-all-sharing")),
        fails("sharing_possible", _sharing("block-new-sharing")),
        fails("sharing_possible", _sharing("unblocked")),
    ],
)
def blocks_public_snapshots(ebs: EbsSettings) -> Faults:
    """Block public access for EBS snapshots is on for all sharing; blocking only new sharing is not enough."""
    state = ebs.snapshot_block_public_access.state
    if state != "block-all-sharing":
        yield fault("sharing_possible", state=state)


CONTROLS = (encrypts_by_default, blocks_internet_gateways, blocks_public_snapshots)
