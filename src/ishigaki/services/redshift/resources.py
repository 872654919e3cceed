"""Redshift: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER, UNKNOWN_VALUE, Unseen

PENDING = "the list of parameter statuses, where parameters differ in whether they are in effect"
# AWS answers Enabled or Disabled; its words on the member are "a boolean value that, if true, ...".
MULTI_AZ = ("Enabled", "enabled", "true", "Disabled", "disabled", "false")
CLUSTERS = call(
    "redshift",
    "DescribeClusters",
    secret=(
        "Clusters[].MasterPasswordSecretArn",
        "Clusters[].MasterPasswordSecretKmsKeyId",
        "Clusters[].PendingModifiedValues.MasterUserPassword",
    ),
)


class VpcSecurityGroup(Value):
    vpc_security_group_id: str


class ParameterStatus(Value):
    parameter_name: str
    parameter_apply_status: str


class AppliedParameterGroup(Value):
    """A parameter group as a cluster uses it."""

    parameter_group_name: str
    cluster_parameter_status_list: tuple[ParameterStatus, ...] = member(absent=(), why=PENDING)


class Parameter(Value):
    parameter_value: str


@resource(
    "AWS::Redshift::Cluster",
    listed_by=CLUSTERS,
    at="Clusters",
    id="arn:{partition}:redshift:{region}:{account}:cluster:{ClusterIdentifier}",
    name="{ClusterIdentifier}",
    tags="Tags",
)
class Cluster(Resource):
    """A provisioned cluster."""

    publicly_accessible: bool
    elastic_ip: str | None = member(
        at="ElasticIpStatus.ElasticIp", absent=None, why="the status of the elastic IP address, if it has one"
    )
    port: int = member(at="Endpoint.Port")
    vpc_security_groups: tuple[VpcSecurityGroup, ...]
    cluster_parameter_groups: tuple[AppliedParameterGroup, ...]
    automated_snapshot_retention_period: int
    allow_version_upgrade: bool
    enhanced_vpc_routing: bool
    master_username: str
    encrypted: bool
    multi_az: str = member(values=MULTI_AZ)
    logged: bool = facet(
        call("redshift", "DescribeLoggingStatus", ClusterIdentifier="{ClusterIdentifier}"),
        at="LoggingEnabled",
    )


@resource(
    "AWS::Redshift::ClusterParameterGroup",
    # Those that clusters use: every Region has AWS's own, and asking what they say would cost calls for nothing.
    listed_by=CLUSTERS,
    at="Clusters[].ClusterParameterGroups[]",
    id="arn:{partition}:redshift:{region}:{account}:parametergroup:{ParameterGroupName}",
    name="{ParameterGroupName}",
)
class UsedParameterGroup(Resource):
    """A parameter group that a cluster uses, once for each such cluster."""

    parameter_group_name: str
    ssl: tuple[Parameter, ...] = facet(
        call("redshift", "DescribeClusterParameters", ParameterGroupName="{ParameterGroupName}"),
        at="Parameters[?ParameterName=='require_ssl']",
    )

    @property
    def requires_ssl(self) -> bool:
        """Whether clusters that use it take encrypted connections only."""
        for parameter in self.ssl:
            value = parameter.parameter_value.lower()  # the API says true, the control's page True
            if value in ("true", "false"):
                return value == "true"
        raise Unseen("ClusterParameterGroup.ssl", UNKNOWN_VALUE if self.ssl else NOT_IN_ANSWER)
