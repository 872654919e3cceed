"""What to do today: the order, the gain, and what is never ticked."""

from __future__ import annotations

import msgspec
import pytest

from ishigaki.core.catalogue import Standard
from ishigaki.core.fault import fault
from ishigaki.core.finding import Finding, Severity, Status, Unjudged
from ishigaki.core.today import Action, actions

SEVERITY = {"A.1": Severity.CRITICAL, "A.2": Severity.HIGH, "A.3": Severity.HIGH}
STANDARD = Standard("fsbp", "FSBP", "FSBP", ("A.1", "A.2", "A.3", "A.4", "A.5", "A.6", "A.7"))
ACCOUNTS = ("111111111111", "222222222222")


def finding(
    control: str, status: Status = Status.FAILED, *, account: str = ACCOUNTS[0], name: str = "x"
) -> Finding:
    faults = (fault("off"),) if status is Status.FAILED else ()
    return Finding(control, account, "ap-northeast-1", "AWS::S3::Bucket", f"arn:{name}", status, faults)


def today(*findings: Finding, unjudged: tuple[Unjudged, ...] = (), **minutes: int) -> tuple[Action, ...]:
    times = {c: minutes.get(c.replace(".", ""), 5) for c in STANDARD.controls}
    return actions(
        findings,
        unjudged=unjudged,
        standards=[STANDARD],
        severity=lambda c: SEVERITY.get(c, Severity.MEDIUM),
        minutes=times,
    )


def ids(found: tuple[Action, ...]) -> list[str]:
    return [a.control for a in found]


def test_the_worst_severity_comes_first_then_points_per_minute() -> None:
    found = today(finding("A.2"), finding("A.3"), finding("A.1"), A2=30, A3=2)
    assert ids(found) == ["A.1", "A.3", "A.2"]


def test_the_time_is_that_of_all_resources() -> None:
    (action,) = today(*(finding("A.4", name=n) for n in "abcdefg"), finding("A.4", account=ACCOUNTS[1]), A4=3)
    assert (action.resources, action.minutes, len(action.findings)) == (8, 24, 5)
    assert action.accounts == ACCOUNTS


def test_what_is_gained_is_said_by_standard() -> None:
    (action,) = today(finding("A.1"), finding("A.2", Status.PASSED))
    (gain,) = action.gains
    assert (gain.standard, gain.before.low, gain.after.low) == ("fsbp", 50, 100)


def test_what_was_not_seen_keeps_the_control_from_passing() -> None:
    (action,) = today(finding("A.1"), finding("A.1", Status.NOT_AVAILABLE, name="y"))
    (gain,) = action.gains
    assert (gain.after.passed, gain.after.unknown, gain.after.low) == (0, 1, 0)


def test_no_more_than_five_and_beyond_the_third_only_a_days_work() -> None:
    everything = [finding(c) for c in STANDARD.controls]
    assert len(today(*everything)) == 5
    assert len(today(*everything, A1=200, A2=200, A3=200)) == 3
    assert ids(today(*everything, A1=200, A2=200, A3=60, A4=60, A5=20)) == ["A.1", "A.3", "A.2", "A.6", "A.7"]


@pytest.mark.parametrize(
    "change", [{"workflow": "SUPPRESSED"}, {"record": "ARCHIVED"}, {"status": Status.PASSED}]
)
def test_what_does_not_count_is_no_action(change: dict[str, str]) -> None:
    assert today(msgspec.structs.replace(finding("A.1"), **change)) == ()


def test_a_control_outside_the_standards_or_without_a_step_is_no_action() -> None:
    assert today(finding("B.1")) == ()
    assert (
        actions(
            [finding("A.1")], unjudged=(), standards=[STANDARD], severity=SEVERITY.__getitem__, minutes={}
        )
        == ()
    )
