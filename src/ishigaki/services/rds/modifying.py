"""RDS: how an instance or a cluster is changed in place.

`ApplyImmediately` is given only where AWS would otherwise wait for the maintenance window: it applies whatever else is
pending, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Note, Skip, Until, alters, change, skip, step
from ishigaki.core.verbatim import said
from ishigaki.services.rds.resources import DBCluster, DBInstance

Database = DBInstance | DBCluster
READY = ("available", "storage-optimization")
SECONDS = 900
MULTI_AZ_ENGINES = ("mysql", "postgres")  # as members of a cluster: of a Multi-AZ DB cluster


def is_of_multi_az_cluster(instance: DBInstance) -> bool:
    """Whether the instance is one that AWS changes with its cluster alone."""
    return not instance.is_alone and instance.engine in MULTI_AZ_ENGINES


def cluster_decides(instance: DBInstance, code: str) -> Skip:
    """Why an instance is left alone whose setting is its cluster's; the text says what to do there."""
    return skip(code, instance=instance.name, cluster=instance.db_cluster_identifier)


def pending(database: Database) -> Skip:
    """Why a database is left alone whose pending changes would be made, too."""
    return skip("changes_are_pending", database=database.name)


def sets(
    database: Database,
    name: str,
    value: Any,
    *,
    shown: str,
    parameter: str = "",
    notes: tuple[Note, ...] = (),
    seconds: int = SECONDS,
    **also: Any,
) -> Change:
    """One setting changed: our member `name`, which AWS shows as `shown` and takes as `parameter`; `also` is sent
    with it."""
    before, sent = said(database, name), parameter or shown
    return change(
        alters(database, **{name: value}),
        steps=[
            step(
                "modify",
                modify(database, **{sent: value}, **also),
                undo=modify(database, **{sent: before}, **also),
                until=shows(database, shown, value, seconds=seconds),
            )
        ],
        notes=notes,
    )


def exports(database: Database, types: Sequence[str], *, notes: tuple[Note, ...] = ()) -> Change:
    """Types of log exported beside those that already are."""
    enable, disable = (
        modify(database, CloudwatchLogsExportConfiguration={way: list(types)})
        for way in ("EnableLogTypes", "DisableLogTypes")
    )
    last = types[-1]
    return change(
        alters(database, exported_logs=[*(said(database, "exported_logs") or ()), *types]),
        steps=[
            step(
                "export",
                enable,
                undo=disable,
                until=shows(database, f"EnabledCloudwatchLogsExports[?@=='{last}'] | [0]", last),
            )
        ],
        notes=notes,
    )


def modify(database: Database, **settings: Any) -> Call:
    if isinstance(database, DBCluster):
        return call(
            "rds",
            "ModifyDBCluster",
            DBClusterIdentifier=database.name,
            **settings,
            secret=("DBCluster.PendingModifiedValues.MasterUserPassword",),
        )
    return call(
        "rds",
        "ModifyDBInstance",
        DBInstanceIdentifier=database.name,
        **settings,
        secret=("DBInstance.PendingModifiedValues.MasterUserPassword",),
    )


def shows(database: Database, shown: str, value: Any, *, seconds: int = SECONDS) -> Until:
    """Until AWS shows the value, and takes the next change."""
    if isinstance(database, DBCluster):
        look = call("rds", "DescribeDBClusters", DBClusterIdentifier=database.name)
        at = f"DBClusters[0].[Status, {shown}]"
    else:
        look = call("rds", "DescribeDBInstances", DBInstanceIdentifier=database.name)
        at = f"DBInstances[0].[DBInstanceStatus, {shown}]"
    return Until(look, at, tuple([status, value] for status in READY), seconds)
