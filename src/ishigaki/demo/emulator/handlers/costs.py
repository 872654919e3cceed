"""Cost Explorer: a small bill that is the same every day; anomaly monitors and subscriptions, and no anomalies."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from moto.moto_api._internal import mock_random

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

DAILY: Mapping[str, float] = {  # US dollars that each service costs a day
    "AWS CloudTrail": 0.11,
    "AWS Config": 0.62,
    "AWS Key Management Service": 0.13,
    "AWS Security Hub": 0.28,
    "Amazon Elastic Compute Cloud - Compute": 4.86,
    "Amazon GuardDuty": 0.47,
    "Amazon Relational Database Service": 3.12,
    "Amazon Simple Storage Service": 0.74,
    "AmazonCloudWatch": 0.35,
    "EC2 - Other": 1.58,
}
METRICS = ("AmortizedCost", "BlendedCost", "NetAmortizedCost", "NetUnblendedCost", "UnblendedCost")
MONITOR_TYPES = ("DIMENSIONAL", "CUSTOM")


def cost_and_usage(context: Context, params: Params) -> Answer:
    """GetCostAndUsage by day or month, whole or by service; of the past only."""
    groups, metrics = params.get("GroupBy") or [], params["Metrics"]
    by_service = [{"Type": "DIMENSION", "Key": "SERVICE"}]
    if groups not in ([], by_service) or params["Granularity"] == "HOURLY" or set(metrics) - set(METRICS):
        raise Refused("NotImplemented", "The emulator knows costs by day or month and service.", status=501)
    start, end = (date.fromisoformat(params["TimePeriod"][name]) for name in ("Start", "End"))
    if start >= end:
        raise Refused("ValidationException", "Start date (and hour) should be before end date (and hour)")
    wanted = _services(params.get("Filter"))
    return {
        **({"GroupDefinitions": groups} if groups else {}),
        "ResultsByTime": [
            _period(first, last, metrics, {s: DAILY[s] for s in wanted}, grouped=bool(groups))
            for first, last in _periods(start, end, monthly=params["Granularity"] == "MONTHLY")
        ],
        "DimensionValueAttributes": [],
    }


def _services(chosen: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The services that a filter lets through."""
    dimensions = (chosen or {}).get("Dimensions") or {}
    if chosen and (set(chosen) != {"Dimensions"} or dimensions.get("Key") != "SERVICE"):
        raise Refused("NotImplemented", "The emulator filters costs by service only.", status=501)
    return tuple(s for s in DAILY if not chosen or s in dimensions["Values"])


def _periods(start: date, end: date, *, monthly: bool) -> Iterator[tuple[date, date]]:
    """The days or months of a period, the first and last cut to it."""
    while start < end:
        following = (start.replace(day=1) + timedelta(days=31)).replace(day=1)
        last = min(following if monthly else start + timedelta(days=1), end)
        yield start, last
        start = last


def _period(
    first: date, last: date, metrics: list[str], daily: Mapping[str, float], *, grouped: bool
) -> dict[str, Any]:
    today = now().date()
    days = max(0, (min(last, today + timedelta(days=1)) - first).days)  # what is to come costs nothing yet
    costs = {service: _amounts(metrics, cost * days) for service, cost in daily.items()}
    groups = [{"Keys": [service], "Metrics": amounts} for service, amounts in costs.items() if days]
    return {
        "TimePeriod": {"Start": first.isoformat(), "End": last.isoformat()},
        "Total": {} if grouped else _amounts(metrics, sum(daily.values()) * days),
        "Groups": groups if grouped else [],
        "Estimated": last > today,
    }


def _amounts(metrics: list[str], cost: float) -> dict[str, dict[str, str]]:
    return {metric: {"Amount": f"{cost:.10f}", "Unit": "USD"} for metric in metrics}


