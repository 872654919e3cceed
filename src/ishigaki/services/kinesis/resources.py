"""Kinesis: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, Source, resource


@resource(
    "AWS::Kinesis::Stream",
    listed_by=call("kinesis", "ListStreams"),
    at="StreamSummaries",
    id="{StreamARN}",
    name="{StreamName}",
    detail=Source(
        call("kinesis", "DescribeStreamSummary", StreamARN="{StreamARN}"), "StreamDescriptionSummary"
    ),
)
class Stream(Resource):
    """A data stream."""

    encryption_type: str = member(values=("NONE", "KMS"))
    retention_period_hours: int
