"""S3 directory buckets: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::S3Express::DirectoryBucket",
    listed_by=call(
        "s3",
        "ListDirectoryBuckets",
        permission="s3express:ListAllMyDirectoryBuckets",
        endpoint="s3express-control",  # a host that only Regions with directory buckets have
    ),
    at="Buckets",
    id="arn:{partition}:s3express:{region}:{account}:bucket/{Name}",
    name="{Name}",
)
class DirectoryBucket(Resource):
    """A directory bucket; unlike other buckets it is listed by its own Region."""
