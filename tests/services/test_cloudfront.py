"""CloudFront: which bucket an S3 origin names, and what of a distribution is sent back."""

from __future__ import annotations

import pytest

from ishigaki.core.change import Ref
from ishigaki.core.record import decode
from ishigaki.services.cloudfront.controls import OPEN, example
from ishigaki.services.cloudfront.origins.resources import origin_buckets
from ishigaki.services.cloudfront.resources import Configuration
from ishigaki.services.cloudfront.updating import updated
from tools.verbatim import verbatim


@pytest.mark.parametrize(
    ("domain", "bucket"),  # None: the domain names no bucket
    [
        ("site.s3.amazonaws.com", "site"),
        ("site.s3.eu-west-1.amazonaws.com", "site"),
        ("site.s3-eu-west-1.amazonaws.com", "site"),
        ("site.s3.dualstack.us-west-2.amazonaws.com", "site"),
        ("site.s3.cn-north-1.amazonaws.com.cn", "site"),
        ("www.example.com.s3.amazonaws.com", "www.example.com"),
        ("my.s3.things.s3.us-east-2.amazonaws.com", "my.s3.things"),
        ("storage.example.com", None),
        ("point-1a2b3c-s3alias.s3.us-east-1.amazonaws.com", None),
        ("point-1a2b3c--ol-s3.s3.us-east-1.amazonaws.com", None),
        ("point-111122223333.s3-accesspoint.us-east-1.amazonaws.com", None),
        ("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com", None),
        ("s3-accesspoint.s3.us-east-1.amazonaws.com", "s3-accesspoint"),
    ],
)
def test_the_bucket_of_an_origin(domain: str, bucket: str | None) -> None:
    origin = {"Id": "site", "DomainName": domain, "S3OriginConfig": {"OriginAccessIdentity": ""}}
    page = {"DistributionConfig": {"Origins": {"Quantity": 1, "Items": [origin]}}}
    named = {"Kind": "bucket", "Named": bucket} if bucket else {"Kind": "other", "Named": domain}
    assert [{k: each[k] for k in named} for each in origin_buckets(page)] == [named]


def test_a_server_is_no_bucket() -> None:
    origin = {"Id": "site", "DomainName": "site.s3-website-eu-west-1.amazonaws.com", "CustomOriginConfig": {}}
    assert origin_buckets({"DistributionConfig": {"Origins": {"Quantity": 1, "Items": [origin]}}}) == []


def test_a_distribution_without_other_behaviors_has_the_default_one() -> None:
    item = {"DefaultCacheBehavior": {"ViewerProtocolPolicy": "allow-all"}, "CacheBehaviors": {"Quantity": 0}}
    behaviors = decode(Configuration, item).behaviors
    assert [(each.path, each.viewer_protocol_policy) for each in behaviors] == [("*", "allow-all")]


def test_what_is_not_changed_is_sent_back_and_the_comment_as_it_is_by_then() -> None:
    found = verbatim(example(default_cache_behavior=OPEN))
    change = updated(found, DefaultRootObject="home.html")
    read, update = change.steps
    sent = update.call.params
    assert sent["IfMatch"] == found.version
    assert sent["DistributionConfig"]["Comment"] == Ref("read", "DistributionConfig.Comment")
    assert sent["DistributionConfig"]["DefaultRootObject"] == "home.html"
    assert sent["DistributionConfig"]["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "allow-all"
    (back,) = update.undo
    assert back.params["IfMatch"] == Ref("update", "ETag")
    assert back.params["DistributionConfig"]["DefaultRootObject"] == "index.html"
    assert read.undo == (read.call,)
