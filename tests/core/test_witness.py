"""Two witnesses of one thing: who rules, when ids are the same, what is nobody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.finding import EMPTY, Finding, Reason, Status
from ishigaki.core.witness import LAG, Mark, Told, collapsed, form, join, own_rules

ID, TOKYO = "111122223333", "ap-northeast-1"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
PASSED, FAILED, UNSEEN = Status.PASSED, Status.FAILED, Status.NOT_AVAILABLE


def own(status: Status = FAILED, resource: str = "arn:aws:s3:::web", control: str = "S3.8") -> Finding:
    return Finding(control, ID, TOKYO, "AWS::S3::Bucket", resource, status)


def hub(status: Status = FAILED, resource: str = "arn:aws:s3:::web", control: str = "S3.8") -> Told:
    mark = Mark(f"id {resource} {control}", "product", AT, status, resource)
    return Told(own(status, resource, control), (mark,))


@pytest.mark.parametrize(
    ("ours", "theirs", "rules", "differs"),
    [
        (FAILED, FAILED, "own", False),
        (FAILED, PASSED, "own", True),
        (PASSED, FAILED, "own", True),
        (Status.WARNING, FAILED, "own", True),
        (UNSEEN, FAILED, "hub", False),
        (UNSEEN, PASSED, "hub", False),
        (UNSEEN, UNSEEN, "own", False),
        (PASSED, UNSEEN, "own", False),
    ],
)
def test_ours_rules_where_it_judged(ours: Status, theirs: Status, rules: str, differs: bool) -> None:
    (one,) = join([own(ours)], [hub(theirs)])
    assert one.own
    assert one.hub
    assert one.finding is (one.own if rules == "own" else one.hub.finding)
    assert one.differs is differs


def test_what_only_one_knows_stays() -> None:
    mine, theirs = join([own(resource="a")], [hub(resource="b")])
    assert (mine.hub, theirs.own) == (None, None)
    assert [mine.finding.resource, theirs.finding.resource] == ["a", "b"]


def test_what_we_could_not_list_gives_way_to_what_is_told_of_it() -> None:
    blind = own(UNSEEN, f"AWS::::Account:{ID}")
    (told,) = join([blind], [hub()])
    assert told.own is None
    (kept,) = join([blind], [hub(control="S3.9")])[:1]
    assert kept.own is blind


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (f"arn:aws:logs:{TOKYO}:{ID}:log-group:/web", f"arn:aws:logs:{TOKYO}:{ID}:log-group:/web:*"),
        (f"arn:aws:ec2:{TOKYO}:{ID}:security-group/sg-1", "sg-1"),
        (f"arn:aws:ec2:{TOKYO}:{ID}:vpc/vpc-1", "AWS::EC2::VPC:vpc-1"),
        (f"arn:aws:rds:{TOKYO}:{ID}:db:Web", f"arn:aws:rds:{TOKYO}:{ID}:db:web"),
        ("arn:aws:s3:::web", "web"),
    ],
)
def test_an_id_in_another_form_is_the_same_and_is_shown_as_such(ours: str, theirs: str) -> None:
    assert form(ours) == form(theirs)
    (one,) = join([own(resource=ours)], [hub(resource=theirs)])
    assert (one.finding.resource, one.written_otherwise) == (ours, theirs)


def test_what_may_be_either_is_neither() -> None:
    two = [own(resource=f"arn:aws:rds:{r}:{ID}:db:web") for r in (TOKYO, "us-east-1")]
    assert all(w.own is None or w.hub is None for w in join(two, [hub(resource="web")]))


def test_ours_rules_as_long_as_the_other_may_lag() -> None:
    assert own_rules(AT, AT + LAG)
    assert not own_rules(AT, AT + LAG + timedelta(seconds=1))
    assert own_rules(AT + timedelta(days=9), AT)


STATUSES = st.sampled_from(list(Status))
NAMES = st.sampled_from(["web", "arn:aws:s3:::web", "logs", f"AWS::::Account:{ID}"])
OWN = st.lists(st.builds(own, STATUSES, NAMES, st.sampled_from(["S3.8", "S3.9"])), max_size=6)
HUB = st.lists(st.builds(hub, STATUSES, NAMES, st.sampled_from(["S3.8", "S3.9"])), max_size=6)


@given(OWN, HUB)
def test_everything_that_was_told_is_there_once(ours: list[Finding], theirs: list[Told]) -> None:
    mine = list({f.identity: f for f in ours}.values())
    told = collapsed(theirs)
    joined = join(mine, told)
    assert [w.hub.finding.identity for w in joined if w.hub and w.own is None] == [
        t.finding.identity for t in told if t not in [w.hub for w in joined if w.own]
    ]
    assert sum(w.hub is not None for w in joined) == len(told)
    gone = {f.identity for f in mine} - {w.own.identity for w in joined if w.own}
    assert all(f.status is UNSEEN for f in mine if f.identity in gone)
    assert len({w.finding.identity for w in joined}) == len(joined)
    assert all(w.finding.status is not UNSEEN or w.own or w.hub for w in joined)


def test_that_there_is_nothing_is_no_reason_of_its_own() -> None:
    nothing = Finding("S3.8", ID, TOKYO, "AWS::::Account", f"AWS::::Account:{ID}", PASSED, reason=EMPTY)
    assert nothing.reason == Reason("CONFIG_EVALUATIONS_EMPTY")
    (one,) = join([nothing], [])
    assert one.finding is nothing
