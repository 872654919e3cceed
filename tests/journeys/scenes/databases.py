"""Scenes of databases and caches: DMS, ElastiCache, DynamoDB; those of clusters are RDS's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.scenes.started import made
from tests.journeys.workshop import Furnish, Workshop


def replication_instance(workshop: Workshop) -> None:
    """One that lies in a single Availability Zone, and stays on its version."""
    made(
        workshop,
        "dms:CreateReplicationInstance",
        ReplicationInstanceIdentifier="copy",
        ReplicationInstanceClass="dms.t3.micro",
        EngineVersion="3.5.4",
        AvailabilityZone="ap-northeast-1a",
        MultiAZ=False,
        AutoMinorVersionUpgrade=False,
    )


def cache(workshop: Workshop) -> None:
    """A primary and a replica that nothing is backed up of, and that do not fail over."""
    named: dict[str, Any] = {"ReplicationGroupId": "cache", "ReplicationGroupDescription": "-"}
    made(
        workshop,
        "elasticache:CreateReplicationGroup",
        **named,
        ReplicasPerNodeGroup=1,
        AutomaticFailoverEnabled=False,
        SnapshotRetentionLimit=0,
    )
    for node in ("cache-001", "cache-002"):
        made(
            workshop,
            "elasticache:CreateCacheCluster",
            CacheClusterId=node,
            ReplicationGroupId="cache",
            Engine="redis",
            CacheNodeType="cache.t3.micro",
        )


def table(workshop: Workshop) -> None:
    key: dict[str, Any] = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    made(workshop, "dynamodb:CreateTable", TableName="orders", BillingMode="PAY_PER_REQUEST", **key)


SCENES: Mapping[str, Furnish] = {
    "back_up_cache": cache,
    "fail_over_automatically": cache,
    "keep_points_in_time": table,
    "keep_replication_standby": replication_instance,
    "protect_table": table,
    "upgrade_replication_automatically": replication_instance,
}

CANNOT: Mapping[str, str] = {
    "accept_tls_at_cache": "moto takes encryption in transit only when a group is made",
    "export_documentdb_audit_log": "moto makes no clusters of DocumentDB",
    "export_neptune_audit_log": "moto takes the exports of a cluster's logs only when it is made",
    "require_iam_at_neptune": "moto takes IAM authentication only when a cluster is made",
    "upgrade_cache_automatically": "moto changes no cache cluster, and of a group not this setting",
}
