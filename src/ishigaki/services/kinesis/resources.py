"""Kinesis: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::Kinesis::Stream",
    listed_by=call("kinesis", "ListStreams"),
    at="StreamSummaries",
    id="{StreamARN}",
    name="{StreamName}",
)
class Stream(Resource):
    """A data stream."""
