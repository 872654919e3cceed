"""Connect: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.connect.resources import Instance


@remediation(
    disruption=Disruption.LOW,
    examples=[mends(Instance(flow_logs="false")), leaves(Instance(flow_logs="true"))],
)
def log_flows(instance: Instance) -> Changes:
    """Switches on the flow logs of the instance."""
    if instance.flow_logs != "false":
        return
    yield change(
        alters(instance, flow_logs="true"),
        steps=[step("log", _set(instance, "true"), undo=_set(instance, "false"))],
        notes=(note("flows_set_logging"),),
    )


def _set(instance: Instance, value: str) -> Call:
    return call(
        "connect",
        "UpdateInstanceAttribute",
        InstanceId=instance.name,
        AttributeType="CONTACTFLOW_LOGS",
        Value=value,
    )


REMEDIATIONS = {"Connect.2": log_flows}
