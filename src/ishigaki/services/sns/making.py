"""SNS: topics that are made compliant from the start."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.change import Change, change, creates, note, step
from ishigaki.core.population import Population, chosen
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import new
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.kms.making import NEW_KEY, WAIT_DAYS, new_key, used_by
from ishigaki.services.logs.making import role_arn, role_to_logs
from ishigaki.services.sns.resources import Topic

# What a topic's subscribers may be told by, as SNS calls them in the names of its attributes.
PROTOCOLS = ("Application", "Firehose", "HTTP", "Lambda", "SQS")
ROLE_NAME = "ishigaki-sns-delivery-logs"
WRITING = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "logs:PutMetricFilter",
    "logs:PutRetentionPolicy",
)


def topic_arn(name: str, *, near: Resource, region: str) -> str:
    return f"arn:{near.partition}:sns:{region}:{near.account}:{name}"


def failure_logging(near: Resource) -> dict[str, str]:
    """The attributes of a topic by which deliveries that fail are logged, for every protocol."""
    return {f"{p}FailureFeedbackRoleArn": role_arn(ROLE_NAME, near=near) for p in PROTOCOLS}


def delivery_role(roles: Population[Role], *, near: Resource) -> Iterator[Change]:
    """Makes the role that SNS logs deliveries with, unless it is there."""
    if next(chosen(roles, lambda role: role.id == role_arn(ROLE_NAME, near=near)), None) is None:
        yield role_to_logs(ROLE_NAME, service="sns.amazonaws.com", actions=WRITING, groups="sns/*", near=near)


def topic_of_service(name: str, *, service: str, near: Resource, region: str) -> Change:
    """Makes a topic that an AWS service of the account publishes to: encrypted with a key of its own that the
    service may use, logging what it cannot deliver (by `delivery_role`), open to the account and the service."""
    arn = topic_arn(name, near=near, region=region)
    key, steps = new_key(name.removeprefix("ishigaki-"), used_by(service), near=near, region=region)
    within = {"StringEquals": {"aws:SourceAccount": near.account}}
    account = {"AWS": f"arn:{near.partition}:iam::{near.account}:root"}
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            _allowing("IshigakiAccount", account, ["sns:Publish", "sns:Subscribe"], arn),
            {
                **_allowing("IshigakiService", {"Service": service}, "sns:Publish", arn),
                "Condition": within,
            },
        ],
    }
    document = json.dumps(policy, separators=(",", ":"))
    given = {"Policy": document, **failure_logging(near)}
    shown = {**given, "TopicArn": arn, "SubscriptionsConfirmed": "0", "KmsMasterKeyId": key.id}
    made = call(
        "sns",
        "CreateTopic",
        permission=("sns:CreateTopic", "iam:PassRole"),
        region=region,
        Name=name,
        Attributes={**given, "KmsMasterKeyId": NEW_KEY},
    )
    undo = call("sns", "DeleteTopic", region=region, TopicArn=arn)
    return change(
        creates(new(Topic, near=near, region=region, item={"TopicArn": arn}, attributes=shown)),
        creates(key),
        steps=[*steps, step("topic", made, undo=undo)],
        notes=(note("topic_without_subscribers", topic=name, days=WAIT_DAYS),),
        needs=(role_arn(ROLE_NAME, near=near),),
        costs={"kms_key": 1},
    )


def _allowing(sid: str, principal: Mapping[str, Any], action: str | list[str], arn: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action, "Resource": arn}
