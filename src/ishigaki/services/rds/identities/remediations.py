"""RDS: what can be put right of those who sign in."""

from __future__ import annotations

from ishigaki.core.change import Change, Changes, Disruption, Skip, skip
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.rds.identities.controls import BY_PASSWORD
from ishigaki.services.rds.modifying import cluster_decides, pending, sets
from ishigaki.services.rds.resources import DBCluster, DBInstance

INSTANCE = replace(BY_PASSWORD, pending_modified_values={})
CLUSTER = DBCluster(
    engine="aurora-mysql", iam_database_authentication_enabled=False, pending_modified_values={}
)
WAITING = {"EngineVersion": "8.0.42"}


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(INSTANCE),
        leaves(replace(INSTANCE, iam_database_authentication_enabled=True)),
        leaves(
            replace(INSTANCE, engine="aurora-mysql", db_cluster_identifier="cluster"),
            skip="cluster_takes_iam_identities",
        ),
        leaves(replace(INSTANCE, pending_modified_values=WAITING), skip="changes_are_pending"),
    ],
)
def let_iam_identities_into_instance(instance: DBInstance) -> Changes:
    """Lets IAM identities sign in to an instance, beside those who have a password."""
    if instance.iam_database_authentication_enabled:
        return
    if not instance.is_alone:
        yield cluster_decides(instance, "cluster_takes_iam_identities")
    else:
        yield _let_in(instance)


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(CLUSTER),
        mends(replace(CLUSTER, engine="postgres")),
        leaves(replace(CLUSTER, iam_database_authentication_enabled=True)),
        leaves(replace(CLUSTER, engine="neptune"), skip="neptune_takes_only_iam_identities"),
        leaves(replace(CLUSTER, pending_modified_values=WAITING), skip="changes_are_pending"),
    ],
)
def let_iam_identities_into_cluster(cluster: DBCluster) -> Changes:
    """Lets IAM identities sign in to a cluster, beside those who have a password.

    Neptune takes nobody else from then on, so its clusters are left to Neptune.7.
    """
    if cluster.iam_database_authentication_enabled:
        return
    if cluster.engine == "neptune":
        yield skip("neptune_takes_only_iam_identities", cluster=cluster.name)
    else:
        yield _let_in(cluster)


def _let_in(database: DBInstance | DBCluster) -> Change | Skip:
    if database.pending_modified_values:
        return pending(database)
    return sets(
        database,
        "iam_database_authentication_enabled",
        True,
        shown="IAMDatabaseAuthenticationEnabled",
        parameter="EnableIAMDatabaseAuthentication",
        ApplyImmediately=True,
    )


REMEDIATIONS = {"RDS.10": let_iam_identities_into_instance, "RDS.12": let_iam_identities_into_cluster}
