"""SNS: what is required."""

from __future__ import annotations

import json

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.policy import open_to_everyone
from ishigaki.core.population import some
from ishigaki.core.record import replace
from ishigaki.services import policies
from ishigaki.services.sns.resources import DELIVERY_ROLES, NOTHING_SET, Topic

ROLE = "arn:aws:iam::111122223333:role/delivery"


NOBODY = json.dumps({"Version": "2012-10-17", "Statement": []})


@control(
    "SNS.1",
    examples=[
        passes(Topic(attributes=replace(NOTHING_SET, kms_master_key_id="alias/aws/sns"))),
        fails("not_encrypted", Topic(attributes=replace(NOTHING_SET, policy=NOBODY))),
    ],
)
def is_encrypted(topic: Topic) -> Faults:
    """The topic is encrypted with a KMS key, AWS managed or the customer's own."""
    if not topic.attributes.kms_master_key_id:
        yield fault("not_encrypted")


@control(
    "SNS.2",
    examples=[
        *(passes(Topic(attributes=replace(NOTHING_SET, **{role: ROLE}))) for role in DELIVERY_ROLES),
        fails("not_logged", Topic(attributes=NOTHING_SET)),
    ],
)
def logs_delivery(topic: Topic) -> Faults:
    """The delivery status of messages is logged for some protocol, of successes or of failures.

    AWS does not ask it of every protocol, and which of them a topic needs depends on its subscribers.
    """
    if not some(DELIVERY_ROLES, lambda role: bool(getattr(topic.attributes, role))):
        yield fault("not_logged")


def _allowing(**more: object) -> Topic:
    statement = {"Sid": "Publish", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*", **more}]}
    return Topic(attributes=replace(NOTHING_SET, policy=json.dumps(policy)))


@control(
    "SNS.4",
    examples=[
        passes(_allowing(Principal={"AWS": "arn:aws:iam::111122223333:root"})),
        passes(_allowing(Principal={"Service": "cloudwatch.amazonaws.com"})),
        # What SNS writes for a new topic.
        passes(_allowing(Condition={"StringEquals": {"AWS:SourceOwner": "111122223333"}})),
        passes(_allowing(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::example"}})),
        fails("open_to_everyone", _allowing()),
        fails("open_to_everyone", _allowing(Principal="*")),
        fails("open_to_everyone", _allowing(Condition={"StringLike": {"AWS:SourceOwner": "*"}})),
        fails("open_to_everyone", _allowing(Condition={"Bool": {"aws:SecureTransport": "true"}})),
        fails("open_to_everyone", _allowing(Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})),
    ],
)
def is_not_public(topic: Topic) -> Faults:
    """The topic's policy is open to fixed principals, accounts, sources or narrow address ranges only."""
    found = open_to_everyone(policies.read(topic.attributes.policy, "Topic.attributes Policy"))
    if not found.is_false:
        yield fault("open_to_everyone", statements=", ".join(found.statements))


CONTROLS = (is_encrypted, logs_delivery, is_not_public)
