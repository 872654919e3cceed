"""DocumentDB: what can be put right. What RDS's controls ask, too, is put right by their remediations."""

from __future__ import annotations

from ishigaki.core.change import Changes, Disruption, note
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.rds.documentdb.controls import AUDIT, GOOD
from ishigaki.services.rds.exposure.remediations import make_database_snapshot_private
from ishigaki.services.rds.modifying import exports
from ishigaki.services.rds.resilience.remediations import keep_cluster_backups, protect_cluster_from_deletion
from ishigaki.services.rds.resources import DBCluster


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
        yield exports(cluster, (AUDIT,), notes=(note("audit_parameter_too", cluster=cluster.name),))


REMEDIATIONS = {
    "DocumentDB.2": keep_cluster_backups,
    "DocumentDB.3": make_database_snapshot_private,
    "DocumentDB.4": export_documentdb_audit_log,
    "DocumentDB.5": protect_cluster_from_deletion,
}
