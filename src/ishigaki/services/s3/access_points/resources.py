"""S3 access points: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.services.s3.buckets.resources import PublicAccessBlock


@resource(
    "AWS::S3::AccessPoint",
    # Without the parameter AWS shows only the access points to S3 buckets, not those to FSx file systems.
    listed_by=call("s3control", "ListAccessPoints", AccountId="{account}", DataSourceType="ALL"),
    at="AccessPointList",
    id="{AccessPointArn}",
    name="{Name}",
)
class AccessPoint(Resource):
    """An access point of this account, to a bucket of this account or another's or to a file system."""

    public_access_block: PublicAccessBlock = facet(
        call("s3control", "GetAccessPoint", AccountId="{account}", Name="{Name}"),
        at="PublicAccessBlockConfiguration",
    )


@resource(
    "AWS::S3::MultiRegionAccessPoint",
    listed_by=call("s3control", "ListMultiRegionAccessPoints", region="us-west-2", AccountId="{account}"),
    at="AccessPoints",
    id="arn:{partition}:s3::{account}:accesspoint/{Alias}",
    name="{Name}",
    scope="global",
)
class MultiRegionAccessPoint(Resource):
    """An access point to buckets of several Regions."""

    public_access_block: PublicAccessBlock
