"""S3 directory buckets: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.services.s3.buckets.resources import LifecycleRule

CONTROL_ENDPOINT = "s3express-control"  # a host that only Regions with directory buckets have


@resource(
    "AWS::S3Express::DirectoryBucket",
    listed_by=call(
        "s3",
        "ListDirectoryBuckets",
        permission="s3express:ListAllMyDirectoryBuckets",
        endpoint=CONTROL_ENDPOINT,
    ),
    at="Buckets",
    id="arn:{partition}:s3express:{region}:{account}:bucket/{Name}",
    name="{Name}",
)
class DirectoryBucket(Resource):
    """A directory bucket; unlike other buckets it is listed by its own Region."""

    lifecycle: tuple[LifecycleRule, ...] = facet(
        call(
            "s3",
            "GetBucketLifecycleConfiguration",
            Bucket="{Name}",
            permission="s3express:GetLifecycleConfiguration",
            endpoint=CONTROL_ENDPOINT,
        ),
        at="Rules",
        absent={"NoSuchLifecycleConfiguration": ()},
        why="AWS answers NoSuchLifecycleConfiguration for a bucket without a lifecycle configuration",
    )
