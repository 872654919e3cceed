"""RDS: for each remediation the smallest account that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.scenes.started import made
from tests.journeys.workshop import ID, TOKYO, Furnish, Workshop


def instance(workshop: Workshop, engine: str = "mysql", **settings: Any) -> None:
    """A database alone, with nothing that guards it."""
    size: dict[str, Any] = {"DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20}
    user = {"MasterUsername": "hanako", "MasterUserPassword": "not-a-secret"}
    named = {"DBInstanceIdentifier": "data", "Engine": engine}
    made(workshop, "rds:CreateDBInstance", **named, **size, **user, **settings)


def public_instance(workshop: Workshop) -> None:
    instance(workshop, PubliclyAccessible=True)


def instance_of_old_version(workshop: Workshop) -> None:
    instance(workshop, AutoMinorVersionUpgrade=False)


def postgresql(workshop: Workshop) -> None:
    instance(workshop, "postgres")


def sql_server(workshop: Workshop) -> None:
    instance(workshop, "sqlserver-se", LicenseModel="license-included")


def mariadb(workshop: Workshop) -> None:
    instance(workshop, "mariadb", EngineVersion="10.11.8")


def public_snapshot(workshop: Workshop) -> None:
    instance(workshop)
    made(workshop, "rds:CreateDBSnapshot", DBInstanceIdentifier="data", DBSnapshotIdentifier="copy")
    made(
        workshop,
        "rds:ModifyDBSnapshotAttribute",
        DBSnapshotIdentifier="copy",
        AttributeName="restore",
        ValuesToAdd=["all"],
    )


def cluster(workshop: Workshop, **settings: Any) -> None:
    user = {"MasterUsername": "hanako", "MasterUserPassword": "not-a-secret"}
    named = {"DBClusterIdentifier": "data", "Engine": "aurora-mysql"}
    made(workshop, "rds:CreateDBCluster", **named, **user, **settings)


def cluster_of_old_version(workshop: Workshop) -> None:
    cluster(workshop, AutoMinorVersionUpgrade=False)


def subscription_to_snapshots(workshop: Workshop) -> None:
    """Somebody is told of some events, and of no others."""
    topic = f"arn:aws:sns:{TOKYO}:{ID}:alerts"
    made(workshop, "sns:CreateTopic", Name="alerts")
    named = {"SubscriptionName": "snapshots", "SnsTopicArn": topic, "SourceType": "db-snapshot"}
    made(workshop, "rds:CreateEventSubscription", **named, EventCategories=["creation"], Enabled=True)


SCENES: Mapping[str, Furnish] = {
    "add_standby": instance,
    "copy_tags_of_cluster": cluster,
    "copy_tags_of_instance": instance,
    "export_every_log": instance,
    "export_mariadb_logs": mariadb,
    "export_postgresql_log": postgresql,
    "export_sql_server_logs": sql_server,
    "keep_cluster_backups": cluster,
    "keep_instance_backups": instance,
    "let_iam_identities_into_instance": instance,
    "make_database_snapshot_private": public_snapshot,
    "protect_cluster_from_deletion": cluster,
    "protect_instance_from_deletion": instance,
    "subscribe_to_parameter_groups": subscription_to_snapshots,
    "subscribe_to_security_groups": subscription_to_snapshots,
    "upgrade_cluster_automatically": cluster_of_old_version,
    "upgrade_instance_automatically": instance_of_old_version,
    "withdraw_public_address": public_instance,
}

# What no account on the emulator asks for.
CANNOT: Mapping[str, str] = {
    "export_aurora_audit_log": "the emulator takes no change of what a cluster exports",
    "export_aurora_postgresql_log": "the emulator takes no change of what a cluster exports",
    "let_iam_identities_into_cluster": "the emulator takes no change of how people sign in to a cluster",
    "record_audit_events": "the emulator does not say whether somebody has set a parameter",
    "require_tls_of_instance": "the emulator does not know DescribeDBParameters",
    "require_tls_of_proxy": "the emulator does not know ModifyDBProxy",
    "widen_cluster_subscription": "the emulator does not know ModifyEventSubscription",
    "widen_instance_subscription": "the emulator does not know ModifyEventSubscription",
}
