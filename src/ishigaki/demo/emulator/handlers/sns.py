"""SNS: the attributes of a topic that moto takes and does not give back."""

from collections.abc import Mapping
from itertools import product

from moto.core.utils import camelcase_to_underscores

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params

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


def topic_attributes(context: Context, params: Params) -> Answer:
    """GetTopicAttributes: with delivery status logging, tracing and whatever else was set."""
    answer = context.moto()
    topic = context.backend().topics[params["TopicArn"]]
    kept = {name: getattr(topic, camelcase_to_underscores(name), None) for name in ONLY_IF_SET}
    of_moto = {name: value for name, value in answer["Attributes"].items() if name not in ONLY_IF_SET}
    return {"Attributes": of_moto | {name: str(value) for name, value in kept.items() if value}}


HANDLERS: Mapping[str, Handler] = {"GetTopicAttributes": topic_attributes}