def _kept(context: Context, kind: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = context.partition_settings.setdefault(kind, {})
    return found


def _one(context: Context, kind: str, arn: str) -> dict[str, Any]:
    if arn not in _kept(context, kind):
        name = kind.capitalize()
        raise Refused(f"Unknown{name}Exception", f"There is no {kind} {arn}.", status=400)
    return _kept(context, kind)[arn]


def _arn(context: Context, kind: str) -> str:
    return f"arn:aws:ce::{context.account}:anomaly{kind}/{mock_random.uuid4()}"


def create_monitor(context: Context, params: Params) -> Answer:
    """CreateAnomalyMonitor: one of all services, and as many of one's own as the quota lets."""
    given = params["AnomalyMonitor"]
    if given.get("MonitorType") not in MONITOR_TYPES:
        raise Refused("ValidationException", "MonitorType must be DIMENSIONAL or CUSTOM.", status=400)
    key = {name: given.get(name) for name in ("MonitorType", "MonitorDimension")}
    monitors = _kept(context, "monitor").values()
    if key["MonitorType"] == "DIMENSIONAL" and any(key.items() <= one.items() for one in monitors):
        message = "Limit exceeded on dimensional spend monitor creation"
        raise Refused("LimitExceededException", message, status=400)
    arn, today = _arn(context, "monitor"), now().date().isoformat()
    dates = {"CreationDate": today, "LastUpdatedDate": today}
    _kept(context, "monitor")[arn] = {**given, "MonitorArn": arn, **dates, "DimensionalValueCount": 0}
    return {"MonitorArn": arn}


def monitors(context: Context, params: Params) -> Answer:
    """GetAnomalyMonitors, all or those named."""
    return {"AnomalyMonitors": _chosen(context, "monitor", params.get("MonitorArnList"))}


def _chosen(context: Context, kind: str, named: list[str] | None) -> list[dict[str, Any]]:
    return [_one(context, kind, arn) for arn in named] if named else list(_kept(context, kind).values())


def update_monitor(context: Context, params: Params) -> Answer:
    """UpdateAnomalyMonitor: its name."""
    given = {"MonitorName": params["MonitorName"]} if params.get("MonitorName") else {}
    _one(context, "monitor", params["MonitorArn"]).update(given, LastUpdatedDate=now().date().isoformat())
    return {"MonitorArn": params["MonitorArn"]}


def delete_monitor(context: Context, params: Params) -> Answer:
    """DeleteAnomalyMonitor: subscriptions to it go on without it."""
    _one(context, "monitor", params["MonitorArn"])
    del _kept(context, "monitor")[params["MonitorArn"]]
    for one in _kept(context, "subscription").values():
        one["MonitorArnList"] = [arn for arn in one["MonitorArnList"] if arn != params["MonitorArn"]]
    return {}


def create_subscription(context: Context, params: Params) -> Answer:
    """CreateAnomalySubscription: to monitors that exist."""
    given = params["AnomalySubscription"]
    for arn in given["MonitorArnList"]:
        _one(context, "monitor", arn)
    arn = _arn(context, "subscription")
    told = [{**one, "Status": "CONFIRMED"} for one in given["Subscribers"]]
    made = {**given, "SubscriptionArn": arn, "AccountId": context.account, "Subscribers": told}
    _kept(context, "subscription")[arn] = made
    return {"SubscriptionArn": arn}


def subscriptions(context: Context, params: Params) -> Answer:
    """GetAnomalySubscriptions, all, those named, or those to a monitor."""
    rows = _chosen(context, "subscription", params.get("SubscriptionArnList"))
    wanted = params.get("MonitorArn")
    return {"AnomalySubscriptions": [row for row in rows if not wanted or wanted in row["MonitorArnList"]]}


def update_subscription(context: Context, params: Params) -> Answer:
    """UpdateAnomalySubscription: only what is given changes."""
    one = _one(context, "subscription", params["SubscriptionArn"])
    for arn in params.get("MonitorArnList") or []:
        _one(context, "monitor", arn)
    one |= {name: value for name, value in params.items() if name != "SubscriptionArn"}
    return {"SubscriptionArn": params["SubscriptionArn"]}


def delete_subscription(context: Context, params: Params) -> Answer:
    """DeleteAnomalySubscription."""
    _one(context, "subscription", params["SubscriptionArn"])
    del _kept(context, "subscription")[params["SubscriptionArn"]]
    return {}


def no_anomalies(_: Context, __: Params) -> Answer:
    """GetAnomalies: the bill is the same every day."""
    return {"Anomalies": []}


HANDLERS: Mapping[str, Handler] = {
    "CreateAnomalyMonitor": create_monitor,
    "CreateAnomalySubscription": create_subscription,
    "DeleteAnomalyMonitor": delete_monitor,
    "DeleteAnomalySubscription": delete_subscription,
    "GetAnomalies": no_anomalies,
    "GetAnomalyMonitors": monitors,
    "GetAnomalySubscriptions": subscriptions,
    "GetCostAndUsage": cost_and_usage,
    "UpdateAnomalyMonitor": update_monitor,
    "UpdateAnomalySubscription": update_subscription,
}
