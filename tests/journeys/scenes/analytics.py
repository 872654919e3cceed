"""Scenes of analytics: search domains, data warehouses, streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.scenes.started import bucket, made, trusting
from tests.journeys.workshop import Furnish, Workshop


def domain(workshop: Workshop) -> None:
    """With a private endpoint, and otherwise as AWS makes one by default."""
    named: dict[str, Any] = {"DomainName": "logs", "EngineVersion": "OpenSearch_2.19"}
    made(workshop, "opensearch:CreateDomain", **named)


def cluster(workshop: Workshop, **settings: Any) -> None:
    named: dict[str, Any] = {
        "ClusterIdentifier": "dwh",
        "NodeType": "ra3.large",
        "MasterUsername": "dwh_admin",
        "MasterUserPassword": "Passw0rd-for-the-emulator",
    }
    made(workshop, "redshift:CreateCluster", **named, **settings)


def public_cluster(workshop: Workshop) -> None:
    cluster(workshop, PubliclyAccessible=True)


def cluster_of_one_version(workshop: Workshop) -> None:
    cluster(workshop, AllowVersionUpgrade=False)


def stream(workshop: Workshop) -> None:
    made(workshop, "kinesis:CreateStream", StreamName="orders", ShardCount=1)


def delivery_stream(workshop: Workshop) -> None:
    """AWS shows a new one as not encrypted; the emulator shows so only what was encrypted before."""
    bucket(workshop, "delivered")
    trust = trusting("firehose")
    role = made(workshop, "iam:CreateRole", "Role.Arn", RoleName="deliver", AssumeRolePolicyDocument=trust)
    where = {"RoleARN": role, "BucketARN": "arn:aws:s3:::delivered"}
    named: dict[str, Any] = {"DeliveryStreamName": "orders", "DeliveryStreamType": "DirectPut"}
    made(workshop, "firehose:CreateDeliveryStream", ExtendedS3DestinationConfiguration=where, **named)
    key = {"KeyType": "AWS_OWNED_CMK"}
    start: dict[str, Any] = {"DeliveryStreamEncryptionConfigurationInput": key}
    made(workshop, "firehose:StartDeliveryStreamEncryption", DeliveryStreamName="orders", **start)
    made(workshop, "firehose:StopDeliveryStreamEncryption", DeliveryStreamName="orders")


SCENES: Mapping[str, Furnish] = {
    "allow_major_upgrades": cluster_of_one_version,
    "demand_latest_tls": domain,
    "encrypt_between_nodes": domain,
    "encrypt_delivery_stream": delivery_stream,
    "encrypt_domain_at_rest": domain,
    "encrypt_stream": stream,
    "keep_cluster_snapshots": cluster,
    "keep_stream_records": stream,
    "log_cluster_audit": cluster,
    "make_cluster_private": public_cluster,
    "route_cluster_through_vpc": cluster,
}

NO_SERVERLESS = "the emulator knows no Redshift Serverless"
CANNOT: Mapping[str, str] = {
    "export_namespace_logs": NO_SERVERLESS,
    "make_brokers_private": "the emulator's clusters cannot be updated",
    "make_workgroup_private": NO_SERVERLESS,
    "reject_unauthenticated_clients": "the emulator's clusters cannot be updated",
    "require_workgroup_ssl": NO_SERVERLESS,
    "route_workgroup_through_vpc": NO_SERVERLESS,
    "update_service_software": "the emulator's domains have no updates",
}
