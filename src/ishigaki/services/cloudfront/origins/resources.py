"""CloudFront's origins: what is collected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER
from ishigaki.services.cloudfront.resources import READ, Distribution

BUCKET = re.compile(r"(.+)\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")
# Aliases and host names of S3's access points: of Object Lambda, of a Region and of several.
ACCESS_POINT = re.compile(r"(?:-s3alias|--ol-s3|\.s3-accesspoint|\.s3-object-lambda|\.accesspoint)[.-]")


def origin_buckets(page: Mapping[str, Any]) -> list[Any]:
    """The S3 origins of a distribution, with the bucket's name out of the domain name; what names no bucket keeps
    the domain name."""
    origins = page.get("DistributionConfig", {}).get("Origins", {}).get("Items", ())
    return [{**each, **_named(each["DomainName"])} for each in origins if each.get("S3OriginConfig")]


def _named(domain: str) -> dict[str, str]:
    match = None if ACCESS_POINT.search(domain) else BUCKET.fullmatch(domain)
    return {"Kind": "bucket", "Named": match[1]} if match else {"Kind": "other", "Named": domain}


@resource(
    "AWS::CloudFront::Distribution",
    listed_by=READ,
    over=Distribution,
    at=origin_buckets,
    id="{parent.ARN}",
    name="{Named}",
    scope="global",
)
class OriginBucket(Resource):
    """What an S3 origin of a distribution names: a bucket, of whatever account, or an access point."""

    kind: str
    location: str | None = facet(
        call("s3", "GetBucketLocation", Bucket="{Named}"),
        at="LocationConstraint",
        absent={"NoSuchBucket": None, NOT_IN_ANSWER: "us-east-1"},
        why="S3 answers NoSuchBucket where there is none; buckets in us-east-1 have a LocationConstraint of null",
        only={"Kind": "bucket"},
    )
