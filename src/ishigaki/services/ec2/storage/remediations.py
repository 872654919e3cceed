"""EBS volumes and snapshots: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.ec2.storage.resources import EbsSnapshots, PublicSnapshot

PUBLIC = PublicSnapshot(name="snap-1", groups=("all",))


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(EbsSnapshots(), PUBLIC),
        leaves(EbsSnapshots()),
        leaves(EbsSnapshots(), replace(PUBLIC, groups=())),
    ],
)
def make_snapshots_private(_: EbsSnapshots, listed: Given[PublicSnapshot]) -> Changes:
    """Takes the group `all` out of each public snapshot's permission, one change a snapshot; shares with single
    accounts stay."""
    for snapshot in chosen(listed, lambda each: "all" in each.groups):
        groups = [group for group in said(snapshot, "groups") if group != "all"]
        yield change(
            alters(snapshot, groups=groups),
            steps=[step("unshare", _everyone(snapshot, "remove"), undo=_everyone(snapshot, "add"))],
            notes=(note("snapshot_was_public", snapshot=snapshot.name),),
        )


def _everyone(snapshot: PublicSnapshot, operation: str) -> Call:
    return call(
        "ec2",
        "ModifySnapshotAttribute",
        SnapshotId=snapshot.name,
        Attribute="createVolumePermission",
        OperationType=operation,
        GroupNames=["all"],
    )


REMEDIATIONS = {"EC2.1": make_snapshots_private}
