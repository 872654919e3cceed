"""CloudWatch: the topic that alarms and rules tell, encrypted with a key that they may use."""

from __future__ import annotations

import json
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.change import Change, change, creates, note, step
from ishigaki.core.resource import Resource
from ishigaki.core.verbatim import new
from ishigaki.services.kms.making import new_key, used_by
from ishigaki.services.logs.making import role_arn, role_to_logs
from ishigaki.services.sns.resources import Topic

TOPIC = "ishigaki-alerts"
ROLE = "ishigaki-alerts-to-logs"
ALARMS = "cloudwatch.amazonaws.com"
EVENTS = "events.amazonaws.com"


def topic_arn(near: Resource, region: str) -> str:
    return f"arn:{near.partition}:sns:{region}:{near.account}:{TOPIC}"


def delivery_role(near: Resource) -> Change:
    """Makes the role by which SNS logs what could not be delivered."""
    return role_to_logs(
        ROLE,
        service="sns.amazonaws.com",
        actions=("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
        groups="sns/*",
        near=near,
    )


def alert_topic(near: Resource, *, region: str, email: str) -> Change:
    """Makes the topic of a Region and asks the address whether it wants the messages."""
    arn, role = topic_arn(near, region), role_arn(ROLE, near=near)
    key, steps = new_key("alerts", used_by(ALARMS), used_by(EVENTS), near=near, region=region)
    asked = {"Policy": _policy(near, arn), "KmsMasterKeyId": key.name}
    shown = {
        **asked,
        "TopicArn": arn,
        "Owner": near.account,
        "HTTPFailureFeedbackRoleArn": role,
        "SubscriptionsConfirmed": "0",
        "SubscriptionsPending": "1",
    }
    # A subscription that waits for confirmation cannot be removed, but goes with its topic; deleting a topic
    # that is gone is no error.
    gone = call("sns", "DeleteTopic", TopicArn=arn)
    feedback: dict[str, Any] = {"TopicArn": arn, "AttributeName": "HTTPFailureFeedbackRoleArn"}
    allowed = ("sns:SetTopicAttributes", "iam:PassRole")
    return change(
        creates(new(Topic, near=near, region=region, item={"TopicArn": arn}, attributes=shown)),
        creates(key),
        steps=[
            *steps,
            step("topic", call("sns", "CreateTopic", Name=TOPIC, Attributes=asked), undo=gone),
            step(
                "subscribe",
                call("sns", "Subscribe", TopicArn=arn, Protocol="email", Endpoint=email),
                undo=gone,
            ),
            step(
                "feedback",
                call("sns", "SetTopicAttributes", permission=allowed, **feedback, AttributeValue=role),
                undo=call("sns", "SetTopicAttributes", **feedback, AttributeValue=""),
            ),
        ],
        needs=(role,),
        notes=(note("subscription_to_confirm", email=email), note("topic_with_key", key=key.name)),
        costs={"kms_key": 1, "sns_mail": 1},
    )


def _policy(near: Resource, topic: str) -> str:
    """EventBridge passes SNS nothing that a condition could go by: its statement would never hold with one."""

    def publishing(sid: str, service: str, **more: Any) -> dict[str, Any]:
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sns:Publish",
            "Resource": topic,
            **more,
        }

    own = {"StringEquals": {"aws:SourceAccount": near.account}}
    statements = [publishing("Alarms", ALARMS, Condition=own), publishing("Events", EVENTS)]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
