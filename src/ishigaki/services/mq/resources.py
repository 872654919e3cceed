"""Amazon MQ: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::AmazonMQ::Broker",
    listed_by=call("mq", "ListBrokers", MaxResults=100),
    at="BrokerSummaries",
    id="{BrokerArn}",
    name="{BrokerName}",
)
class Broker(Resource):
    """A message broker (ActiveMQ or RabbitMQ)."""
