"""RDS: what is required of subscriptions to events."""

from __future__ import annotations

from collections.abc import Sequence

from ishigaki.core.control import Control, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, some
from ishigaki.core.record import replace
from ishigaki.services.rds.resources import DBCluster, DBInstance, EventSubscription

# Databases are among the resources of RDS.21 and RDS.22, but AWS asks nothing where there is no subscription.
Subject = EventSubscription | DBInstance | DBCluster

# What each control asks for: the type of source, and the critical categories of its events.
CLUSTER = ("db-cluster", ("failure", "maintenance"))
INSTANCE = ("db-instance", ("configuration change", "failure", "maintenance"))
PARAMETER_GROUP = ("db-parameter-group", ("configuration change",))
SECURITY_GROUP = ("db-security-group", ("configuration change", "failure"))
TOPIC = "arn:aws:sns:ap-northeast-1:111122223333:alerts"


def subscription(source: str | None, *categories: str, enabled: bool = True) -> EventSubscription:
    """A subscription (for examples)."""
    return EventSubscription(
        source_type=source, event_categories_list=categories, enabled=enabled, sns_topic_arn=TOPIC
    )


def is_about(subscribed: EventSubscription, source: str) -> bool:
    """Whether it is to events of this type of source; one that names no type is to those of all."""
    return subscribed.source_type in (source, None)


def missing(subscribed: EventSubscription, categories: Sequence[str]) -> list[str]:
    """The categories that it leaves out; one that names none leaves out none."""
    known = subscribed.event_categories_list
    return [each for each in categories if each not in known] if known else []


def _covers(id: str, source: str, categories: tuple[str, ...], doc: str) -> Control:
    """The control that the subscriptions to one type of source tell of all that is critical."""
    good = subscription(source, *categories, "other")

    @control(
        id,
        where=lambda subscribed: is_about(subscribed, source),
        doc=doc,
        examples=[
            passes(good),
            passes(subscription(source)),
            passes(subscription(None)),
            *(
                fails("categories_missing", replace(good, event_categories_list=(*others, "other")))
                for others in (tuple(c for c in categories if c != left) for left in categories)
            ),
            fails("disabled", replace(good, enabled=False)),
            ignores(subscription("db-snapshot", "failure")),
        ],
    )
    def tells_of_critical_events(subscribed: EventSubscription) -> Faults:
        if not subscribed.enabled:
            yield fault("disabled")
        if lacking := missing(subscribed, categories):
            yield fault("categories_missing", categories=", ".join(lacking))

    return tells_of_critical_events


def _exists(id: str, source: str, categories: tuple[str, ...], doc: str) -> Control:
    """The control that somebody is told of all that is critical of one type of source."""
    good = subscription(source, *categories)
    other = replace(subscription("db-snapshot", "failure"), id="arn:aws:rds:::es:other", name="other")

    @control(
        id,
        where=lambda subject: isinstance(subject, EventSubscription),
        doc=doc,
        examples=[
            passes(good, good),
            passes(other, other, good),
            passes(other, other, subscription(source)),
            passes(other, other, subscription(None)),
            fails("nobody_is_told", other, other),
            fails("nobody_is_told", other, other, replace(good, enabled=False)),
            *(
                fails("nobody_is_told", other, other, replace(good, event_categories_list=(*rest, "other")))
                for rest in (tuple(c for c in categories if c != left) for left in categories)
            ),
            ignores(DBInstance()),
            ignores(DBCluster()),
        ],
    )
    def tells_of_critical_events(_: Subject, subscriptions: Given[EventSubscription]) -> Faults:
        if not some(subscriptions, lambda each: covers(each, source, categories)):
            yield fault("nobody_is_told", source=source, categories=", ".join(categories))

    return tells_of_critical_events


def covers(subscribed: EventSubscription, source: str, categories: Sequence[str]) -> bool:
    """Whether it is on, and tells of these categories of events of this type of source."""
    return subscribed.enabled and is_about(subscribed, source) and not missing(subscribed, categories)


CONTROLS = (
    _covers("RDS.19", *CLUSTER, "A subscription to events of clusters tells of maintenance and failures."),
    _covers(
        "RDS.20",
        *INSTANCE,
        "A subscription to events of instances tells of maintenance, changed configuration and failures.",
    ),
    _exists(
        "RDS.21",
        *PARAMETER_GROUP,
        "Where there are subscriptions, one of them tells of changes of parameter groups.",
    ),
    _exists(
        "RDS.22",
        *SECURITY_GROUP,
        "Where there are subscriptions, one of them tells of changes and failures of DB security groups.",
    ),
)
