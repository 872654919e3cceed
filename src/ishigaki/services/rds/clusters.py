"""Neptune and DocumentDB: what their clusters and snapshots have in common, and how it is changed."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Until, alters, change, note, step
from ishigaki.core.control import Parameters
from ishigaki.core.record import Value
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen
from ishigaki.core.verbatim import said

AUDIT = "audit"  # the type of log, as both engines call it
EVERYONE = "all"
MODIFYING_SECONDS = 300
SNAPSHOT_TYPES = ("manual", "automated", "awsbackup")
SNAPSHOT_ATTRIBUTES = call(
    "rds", "DescribeDBClusterSnapshotAttributes", DBClusterSnapshotIdentifier="{DBClusterSnapshotIdentifier}"
)


class Retention(Parameters, frozen=True):
    """What AWS lets an account set of the days that backups are kept."""

    minimum_backup_retention_period: Annotated[int, Meta(ge=7, le=35)] = 7


class SnapshotAttribute(Value):
    attribute_name: str
    attribute_values: tuple[str, ...]


class SnapshotAttributes(Value):
    """What AWS keeps of a manual snapshot beside the data: whom it is shared with."""

    db_cluster_snapshot_attributes: tuple[SnapshotAttribute, ...]

    @property
    def restorable_by(self) -> tuple[str, ...]:
        """The accounts that may restore it; AWS shows the attribute where there is none, too."""
        for each in self.db_cluster_snapshot_attributes:
            if each.attribute_name == "restore":
                return each.attribute_values
        raise Unseen("DBClusterSnapshot.attributes restore", NOT_IN_ANSWER)


def restorable_by(*accounts: str) -> SnapshotAttributes:
    """As AWS shows a snapshot that these may restore (for examples)."""
    restore = SnapshotAttribute(attribute_name="restore", attribute_values=accounts)
    return SnapshotAttributes(db_cluster_snapshot_attributes=(restore,))


def unshare(snapshot: Resource) -> Change:
    """A snapshot that everyone may restore, shared with single accounts alone, as far as it is."""
    before = said(snapshot, "attributes")
    kept = [_without_everyone(each) for each in before["DBClusterSnapshotAttributes"]]
    return change(
        alters(snapshot, attributes={**before, "DBClusterSnapshotAttributes": kept}),
        steps=[
            step(
                "unshare",
                _share(snapshot, ValuesToRemove=[EVERYONE]),
                undo=_share(snapshot, ValuesToAdd=[EVERYONE]),
            )
        ],
        notes=(note("snapshot_was_public", snapshot=snapshot.name),),
    )


def _without_everyone(attribute: dict[str, Any]) -> dict[str, Any]:
    return {**attribute, "AttributeValues": [v for v in attribute["AttributeValues"] if v != EVERYONE]}


def _share(snapshot: Resource, **values: Any) -> Call:
    return call(
        "rds",
        "ModifyDBClusterSnapshotAttribute",
        DBClusterSnapshotIdentifier=snapshot.name,
        AttributeName="restore",
        **values,
    )


def set_member(cluster: Resource, member: str, value: Any, *, shown: str, parameter: str = "") -> Change:
    """One setting of a cluster, `shown` by AWS under one name and taken under another, if `parameter` says so.

    AWS changes it at once, without a restart, and takes no other change of the cluster until that is done.
    """
    before, sent = said(cluster, member), parameter or shown
    return change(
        alters(cluster, **{member: value}),
        steps=[
            step(
                "modify",
                modify(cluster, **{sent: value}),
                undo=modify(cluster, **{sent: before}),
                until=_shows(cluster, shown, value),
            )
        ],
    )


def export_audit_log(cluster: Resource) -> Change:
    """The audit log exported beside the logs that already are."""
    before = said(cluster, "exported_logs") or []
    switch = {
        way: modify(cluster, CloudwatchLogsExportConfiguration={way: [AUDIT]})
        for way in ("EnableLogTypes", "DisableLogTypes")
    }
    exported = f"EnabledCloudwatchLogsExports[?@=='{AUDIT}'] | [0]"
    return change(
        alters(cluster, exported_logs=[*before, AUDIT]),
        steps=[
            step(
                "export",
                switch["EnableLogTypes"],
                undo=switch["DisableLogTypes"],
                until=_shows(cluster, exported, AUDIT),
            )
        ],
        notes=(note("audit_parameter_too", cluster=cluster.name),),
    )


def modify(cluster: Resource, **settings: Any) -> Call:
    return call("rds", "ModifyDBCluster", DBClusterIdentifier=cluster.name, **settings)


def _shows(cluster: Resource, shown: str, value: Any) -> Until:
    look = call("rds", "DescribeDBClusters", DBClusterIdentifier=cluster.name)
    return Until(look, f"DBClusters[0].[Status, {shown}]", (["available", value],), MODIFYING_SECONDS)
