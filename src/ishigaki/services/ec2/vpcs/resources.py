"""VPCs: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


class CidrBlockState(Value):
    state: str


class CidrBlockAssociation(Value):
    cidr_block: str
    cidr_block_state: CidrBlockState


@resource(
    "AWS::EC2::VPC",
    listed_by=call("ec2", "DescribeVpcs", MaxResults=1000),
    at="Vpcs",
    id="arn:{partition}:ec2:{region}:{OwnerId}:vpc/{VpcId}",
    name="{VpcId}",
    owner="{OwnerId}",
    tags="Tags",
)
class Vpc(Resource):
    """A VPC. One whose subnets another account shares is listed, too."""

    vpc_id: str
    cidr_block_association_set: tuple[CidrBlockAssociation, ...]
    dns_support: bool = facet(
        call("ec2", "DescribeVpcAttribute", VpcId="{VpcId}", Attribute="enableDnsSupport"),
        at="EnableDnsSupport.Value",
    )
    dns_hostnames: bool = facet(
        call("ec2", "DescribeVpcAttribute", VpcId="{VpcId}", Attribute="enableDnsHostnames"),
        at="EnableDnsHostnames.Value",
    )


@resource(
    "AWS::EC2::Subnet",
    listed_by=call("ec2", "DescribeSubnets", MaxResults=1000),
    at="Subnets",
    id="{SubnetArn}",
    name="{SubnetId}",
    owner="{OwnerId}",
    tags="Tags",
)
class Subnet(Resource):
    """A subnet, or one that another account shares."""

    vpc_id: str
    availability_zone: str
    map_public_ip_on_launch: bool
    assign_ipv6_address_on_creation: bool


@resource(
    "AWS::EC2::FlowLog",
    listed_by=call("ec2", "DescribeFlowLogs", MaxResults=1000),
    at="FlowLogs",
    id="arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{FlowLogId}",
    name="{FlowLogId}",
    tags="Tags",
)
class FlowLog(Resource):
    """A flow log of a VPC, a subnet, a network interface or a transit gateway."""

    resource_id: str
    flow_log_status: str
    traffic_type: str = member(values=("ACCEPT", "REJECT", "ALL"))


@resource(
    "AWS::EC2::VPCEndpoint",
    listed_by=call("ec2", "DescribeVpcEndpoints", MaxResults=1000),
    at="VpcEndpoints",
    id="arn:{partition}:ec2:{region}:{OwnerId}:vpc-endpoint/{VpcEndpointId}",
    name="{VpcEndpointId}",
    owner="{OwnerId}",
    tags="Tags",
)
class VpcEndpoint(Resource):
    """A VPC endpoint of any type."""

    vpc_id: str
    vpc_endpoint_type: str
    service_name: str
    state: str
