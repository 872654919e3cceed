"""GuardDuty, Inspector and Macie: answers as AWS gives them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest

from ishigaki.core.answer import Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Finding
from ishigaki.core.gather import Gathered, gather
from ishigaki.core.resource import Resource
from ishigaki.services import controls
from ishigaki.services.guardduty.resources import Detector, Filter, IPSet, Member, ThreatDetection
from ishigaki.services.inspector2.resources import Member as InspectorMember
from ishigaki.services.inspector2.resources import Scanning
from ishigaki.services.macie2.resources import SensitiveData

TOKYO = Place("111122223333", "ap-northeast-1")
DETECTOR = "arn:aws:guardduty:ap-northeast-1:111122223333:detector/d1"


def gathered(
    kind: type[Resource], wanted: Collection[str], said: Mapping[str, Answer]
) -> tuple[tuple[Resource, ...], list[Call]]:
    """The things of a type in Tokyo, and the calls that were made for them."""
    made: list[Call] = []
    asking = gather(kind, TOKYO, wanted)
    calls = next(asking)
    try:
        while True:
            made += calls
            calls = asking.send([said[c.operation] for c in calls])
    except StopIteration as end:
        whole: Gathered = end.value
        return whole.population.seen, made


def judged(control: str, subject: Resource, *given: Resource) -> Finding | None:
    return judge_example(controls()[control], Example(subject, given, None), now=EXAMPLE_NOW)


def status(control: str, subject: Resource, *given: Resource) -> str:
    finding = judged(control, subject, *given)
    return finding.status.value if finding else "ignored"


DETECTORS = {"ListDetectors": Answer(({"DetectorIds": ["d1"]},))}
RUNTIME: Mapping[str, Any] = {
    "Status": "ENABLED",
    "Features": [
        {"Name": "CLOUD_TRAIL", "Status": "ENABLED"},
        {
            "Name": "RUNTIME_MONITORING",
            "Status": "ENABLED",
            "AdditionalConfiguration": [
                {"Name": "EKS_ADDON_MANAGEMENT", "Status": "ENABLED"},
                {"Name": "EC2_AGENT_MANAGEMENT", "Status": "DISABLED"},
            ],
        },
    ],
}


def test_what_lies_under_a_detector_is_named_by_it() -> None:
    (detector,), _ = gathered(Detector, (), DETECTORS)
    assert detector.id == DETECTOR
    (hidden,), calls = gathered(Filter, (), {**DETECTORS, "ListFilters": Answer(({"FilterNames": ["f"]},))})
    assert hidden.id == f"{DETECTOR}/filter/f"
    assert calls[-1].params == {"DetectorId": "d1"}
    (trusted,), _ = gathered(IPSet, (), {**DETECTORS, "ListIPSets": Answer(({"IpSetIds": ["i"]},))})
    assert trusted.id == f"{DETECTOR}/ipset/i"


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        ("GuardDuty.1", "PASSED"),
        ("GuardDuty.5", "FAILED"),
        ("GuardDuty.7", "PASSED"),
        ("GuardDuty.11", "PASSED"),
        ("GuardDuty.12", "FAILED"),
        ("GuardDuty.13", "FAILED"),
    ],
)
def test_a_detector_is_judged_by_its_features(control: str, expected: str) -> None:
    assert status(control, ThreatDetection(), detector(Answer(({},)))) == expected


def detector(administrator: Answer, *, features: Mapping[str, Any] = RUNTIME) -> Resource:
    said = {
        **DETECTORS,
        "GetDetector": Answer((features,)),
        "GetAdministratorAccount": administrator,
    }
    (one,), _ = gathered(Detector, {"status", "features", "administrator"}, said)
    return one


ITSELF = Answer(({"Administrator": {"AccountId": "111122223333", "RelationshipStatus": "Enabled"}},))
BELONGING = Answer(({"Administrator": {"AccountId": "444455556666", "RelationshipStatus": "Enabled"}},))


@pytest.mark.parametrize(
    ("control", "administrator", "expected"),
    [
        ("GuardDuty.11", Answer(({},)), "PASSED"),
        ("GuardDuty.11", Answer(({"Administrator": {}},)), "PASSED"),
        ("GuardDuty.11", ITSELF, "PASSED"),
        ("GuardDuty.11", BELONGING, "ignored"),
        ("GuardDuty.5", BELONGING, "ignored"),
        ("GuardDuty.1", BELONGING, "PASSED"),
        ("GuardDuty.5", Answer(error="AccessDeniedException"), "NOT_AVAILABLE"),
    ],
)
def test_an_administrator_is_asked_for_its_members(
    control: str, administrator: Answer, expected: str
) -> None:
    assert status(control, ThreatDetection(), detector(administrator)) == expected


MEMBERS_OF_GUARDDUTY = {
    **DETECTORS,
    "ListMembers": Answer(
        (
            {
                "Members": [
                    {"AccountId": "222233334444", "RelationshipStatus": "Enabled"},
                    {"AccountId": "333344445555", "RelationshipStatus": "Disabled"},
                ]
            },
        )
    ),
}
UNPROCESSED = {"AccountId": "333344445555", "Result": "The account could not be processed."}
ON, OFF = RUNTIME["Features"], [{"Name": "RUNTIME_MONITORING", "Status": "DISABLED"}]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({"222233334444": ON, "333344445555": ON}, "PASSED"),
        ({"222233334444": ON, "333344445555": OFF}, "FAILED"),
        ({"222233334444": OFF}, "FAILED"),
        ({"222233334444": ON}, "NOT_AVAILABLE"),
    ],
)
def test_members_are_looked_at_together(shown: Mapping[str, Any], expected: str) -> None:
    answer = {
        "MemberDataSourceConfigurations": [{"AccountId": a, "Features": f} for a, f in shown.items()],
        "UnprocessedAccounts": [] if len(shown) == 2 else [UNPROCESSED],
    }
    members, calls = gathered(
        Member, {"protections"}, {**MEMBERS_OF_GUARDDUTY, "GetMemberDetectors": Answer((answer,))}
    )
    assert [m.account for m in members] == ["222233334444", "333344445555"]
    assert calls[-1].params == {"DetectorId": "d1", "AccountIds": ["222233334444", "333344445555"]}
    assert status("GuardDuty.11", ThreatDetection(), detector(Answer(({},))), *members) == expected


@pytest.mark.parametrize("control", ["GuardDuty.1", "GuardDuty.5", "GuardDuty.13"])
def test_a_detector_that_is_not_shown_does_not_pass(control: str) -> None:
    (detector,), _ = gathered(
        Detector, {"features"}, {**DETECTORS, "GetDetector": Answer(error="AccessDeniedException")}
    )
    assert status(control, ThreatDetection(), detector) == "NOT_AVAILABLE"


def states(**of: str) -> Mapping[str, Any]:
    return {scan: {"status": status} for scan, status in of.items()}


ALL_ON = states(ec2="ENABLED", ecr="ENABLED", lambdaCode="ENABLED", **{"lambda": "ENABLED"})
NO_MEMBERS = Answer(
    error="AccessDeniedException", message="Invoking account does not have access to list members."
)
DENIED = Answer(error="AccessDeniedException", message="User: u is not authorized to perform: inspector2:X")
TWO = Answer(({"members": [{"accountId": "222233334444"}, {"accountId": "333344445555"}]},))


def inspected(listing: Answer, own: Mapping[str, Any], **members: Mapping[str, Any]) -> tuple[Resource, ...]:
    """The account and its members as Inspector shows them; members are keyed by `m` and the account's id."""
    shown = [{"accountId": key[1:], "resourceState": state} for key, state in members.items()]
    asked: dict[str, Answer] = {"ListMembers": listing}
    asked["BatchGetAccountStatus"] = Answer(
        ({"accounts": [{"accountId": "111122223333", "resourceState": own}], "failedAccounts": []},)
    )
    scanning, calls = gathered(Scanning, {"status", "members_managed"}, asked)
    assert calls[0].params == {"accountIds": ["111122223333"]}
    asked["BatchGetAccountStatus"] = Answer(({"accounts": shown, "failedAccounts": []},))
    managed, _ = gathered(InspectorMember, {"scans"}, asked)
    assert all(m.account != "111122223333" for m in managed)
    return (*scanning, *managed)


