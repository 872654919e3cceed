"""Cost Explorer: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta

from ishigaki.core.answer import GLOBAL
from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, Ref, Step, change, creates, skip, step
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import Remediation, Wanted, leaves, mends, remediation
from ishigaki.core.resource import Resource, Source
from ishigaki.core.verbatim import new
from ishigaki.services.cost_explorer.resources import (
    AnomalyMonitor,
    AnomalySubscription,
    Costs,
    Subscriber,
)

MONITOR = "ishigaki-services"
SUBSCRIPTION = "ishigaki-cost-anomalies"
NEW_MONITOR = Ref("monitor", "MonitorArn")


class AnomalyWanted(Wanted, frozen=True):
    """Who is told of unusual costs, and from how many US dollars on. Nobody can guess an address, so the standard
    profile names none. Source of the threshold: the one AWS sets up for new accounts is 100 dollars (and 40 %).

    A subscription takes up to ten addresses.
    """

    addresses: Annotated[tuple[str, ...], Meta(max_length=10)] = ()
    threshold_usd: Annotated[int, Meta(ge=0)] = 100


HERE = Costs(region=GLOBAL)
SERVICES = AnomalyMonitor(
    name="Default-Services-Monitor",
    id="arn:aws:ce::111122223333:anomalymonitor/11111111-2222-3333-4444-555555555555",
    region=GLOBAL,
    monitor_type="DIMENSIONAL",
    monitor_dimension="SERVICE",
)
TEAM = AnomalySubscription(
    name="example",
    id="arn:aws:ce::111122223333:anomalysubscription/11111111-2222-3333-4444-555555555555",
    region=GLOBAL,
    monitor_arn_list=(SERVICES.id,),
    subscribers=(Subscriber(status="CONFIRMED"),),
)
ANOTHER_MONITOR = "arn:aws:ce::111122223333:anomalymonitor/99999999-2222-3333-4444-555555555555"
TOLD = AnomalyWanted(addresses=("cloud@example.com",))


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(HERE, wanted=TOLD),
        mends(HERE, replace(SERVICES, monitor_dimension="LINKED_ACCOUNT"), TEAM, wanted=TOLD),
        mends(HERE, replace(SERVICES, monitor_type="CUSTOM", monitor_dimension=""), TEAM, wanted=TOLD),
        mends(HERE, SERVICES, wanted=TOLD),
        mends(HERE, SERVICES, replace(TEAM, subscribers=()), wanted=TOLD),
        mends(HERE, SERVICES, replace(TEAM, subscribers=(Subscriber(status="DECLINED"),)), wanted=TOLD),
        mends(HERE, SERVICES, replace(TEAM, monitor_arn_list=(ANOTHER_MONITOR,)), wanted=TOLD),
        leaves(HERE, SERVICES, TEAM),
        leaves(HERE, SERVICES, TEAM, wanted=TOLD),
        leaves(HERE, skip="needs_anomaly_address"),
        leaves(HERE, SERVICES, skip="needs_anomaly_address"),
    ],
)
def watch_cost_anomalies(
    costs: Costs,
    monitors: Given[AnomalyMonitor],
    subscriptions: Given[AnomalySubscription],
    wanted: AnomalyWanted,
) -> Changes:
    """Has somebody told each day of costs that are unusual for their service.

    An account has one monitor of services at most, and newer accounts are given theirs: it is taken as it is.
    Whoever is told already is enough: addresses are not kept, so they cannot be compared.
    """
    watching = list(chosen(monitors, lambda m: m.watches_services))
    known = {m.id for m in watching}
    if some(subscriptions, lambda s: not known.isdisjoint(s.monitor_arn_list) and s.reaches_somebody):
        return
    if not wanted.addresses:
        yield skip("needs_anomaly_address")
    elif watching:
        subscription, subscribe = _subscription(watching[0], wanted)
        yield change(creates(subscription), steps=[subscribe])
    else:
        monitor, watch = _monitor(costs)
        subscription, subscribe = _subscription(monitor, wanted, arn=NEW_MONITOR)
        yield change(creates(monitor), creates(subscription), steps=[watch, subscribe])


def _monitor(near: Resource) -> tuple[AnomalyMonitor, Step]:
    """The monitor of services and the step that makes it. Until AWS has given it an id it goes by its name."""
    asked = {"MonitorName": MONITOR, "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    arn = f"arn:{near.partition}:ce::{near.account}:anomalymonitor/{MONITOR}"
    return new(AnomalyMonitor, near=near, item={**asked, "MonitorArn": arn}), step(
        "monitor",
        call("ce", "CreateAnomalyMonitor", AnomalyMonitor=asked),
        undo=call("ce", "DeleteAnomalyMonitor", MonitorArn=NEW_MONITOR),
        found=Source(
            call("ce", "GetAnomalyMonitors"),
            f"AnomalyMonitors[?MonitorName=='{MONITOR}'] | [0].{{MonitorArn: MonitorArn}}",
        ),
    )


def _subscription(
    monitor: AnomalyMonitor, wanted: AnomalyWanted, *, arn: str | Ref = ""
) -> tuple[AnomalySubscription, Step]:
    """The subscription to a monitor and the step that makes it; `arn` stands in its call for that of a monitor
    which is only being made. Mail is sent daily or weekly: at once AWS tells SNS topics alone."""
    subscribers = [{"Type": "EMAIL", "Address": each} for each in wanted.addresses]
    asked: dict[str, Any] = {
        "SubscriptionName": SUBSCRIPTION,
        "Frequency": "DAILY",
        "ThresholdExpression": _at_least(wanted.threshold_usd),
    }
    shown = {
        **asked,
        "SubscriptionArn": f"arn:{monitor.partition}:ce::{monitor.account}:anomalysubscription/{SUBSCRIPTION}",
        "MonitorArnList": [monitor.id],
        "Subscribers": [{**each, "Status": "CONFIRMED"} for each in subscribers],
    }
    sent = {**asked, "MonitorArnList": [arn or monitor.id], "Subscribers": subscribers}
    return new(AnomalySubscription, near=monitor, item=shown), step(
        "subscribe",
        call("ce", "CreateAnomalySubscription", AnomalySubscription=sent),
        undo=call("ce", "DeleteAnomalySubscription", SubscriptionArn=Ref("subscribe", "SubscriptionArn")),
        found=Source(
            call("ce", "GetAnomalySubscriptions", MonitorArn=arn or monitor.id),
            f"AnomalySubscriptions[?SubscriptionName=='{SUBSCRIPTION}'] | [0].{{SubscriptionArn: SubscriptionArn}}",
        ),
    )


def _at_least(dollars: int) -> Mapping[str, Any]:
    return {
        "Dimensions": {
            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
            "Values": [str(dollars)],
        }
    }


# No control of Security Hub asks for it: it is the baseline's.
REMEDIATIONS: dict[str, Remediation] = {}
