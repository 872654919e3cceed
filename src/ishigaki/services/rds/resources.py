"""RDS: what is collected.

Neptune and DocumentDB keep their clusters, instances and snapshots in RDS, and Security Hub's RDS controls
judge them too, so they are not filtered out here. The controls of the rooms `rds.documentdb` and `rds.neptune`
are about the same things, where the engine is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen

CLUSTERS = call(
    "rds", "DescribeDBClusters", secret=("DBClusters[].PendingModifiedValues.MasterUserPassword",)
)
INSTANCES = call(
    "rds", "DescribeDBInstances", secret=("DBInstances[].PendingModifiedValues.MasterUserPassword",)
)

DOCUMENTDB, NEPTUNE = "docdb", "neptune"
SNAPSHOT_TYPES = ("manual", "automated", "awsbackup")
EXPORTED = "the log types that it is configured to export: without a list there are none"
REPLICA = "The identifier of the source if this DB instance is a read replica."
PENDING = "This information is returned only when there are pending changes."
STANDALONE = "If the DB instance is a member of a DB cluster, indicates the name of the DB cluster"
UNSET = "a parameter that the group leaves to the engine is shown without a value"


class Parameter(Value):
    parameter_name: str
    parameter_value: str = member(absent="", why=UNSET)
    source: str
    apply_type: str


def value_of(parameters: tuple[Parameter, ...], name: str) -> str:
    """The value of one parameter. AWS shows every parameter of a group's engine: one it does not show is unseen."""
    for each in parameters:
        if each.parameter_name == name:
            return each.parameter_value
    raise Unseen(f"Parameter {name}", NOT_IN_ANSWER)


class ClusterMember(Value):
    """An instance of a cluster, and whether it runs with the cluster's parameters as they now are."""

    db_instance_identifier: str
    db_cluster_parameter_group_status: str


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

    engine: str
    engine_mode: str
    storage_encrypted: bool
    multi_az: bool
    auto_minor_version_upgrade: bool
    deletion_protection: bool
    copy_tags_to_snapshot: bool
    iam_database_authentication_enabled: bool
    backup_retention_period: int
    backtrack_window: int = member(
        absent=0, why="The target backtrack window that was set: a cluster without one cannot be backtracked"
    )
    master_username: str
    exported_logs: tuple[str, ...] = member(at="EnabledCloudwatchLogsExports", absent=(), why=EXPORTED)
    pending_modified_values: Mapping[str, Any] = member(absent={}, why=PENDING)
    db_cluster_members: tuple[ClusterMember, ...]
    db_cluster_parameter_group: str
    audit_parameters: tuple[Parameter, ...] = facet(
        call(
            "rds",
            "DescribeDBClusterParameters",
            DBClusterParameterGroupName="{DBClusterParameterGroup}",
            Filters=[
                {"Name": "parameter-name", "Values": ["server_audit_events", "server_audit_logging"]},
            ],
        ),
        at="Parameters",
        only={"Engine": "aurora-mysql"},  # RDS.45 asks no others
    )
    tls_parameters: tuple[Parameter, ...] = facet(
        call("rds", "DescribeDBClusterParameters", DBClusterParameterGroupName="{DBClusterParameterGroup}"),
        at="Parameters[?ParameterName=='tls']",
        only={"Engine": DOCUMENTDB},  # DocumentDB.6 asks no others
    )


class AppliedGroup(Value):
    """A parameter group of an instance, and whether the instance runs with it as it now is."""

    db_parameter_group_name: str
    parameter_apply_status: str


class GroupedSubnet(Value):
    """A subnet of the subnet group that an instance may lie in."""

    subnet_identifier: str


@resource(
    "AWS::RDS::DBInstance",
    listed_by=INSTANCES,
    at="DBInstances",
    id="{DBInstanceArn}",
    name="{DBInstanceIdentifier}",
    tags="TagList",
)
class DBInstance(Resource):
    """An instance of any engine, alone or member of a cluster."""

    engine: str
    engine_version: str
    db_instance_status: str
    db_cluster_identifier: str | None = member(absent=None, why=STANDALONE)
    port: int = member(at="Endpoint.Port")
    vpc_id: str = member(at="DBSubnetGroup.VpcId")
    subnets: tuple[GroupedSubnet, ...] = member(at="DBSubnetGroup.Subnets")
    publicly_accessible: bool
    storage_encrypted: bool
    multi_az: bool
    auto_minor_version_upgrade: bool
    deletion_protection: bool
    copy_tags_to_snapshot: bool
    iam_database_authentication_enabled: bool
    backup_retention_period: int
    replicates_instance: str | None = member(
        at="ReadReplicaSourceDBInstanceIdentifier", absent=None, why=REPLICA
    )
    replicates_cluster: str | None = member(
        at="ReadReplicaSourceDBClusterIdentifier", absent=None, why=REPLICA
    )
    monitoring_interval: int
    master_username: str
    exported_logs: tuple[str, ...] = member(at="EnabledCloudwatchLogsExports", absent=(), why=EXPORTED)
    pending_modified_values: Mapping[str, Any] = member(absent={}, why=PENDING)
    db_parameter_groups: tuple[AppliedGroup, ...]

    @property
    def is_alone(self) -> bool:
        """Whether the instance has its settings to itself, and not from a cluster."""
        return self.db_cluster_identifier is None

    @property
    def is_replica(self) -> bool:
        """Whether it is a read replica of an instance or a cluster."""
        return (self.replicates_instance or self.replicates_cluster) is not None