def test_inspector_is_asked_about_the_account_itself() -> None:
    own = states(ec2="ENABLED", ecr="DISABLED", **{"lambda": "ENABLING"})
    said = [status(f"Inspector.{n}", *inspected(NO_MEMBERS, own)) for n in (1, 2, 3, 4)]
    assert said == ["PASSED", "FAILED", "NOT_AVAILABLE", "FAILED"]


@pytest.mark.parametrize(
    ("listing", "members", "expected"),
    [
        (NO_MEMBERS, {}, "PASSED"),
        (Answer(({"members": []},)), {}, "PASSED"),
        (DENIED, {}, "NOT_AVAILABLE"),
        (TWO, {"m222233334444": ALL_ON, "m333344445555": ALL_ON}, "PASSED"),
        (TWO, {"m222233334444": ALL_ON, "m333344445555": states(ec2="SUSPENDED")}, "FAILED"),
        (TWO, {"m222233334444": ALL_ON}, "NOT_AVAILABLE"),
    ],
)
def test_a_delegated_administrator_answers_for_its_members(
    listing: Answer, members: Mapping[str, Any], expected: str
) -> None:
    assert status("Inspector.1", *inspected(listing, ALL_ON, **members)) == expected


def test_an_account_that_inspector_could_not_tell_of_is_not_available() -> None:
    failed = {"accounts": [], "failedAccounts": [{"accountId": "111122223333", "status": "DISABLED"}]}
    (scanning,), _ = gathered(Scanning, {"status"}, {"BatchGetAccountStatus": Answer((failed,))})
    assert status("Inspector.1", scanning) == "NOT_AVAILABLE"


