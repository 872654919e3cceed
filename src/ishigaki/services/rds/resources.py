"""RDS: what is collected.

Neptune and DocumentDB keep their clusters, instances and snapshots in RDS, and Security Hub's RDS controls
judge them too, so they are not filtered out here. The rooms `rds.documentdb` and `rds.neptune` see only
theirs, from the same calls.
"""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource

CLUSTERS = call(
    "rds", "DescribeDBClusters", secret=("DBClusters[].PendingModifiedValues.MasterUserPassword",)
)
# Snapshots that others share with the account or make public are not shown unless asked for.
CLUSTER_SNAPSHOTS = call("rds", "DescribeDBClusterSnapshots")


@resource(
    "AWS::RDS::DBCluster",
    listed_by=CLUSTERS,
    at="DBClusters",
    id="{DBClusterArn}",
    name="{DBClusterIdentifier}",
    tags="TagList",
)
class DBCluster(Resource):
    """A cluster of any engine: Aurora, Multi-AZ, Neptune or DocumentDB."""


@resource(
    "AWS::RDS::DBInstance",
    listed_by=call(
        "rds", "DescribeDBInstances", secret=("DBInstances[].PendingModifiedValues.MasterUserPassword",)
    ),
    at="DBInstances",
    id="{DBInstanceArn}",
    name="{DBInstanceIdentifier}",
    tags="TagList",
)
class DBInstance(Resource):
    """An instance of any engine, alone or member of a cluster."""


@resource(
    "AWS::RDS::DBClusterSnapshot",
    listed_by=CLUSTER_SNAPSHOTS,
    at="DBClusterSnapshots",
    id="{DBClusterSnapshotArn}",
    name="{DBClusterSnapshotIdentifier}",
    tags="TagList",
)
class DBClusterSnapshot(Resource):
    """A snapshot of a cluster of any engine."""


@resource(
    "AWS::RDS::DBSnapshot",
    listed_by=call("rds", "DescribeDBSnapshots"),
    at="DBSnapshots",
    id="{DBSnapshotArn}",
    name="{DBSnapshotIdentifier}",
    tags="TagList",
)
class DBSnapshot(Resource):
    """A snapshot of an instance."""


@resource(
    "AWS::RDS::DBProxy",
    listed_by=call("rds", "DescribeDBProxies", secret=("DBProxies[].Auth[].ClientPasswordAuthType",)),
    at="DBProxies",
    id="{DBProxyArn}",
    name="{DBProxyName}",
)
class DBProxy(Resource):
    """A proxy in front of databases."""


@resource(
    "AWS::RDS::EventSubscription",
    listed_by=call("rds", "DescribeEventSubscriptions"),
    at="EventSubscriptionsList",
    id="{EventSubscriptionArn}",
    name="{CustSubscriptionId}",
)
class EventSubscription(Resource):
    """A subscription to events of databases."""


@resource(
    "AWS::RDS::GlobalCluster",
    # AWS shows the same ones in every Region, and their ARN names none.
    listed_by=call("rds", "DescribeGlobalClusters"),
    # Those of DocumentDB and Neptune are other types: AWS::DocDB::GlobalCluster, AWS::Neptune::GlobalCluster.
    at="GlobalClusters[?Engine!='docdb' && Engine!='neptune']",
    id="{GlobalClusterArn}",
    name="{GlobalClusterIdentifier}",
    tags="TagList",
    scope="global",
)
class GlobalCluster(Resource):
    """An Aurora global database."""
