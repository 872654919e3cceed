"""Neptune: what can be put right."""

from __future__ import annotations

from ishigaki.core.change import Changes, Disruption
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.rds.clusters import AUDIT, EVERYONE, Retention, export_audit_log, set_member, unshare
from ishigaki.services.rds.neptune.controls import GOOD, PRIVATE, PUBLIC
from ishigaki.services.rds.neptune.resources import DBCluster, DBClusterSnapshot


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(GOOD, exported_logs=())),
        mends(replace(GOOD, exported_logs=("slowquery",))),
        leaves(GOOD),
    ],
)
def export_neptune_audit_log(cluster: DBCluster) -> Changes:
    """Exports the audit log to CloudWatch Logs; other exports stay.

    Nothing is written before the cluster's parameter group asks for it, which is its owner's to decide.
    """
    if AUDIT not in cluster.exported_logs:
        yield export_audit_log(cluster)


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(PUBLIC), leaves(PRIVATE), leaves(DBClusterSnapshot(snapshot_type="automated"))],
)
def make_neptune_snapshot_private(snapshot: DBClusterSnapshot) -> Changes:
    """Ends the sharing of a manual snapshot with everyone; shares with single accounts stay."""
    if snapshot.snapshot_type == "manual" and EVERYONE in snapshot.attributes.restorable_by:
        yield unshare(snapshot)


@remediation(
    disruption=Disruption.NONE,
    examples=[mends(replace(GOOD, deletion_protection=False)), leaves(GOOD)],
)
def protect_neptune_cluster(cluster: DBCluster) -> Changes:
    """Switches deletion protection on."""
    if not cluster.deletion_protection:
        yield set_member(cluster, "deletion_protection", True, shown="DeletionProtection")


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(replace(GOOD, backup_retention_period=1)),
        mends(GOOD, asked=Retention(minimum_backup_retention_period=35)),
        leaves(GOOD),
        leaves(replace(GOOD, backup_retention_period=35)),
    ],
)
def keep_neptune_backups(cluster: DBCluster, asked: Retention) -> Changes:
    """Keeps automatic backups for as many days as the control asks; what is kept longer stays so."""
    least = asked.minimum_backup_retention_period
    if cluster.backup_retention_period < least:
        yield set_member(cluster, "backup_retention_period", least, shown="BackupRetentionPeriod")


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(replace(GOOD, iam_database_authentication_enabled=False)), leaves(GOOD)],
)
def require_iam_at_neptune(cluster: DBCluster) -> Changes:
    """Switches IAM authentication on: from then on every request that is not signed is refused."""
    if not cluster.iam_database_authentication_enabled:
        yield set_member(
            cluster,
            "iam_database_authentication_enabled",
            True,
            shown="IAMDatabaseAuthenticationEnabled",
            parameter="EnableIAMDatabaseAuthentication",
        )


@remediation(
    disruption=Disruption.NONE,
    examples=[mends(replace(GOOD, copy_tags_to_snapshot=False)), leaves(GOOD)],
)
def copy_neptune_tags(cluster: DBCluster) -> Changes:
    """Has a cluster hand its tags on to snapshots that are made from then on."""
    if not cluster.copy_tags_to_snapshot:
        yield set_member(cluster, "copy_tags_to_snapshot", True, shown="CopyTagsToSnapshot")


REMEDIATIONS = {
    "Neptune.2": export_neptune_audit_log,
    "Neptune.3": make_neptune_snapshot_private,
    "Neptune.4": protect_neptune_cluster,
    "Neptune.5": keep_neptune_backups,
    "Neptune.7": require_iam_at_neptune,
    "Neptune.8": copy_neptune_tags,
}
