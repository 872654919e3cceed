"""Network ACLs: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource

ALL_PROTOCOLS = "-1"
TCP, UDP = "6", "17"
PROTOCOLS = (ALL_PROTOCOLS, *map(str, range(256)))


class PortRange(Value):
    from_: int = member(at="From")
    to: int


class Entry(Value):
    """A numbered rule of one direction."""

    rule_number: int
    egress: bool
    rule_action: str = member(values=("allow", "deny"))
    protocol: str = member(values=PROTOCOLS)
    cidr_block: str | None = member(absent=None, why="an entry is for an IPv4 or an IPv6 network range")
    ipv6_cidr_block: str | None = member(absent=None, why="an entry is for an IPv4 or an IPv6 network range")
    port_range: PortRange | None = member(absent=None, why="PortRange is for the TCP and UDP protocols only")

    @property
    def block(self) -> str:
        """The one network range of the entry."""
        return self.cidr_block or self.ipv6_cidr_block or ""

    def reaches(self, port: int) -> bool:
        """Whether TCP or UDP traffic to a port falls under the entry; one without a range is for all ports."""
        if self.protocol not in (ALL_PROTOCOLS, TCP, UDP):
            return False
        if self.protocol == ALL_PROTOCOLS or self.port_range is None:
            return True
        return self.port_range.from_ <= port <= self.port_range.to


class Association(Value):
    subnet_id: str


@resource(
    "AWS::EC2::NetworkAcl",
    listed_by=call("ec2", "DescribeNetworkAcls", MaxResults=1000),
    at="NetworkAcls",
    id="arn:{partition}:ec2:{region}:{OwnerId}:network-acl/{NetworkAclId}",
    name="{NetworkAclId}",
    owner="{OwnerId}",
    tags="Tags",
)
class NetworkAcl(Resource):
    """A network ACL of a VPC."""

    is_default: bool
    entries: tuple[Entry, ...]
    associations: tuple[Association, ...]
