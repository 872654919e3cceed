"""RDS: what can be put right of whom databases are open to."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.rds.exposure.controls import (
    CLUSTER_SNAPSHOT,
    EVERYONE,
    PARTNER,
    SNAPSHOT,
    restorable_by,
    restorable_instance,
)
from ishigaki.services.rds.modifying import cluster_decides, is_of_multi_az_cluster, sets
from ishigaki.services.rds.resources import NEPTUNE, DBClusterSnapshot, DBInstance, DBSnapshot

Snapshot = DBSnapshot | DBClusterSnapshot


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(SNAPSHOT, attributes=restorable_instance(PARTNER, EVERYONE))),
        mends(replace(CLUSTER_SNAPSHOT, attributes=restorable_by(EVERYONE))),
        mends(replace(CLUSTER_SNAPSHOT, engine=NEPTUNE, attributes=restorable_by(PARTNER, EVERYONE))),
        leaves(SNAPSHOT),
        leaves(CLUSTER_SNAPSHOT),
        leaves(DBSnapshot(snapshot_type="automated")),
    ],
)
def make_database_snapshot_private(snapshot: DBSnapshot | DBClusterSnapshot) -> Changes:
    """Takes everyone out of those who may restore a snapshot; accounts it is shared with one by one stay."""
    if snapshot.snapshot_type != "manual" or EVERYONE not in snapshot.attributes.restorable_by:
        return
    before, listed = said(snapshot, "attributes"), f"{_kind(snapshot)}Attributes"
    kept = [_without_everyone(each) for each in before[listed]]
    yield change(
        alters(snapshot, attributes={**before, listed: kept}),
        steps=[
            step(
                "unshare",
                _share(snapshot, ValuesToRemove=[EVERYONE]),
                undo=_share(snapshot, ValuesToAdd=[EVERYONE]),
            )
        ],
        notes=(note("snapshot_was_public", snapshot=snapshot.name),),
    )


def _kind(snapshot: Snapshot) -> str:
    """AWS's word for it."""
    return "DBClusterSnapshot" if isinstance(snapshot, DBClusterSnapshot) else "DBSnapshot"


def _without_everyone(attribute: dict[str, Any]) -> dict[str, Any]:
    return {**attribute, "AttributeValues": [v for v in attribute["AttributeValues"] if v != EVERYONE]}


def _share(snapshot: Snapshot, **values: Any) -> Call:
    kind = _kind(snapshot)
    settings = {f"{kind}Identifier": snapshot.name, "AttributeName": "restore", **values}
    return call("rds", f"Modify{kind}Attribute", **settings)


OPEN = DBInstance(engine="mysql", db_cluster_identifier=None, publicly_accessible=True)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(OPEN),
        mends(replace(OPEN, engine="aurora-mysql", db_cluster_identifier="cluster")),
        leaves(replace(OPEN, publicly_accessible=False)),
        leaves(replace(OPEN, db_cluster_identifier="cluster"), skip="cluster_is_public"),
    ],
)
def withdraw_public_address(instance: DBInstance) -> Changes:
    """Takes the public address from an instance. AWS does so at once and without a restart.

    Members of a Multi-AZ DB cluster have it from the cluster's creation, so they are left to a person.
    """
    if not instance.publicly_accessible:
        return
    if is_of_multi_az_cluster(instance):
        yield cluster_decides(instance, "cluster_is_public")
        return
    yield sets(instance, "publicly_accessible", False, shown="PubliclyAccessible")


REMEDIATIONS = {"RDS.1": make_database_snapshot_private, "RDS.2": withdraw_public_address}
