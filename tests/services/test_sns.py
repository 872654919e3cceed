"""SNS: answers as SNS gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Status
from ishigaki.core.gather import gather
from ishigaki.services import controls
from ishigaki.services.sns.resources import Subscription, Topic

TOKYO = Place("111122223333", "ap-northeast-1")
ARN = "arn:aws:sns:ap-northeast-1:111122223333:alarms"
OWN = {"StringEquals": {"AWS:SourceOwner": "111122223333"}}


def policy(**more: object) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "SNS:Publish",
        "Resource": ARN,
        **more,
    }
    return json.dumps({"Version": "2008-10-17", "Statement": [statement]})


def topic(attributes: Mapping[str, str] | None) -> Topic:
    asking = gather(Topic, TOKYO, {"attributes"})
    next(asking)
    asking.send([Answer(({"Topics": [{"TopicArn": ARN}]},))])
    said = Answer(error="AuthorizationError") if attributes is None else Answer(({"Attributes": attributes},))
    try:
        asking.send([said])
    except StopIteration as end:
        (found,) = end.value.population.seen
        assert isinstance(found, Topic)
        assert (found.id, found.name) == (ARN, "alarms")
        return found
    raise AssertionError("one call shows a topic's attributes")


@pytest.mark.parametrize(
    ("control", "attributes", "expected"),
    [
        ("SNS.1", {"Policy": policy()}, Status.FAILED),
        ("SNS.1", {"KmsMasterKeyId": ""}, Status.FAILED),
        ("SNS.1", {"KmsMasterKeyId": "alias/aws/sns"}, Status.PASSED),
        ("SNS.1", None, Status.NOT_AVAILABLE),
        ("SNS.2", {"HTTPSuccessFeedbackSampleRate": "100"}, Status.FAILED),
        ("SNS.2", {"SQSFailureFeedbackRoleArn": "arn:aws:iam::111122223333:role/r"}, Status.PASSED),
        ("SNS.2", None, Status.NOT_AVAILABLE),
        ("SNS.4", {"Policy": policy(Condition=OWN)}, Status.PASSED),
        ("SNS.4", {"Policy": policy()}, Status.FAILED),
        (
            "SNS.4",
            {"Policy": policy(NotPrincipal={"AWS": "111122223333"}, Principal=None)},
            Status.NOT_AVAILABLE,
        ),
        ("SNS.4", {}, Status.NOT_AVAILABLE),
        ("SNS.4", {"Policy": "not a policy"}, Status.NOT_AVAILABLE),
        ("SNS.4", None, Status.NOT_AVAILABLE),
    ],
)
def test_a_topic_is_judged_on_its_attributes(
    control: str, attributes: Mapping[str, str] | None, expected: Status
) -> None:
    finding = judge_example(controls()[control], Example(topic(attributes), (), None), now=EXAMPLE_NOW)
    assert finding is not None
    assert finding.status is expected


def test_a_subscription_counts_once_it_is_confirmed() -> None:
    confirmed = f"{ARN}:6b0e71bd-7e97-4d97-80ce-4a0994e55286"
    asking = gather(Subscription, TOKYO, ())
    (asked,) = next(asking)
    assert asked.secret == ("Subscriptions[].Endpoint",)
    page = [
        {"SubscriptionArn": arn, "TopicArn": ARN} for arn in (confirmed, "PendingConfirmation", "Deleted")
    ]
    with pytest.raises(StopIteration) as end:
        asking.send([Answer(({"Subscriptions": page},))])
    found = end.value.value.population
    assert [each.is_confirmed for each in found] == [True, False, False]
    assert len(found.by("topic_arn")[ARN]) == 3
    assert found.seen[0].id == confirmed
