"""Instances: what is collected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource

STATES = ("pending", "running", "shutting-down", "terminated", "stopping", "stopped")
WHEN = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")
IF_APPLICABLE = "AWS shows the public IPv4 address that is assigned, if applicable"


class PublicAssociation(Value):
    public_ip: str | None = member(absent=None, why=IF_APPLICABLE)


class PrivateIpAddress(Value):
    association: PublicAssociation | None = member(
        absent=None, why="AWS shows the association of an Elastic IP address"
    )


class Interface(Value):
    association: PublicAssociation | None = member(absent=None, why=IF_APPLICABLE)
    private_ip_addresses: tuple[PrivateIpAddress, ...]

    @property
    def associations(self) -> Iterator[PublicAssociation | None]:
        """Its own association, which is its primary private address's, and those of all its addresses."""
        yield self.association
        for private in self.private_ip_addresses:
            yield private.association


class GroupIdentifier(Value):
    group_id: str


class BlockDevice(Value):
    """A device of an instance; instance store has no volume."""

    volume_id: str | None = member(
        at="Ebs.VolumeId", absent=None, why="Ebs is there for EBS volumes attached to the instance"
    )


@resource(
    "AWS::EC2::Instance",
    # Instances that AWS services manage are left out where the account hides them, unless they are asked for.
    listed_by=call("ec2", "DescribeInstances", IncludeManagedResources=True, MaxResults=1000),
    # What is terminated stays in the list for about an hour and is no resource any more.
    at="Reservations[].Instances[?State.Name != 'terminated'][]",
    id="arn:{partition}:ec2:{region}:{account}:instance/{InstanceId}",
    name="{InstanceId}",
    tags="Tags",
)
class Instance(Resource):
    """An instance, running or not."""

    http_tokens: str = member(at="MetadataOptions.HttpTokens", values=("optional", "required"))
    managed: bool = member(
        at="Operator.Managed", absent=False, why="AWS shows the service provider that manages the instance"
    )
    public_ip_address: str | None = member(absent=None, why=IF_APPLICABLE)
    network_interfaces: tuple[Interface, ...]
    state: str = member(at="State.Name", values=STATES)
    state_transition_reason: str = member(
        absent="", why="the reason for the most recent state transition, which might be an empty string"
    )
    launch_time: datetime
    virtualization_type: str = member(values=("hvm", "paravirtual"))
    vpc_id: str
    security_groups: tuple[GroupIdentifier, ...]
    block_device_mappings: tuple[BlockDevice, ...]
    profile: str | None = member(
        at="IamInstanceProfile.Arn",
        absent=None,
        why="the IAM instance profile of the instance, if applicable",
    )

    @property
    def changed_state(self) -> datetime:
        """When it came into its state, as its reason says; where that names no time, when it was last launched."""
        said = WHEN.search(self.state_transition_reason)
        if said is None:
            return self.launch_time
        return datetime.fromisoformat(said.group(1)).replace(tzinfo=UTC)

    @property
    def public_addresses(self) -> Iterator[str]:
        """Its public IPv4 addresses, those of further interfaces and of secondary private addresses included."""
        if self.public_ip_address is not None:
            yield self.public_ip_address
        for interface in self.network_interfaces:
            for association in interface.associations:
                if association is not None and association.public_ip is not None:
                    yield association.public_ip


@resource(
    "AWS::EC2::NetworkInterface",
    listed_by=call("ec2", "DescribeNetworkInterfaces", IncludeManagedResources=True, MaxResults=1000),
    at="NetworkInterfaces",
    id="arn:{partition}:ec2:{region}:{OwnerId}:network-interface/{NetworkInterfaceId}",
    name="{NetworkInterfaceId}",
    owner="{OwnerId}",
    tags="TagSet",
)
class NetworkInterface(Resource):
    """An elastic network interface; as a member of security groups it is the evidence that they are in use."""

    groups: tuple[GroupIdentifier, ...]
    interface_type: str
    source_dest_check: bool
