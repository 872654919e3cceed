"""What is told once or left leaves the score that AWS counts and stays in the honest one; which tags a policy needs."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.diff import difference
from ishigaki.core.finding import Finding, Status
from ishigaki.core.response import Action, Decision, Policy
from ishigaki.core.response_file import parse
from ishigaki.core.score import ControlStatus, score, status_of
from ishigaki.core.waiver import Waiver, lay_over
from ishigaki.flows.policy import asking, default, lay_policy, suppress
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.standards import catalogue
from ishigaki.standards.choice import choose
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import Entered

ID = "111122223333"
findings = st.builds(
    lambda control, thing, status: Finding(control, ID, "eu-west-1", "AWS::S3::Bucket", thing, status),
    st.sampled_from(["S3.8", "S3.9", "EC2.21", "EC2.21@2022"]),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(Status),
)
ACTIONS: tuple[Action, ...] = ("track", "notify_once", "leave")
actions = st.sampled_from(ACTIONS)


@given(st.lists(findings, unique_by=lambda f: f.identity), st.lists(actions, min_size=12, max_size=12))
def test_suppressing_never_touches_the_honest_score(pool: list[Finding], chosen: list[Action]) -> None:
    failed = [f for f in pool if f.status is Status.FAILED]
    decided = {f.identity: Decision(a, "r", "w") for f, a in zip(failed, chosen, strict=False)}
    quiet = suppress(pool, decided)
    controls = ["S3.8", "S3.9", "EC2.21", "EC2.21@2022"]
    before, after = score(pool, (), controls), score(quiet, (), controls)
    assert after.honest == before.honest
    assert after.failed <= before.failed
    assert [f.identity for f in quiet] == [f.identity for f in pool]
    loud = {i for i, d in decided.items() if d.action == "track"}
    assert all(f.workflow == "NEW" for f in quiet if f.identity in loud and "@" not in f.control)


def test_what_is_decided_of_a_control_holds_for_its_older_meaning() -> None:
    both = [Finding(c, ID, "r", "t", "acl", Status.FAILED) for c in ("EC2.21", "EC2.21@2022")]
    quiet = suppress(both, {both[0].identity: Decision("leave", "r", "w")})
    assert [status_of([f]) for f in quiet] == [ControlStatus.NO_DATA, ControlStatus.NO_DATA]


WAIVER = Waiver("S3.9", ID, "its owner bears it", "web", date(2026, 11, 1), date(2026, 12, 1), resource="a")


def test_exceptions_come_first_and_then_the_policy_of_what_failed() -> None:
    told = [
        Finding("S3.9", ID, "r", "t", "a", Status.FAILED),
        Finding("S3.9", ID, "r", "t", "b", Status.FAILED),
        Finding("S3.9", ID, "r", "t", "c", Status.FAILED),
        Finding("S3.9", ID, "r", "t", "d", Status.WARNING),
        Finding("S3.8", ID, "r", "t", "b", Status.FAILED),
    ]
    tags = {"b": {"a": "b"}}
    kept = [Kept(f, tags=tags.get(f.resource, {})) for f in told]
    overlay = lay_over(told, [WAIVER], now=datetime(2026, 11, 22, tzinfo=UTC))
    met = {ID: Entered(ID, "web", "production", "", ())}
    laid = lay_policy(overlay, kept, met, policy('control = "S3.9"'))
    assert laid.excepted == {told[0].identity: WAIVER}
    assert [(i, d.reason) for i, d in laid.by_policy.items()] == [(told[1].identity, "r")]
    assert [f.workflow for f in laid.findings] == ["SUPPRESSED", "SUPPRESSED", "NEW", "NEW", "NEW"]
    changed = difference(told[2:], laid.findings, by_policy=laid.by_policy)
    groups = (changed.new, changed.excepted, changed.by_policy)
    assert [[f.resource for f in group] for group in groups] == [[], ["a"], ["b"]]


def policy(condition: str) -> Policy:
    text = f'[[rows]]\ndecision = "leave"\nreason = "r"\ntag = "a=b"\n{condition}\n'
    return parse(text, file="p", known=catalogue(), default=Policy())


def test_tags_are_asked_for_where_a_row_by_tag_may_decide() -> None:
    asked = choose(globs=("S3.8", "S3.9"))
    assert "tags" not in asked.wanted[Bucket]
    assert "tags" in asking(asked, default()).wanted[Bucket]
    for condition, wanted in (
        ("", True),
        ('control = "S3.9"', True),
        ('category = "logging"', True),
        ('control = "EC2.13"', False),
        ('category = "at_rest"', False),
        ('control = "S3.9"\ncategory = "at_rest"', False),
    ):
        assert ("tags" in asking(asked, policy(condition)).wanted[Bucket]) is wanted
    assert asking(asked, Policy()) == asked
