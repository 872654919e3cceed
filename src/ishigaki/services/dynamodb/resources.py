"""DynamoDB: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, Source, facet, resource


class SecondaryIndex(Value):
    """A global secondary index, which has a capacity of its own."""

    index_name: str


@resource(
    "AWS::DynamoDB::Table",
    listed_by=call("dynamodb", "ListTables"),
    at="TableNames",
    id="arn:{partition}:dynamodb:{region}:{account}:table/{}",
    name="{}",
    detail=Source(call("dynamodb", "DescribeTable", TableName="{}"), at="Table"),
)
class Table(Resource):
    """A table; a replica of a global table is a table of its Region."""

    deletion_protection_enabled: bool
    billing_mode: str = member(
        at="BillingModeSummary.BillingMode",
        values=("PROVISIONED", "PAY_PER_REQUEST"),
        absent="PROVISIONED",
        why="you may need to switch to on-demand mode at least once in order to return a BillingModeSummary",
    )
    global_secondary_indexes: tuple[SecondaryIndex, ...] = member(
        absent=(), why="the global secondary indexes, if any, on the table"
    )
    point_in_time_recovery: str = facet(
        call("dynamodb", "DescribeContinuousBackups", TableName="{}"),
        at="ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus",
    )


@resource(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    listed_by=call("application-autoscaling", "DescribeScalableTargets", ServiceNamespace="dynamodb"),
    at="ScalableTargets",
    id="{ScalableTargetARN}",
    name="{ResourceId} {ScalableDimension}",
)
class ScalableTarget(Resource):
    """Between which bounds the capacity of a table or an index is scaled."""

    resource_id: str
    scalable_dimension: str
    min_capacity: int


@resource(
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    listed_by=call("application-autoscaling", "DescribeScalingPolicies", ServiceNamespace="dynamodb"),
    at="ScalingPolicies",
    id="{PolicyARN}",
    name="{PolicyName}",
)
class ScalingPolicy(Resource):
    """By what the capacity of a table or an index is scaled; there is none without a scalable target."""

    resource_id: str
    scalable_dimension: str
    target_value: float = member(at="TargetTrackingScalingPolicyConfiguration.TargetValue")


@resource(
    "AWS::DAX::Cluster",
    listed_by=call("dax", "DescribeClusters", MaxResults=100),
    # So DAX answers in Regions that it is not offered in; a missing permission is AccessDeniedException.
    nothing=("InvalidParameterValueException: Access Denied to API Version",),
    at="Clusters",
    id="{ClusterArn}",
    name="{ClusterName}",
)
class AcceleratorCluster(Resource):
    """A cluster of DynamoDB Accelerator (DAX)."""

    encryption_at_rest: str = member(
        at="SSEDescription.Status", values=("ENABLING", "ENABLED", "DISABLING", "DISABLED")
    )
    cluster_endpoint_encryption_type: str = member(values=("NONE", "TLS"))