NOT_ENABLED = Answer(error="AccessDeniedException", message="Macie is not enabled.")
ALONE = Answer(({},))
OWN = Answer(({"administrator": {"accountId": "111122223333", "relationshipStatus": "Enabled"}},))
MEMBER = Answer(({"administrator": {"accountId": "444455556666", "relationshipStatus": "Enabled"}},))


@pytest.mark.parametrize(
    ("session", "discovery", "administrator", "expected"),
    [
        ("ENABLED", "ENABLED", ALONE, ("PASSED", "PASSED")),
        ("PAUSED", "DISABLED", ALONE, ("FAILED", "FAILED")),
        ("ENABLED", "DISABLED", MEMBER, ("PASSED", "ignored")),
        ("ENABLED", "DISABLED", OWN, ("PASSED", "FAILED")),
        ("ENABLED", "ENABLED", Answer(error="ResourceNotFoundException"), ("PASSED", "PASSED")),
        ("ENABLED", "DISABLED", Answer(error="AccessDeniedException"), ("PASSED", "NOT_AVAILABLE")),
        ("AWAKE", "AWAKE", ALONE, ("NOT_AVAILABLE", "NOT_AVAILABLE")),
    ],
)
def test_macie_is_judged_by_its_session(
    session: str, discovery: str, administrator: Answer, expected: tuple[str, str]
) -> None:
    (data,), _ = gathered(
        SensitiveData,
        {"session", "automated_discovery", "administrator"},
        {
            "GetMacieSession": Answer(({"status": session},)),
            "GetAutomatedDiscoveryConfiguration": Answer(({"status": discovery},)),
            "GetAdministratorAccount": administrator,
        },
    )
    assert (status("Macie.1", data), status("Macie.2", data)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(NOT_ENABLED, "FAILED"), (Answer(error="AccessDeniedException"), "NOT_AVAILABLE")],
)
def test_macie_that_was_never_enabled_is_told_from_macie_that_is_denied(
    answer: Answer, expected: str
) -> None:
    said = ("GetMacieSession", "GetAutomatedDiscoveryConfiguration", "GetAdministratorAccount")
    (data,), _ = gathered(
        SensitiveData, {"session", "automated_discovery", "administrator"}, dict.fromkeys(said, answer)
    )
    assert (status("Macie.1", data), status("Macie.2", data)) == (expected, expected)
