"""Scenes of databases and caches: Neptune, DMS, ElastiCache, DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.scenes.started import made
from tests.journeys.workshop import Furnish, Workshop


def neptune(workshop: Workshop) -> None:
    """As it comes: a day of backups, nothing protected."""
    made(
        workshop,
        "rds:CreateDBCluster",
        DBClusterIdentifier="graph",
        Engine="neptune",
        BackupRetentionPeriod=1,
    )


def public_neptune_snapshot(workshop: Workshop) -> None:
    neptune(workshop)
    named: dict[str, Any] = {"DBClusterSnapshotIdentifier": "graph"}
    made(workshop, "rds:CreateDBClusterSnapshot", DBClusterIdentifier="graph", **named)
    share: dict[str, Any] = {"AttributeName": "restore", "ValuesToAdd": ["all", "999988887777"]}
    made(workshop, "rds:ModifyDBClusterSnapshotAttribute", **named, **share)


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
    "copy_neptune_tags": neptune,
    "fail_over_automatically": cache,
    "keep_neptune_backups": neptune,
    "keep_points_in_time": table,
    "keep_replication_standby": replication_instance,
    "make_neptune_snapshot_private": public_neptune_snapshot,
    "protect_neptune_cluster": neptune,
    "protect_table": table,
    "upgrade_replication_automatically": replication_instance,
}

NO_DOCUMENTDB = "moto makes no clusters of DocumentDB; a scene of Neptune's shows the same change"
CANNOT: Mapping[str, str] = {
    "accept_tls_at_cache": "moto takes encryption in transit only when a group is made",
    "export_documentdb_audit_log": NO_DOCUMENTDB,
    "export_neptune_audit_log": "moto takes the exports of a cluster's logs only when it is made",
    "keep_documentdb_backups": NO_DOCUMENTDB,
    "make_documentdb_snapshot_private": NO_DOCUMENTDB,
    "protect_documentdb_cluster": NO_DOCUMENTDB,
    "require_iam_at_neptune": "moto takes IAM authentication only when a cluster is made",
    "upgrade_cache_automatically": "moto changes no cache cluster, and of a group not this setting",
}
