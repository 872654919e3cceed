"""Neptune: what is required of clusters and snapshots; those of other engines are not judged."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.rds.exposure.controls import EVERYONE, restorable_by
from ishigaki.services.rds.resilience.controls import MONTH, Retention
from ishigaki.services.rds.resources import NEPTUNE, DBCluster, DBClusterSnapshot

AUDIT = "audit"  # the type of log
GOOD = DBCluster(
    engine=NEPTUNE,
    storage_encrypted=True,
    backup_retention_period=7,
    deletion_protection=True,
    iam_database_authentication_enabled=True,
    copy_tags_to_snapshot=True,
    exported_logs=(AUDIT,),
)
PRIVATE = DBClusterSnapshot(
    engine=NEPTUNE, snapshot_type="manual", encrypted=True, attributes=restorable_by("999988887777")
)
PUBLIC = replace(PRIVATE, attributes=restorable_by("999988887777", EVERYONE))


def is_neptunes(thing: DBCluster | DBClusterSnapshot) -> bool:
    return thing.engine == NEPTUNE


@control(
    "Neptune.1",
    where=is_neptunes,
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
    "Neptune.2",
    where=is_neptunes,
    examples=[
        passes(GOOD),
        passes(replace(GOOD, exported_logs=("slowquery", AUDIT))),
        fails("audit_not_exported", replace(GOOD, exported_logs=())),
        fails("audit_not_exported", replace(GOOD, exported_logs=("slowquery",))),
        ignores(replace(GOOD, engine="aurora-mysql", exported_logs=())),
    ],
)
def exports_audit_log(cluster: DBCluster) -> Faults:
    """A cluster exports its audit log to CloudWatch Logs; whether its parameter group has it write one is not asked."""
    if AUDIT not in cluster.exported_logs:
        yield fault("audit_not_exported")


@control(
    "Neptune.3",
    where=lambda snapshot: is_neptunes(snapshot) and snapshot.snapshot_type == "manual",
    examples=[
        passes(PRIVATE),
        passes(replace(PRIVATE, attributes=restorable_by())),
        fails("public_snapshot", PUBLIC),
        # Only a manual snapshot can be shared.
        ignores(DBClusterSnapshot(engine=NEPTUNE, snapshot_type="automated")),
        ignores(DBClusterSnapshot(engine=NEPTUNE, snapshot_type="awsbackup")),
        ignores(replace(PUBLIC, engine="docdb")),
    ],
)
def is_private(snapshot: DBClusterSnapshot) -> Faults:
    """A manual snapshot cannot be restored by everyone."""
    if EVERYONE in snapshot.attributes.restorable_by:
        yield fault("public_snapshot")


@control(
    "Neptune.4",
    where=is_neptunes,
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
    "Neptune.5",
    where=is_neptunes,
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
    "Neptune.6",
    where=is_neptunes,
    examples=[
        passes(PRIVATE),
        fails("not_encrypted", replace(PRIVATE, encrypted=False)),
        ignores(replace(PRIVATE, engine="aurora-mysql", encrypted=False)),
    ],
)
def snapshot_is_encrypted(snapshot: DBClusterSnapshot) -> Faults:
    """A snapshot is encrypted, manual or automatic."""
    if not snapshot.encrypted:
        yield fault("not_encrypted")


@control(
    "Neptune.7",
    where=is_neptunes,
    examples=[
        passes(GOOD),
        fails("iam_off", replace(GOOD, iam_database_authentication_enabled=False)),
        ignores(replace(GOOD, engine="aurora-mysql", iam_database_authentication_enabled=False)),
    ],
)
def authenticates_by_iam(cluster: DBCluster) -> Faults:
    """A cluster answers only requests that are signed with credentials of IAM."""
    if not cluster.iam_database_authentication_enabled:
        yield fault("iam_off")


@control(
    "Neptune.8",
    where=is_neptunes,
    examples=[
        passes(GOOD),
        fails("tags_not_copied", replace(GOOD, copy_tags_to_snapshot=False)),
        ignores(replace(GOOD, engine="aurora-mysql", copy_tags_to_snapshot=False)),
    ],
)
def copies_tags(cluster: DBCluster) -> Faults:
    """A cluster hands its tags on to its snapshots."""
    if not cluster.copy_tags_to_snapshot:
        yield fault("tags_not_copied")


CONTROLS = (
    is_encrypted,
    exports_audit_log,
    is_private,
    is_protected_from_deletion,
    keeps_backups,
    snapshot_is_encrypted,
    authenticates_by_iam,
    copies_tags,
)