@resource(
    "AWS::RDS::DBParameterGroup",
    # The groups that are in use where RDS.38, .39, .41 and .44 ask; it takes no call of its own to know them.
    listed_by=INSTANCES,
    at="DBInstances[?!DBClusterIdentifier && (Engine=='mariadb' || Engine=='mysql' || Engine=='postgres'"
    " || starts_with(Engine, 'sqlserver'))].DBParameterGroups[]",
    id="arn:{partition}:rds:{region}:{account}:pg:{DBParameterGroupName}",
    name="{DBParameterGroupName}",
)
class ParameterGroup(Resource):
    """A parameter group of an instance that may insist on TLS."""

    db_parameter_group_name: str
    tls_parameters: tuple[Parameter, ...] = facet(
        call(
            "rds",
            "DescribeDBParameters",
            DBParameterGroupName="{DBParameterGroupName}",
            Filters=[{"Name": "parameter-name", "Values": ["rds.force_ssl", "require_secure_transport"]}],
        ),
        at="Parameters",
    )


class SnapshotAttribute(Value):
    attribute_name: str
    attribute_values: tuple[str, ...]


def _restorable_by(kind: str, attributes: tuple[SnapshotAttribute, ...]) -> tuple[str, ...]:
    """The accounts that may restore a snapshot; AWS shows the attribute where there is none, too."""
    for each in attributes:
        if each.attribute_name == "restore":
            return each.attribute_values
    raise Unseen(f"{kind}.attributes restore", NOT_IN_ANSWER)


class SnapshotAttributes(Value):
    """What AWS keeps of a cluster's manual snapshot beside the data: whom it is shared with."""

    db_cluster_snapshot_attributes: tuple[SnapshotAttribute, ...]

    @property
    def restorable_by(self) -> tuple[str, ...]:
        """The accounts that may restore it."""
        return _restorable_by("DBClusterSnapshot", self.db_cluster_snapshot_attributes)


@resource(
    "AWS::RDS::DBClusterSnapshot",
    # Snapshots that others share with the account or make public are not shown unless asked for.
    listed_by=call("rds", "DescribeDBClusterSnapshots"),
    at="DBClusterSnapshots",
    id="{DBClusterSnapshotArn}",
    name="{DBClusterSnapshotIdentifier}",
    tags="TagList",
)
class DBClusterSnapshot(Resource):
    """A snapshot of a cluster of any engine."""

    engine: str
    encrypted: bool = member(at="StorageEncrypted")
    snapshot_type: str = member(values=SNAPSHOT_TYPES)
    attributes: SnapshotAttributes = facet(
        call(
            "rds",
            "DescribeDBClusterSnapshotAttributes",
            DBClusterSnapshotIdentifier="{DBClusterSnapshotIdentifier}",
        ),
        at="DBClusterSnapshotAttributesResult",
        only={"SnapshotType": "manual"},  # no others can be shared
    )


class InstanceSnapshotAttributes(Value):
    """What AWS keeps of an instance's manual snapshot beside the data: whom it is shared with."""

    db_snapshot_attributes: tuple[SnapshotAttribute, ...]

    @property
    def restorable_by(self) -> tuple[str, ...]:
        """The accounts that may restore it."""
        return _restorable_by("DBSnapshot", self.db_snapshot_attributes)


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

    encrypted: bool
    snapshot_type: str = member(values=SNAPSHOT_TYPES)
    attributes: InstanceSnapshotAttributes = facet(
        call("rds", "DescribeDBSnapshotAttributes", DBSnapshotIdentifier="{DBSnapshotIdentifier}"),
        at="DBSnapshotAttributesResult",
        only={"SnapshotType": "manual"},  # no others can be shared
    )


@resource(
    "AWS::RDS::DBProxy",
    listed_by=call("rds", "DescribeDBProxies", secret=("DBProxies[].Auth[].ClientPasswordAuthType",)),
    at="DBProxies",
    id="{DBProxyArn}",
    name="{DBProxyName}",
)
class DBProxy(Resource):
    """A proxy in front of databases."""

    require_tls: bool


@resource(
    "AWS::RDS::EventSubscription",
    listed_by=call("rds", "DescribeEventSubscriptions"),
    at="EventSubscriptionsList",
    id="{EventSubscriptionArn}",
    name="{CustSubscriptionId}",
)
class EventSubscription(Resource):
    """A subscription to events of databases."""

    enabled: bool
    source_type: str | None = member(
        absent=None, why="If this value isn't specified, all events are returned (CreateEventSubscription)"
    )
    event_categories_list: tuple[str, ...] = member(
        absent=(), why="a subscription that names no categories is to the events of all of them"
    )
    sns_topic_arn: str


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

    engine: str
    engine_version: str
