"""CloudWatch: what is required."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ishigaki.core.control import Control, Example, control, doubts, fails, ignores, passes
from ishigaki.core.fault import Fault, Faults, doubt, fault
from ishigaki.core.population import AccountWide, chosen, none, some
from ishigaki.core.record import decode, replace
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.cloudtrail.resources import EventSelector, EventSelectors, Trail
from ishigaki.services.cloudwatch.patterns import Meaning, meaning
from ishigaki.services.cloudwatch.prescribed import PATTERNS
from ishigaki.services.cloudwatch.resources import Alarm, Alerting
from ishigaki.services.logs.resources import MetricFilter, MetricTransformation
from ishigaki.services.sns.resources import Subscription, Topic, TopicAttributes


@dataclass(frozen=True)
class Link:
    """A link of the chain from a trail to a person: what follows from the one before, or the fault if nothing.

    What belongs to another account, where it cannot be followed, is a doubt in its place.
    """

    fault: str
    follow: Callable[[Any], Iterable[Any]]


@dataclass(frozen=True)
class Watch:
    """What of an account such chains are made of."""

    account: str
    trails: AccountWide[Trail]
    filters: AccountWide[MetricFilter]
    alarms: AccountWide[Alarm]
    topics: AccountWide[Topic]
    subscriptions: AccountWide[Subscription]

    def links(self, patterns: Sequence[str]) -> tuple[Link, ...]:
        prescribed = [meaning(p) for p in patterns]
        return (
            Link("cloudtrail_multi_region_not_present", lambda _: chosen(self.trails, self.records)),
            Link("cloudtrail_metric_filters_not_present", self._filters),
            Link("cloudtrail_metric_filter_not_valid", lambda f: (f,) if says(f, prescribed) else ()),
            Link("cloudwatch_alarms_not_present", self._alarms),
            Link("cloudwatch_alarm_actions_not_valid", _told),
            Link("sns_topic_invalid", self._topics),
            Link("sns_subscription_not_present", lambda t: (t,) if self.has_subscribers(t) else ()),
        )

    def records(self, trail: Trail) -> bool:
        return (
            trail.account == self.account
            and trail.is_multi_region_trail
            and trail.is_logging
            and trail.takes_all_management_events
        )

    def _filters(self, trail: Trail) -> Iterator[MetricFilter]:
        if trail.log_group is not None:
            region, account, name = trail.log_group
            if account == self.account:
                yield from chosen(self.filters.by("log_group_name")[name], lambda f: f.region == region)

    def _alarms(self, filter: MetricFilter) -> Iterable[Alarm]:
        metrics = {(m.metric_namespace, m.metric_name) for m in filter.metric_transformations}
        return chosen(
            chain.from_iterable(self.alarms.by("metric_name")[name] for _, name in metrics),
            lambda a: a.region == filter.region and (a.namespace, a.metric_name) in metrics,
        )

    def _topics(self, arn: str) -> Iterable[Topic | Fault]:
        if arn.split(":")[4:5] != [self.account]:
            return (doubt("sns_topic_cross_account", topic=arn),)
        return self.topics.by("id")[arn]

    def has_subscribers(self, topic: Topic) -> bool:
        """By the account's own subscriptions, or by the topic's count, which holds other accounts' too."""
        own = self.subscriptions.by("topic_arn")[topic.id]
        claims: tuple[Callable[[], bool], ...] = (
            lambda: some(own, lambda s: s.is_confirmed),
            lambda: _confirmed(topic) > 0,
        )
        return some(claims, lambda claim: claim())


def says(filter: MetricFilter, prescribed: Sequence[Meaning | None]) -> bool:
    """AWS: additional fields or terms cannot be added to the metric filters."""
    return not filter.field_selection_criteria and meaning(filter.filter_pattern) in prescribed


def _told(alarm: Alarm) -> Iterable[str]:
    """The topics that an alarm tells."""
    topics = [a for a in alarm.alarm_actions if a.split(":")[2:3] == ["sns"]]
    return topics if topics and alarm.actions_enabled else ()


def _confirmed(topic: Topic) -> int:
    confirmed = topic.attributes.subscriptions_confirmed
    if not confirmed.isdecimal():
        raise Unseen("Topic.attributes", UNKNOWN_VALUE)
    return int(confirmed)


