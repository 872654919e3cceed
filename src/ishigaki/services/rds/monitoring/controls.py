"""RDS: what is required of logs and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta

from ishigaki.core.control import Parameters, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.rds.resources import ClusterMember, DBCluster, DBInstance, Parameter, value_of

ON = ("1", "ON")
LOGGING, EVENTS = "server_audit_logging", "server_audit_events"


class Monitoring(Parameters, frozen=True):
    """What AWS lets an account set of RDS.6."""

    monitoring_interval: Literal[1, 5, 10, 15, 30, 60] | None = None


MONITORED = DBInstance(engine="mysql", monitoring_interval=60)
EVERY_TEN = Monitoring(monitoring_interval=10)


@control(
    "RDS.6",
    where=lambda instance: instance.engine not in ("docdb", "neptune"),
    examples=[
        passes(MONITORED),
        passes(replace(MONITORED, monitoring_interval=10), asked=EVERY_TEN),
        fails("not_monitored", replace(MONITORED, monitoring_interval=0)),
        fails("not_monitored", replace(MONITORED, monitoring_interval=0), asked=EVERY_TEN),
        fails("other_interval", replace(MONITORED, monitoring_interval=5), asked=EVERY_TEN),
        ignores(replace(MONITORED, engine="docdb", monitoring_interval=0)),
        ignores(replace(MONITORED, engine="neptune", monitoring_interval=0)),
    ],
)
def has_enhanced_monitoring(instance: DBInstance, asked: Monitoring) -> Faults:
    """Enhanced Monitoring is on; where an interval is asked for, at exactly that one.

    Neptune and DocumentDB have no Enhanced Monitoring and are not judged.
    """
    if not instance.monitoring_interval:
        yield fault("not_monitored")
    elif asked.monitoring_interval not in (None, instance.monitoring_interval):
        yield fault("other_interval", seconds=instance.monitoring_interval, asked=asked.monitoring_interval)


OF_MYSQL = ("audit", "error", "general", "slowquery")
# The types of log that RDS.9 asks for; those of Oracle and SQL Server whatever the edition.
LOGS = {
    "aurora": OF_MYSQL,
    "aurora-mysql": OF_MYSQL,
    "aurora-postgresql": ("postgresql",),
    "mariadb": OF_MYSQL,
    "mysql": OF_MYSQL,
    "oracle-": ("alert", "audit", "listener", "trace"),
    "postgres": ("postgresql", "upgrade"),
    "sqlserver-": ("agent", "error"),
}


def logs_of(engine: str) -> Sequence[str]:
    """The types of log that RDS.9 asks an engine for."""
    edition_of = engine.partition("-")[0] + "-"
    return LOGS.get(engine) or LOGS.get(edition_of, ())


def missing(database: DBInstance | DBCluster, wanted: Sequence[str]) -> list[str]:
    """The types of log that are wanted and not exported."""
    return [each for each in wanted if each not in database.exported_logs]


def _exported(database: DBInstance | DBCluster, wanted: Sequence[str]) -> Faults:
    if lacking := missing(database, wanted):
        yield fault("not_exported", logs=", ".join(lacking))


def _logging(engine: str, *logs: str) -> DBInstance:
    return DBInstance(engine=engine, exported_logs=logs)


@control(
    "RDS.9",
    where=lambda instance: bool(logs_of(instance.engine)),
    examples=[
        passes(_logging("mysql", "slowquery", "general", "error", "audit")),
        passes(_logging("aurora-postgresql", "postgresql")),
        fails("not_exported", _logging("mysql", "slowquery", "general", "error")),
        fails("not_exported", _logging("aurora", "audit")),
        fails("not_exported", _logging("aurora-mysql")),
        fails("not_exported", _logging("aurora-postgresql")),
        fails("not_exported", _logging("mariadb", "audit", "error", "general")),
        fails("not_exported", _logging("postgres", "postgresql")),
        fails("not_exported", _logging("oracle-ee-cdb", "alert", "audit", "trace")),
        fails("not_exported", _logging("sqlserver-ex", "error")),
        ignores(_logging("db2-se")),
        ignores(_logging("custom-oracle-ee")),
        ignores(_logging("neptune")),
    ],
)
def exports_every_log(instance: DBInstance) -> Faults:
    """An instance exports every type of log that AWS names for its engine to CloudWatch Logs."""
    yield from _exported(instance, logs_of(instance.engine))


CLUSTER = DBCluster(engine="aurora-mysql", engine_mode="provisioned", exported_logs=("audit",))


@control(
    "RDS.34",
    where=lambda cluster: (
        cluster.engine in ("aurora", "aurora-mysql") and cluster.engine_mode != "serverless"
    ),
    examples=[
        passes(CLUSTER),
        fails("not_exported", replace(CLUSTER, exported_logs=("error",))),
        fails("not_exported", replace(CLUSTER, engine="aurora", exported_logs=())),
        ignores(replace(CLUSTER, engine_mode="serverless", exported_logs=())),
        ignores(replace(CLUSTER, engine="aurora-postgresql", exported_logs=())),
    ],
)
def exports_audit_log(cluster: DBCluster) -> Faults:
    """An Aurora MySQL cluster, unless it is of Aurora Serverless v1, exports its audit log to CloudWatch Logs.

    The parameter server_audit_logs_upload, which does the same, does not count with AWS.
    """
    yield from _exported(cluster, ("audit",))


@control(
    "RDS.36",
    where=lambda instance: instance.engine == "postgres",
    examples=[
        passes(_logging("postgres", "postgresql")),
        fails("not_exported", _logging("postgres", "upgrade")),
        ignores(_logging("aurora-postgresql")),
    ],
)
def exports_postgresql_log(instance: DBInstance) -> Faults:
    """An RDS for PostgreSQL instance exports its PostgreSQL log to CloudWatch Logs."""
    yield from _exported(instance, ("postgresql",))


@control(
    "RDS.37",
    where=lambda cluster: cluster.engine == "aurora-postgresql",
    examples=[
        passes(DBCluster(engine="aurora-postgresql", exported_logs=("postgresql",))),
        fails("not_exported", DBCluster(engine="aurora-postgresql", exported_logs=("instance",))),
        ignores(DBCluster(engine="postgres", exported_logs=())),
    ],
)
def cluster_exports_postgresql_log(cluster: DBCluster) -> Faults:
    """An Aurora PostgreSQL cluster exports its PostgreSQL log to CloudWatch Logs."""
    yield from _exported(cluster, ("postgresql",))


class SqlServerLogs(Parameters, frozen=True):
    """What AWS lets an account set of RDS.40."""

    log_types: Annotated[tuple[Literal["agent", "error"], ...], Meta(min_length=1, max_length=2)] = (
        "agent",
        "error",
    )


ERRORS_ALONE = SqlServerLogs(log_types=("error",))


@control(
    "RDS.40",
    where=lambda instance: instance.engine.startswith("sqlserver-"),
    examples=[
        passes(_logging("sqlserver-se", "agent", "error")),
        passes(_logging("sqlserver-ex", "error"), asked=ERRORS_ALONE),
        fails("not_exported", _logging("sqlserver-se", "error")),
        fails("not_exported", _logging("sqlserver-se", "agent"), asked=ERRORS_ALONE),
        ignores(_logging("custom-sqlserver-ee")),
        ignores(_logging("mysql")),
    ],
)
def exports_sql_server_logs(instance: DBInstance, asked: SqlServerLogs) -> Faults:
    """An RDS for SQL Server instance exports the types of log that are asked for to CloudWatch Logs."""
    yield from _exported(instance, asked.log_types)


class MariaDbLogs(Parameters, frozen=True):
    """What AWS lets an account set of RDS.42."""

    log_types: Annotated[
        tuple[Literal["audit", "error", "general", "slowquery"], ...], Meta(min_length=1, max_length=4)
    ] = ("audit", "error")


SLOW_QUERIES = MariaDbLogs(log_types=("slowquery",))


@control(
    "RDS.42",
    where=lambda instance: instance.engine == "mariadb",
    examples=[
        passes(_logging("mariadb", "audit", "error")),
        passes(_logging("mariadb", "slowquery"), asked=SLOW_QUERIES),
        fails("not_exported", _logging("mariadb", "error", "general")),
        fails("not_exported", _logging("mariadb", "audit", "error"), asked=SLOW_QUERIES),
        ignores(_logging("mysql")),
    ],
)
def exports_mariadb_logs(instance: DBInstance, asked: MariaDbLogs) -> Faults:
    """An RDS for MariaDB instance exports the types of log that are asked for to CloudWatch Logs."""
    yield from _exported(instance, asked.log_types)


def audited(logging: str = "1", events: str = "CONNECT,QUERY") -> tuple[Parameter, ...]:
    """As AWS shows the parameters of auditing (for examples)."""
    return (
        Parameter(parameter_name=LOGGING, parameter_value=logging),
        Parameter(parameter_name=EVENTS, parameter_value=events),
    )


WRITER = ClusterMember(db_instance_identifier="writer", db_cluster_parameter_group_status="in-sync")
AUDITED = DBCluster(engine="aurora-mysql", db_cluster_members=(WRITER,), audit_parameters=audited())
STALE = replace(WRITER, db_instance_identifier="reader", db_cluster_parameter_group_status="pending-reboot")


@control(
    "RDS.45",
    where=lambda cluster: cluster.engine == "aurora-mysql",
    examples=[
        passes(AUDITED),
        passes(replace(AUDITED, audit_parameters=audited(logging="ON"))),
        fails("not_recorded", replace(AUDITED, audit_parameters=audited(logging="0"))),
        fails("not_recorded", replace(AUDITED, audit_parameters=audited(logging=""))),
        fails("no_events", replace(AUDITED, audit_parameters=audited(events=""))),
        fails("not_in_sync", replace(AUDITED, db_cluster_members=(WRITER, STALE))),
        ignores(replace(AUDITED, engine="aurora-postgresql", audit_parameters=())),
    ],
)
def records_audit_events(cluster: DBCluster) -> Faults:
    """An Aurora MySQL cluster writes an audit log of some events, and all its instances run with the parameters
    that say so."""
    for member in cluster.db_cluster_members:
        if member.db_cluster_parameter_group_status != "in-sync":
            yield fault(
                "not_in_sync",
                instance=member.db_instance_identifier,
                status=member.db_cluster_parameter_group_status,
            )
    if value_of(cluster.audit_parameters, LOGGING).upper() not in ON:
        yield fault("not_recorded")
    if not value_of(cluster.audit_parameters, EVENTS):
        yield fault("no_events")


CONTROLS = (
    has_enhanced_monitoring,
    exports_every_log,
    exports_audit_log,
    exports_postgresql_log,
    cluster_exports_postgresql_log,
    exports_sql_server_logs,
    exports_mariadb_logs,
    records_audit_events,
)
