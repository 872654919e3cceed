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


def origin_buckets(page: Mapping[str, Any]) -> list[Any]:
    """The S3 origins of a distribution, with the bucket's name out of the domain name."""
    origins = page.get("DistributionConfig", {}).get("Origins", {}).get("Items", ())
    found = [(each, BUCKET.fullmatch(each["DomainName"])) for each in origins if each.get("S3OriginConfig")]
    return [{**each, "Bucket": match.group(1) if match else None} for each, match in found]


@resource(
    "AWS::CloudFront::Distribution",
    listed_by=READ,
    over=Distribution,
    at=origin_buckets,
    id="{parent.ARN}",
    name="{Bucket}",
    scope="global",
)
class OriginBucket(Resource):
    """The bucket, of whatever account, that an S3 origin of a distribution names."""

    location: str | None = facet(
        call("s3", "GetBucketLocation", Bucket="{Bucket}"),
        at="LocationConstraint",
        absent={"NoSuchBucket": None, NOT_IN_ANSWER: "us-east-1"},
        why="S3 answers NoSuchBucket where there is none; buckets in us-east-1 have a LocationConstraint of null",
    )
