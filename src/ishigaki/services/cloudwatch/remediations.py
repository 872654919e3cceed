"""CloudWatch: what can be put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Effect, Step, alters, change, creates, note, skip, step
from ishigaki.core.population import AccountWide
from ishigaki.core.record import replace
from ishigaki.core.remediation import Wanted, aiming, leaves, mends, remediation
from ishigaki.core.verbatim import new, said_of
from ishigaki.services.cloudtrail.making import TRAIL as OUR_TRAIL
from ishigaki.services.cloudtrail.resources import Trail
from ishigaki.services.cloudwatch.controls import (
    ALARM,
    HERE,
    TOPIC,
    TRAIL,
    UNCOUNTED,
    Watch,
    given,
    holds,
    says,
)
from ishigaki.services.cloudwatch.making import topic_arn
from ishigaki.services.cloudwatch.patterns import meaning
from ishigaki.services.cloudwatch.prescribed import PATTERNS
from ishigaki.services.cloudwatch.resources import Alarm, Alerting
from ishigaki.services.logs.resources import MetricFilter
from ishigaki.services.sns.resources import Subscription, Topic

NAMESPACE = "ishigaki"
# What PutMetricFilter and PutMetricAlarm take; they replace whatever they are not given.
OF_FILTER = (
    "filterPattern",
    "metricTransformations",
    "applyOnTransformedLogs",
    "fieldSelectionCriteria",
    "emitSystemFieldDimensions",
)
OF_ALARM = (
    "AlarmDescription",
    "ActionsEnabled",
    "OKActions",
    "AlarmActions",
    "InsufficientDataActions",
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "Unit",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "EvaluateLowSampleCountPercentile",
    "Metrics",
    "ThresholdMetricId",
)


class AlarmWanted(Wanted, frozen=True):
    """Whose pattern is watched, by the control that prescribes it. Source: CloudWatch.1 to .14."""

    control: str = "CloudWatch.1"


@dataclass(frozen=True)
class Spot:
    """Where a filter and its alarm are to be: their name, the log group and its Region, and whom the alarm tells."""

    name: str
    group: str
    region: str
    topic: str
    near: Alerting

    def arn(self, service: str, thing: str) -> str:
        return f"arn:{self.near.partition}:{service}:{self.region}:{self.near.account}:{thing}"


PATTERN = PATTERNS["CloudWatch.1"][0]
OURS = {"name": "ishigaki-cloudwatch-1", "metric_name": "ishigaki-cloudwatch-1", "namespace": NAMESPACE}
OUR_ALARM = replace(
    ALARM, id="arn:aws:cloudwatch:ap-northeast-1:111122223333:alarm:ishigaki-cloudwatch-1", **OURS
)
OUR_FILTER = replace(
    given(PATTERN)[1],
    id="arn:aws:logs:ap-northeast-1:111122223333:log-group:trail:metric-filter:ishigaki-cloudwatch-1",
    name="ishigaki-cloudwatch-1",
    filter_pattern="{ $.eventName = ConsoleLogin }",
)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(HERE, TRAIL, TOPIC),
        mends(HERE, *given(PATTERN, "alarm", {"actions_enabled": False})),
        mends(HERE, TRAIL, TOPIC, OUR_FILTER, replace(OUR_ALARM, alarm_actions=())),
        leaves(HERE, *given(PATTERN)),
        leaves(HERE, TOPIC, skip="alarm_needs_trail"),
        leaves(HERE, TRAIL, skip="needs_alert_topic"),
        leaves(HERE, TRAIL, replace(TOPIC, **UNCOUNTED), skip="needs_subscriber"),
        leaves(
            HERE, replace(TRAIL, cloud_watch_logs_log_group_arn=None), TOPIC, skip="alarm_needs_log_group"
        ),
    ],
)
def alert_on_events(
    alerting: Alerting,
    trails: AccountWide[Trail],
    filters: AccountWide[MetricFilter],
    alarms: AccountWide[Alarm],
    topics: AccountWide[Topic],
    subscriptions: AccountWide[Subscription],
    wanted: AlarmWanted,
) -> Changes:
    """Counts the events of a prescribed pattern in a trail's log group and raises an alarm on the first.

    The alarm tells `ishigaki-alerts`, if somebody has confirmed to read it: an alarm that nobody gets is none.
    """
    patterns = PATTERNS[wanted.control]
    watch = Watch(alerting.account, trails, filters, alarms, topics, subscriptions)
    if holds(alerting, watch.links(patterns)):
        return
    recording = sorted((t for t in trails if watch.records(t)), key=lambda t: (t.name != OUR_TRAIL, t.id))
    if not recording:
        yield skip("alarm_needs_trail")
        return
    places = [t.log_group for t in recording if t.log_group and t.log_group[1] == alerting.account]
    if not places:
        yield skip("alarm_needs_log_group", trail=recording[0].name)
        return
    region, _, group = places[0]
    arn = topic_arn(alerting, region)
    topic = next(iter(topics.by("id")[arn]), None)
    if topic is None:
        yield skip("needs_alert_topic", topic=arn, region=region)
        return
    if not watch.has_subscribers(topic):
        yield skip("needs_subscriber", topic=arn)
        return
    spot = Spot(f"ishigaki-{wanted.control.lower().replace('.', '-')}", group, region, arn, alerting)
    parts = [*_filter(spot, patterns, filters), *_alarm(spot, wanted.control, alarms)]
    yield change(
        *(effect for effect, _ in parts),
        steps=[each for _, each in parts],
        needs=(arn,),
        notes=(note("alarm_costs"),),
    )


def _filter(
    spot: Spot, patterns: tuple[str, ...], filters: AccountWide[MetricFilter]
) -> Iterator[tuple[Effect, Step]]:
    """The metric filter, unless it is there as prescribed."""
    metric = {"metricName": spot.name, "metricNamespace": NAMESPACE, "metricValue": "1"}
    asked: dict[str, Any] = {"filterPattern": patterns[0], "metricTransformations": [metric]}
    where: dict[str, Any] = {"logGroupName": spot.group, "filterName": spot.name}
    arn = spot.arn("logs", f"log-group:{spot.group}:metric-filter:{spot.name}")
    known = next(iter(filters.by("id")[arn]), None)
    if known is None:
        made = new(MetricFilter, near=spot.near, region=spot.region, item={**where, **asked})
        undo = call("logs", "DeleteMetricFilter", **where)
        yield (
            creates(made),
            step("filter", call("logs", "PutMetricFilter", **{**where, **asked}), undo=undo),
        )
        return
    counts = [(m.metric_namespace, m.metric_name) for m in known.metric_transformations]
    if says(known, [meaning(p) for p in patterns]) and (NAMESPACE, spot.name) in counts:
        return
    before = {k: v for k, v in said_of(known).item.items() if k in OF_FILTER}
    yield (
        alters(
            known,
            filter_pattern=asked["filterPattern"],
            metric_transformations=asked["metricTransformations"],
            field_selection_criteria=None,
        ),
        step(
            "filter",
            call("logs", "PutMetricFilter", **{**where, **asked}),
            undo=call("logs", "PutMetricFilter", **{**where, **before}),
        ),
    )


def _alarm(spot: Spot, control: str, alarms: AccountWide[Alarm]) -> Iterator[tuple[Effect, Step]]:
    """The alarm on the filter's metric, unless it is there and tells the topic."""
    metric = {"MetricName": spot.name, "Namespace": NAMESPACE, "ActionsEnabled": True}
    known = next(iter(alarms.by("id")[spot.arn("cloudwatch", f"alarm:{spot.name}")]), None)
    if known is None:
        asked = {
            **metric,
            "AlarmDescription": f"{control}: an event of the trail matches the prescribed pattern",
            "AlarmActions": [spot.topic],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
        }
        item = {**asked, "AlarmName": spot.name, "AlarmArn": spot.arn("cloudwatch", f"alarm:{spot.name}")}
        made = new(Alarm, near=spot.near, region=spot.region, item=item)
        undo = call("cloudwatch", "DeleteAlarms", AlarmNames=[spot.name])
        yield creates(made), step("alarm", _put_alarm(spot, asked), undo=undo)
        return
    tells = known.actions_enabled and spot.topic in known.alarm_actions
    if tells and (known.namespace, known.metric_name) == (NAMESPACE, spot.name):
        return
    before = {k: v for k, v in said_of(known).item.items() if k in OF_ALARM}
    actions = list(dict.fromkeys((*known.alarm_actions, spot.topic)))
    yield (
        alters(
            known, actions_enabled=True, alarm_actions=actions, metric_name=spot.name, namespace=NAMESPACE
        ),
        step(
            "alarm",
            _put_alarm(spot, {**before, **metric, "AlarmActions": actions}),
            undo=_put_alarm(spot, before),
        ),
    )


def _put_alarm(spot: Spot, asked: Mapping[str, Any]) -> Call:
    return call("cloudwatch", "PutMetricAlarm", **{"AlarmName": spot.name, **asked})


REMEDIATIONS = {id: aiming(alert_on_events, AlarmWanted(control=id)) for id in PATTERNS}
