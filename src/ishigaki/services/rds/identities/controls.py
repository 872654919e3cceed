"""RDS: what is required of those who sign in."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.rds.resources import DBCluster, DBInstance

# Which instances RDS.10 is about, by AWS's words.
ENGINES = ("mysql", "postgres", "aurora", "aurora-mysql", "aurora-postgresql", "mariadb")
STATES = ("available", "backing-up", "storage-optimization", "storage-full")
DEFAULT_NAMES = ("admin", "postgres")
INSTANCE = DBInstance(
    engine="mysql",
    db_instance_status="available",
    db_cluster_identifier=None,
    iam_database_authentication_enabled=True,
    master_username="hanako",
)
CLUSTER = DBCluster(
    engine="aurora-postgresql", iam_database_authentication_enabled=True, master_username="hanako"
)
BY_PASSWORD = replace(INSTANCE, iam_database_authentication_enabled=False)


@control(
    "RDS.10",
    where=lambda instance: instance.engine in ENGINES and instance.db_instance_status in STATES,
    examples=[
        passes(INSTANCE),
        fails("no_iam_authentication", BY_PASSWORD),
        fails("no_iam_authentication", replace(BY_PASSWORD, engine="mariadb")),
        fails("no_iam_authentication", replace(BY_PASSWORD, db_instance_status="storage-full")),
        ignores(replace(BY_PASSWORD, engine="oracle-ee")),
        ignores(replace(BY_PASSWORD, db_instance_status="stopped")),
    ],
)
def instance_takes_iam_identities(instance: DBInstance) -> Faults:
    """An instance in use, of an engine that can, lets IAM identities sign in; members of Aurora clusters too."""
    if not instance.iam_database_authentication_enabled:
        yield fault("no_iam_authentication")


@control(
    "RDS.12",
    where=lambda cluster: cluster.engine != "docdb",
    examples=[
        passes(CLUSTER),
        fails("no_iam_authentication", replace(CLUSTER, iam_database_authentication_enabled=False)),
        fails(
            "no_iam_authentication",
            replace(CLUSTER, engine="neptune", iam_database_authentication_enabled=False),
        ),
        ignores(replace(CLUSTER, engine="docdb", iam_database_authentication_enabled=False)),
    ],
)
def cluster_takes_iam_identities(cluster: DBCluster) -> Faults:
    """A cluster lets IAM identities sign in. DocumentDB has no such setting of a cluster and is not judged."""
    if not cluster.iam_database_authentication_enabled:
        yield fault("no_iam_authentication")


@control(
    "RDS.24",
    where=lambda cluster: cluster.engine not in ("docdb", "neptune"),
    examples=[
        passes(CLUSTER),
        fails("default_name", replace(CLUSTER, master_username="postgres")),
        fails("default_name", replace(CLUSTER, master_username="Admin")),
        ignores(replace(CLUSTER, engine="docdb", master_username="admin")),
        ignores(replace(CLUSTER, engine="neptune", master_username="admin")),
    ],
)
def cluster_renames_admin(cluster: DBCluster) -> Faults:
    """The administrator of an Aurora or Multi-AZ DB cluster is not called by the console's default name."""
    if cluster.master_username.lower() in DEFAULT_NAMES:
        yield fault("default_name", user=cluster.master_username)


@control(
    "RDS.25",
    where=lambda instance: instance.is_alone and instance.engine not in ("docdb", "neptune"),
    examples=[
        passes(INSTANCE),
        fails("default_name", replace(INSTANCE, master_username="admin")),
        fails("default_name", replace(INSTANCE, engine="oracle-ee", master_username="ADMIN")),
        fails("default_name", replace(INSTANCE, engine="postgres", master_username="postgres")),
        ignores(replace(INSTANCE, db_cluster_identifier="cluster", master_username="admin")),
        ignores(replace(INSTANCE, engine="neptune", master_username="admin")),
        ignores(replace(INSTANCE, engine="docdb", master_username="admin")),
    ],
)
def instance_renames_admin(instance: DBInstance) -> Faults:
    """The administrator of an instance that is no member of a cluster is not called by the console's default name."""
    if instance.master_username.lower() in DEFAULT_NAMES:
        yield fault("default_name", user=instance.master_username)


CONTROLS = (
    instance_takes_iam_identities,
    cluster_takes_iam_identities,
    cluster_renames_admin,
    instance_renames_admin,
)
