"""The score: the vectors of Security Hub's guide, and properties over random findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.finding import Finding, Status, Unjudged
from ishigaki.core.score import ControlStatus, Score, score, status_of


def finding(compliance: str, workflow: str = "NEW", record: str = "ACTIVE", control: str = "S3.8") -> Finding:
    return Finding(
        control,
        "111122223333",
        "eu-west-1",
        "AWS::S3::Bucket",
        "b",
        Status(compliance),
        workflow=workflow,
        record=record,
    )


PASSED = [finding("PASSED", "RESOLVED")] * 3
VECTORS = [
    (1, PASSED, "Passed"),
    (2, [*PASSED, finding("FAILED")], "Failed"),
    (3, [*PASSED, finding("FAILED", "SUPPRESSED")], "Passed"),
    (4, [finding("FAILED", "SUPPRESSED")], "No data"),
    (5, [*PASSED, finding("WARNING")], "Unknown"),
    (6, [finding("FAILED"), finding("WARNING")], "Failed"),
    (7, [*PASSED, finding("FAILED", "NEW", "ARCHIVED")], "Passed"),
    (8, [finding("NOT_AVAILABLE", "NEW", "ARCHIVED")], "No data"),
    (9, [finding("FAILED", "NOTIFIED")], "Failed"),
    (10, [finding("FAILED", "RESOLVED")], "Failed"),
    (11, [], "No data"),
]


@pytest.mark.parametrize(("number", "findings", "status"), VECTORS)
def test_control_status_vectors(number: int, findings: list[Finding], status: str) -> None:
    assert status_of(findings) == status, number


def test_a_disabled_control_is_disabled_whatever_was_found() -> None:
    assert status_of([finding("FAILED")], disabled=True) is ControlStatus.DISABLED


@pytest.mark.parametrize(
    ("passed", "failed", "no_data", "expected"),
    [
        (168, 22, 3, 88),
        (8, 29, 0, 22),
        (6, 35, 0, 15),
        (159, 56, 9, 74),
        (28, 17, 0, 62),
        (6, 4, 2, 60),
        (69, 23, 0, 75),
        (91, 1, 0, 99),
    ],
)
def test_score_vectors(passed: int, failed: int, no_data: int, expected: int) -> None:
    assert Score(passed=passed, failed=failed, no_data=no_data).low == expected


def test_rounding_is_half_up_and_nothing_is_no_score() -> None:
    assert Score(passed=1, failed=7).low == 13  # 12.5
    assert Score(no_data=4).low is None


def test_a_control_not_judged_yet_makes_a_range() -> None:
    whole = Score(passed=162, failed=5, unjudged=6)
    assert (whole.counted, whole.low, whole.high) == (173, 94, 97)


def test_a_failure_elsewhere_outweighs_what_is_not_judged() -> None:
    waiting = [Unjudged("S3.8", "111122223333", "eu-west-1", 2)]
    assert score([finding("FAILED")], waiting, ["S3.8"]).failed == 1
    assert score([finding("PASSED")], waiting, ["S3.8"]).unjudged == 1


def test_suppression_shows_in_the_score_and_not_in_the_honest_one() -> None:
    findings = [
        finding("FAILED", "SUPPRESSED", control="A.1"),
        finding("FAILED", "SUPPRESSED", control="A.2"),
        finding("PASSED", control="A.2"),
        *(finding("PASSED", control=f"B.{n}") for n in range(8)),
    ]
    counted = score(findings, [], ["A.1", "A.2", *(f"B.{n}" for n in range(8))])
    assert (counted.passed, counted.counted, counted.low) == (9, 9, 100)
    assert (counted.honest_passed, counted.honest_counted, counted.honest) == (8, 10, 80)


def test_pooling_fails_when_one_account_fails() -> None:
    other = Finding("S3.8", "444455556666", "us-east-1", "AWS::S3::Bucket", "c", Status.FAILED)
    assert score([finding("PASSED"), other], [], ["S3.8"]).failed == 1


FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from([s.value for s in Status]),
        st.sampled_from(["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"]),
        st.sampled_from(["ACTIVE", "ARCHIVED"]),
        st.sampled_from(["A.1", "A.2", "B.1"]),
    ),
    max_size=30,
)


@given(FINDINGS)
def test_every_control_is_counted_once_and_honesty_never_flatters(findings: list[Finding]) -> None:
    counted = score(findings, [], ["A.1", "A.2", "B.1"])
    assert counted.counted + counted.no_data == 3
    assert counted == score(reversed(findings), [], ["A.1", "A.2", "B.1"])
    if counted.honest is not None and counted.low is not None:
        assert counted.honest <= counted.low


@given(FINDINGS)
def test_a_failed_finding_never_raises_the_score(findings: list[Finding]) -> None:
    before = score(findings, [], ["A.1", "A.2", "B.1"])
    after = score([*findings, finding("FAILED", control="A.1")], [], ["A.1", "A.2", "B.1"])
    assert after.passed <= before.passed
    assert after.failed >= before.failed
