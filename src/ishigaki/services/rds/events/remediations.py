"""RDS: what can be put right of subscriptions to events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Until, alters, change, creates, step
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import new, said
from ishigaki.services.rds.events.controls import (
    CLUSTER,
    INSTANCE,
    PARAMETER_GROUP,
    SECURITY_GROUP,
    covers,
    is_about,
    missing,
    subscription,
)
from ishigaki.services.rds.resources import EventSubscription

SECONDS = 120
ARN = "arn:aws:rds:ap-northeast-1:111122223333:es"
OTHER = subscription("db-snapshot", "failure")
OF_PARAMETERS = replace(subscription("db-parameter-group"), id=f"{ARN}:parameters", name="parameters")
OF_SECURITY = replace(subscription("db-security-group"), id=f"{ARN}:security", name="security")


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(subscription("db-cluster", "failure")),
        mends(subscription("db-cluster", *CLUSTER[1], enabled=False)),
        mends(subscription("db-cluster", enabled=False)),
        leaves(subscription("db-cluster", *CLUSTER[1])),
        leaves(subscription("db-cluster")),
        leaves(OTHER),
    ],
)
def widen_cluster_subscription(subscribed: EventSubscription) -> Changes:
    """Adds the critical categories to a subscription to events of clusters, and switches it on."""
    if is_about(subscribed, CLUSTER[0]) and not covers(subscribed, *CLUSTER):
        yield _widened(subscribed, CLUSTER[1])


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(subscription("db-instance", "failure", "availability")),
        mends(subscription("db-instance", *INSTANCE[1], enabled=False)),
        leaves(subscription("db-instance", *INSTANCE[1])),
        leaves(OTHER),
    ],
)
def widen_instance_subscription(subscribed: EventSubscription) -> Changes:
    """Adds the critical categories to a subscription to events of instances, and switches it on."""
    if is_about(subscribed, INSTANCE[0]) and not covers(subscribed, *INSTANCE):
        yield _widened(subscribed, INSTANCE[1])


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(OTHER, OF_SECURITY),
        mends(OTHER, OF_SECURITY, replace(OF_PARAMETERS, enabled=False)),
        leaves(OTHER, OF_PARAMETERS),
        leaves(OF_PARAMETERS),
    ],
)
def subscribe_to_parameter_groups(
    subscribed: EventSubscription, subscriptions: Given[EventSubscription]
) -> Changes:
    """Lets those who are told of other events be told of changes of parameter groups, too."""
    yield from _told(subscribed, subscriptions, *PARAMETER_GROUP)


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(OTHER, OF_PARAMETERS),
        mends(OTHER, OF_PARAMETERS, replace(OF_SECURITY, event_categories_list=("failure",))),
        leaves(OTHER, OF_SECURITY),
        leaves(OF_SECURITY),
    ],
)
def subscribe_to_security_groups(
    subscribed: EventSubscription, subscriptions: Given[EventSubscription]
) -> Changes:
    """Lets those who are told of other events be told of changes and failures of DB security groups, too."""
    yield from _told(subscribed, subscriptions, *SECURITY_GROUP)


def _told(
    subscribed: EventSubscription,
    subscriptions: Given[EventSubscription],
    source: str,
    categories: Sequence[str],
) -> Changes:
    """What there is for this type of source widened, or a subscription made with the topic of this one."""
    if some(subscriptions, lambda each: covers(each, source, categories)):
        return
    own = next(chosen(subscriptions, lambda each: each.source_type == source), None)
    yield _widened(own, categories) if own else _made(subscribed, source, categories)


def _widened(subscribed: EventSubscription, categories: Sequence[str]) -> Change:
    """The subscription switched on, with these categories beside its own."""
    before, enabled = said(subscribed, "event_categories_list") or [], said(subscribed, "enabled")
    becomes: dict[str, Any] = {"Enabled": True}
    was: dict[str, Any] = {"Enabled": enabled}
    after = [*before, *missing(subscribed, categories)]
    if after != before:
        becomes["EventCategories"], was["EventCategories"] = after, before
    return change(
        alters(subscribed, enabled=True, event_categories_list=after),
        steps=[
            step(
                "widen",
                _modify(subscribed, **becomes),
                undo=_modify(subscribed, **was),
                until=_active(subscribed.name),
            )
        ],
    )


def _modify(subscribed: EventSubscription, **settings: Any) -> Call:
    return call("rds", "ModifyEventSubscription", SubscriptionName=subscribed.name, **settings)


def _made(near: EventSubscription, source: str, categories: Sequence[str]) -> Change:
    name = f"ishigaki-{source}"
    shown = {
        "CustSubscriptionId": name,
        "EventSubscriptionArn": f"arn:{near.partition}:rds:{near.region}:{near.account}:es:{name}",
        "SnsTopicArn": near.sns_topic_arn,
        "SourceType": source,
        "EventCategoriesList": list(categories),
        "Enabled": True,
    }
    create = call(
        "rds",
        "CreateEventSubscription",
        SubscriptionName=name,
        SnsTopicArn=near.sns_topic_arn,
        SourceType=source,
        EventCategories=list(categories),
        Enabled=True,
    )
    return change(
        creates(new(EventSubscription, near=near, item=shown)),
        steps=[
            step(
                "subscribe",
                create,
                undo=call("rds", "DeleteEventSubscription", SubscriptionName=name),
                until=_active(name),
            )
        ],
    )


def _active(name: str) -> Until:
    look = call("rds", "DescribeEventSubscriptions", SubscriptionName=name)
    return Until(look, "EventSubscriptionsList[0].Status", ("active",), SECONDS)


REMEDIATIONS = {
    "RDS.19": widen_cluster_subscription,
    "RDS.20": widen_instance_subscription,
    "RDS.21": subscribe_to_parameter_groups,
    "RDS.22": subscribe_to_security_groups,
}
