"""DocumentDB: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.services.rds.clusters import SNAPSHOT_ATTRIBUTES, SNAPSHOT_TYPES, SnapshotAttributes
from ishigaki.services.rds.resources import (
    CLUSTER_SNAPSHOTS,
    CLUSTERS,
    ClusterMember,
    Parameter,
    value_of,
)


@resource(
    "AWS::RDS::DBCluster",
    listed_by=CLUSTERS,
    at="DBClusters[?Engine=='docdb']",
    id="{DBClusterArn}",
    name="{DBClusterIdentifier}",
    tags="TagList",
)
class DBCluster(Resource):
    """A DocumentDB cluster."""

    storage_encrypted: bool
    backup_retention_period: int
    deletion_protection: bool
    exported_logs: tuple[str, ...] = member(
        at="EnabledCloudwatchLogsExports",
        absent=(),
        why="a list of the log types that the cluster is configured to export: no list, nothing to export",
    )
    db_cluster_members: tuple[ClusterMember, ...]
    db_cluster_parameter_group: str
    parameters: tuple[Parameter, ...] = facet(
        call("rds", "DescribeDBClusterParameters", DBClusterParameterGroupName="{DBClusterParameterGroup}"),
        at="Parameters[?ParameterName=='tls']",
    )

    @property
    def tls(self) -> str:
        """The value of the parameter `tls`."""
        return value_of(self.parameters, "tls")


@resource(
    "AWS::RDS::DBClusterSnapshot",
    listed_by=CLUSTER_SNAPSHOTS,
    at="DBClusterSnapshots[?Engine=='docdb']",
    id="{DBClusterSnapshotArn}",
    name="{DBClusterSnapshotIdentifier}",
    tags="TagList",
)
class DBClusterSnapshot(Resource):
    """A snapshot of a DocumentDB cluster."""

    snapshot_type: str = member(values=SNAPSHOT_TYPES)
    attributes: SnapshotAttributes = facet(
        SNAPSHOT_ATTRIBUTES,
        at="DBClusterSnapshotAttributesResult",
        only={"SnapshotType": "manual"},  # no others can be shared
    )
