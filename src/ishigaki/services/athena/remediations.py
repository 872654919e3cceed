"""Athena: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, step
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.athena.resources import WorkGroup, WorkGroupSettings

METRICS = "PublishCloudWatchMetricsEnabled"


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(WorkGroup(configuration=WorkGroupSettings(publishes_metrics=False))),
        leaves(WorkGroup(configuration=WorkGroupSettings(publishes_metrics=True))),
    ],
)
def publish_query_metrics(workgroup: WorkGroup) -> Changes:
    """Makes a workgroup publish its query metrics to CloudWatch; the rest of its configuration stays."""
    if workgroup.configuration.publishes_metrics:
        return
    yield change(
        alters(workgroup, configuration={**said(workgroup, "configuration"), METRICS: True}),
        steps=[step("publish", _publish(workgroup, on=True), undo=_publish(workgroup, on=False))],
    )


def _publish(workgroup: WorkGroup, *, on: bool) -> Call:
    return call("athena", "UpdateWorkGroup", WorkGroup=workgroup.name, ConfigurationUpdates={METRICS: on})


REMEDIATIONS = {"Athena.4": publish_query_metrics}
