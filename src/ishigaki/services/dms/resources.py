"""DMS: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource

PASSWORDS = (
    "DocDbSettings.Password",
    "ExtraConnectionAttributes",  # may carry passwords
    "GcpMySQLSettings.Password",
    "IBMDb2Settings.Password",
    "KafkaSettings.SaslPassword",
    "KafkaSettings.SslClientKeyPassword",
    "MicrosoftSQLServerSettings.Password",
    "MongoDbSettings.Password",
    "MySQLSettings.Password",
    "OracleSettings.AsmPassword",
    "OracleSettings.Password",
    "OracleSettings.SecurityDbEncryption",
    "PostgreSQLSettings.Password",
    "RedisSettings.AuthPassword",
    "RedshiftSettings.Password",
    "SybaseSettings.Password",
)


@resource(
    "AWS::DMS::ReplicationInstance",
    listed_by=call("dms", "DescribeReplicationInstances"),
    at="ReplicationInstances",
    id="{ReplicationInstanceArn}",
    name="{ReplicationInstanceIdentifier}",
)
class ReplicationInstance(Resource):
    """A replication instance."""


@resource(
    "AWS::DMS::ReplicationTask",
    listed_by=call("dms", "DescribeReplicationTasks"),
    at="ReplicationTasks",
    id="{ReplicationTaskArn}",
    name="{ReplicationTaskIdentifier}",
)
class ReplicationTask(Resource):
    """A replication task."""


@resource(
    "AWS::DMS::Endpoint",
    listed_by=call("dms", "DescribeEndpoints", secret=tuple(f"Endpoints[].{p}" for p in PASSWORDS)),
    at="Endpoints",
    id="{EndpointArn}",
    name="{EndpointIdentifier}",
)
class Endpoint(Resource):
    """A connection to a source or target of a replication."""
