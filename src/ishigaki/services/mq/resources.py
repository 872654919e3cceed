"""Amazon MQ: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


class Logs(Value):
    audit: bool


@resource(
    "AWS::AmazonMQ::Broker",
    listed_by=call("mq", "ListBrokers", MaxResults=100),
    at="BrokerSummaries",
    id="{BrokerArn}",
    name="{BrokerName}",
)
class Broker(Resource):
    """A message broker (ActiveMQ or RabbitMQ)."""

    # AWS answers ActiveMQ and RabbitMQ, though the API's model has the names in capital letters.
    engine_type: str = member(values=("ActiveMQ", "ACTIVEMQ", "RabbitMQ", "RABBITMQ"))
    logs: Logs = facet(call("mq", "DescribeBroker", BrokerId="{BrokerId}"), at="Logs")
