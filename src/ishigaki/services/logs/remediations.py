"""CloudWatch Logs: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import aiming, leaves, mends, remediation
from ishigaki.services import control_tower
from ishigaki.services.logs.controls import FIVE_YEARS, SHORT, Retention
from ishigaki.services.logs.making import LogRetention
from ishigaki.services.logs.resources import LogGroup

STANDARD = LogRetention()


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(SHORT),
        mends(SHORT, wanted=LogRetention(days=1000)),
        mends(replace(SHORT, retention_in_days=365), wanted=LogRetention(days=366)),
        mends(replace(SHORT, retention_in_days=731), asked=FIVE_YEARS),
        leaves(replace(SHORT, retention_in_days=365)),
        leaves(replace(SHORT, retention_in_days=731)),
        leaves(replace(SHORT, retention_in_days=None)),
        leaves(SHORT, wanted=LogRetention(days=14)),
        leaves(replace(SHORT, retention_in_days=3653), asked=FIVE_YEARS),
        leaves(replace(SHORT, log_group_class="DELIVERY", retention_in_days=None), skip="kept_for_a_day"),
        leaves(replace(SHORT, retention_policy_name="account"), skip="retention_by_account_policy"),
        leaves(replace(SHORT, name="aws-controltower/CloudTrailLogs"), skip="owned_by_control_tower"),
    ],
)
def keep_log_groups(group: LogGroup, wanted: LogRetention, asked: Retention) -> Changes:
    """Raises how long a log group keeps its events to what is wanted, or asked of the control, at least; never
    lowers it.

    What somebody chose for the baseline holds there, and the control's parameter everywhere else. Without a setting
    events are kept for ever, which is left so: a setting would erase the older ones.
    """
    least = asked.min_retention_time if wanted == STANDARD else wanted.period
    kept = group.kept_days
    if kept is None or kept >= least:
        return
    if group.log_group_class == "DELIVERY":
        yield skip("kept_for_a_day")
        return
    if control_tower.keeps(group):
        yield skip("owned_by_control_tower")
        return
    if group.retention_policy_name:
        yield skip("retention_by_account_policy", policy=group.retention_policy_name, days=kept)
        return
    yield change(
        alters(group, retention_in_days=least),
        steps=[step("retain", _retain(group, least), undo=_retain(group, kept))],
        notes=(note("logs_kept_longer", before=kept, days=least),),
    )


def _retain(group: LogGroup, days: int) -> Call:
    return call("logs", "PutRetentionPolicy", logGroupName=group.name, retentionInDays=days)


REMEDIATIONS = {"CloudWatch.16": aiming(keep_log_groups, STANDARD)}
