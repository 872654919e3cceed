"""RDS: what can be put right of logs."""

from __future__ import annotations

from collections.abc import Sequence

from ishigaki.core.change import Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.rds.modifying import cluster_decides, exports
from ishigaki.services.rds.monitoring.controls import (
    ERRORS_ALONE,
    EVENTS,
    LOGGING,
    ON,
    SLOW_QUERIES,
    STALE,
    WRITER,
    MariaDbLogs,
    SqlServerLogs,
    audited,
    logs_of,
    missing,
)
from ishigaki.services.rds.parameters import OF_CLUSTERS, is_default, setting
from ishigaki.services.rds.resources import ClusterMember, DBCluster, DBInstance, Parameter, value_of

EXPRESS = "sqlserver-ex"
AUDITED_EVENTS = "CONNECT,QUERY_DCL,QUERY_DDL"
MYSQL = DBInstance(engine="mysql", db_cluster_identifier=None, exported_logs=("error",))
SQL_SERVER = replace(MYSQL, engine="sqlserver-se")
CLUSTER = DBCluster(engine="aurora-mysql", exported_logs=("error",))


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(MYSQL),
        mends(replace(MYSQL, engine="oracle-ee", exported_logs=())),
        mends(SQL_SERVER),
        leaves(replace(MYSQL, exported_logs=("audit", "error", "general", "slowquery"))),
        leaves(replace(MYSQL, engine="db2-se")),
        leaves(replace(SQL_SERVER, engine=EXPRESS), skip="no_agent_in_express"),
        leaves(
            replace(MYSQL, engine="aurora-mysql", db_cluster_identifier="cluster"), skip="cluster_exports"
        ),
    ],
)
def export_every_log(instance: DBInstance) -> Changes:
    """Exports the types of log that AWS names for an instance's engine, beside those that it exports already."""
    yield from _export(instance, logs_of(instance.engine))


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(MYSQL, engine="postgres", exported_logs=("upgrade",))),
        leaves(replace(MYSQL, engine="postgres", exported_logs=("postgresql",))),
        leaves(
            replace(MYSQL, engine="postgres", exported_logs=(), db_cluster_identifier="cluster"),
            skip="cluster_exports",
        ),
    ],
)
def export_postgresql_log(instance: DBInstance) -> Changes:
    """Exports the PostgreSQL log of an instance."""
    yield from _export(instance, ("postgresql",))


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(SQL_SERVER),
        mends(replace(SQL_SERVER, engine=EXPRESS, exported_logs=()), asked=ERRORS_ALONE),
        leaves(replace(SQL_SERVER, exported_logs=("agent", "error"))),
        leaves(replace(SQL_SERVER, engine=EXPRESS), skip="no_agent_in_express"),
    ],
)
def export_sql_server_logs(instance: DBInstance, asked: SqlServerLogs) -> Changes:
    """Exports the types of log of a SQL Server instance that are asked for."""
    yield from _export(instance, asked.log_types)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(MYSQL, engine="mariadb")),
        mends(replace(MYSQL, engine="mariadb"), asked=SLOW_QUERIES),
        leaves(replace(MYSQL, engine="mariadb", exported_logs=("audit", "error"))),
    ],
)
def export_mariadb_logs(instance: DBInstance, asked: MariaDbLogs) -> Changes:
    """Exports the types of log of a MariaDB instance that are asked for."""
    yield from _export(instance, asked.log_types)


@remediation(
    disruption=Disruption.LOW,
    examples=[mends(CLUSTER), leaves(replace(CLUSTER, exported_logs=("audit",)))],
)
def export_aurora_audit_log(cluster: DBCluster) -> Changes:
    """Exports the audit log of an Aurora MySQL cluster; that there is one is up to its parameter group."""
    if lacking := missing(cluster, ("audit",)):
        yield exports(cluster, lacking, notes=(note("audit_parameters_too", database=cluster.name),))


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(CLUSTER, engine="aurora-postgresql", exported_logs=())),
        leaves(replace(CLUSTER, engine="aurora-postgresql", exported_logs=("postgresql",))),
    ],
)
def export_aurora_postgresql_log(cluster: DBCluster) -> Changes:
    """Exports the PostgreSQL log of an Aurora PostgreSQL cluster."""
    if lacking := missing(cluster, ("postgresql",)):
        yield exports(cluster, lacking)


