"""RDS: what can be put right of the versions of engines."""

from __future__ import annotations

from ishigaki.core.change import Change, Changes, Disruption, note, skip
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.rds.modifying import cluster_decides, is_of_multi_az_cluster, sets
from ishigaki.services.rds.resources import DBCluster, DBInstance

INSTANCE = DBInstance(engine="mysql", db_cluster_identifier=None, auto_minor_version_upgrade=False)
CLUSTER = DBCluster(engine="aurora-mysql", auto_minor_version_upgrade=False)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(INSTANCE),
        mends(replace(INSTANCE, engine="aurora-mysql", db_cluster_identifier="cluster")),
        leaves(replace(INSTANCE, auto_minor_version_upgrade=True)),
        leaves(replace(INSTANCE, engine="custom-oracle-ee"), skip="custom_engine_is_not_upgraded"),
        leaves(replace(INSTANCE, db_cluster_identifier="cluster"), skip="cluster_upgrades"),
    ],
)
def upgrade_instance_automatically(instance: DBInstance) -> Changes:
    """Lets AWS upgrade an instance to minor versions in its maintenance window."""
    if instance.auto_minor_version_upgrade:
        return
    if instance.engine.startswith("custom-"):  # AWS refuses it
        yield skip("custom_engine_is_not_upgraded", instance=instance.name)
    elif is_of_multi_az_cluster(instance):
        yield cluster_decides(instance, "cluster_upgrades")
    else:
        yield _automatic(instance)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(CLUSTER),
        mends(replace(CLUSTER, engine="postgres")),
        leaves(replace(CLUSTER, auto_minor_version_upgrade=True)),
    ],
)
def upgrade_cluster_automatically(cluster: DBCluster) -> Changes:
    """Lets AWS upgrade an Aurora or Multi-AZ DB cluster to minor versions in its maintenance window."""
    if not cluster.auto_minor_version_upgrade:
        yield _automatic(cluster)


def _automatic(database: DBInstance | DBCluster) -> Change:
    upgraded = (note("upgrades_stay", database=database.name),)
    return sets(database, "auto_minor_version_upgrade", True, shown="AutoMinorVersionUpgrade", notes=upgraded)


REMEDIATIONS = {"RDS.13": upgrade_instance_automatically, "RDS.35": upgrade_cluster_automatically}
