"""CloudWatch: patterns that say the same, and chains of which a part is not seen."""

from __future__ import annotations

import pytest

from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Finding, Status
from ishigaki.core.record import decode, replace
from ishigaki.core.resource import Resource
from ishigaki.services import controls
from ishigaki.services.cloudwatch.controls import ALARM, ARN, HERE, TOPIC, TRAIL, WATCHING
from ishigaki.services.cloudwatch.patterns import Compound, Condition, meaning
from ishigaki.services.cloudwatch.prescribed import PATTERNS
from ishigaki.services.sns.resources import TopicAttributes

KMS = PATTERNS["CloudWatch.7"][0]
ROOT = PATTERNS["CloudWatch.1"][0]
DENIED = PATTERNS["CloudWatch.2"][0]


@pytest.mark.parametrize(
    ("prescribed", "written"),
    [
        (
            KMS,
            "{ ($.eventSource = kms.amazonaws.com) && ($.eventName=DisableKey || $.eventName=ScheduleKeyDeletion) }",
        ),
        (
            KMS,
            '{((($.eventName="ScheduleKeyDeletion")||($.eventName="DisableKey"))&&($.eventSource="kms.amazonaws.com"))}',
        ),
        (
            KMS,
            "  {($.eventSource=kms.amazonaws.com)&&(($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))}\n",
        ),
        (
            ROOT,
            '{ $.eventType != "AwsServiceEvent" && ($.userIdentity.type = Root && $.userIdentity.invokedBy NOT EXISTS) }',
        ),
        (
            ROOT,
            '{($.userIdentity.type="Root")&&($.userIdentity.invokedBy  NOT   EXISTS)&&($.eventType!="AwsServiceEvent")}',
        ),
        (DENIED, "{ $.errorCode = AccessDenied* || $.errorCode = *UnauthorizedOperation }"),
        (
            DENIED,
            '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*") || ($.errorCode="AccessDenied*")}',
        ),
    ],
)
def test_two_ways_to_write_a_pattern_mean_the_same(prescribed: str, written: str) -> None:
    assert meaning(prescribed) is not None
    assert meaning(written) == meaning(prescribed)


@pytest.mark.parametrize(
    ("prescribed", "written"),
    [
        (
            KMS,
            "{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) && ($.eventName=ScheduleKeyDeletion))}",
        ),
        (
            KMS,
            "{($.eventSource=kms.amazonaws.com) && ($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion)}",
        ),
        (KMS, "{($.eventSource=kms.amazonaws.com) && ($.eventName=DisableKey)}"),
        (
            KMS,
            "{($.eventSource!=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}",
        ),
        (KMS, KMS[:-1] + ' && ($.awsRegion="us-east-1")}'),
        (KMS, KMS.replace("eventName", "eventname")),
        (ROOT, ROOT.replace("NOT EXISTS", "EXISTS")),
        (ROOT, ROOT.replace("Root", "root")),
        (DENIED, DENIED.replace("AccessDenied*", "AccessDenied")),
        (DENIED, '{($.errorCode="*UnauthorizedOperation" || $.errorCode="AccessDenied*")'),
    ],
)
def test_a_pattern_that_says_something_else_is_not_the_prescribed_one(prescribed: str, written: str) -> None:
    assert meaning(written) != meaning(prescribed)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "{ }", "ERROR", "[ip, user]", "{ $.a }", "{ a = 1 }", "{ ($.a = 1 }", "{ $.a = 1 && }", '{ $.a = "b }',
     "{ $.a = 1 | $.b = 2 }", "{ ($.a = 1) ($.b = 2) }"],
)  # fmt: skip
def test_what_is_no_pattern_for_json_means_nothing(text: str) -> None:
    assert meaning(text) is None


def test_and_binds_before_or() -> None:
    one, two, three = (Condition(("$." + name, "=", "1")) for name in "abc")
    both = Compound("&&", frozenset({two, three}))
    assert meaning("{ $.a = 1 || $.b = 1 && $.c = 1 }") == Compound("||", frozenset({one, both}))
    assert meaning("{ ($.a = 1 || $.b = 1) || $.c = 1 }") == Compound("||", frozenset({one, two, three}))


