"""CloudWatch: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, resource

SINGLE = "MetricName and Namespace are given if the alarm is based on a single metric"


@resource(
    "AWS::CloudWatch::Alarm",
    listed_by=call("cloudwatch", "DescribeAlarms", AlarmTypes=["MetricAlarm"]),
    at="MetricAlarms",
    id="{AlarmArn}",
    name="{AlarmName}",
)
class Alarm(Resource):
    """An alarm on a metric, or on an expression over metrics."""

    metric_name: str | None = member(absent=None, why=SINGLE)
    namespace: str | None = member(absent=None, why=SINGLE)
    actions_enabled: bool
    alarm_actions: tuple[str, ...]
    ok_actions: tuple[str, ...]
    insufficient_data_actions: tuple[str, ...]
    evaluation_periods: int
    comparison_operator: str


@resource("AWS::::Account", scope="global")
class Alerting(Resource):
    """Who is told of what happens in the account."""
