"""SQS: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


def _queues(page: Mapping[str, Any]) -> list[Any]:
    """A queue is listed by its URL alone, and the URL ends in its account and name."""
    urls = [str(url) for url in page.get("QueueUrls") or ()]
    return [{"QueueUrl": url, "QueueName": url.rsplit("/", 1)[-1]} for url in urls]


@resource(
    "AWS::SQS::Queue",
    # Without MaxResults the answer stops at 1,000 queues and does not say so.
    listed_by=call("sqs", "ListQueues", MaxResults=1000),
    at=_queues,
    id="arn:{partition}:sqs:{region}:{account}:{QueueName}",
    name="{QueueName}",
)
class Queue(Resource):
    """A queue, standard or FIFO."""
