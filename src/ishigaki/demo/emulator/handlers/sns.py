"""SNS: the attributes of a topic that moto takes and does not give back; subscriptions that wait for a yes."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from moto.core.utils import camelcase_to_underscores

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

PROTOCOLS = ("HTTP", "Firehose", "Lambda", "Application", "SQS")
FEEDBACK = ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")
# AWS shows each of these only where it was set.
ONLY_IF_SET = (
    *(protocol + feedback for protocol, feedback in product(PROTOCOLS, FEEDBACK)),
    "ArchivePolicy",
    "DeliveryPolicy",
    "FifoThroughputScope",
    "MaximumMessageSize",
    "SignatureVersion",
    "TracingConfig",
)


# Whoever is subscribed by these must confirm it, as by following a link in a mail.
CONFIRMED_BY_HAND = ("email", "email-json", "http", "https")
WAITING = "PendingConfirmation"


def topic_attributes(context: Context, params: Params) -> Answer:
    """GetTopicAttributes: with delivery status logging, tracing and whatever else was set; subscribers counted."""
    answer = context.moto()
    topic = context.backend().topics[params["TopicArn"]]
    kept = {name: getattr(topic, camelcase_to_underscores(name), None) for name in ONLY_IF_SET}
    of_moto = {name: value for name, value in answer["Attributes"].items() if name not in ONLY_IF_SET}
    subscribed = [one for one in context.backend().subscriptions.values() if one.topic is topic]
    waiting = sum(1 for one in subscribed if waits(one))
    counts = {"SubscriptionsPending": waiting, "SubscriptionsConfirmed": len(subscribed) - waiting}
    shown = {name: value for name, value in kept.items() if value} | counts
    return {"Attributes": of_moto | {name: str(value) for name, value in shown.items()}}


def waits(subscription: Any) -> bool:
    """Whether nobody has confirmed the subscription yet."""
    return subscription.protocol in CONFIRMED_BY_HAND and not subscription.confirmed


def subscribe(context: Context, params: Params) -> Answer:
    """Subscribe: the ARN of what waits for a confirmation is told only on request."""
    answer = context.moto()
    made = context.backend().subscriptions[answer["SubscriptionArn"]]
    told = params.get("ReturnSubscriptionArn") or not waits(made)
    return answer if told else {"SubscriptionArn": "pending confirmation"}


def subscriptions(context: Context, params: Params) -> Answer:
    """ListSubscriptions and ListSubscriptionsByTopic: what waits has no ARN yet."""
    answer, made = context.moto(params), context.backend().subscriptions
    for row in answer.get("Subscriptions") or []:
        if waits(made[row["SubscriptionArn"]]):
            row["SubscriptionArn"] = WAITING
    return answer


def create_topic(context: Context, params: Params) -> Answer:
    """CreateTopic: a topic that is there must be asked for as it is."""
    topic = context.backend().topics.get(context.arn(str(params["Name"])))
    given = params.get("Attributes") or {}
    if topic is not None:
        differs = (
            k for k, v in given.items() if str(getattr(topic, camelcase_to_underscores(k), v)) != str(v)
        )
        if name := next((k for k in differs if k != "Policy"), None):
            message = f"Invalid parameter: Attributes Reason: Topic already exists with different {name}"
            raise Refused("InvalidParameter", message, status=400)
    return context.moto()


HANDLERS: Mapping[str, Handler] = {
    "CreateTopic": create_topic,
    "GetTopicAttributes": topic_attributes,
    "ListSubscriptions": subscriptions,
    "ListSubscriptionsByTopic": subscriptions,
    "Subscribe": subscribe,
}
