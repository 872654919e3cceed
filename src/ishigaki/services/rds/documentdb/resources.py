"""DocumentDB: what is collected."""

from __future__ import annotations

from ishigaki.core.resource import Resource, resource
from ishigaki.services.rds.resources import CLUSTER_SNAPSHOTS, CLUSTERS


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
