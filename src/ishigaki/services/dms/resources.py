"""DMS: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import member
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

    publicly_accessible: bool
    auto_minor_version_upgrade: bool
    multi_az: bool
    pending_modified_values: Mapping[str, Any]


@resource(
    "AWS::DMS::ReplicationTask",
    listed_by=call("dms", "DescribeReplicationTasks"),
    at="ReplicationTasks",
    id="{ReplicationTaskArn}",
    name="{ReplicationTaskIdentifier}",
)
class ReplicationTask(Resource):
    """A replication task."""

    replication_task_settings: str  # JSON


@resource(
    "AWS::DMS::Endpoint",
    listed_by=call("dms", "DescribeEndpoints", secret=tuple(f"Endpoints[].{p}" for p in PASSWORDS)),
    at="Endpoints",
    id="{EndpointArn}",
    name="{EndpointIdentifier}",
)
class Endpoint(Resource):
    """A connection to a source or target of a replication."""

    engine_name: str
    ssl_mode: str = member(
        values=("none", "require", "verify-ca", "verify-full"), absent="none", why="the default value is none"
    )
    neptune_iam_auth: bool = member(
        at="NeptuneSettings.IamAuthEnabled", absent=False, why="the default of IamAuthEnabled is false"
    )
    mongodb_auth_type: str = member(
        at="MongoDbSettings.AuthType",
        values=("no", "password"),
        absent="no",
        why="the control fails if an authentication type isn't set for the endpoint",
    )
    redis_security_protocol: str = member(
        at="RedisSettings.SslSecurityProtocol", values=("plaintext", "ssl-encryption")
    )
