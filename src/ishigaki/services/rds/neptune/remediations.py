"""Neptune: what can be put right. What RDS's controls ask, too, is put right by their remediations."""

from __future__ import annotations

from ishigaki.core.change import Changes, Disruption, note
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.rds.exposure.remediations import make_database_snapshot_private
from ishigaki.services.rds.modifying import exports, sets
from ishigaki.services.rds.neptune.controls import AUDIT, GOOD
from ishigaki.services.rds.resilience.remediations import (
    copy_tags_of_cluster,
    keep_cluster_backups,
    protect_cluster_from_deletion,
)
from ishigaki.services.rds.resources import DBCluster


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
        yield exports(cluster, (AUDIT,), notes=(note("audit_parameter_too", cluster=cluster.name),))


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(replace(GOOD, iam_database_authentication_enabled=False)), leaves(GOOD)],
)
def require_iam_at_neptune(cluster: DBCluster) -> Changes:
    """Switches IAM authentication on: from then on every request that is not signed is refused."""
    if not cluster.iam_database_authentication_enabled:
        yield sets(
            cluster,
            "iam_database_authentication_enabled",
            True,
            shown="IAMDatabaseAuthenticationEnabled",
            parameter="EnableIAMDatabaseAuthentication",
        )


REMEDIATIONS = {
    "Neptune.2": export_neptune_audit_log,
    "Neptune.3": make_database_snapshot_private,
    "Neptune.4": protect_cluster_from_deletion,
    "Neptune.5": keep_cluster_backups,
    "Neptune.7": require_iam_at_neptune,
    "Neptune.8": copy_tags_of_cluster,
}
