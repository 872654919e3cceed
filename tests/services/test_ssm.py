"""Systems Manager and EMR: what their settings' answers amount to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.evaluate import Question, View, evaluate
from ishigaki.core.finding import Finding, Status
from ishigaki.core.gather import gather
from ishigaki.core.population import Population
from ishigaki.core.resource import Resource
from ishigaki.services import controls, reads
from ishigaki.services.emr.resources import EmrSettings
from ishigaki.services.ssm.resources import Document, SsmSettings

TOKYO = Place("111122223333", "ap-northeast-1")
DENIED = Answer(error="AccessDeniedException")


def judged(id: str, kind: type[Resource], answers: Mapping[str, Answer]) -> Finding:
    """The one finding of a control on a type, as AWS answers by operation."""
    asking = gather(kind, TOKYO, {name for names in reads()[id].values() for name in names})
    population: Population[Any]
    try:
        calls = next(asking)
        while True:
            calls = asking.send([answers[c.operation] for c in calls])
    except StopIteration as done:
        population = done.value.population
    questions = [Question(controls()[id])]
    (finding,) = evaluate(View(TOKYO, {kind: population}), questions, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert isinstance(finding, Finding)
    return finding


def setting(**said: Any) -> dict[str, Answer]:
    return {"GetServiceSetting": Answer(({"ServiceSetting": said},))}


@pytest.mark.parametrize(
    ("id", "answers", "status"),
    [
        ("SSM.6", setting(SettingValue="CloudWatch"), Status.PASSED),
        ("SSM.6", setting(SettingValue="cloudwatch"), Status.FAILED),
        ("SSM.6", setting(Status="Default"), Status.NOT_AVAILABLE),
        ("SSM.6", {"GetServiceSetting": Answer(error="ServiceSettingNotFound")}, Status.NOT_AVAILABLE),
        ("SSM.7", setting(SettingValue="Disable"), Status.PASSED),
        ("SSM.7", setting(SettingValue="Enable"), Status.FAILED),
        ("SSM.7", setting(SettingValue="OrganizationOnly"), Status.NOT_AVAILABLE),
        ("SSM.7", {"GetServiceSetting": DENIED}, Status.NOT_AVAILABLE),
    ],
)
def test_service_settings(id: str, answers: dict[str, Answer], status: Status) -> None:
    assert judged(id, SsmSettings, answers).status is status


@pytest.mark.parametrize(
    ("permission", "status"),
    [
        (Answer(({"AccountIds": []},)), Status.PASSED),
        (Answer(({"AccountIds": ["444455556666"]},)), Status.PASSED),
        (Answer(({"AccountIds": ["444455556666"]}, {"AccountIds": ["all"]})), Status.FAILED),
        (Answer(({"AccountIds": ["ALL"]},)), Status.FAILED),
        # The collector says so where there are more pages than it asked for: `all` may lie in one of them.
        (Answer(({"AccountIds": ["444455556666"]},), "MorePages"), Status.NOT_AVAILABLE),
        (DENIED, Status.NOT_AVAILABLE),
    ],
)
def test_a_document_shared_with_all_is_public(permission: Answer, status: Status) -> None:
    listing = Answer(({"DocumentIdentifiers": [{"Name": "Restart", "Owner": "111122223333"}]},))
    finding = judged("SSM.4", Document, {"ListDocuments": listing, "DescribeDocumentPermission": permission})
    assert finding.resource == "arn:aws:ssm:ap-northeast-1:111122223333:document/Restart"
    assert finding.status is status


def block(on: bool, *ranges: tuple[int, int]) -> Answer:
    permitted = [{"MinRange": first, "MaxRange": last} for first, last in ranges]
    said = {"BlockPublicSecurityGroupRules": on, "PermittedPublicSecurityGroupRuleRanges": permitted}
    return Answer(({"BlockPublicAccessConfiguration": said},))


@pytest.mark.parametrize(
    ("answer", "faults"),
    [
        (block(True, (22, 22)), []),
        (block(True), []),
        (block(False), ["setting_off"]),
        (block(True, (22, 22), (80, 90), (443, 443)), ["port_permitted", "port_permitted"]),
    ],
)
def test_emr_permits_no_public_port_but_22(answer: Answer, faults: list[str]) -> None:
    finding = judged("EMR.2", EmrSettings, {"GetBlockPublicAccessConfiguration": answer})
    assert [f.code for f in finding.faults] == faults


def test_emr_permits_a_port_without_a_last_one_only_if_it_may_be_22_alone() -> None:
    def judge(first: int) -> Finding:
        ranges = [{"MinRange": first}]
        said = {"BlockPublicSecurityGroupRules": True, "PermittedPublicSecurityGroupRuleRanges": ranges}
        answer = Answer(({"BlockPublicAccessConfiguration": said},))
        return judged("EMR.2", EmrSettings, {"GetBlockPublicAccessConfiguration": answer})

    assert [f.facts["ports"] for f in judge(443).faults] == ["443"]
    assert judge(22).status is Status.NOT_AVAILABLE


def test_emr_settings_that_are_denied_are_unseen() -> None:
    finding = judged("EMR.2", EmrSettings, {"GetBlockPublicAccessConfiguration": DENIED})
    assert finding.status is Status.NOT_AVAILABLE
