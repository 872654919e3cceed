"""MSK: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::MSK::Cluster",
    # Serverless clusters are another type: AWS::MSK::ServerlessCluster.
    listed_by=call("kafka", "ListClustersV2", ClusterTypeFilter="PROVISIONED", MaxResults=100),
    at="ClusterInfoList",
    id="{ClusterArn}",
    name="{ClusterName}",
    tags="Tags",
)
class Cluster(Resource):
    """A provisioned cluster."""


@resource(
    "AWS::KafkaConnect::Connector",
    listed_by=call("kafkaconnect", "ListConnectors", maxResults=100),
    at="connectors",
    id="{connectorArn}",
    name="{connectorName}",
)
class Connector(Resource):
    """A connector of MSK Connect."""
