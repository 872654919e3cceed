"""EBS volumes and snapshots: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.services.ec2.storage.resources import EbsSnapshots, PublicSnapshot, Volume

PUBLIC = PublicSnapshot(name="snap-1", groups=("all",))


@control(
    "EC2.1",
    examples=[
        passes(EbsSnapshots(), replace(PUBLIC, groups=())),
        fails("public_snapshot", EbsSnapshots(), PUBLIC),
        fails("public_snapshot", EbsSnapshots(), replace(PUBLIC, groups=()), PUBLIC),
    ],
)
def shares_no_snapshot_publicly(_: EbsSnapshots, listed: Given[PublicSnapshot]) -> Faults:
    """No snapshot of the account can be restored by everyone.

    A snapshot that block public access hides counts as long as its permission names the group `all`.
    """
    for snapshot in chosen(listed, lambda each: "all" in each.groups):
        yield fault("public_snapshot", snapshot=snapshot.name)


ATTACHED = Volume(state="in-use", encrypted=True)


@control(
    "EC2.3",
    where=lambda volume: volume.state == "in-use",
    examples=[
        passes(ATTACHED),
        fails("not_encrypted", replace(ATTACHED, encrypted=False)),
        ignores(Volume(state="available", encrypted=False)),
    ],
)
def is_encrypted(volume: Volume) -> Faults:
    """An attached volume is encrypted, with whatever key."""
    if not volume.encrypted:
        yield fault("not_encrypted")


CONTROLS = (shares_no_snapshot_publicly, is_encrypted)
