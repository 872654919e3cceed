"""The shipped exception of S3.9: for a bucket that others are seen to log to, and for no other."""

from __future__ import annotations

import pytest

from ishigaki.core.answer import GLOBAL, Gap, Place
from ishigaki.core.population import Population
from ishigaki.core.world import World
from ishigaki.services.s3.buckets.resources import Bucket, Logging
from ishigaki.standards import catalogue
from ishigaki.standards.waivers import PROOFS, proven, shipped

HERE = Place("111122223333", GLOBAL)
RULE = {("S3.9", "arn:aws:s3:::logs"): "receives_access_logs"}


def bucket(name: str, **seen: object) -> Bucket:
    return Bucket(id=f"arn:aws:s3:::{name}", name=name, **seen)


LOGS = bucket("logs", logging=None)
DATA = bucket("data", logging=Logging(target_bucket="logs"))


def world(*buckets: Bucket, gaps: tuple[Gap, ...] = ()) -> World:
    return World({HERE: {Bucket: Population(buckets, gaps)}})


def test_a_bucket_that_another_logs_to_is_proven() -> None:
    assert proven(world(LOGS, DATA)) == RULE


def test_what_was_not_seen_beside_it_takes_nothing_from_the_proof() -> None:
    gap = Gap("AWS::S3::Bucket", "s3:ListBuckets", "s3:ListAllMyBuckets", "AccessDenied", GLOBAL)
    blind = bucket("blind", logging=None).without("logging")
    assert proven(world(LOGS, DATA, blind, gaps=(gap,))) == RULE


@pytest.mark.parametrize(
    "buckets",
    [
        (LOGS,),  # a name proves nothing
        (LOGS, bucket("data", logging=None)),
        (LOGS, DATA.without("logging")),
        (LOGS, bucket("data", logging=Logging(target_bucket="logs-2"))),
        (bucket("logs", logging=Logging(target_bucket="logs")),),  # itself
        (),
    ],
)
def test_without_proof_there_is_no_exception(buckets: tuple[Bucket, ...]) -> None:
    assert proven(world(*buckets)) == {}


def test_where_buckets_were_not_asked_for_there_is_no_exception() -> None:
    assert proven(World({HERE: {}})) == {}


def test_each_shipped_exception_has_a_control_a_proof_a_source_and_words() -> None:
    assert shipped().keys() == PROOFS.keys()
    for exception in shipped().values():
        assert exception.control in catalogue()
        assert exception.source.startswith("https://docs.aws.amazon.com/")
        assert exception.reason_en
        assert exception.reason_ja
