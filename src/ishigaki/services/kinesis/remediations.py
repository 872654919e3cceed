"""Kinesis: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.kinesis.controls import GOOD, Retention
from ishigaki.services.kinesis.resources import Stream

AWS_KEY = "alias/aws/kinesis"  # AWS managed: whoever may use the stream from this account may use it


def _call(stream: Stream, operation: str, **params: Any) -> Call:
    return call("kinesis", operation, StreamName=stream.name, **params)


def _active(stream: Stream) -> Until:
    shown = call("kinesis", "DescribeStreamSummary", StreamName=stream.name)
    return Until(shown, "StreamDescriptionSummary.StreamStatus", ("ACTIVE",), seconds=120)


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(replace(GOOD, encryption_type="NONE")), leaves(GOOD)],
)
def encrypt_stream(stream: Stream) -> Changes:
    """Encrypts what is written to a stream from now on, with the AWS managed key of Kinesis."""
    if stream.encryption_type != "NONE":
        return
    key = {"EncryptionType": "KMS", "KeyId": AWS_KEY}
    yield change(
        alters(stream, encryption_type="KMS"),
        steps=[
            step(
                "encrypt",
                _call(stream, "StartStreamEncryption", **key),
                undo=_call(stream, "StopStreamEncryption", **key),
                until=_active(stream),
            )
        ],
    )


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(GOOD, retention_period_hours=24)),
        mends(GOOD, asked=Retention(minimum_backup_retention_period="720")),
        leaves(GOOD),
        leaves(replace(GOOD, retention_period_hours=8760)),
    ],
)
def keep_stream_records(stream: Stream, asked: Retention) -> Changes:
    """Raises how long a stream keeps its records to what the control asks for; never lowers it."""
    before, after = stream.retention_period_hours, asked.hours
    if before >= after:
        return
    yield change(
        alters(stream, retention_period_hours=after),
        steps=[
            step(
                "keep",
                _call(stream, "IncreaseStreamRetentionPeriod", RetentionPeriodHours=after),
                undo=_call(stream, "DecreaseStreamRetentionPeriod", RetentionPeriodHours=before),
                until=_active(stream),
            )
        ],
    )


REMEDIATIONS = {"Kinesis.1": encrypt_stream, "Kinesis.3": keep_stream_records}
