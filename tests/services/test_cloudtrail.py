"""CloudTrail: answers as AWS gives them, and what is not seen of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Status
from ishigaki.core.gather import Gathered, gather
from ishigaki.core.record import replace
from ishigaki.core.resource import Resource
from ishigaki.services import controls
from ishigaki.services.cloudtrail.controls import BLOCKED, BY_ACL, BY_POLICY, DELIVERED, OPEN_ACCOUNT, PRIVATE
from ishigaki.services.cloudtrail.resources import Activity, Trail

TOKYO = Place("111122223333", "ap-northeast-1")
ARN = "arn:aws:cloudtrail:us-east-1:444455556666:trail/organization"
MEMBERS = {"is_multi_region_trail", "is_logging", "event_selectors"}
ORGANIZATION: Mapping[str, Any] = {
    "Name": "organization",
    "S3BucketName": "logs",
    "IncludeGlobalServiceEvents": True,
    "IsMultiRegionTrail": True,
    "HomeRegion": "us-east-1",
    "TrailARN": ARN,
    "LogFileValidationEnabled": True,
    "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:444455556666:log-group:trail/all:*",
    "HasCustomEventSelectors": False,
    "HasInsightSelectors": False,
    "IsOrganizationTrail": True,
}
MANAGEMENT = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
WRONG_ACCOUNT = Answer(error="CloudTrailARNInvalidException")


def gathered(trail: Mapping[str, Any], *, status: Answer, selectors: Answer) -> tuple[Trail, list[Call]]:
    """A trail as Tokyo sees it, and the calls that were made for it."""
    said = {
        "DescribeTrails": Answer(({"trailList": [trail]},)),
        "GetTrailStatus": status,
        "GetEventSelectors": selectors,
    }
    made: list[Call] = []
    asking = gather(Trail, TOKYO, MEMBERS)
    calls = next(asking)
    try:
        while True:
            made += calls
            calls = asking.send([said[c.operation] for c in calls])
    except StopIteration as end:
        whole: Gathered = end.value
        return whole.population.seen[0], made


def judged(control: str, subject: Resource, *given: Resource) -> Status:
    finding = judge_example(controls()[control], Example(subject, given, None), now=EXAMPLE_NOW)
    assert finding is not None
    return finding.status


LOGGING = Answer(({"IsLogging": True},))
DEFAULT = Answer(({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]},))
READS_ONLY = Answer(({"EventSelectors": [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}]},))


def test_a_trail_belongs_to_its_account_and_its_home_region() -> None:
    trail, calls = gathered(ORGANIZATION, status=LOGGING, selectors=WRONG_ACCOUNT)
    assert (trail.id, trail.account, trail.region) == (ARN, "444455556666", "us-east-1")
    assert trail.log_group == ("us-east-1", "444455556666", "trail/all")
    assert trail.kms_key_id is None
    assert {c.region for c in calls if c.operation != "DescribeTrails"} == {"us-east-1"}


@pytest.mark.parametrize(
    ("trail", "status", "selectors", "expected"),
    [
        # Without selectors of its own a trail logs all management events: members need not read them.
        ({}, LOGGING, WRONG_ACCOUNT, Status.PASSED),
        ({"HasCustomEventSelectors": True}, LOGGING, WRONG_ACCOUNT, Status.NOT_AVAILABLE),
        # Selectors that are shown rule, whatever the listing says or leaves out.
        ({"HasCustomEventSelectors": None}, LOGGING, DEFAULT, Status.PASSED),
        ({}, LOGGING, READS_ONLY, Status.FAILED),
        ({}, Answer(error="AccessDenied"), WRONG_ACCOUNT, Status.NOT_AVAILABLE),
        ({}, Answer(({"IsLogging": False},)), WRONG_ACCOUNT, Status.FAILED),
        ({"IsMultiRegionTrail": None}, LOGGING, WRONG_ACCOUNT, Status.NOT_AVAILABLE),
        ({"IsMultiRegionTrail": False}, LOGGING, WRONG_ACCOUNT, Status.FAILED),
        (
            {"HasCustomEventSelectors": True},
            LOGGING,
            Answer(({"TrailARN": ARN, "AdvancedEventSelectors": [MANAGEMENT]},)),
            Status.PASSED,
        ),
        (
            {"HasCustomEventSelectors": True},
            LOGGING,
            Answer(
                (
                    {
                        "TrailARN": ARN,
                        "EventSelectors": [
                            {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
                        ],
                    },
                )
            ),
            Status.PASSED,
        ),
        (
            {"HasCustomEventSelectors": True},
            LOGGING,
            Answer(({"EventSelectors": [{"ReadWriteType": "Most", "IncludeManagementEvents": True}]},)),
            Status.NOT_AVAILABLE,
        ),
        (
            {"HasCustomEventSelectors": True},
            LOGGING,
            Answer(({"EventSelectors": [{"ReadWriteType": "All"}]},)),
            Status.NOT_AVAILABLE,
        ),
    ],
)
def test_what_is_not_seen_of_a_trail_does_not_pass(
    trail: Mapping[str, Any], status: Answer, selectors: Answer, expected: Status
) -> None:
    seen, _ = gathered({**ORGANIZATION, **trail}, status=status, selectors=selectors)
    assert judged("CloudTrail.1", Activity(), seen) is expected


@pytest.mark.parametrize(
    ("expected", "given"),
    [
        # What closes a way outweighs what is unseen of it, and an open way what is unseen of another.
        (Status.PASSED, (PRIVATE, DELIVERED, OPEN_ACCOUNT.without("public_access_block"))),
        (Status.FAILED, (BY_POLICY.without("acl"), DELIVERED, OPEN_ACCOUNT)),
        (Status.FAILED, (BY_ACL.without("policy"), DELIVERED, OPEN_ACCOUNT)),
        (Status.FAILED, (replace(BY_ACL, policy="{"), DELIVERED, OPEN_ACCOUNT)),
        (Status.NOT_AVAILABLE, (replace(PRIVATE, policy="{"), DELIVERED, OPEN_ACCOUNT)),
        (Status.PASSED, (replace(PRIVATE, policy="{", public_access_block=BLOCKED), DELIVERED, OPEN_ACCOUNT)),
        (Status.NOT_AVAILABLE, (PRIVATE.without("acl"), DELIVERED, OPEN_ACCOUNT)),
        (Status.NOT_AVAILABLE, (BY_POLICY, DELIVERED, OPEN_ACCOUNT.without("public_access_block"))),
        (Status.NOT_AVAILABLE, (BY_POLICY, DELIVERED.without("s3_bucket_name"), OPEN_ACCOUNT)),
        (Status.FAILED, (BY_POLICY, replace(DELIVERED, region="us-east-1"), OPEN_ACCOUNT)),
    ],
)
def test_a_log_bucket_is_open_closed_or_unknown(expected: Status, given: tuple[Resource, ...]) -> None:
    assert judged("CloudTrail.6", *given) is expected
