"""S3 public access: what is collected beside the buckets."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.services.s3.buckets.resources import UNBLOCKED, PublicAccessBlock


@resource("AWS::::Account", scope="global")
class AccountPublicAccess(Resource):
    """What the account blocks for all its buckets, as it is in effect: an organization may set it."""

    public_access_block: PublicAccessBlock = facet(
        call(
            "s3control",
            "GetPublicAccessBlock",
            AccountId="{account}",
            permission="s3:GetAccountPublicAccessBlock",
        ),
        at="PublicAccessBlockConfiguration",
        absent={"NoSuchPublicAccessBlockConfiguration": UNBLOCKED},
        why="AWS answers so for an account without a configuration: it blocks nothing",
    )