def _has_trails_to_judge(alerting: Alerting, trails: AccountWide[Trail], **_: object) -> bool:
    """Whether there is more than another account's trail: AWS judges an organization's at its owner only."""
    return some(trails, lambda t: t.account == alerting.account) or none(
        trails, lambda t: t.is_multi_region_trail
    )


def holds(thing: Any, links: Sequence[Link]) -> bool:
    """Whether some way leads from a thing through every link; one that does outweighs what is unseen."""
    if isinstance(thing, Fault):
        return False
    return not links or some(links[0].follow(thing), lambda following: holds(following, links[1:]))


def _break(links: Sequence[Link]) -> Fault:
    """Why a chain that holds nowhere does not: it leads to another account, or no further."""
    reached: list[Any] = [None]
    elsewhere: list[Fault] = []
    for link in links:
        following = [each for thing in reached for each in link.follow(thing)]
        elsewhere += [each for each in following if isinstance(each, Fault)]
        reached = [each for each in following if not isinstance(each, Fault)]
        if not reached:
            break
    return elsewhere[0] if elsewhere else fault(link.fault)


HERE = Alerting()
FOREIGN = "444455556666"
LOG_GROUP = "arn:aws:logs:ap-northeast-1:111122223333:log-group:trail:*"
ARN = "arn:aws:sns:ap-northeast-1:111122223333:ishigaki-alerts"
TRAIL = Trail(
    is_multi_region_trail=True,
    is_logging=True,
    has_custom_event_selectors=True,
    event_selectors=EventSelectors(
        event_selectors=(
            EventSelector(
                read_write_type="All",
                include_management_events=True,
                exclude_management_event_sources=(),
                data_resources=(),
            ),
        ),
        advanced_event_selectors=(),
    ),
    cloud_watch_logs_log_group_arn=LOG_GROUP,
)
NOTHING = EventSelectors(event_selectors=(), advanced_event_selectors=())
METRIC = MetricTransformation(metric_name="example", metric_namespace="LogMetrics", metric_value="1")
WATCHING = MetricFilter(log_group_name="trail", metric_transformations=(METRIC,), field_selection_criteria="")
ALARM = Alarm(
    metric_name="example",
    namespace="LogMetrics",
    actions_enabled=True,
    alarm_actions=(ARN,),
    evaluation_periods=1,
    comparison_operator="GreaterThanOrEqualToThreshold",
)
TOPIC = Topic(id=ARN, attributes=decode(TopicAttributes, {"SubscriptionsConfirmed": "1"}))
PARTS: Mapping[str, Resource] = {"trail": TRAIL, "filter": WATCHING, "alarm": ALARM, "topic": TOPIC}
PENDING = Subscription(subscription_arn="PendingConfirmation", topic_arn=ARN)
CONFIRMED = replace(PENDING, subscription_arn=f"{ARN}:example")
UNCOUNTED = {"attributes": decode(TopicAttributes, {"SubscriptionsConfirmed": "0"})}

