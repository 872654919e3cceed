"""DynamoDB: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::DynamoDB::Table",
    listed_by=call("dynamodb", "ListTables"),
    at="TableNames",
    id="arn:{partition}:dynamodb:{region}:{account}:table/{}",
    name="{}",
)
class Table(Resource):
    """A table; a replica of a global table is a table of its Region."""


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
