"""S3: settings of a bucket as they were put, where moto forgets a part of them."""

import json
from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from ishigaki.demo.emulator.handlers.delivery import bucket_named
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

SIZES = "all_storage_classes_128K"  # how small objects transition unless someone says otherwise
DESTINATIONS: Mapping[str, tuple[str, str]] = {  # member -> where a destination's ARN lies, its service
    "TopicConfigurations": ("TopicArn", "sns"),
    "QueueConfigurations": ("QueueArn", "sqs"),
    "LambdaFunctionConfigurations": ("LambdaFunctionArn", "lambda"),
}


def put_lifecycle(context: Context, params: Params) -> Answer:
    """PutBucketLifecycleConfiguration: what moto forgets of a rule (object sizes, newer versions) stays too."""
    answer = context.moto()
    rules = [
        {"ID": str(mock_random.uuid4()), **rule}
        for rule in (params.get("LifecycleConfiguration") or {}).get("Rules") or []
    ]
    bucket = bucket_named(params["Bucket"])
    sizes = params.get("TransitionDefaultMinimumObjectSize") or SIZES
    # On the bucket itself, so that it goes with it; beside the rules that it belongs to, as others may put some.
    bucket.lifecycle_as_put = (bucket.rules, {"TransitionDefaultMinimumObjectSize": sizes, "Rules": rules})
    return {**answer, "TransitionDefaultMinimumObjectSize": sizes}


def get_lifecycle(context: Context, params: Params) -> Answer:
    """GetBucketLifecycleConfiguration."""
    answer = context.moto()
    bucket = bucket_named(params["Bucket"])
    rules, as_put = getattr(bucket, "lifecycle_as_put", (None, {}))
    return dict(as_put) if rules is not None and rules is bucket.rules else answer


def delete_encryption(context: Context, params: Params) -> Answer:
    """DeleteBucketEncryption: back to SSE-S3, which every bucket has at least."""
    answer = context.moto()
    by_default = {"SSEAlgorithm": "AES256"}
    rule = {"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": False}
    bucket_named(params["Bucket"]).encryption = {"Rule": rule}
    return answer


def put_logging(context: Context, params: Params) -> Answer:
    """PutBucketLogging: with the key format, which moto forgets."""
    answer = context.moto()
    enabled = (params.get("BucketLoggingStatus") or {}).get("LoggingEnabled") or {}
    bucket = bucket_named(params["Bucket"])
    bucket.logging = {**bucket.logging, "KeyFormat": enabled.get("TargetObjectKeyFormat")} if enabled else {}
    return answer


def get_logging(context: Context, params: Params) -> Answer:
    """GetBucketLogging."""
    answer = context.moto()
    kept = bucket_named(params["Bucket"]).logging.get("KeyFormat")
    if kept and "LoggingEnabled" in answer:
        answer["LoggingEnabled"]["TargetObjectKeyFormat"] = kept
    return answer


def put_notifications(context: Context, params: Params) -> Answer:
    """PutBucketNotificationConfiguration: where the destinations exist; whether EventBridge is told stays."""
    wanted = params["NotificationConfiguration"]
    for member, (at, service) in DESTINATIONS.items():
        for one in wanted.get(member) or []:
            if not params.get("SkipDestinationValidation") and not _exists(context, one[at], service):
                message = "Unable to validate the following destination configurations"
                raise Refused("InvalidArgument", message, status=400)
    answer = context.moto({**params, "NotificationConfiguration": _in_lower_case(wanted)})
    told = "EventBridgeConfiguration" in wanted
    bucket_named(params["Bucket"]).tells_eventbridge = told
    return answer


def _exists(context: Context, arn: str, service: str) -> bool:
    _, _, _, region, account, name = arn.split(":", 5)
    backend = context.backend(service, account=account, region=region)
    if service == "sns":
        return arn in backend.topics
    if service == "sqs":
        return name in backend.queues
    return name.removeprefix("function:") in {function.function_name for function in backend.list_functions()}


def _in_lower_case(wanted: Mapping[str, Any]) -> Any:
    """The configuration with the names of its filters as moto wants them; AWS takes `Prefix` for `prefix`."""
    text = json.dumps(wanted)
    for name in ("Prefix", "Suffix"):
        text = text.replace(f'"Name": "{name}"', f'"Name": "{name.lower()}"')
    return json.loads(text)


def get_notifications(context: Context, params: Params) -> Answer:
    """GetBucketNotificationConfiguration."""
    answer = context.moto()
    if getattr(bucket_named(params["Bucket"]), "tells_eventbridge", False):
        answer["EventBridgeConfiguration"] = {}
    return answer


HANDLERS: Mapping[str, Handler] = {
    "DeleteBucketEncryption": delete_encryption,
    "GetBucketLifecycleConfiguration": get_lifecycle,
    "GetBucketLogging": get_logging,
    "GetBucketNotificationConfiguration": get_notifications,
    "PutBucketLifecycleConfiguration": put_lifecycle,
    "PutBucketLogging": put_logging,
    "PutBucketNotificationConfiguration": put_notifications,
}
