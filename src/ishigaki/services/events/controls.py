"""EventBridge: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.events.resources import EventBus

ATTACHED = EventBus(name="orders", policy='{"Version":"2012-10-17","Statement":[]}')


@control(
    "EventBridge.3",
    where=lambda bus: bus.is_custom,
    examples=[
        passes(ATTACHED),
        fails("no_policy", replace(ATTACHED, policy=None)),
        fails("no_policy", replace(ATTACHED, policy="")),
        ignores(replace(ATTACHED, name="aws.partner/example.com/orders", policy=None)),
    ],
)
def has_policy(bus: EventBus) -> Faults:
    """A custom event bus has a resource policy. What the policy says is not asked.

    The default bus and those of partners are no custom ones.
    """
    if not bus.policy:
        yield fault("no_policy")


CONTROLS = (has_policy,)
