"""Auto Scaling: what can be put right. A launch configuration cannot be changed."""

from __future__ import annotations

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.autoscaling.controls import ALONE, BALANCED
from ishigaki.services.autoscaling.resources import AutoScalingGroup


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(BALANCED, health_check_type="EC2")),
        mends(replace(BALANCED, health_check_type="VPC_LATTICE")),
        leaves(BALANCED),
        leaves(ALONE),
    ],
)
def check_by_load_balancer(group: AutoScalingGroup) -> Changes:
    """Lets a group replace instances that fail its load balancer's health checks; other kinds of checks stay.

    Those of EC2 are always made, and need not be named.
    """
    if not group.is_balanced or "ELB" in group.health_checks:
        return
    before = said(group, "health_check_type")
    after = ",".join([*(kind for kind in group.health_checks if kind != "EC2"), "ELB"])
    yield change(
        alters(group, health_check_type=after),
        steps=[step("check", _checked(group, after), undo=_checked(group, before))],
        notes=(note("targets_must_be_healthy", group=group.name),),
    )


def _checked(group: AutoScalingGroup, kinds: str) -> Call:
    return call(
        "autoscaling", "UpdateAutoScalingGroup", AutoScalingGroupName=group.name, HealthCheckType=kinds
    )


REMEDIATIONS = {"AutoScaling.1": check_by_load_balancer}
