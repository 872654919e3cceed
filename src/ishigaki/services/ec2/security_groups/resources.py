"""Security groups: what is collected."""

from __future__ import annotations

from collections.abc import Iterator

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource

TCP = ("tcp", "6")
UDP = ("udp", "17")
ALL_PROTOCOLS = "-1"
PROTOCOLS = (ALL_PROTOCOLS, "tcp", "udp", "icmp", "icmpv6", *map(str, range(256)))
NO_PORTS = "FromPort and ToPort are for TCP, UDP, ICMP and ICMPv6; other protocols have no port range"


class IpRange(Value):
    cidr_ip: str


class Ipv6Range(Value):
    cidr_ipv6: str


class PrefixListId(Value):
    prefix_list_id: str


class UserIdGroupPair(Value):
    """A security group that a rule names."""

    group_id: str


class IpPermission(Value):
    """One rule's protocol and ports, with every source (inbound) or destination (outbound) it names."""

    ip_protocol: str = member(values=PROTOCOLS)
    from_port: int | None = member(absent=None, why=NO_PORTS)
    to_port: int | None = member(absent=None, why=NO_PORTS)
    ip_ranges: tuple[IpRange, ...]
    ipv6_ranges: tuple[Ipv6Range, ...]
    prefix_list_ids: tuple[PrefixListId, ...]
    user_id_group_pairs: tuple[UserIdGroupPair, ...]

    @property
    def sources(self) -> Iterator[str]:
        """What the rule names: address blocks, then ids of prefix lists."""
        for v4 in self.ip_ranges:
            yield v4.cidr_ip
        for v6 in self.ipv6_ranges:
            yield v6.cidr_ipv6
        for listed in self.prefix_list_ids:
            yield listed.prefix_list_id

    @property
    def ports(self) -> range:
        """The ports of a rule for TCP, UDP or all protocols; one without a port range is for all ports."""
        if self.ip_protocol == ALL_PROTOCOLS or self.from_port in (None, -1) or self.to_port is None:
            return range(65536)
        return range(self.from_port, self.to_port + 1)


@resource(
    "AWS::EC2::SecurityGroup",
    listed_by=call("ec2", "DescribeSecurityGroups", MaxResults=1000),
    at="SecurityGroups",
    id="arn:{partition}:ec2:{region}:{OwnerId}:security-group/{GroupId}",
    name="{GroupName}",
    owner="{OwnerId}",
    tags="Tags",
)
class SecurityGroup(Resource):
    """A security group of a VPC. Groups that another account shares are listed, too."""

    group_id: str
    group_name: str
    vpc_id: str
    ip_permissions: tuple[IpPermission, ...]
    ip_permissions_egress: tuple[IpPermission, ...]


@resource(
    "AWS::EC2::SecurityGroupRule",
    listed_by=call("ec2", "DescribeSecurityGroupRules", MaxResults=1000),
    at="SecurityGroupRules",
    id="arn:{partition}:ec2:{region}:{account}:security-group-rule/{SecurityGroupRuleId}",
    name="{SecurityGroupRuleId}",
    tags="Tags",
)
class SecurityGroupRule(Resource):
    """A rule of a security group by its own id: only here do its tags show."""

    group_id: str
    is_egress: bool


@resource(
    "AWS::EC2::PrefixList",
    listed_by=call("ec2", "DescribeManagedPrefixLists", MaxResults=100),
    at="PrefixLists[?OwnerId != 'AWS']",
    id="{PrefixListArn}",
    name="{PrefixListName}",
    owner="{OwnerId}",
    tags="Tags",
)
class PrefixList(Resource):
    """A customer-managed prefix list, of this account or shared with it."""

    prefix_list_id: str
    blocks: tuple[str, ...] = facet(
        call("ec2", "GetManagedPrefixListEntries", PrefixListId="{PrefixListId}"), at="Entries[].Cidr"
    )


@resource(
    "AWS::EC2::PrefixList",
    listed_by=call("ec2", "DescribeManagedPrefixLists", MaxResults=100),
    at="PrefixLists[?OwnerId == 'AWS']",
    id="{PrefixListArn}",
    name="{PrefixListName}",
    owner="{OwnerId}",
)
class AwsPrefixList(Resource):
    """A prefix list that AWS maintains: the addresses of one of its services, never the whole internet."""

    prefix_list_id: str
