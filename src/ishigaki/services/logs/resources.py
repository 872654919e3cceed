"""CloudWatch Logs: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::Logs::LogGroup",
    listed_by=call("logs", "DescribeLogGroups"),
    at="logGroups",
    id="arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}",
    name="{logGroupName}",
)
class LogGroup(Resource):
    """A log group of the account."""

    retention_in_days: int | None = member(
        absent=None, why="a log group without a retention setting keeps its events for ever"
    )
    retention_policy_name: str = member(
        absent="", why="returned only when an account-level retention policy applies to the log group"
    )
    log_group_class: str = member(
        absent="STANDARD", why="If you omit this parameter, the default of STANDARD is used"
    )

    @property
    def kept_days(self) -> int | None:
        """For how many days events are kept; None: for ever. AWS: log events in log groups in the Delivery class
        are kept for only one day."""
        return 1 if self.log_group_class == "DELIVERY" else self.retention_in_days


class MetricTransformation(Value):
    metric_name: str
    metric_namespace: str
    metric_value: str


@resource(
    "AWS::Logs::MetricFilter",
    listed_by=call("logs", "DescribeMetricFilters"),
    at="metricFilters",
    id="arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:metric-filter:{filterName}",
    name="{filterName}",
)
class MetricFilter(Resource):
    """A filter that counts, in metrics, the events of a log group that match its pattern."""

    log_group_name: str
    filter_pattern: str
    metric_transformations: tuple[MetricTransformation, ...]
    field_selection_criteria: str = member(
        absent="",
        why="Returns the fieldSelectionCriteria value if it was specified when the filter was created",
    )