def test_every_prescribed_pattern_can_be_read() -> None:
    assert len(PATTERNS) == 14
    assert all(meaning(pattern) is not None for patterns in PATTERNS.values() for pattern in patterns)


def judged(*given: Resource) -> Finding:
    finding = judge_example(controls()["CloudWatch.7"], Example(HERE, given, None), now=EXAMPLE_NOW)
    assert finding is not None
    return finding


FILTER = replace(WATCHING, filter_pattern=KMS)
FOREIGN = ARN.replace("111122223333", "444455556666")
ORGANIZATION = replace(TRAIL, account="444455556666")
UNTOLD = replace(TOPIC, attributes=decode(TopicAttributes, {"SubscriptionsConfirmed": "0"}))


@pytest.mark.parametrize(
    ("status", "given"),
    [
        (Status.PASSED, (TRAIL, FILTER, ALARM, TOPIC)),
        # One whole chain outweighs what is unseen beside it.
        (Status.PASSED, (TRAIL.without("is_logging"), TRAIL, FILTER, ALARM, TOPIC)),
        (Status.PASSED, (TRAIL, FILTER.without("filter_pattern"), FILTER, ALARM, TOPIC)),
        (Status.PASSED, (TRAIL, FILTER, ALARM.without("alarm_actions"), ALARM, TOPIC)),
        (Status.PASSED, (TRAIL, FILTER, replace(ALARM, alarm_actions=(FOREIGN, ARN)), TOPIC)),
        # Nothing whole, and something unseen that might be.
        (Status.NOT_AVAILABLE, (TRAIL.without("event_selectors"), FILTER, ALARM, TOPIC)),
        (Status.NOT_AVAILABLE, (TRAIL, FILTER.without("filter_pattern"), ALARM, TOPIC)),
        (Status.NOT_AVAILABLE, (TRAIL, FILTER.without("log_group_name"), ALARM, TOPIC)),
        (Status.NOT_AVAILABLE, (TRAIL, FILTER, ALARM.without("metric_name"), TOPIC)),
        (Status.NOT_AVAILABLE, (TRAIL, FILTER, ALARM, TOPIC.without("attributes"))),
        # A topic of another account may have subscribers, whatever one's own has.
        (Status.WARNING, (TRAIL, FILTER, replace(ALARM, alarm_actions=(FOREIGN, ARN)), UNTOLD)),
        (Status.WARNING, (TRAIL, FILTER, replace(ALARM, alarm_actions=(FOREIGN,)))),
        # Which trails there are must be known before AWS can be said to give no finding.
        (Status.NOT_AVAILABLE, (ORGANIZATION.without("is_multi_region_trail"), FILTER, ALARM, TOPIC)),
        (Status.PASSED, (ORGANIZATION.without("is_multi_region_trail"), TRAIL, FILTER, ALARM, TOPIC)),
        (Status.FAILED, (TRAIL, FILTER, ALARM, UNTOLD)),
    ],
)  # fmt: skip
def test_a_chain_is_whole_or_not_or_unknown(status: Status, given: tuple[Resource, ...]) -> None:
    assert judged(*given).status is status


def test_a_count_that_is_no_number_is_unseen() -> None:
    odd = replace(TOPIC, attributes=decode(TopicAttributes, {"SubscriptionsConfirmed": "many"}))
    finding = judged(TRAIL, FILTER, ALARM, odd)
    assert finding.status is Status.NOT_AVAILABLE
    assert finding.reason is not None
    assert finding.reason.code == "UnknownValue"


def test_a_member_of_which_only_its_organization_has_a_trail_gets_no_finding() -> None:
    unread = ORGANIZATION.without("event_selectors")
    example = Example(HERE, (unread, FILTER, ALARM, TOPIC), None)
    assert judge_example(controls()["CloudWatch.7"], example, now=EXAMPLE_NOW) is None
