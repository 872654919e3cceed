"""SNS: what can be put right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.policy import open_to_everyone
from ishigaki.core.population import AccountWide, Given, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services import policies
from ishigaki.services.cloudwatch.resources import Alarm
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.logs.making import role_arn
from ishigaki.services.s3.buckets.statements import statements
from ishigaki.services.sns.making import ROLE_NAME, delivery_role, failure_logging
from ishigaki.services.sns.resources import DELIVERY_ROLES, NOTHING_SET, Topic

ARN = "arn:aws:sns:ap-northeast-1:111122223333:example"
OWN: Mapping[str, Any] = {
    "Sid": "Own",
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": "sns:Publish",
    "Resource": ARN,
    "Condition": {"StringEquals": {"AWS:SourceOwner": "111122223333"}},
}


def _topic(*statements: Mapping[str, Any], **attributes: Any) -> Topic:
    policy = json.dumps({"Version": "2008-10-17", "Statement": list(statements)})
    return Topic(id=ARN, attributes=replace(NOTHING_SET, policy=policy, **attributes))


def _set(topic: Topic, name: str, value: str, *, permission: str = "") -> Call:
    """Set one attribute of a topic; an empty value takes it away."""
    needed = ("sns:SetTopicAttributes", permission) if permission else "sns:SetTopicAttributes"
    return call(
        "sns",
        "SetTopicAttributes",
        permission=needed,
        TopicArn=topic.id,
        AttributeName=name,
        AttributeValue=value,
    )


AWS_KEY = "alias/aws/sns"
BY_S3 = {**OWN, "Principal": {"Service": "s3.amazonaws.com"}}
FROM_BUCKET = {**OWN, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::example"}}}
TELLING = ("alarm_actions", "ok_actions", "insufficient_data_actions")  # of an alarm, by its state
SILENT = Alarm(**dict.fromkeys(TELLING, ()))


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_topic(OWN)),
        mends(_topic(OWN), replace(SILENT, alarm_actions=("arn:aws:sns:ap-northeast-1:111122223333:other",))),
        leaves(_topic(OWN, kms_master_key_id="alias/own")),
        leaves(_topic(OWN, BY_S3), skip="services_publish"),
        leaves(_topic(OWN, FROM_BUCKET), skip="services_publish"),
        *(
            leaves(_topic(OWN), replace(SILENT, **{actions: (ARN,)}), skip="services_publish")
            for actions in TELLING
        ),
    ],
)
def encrypt_topic(topic: Topic, alarms: Given[Alarm]) -> Changes:
    """Encrypts the topic with the AWS managed key, unless an AWS service publishes to it.

    The policy of that key lets no service in: its messages would be lost, and nobody would be told.
    """
    if topic.attributes.kms_master_key_id:
        return
    services = list(dict.fromkeys(_publishing(topic)))
    if some(alarms, lambda alarm: _tells(alarm, topic)):
        services.append("cloudwatch.amazonaws.com")
    if services:
        yield skip("services_publish", services=", ".join(services))
        return
    after = {**said(topic, "attributes"), "KmsMasterKeyId": AWS_KEY}
    yield change(
        alters(topic, attributes=after),
        steps=[
            step(
                "encrypt",
                _set(topic, "KmsMasterKeyId", AWS_KEY),
                undo=_set(topic, "KmsMasterKeyId", ""),
            )
        ],
    )


def _tells(alarm: Alarm, topic: Topic) -> bool:
    """Whether an alarm tells a topic of any of its states."""
    return some(TELLING, lambda actions: topic.id in getattr(alarm, actions))


def _publishing(topic: Topic) -> Iterator[str]:
    """The services that the topic's policy lets in: by their names, or by the ARNs of what they speak for."""
    policies.read(topic.attributes.policy, "Topic.attributes Policy")
    for statement in statements(topic.attributes.policy):
        if statement["Effect"] != "Allow":
            continue
        principal = statement.get("Principal")
        if isinstance(principal, dict):
            yield from _listed(principal.get("Service", ()))
        for tests in statement.get("Condition", {}).values():
            for key, arns in tests.items():
                if key.lower() == "aws:sourcearn":
                    yield from (f"{arn.split(':')[2]}.amazonaws.com" for arn in _listed(arns) if ":" in arn)


def _listed(value: str | list[str] | tuple[str, ...]) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value


ROLE = Role(id=f"arn:aws:iam::111122223333:role/{ROLE_NAME}", name=ROLE_NAME)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(_topic(OWN)),
        mends(_topic(OWN), ROLE),
        *(leaves(_topic(OWN, **{role: ROLE.id})) for role in DELIVERY_ROLES),
    ],
)
def log_failed_deliveries(topic: Topic, roles: AccountWide[Role]) -> Changes:
    """Has SNS log the deliveries that fail, for every protocol, through a role that is made where it is missing.

    A topic that logs anything of its deliveries is left as it is.
    """
    if some(DELIVERY_ROLES, lambda name: bool(getattr(topic.attributes, name))):
        return
    yield from delivery_role(roles, near=topic)
    roles_given = failure_logging(topic)
    yield change(
        alters(topic, attributes={**said(topic, "attributes"), **roles_given}),
        steps=[
            step(name, _set(topic, name, role, permission="iam:PassRole"), undo=_set(topic, name, ""))
            for name, role in roles_given.items()
        ],
        notes=(note("failed_deliveries_cost"),),
        needs=(role_arn(ROLE_NAME, near=topic),),
    )


OPEN = {k: v for k, v in OWN.items() if k != "Condition"}


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_topic(OPEN)),
        mends(_topic({**OPEN, "Condition": {"StringLike": {"AWS:SourceOwner": "*"}}}, BY_S3)),
        mends(_topic({**OPEN, "Condition": {"StringEquals": {"aws:SourceOwner": "*"}}})),
        mends(_topic({**OPEN, "Condition": {"Bool": {"aws:SecureTransport": "true"}}})),
        leaves(_topic(OWN)),
    ],
)
def close_topic(topic: Topic) -> Changes:
    """Limits the statements that let everyone in to the topic's own account, by the condition that SNS itself
    writes into the policy of a new topic."""
    document = topic.attributes.policy
    policy = policies.read(document, "Topic.attributes Policy")
    named = open_to_everyone(policy).statements
    if not named:
        return
    closed = [
        _closed(each, topic.account) if known.name in named else each
        for each, known in zip(statements(document), policy.statements, strict=True)
    ]
    after = json.dumps({**json.loads(document), "Statement": closed}, separators=(",", ":"))
    yield change(
        alters(topic, attributes={**said(topic, "attributes"), "Policy": after}),
        steps=[step("policy", _set(topic, "Policy", after), undo=_set(topic, "Policy", document))],
        notes=(note("statements_closed", statements=", ".join(named), account=topic.account),),
    )


def _closed(statement: Mapping[str, Any], account: str) -> dict[str, Any]:
    conditions = statement.get("Condition", {})
    equal = {
        key: value
        for key, value in conditions.get("StringEquals", {}).items()
        if key.lower() != "aws:sourceowner"
    }
    return {
        **statement,
        "Condition": {**conditions, "StringEquals": {**equal, "AWS:SourceOwner": account}},
    }


REMEDIATIONS = {
    "SNS.1": encrypt_topic,
    "SNS.2": log_failed_deliveries,
    "SNS.4": close_topic,
}
