"""Regional settings of EC2 and EBS: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


class SnapshotBlockPublicAccess(Value):
    state: str = member(values=("block-all-sharing", "block-new-sharing", "unblocked"))


class VpcBlockPublicAccess(Value):
    internet_gateway_block_mode: str = member(values=("off", "block-bidirectional", "block-ingress"))


@resource("AWS::::Account")
class EbsSettings(Resource):
    """What EBS does to every volume and snapshot of the account in the Region."""

    encryption_by_default: bool = facet(call("ec2", "GetEbsEncryptionByDefault"), at="EbsEncryptionByDefault")
    snapshot_block_public_access: SnapshotBlockPublicAccess = facet(
        call("ec2", "GetSnapshotBlockPublicAccessState")
    )


@resource("AWS::::Account")
class VpcSettings(Resource):
    """What holds for every VPC of the account in the Region."""

    block_public_access: VpcBlockPublicAccess = facet(
        call("ec2", "DescribeVpcBlockPublicAccessOptions"), at="VpcBlockPublicAccessOptions"
    )
