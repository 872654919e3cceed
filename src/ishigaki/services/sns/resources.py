"""SNS: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


def _delivery_role() -> str:
    return member(
        absent="", why="GetTopicAttributes shows the roles that were set; a protocol without one logs nothing"
    )


class TopicAttributes(Value):
    """A topic's attributes; SNS writes all of them as strings."""

    policy: str
    subscriptions_confirmed: str
    kms_master_key_id: str = member(
        absent="",
        why="KmsMasterKeyId applies only to server-side encryption: a topic without it is not encrypted",
    )
    application_success_feedback_role_arn: str = _delivery_role()
    application_failure_feedback_role_arn: str = _delivery_role()
    firehose_success_feedback_role_arn: str = _delivery_role()
    firehose_failure_feedback_role_arn: str = _delivery_role()
    http_success_feedback_role_arn: str = _delivery_role()
    http_failure_feedback_role_arn: str = _delivery_role()
    lambda_success_feedback_role_arn: str = _delivery_role()
    lambda_failure_feedback_role_arn: str = _delivery_role()
    sqs_success_feedback_role_arn: str = _delivery_role()
    sqs_failure_feedback_role_arn: str = _delivery_role()


DELIVERY_ROLES = tuple(name for name in TopicAttributes.members if name.endswith("_feedback_role_arn"))
NOTHING_SET = TopicAttributes(kms_master_key_id="", **dict.fromkeys(DELIVERY_ROLES, ""))


@resource(
    "AWS::SNS::Topic",
    listed_by=call("sns", "ListTopics"),
    at="Topics",
    id="{TopicArn}",
    name="{TopicArn!name}",
)
class Topic(Resource):
    attributes: TopicAttributes = facet(
        call("sns", "GetTopicAttributes", TopicArn="{TopicArn}"),
        at="Attributes",
    )


@resource(
    "AWS::SNS::Subscription",
    # An endpoint is a person's address, or a URL that often carries a token.
    listed_by=call("sns", "ListSubscriptions", secret=("Subscriptions[].Endpoint",)),
    at="Subscriptions",
    id="{SubscriptionArn}",
    name="{SubscriptionArn}",
)
class Subscription(Resource):
    """A subscription of this account, to a topic of this account or another's.

    Those of other accounts to this account's topics are not listed; `TopicAttributes.subscriptions_confirmed`
    counts them too.
    """

    subscription_arn: str
    topic_arn: str

    @property
    def is_confirmed(self) -> bool:
        """SNS writes `PendingConfirmation` in the ARN's place until the endpoint has agreed."""
        return self.subscription_arn.startswith("arn:")
