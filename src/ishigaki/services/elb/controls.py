"""ELB: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.elb.resources import Attribute, ClassicAttributes, ClassicLoadBalancer, LoadBalancer

LOGGED = Attribute(key="access_logs.s3.enabled", value="true")
APPLICATION = LoadBalancer(type="application", attributes=(LOGGED,))
CLASSIC = ClassicLoadBalancer(attributes=ClassicAttributes(access_log_enabled=True))
UNLOGGED = (replace(LOGGED, value="false"),)


@control(
    "ELB.5",
    where=lambda balancer: isinstance(balancer, ClassicLoadBalancer) or balancer.type == "application",
    examples=[
        passes(CLASSIC),
        fails("not_logged", replace(CLASSIC, attributes=ClassicAttributes(access_log_enabled=False))),
        passes(APPLICATION),
        fails("not_logged", replace(APPLICATION, attributes=UNLOGGED)),
        # The control does not ask for the TLS logs of network load balancers.
        ignores(replace(APPLICATION, type="network", attributes=UNLOGGED)),
        ignores(replace(APPLICATION, type="gateway", attributes=())),
    ],
)
def logs_access(balancer: ClassicLoadBalancer | LoadBalancer) -> Faults:
    """Access logs of application and classic load balancers are on."""
    if not is_logged(balancer):
        yield fault("not_logged")


def is_logged(balancer: ClassicLoadBalancer | LoadBalancer) -> bool:
    if isinstance(balancer, ClassicLoadBalancer):
        return balancer.attributes.access_log_enabled
    value = balancer.attribute(LOGGED.key)
    if value not in ("true", "false"):
        raise Unseen(f"LoadBalancer.attributes {LOGGED.key}", UNKNOWN_VALUE)
    return value == "true"


CONTROLS = (logs_access,)
