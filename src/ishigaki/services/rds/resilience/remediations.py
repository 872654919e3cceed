"""RDS: what can be put right so that nothing is lost."""

from __future__ import annotations

import dataclasses

from ishigaki.core.change import Changes, Disruption, note, skip
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.rds.modifying import cluster_decides, is_of_multi_az_cluster, pending, sets
from ishigaki.services.rds.resilience.controls import FORTNIGHT, MONTH, Backups, Retention
from ishigaki.services.rds.resources import DBCluster, DBInstance

CONVERSION_SECONDS = 7_200
INSTANCE = DBInstance(
    engine="mysql",
    db_cluster_identifier=None,
    multi_az=False,
    deletion_protection=False,
    copy_tags_to_snapshot=False,
    backup_retention_period=1,
    replicates_instance=None,
    replicates_cluster=None,
    pending_modified_values={},
)
CLUSTER = DBCluster(
    engine="aurora-mysql", deletion_protection=False, copy_tags_to_snapshot=False, backup_retention_period=1
)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(INSTANCE),
        leaves(replace(INSTANCE, multi_az=True)),
        leaves(replace(INSTANCE, db_cluster_identifier="cluster")),
        leaves(replace(INSTANCE, engine="sqlserver-ex"), skip="no_standby_for_engine"),
        leaves(replace(INSTANCE, engine="custom-oracle-ee"), skip="no_standby_for_engine"),
        leaves(
            replace(INSTANCE, pending_modified_values={"EngineVersion": "8.0.42"}), skip="changes_are_pending"
        ),
    ],
)
def add_standby(instance: DBInstance) -> Changes:
    """Gives an instance a standby in another Availability Zone, now and not in the maintenance window."""
    if instance.multi_az or not instance.is_alone:
        return
    if instance.engine == "sqlserver-ex" or instance.engine.startswith("custom-"):
        yield skip("no_standby_for_engine", instance=instance.name, engine=instance.engine)
    elif instance.pending_modified_values:
        yield pending(instance)
    else:
        yield sets(
            instance,
            "multi_az",
            True,
            shown="MultiAZ",
            notes=(note("standby_doubles_price", instance=instance.name),),
            seconds=CONVERSION_SECONDS,
            ApplyImmediately=True,
        )


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(CLUSTER),
        mends(replace(CLUSTER, engine="docdb")),
        leaves(replace(CLUSTER, deletion_protection=True)),
    ],
)
def protect_cluster_from_deletion(cluster: DBCluster) -> Changes:
    """Protects a cluster of any engine from being deleted."""
    if not cluster.deletion_protection:
        yield sets(cluster, "deletion_protection", True, shown="DeletionProtection")


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(INSTANCE),
        leaves(replace(INSTANCE, deletion_protection=True)),
        leaves(replace(INSTANCE, db_cluster_identifier="cluster"), skip="cluster_is_protected"),
    ],
)
def protect_instance_from_deletion(instance: DBInstance) -> Changes:
    """Protects an instance from being deleted; the protection of a member of a cluster is the cluster's."""
    if instance.deletion_protection:
        return
    if is_of_multi_az_cluster(instance):
        yield cluster_decides(instance, "cluster_is_protected")
    else:
        yield sets(instance, "deletion_protection", True, shown="DeletionProtection")


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(CLUSTER),
        mends(replace(CLUSTER, engine="postgres")),
        mends(replace(CLUSTER, engine="mysql")),
        mends(replace(CLUSTER, engine="neptune")),
        leaves(replace(CLUSTER, copy_tags_to_snapshot=True)),
    ],
)
def copy_tags_of_cluster(cluster: DBCluster) -> Changes:
    """Lets the snapshots of a cluster that are made from now on have its tags."""
    if not cluster.copy_tags_to_snapshot:
        yield sets(cluster, "copy_tags_to_snapshot", True, shown="CopyTagsToSnapshot")


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(INSTANCE),
        leaves(replace(INSTANCE, copy_tags_to_snapshot=True)),
        leaves(replace(INSTANCE, db_cluster_identifier="cluster")),
    ],
)
def copy_tags_of_instance(instance: DBInstance) -> Changes:
    """Lets the snapshots of an instance that are made from now on have its tags."""
    if instance.is_alone and not instance.copy_tags_to_snapshot:
        yield sets(instance, "copy_tags_to_snapshot", True, shown="CopyTagsToSnapshot")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(CLUSTER),
        mends(replace(CLUSTER, engine="docdb")),
        mends(replace(CLUSTER, backup_retention_period=14), asked=MONTH),
        leaves(replace(CLUSTER, backup_retention_period=7)),
        leaves(replace(CLUSTER, backup_retention_period=35), asked=MONTH),
    ],
)
def keep_cluster_backups(cluster: DBCluster, asked: Retention) -> Changes:
    """Keeps the automatic backups of a cluster as long as is asked; it never shortens the time."""
    least = asked.minimum_backup_retention_period
    if cluster.backup_retention_period < least:
        yield sets(cluster, "backup_retention_period", least, shown="BackupRetentionPeriod")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(INSTANCE),
        mends(replace(INSTANCE, backup_retention_period=0)),
        mends(replace(INSTANCE, backup_retention_period=7), asked=FORTNIGHT),
        leaves(replace(INSTANCE, backup_retention_period=7)),
        leaves(replace(INSTANCE, backup_retention_period=0, replicates_instance="source")),
        leaves(replace(INSTANCE, db_cluster_identifier="cluster"), skip="cluster_keeps_backups"),
        leaves(
            replace(INSTANCE, backup_retention_period=0, pending_modified_values={"EngineVersion": "8.0.42"}),
            skip="changes_are_pending",
        ),
    ],
)
def keep_instance_backups(instance: DBInstance, asked: Backups) -> Changes:
    """Keeps the automatic backups of an instance as long as is asked; it never shortens the time.

    To begin with backups interrupts storage for a moment, and would wait for the maintenance window if not asked
    to be done at once.
    """
    least, days = asked.backup_retention_minimum, instance.backup_retention_period
    if instance.is_replica or days >= least:
        return
    if not instance.is_alone:
        yield cluster_decides(instance, "cluster_keeps_backups")
    elif days:
        yield sets(instance, "backup_retention_period", least, shown="BackupRetentionPeriod")
    elif instance.pending_modified_values:
        yield pending(instance)
    else:
        begun = sets(
            instance,
            "backup_retention_period",
            least,
            shown="BackupRetentionPeriod",
            notes=(note("storage_pauses", instance=instance.name),),
            ApplyImmediately=True,
        )
        yield dataclasses.replace(begun, disruption=Disruption.HIGH)


REMEDIATIONS = {
    "RDS.5": add_standby,
    "RDS.7": protect_cluster_from_deletion,
    "RDS.8": protect_instance_from_deletion,
    "RDS.11": keep_instance_backups,
    "RDS.16": copy_tags_of_cluster,
    "RDS.17": copy_tags_of_instance,
    "RDS.47": copy_tags_of_cluster,
    "RDS.48": copy_tags_of_cluster,
    "RDS.50": keep_cluster_backups,
}
