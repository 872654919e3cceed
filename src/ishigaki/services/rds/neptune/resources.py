"""Neptune: what is collected."""

from __future__ import annotations

from ishigaki.core.record import member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.services.rds.clusters import SNAPSHOT_ATTRIBUTES, SNAPSHOT_TYPES, SnapshotAttributes
from ishigaki.services.rds.resources import CLUSTER_SNAPSHOTS, CLUSTERS


@resource(
    "AWS::RDS::DBCluster",
    listed_by=CLUSTERS,
    at="DBClusters[?Engine=='neptune']",
    id="{DBClusterArn}",
    name="{DBClusterIdentifier}",
    tags="TagList",
)
class DBCluster(Resource):
    """A Neptune cluster."""

    storage_encrypted: bool
    backup_retention_period: int
    deletion_protection: bool
    iam_database_authentication_enabled: bool
    copy_tags_to_snapshot: bool
    exported_logs: tuple[str, ...] = member(
        at="EnabledCloudwatchLogsExports",
        absent=(),
        why="a list of the log types that the cluster is configured to export: no list, nothing to export",
    )


@resource(
    "AWS::RDS::DBClusterSnapshot",
    listed_by=CLUSTER_SNAPSHOTS,
    at="DBClusterSnapshots[?Engine=='neptune']",
    id="{DBClusterSnapshotArn}",
    name="{DBClusterSnapshotIdentifier}",
    tags="TagList",
)
class DBClusterSnapshot(Resource):
    """A snapshot of a Neptune cluster."""

    snapshot_type: str = member(values=SNAPSHOT_TYPES)
    storage_encrypted: bool
    attributes: SnapshotAttributes = facet(
        SNAPSHOT_ATTRIBUTES,
        at="DBClusterSnapshotAttributesResult",
        only={"SnapshotType": "manual"},  # no others can be shared
    )
