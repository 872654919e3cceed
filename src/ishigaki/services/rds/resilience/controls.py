"""RDS: what is required so that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Meta

from ishigaki.core.control import Control, Parameters, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.rds.resources import DBCluster, DBInstance

# The engines of instances that RDS.8 names. It does not ask those of clusters: their cluster guards them.
PROTECTED = (
    "mariadb",
    "mysql",
    "custom-oracle-ee",
    "oracle-ee-cdb",
    "oracle-se2-cdb",
    "oracle-ee",
    "oracle-se2",
    "oracle-se1",
    "oracle-se",
    "postgres",
    "sqlserver-ee",
    "sqlserver-se",
    "sqlserver-ex",
    "sqlserver-web",
)
INSTANCE = DBInstance(
    engine="mysql",
    db_cluster_identifier=None,
    multi_az=True,
    deletion_protection=True,
    copy_tags_to_snapshot=True,
    backup_retention_period=7,
    replicates_instance=None,
    replicates_cluster=None,
)
CLUSTER = DBCluster(
    engine="aurora-postgresql",
    multi_az=True,
    deletion_protection=True,
    copy_tags_to_snapshot=True,
    backup_retention_period=7,
)


@control(
    "RDS.5",
    where=lambda instance: instance.is_alone,
    examples=[
        passes(INSTANCE),
        fails("one_zone", replace(INSTANCE, multi_az=False)),
        ignores(replace(INSTANCE, multi_az=False, db_cluster_identifier="cluster")),
    ],
)
def instance_has_standby(instance: DBInstance) -> Faults:
    """An instance that is no member of a cluster has a standby in another Availability Zone, read replicas too."""
    if not instance.multi_az:
        yield fault("one_zone")


@control(
    "RDS.7",
    examples=[
        passes(CLUSTER),
        fails("not_protected", replace(CLUSTER, deletion_protection=False)),
        fails("not_protected", replace(CLUSTER, engine="docdb", deletion_protection=False)),
    ],
)
def cluster_is_protected_from_deletion(cluster: DBCluster) -> Faults:
    """A cluster of any engine cannot be deleted before its protection is taken away."""
    if not cluster.deletion_protection:
        yield fault("not_protected")


@control(
    "RDS.8",
    where=lambda instance: instance.engine in PROTECTED,
    examples=[
        passes(INSTANCE),
        fails("not_protected", replace(INSTANCE, deletion_protection=False)),
        fails("not_protected", replace(INSTANCE, engine="sqlserver-web", deletion_protection=False)),
        fails("not_protected", replace(INSTANCE, db_cluster_identifier="c", deletion_protection=False)),
        ignores(replace(INSTANCE, engine="aurora-mysql", deletion_protection=False)),
        ignores(replace(INSTANCE, engine="db2-se", deletion_protection=False)),
    ],
)
def instance_is_protected_from_deletion(instance: DBInstance) -> Faults:
    """An instance of an engine that Security Hub names cannot be deleted before its protection is taken away."""
    if not instance.deletion_protection:
        yield fault("not_protected")


class Backups(Parameters, frozen=True):
    """What AWS lets an account set of RDS.11."""

    backup_retention_minimum: Annotated[int, Meta(ge=7, le=35)] = 7


FORTNIGHT = Backups(backup_retention_minimum=14)


@control(
    "RDS.11",
    where=lambda instance: not instance.is_replica,
    examples=[
        passes(INSTANCE),
        passes(replace(INSTANCE, backup_retention_period=14), asked=FORTNIGHT),
        fails("no_backups", replace(INSTANCE, backup_retention_period=0)),
        fails("kept_too_short", replace(INSTANCE, backup_retention_period=6)),
        fails("kept_too_short", replace(INSTANCE, backup_retention_period=13), asked=FORTNIGHT),
        fails("kept_too_short", replace(INSTANCE, db_cluster_identifier="c", backup_retention_period=1)),
        ignores(replace(INSTANCE, backup_retention_period=0, replicates_instance="source")),
        ignores(replace(INSTANCE, backup_retention_period=0, replicates_cluster="source")),
    ],
)
def instance_keeps_backups(instance: DBInstance, asked: Backups) -> Faults:
    """An instance that is no read replica keeps its automatic backups as long as is asked, by default seven days."""
    least = asked.backup_retention_minimum
    if not instance.backup_retention_period:
        yield fault("no_backups")
    elif instance.backup_retention_period < least:
        yield fault("kept_too_short", days=instance.backup_retention_period, least=least)


class Backtracking(Parameters, frozen=True, rename="pascal"):
    """What AWS lets an account set of RDS.14."""

    backtrack_window_in_hours: Annotated[float, Meta(ge=0.1, le=72)] | None = None


BACKTRACKED = DBCluster(engine="aurora-mysql", backtrack_window=86_400)
A_DAY = Backtracking(backtrack_window_in_hours=24)


@control(
    "RDS.14",
    where=lambda cluster: cluster.engine in ("aurora", "aurora-mysql"),
    examples=[
        passes(BACKTRACKED),
        passes(replace(BACKTRACKED, backtrack_window=60)),
        passes(BACKTRACKED, asked=A_DAY),
        fails("no_backtracking", replace(BACKTRACKED, backtrack_window=0)),
        fails("no_backtracking", replace(BACKTRACKED, engine="aurora", backtrack_window=0)),
        fails("no_backtracking", replace(BACKTRACKED, backtrack_window=0), asked=A_DAY),
        fails("other_window", replace(BACKTRACKED, backtrack_window=86_399), asked=A_DAY),
        fails("other_window", replace(BACKTRACKED, backtrack_window=86_401), asked=A_DAY),
        ignores(replace(BACKTRACKED, engine="aurora-postgresql", backtrack_window=0)),
    ],
)
def can_be_backtracked(cluster: DBCluster, asked: Backtracking) -> Faults:
    """An Aurora MySQL cluster can be backtracked; where a window is asked for, by exactly that long."""
    hours = asked.backtrack_window_in_hours
    if not cluster.backtrack_window:
        yield fault("no_backtracking")
    elif hours is not None and cluster.backtrack_window != round(hours * 3600):
        yield fault("other_window", hours=round(cluster.backtrack_window / 3600, 2), asked=hours)


@control(
    "RDS.15",
    where=lambda cluster: cluster.engine not in ("docdb", "neptune"),
    examples=[
        passes(CLUSTER),
        fails("one_zone", replace(CLUSTER, multi_az=False)),
        ignores(replace(CLUSTER, engine="docdb", multi_az=False)),
        ignores(replace(CLUSTER, engine="neptune", multi_az=False)),
    ],
)
def cluster_spans_zones(cluster: DBCluster) -> Faults:
    """An Aurora or Multi-AZ DB cluster has instances in several Availability Zones."""
    if not cluster.multi_az:
        yield fault("one_zone")


@control(
    "RDS.17",
    where=lambda instance: instance.is_alone,
    examples=[
        passes(INSTANCE),
        fails("tags_not_copied", replace(INSTANCE, copy_tags_to_snapshot=False)),
        ignores(replace(INSTANCE, db_cluster_identifier="cluster", copy_tags_to_snapshot=False)),
    ],
)
def instance_copies_tags(instance: DBInstance) -> Faults:
    """An instance that is no member of a cluster copies its tags to its snapshots."""
    if not instance.copy_tags_to_snapshot:
        yield fault("tags_not_copied")


def _tags(id: str, kind: str, is_asked: Callable[[Any], bool], engine: str, other: str) -> Control:
    """The control that clusters of one kind copy their tags; `other` is an engine that it does not ask."""
    good = replace(CLUSTER, engine=engine)

    @control(
        id,
        where=is_asked,
        doc=f"{kind} copies its tags to its snapshots.",
        examples=[
            passes(good),
            fails("tags_not_copied", replace(good, copy_tags_to_snapshot=False)),
            ignores(replace(good, engine=other, copy_tags_to_snapshot=False)),
        ],
    )
    def copies_tags(cluster: DBCluster) -> Faults:
        if not cluster.copy_tags_to_snapshot:
            yield fault("tags_not_copied")

    return copies_tags


class Retention(Parameters, frozen=True):
    """What AWS lets an account set of RDS.50."""

    minimum_backup_retention_period: Annotated[int, Meta(ge=7, le=35)] = 7


MONTH = Retention(minimum_backup_retention_period=30)


@control(
    "RDS.50",
    examples=[
        passes(CLUSTER),
        passes(replace(CLUSTER, backup_retention_period=30), asked=MONTH),
        fails("kept_too_short", replace(CLUSTER, backup_retention_period=6)),
        fails("kept_too_short", replace(CLUSTER, engine="neptune", backup_retention_period=1)),
        fails("kept_too_short", replace(CLUSTER, backup_retention_period=29), asked=MONTH),
    ],
)
def cluster_keeps_backups(cluster: DBCluster, asked: Retention) -> Faults:
    """A cluster of any engine keeps its automatic backups as long as is asked, by default seven days."""
    least = asked.minimum_backup_retention_period
    if cluster.backup_retention_period < least:
        yield fault("kept_too_short", days=cluster.backup_retention_period, least=least)


CONTROLS = (
    instance_has_standby,
    cluster_is_protected_from_deletion,
    instance_is_protected_from_deletion,
    instance_keeps_backups,
    can_be_backtracked,
    cluster_spans_zones,
    _tags("RDS.16", "An Aurora cluster", lambda c: c.engine.startswith("aurora"), "aurora-mysql", "mysql"),
    instance_copies_tags,
    _tags(
        "RDS.47", "A PostgreSQL Multi-AZ DB cluster", lambda c: c.engine == "postgres", "postgres", "mysql"
    ),
    _tags("RDS.48", "A MySQL Multi-AZ DB cluster", lambda c: c.engine == "mysql", "mysql", "postgres"),
    cluster_keeps_backups,
)
