"""Config: what a recorder records, and where the global types are needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Finding, Status
from ishigaki.core.gather import Gathered, gather
from ishigaki.core.record import decode, replace
from ishigaki.core.resource import Resource
from ishigaki.services import controls
from ishigaki.services.config_.controls import AGGREGATOR, GOOD, HERE, LINKED, OWN, WITHOUT_IAM
from ishigaki.services.config_.required import IAM_TYPES, REGIONAL_TYPES
from ishigaki.services.config_.resources import FindingAggregator, RecordingGroup

EXCLUSION = {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}


@pytest.mark.parametrize(
    ("group", "bucket", "role"),
    [
        ({"allSupported": True, "includeGlobalResourceTypes": True}, True, True),
        ({"allSupported": True, "includeGlobalResourceTypes": False, "resourceTypes": []}, True, False),
        ({"allSupported": False, "includeGlobalResourceTypes": False, "resourceTypes": []}, False, False),
        (
            {
                "allSupported": False,
                "includeGlobalResourceTypes": False,
                "resourceTypes": ["AWS::S3::Bucket"],
                "recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"},
            },
            True,
            False,
        ),
        # Types that are named are recorded whatever the flag says.
        (
            {
                "allSupported": False,
                "includeGlobalResourceTypes": False,
                "resourceTypes": ["AWS::IAM::Role"],
            },
            False,
            True,
        ),
        # The exclusion strategy overrides the flags.
        (
            {
                "allSupported": False,
                "includeGlobalResourceTypes": False,
                "exclusionByResourceTypes": {"resourceTypes": ["AWS::S3::Bucket"]},
                "recordingStrategy": EXCLUSION,
            },
            False,
            True,
        ),
        (
            {
                "allSupported": False,
                "includeGlobalResourceTypes": True,
                "exclusionByResourceTypes": {"resourceTypes": ["AWS::IAM::Role"]},
                "recordingStrategy": EXCLUSION,
            },
            True,
            False,
        ),
    ],
)
def test_a_group_records_what_config_documents(group: Mapping[str, Any], bucket: bool, role: bool) -> None:
    made = decode(RecordingGroup, group)
    assert (made.records("AWS::S3::Bucket"), made.records("AWS::IAM::Role")) == (bucket, role)


@pytest.mark.parametrize(
    ("mode", "regions", "linked"),
    [
        ("ALL_REGIONS", None, True),
        ("ALL_REGIONS_EXCEPT_SPECIFIED", ["eu-west-1"], True),
        ("ALL_REGIONS_EXCEPT_SPECIFIED", ["ap-northeast-1"], False),
        ("SPECIFIED_REGIONS", ["ap-northeast-1"], True),
        ("SPECIFIED_REGIONS", ["eu-west-1"], False),
        ("NO_REGIONS", None, False),
    ],
)
def test_an_aggregator_links_what_its_mode_says(mode: str, regions: list[str] | None, linked: bool) -> None:
    made = decode(
        FindingAggregator,
        {"FindingAggregationRegion": "us-east-1", "RegionLinkingMode": mode, "Regions": regions},
    )
    assert made.links("ap-northeast-1") is linked
    assert not made.links("us-east-1")


def judged(*given: Resource) -> Finding:
    finding = judge_example(controls()["Config.1"], Example(HERE, given, None), now=EXAMPLE_NOW)
    assert finding is not None
    return finding


NO_IAM = replace(GOOD, recording_group=WITHOUT_IAM)


@pytest.mark.parametrize(
    ("status", "given"),
    [
        # A recorder that is right outweighs what is unseen beside it.
        (Status.PASSED, (GOOD, OWN.without("service_principal"))),
        (Status.PASSED, (GOOD, OWN, AGGREGATOR.without("finding_aggregation_region", "region_linking_mode"))),
        (Status.PASSED, (GOOD.without("is_recording"), LINKED)),
        # Nothing is wrong for certain while Security Hub may have a recorder of its own.
        (Status.NOT_AVAILABLE, (replace(GOOD, is_recording=False), OWN.without("service_principal"))),
        (Status.NOT_AVAILABLE, (GOOD.without("is_recording"), OWN)),
        (Status.NOT_AVAILABLE, (GOOD.without("recording_group"), OWN)),
        (Status.NOT_AVAILABLE, (NO_IAM, OWN, AGGREGATOR.without("region_linking_mode"))),
        # What is proven wrong outweighs what is unseen before it.
        (Status.FAILED, (replace(GOOD, role_arn="arn:aws:iam::111122223333:role/x").without("is_recording"), OWN)),
    ],
)  # fmt: skip
def test_a_region_is_recorded_or_not_or_unknown(status: Status, given: tuple[Resource, ...]) -> None:
    assert judged(*given).status is status


def test_a_fault_counts_the_missing_types_and_names_a_few() -> None:
    only = replace(WITHOUT_IAM, all_supported=False, resource_types=tuple(sorted(IAM_TYPES)))
    (fault,) = judged(replace(GOOD, recording_group=only), OWN).faults
    assert fault.facts["count"] == len(REGIONAL_TYPES)
    assert fault.facts["types"].count(",") == 4


OSAKA = Place("111122223333", "ap-northeast-3")
LISTED = Answer(
    (
        {
            "FindingAggregators": [
                {
                    "FindingAggregatorArn": "arn:aws:securityhub:ap-northeast-1:444455556666:finding-aggregator/a1"
                }
            ]
        },
    )
)
NOT_SUBSCRIBED = Answer(
    error="InvalidAccessException", message="Account 111122223333 is not subscribed to AWS Security Hub"
)
EVERYWHERE = Answer(({"FindingAggregationRegion": "ap-northeast-1", "RegionLinkingMode": "ALL_REGIONS"},))
FOR_A_FEW = Answer(
    (
        {
            "FindingAggregationRegion": "ap-northeast-1",
            "RegionLinkingMode": "SPECIFIED_REGIONS",
            "Regions": ["us-west-2"],
        },
    )
)


def seen_in_osaka(listing: Answer, detail: Answer) -> tuple[Gathered, list[Call]]:
    """What Security Hub in Osaka shows of an aggregator, and the calls that were made for it."""
    said = {"ListFindingAggregators": listing, "GetFindingAggregator": detail}
    made: list[Call] = []
    asking = gather(
        FindingAggregator, OSAKA, {"finding_aggregation_region", "region_linking_mode", "regions"}
    )
    calls = next(asking)
    try:
        while True:
            made += calls
            calls = asking.send([said[c.operation] for c in calls])
    except StopIteration as end:
        whole: Gathered = end.value
        return whole, made


@pytest.mark.parametrize(
    ("listing", "detail", "status"),
    [
        (LISTED, EVERYWHERE, Status.PASSED),
        (LISTED, FOR_A_FEW, Status.FAILED),
        (LISTED, Answer(error="AccessDeniedException"), Status.NOT_AVAILABLE),
        (Answer(({"FindingAggregators": []},)), EVERYWHERE, Status.FAILED),
        (NOT_SUBSCRIBED, EVERYWHERE, Status.FAILED),
    ],
)
def test_global_types_recorded_elsewhere_are_enough_where_security_hub_links_the_region(
    listing: Answer, detail: Answer, status: Status
) -> None:
    whole, calls = seen_in_osaka(listing, detail)
    assert [c.region for c in calls] == ["ap-northeast-3", "ap-northeast-1"][: len(calls)]
    assert whole.population.complete
    example = Example(replace(HERE, region="ap-northeast-3"), (NO_IAM, OWN, *whole.population), None)
    finding = judge_example(controls()["Config.1"], example, now=EXAMPLE_NOW)
    assert finding is not None
    assert finding.status is status