# The fault of a chain in which one part differs, or is missing (None).
BROKEN: tuple[tuple[str, str, Mapping[str, Any] | None], ...] = (
    ("cloudtrail_multi_region_not_present", "trail", None),
    ("cloudtrail_multi_region_not_present", "trail", {"is_multi_region_trail": False}),
    ("cloudtrail_multi_region_not_present", "trail", {"is_logging": False}),
    ("cloudtrail_multi_region_not_present", "trail", {"event_selectors": NOTHING}),
    ("cloudtrail_metric_filters_not_present", "trail", {"cloud_watch_logs_log_group_arn": None}),
    (
        "cloudtrail_metric_filters_not_present",
        "trail",
        {"cloud_watch_logs_log_group_arn": LOG_GROUP.replace("111122223333", FOREIGN)},
    ),
    ("cloudtrail_metric_filters_not_present", "filter", None),
    ("cloudtrail_metric_filters_not_present", "filter", {"log_group_name": "another"}),
    ("cloudtrail_metric_filters_not_present", "filter", {"region": "us-east-1"}),
    ("cloudtrail_metric_filter_not_valid", "filter", {"filter_pattern": "{ $.eventName = ConsoleLogin }"}),
    ("cloudtrail_metric_filter_not_valid", "filter", {"filter_pattern": "ERROR"}),
    (
        "cloudtrail_metric_filter_not_valid",
        "filter",
        {"field_selection_criteria": '@aws.region = "us-east-1"'},
    ),
    ("cloudwatch_alarms_not_present", "filter", {"metric_transformations": ()}),
    ("cloudwatch_alarms_not_present", "alarm", None),
    ("cloudwatch_alarms_not_present", "alarm", {"metric_name": "another"}),
    ("cloudwatch_alarms_not_present", "alarm", {"metric_name": None, "namespace": None}),
    ("cloudwatch_alarms_not_present", "alarm", {"namespace": "Another"}),
    ("cloudwatch_alarms_not_present", "alarm", {"region": "us-east-1"}),
    ("cloudwatch_alarm_actions_not_valid", "alarm", {"actions_enabled": False}),
    ("cloudwatch_alarm_actions_not_valid", "alarm", {"alarm_actions": ()}),
    ("cloudwatch_alarm_actions_not_valid", "alarm", {"alarm_actions": ("arn:aws:swf:ap-northeast-1:1:a",)}),
    ("sns_topic_invalid", "topic", None),
    ("sns_subscription_not_present", "topic", UNCOUNTED),
)


def given(pattern: str, part: str = "", changes: Mapping[str, Any] | None = None) -> tuple[Resource, ...]:
    """A whole chain, or one in which a part differs."""
    parts = {**PARTS, "filter": replace(WATCHING, filter_pattern=pattern)}
    if part and changes is not None:
        parts[part] = replace(parts[part], **changes)
    elif part:
        del parts[part]
    return tuple(parts.values())


def _examples(patterns: Sequence[str]) -> Iterator[Example]:
    prescribed = patterns[0]
    abroad = replace(TRAIL, account=FOREIGN)
    for pattern in patterns:
        yield passes(HERE, *given(pattern))
    yield passes(HERE, abroad, *given(prescribed))
    yield passes(HERE, replace(TRAIL, is_logging=False), *given(prescribed))
    for code, part, changes in BROKEN:
        yield fails(code, HERE, *given(prescribed, part, changes))
    yield passes(HERE, CONFIRMED, *given(prescribed, "topic", UNCOUNTED))
    yield fails("sns_subscription_not_present", HERE, PENDING, *given(prescribed, "topic", UNCOUNTED))
    yield fails("cloudtrail_metric_filters_not_present", HERE, abroad, *given(prescribed, "filter"))
    short = given(prescribed, "trail", {"is_multi_region_trail": False})
    yield fails("cloudtrail_multi_region_not_present", HERE, abroad, *short)
    yield ignores(HERE, *given(prescribed, "trail", {"account": FOREIGN}))
    told = {"alarm_actions": (ARN.replace("111122223333", FOREIGN),)}
    yield doubts("sns_topic_cross_account", HERE, *given(prescribed, "alarm", told))


def alerted(id: str, patterns: Sequence[str]) -> Control:
    """The control that someone is told when an event matches a prescribed pattern."""

    @control(id, where=_has_trails_to_judge, examples=tuple(_examples(patterns)))
    def is_alerted(
        alerting: Alerting,
        trails: AccountWide[Trail],
        filters: AccountWide[MetricFilter],
        alarms: AccountWide[Alarm],
        topics: AccountWide[Topic],
        subscriptions: AccountWide[Subscription],
    ) -> Faults:
        """Someone is told of events that match the prescribed pattern.

        A multi-Region trail of the account is logging all management events to a log group; a metric filter
        there has the pattern and nothing else, however it is written; an alarm on its metric has enabled
        actions and tells a topic with a confirmed subscription. One whole chain is enough. AWS answers WARNING
        where a topic of another account stands in the chain, and nothing where the account has no trail of its
        own and another account's (its organization's) covers it.
        """
        watch = Watch(alerting.account, trails, filters, alarms, topics, subscriptions)
        links = watch.links(patterns)
        if not holds(alerting, links):
            yield _break(links)

    return is_alerted


CONTROLS = tuple(alerted(id, patterns) for id, patterns in PATTERNS.items())
