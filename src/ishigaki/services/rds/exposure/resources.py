"""RDS: what is collected of the network that instances lie in."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource

ANYWHERE = ("0.0.0.0/0", "::/0")


class Route(Value):
    destination_cidr_block: str | None = member(
        absent=None, why="a route names one destination: IPv4 addresses, IPv6 addresses or a prefix list"
    )
    destination_ipv6_cidr_block: str | None = member(
        absent=None, why="a route names one destination: IPv4 addresses, IPv6 addresses or a prefix list"
    )
    gateway_id: str | None = member(
        absent=None, why="a route names one target, which need not be a gateway attached to the VPC"
    )

    @property
    def leads_to_internet(self) -> bool:
        """Whether it sends all addresses of a kind to an internet gateway."""
        anywhere = self.destination_cidr_block in ANYWHERE or self.destination_ipv6_cidr_block in ANYWHERE
        return anywhere and (self.gateway_id or "").startswith("igw-")


class Association(Value):
    main: bool
    subnet_id: str | None = member(
        absent=None, why="A subnet ID is not returned for an implicit association."
    )


@resource(
    "AWS::EC2::RouteTable",
    listed_by=call("ec2", "DescribeRouteTables", MaxResults=100),
    at="RouteTables",
    id="arn:{partition}:ec2:{region}:{OwnerId}:route-table/{RouteTableId}",
    name="{RouteTableId}",
    owner="{OwnerId}",
    tags="Tags",
)
class RouteTable(Resource):
    """A route table of a VPC; of a shared VPC those of the subnets that are shared."""

    vpc_id: str
    routes: tuple[Route, ...]
    associations: tuple[Association, ...]

    @property
    def is_main(self) -> bool:
        """Whether it holds for the subnets of its VPC that have no table of their own."""
        return any(each.main for each in self.associations)

    def is_of(self, subnet: str) -> bool:
        """Whether it is the subnet's own."""
        return any(each.subnet_id == subnet for each in self.associations)
