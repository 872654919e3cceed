"""Config: recording mode and delivery, which a running recorder has."""

from collections.abc import Mapping

from ishigaki.demo.emulator.handlers.delivery import bucket_named, may_write
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

CONTINUOUS = {"recordingFrequency": "CONTINUOUS"}


def put_recorder(context: Context, params: Params) -> Answer:
    """PutConfigurationRecorder: keeps the recording mode, which moto forgets."""
    answer = context.moto()
    recorder = params["ConfigurationRecorder"]
    context.settings["mode"] = recorder.get("recordingMode") or CONTINUOUS
    return answer


def put_channel(context: Context, params: Params) -> Answer:
    """PutDeliveryChannel: to a bucket that exists and lets Config write."""
    channel = params["DeliveryChannel"]
    name, prefix = channel.get("s3BucketName"), channel.get("s3KeyPrefix")
    if context.backend().recorders and name:
        bucket = bucket_named(name)
        if bucket is None:
            raise Refused("NoSuchBucketException", f"Cannot find a S3 bucket with name: {name}.")
        key = "/".join(part for part in (prefix, "AWSLogs", context.account, "Config", "log") if part)
        if not may_write(bucket, "config.amazonaws.com", key, SourceAccount=context.account):
            message = f"Insufficient delivery policy to s3 bucket: {name}, unable to write to bucket."
            raise Refused("InsufficientDeliveryPolicyException", message)
    return context.moto()


def describe_recorders(context: Context, _: Params) -> Answer:
    """DescribeConfigurationRecorders."""
    answer = context.moto()
    mode = context.settings.get("mode", CONTINUOUS)
    recorders = answer.get("ConfigurationRecorders") or []
    return {"ConfigurationRecorders": [{**recorder, "recordingMode": mode} for recorder in recorders]}


def list_recorders(context: Context, _: Params) -> Answer:
    """ListConfigurationRecorders: the customer's own; no AWS service keeps one of its own here."""
    arns = {name: context.arn(f"configuration-recorder/{name}") for name in context.backend().recorders}
    rows = [{"arn": arn, "name": name, "recordingScope": "PAID"} for name, arn in arns.items()]
    return {"ConfigurationRecorderSummaries": rows}


def recorder_status(context: Context, _: Params) -> Answer:
    """DescribeConfigurationRecorderStatus: recording with a channel succeeds."""
    answer = context.moto()
    for status in answer.get("ConfigurationRecordersStatus") or []:
        if status.get("recording") and context.backend().delivery_channels:
            status["lastStatus"] = "SUCCESS"
    return answer


def channel_status(context: Context, params: Params) -> Answer:
    """DescribeDeliveryChannelStatus: delivers while the recorder runs, otherwise there is nothing to tell."""
    backend = context.backend()
    names = params.get("DeliveryChannelNames") or list(backend.delivery_channels)
    for name in names:
        if name not in backend.delivery_channels:
            raise Refused("NoSuchDeliveryChannelException", f"Cannot find delivery channel '{name}'.")
    running = any(recorder.status.recording for recorder in backend.recorders.values())
    success = {"lastStatus": "Success", "lastStatusChangeTime": now()} if running else {}
    quiet = {"lastStatus": "Not_Applicable"}
    return {
        "DeliveryChannelsStatus": [
            {
                "name": name,
                "configSnapshotDeliveryInfo": {},
                "configHistoryDeliveryInfo": {},
                "configStreamDeliveryInfo": success or quiet,
            }
            for name in names
        ]
    }


HANDLERS: Mapping[str, Handler] = {
    "DescribeConfigurationRecorderStatus": recorder_status,
    "DescribeConfigurationRecorders": describe_recorders,
    "DescribeDeliveryChannelStatus": channel_status,
    "ListConfigurationRecorders": list_recorders,
    "PutConfigurationRecorder": put_recorder,
    "PutDeliveryChannel": put_channel,
}
