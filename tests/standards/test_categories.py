"""Every control has exactly one category, each correction is needed and says why; and the shipped policy decides."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import product

import pytest

from ishigaki.core.concern import Category, Concern
from ishigaki.core.finding import SEVERITIES, Severity
from ishigaki.core.response import FALLBACK, decide
from ishigaki.core.response_file import GUARDDUTY, KINDS
from ishigaki.flows.policy import default
from ishigaki.services import controls
from ishigaki.standards import catalogue
from ishigaki.standards.categories import category_of, filed, table

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
PRODUCTION, ELSEWHERE = "production", "non-production"


def concern(kind: str, environment: str = PRODUCTION, severity: Severity | None = None) -> Concern:
    known = kind in catalogue()
    return Concern(
        kind=kind,
        account="111122223333",
        region="ap-northeast-1",
        resource="x",
        resource_type="",
        name="",
        source="ishigaki",
        category=category_of(kind) if known else Category.THREAT,
        severity=severity or (catalogue()[kind].severity if known else Severity.LOW),
        environment=environment,
        owner="",
    )


def test_every_control_has_a_category() -> None:
    for control in {*catalogue(), *controls()}:
        assert isinstance(category_of(control), Category)
        assert category_of(control) is not Category.THREAT
    assert category_of("EC2.21@2022") is category_of("EC2.21")
    with pytest.raises(KeyError):
        category_of("S3.999")


def test_a_correction_is_about_one_control_changes_something_and_says_why() -> None:
    named = Counter(c for correction in table().corrections for c in correction.controls)
    assert max(named.values()) == 1
    assert named.keys() <= catalogue().keys()
    for correction in table().corrections:
        assert len(correction.reason) > 20
        for control in correction.controls:
            words = catalogue()[control].category
            assert not words or filed(words) is not correction.category, control


def test_every_category_of_the_catalogue_that_is_read_is_there() -> None:
    words = {facts.category.casefold() for facts in catalogue().values()}
    for beginning in table().categories:
        assert any(w.startswith(beginning.casefold()) for w in words), beginning


@pytest.mark.parametrize(
    ("control", "category"),
    [
        ("S3.5", "in_transit"),
        ("CloudTrail.2", "logging"),
        ("CloudTrail.6", "essential"),
        ("EC2.6", "nuisance"),
        ("EC2.13", "essential"),
        ("SSM.2", "operating_system"),
        ("RDS.13", "operating_system"),
        ("ECR.2", "essential"),
        ("EC2.33", "nuisance"),
        ("S3.13", "nuisance"),
        ("RDS.5", "availability"),
        ("RDS.3", "at_rest"),
        ("Config.1", "essential"),
        ("GuardDuty.1", "essential"),
        ("IAM.9", "essential"),
        ("ELB.1", "in_transit"),
        ("Ishigaki.Lambda.1", "essential"),
    ],
)
def test_what_controls_are_about(control: str, category: str) -> None:
    assert category_of(control) == category


MATRIX = [
    ("essential", "S3.8", "track 7 days", "track 7 days"),
    ("availability", "RDS.5", "leave", "leave"),
    ("logging", "S3.9", "track 7 days", "leave"),
    ("in transit", "ELB.1", "track 7 days", "track 7 days"),
    ("in transit, though filed under access", "S3.5", "track 7 days", "track 7 days"),
    ("at rest", "RDS.3", "leave", "leave"),
    ("nuisance", "EC2.6", "leave", "leave"),
    ("nuisance of the platform", "ECR.3", "leave", "leave"),
    ("operating system", "SSM.2", "leave", "leave"),
    ("WAF", "ELB.16", "notify_once", "leave"),
    ("WAF", "CloudFront.6", "notify_once", "leave"),
    ("the trail", "CloudTrail.1", "track 7 days", "track 7 days"),
    ("a setting of the trail", "CloudTrail.2", "track 7 days", "leave"),
    ("open security group", "EC2.13", "track 24 hours", "track 24 hours"),
    ("open security group", "EC2.53", "track 24 hours", "track 24 hours"),
    ("open security group", "Redshift.15", "track 24 hours", "track 24 hours"),
    ("a network ACL is no security group", "EC2.21", "track 7 days", "track 7 days"),
]


@pytest.mark.parametrize(
    ("what", "control", "production", "elsewhere"), MATRIX, ids=[f"{w}-{c}" for w, c, *_ in MATRIX]
)
def test_the_shipped_policy_is_the_matrix(what: str, control: str, production: str, elsewhere: str) -> None:
    for environment, said in ((PRODUCTION, production), (ELSEWHERE, elsewhere)):
        decision = decide(concern(control, environment), default())
        assert f"{decision.action} {decision.within}".strip() == said, what
        assert decision.urgent is ("hours" in said)


def test_the_shipped_policy_decides_of_every_control_and_of_every_detection() -> None:
    for control, environment in product(catalogue(), (PRODUCTION, ELSEWHERE)):
        assert decide(concern(control, environment), default()) != FALLBACK.decision
    for kind, severity in product((*KINDS, "Recon:EC2/Portscan"), SEVERITIES):
        assert decide(concern(kind, severity=severity), default()) != FALLBACK.decision


@pytest.mark.parametrize(
    ("kind", "severity", "within", "audience"),
    [
        ("Recon:EC2/Portscan", "CRITICAL", "24 hours", ("owner", "security")),
        ("Recon:EC2/Portscan", "HIGH", "24 hours", ("owner", "security")),
        ("Recon:EC2/Portscan", "MEDIUM", "7 days", ("owner",)),
        ("Recon:EC2/Portscan", "LOW", "30 days", ("owner",)),
        ("Policy:IAMUser/RootCredentialUsage", "LOW", "24 hours", ("owner", "security")),
        ("credentials_exposed", "MEDIUM", "24 hours", ("owner", "security")),
        ("quarantine_policy", "MEDIUM", "24 hours", ("owner", "security")),
        ("root_sign_in", "LOW", "24 hours", ("owner", "security")),
        ("external_access", "HIGH", "7 days", ("owner",)),
        ("user_created", "LOW", "7 days", ("owner",)),
    ],
)
def test_every_detection_is_tracked(kind: str, severity: str, within: str, audience: tuple[str, ...]) -> None:
    decision = decide(concern(kind, severity=Severity(severity)), default())
    assert (decision.action, decision.within, decision.audience) == ("track", within, audience)


def test_each_shipped_row_has_a_name_and_its_reason_in_both_languages() -> None:
    rows = default().rows
    assert len({r.name for r in rows}) == len(rows)
    for row in rows:
        assert not row.name.rpartition(":")[2].isdigit()
        assert row.decision.reason_in("en").endswith(".")
        assert row.decision.reason_in("ja").endswith("。")


def test_the_kinds_of_guardduty_that_rows_name_have_its_form() -> None:
    named = {k for row in default().rows for k in row.conditions.get("control", ()) if ":" in k}
    assert named
    assert all(GUARDDUTY.fullmatch(kind) for kind in named)
