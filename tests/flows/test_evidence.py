"""What a fix has to know beyond what judging reads is asked only of what failed, and nothing twice."""

from __future__ import annotations

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.call import Call, call
from ishigaki.core.finding import EMPTY, Finding, Status
from ishigaki.flows.evidence import Answers, evidence, look_closer
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.standards.choice import choose

HERE = Place("111122223333", GLOBAL)
ASKED = choose(globs=("S3.8",))
LIST = call("s3", "ListBuckets", permission="s3:ListAllMyBuckets", MaxBuckets=1000).filled(
    {}, region="us-east-1"
)


def finding(name: str, status: Status) -> Finding:
    return Finding("S3.8", HERE.account, "eu-west-1", "AWS::S3::Bucket", f"arn:aws:s3:::{name}", status)


def test_what_passed_costs_nothing_more() -> None:
    assert evidence([finding("a", Status.PASSED)], ASKED, [HERE]) == {}
    empty = Finding("S3.8", HERE.account, GLOBAL, "x", "y", Status.FAILED, reason=EMPTY)
    assert evidence([empty], ASKED, [HERE]) == {}


def test_what_failed_is_looked_at_alone() -> None:
    found = evidence([finding("a", Status.FAILED), finding("b", Status.PASSED)], ASKED, [HERE])
    assert found[HERE][Bucket].ids == {"arn:aws:s3:::a"}
    assert {"website", "tags"} <= found[HERE][Bucket].members


def test_what_was_answered_is_not_asked_again() -> None:
    buckets = [{"Name": n, "BucketRegion": "eu-west-1"} for n in ("a", "b")]
    answers: dict[Place, Answers] = {HERE: [(LIST, Answer(({"Buckets": buckets},)))]}
    sent: list[Call] = []

    def perform(asked: Call) -> Answer:
        sent.append(asked)
        return Answer(({},))

    look_closer([finding("a", Status.FAILED)], ASKED, {HERE: perform}, answers)
    operations = [c.operation for c in sent]
    assert "ListBuckets" not in operations
    assert operations.count("GetBucketWebsite") == 1
    assert {c.params.get("Bucket") for c in sent} <= {"a", None}
    assert len(answers[HERE]) == 1 + len(sent)


def test_a_fix_is_helped_by_places_that_nothing_was_asked_of() -> None:
    """A trail is judged in its Region; the bucket that it writes to is listed once for the account."""
    tokyo = Place(HERE.account, "ap-northeast-1")
    arn = f"arn:aws:cloudtrail:{tokyo.region}:{HERE.account}:trail/main"
    failed = Finding("CloudTrail.2", HERE.account, tokyo.region, "AWS::CloudTrail::Trail", arn, Status.FAILED)
    answers: dict[Place, Answers] = {tokyo: []}

    def perform(asked: Call) -> Answer:
        return Answer(({},))

    look_closer([failed], choose(globs=("CloudTrail.2",)), {HERE: perform, tokyo: perform}, answers)
    assert "ListBuckets" in {asked.operation for asked, _ in answers[HERE]}
