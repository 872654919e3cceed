"""DocumentDB: what is required of clusters and snapshots; those of other engines are not judged."""

from __future__ import annotations

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.rds.exposure.controls import EVERYONE, restorable_by
from ishigaki.services.rds.resilience.controls import MONTH, Retention
from ishigaki.services.rds.resources import (
    DOCUMENTDB,
    ClusterMember,
    DBCluster,
    DBClusterSnapshot,
    Parameter,
    value_of,
)

AUDIT = "audit"  # the type of log
IN_SYNC = "in-sync"
STRICT_TLS = ("tls1.2+", "tls1.3+", "fips-140-3")
LOOSE_TLS = ("disabled", "enabled")  # `enabled` admits TLS 1.0 and 1.1


def tls(value: str) -> tuple[Parameter, ...]:
    return (Parameter(parameter_name="tls", parameter_value=value),)


INSTANCE = ClusterMember(db_instance_identifier="one", db_cluster_parameter_group_status=IN_SYNC)
REBOOT = replace(INSTANCE, db_instance_identifier="two", db_cluster_parameter_group_status="pending-reboot")
GOOD = DBCluster(
    engine=DOCUMENTDB,
    storage_encrypted=True,
    backup_retention_period=7,
    deletion_protection=True,
    exported_logs=(AUDIT,),
    db_cluster_members=(INSTANCE,),
    db_cluster_parameter_group="strict",
    tls_parameters=tls("tls1.2+"),
)
PRIVATE = DBClusterSnapshot(
    engine=DOCUMENTDB, snapshot_type="manual", attributes=restorable_by("999988887777")
)
PUBLIC = replace(PRIVATE, attributes=restorable_by("999988887777", EVERYONE))


def is_documentdbs(thing: DBCluster | DBClusterSnapshot) -> bool:
    return thing.engine == DOCUMENTDB


@control(
    "DocumentDB.1",
    where=is_documentdbs,
    examples=[
        passes(GOOD),
        fails("not_encrypted", replace(GOOD, storage_encrypted=False)),
        ignores(replace(GOOD, engine="aurora-mysql", storage_encrypted=False)),
    ],
)
def is_encrypted(cluster: DBCluster) -> Faults:
    """A cluster is encrypted with a KMS key: a key that AWS owns alone does not show as StorageEncrypted."""
    if not cluster.storage_encrypted:
        yield fault("not_encrypted")


@control(
    "DocumentDB.2",
    where=is_documentdbs,
    examples=[
        passes(GOOD),
        fails("short_retention", replace(GOOD, backup_retention_period=6)),
        passes(replace(GOOD, backup_retention_period=30), asked=MONTH),
        fails("short_retention", replace(GOOD, backup_retention_period=29), asked=MONTH),
        ignores(replace(GOOD, engine="aurora-mysql", backup_retention_period=1)),
    ],
)
def keeps_backups(cluster: DBCluster, asked: Retention) -> Faults:
    """Automatic backups of a cluster are kept for as many days as asked, 7 unless the account says more."""
    if cluster.backup_retention_period < asked.minimum_backup_retention_period:
        yield fault(
            "short_retention",
            days=cluster.backup_retention_period,
            least=asked.minimum_backup_retention_period,
        )


@control(
    "DocumentDB.3",
    where=lambda snapshot: is_documentdbs(snapshot) and snapshot.snapshot_type == "manual",
    examples=[
        passes(PRIVATE),
        passes(replace(PRIVATE, attributes=restorable_by())),
        fails("public_snapshot", PUBLIC),
        # Only a manual snapshot can be shared.
        ignores(DBClusterSnapshot(engine=DOCUMENTDB, snapshot_type="automated")),
        ignores(DBClusterSnapshot(engine=DOCUMENTDB, snapshot_type="awsbackup")),
        ignores(replace(PUBLIC, engine="neptune")),
    ],
)
def is_private(snapshot: DBClusterSnapshot) -> Faults:
    """A manual snapshot cannot be restored by everyone."""
    if EVERYONE in snapshot.attributes.restorable_by:
        yield fault("public_snapshot")


@control(
    "DocumentDB.4",
    where=is_documentdbs,
    examples=[
        passes(GOOD),
        passes(replace(GOOD, exported_logs=("profiler", AUDIT))),
        fails("audit_not_exported", replace(GOOD, exported_logs=())),
        fails("audit_not_exported", replace(GOOD, exported_logs=("profiler",))),
        ignores(replace(GOOD, engine="aurora-mysql", exported_logs=())),
    ],
)
def exports_audit_log(cluster: DBCluster) -> Faults:
    """A cluster exports its audit log to CloudWatch Logs; whether its parameter group has it write one is not asked."""
    if AUDIT not in cluster.exported_logs:
        yield fault("audit_not_exported")


@control(
    "DocumentDB.5",
    where=is_documentdbs,
    examples=[
        passes(GOOD),
        fails("unprotected", replace(GOOD, deletion_protection=False)),
        ignores(replace(GOOD, engine="aurora-mysql", deletion_protection=False)),
    ],
)
def is_protected_from_deletion(cluster: DBCluster) -> Faults:
    """A cluster cannot be deleted before its deletion protection is taken off."""
    if not cluster.deletion_protection:
        yield fault("unprotected")


@control(
    "DocumentDB.6",
    where=is_documentdbs,
    examples=[
        *(passes(replace(GOOD, tls_parameters=tls(value))) for value in STRICT_TLS),
        passes(replace(GOOD, db_cluster_members=())),
        *(fails("tls_not_required", replace(GOOD, tls_parameters=tls(value))) for value in LOOSE_TLS),
        fails("not_in_sync", replace(GOOD, db_cluster_members=(INSTANCE, REBOOT))),
        cannot_tell(replace(GOOD, tls_parameters=tls("tls1.4+"))),
        cannot_tell(replace(GOOD, tls_parameters=())),
        ignores(replace(GOOD, engine="neptune", db_cluster_members=(REBOOT,))),
    ],
)
def requires_tls(cluster: DBCluster) -> Faults:
    """Connections need TLS 1.2 or later by a parameter group that every instance of the cluster goes by.

    `enabled`, too, fails: it admits old versions of TLS. A value that AWS does not document yet is unseen.
    """
    for each in chosen(
        cluster.db_cluster_members, lambda one: one.db_cluster_parameter_group_status != IN_SYNC
    ):
        yield fault(
            "not_in_sync",
            instance=each.db_instance_identifier,
            status=each.db_cluster_parameter_group_status,
        )
    least = value_of(cluster.tls_parameters, "tls")
    if least in LOOSE_TLS:
        yield fault("tls_not_required", group=cluster.db_cluster_parameter_group, value=least)
    elif least not in STRICT_TLS:
        raise Unseen("DBCluster.tls_parameters", UNKNOWN_VALUE)


CONTROLS = (
    is_encrypted,
    keeps_backups,
    is_private,
    exports_audit_log,
    is_protected_from_deletion,
    requires_tls,
)