def _export(instance: DBInstance, wanted: Sequence[str]) -> Changes:
    lacking = missing(instance, wanted)
    if not lacking:
        return
    if not instance.is_alone:
        yield cluster_decides(instance, "cluster_exports")
    elif instance.engine == EXPRESS and "agent" in lacking:
        yield skip("no_agent_in_express", instance=instance.name)
    elif "audit" in lacking:
        yield exports(instance, lacking, notes=(note("audit_parameters_too", database=instance.name),))
    else:
        yield exports(instance, lacking)


def _in_group(parameters: tuple[Parameter, ...], *members: ClusterMember) -> DBCluster:
    """A cluster whose own group says this of auditing (for examples)."""
    return replace(
        CLUSTER,
        db_cluster_parameter_group="own",
        db_cluster_members=members or (WRITER,),
        audit_parameters=tuple(replace(each, source="user", apply_type="dynamic") for each in parameters),
    )


UNAUDITED = _in_group(audited(logging="0"))
BY_DEFAULT = replace(UNAUDITED, db_cluster_parameter_group="default.aurora-mysql8.0")
OTHER = replace(UNAUDITED, id="arn:aws:rds:ap-northeast-1:111122223333:cluster:other", name="other")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(UNAUDITED),
        mends(_in_group(audited(logging="", events=""))),
        mends(_in_group(audited(events=""))),
        leaves(_in_group(audited())),
        leaves(_in_group(audited(logging="0"), STALE), skip="audit_after_restart"),
        leaves(_in_group(audited(), STALE), skip="audit_after_restart"),
        leaves(BY_DEFAULT, skip="audit_group_is_default"),
        leaves(UNAUDITED, OTHER, skip="audit_group_is_shared"),
    ],
)
def record_audit_events(cluster: DBCluster, clusters: Given[DBCluster]) -> Changes:
    """Lets an Aurora MySQL cluster write an audit log of sign-ins and of changed tables and rights, by its own
    cluster parameter group; events that the group names already stay.

    A group that other clusters use, too, is left alone, as is what only a restart would bring about.
    """
    facts = {"cluster": cluster.name, "group": cluster.db_cluster_parameter_group}
    current = all(each.db_cluster_parameter_group_status == "in-sync" for each in cluster.db_cluster_members)
    values = _values(cluster)
    if not current:
        yield skip("audit_after_restart", **facts)
    elif values and is_default(cluster.db_cluster_parameter_group):
        yield skip("audit_group_is_default", **facts)
    elif values and (others := _sharing(cluster, clusters)):
        yield skip("audit_group_is_shared", **facts, others=", ".join(others))
    elif values:
        made = setting(
            OF_CLUSTERS, cluster.db_cluster_parameter_group, said(cluster, "audit_parameters"), values
        )
        yield change(
            alters(cluster, audit_parameters=made.after), steps=[step("audit", made.call, undo=made.undo)]
        )


def _values(cluster: DBCluster) -> dict[str, str]:
    """The parameters of auditing that have to be set."""
    values = {}
    if value_of(cluster.audit_parameters, LOGGING).upper() not in ON:
        values[LOGGING] = "1"
    if not value_of(cluster.audit_parameters, EVENTS):
        values[EVENTS] = AUDITED_EVENTS
    return values


def _sharing(cluster: DBCluster, clusters: Given[DBCluster]) -> list[str]:
    """The other clusters that use the cluster's parameter group."""
    group = clusters.by("db_cluster_parameter_group")[cluster.db_cluster_parameter_group]
    return sorted(each.name for each in group if each.id != cluster.id)


REMEDIATIONS = {
    "RDS.9": export_every_log,
    "RDS.34": export_aurora_audit_log,
    "RDS.36": export_postgresql_log,
    "RDS.37": export_aurora_postgresql_log,
    "RDS.40": export_sql_server_logs,
    "RDS.42": export_mariadb_logs,
    "RDS.45": record_audit_events,
}
