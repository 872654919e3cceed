"""DocumentDB: what can be put right."""

from __future__ import annotations

from ishigaki.core.change import Changes, Disruption
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.rds.clusters import AUDIT, EVERYONE, Retention, export_audit_log, set_member, unshare
from ishigaki.services.rds.documentdb.controls import GOOD, PRIVATE, PUBLIC
from ishigaki.services.rds.documentdb.resources import DBCluster, DBClusterSnapshot


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(GOOD, exported_logs=())),
        mends(replace(GOOD, exported_logs=("profiler",))),
        leaves(GOOD),
    ],
)
def export_documentdb_audit_log(cluster: DBCluster) -> Changes:
    """Exports the audit log to CloudWatch Logs; other exports stay.

    Nothing is written before the cluster's parameter group asks for it, which is its owner's to decide.
    """
    if AUDIT not in cluster.exported_logs:
        yield export_audit_log(cluster)


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(PUBLIC), leaves(PRIVATE), leaves(DBClusterSnapshot(snapshot_type="automated"))],
)
def make_documentdb_snapshot_private(snapshot: DBClusterSnapshot) -> Changes:
    """Ends the sharing of a manual snapshot with everyone; shares with single accounts stay."""
    if snapshot.snapshot_type == "manual" and EVERYONE in snapshot.attributes.restorable_by:
        yield unshare(snapshot)


@remediation(
    disruption=Disruption.NONE,
    examples=[mends(replace(GOOD, deletion_protection=False)), leaves(GOOD)],
)
def protect_documentdb_cluster(cluster: DBCluster) -> Changes:
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
def keep_documentdb_backups(cluster: DBCluster, asked: Retention) -> Changes:
    """Keeps automatic backups for as many days as the control asks; what is kept longer stays so."""
    least = asked.minimum_backup_retention_period
    if cluster.backup_retention_period < least:
        yield set_member(cluster, "backup_retention_period", least, shown="BackupRetentionPeriod")


REMEDIATIONS = {
    "DocumentDB.2": keep_documentdb_backups,
    "DocumentDB.3": make_documentdb_snapshot_private,
    "DocumentDB.4": export_documentdb_audit_log,
    "DocumentDB.5": protect_documentdb_cluster,
}
