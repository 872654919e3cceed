"""Connect: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.connect.resources import Instance


@control(
    "Connect.2",
    examples=[
        passes(Instance(flow_logs="true")),
        fails("not_logged", Instance(flow_logs="false")),
    ],
)
def logs_flows(instance: Instance) -> Faults:
    """The instance logs its flows to CloudWatch Logs. Whether each flow sets its logging behavior is not asked."""
    if instance.flow_logs != "true":
        yield fault("not_logged")


CONTROLS = (logs_flows,)
