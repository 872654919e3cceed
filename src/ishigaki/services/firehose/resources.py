"""Data Firehose: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::KinesisFirehose::DeliveryStream",
    # AWS gives no token to go on with, so the largest page it allows is asked for; the default is 10.
    listed_by=call("firehose", "ListDeliveryStreams", Limit=10000),
    at="DeliveryStreamNames",
    id="arn:{partition}:firehose:{region}:{account}:deliverystream/{}",
    name="{}",
)
class DeliveryStream(Resource):
    """A Firehose stream."""
