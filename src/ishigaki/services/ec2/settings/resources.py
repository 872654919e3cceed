"""Regional settings of EC2 and EBS: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER

NO_PREFERENCE = "AWS shows only the defaults that the account has set; the others have no preference"


class Setting(Value):
    """A setting that the account itself or a declarative policy of its organization manages."""

    managed_by: str

    @property
    def is_declared(self) -> bool:
        """Whether a policy of the organization rules, so that AWS refuses the account's own calls."""
        return self.managed_by == "declarative-policy"


class SnapshotBlockPublicAccess(Setting):
    state: str = member(values=("block-all-sharing", "block-new-sharing", "unblocked"))


class ImageBlockPublicAccess(Setting):
    image_block_public_access_state: str = member(values=("block-new-sharing", "unblocked"))


class SerialConsole(Setting):
    serial_console_access_enabled: bool


class MetadataDefaults(Value):
    """What instances get that are launched without metadata options of their own; None is no preference."""

    http_tokens: str | None = member(absent=None, why=NO_PREFERENCE)
    http_put_response_hop_limit: int | None = member(absent=None, why=NO_PREFERENCE)
    managed_by: str | None = member(absent=None, why=NO_PREFERENCE)


NO_DEFAULTS = MetadataDefaults(http_tokens=None, http_put_response_hop_limit=None, managed_by=None)


class VpcBlockPublicAccess(Value):
    internet_gateway_block_mode: str = member(values=("off", "block-bidirectional", "block-ingress"))


@resource("AWS::::Account")
class EbsSettings(Resource):
    """What EBS does to every volume and snapshot of the account in the Region."""

    encryption_by_default: bool = facet(call("ec2", "GetEbsEncryptionByDefault"), at="EbsEncryptionByDefault")
    snapshot_block_public_access: SnapshotBlockPublicAccess = facet(
        call("ec2", "GetSnapshotBlockPublicAccessState")
    )
    default_key: str = facet(call("ec2", "GetEbsDefaultKmsKeyId"), at="KmsKeyId")


@resource("AWS::::Account")
class LaunchSettings(Resource):
    """What holds for the images and for the new instances of the account in the Region."""

    image_block_public_access: ImageBlockPublicAccess = facet(call("ec2", "GetImageBlockPublicAccessState"))
    metadata_defaults: MetadataDefaults = facet(
        call("ec2", "GetInstanceMetadataDefaults"),
        at="AccountLevel",
        absent={NOT_IN_ANSWER: NO_DEFAULTS},
        why=NO_PREFERENCE,
    )
    serial_console: SerialConsole = facet(call("ec2", "GetSerialConsoleAccessStatus"))


@resource("AWS::::Account")
class VpcSettings(Resource):
    """What holds for every VPC of the account in the Region."""

    block_public_access: VpcBlockPublicAccess = facet(
        call("ec2", "DescribeVpcBlockPublicAccessOptions"), at="VpcBlockPublicAccessOptions"
    )
