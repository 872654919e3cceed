"""S3: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value
from ishigaki.core.resource import Resource, facet, resource


class PublicAccessBlock(Value):
    block_public_acls: bool
    ignore_public_acls: bool
    block_public_policy: bool
    restrict_public_buckets: bool


UNBLOCKED = PublicAccessBlock(
    block_public_acls=False, ignore_public_acls=False, block_public_policy=False, restrict_public_buckets=False
)


@resource(
    "AWS::S3::Bucket",
    # With a parameter given, the answer tells each bucket's Region.
    listed_by=call("s3", "ListBuckets", permission="s3:ListAllMyBuckets", MaxBuckets=1000),
    at="Buckets",
    id="arn:{partition}:s3:::{Name}",
    name="{Name}",
    region="{BucketRegion}",
    scope="global",
)
class Bucket(Resource):
    """A general purpose bucket."""

    public_access_block: PublicAccessBlock = facet(
        call("s3", "GetPublicAccessBlock", Bucket="{Name}", permission="s3:GetBucketPublicAccessBlock"),
        at="PublicAccessBlockConfiguration",
        absent={"NoSuchPublicAccessBlockConfiguration": UNBLOCKED},
        why="AWS answers NoSuchPublicAccessBlockConfiguration for a bucket without a configuration: nothing is blocked",
    )
