"""SQS: what is required."""

from __future__ import annotations

import json

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services import policies
from ishigaki.services.sqs.resources import Queue, QueueAttributes

NOTHING_SET = QueueAttributes(policy=None, kms_master_key_id="", sqs_managed_sse_enabled="false")
BY_SQS = replace(NOTHING_SET, sqs_managed_sse_enabled="true")
BY_KMS = replace(NOTHING_SET, kms_master_key_id="alias/aws/sqs")


@control(
    "SQS.1",
    examples=[
        passes(Queue(attributes=BY_SQS)),
        passes(Queue(attributes=BY_KMS)),
        passes(Queue(attributes=replace(BY_KMS, sqs_managed_sse_enabled="true"))),
        fails("not_encrypted", Queue(attributes=NOTHING_SET)),
    ],
)
def is_encrypted(queue: Queue) -> Faults:
    """The queue is encrypted at rest, with keys of SQS or with a KMS key."""
    attributes = queue.attributes
    if not attributes.kms_master_key_id and attributes.sqs_managed_sse_enabled != "true":
        yield fault("not_encrypted")


def _allowing(**more: object) -> Queue:
    statement = {"Sid": "Send", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": "*", **more}]}
    return Queue(attributes=replace(BY_SQS, policy=json.dumps(policy)))


@control(
    "SQS.3",
    examples=[
        passes(Queue(attributes=BY_SQS)),
        passes(Queue(attributes=replace(BY_SQS, policy=""))),
        passes(_allowing(Principal={"AWS": "arn:aws:iam::111122223333:root"})),
        passes(_allowing(Principal={"Service": "sns.amazonaws.com"})),
        passes(_allowing(Effect="Deny")),
        passes(_allowing(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-example"}})),
        passes(_allowing(Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:t"}})),
        fails("open_to_everyone", _allowing()),
        fails("open_to_everyone", _allowing(Principal="*")),
        fails("open_to_everyone", _allowing(Principal={"AWS": ["arn:aws:iam::111122223333:root", "*"]})),
        fails("open_to_everyone", _allowing(Action="sqs:ReceiveMessage")),
        fails("open_to_everyone", _allowing(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}})),
        fails("open_to_everyone", _allowing(Condition={"Bool": {"aws:SecureTransport": "true"}})),
        fails("open_to_everyone", _allowing(Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})),
    ],
)
def is_not_public(queue: Queue) -> Faults:
    """The queue's policy is open to fixed principals, accounts, sources or narrow address ranges only; a queue
    without a policy is its account's alone."""
    found = policies.open_statements(queue.attributes.policy or None, "Queue.attributes Policy")
    if found:
        yield fault("open_to_everyone", statements=", ".join(found))


CONTROLS = (is_encrypted, is_not_public)
