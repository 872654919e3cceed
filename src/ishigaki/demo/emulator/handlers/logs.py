"""CloudWatch Logs: keys of log groups, metric filters by name."""

from collections.abc import Mapping
from typing import Any

from ishigaki.demo.emulator.handlers.key_states import key_arn
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

# What PutRetentionPolicy takes, in days.
DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)


def _group(context: Context, params: Params) -> Any:
    """The log group that is named, by name or ARN."""
    given = params.get("logGroupName") or params.get("resourceIdentifier") or ""
    name = given.removesuffix(":*").rpartition(":log-group:")[2]
    if name not in context.backend().groups:
        raise Refused("ResourceNotFoundException", "The specified log group does not exist.")
    return context.backend().groups[name]


def _key(context: Context, given: str) -> str:
    """The key's ARN, if CloudWatch Logs may use it: a key that exists and is enabled."""
    arn = key_arn(context, given)
    key = context.backend("kms", region=arn.split(":")[3]).keys.get(arn.rpartition("/")[2]) if arn else None
    if key is None or not key.enabled:
        message = f"The specified KMS key does not exist or is not allowed to be used with Arn '{given}'"
        raise Refused("InvalidParameterException", message)
    return str(key.arn)


def create(context: Context, params: Params) -> Answer:
    """CreateLogGroup: encrypted only with a key that is there."""
    if params.get("kmsKeyId"):
        _key(context, params["kmsKeyId"])
    return context.moto()


def associate(context: Context, params: Params) -> Answer:
    """AssociateKmsKey."""
    _group(context, params).kms_key_id = _key(context, params["kmsKeyId"])
    return {}


def disassociate(context: Context, params: Params) -> Answer:
    """DisassociateKmsKey."""
    _group(context, params).kms_key_id = None
    return {}


def put_retention(context: Context, params: Params) -> Answer:
    """PutRetentionPolicy: of a number of days that AWS knows."""
    if params["retentionInDays"] not in DAYS:
        raise Refused("InvalidParameterException", f"retentionInDays must be one of {list(DAYS)}.")
    return context.moto()


def put_filter(context: Context, params: Params) -> Answer:
    """PutMetricFilter: a filter of the same name is replaced."""
    _group(context, params)
    context.backend().delete_metric_filter(params["filterName"], params["logGroupName"])
    return context.moto()


def delete_filter(context: Context, params: Params) -> Answer:
    """DeleteMetricFilter."""
    _group(context, params)
    named = context.backend().describe_metric_filters(params["filterName"], params["logGroupName"])
    if all(one["filterName"] != params["filterName"] for one in named):
        raise Refused("ResourceNotFoundException", "The specified metric filter does not exist.")
    return context.moto()


def delete(context: Context, params: Params) -> Answer:
    """DeleteLogGroup: its metric filters go with it."""
    answer, filters = context.moto(), context.backend().filters
    filters.metric_filters = [
        f for f in filters.metric_filters if f["logGroupName"] != params["logGroupName"]
    ]
    return answer


HANDLERS: Mapping[str, Handler] = {
    "AssociateKmsKey": associate,
    "CreateLogGroup": create,
    "DeleteLogGroup": delete,
    "DeleteMetricFilter": delete_filter,
    "DisassociateKmsKey": disassociate,
    "PutMetricFilter": put_filter,
    "PutRetentionPolicy": put_retention,
}
