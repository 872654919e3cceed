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
class PublicSnapshots(Resource):
    """The account's own snapshots from which every AWS account can create a volume."""

    snapshot_ids: tuple[str, ...] = facet(
        call("ec2", "DescribeSnapshots", OwnerIds=["self"], RestorableByUserIds=["all"], MaxResults=1000),
        at="Snapshots[].SnapshotId",
    )
