"""CloudTrail: trails seen from every Region and, if the organization's, from every member account."""

from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any

from moto.cloudtrail.models import cloudtrail_backends

from ishigaki.demo.emulator.handlers.delivery import bucket_named, may_write
from ishigaki.demo.emulator.handlers.key_states import key_arn
from ishigaki.demo.emulator.handlers.organizations import management_account
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

ALL_MANAGEMENT_EVENTS = {  # what a trail records until someone says otherwise
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}
HISTORY = timedelta(days=90)
KINDS = ("EventSelectors", "AdvancedEventSelectors")


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
    found = {k: v for k, v in trail.description(include_region=True).items() if v not in (None, "")}
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


def create(context: Context, params: Params) -> Answer:
    """CreateTrail: once, to a bucket that lets CloudTrail write; key and log group must exist."""
    arn = context.arn(f"trail/{params['Name']}")
    if params["Name"] in context.backend().trails:
        message = f"Trail {params['Name']} already exists for customer: {context.account}"
        raise Refused("TrailAlreadyExistsException", message)
    given = _checked(context, params, arn=arn)
    context.moto(given)
    return _changed(context.backend().trails[params["Name"]])


def update(context: Context, params: Params) -> Answer:
    """UpdateTrail, in its home Region; an empty text takes a setting away."""
    trail = _own(context, params["Name"])
    merged = {
        "S3BucketName": trail.bucket_name,
        "S3KeyPrefix": trail.s3_key_prefix,
        "IsMultiRegionTrail": trail.is_multi_region,
        "IncludeGlobalServiceEvents": trail.include_global_service_events,
        **params,
    }
    given = _checked(context, {**merged, "Name": trail.arn}, arn=trail.arn)
    changed = {name: given[name] for name in params if name in given}
    context.moto({**changed, "Name": trail.trail_name})
    return _changed(trail)


def _changed(trail: Any) -> Answer:
    """A trail as CreateTrail and UpdateTrail answer it."""
    unsaid = ("HomeRegion", "HasCustomEventSelectors", "HasInsightSelectors")
    return {name: value for name, value in _described(trail).items() if name not in unsaid}


def _checked(context: Context, params: Params, *, arn: str) -> Params:
    """The parameters with the key by its ARN, where AWS would take them."""
    if params.get("IsMultiRegionTrail") and params.get("IncludeGlobalServiceEvents") is False:
        message = "Multi-Region trail must include global service events."
        raise Refused("InvalidParameterCombinationException", message)
    bucket, prefix = bucket_named(params["S3BucketName"]), params.get("S3KeyPrefix")
    key = "/".join(part for part in (prefix, "AWSLogs", context.account, "CloudTrail", "log") if part)
    source = {"SourceArn": arn, "SourceAccount": context.account}
    if bucket and not may_write(bucket, "cloudtrail.amazonaws.com", key, **source):
        message = f"Incorrect S3 bucket policy is detected for bucket: {bucket.name}"
        raise Refused("InsufficientS3BucketPolicyException", message)
    _check_logs(context, params)
    if not params.get("KmsKeyId"):
        return params
    by_arn = key_arn(context, params["KmsKeyId"])
    if by_arn is None:
        raise Refused("KmsKeyNotFoundException", f"KMS key {params['KmsKeyId']} is not found.")
    return {**params, "KmsKeyId": by_arn}


def _check_logs(context: Context, params: Params) -> None:
    """A log group goes with a role, and must exist."""
    group, role = (params.get(f"CloudWatchLogs{name}Arn") for name in ("LogGroup", "Role"))
    if group and not role:
        message = "You must specify CloudWatchLogsRoleArn together with CloudWatchLogsLogGroupArn."
        raise Refused("InvalidParameterCombinationException", message)
    names = context.backend("logs").groups
    if group and group.removesuffix(":*").partition(":log-group:")[2] not in names:
        message = f"Cannot validate log group {group}."
        raise Refused("InvalidCloudWatchLogsLogGroupArnException", message)


def _own(context: Context, name: str) -> Any:
    """The account's trail of that name or ARN, which is changed in its home Region only."""
    trail = _one(context, name)
    if not _is_home(trail, context):
        message = f"The trail {trail.arn} can be changed in its home Region {trail.region_name} only."
        raise Refused("InvalidHomeRegionException", message)
    if trail.account_id != context.account:
        raise Refused("InsufficientDependencyServiceAccessPermissionException", "Not the trail's owner.")
    return trail


def _by_name(member: str) -> Handler:
    """Moto's answer about a trail of the account, which may be named by its ARN."""

    def handler(context: Context, params: Params) -> Answer:
        return context.moto({**params, member: _own(context, params[member]).trail_name})

    return handler


def put_event_selectors(context: Context, params: Params) -> Answer:
    """PutEventSelectors: of the one kind or the other; each takes the place of the other kind."""
    trail = _own(context, params["TrailName"])
    kinds = [kind for kind in KINDS if params.get(kind)]
    if len(kinds) != 1:
        message = "Give event selectors or advanced event selectors."
        raise Refused("InvalidEventSelectorsException", message)
    basic, advanced = (params.get(kind) or [] for kind in KINDS)
    trail.event_selectors = [{**ALL_MANAGEMENT_EVENTS, **selector} for selector in basic]
    trail.advanced_event_selectors = list(advanced)
    return event_selectors(context, params)


def lookup(context: Context, params: Params) -> Answer:
    """LookupEvents: those of the last 90 days that were put here, by one attribute, the newest first."""
    asked = {a["AttributeKey"]: a["AttributeValue"] for a in params.get("LookupAttributes") or ()}
    begin = now() - HISTORY
    if "StartTime" in params:
        begin = max(begin, params["StartTime"].replace(tzinfo=UTC))
    found = [
        event
        for event in context.settings.get("events", ())
        if begin <= event["EventTime"] and all(event.get(key) == value for key, value in asked.items())
    ]
    return {"Events": sorted(found, key=lambda event: event["EventTime"], reverse=True)}


HANDLERS: Mapping[str, Handler] = {
    "CreateTrail": create,
    "DeleteTrail": _by_name("Name"),
    "DescribeTrails": describe,
    "GetEventSelectors": event_selectors,
    "GetInsightSelectors": insight_selectors,
    "GetTrail": get,
    "GetTrailStatus": status,
    "ListTrails": list_,
    "LookupEvents": lookup,
    "PutEventSelectors": put_event_selectors,
    "StartLogging": _by_name("Name"),
    "StopLogging": _by_name("Name"),
    "UpdateTrail": update,
}
