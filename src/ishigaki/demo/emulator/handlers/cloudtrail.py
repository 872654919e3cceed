"""CloudTrail: trails seen from every Region and, if the organization's, from every member account."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from moto.cloudtrail.models import cloudtrail_backends

from ishigaki.demo.emulator.handlers.organizations import management_account
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

ALL_MANAGEMENT_EVENTS = {  # what a trail records until someone says otherwise
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


def _trails(context: Context) -> Iterator[Any]:
    """The trails that record this account in this Region: its own, the shadows, the organization's."""
    for backend in cloudtrail_backends[context.account].values():
        yield from (t for t in backend.trails.values() if t.is_multi_region or _is_home(t, context))
    management = management_account(context.account)
    if management not in (None, context.account):
        for backend in cloudtrail_backends[management].values():
            seen = (t for t in backend.trails.values() if t.is_multi_region or _is_home(t, context))
            yield from (trail for trail in seen if trail.is_org_trail)


def _is_home(trail: Any, context: Context) -> bool:
    return bool(trail.region_name == context.region)


def _one(context: Context, name: str) -> Any:
    """The trail of that ARN, or of that name in this Region."""
    for trail in _trails(context):
        if name == trail.arn or (name == trail.trail_name and _is_home(trail, context)):
            return trail
    raise Refused("TrailNotFoundException", f"Unknown trail: {name} for the user: {context.account}")


def _described(trail: Any) -> dict[str, Any]:
    found = {k: v for k, v in trail.description(include_region=True).items() if v is not None}
    custom = bool(trail.event_selectors or trail.advanced_event_selectors)
    return {**found, "HasCustomEventSelectors": custom, "HasInsightSelectors": bool(trail.insight_selectors)}


def describe(context: Context, params: Params) -> Answer:
    """DescribeTrails: shadows of other Regions' trails unless they are not wanted."""
    shadows = params.get("includeShadowTrails", True) is not False
    names = params.get("trailNameList") or []
    return {
        "trailList": [
            _described(trail)
            for trail in _trails(context)
            if (shadows or _is_home(trail, context))
            and (not names or trail.arn in names or trail.trail_name in names)
        ]
    }


def list_(context: Context, _: Params) -> Answer:
    """ListTrails."""
    return {"Trails": [trail.short() for trail in _trails(context)]}


def get(context: Context, params: Params) -> Answer:
    """GetTrail."""
    return {"Trail": _described(_one(context, params["Name"]))}


def status(context: Context, params: Params) -> Answer:
    """GetTrailStatus: a trail that logs delivers, to its log group too where it has one."""
    trail = _one(context, params["Name"])
    state = trail.status
    found: Answer = {"IsLogging": state.is_logging}
    if state.started:
        delivered = now() if state.is_logging else state.stopped.replace(tzinfo=UTC)
        found |= {"StartLoggingTime": state.started.replace(tzinfo=UTC), "LatestDeliveryTime": delivered}
        if trail.cw_log_group_arn:
            found["LatestCloudWatchLogsDeliveryTime"] = delivered
        if trail.log_validation:
            found["LatestDigestDeliveryTime"] = delivered
    if state.stopped:
        found["StopLoggingTime"] = state.stopped.replace(tzinfo=UTC)
    return found


def event_selectors(context: Context, params: Params) -> Answer:
    """GetEventSelectors: all management events until a selector is put."""
    trail = _one(context, params["TrailName"])
    if trail.advanced_event_selectors:
        return {"TrailARN": trail.arn, "AdvancedEventSelectors": trail.advanced_event_selectors}
    return {"TrailARN": trail.arn, "EventSelectors": trail.event_selectors or [ALL_MANAGEMENT_EVENTS]}


def insight_selectors(context: Context, params: Params) -> Answer:
    """GetInsightSelectors."""
    trail = _one(context, params["TrailName"])
    if not trail.insight_selectors:
        raise Refused("InsightNotEnabledException", f"Trail {trail.arn} does not have Insights enabled.")
    return {"TrailARN": trail.arn, "InsightSelectors": trail.insight_selectors}


HANDLERS: Mapping[str, Handler] = {
    "DescribeTrails": describe,
    "GetEventSelectors": event_selectors,
    "GetInsightSelectors": insight_selectors,
    "GetTrail": get,
    "GetTrailStatus": status,
    "ListTrails": list_,
}
