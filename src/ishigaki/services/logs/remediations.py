"""CloudWatch Logs: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import Remediation, leaves, mends, remediation
from ishigaki.services import control_tower
from ishigaki.services.logs.making import LogRetention
from ishigaki.services.logs.resources import LogGroup

SHORT = LogGroup(retention_in_days=30, retention_policy_name="", log_group_class="STANDARD")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(SHORT),
        mends(SHORT, wanted=LogRetention(days=1000)),
        mends(replace(SHORT, retention_in_days=365), wanted=LogRetention(days=366)),
        leaves(replace(SHORT, retention_in_days=365)),
        leaves(replace(SHORT, retention_in_days=731)),
        leaves(replace(SHORT, retention_in_days=None)),
        leaves(SHORT, wanted=LogRetention(days=14)),
        leaves(replace(SHORT, log_group_class="DELIVERY", retention_in_days=1)),
        leaves(replace(SHORT, retention_policy_name="account"), skip="retention_by_account_policy"),
        leaves(replace(SHORT, name="aws-controltower/CloudTrailLogs"), skip="owned_by_control_tower"),
    ],
)
def keep_log_groups(group: LogGroup, wanted: LogRetention) -> Changes:
    """Raises how long a log group keeps its events to what is wanted at least; never lowers it.

    Without a setting events are kept for ever, which is left so: a setting would erase the older ones.
    """
    kept = group.retention_in_days
    if kept is None or kept >= wanted.period or group.log_group_class == "DELIVERY":
        return
    if control_tower.keeps(group):
        yield skip("owned_by_control_tower")
        return
    if group.retention_policy_name:
        yield skip("retention_by_account_policy", policy=group.retention_policy_name, days=kept)
        return
    yield change(
        alters(group, retention_in_days=wanted.period),
        steps=[step("retain", _retain(group, wanted.period), undo=_retain(group, kept))],
        notes=(note("logs_kept_longer", before=kept, days=wanted.period),),
    )


def _retain(group: LogGroup, days: int) -> Call:
    return call("logs", "PutRetentionPolicy", logGroupName=group.name, retentionInDays=days)


# No control of the catalogue's standards asks for it: the baseline does.
REMEDIATIONS: dict[str, Remediation] = {}
