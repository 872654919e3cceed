"""Athena: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.athena.resources import WorkGroup, WorkGroupSettings


@control(
    "Athena.4",
    examples=[
        passes(WorkGroup(configuration=WorkGroupSettings(publishes_metrics=True))),
        fails("no_metrics", WorkGroup(configuration=WorkGroupSettings(publishes_metrics=False))),
    ],
)
def publishes_query_metrics(workgroup: WorkGroup) -> Faults:
    """The workgroup publishes query metrics to CloudWatch, in use or disabled."""
    if not workgroup.configuration.publishes_metrics:
        yield fault("no_metrics")


CONTROLS = (publishes_query_metrics,)
