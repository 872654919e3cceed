"""Databases, caches and warehouses: DynamoDB, DAX, ElastiCache, Redshift, OpenSearch, DMS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.rooms.thing import Make, named, subnets
from tests.journeys.scenes.started import ANYWHERE, bucket, made, vpc
from tests.journeys.workshop import ID, TOKYO, Workshop

WORD = "Passw0rd-for-the-emulator"
LOG_GROUP = f"arn:aws:logs:{TOKYO}:{ID}:log-group:domain"


def table(workshop: Workshop, sound: bool) -> str:
    throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    provisioned: dict[str, Any] = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": throughput}
    made(
        workshop,
        "dynamodb:CreateTable",
        TableName=named(sound),
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        DeletionProtectionEnabled=sound,
        **({"BillingMode": "PAY_PER_REQUEST"} if sound else provisioned),
    )
    kept = {"PointInTimeRecoveryEnabled": sound}
    made(
        workshop,
        "dynamodb:UpdateContinuousBackups",
        TableName=named(sound),
        PointInTimeRecoverySpecification=kept,
    )
    return f"table/{named(sound)}"


def accelerator(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "dax:CreateCluster",
        ClusterName=named(sound),
        NodeType="dax.t3.small",
        ReplicationFactor=1,
        IamRoleArn=f"arn:aws:iam::{ID}:role/dax",
        SSESpecification={"Enabled": sound},
        ClusterEndpointEncryptionType="TLS" if sound else "NONE",
    )
    return f"cache/{named(sound)}"


def cache(workshop: Workshop, sound: bool) -> str:
    if sound:
        group = {"CacheSubnetGroupName": "inner", "CacheSubnetGroupDescription": "-"}
        made(workshop, "elasticache:CreateCacheSubnetGroup", SubnetIds=subnets(workshop)[:2], **group)
    made(
        workshop,
        "elasticache:CreateCacheCluster",
        CacheClusterId=named(sound),
        Engine="redis",
        EngineVersion="7.1",
        CacheNodeType="cache.t3.micro",
        NumCacheNodes=1,
        SnapshotRetentionLimit=7 if sound else 0,
        AutoMinorVersionUpgrade=sound,
        CacheSubnetGroupName="inner" if sound else "default",
    )
    return f"cluster:{named(sound)}"


def replication_group(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "elasticache:CreateReplicationGroup",
        ReplicationGroupId=named(sound),
        ReplicationGroupDescription="-",
        Engine="redis",
        EngineVersion="5.0.6",
        ReplicasPerNodeGroup=1,
        AutomaticFailoverEnabled=sound,
        AtRestEncryptionEnabled=sound,
        TransitEncryptionEnabled=sound,
        SnapshotRetentionLimit=7 if sound else 0,
        **({"AuthToken": WORD} if sound else {}),
    )
    made(
        workshop,
        "elasticache:CreateCacheCluster",
        CacheClusterId=f"{named(sound)}-001",
        ReplicationGroupId=named(sound),
        Engine="redis",
        EngineVersion="5.0.6",
        CacheNodeType="cache.t3.micro",
    )
    return f"replicationgroup:{named(sound)}"


def warehouse(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "redshift:CreateCluster",
        ClusterIdentifier=named(sound),
        NodeType="ra3.large",
        MasterUsername="dwh" if sound else "awsuser",
        MasterUserPassword=WORD,
        PubliclyAccessible=not sound,
        AutomatedSnapshotRetentionPeriod=7 if sound else 1,
        AllowVersionUpgrade=sound,
        EnhancedVpcRouting=sound,
        Encrypted=sound,
    )
    if sound:
        bucket(workshop, "warehouse-logs")
        logs = {"BucketName": "warehouse-logs", "S3KeyPrefix": "audit/"}
        made(workshop, "redshift:EnableLogging", ClusterIdentifier=named(sound), **logs)
    return f"cluster:{named(sound)}"


def placed_warehouse(workshop: Workshop, sound: bool) -> str:
    """In two zones behind a closed group; or in one, behind a group that is open to the world."""
    group = made(
        workshop,
        "ec2:CreateSecurityGroup",
        "GroupId",
        GroupName=f"warehouse-{named(sound)}",
        Description="-",
        VpcId=vpc(workshop),
    )
    everyone = {"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "IpRanges": [{"CidrIp": ANYWHERE}]}
    if not sound:
        made(workshop, "ec2:AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[everyone])
    made(
        workshop,
        "redshift:CreateCluster",
        ClusterIdentifier=f"placed-{named(sound)}",
        NodeType="ra3.large",
        MasterUsername="dwh",
        MasterUserPassword=WORD,
        VpcSecurityGroupIds=[group],
    )
    return f"cluster:placed-{named(sound)}"


def search_domain(workshop: Workshop, sound: bool) -> str:
    nodes = {"InstanceType": "m6g.large.search", "ZoneAwarenessEnabled": sound}
    endpoint: dict[str, Any] = {"EnforceHTTPS": sound}
    endpoint["TLSSecurityPolicy"] = (
        "Policy-Min-TLS-1-2-PFS-2023-10" if sound else "Policy-Min-TLS-1-0-2019-07"
    )
    inside: dict[str, Any] = {"VPCOptions": {"SubnetIds": subnets(workshop)[:2]}} if sound else {}
    names = ("ES_APPLICATION_LOGS", "AUDIT_LOGS")
    logs = {name: {"CloudWatchLogsLogGroupArn": LOG_GROUP, "Enabled": sound} for name in names}
    made(
        workshop,
        "opensearch:CreateDomain",
        DomainName=named(sound),
        EngineVersion="OpenSearch_2.19",
        ClusterConfig={**nodes, "InstanceCount": 3 if sound else 1},
        EncryptionAtRestOptions={"Enabled": sound},
        NodeToNodeEncryptionOptions={"Enabled": sound},
        AdvancedSecurityOptions={"Enabled": sound},
        DomainEndpointOptions=endpoint,
        LogPublishingOptions=logs,
        **inside,
    )
    return f"domain/{named(sound)}"


def replication_instance(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "dms:CreateReplicationInstance",
        ReplicationInstanceIdentifier=named(sound),
        ReplicationInstanceClass="dms.t3.micro",
        EngineVersion="3.5.4",
        MultiAZ=sound,
        AutoMinorVersionUpgrade=sound,
        PubliclyAccessible=not sound,
    )
    return f"rep:{named(sound)}"


def endpoint(workshop: Workshop, sound: bool) -> str:
    found = made(
        workshop,
        "dms:CreateEndpoint",
        "Endpoint.EndpointArn",
        EndpointIdentifier=named(sound),
        EndpointType="target",
        EngineName="postgres",
        SslMode="require" if sound else "none",
    )
    return str(found)


def graph_endpoint(workshop: Workshop, sound: bool) -> str:
    settings: dict[str, Any] = {"S3BucketName": "graph", "S3BucketFolder": "-", "IamAuthEnabled": sound}
    return _endpoint(workshop, "neptune", sound, NeptuneSettings=settings)


def mongo_endpoint(workshop: Workshop, sound: bool) -> str:
    return _endpoint(workshop, "mongodb", sound, MongoDbSettings={"AuthType": "password" if sound else "no"})


def redis_endpoint(workshop: Workshop, sound: bool) -> str:
    settings: dict[str, Any] = {"ServerName": "cache.example.com", "Port": 6379}
    settings["SslSecurityProtocol"] = "ssl-encryption" if sound else "plaintext"
    return _endpoint(workshop, "redis", sound, RedisSettings=settings)


def _endpoint(workshop: Workshop, engine: str, sound: bool, **settings: Any) -> str:
    found = made(
        workshop,
        "dms:CreateEndpoint",
        "Endpoint.EndpointArn",
        EndpointIdentifier=f"{engine}-{named(sound)}",
        EndpointType="source" if engine == "mongodb" else "target",
        EngineName=engine,
        **settings,
    )
    return str(found)


def replication_task(workshop: Workshop, sound: bool) -> str:
    level = "LOGGER_SEVERITY_DEFAULT" if sound else "LOGGER_SEVERITY_ERROR"
    parts = ("TARGET_LOAD", "TARGET_APPLY", "SOURCE_CAPTURE", "SOURCE_UNLOAD")
    logged = ", ".join(f'{{"Id": "{part}", "Severity": "{level}"}}' for part in parts)
    found = made(
        workshop,
        "dms:CreateReplicationTask",
        "ReplicationTask.ReplicationTaskArn",
        ReplicationTaskIdentifier=named(sound),
        SourceEndpointArn=f"arn:aws:dms:{TOKYO}:{ID}:endpoint:A",
        TargetEndpointArn=f"arn:aws:dms:{TOKYO}:{ID}:endpoint:B",
        ReplicationInstanceArn=f"arn:aws:dms:{TOKYO}:{ID}:rep:C",
        MigrationType="full-load-and-cdc",
        TableMappings="{}",
        ReplicationTaskSettings=f'{{"Logging": {{"EnableLogging": true, "LogComponents": [{logged}]}}}}',
    )
    return str(found)


SHOWN: Mapping[Make, str] = {
    table: "DynamoDB.1 DynamoDB.2 DynamoDB.6",
    accelerator: "DynamoDB.3 DynamoDB.7",
    cache: "ElastiCache.1 ElastiCache.2 ElastiCache.7",
    replication_group: "ElastiCache.3 ElastiCache.4 ElastiCache.5 ElastiCache.6",
    warehouse: "Redshift.1 Redshift.3 Redshift.4 Redshift.6 Redshift.7 Redshift.8 Redshift.10",
    placed_warehouse: "Redshift.15",
    search_domain: "Opensearch.1 Opensearch.2 Opensearch.3 Opensearch.4 Opensearch.5 Opensearch.6"
    " Opensearch.7 Opensearch.8",
    replication_instance: "DMS.1 DMS.6 DMS.13",
    endpoint: "DMS.9",
    graph_endpoint: "DMS.10",
    mongo_endpoint: "DMS.11",
    redis_endpoint: "DMS.12",
    replication_task: "DMS.7 DMS.8",
}
CANNOT_SHOW: Mapping[str, str] = {
    "Redshift.18": "it does not say in how many Availability Zones a cluster lies",
    "Opensearch.10": "its domains have no updates",
    "Redshift.2": "it shows the default parameters of a cluster whatever they were set to",
}
