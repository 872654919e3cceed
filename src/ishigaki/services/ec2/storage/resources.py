"""EBS volumes and snapshots: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, facet, resource


@resource(
    "AWS::EC2::Volume",
    # Volumes that AWS services manage are left out where the account hides them, unless they are asked for.
    listed_by=call("ec2", "DescribeVolumes", IncludeManagedResources=True, MaxResults=500),
    at="Volumes",
    id="arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}",
    name="{VolumeId}",
    tags="Tags",
)
class Volume(Resource):
    """An EBS volume."""

    state: str = member(values=("creating", "available", "in-use", "deleting", "deleted", "error"))
    encrypted: bool


@resource("AWS::::Account")
class EbsSnapshots(Resource):
    """The account's own snapshots in the Region, as a whole."""


@resource(
    "AWS::EC2::Snapshot",
    # Only what AWS finds restorable by everyone: mostly none, of many thousands.
    listed_by=call(
        "ec2", "DescribeSnapshots", OwnerIds=["self"], RestorableByUserIds=["all"], MaxResults=1000
    ),
    at="Snapshots",
    id="arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
    name="{SnapshotId}",
    owner="{OwnerId}",
    tags="Tags",
)
class PublicSnapshot(Resource):
    """A snapshot of the account that is listed as public; its own permission is the proof."""

    groups: tuple[str, ...] = facet(
        call(
            "ec2",
            "DescribeSnapshotAttribute",
            SnapshotId="{SnapshotId}",
            Attribute="createVolumePermission",
        ),
        at="CreateVolumePermissions[].Group",
    )
