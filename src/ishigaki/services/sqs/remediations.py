"""SQS: what can be put right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services import policies
from ishigaki.services.s3.buckets.statements import statements
from ishigaki.services.sqs.controls import BY_KMS, BY_SQS, NOTHING_SET
from ishigaki.services.sqs.resources import Queue

ARN = "arn:aws:sqs:ap-northeast-1:111122223333:example"
URL = "https://sqs.ap-northeast-1.amazonaws.com/111122223333/example"
PLAIN = Queue(id=ARN, queue_url=URL, attributes=NOTHING_SET)


def _set(queue: Queue, name: str, value: str) -> Call:
    """Set one attribute of a queue; an empty value takes a policy away."""
    return call("sqs", "SetQueueAttributes", QueueUrl=queue.queue_url, Attributes={name: value})


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(PLAIN),
        leaves(replace(PLAIN, attributes=BY_SQS)),
        leaves(replace(PLAIN, attributes=BY_KMS)),
    ],
)
def encrypt_queue(queue: Queue) -> Changes:
    """Encrypts the queue with keys that SQS owns: nobody who sends or receives needs a right to them."""
    attributes = queue.attributes
    if attributes.kms_master_key_id or attributes.sqs_managed_sse_enabled == "true":
        return
    name = "SqsManagedSseEnabled"
    yield change(
        alters(queue, attributes={**said(queue, "attributes"), name: "true"}),
        steps=[step("encrypt", _set(queue, name, "true"), undo=_set(queue, name, "false"))],
        notes=(note("waiting_messages_stay_plain"),),
    )


OPEN: Mapping[str, Any] = {
    "Sid": "Open",
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": "sqs:SendMessage",
    "Resource": ARN,
}
FROM_ANY_TOPIC = {**OPEN, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}}
OWN = {**OPEN, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}


def _queue(*statements: Mapping[str, Any]) -> Queue:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return replace(PLAIN, attributes=replace(BY_SQS, policy=document))


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_queue(OPEN)),
        mends(_queue(OWN, {**OPEN, "Principal": "*"})),
        mends(_queue(FROM_ANY_TOPIC)),
        mends(_queue({**OPEN, "Condition": {"StringEquals": {"aws:sourceaccount": "*"}}})),
        mends(_queue({**OPEN, "Condition": {"StringEquals": {"aws:PrincipalAccount": "*"}}})),
        mends(_queue({**OPEN, "Condition": {"Bool": {"aws:SecureTransport": "true"}}})),
        leaves(_queue(OWN)),
        leaves(replace(PLAIN, attributes=BY_SQS)),
        leaves(replace(PLAIN, attributes=replace(BY_SQS, policy=""))),
    ],
)
def close_queue(queue: Queue) -> Changes:
    """Limits the statements that let everyone in to the queue's own account: those that speak of a source, to
    services on its behalf; the others, to its principals."""
    document = queue.attributes.policy or None
    named = policies.open_statements(document, "Queue.attributes Policy")
    if document is None or not named:
        return
    known = policies.read(document, "Queue.attributes Policy").statements
    closed = [
        _closed(each, queue.account) if parsed.name in named else each
        for each, parsed in zip(statements(document), known, strict=True)
    ]
    after = json.dumps({**json.loads(document), "Statement": closed}, separators=(",", ":"))
    yield change(
        alters(queue, attributes={**said(queue, "attributes"), "Policy": after}),
        steps=[step("policy", _set(queue, "Policy", after), undo=_set(queue, "Policy", document))],
        notes=(note("queue_statements_closed", statements=", ".join(named), account=queue.account),),
    )


def _closed(statement: Mapping[str, Any], account: str) -> dict[str, Any]:
    """The statement for one account alone; what it compares that account's key with gives way."""
    conditions = statement.get("Condition", {})
    of_services = any(key.startswith("aws:source") for key in _keys(conditions)) and not any(
        key in ("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce") for key in _keys(conditions)
    )
    key = "aws:SourceAccount" if of_services else "aws:PrincipalAccount"
    equal = {k: v for k, v in conditions.get("StringEquals", {}).items() if k.lower() != key.lower()}
    return {**statement, "Condition": {**conditions, "StringEquals": {**equal, key: account}}}


def _keys(conditions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The keys that conditions ask about, in lower case."""
    for tests in conditions.values():
        yield from (key.lower() for key in tests)


REMEDIATIONS = {"SQS.1": encrypt_queue, "SQS.3": close_queue}
