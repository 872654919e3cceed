"""MSK: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource

OPTIONAL = "whether the method is turned on or off; a method that was never set up is not shown"
ONE_OF = "AWS shows the destinations that were set when the connector was created"


class Destination(Value):
    enabled: bool


class WorkerLogs(Value):
    """Where the logs of a connector's workers go."""

    cloud_watch_logs: Destination | None = member(absent=None, why=ONE_OF)
    firehose: Destination | None = member(absent=None, why=ONE_OF)
    s3: Destination | None = member(absent=None, why=ONE_OF)


class ClientAuthentication(Value):
    """By what clients prove who they are."""

    unauthenticated: bool = member(at="Unauthenticated.Enabled")
    iam: bool = member(at="Sasl.Iam.Enabled", absent=False, why=OPTIONAL)
    scram: bool = member(at="Sasl.Scram.Enabled", absent=False, why=OPTIONAL)
    tls: bool = member(at="Tls.Enabled", absent=False, why=OPTIONAL)


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

    current_version: str
    public_access: str = member(at="Provisioned.BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type")
    encrypted_between_brokers: bool = member(at="Provisioned.EncryptionInfo.EncryptionInTransit.InCluster")
    client_authentication: ClientAuthentication = member(at="Provisioned.ClientAuthentication")


@resource(
    "AWS::KafkaConnect::Connector",
    listed_by=call("kafkaconnect", "ListConnectors", maxResults=100),
    at="connectors",
    id="{connectorArn}",
    name="{connectorName}",
)
class Connector(Resource):
    """A connector of MSK Connect."""

    encryption_in_transit: str = member(
        at="kafkaClusterEncryptionInTransit.encryptionType", values=("PLAINTEXT", "TLS")
    )
    worker_logs: WorkerLogs | None = member(
        at="logDelivery.workerLogDelivery", absent=None, why="log delivery is optional"
    )
