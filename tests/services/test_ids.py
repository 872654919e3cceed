"""Listings of S3, SQS and Athena whose ids are not in the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.gather import gather
from ishigaki.core.resource import Resource
from ishigaki.services.athena.resources import DataCatalog, WorkGroup
from ishigaki.services.s3.access_points.resources import MultiRegionAccessPoint
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.services.s3.directory_buckets.resources import DirectoryBucket
from ishigaki.services.sqs.resources import Queue

TOKYO = Place("111122223333", "ap-northeast-1")
HERE = "ap-northeast-1:111122223333"


@pytest.mark.parametrize(
    ("kind", "page", "expected"),
    [
        (Bucket, {"Buckets": [{"Name": "b", "BucketRegion": "eu-west-1"}]}, "arn:aws:s3:::b"),
        (
            MultiRegionAccessPoint,
            {"AccessPoints": [{"Name": "m", "Alias": "mfzwi23gnjvgw.mrap"}]},
            "arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap",
        ),
        (
            DirectoryBucket,
            {"Buckets": [{"Name": "d--apne1-az1--x-s3"}]},
            f"arn:aws:s3express:{HERE}:bucket/d--apne1-az1--x-s3",
        ),
        (
            Queue,
            {"QueueUrls": ["https://sqs.ap-northeast-1.amazonaws.com/111122223333/orders.fifo"]},
            f"arn:aws:sqs:{HERE}:orders.fifo",
        ),
        (WorkGroup, {"WorkGroups": [{"Name": "primary"}]}, f"arn:aws:athena:{HERE}:workgroup/primary"),
        (
            DataCatalog,
            {"DataCatalogsSummary": [{"CatalogName": "AwsDataCatalog"}, {"CatalogName": "hive"}]},
            f"arn:aws:athena:{HERE}:datacatalog/hive",
        ),
    ],
)
def test_an_id_is_made_of_what_is_listed(
    kind: type[Resource], page: Mapping[str, Any], expected: str
) -> None:
    asking = gather(kind, TOKYO if kind.scope == "region" else Place("111122223333", GLOBAL), ())
    next(asking)
    with pytest.raises(StopIteration) as end:
        asking.send([Answer((page,))])
    assert [each.id for each in end.value.value.population] == [expected]


def test_an_empty_list_of_queues_is_no_queue() -> None:
    asking = gather(Queue, TOKYO, ())
    next(asking)
    with pytest.raises(StopIteration) as end:
        asking.send([Answer(({},))])
    assert len(end.value.value.population) == 0
