"""Cost Explorer: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.population import some
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::CE::AnomalyMonitor",
    listed_by=call("ce", "GetAnomalyMonitors"),
    at="AnomalyMonitors",
    id="{MonitorArn}",
    name="{MonitorName}",
    scope="global",
)
class AnomalyMonitor(Resource):
    """A monitor that learns what is usual and finds costs that are not."""

    monitor_type: str = member(values=("DIMENSIONAL", "CUSTOM"))
    monitor_dimension: str = member(
        absent="", why="MonitorDimension: for customer managed monitors, do not specify this field"
    )

    @property
    def watches_services(self) -> bool:
        """Whether it watches every service by itself. An account has one such monitor at most."""
        return self.monitor_type == "DIMENSIONAL" and self.monitor_dimension == "SERVICE"


class Subscriber(Value):
    """Somebody who is told. The address is a person's, so it is not kept."""

    status: str = member(values=("CONFIRMED", "DECLINED"))


@resource(
    "AWS::CE::AnomalySubscription",
    listed_by=call("ce", "GetAnomalySubscriptions", secret=("AnomalySubscriptions[].Subscribers[].Address",)),
    at="AnomalySubscriptions",
    id="{SubscriptionArn}",
    name="{SubscriptionName}",
    scope="global",
)
class AnomalySubscription(Resource):
    """Who is told of the anomalies that certain monitors find."""

    monitor_arn_list: tuple[str, ...]
    subscribers: tuple[Subscriber, ...]

    @property
    def reaches_somebody(self) -> bool:
        return some(self.subscribers, lambda s: s.status == "CONFIRMED")


@resource("AWS::::Account", scope="global")
class Costs(Resource):
    """What the account costs, as far as somebody is told of what is unusual."""
