"""SQS: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource

# Those that are asked about, and no others: All would bring counts that change from moment to moment.
ATTRIBUTES = ("Policy", "KmsMasterKeyId", "SqsManagedSseEnabled")


def _queues(page: Mapping[str, Any]) -> list[Any]:
    """A queue is listed by its URL alone, and the URL ends in its account and name."""
    urls = [str(url) for url in page.get("QueueUrls") or ()]
    return [{"QueueUrl": url, "QueueName": url.rsplit("/", 1)[-1]} for url in urls]


class QueueAttributes(Value):
    """Attributes of a queue; SQS writes all of them as strings."""

    policy: str | None = member(
        absent=None, why="Policy is the attribute of a policy that was set; a queue is made without one"
    )
    kms_master_key_id: str = member(
        absent="",
        why="KmsMasterKeyId applies only to server-side encryption with KMS: a queue without it does not use it",
    )
    sqs_managed_sse_enabled: str = member(values=("true", "false"))


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

    queue_url: str
    attributes: QueueAttributes = facet(
        call("sqs", "GetQueueAttributes", QueueUrl="{QueueUrl}", AttributeNames=list(ATTRIBUTES)),
        at="Attributes",
    )
