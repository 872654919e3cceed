"""RDS: what is required of encryption at rest."""

from __future__ import annotations

from ishigaki.core.control import Control, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.rds.resources import DBCluster, DBClusterSnapshot, DBInstance, DBSnapshot

INSTANCE = DBInstance(storage_encrypted=True)
CLUSTER = DBCluster(storage_encrypted=True)
SNAPSHOT = DBSnapshot(encrypted=True)
CLUSTER_SNAPSHOT = DBClusterSnapshot(encrypted=True)


@control(
    "RDS.3",
    examples=[passes(INSTANCE), fails("not_encrypted", replace(INSTANCE, storage_encrypted=False))],
)
def instance_is_encrypted(instance: DBInstance) -> Faults:
    """The storage of an instance is encrypted with whatever KMS key; of every engine, members of clusters too."""
    if not instance.storage_encrypted:
        yield fault("not_encrypted")


@control(
    "RDS.4",
    examples=[
        passes(SNAPSHOT),
        passes(CLUSTER_SNAPSHOT),
        fails("not_encrypted", replace(SNAPSHOT, encrypted=False)),
        fails("not_encrypted", replace(CLUSTER_SNAPSHOT, encrypted=False)),
    ],
)
def snapshot_is_encrypted(snapshot: DBSnapshot | DBClusterSnapshot) -> Faults:
    """A snapshot is encrypted with whatever KMS key, however it came about."""
    if not snapshot.encrypted:
        yield fault("not_encrypted")


@control(
    "RDS.27",
    examples=[passes(CLUSTER), fails("not_encrypted", replace(CLUSTER, storage_encrypted=False))],
)
def cluster_is_encrypted(cluster: DBCluster) -> Faults:
    """The storage of a cluster of any engine is encrypted with a KMS key of the account.

    Storage that AWS encrypts with a key of its own is shown as not encrypted, and fails.
    """
    if not cluster.storage_encrypted:
        yield fault("not_encrypted")


CONTROLS: tuple[Control, ...] = (instance_is_encrypted, snapshot_is_encrypted, cluster_is_encrypted)
