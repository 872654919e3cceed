"""DMS: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Until, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.dms.controls import INSTANCE
from ishigaki.services.dms.resources import ReplicationInstance

MODIFYING_SECONDS = 900


@remediation(
    disruption=Disruption.LOW,
    examples=[mends(replace(INSTANCE, auto_minor_version_upgrade=False)), leaves(INSTANCE)],
)
def upgrade_replication_automatically(instance: ReplicationInstance) -> Changes:
    """Lets AWS install minor versions in the maintenance window."""
    if not instance.auto_minor_version_upgrade:
        before = said(instance, "auto_minor_version_upgrade")
        yield change(
            alters(instance, auto_minor_version_upgrade=True),
            steps=[
                step(
                    "upgrade",
                    _modify(instance, AutoMinorVersionUpgrade=True),
                    undo=_modify(instance, AutoMinorVersionUpgrade=before),
                    until=_shows(instance, "AutoMinorVersionUpgrade"),
                )
            ],
        )


ONE_ZONE = replace(INSTANCE, multi_az=False, pending_modified_values={})


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(ONE_ZONE),
        leaves(INSTANCE),
        leaves(
            replace(ONE_ZONE, pending_modified_values={"EngineVersion": "3.5.4"}),
            skip="replication_change_pending",
        ),
    ],
)
def keep_replication_standby(instance: ReplicationInstance) -> Changes:
    """Gives a replication instance a standby in another Availability Zone.

    The call carries out at once whatever else waits for the maintenance window: then a person decides.
    """
    if instance.multi_az:
        return
    if instance.pending_modified_values:
        yield skip("replication_change_pending", instance=instance.name)
        return
    yield _with_standby(instance)


def _with_standby(instance: ReplicationInstance) -> Change:
    two, one = (_modify(instance, MultiAZ=standby, ApplyImmediately=True) for standby in (True, False))
    return change(
        alters(instance, multi_az=True),
        steps=[step("standby", two, undo=one, until=_shows(instance, "MultiAZ"))],
        notes=(note("standby_costs_as_much", instance=instance.name),),
    )


def _modify(instance: ReplicationInstance, **settings: Any) -> Call:
    return call("dms", "ModifyReplicationInstance", ReplicationInstanceArn=instance.id, **settings)


def _shows(instance: ReplicationInstance, shown: str) -> Until:
    named = [{"Name": "replication-instance-arn", "Values": [instance.id]}]
    look = call("dms", "DescribeReplicationInstances", Filters=named)
    at = f"ReplicationInstances[0].[ReplicationInstanceStatus, {shown}]"
    return Until(look, at, (["available", True],), MODIFYING_SECONDS)


REMEDIATIONS = {
    "DMS.6": upgrade_replication_automatically,
    "DMS.13": keep_replication_standby,
}
