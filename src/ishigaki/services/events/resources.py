"""EventBridge: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::Events::EventBus",
    listed_by=call("events", "ListEventBuses", Limit=100),
    # Every account has the default bus in every Region; nobody made it.
    at="EventBuses[?Name!='default']",
    id="{Arn}",
    name="{Name}",
)
class EventBus(Resource):
    """A custom or partner event bus."""
