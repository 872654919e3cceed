"""Networks and what stands in them."""

from __future__ import annotations

from typing import Any

from ishigaki.demo.steps import TOKYO, Do, Of, name_tag

ANYWHERE = [{"CidrIp": "0.0.0.0/0"}]
IMAGE = "ami-12c6146b"
ENDPOINTS = ("ec2", "ecr.api", "ecr.dkr", "ssm", "ssm-contacts", "ssm-incidents")


def vpc(keep: str, cidr: str, *, region: str = TOKYO) -> tuple[Do, ...]:
    """A VPC with two subnets in two zones, neither of which gives out public addresses."""
    made = Do(region, "ec2:CreateVpc", {"CidrBlock": cidr, "TagSpecifications": name_tag("vpc", keep)}, keep)
    network = cidr.removesuffix(".0.0/16")
    front = _subnet(keep, "front", f"{network}.1.0/24", zone=f"{region}a", region=region)
    back = _subnet(keep, "back", f"{network}.2.0/24", zone=f"{region}c", region=region)
    return (made, *front, *back)


def _subnet(vpc_name: str, part: str, cidr: str, *, zone: str, region: str) -> tuple[Do, ...]:
    keep = f"{vpc_name}-{part}"
    made = {
        "VpcId": Of(vpc_name, "Vpc.VpcId"),
        "CidrBlock": cidr,
        "AvailabilityZone": zone,
        "TagSpecifications": name_tag("subnet", keep),
    }
    private = {"SubnetId": Of(keep, "Subnet.SubnetId"), "MapPublicIpOnLaunch": {"Value": False}}
    return (
        Do(region, "ec2:CreateSubnet", made, keep),
        Do(region, "ec2:ModifySubnetAttribute", private),
    )


def flow_logs(vpc_name: str, *, region: str = TOKYO) -> tuple[Do, ...]:
    """Flow logs of a VPC into CloudWatch Logs."""
    group = f"/vpc/{vpc_name}"
    logged = {
        "ResourceIds": [Of(vpc_name, "Vpc.VpcId")],
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogGroupName": group,
        "DeliverLogsPermissionArn": Of("trail-role", "Role.Arn"),
    }
    return (
        Do(region, "logs:CreateLogGroup", {"logGroupName": group}),
        Do(region, "ec2:CreateFlowLogs", logged),
    )


def closed_group(vpc_name: str, *, region: str = TOKYO) -> tuple[Do, ...]:
    """The VPC's default group without rules."""
    name = f"{vpc_name}-default"
    wanted = [
        {"Name": "vpc-id", "Values": [Of(vpc_name, "Vpc.VpcId")]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    group = Of(name, "SecurityGroups[0].GroupId")
    ingress = Of(name, "SecurityGroups[0].IpPermissions")
    egress = Of(name, "SecurityGroups[0].IpPermissionsEgress")
    return (
        Do(region, "ec2:DescribeSecurityGroups", {"Filters": wanted}, name),
        Do(region, "ec2:RevokeSecurityGroupIngress", {"GroupId": group, "IpPermissions": ingress}),
        Do(region, "ec2:RevokeSecurityGroupEgress", {"GroupId": group, "IpPermissions": egress}),
    )


def endpoints(vpc_name: str, *, region: str = TOKYO) -> tuple[Do, ...]:
    """Interface endpoints, so that calls to AWS stay inside."""
    return tuple(
        Do(
            region,
            "ec2:CreateVpcEndpoint",
            {
                "VpcId": Of(vpc_name, "Vpc.VpcId"),
                "VpcEndpointType": "Interface",
                "ServiceName": f"com.amazonaws.{region}.{service}",
                "SubnetIds": [Of(f"{vpc_name}-back", "Subnet.SubnetId")],
            },
        )
        for service in ENDPOINTS
    )


def group(keep: str, vpc_name: str, *ports: int, name: str = "", description: str = "-") -> tuple[Do, ...]:
    """A security group whose ports are open to the whole internet."""
    rules = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ANYWHERE} for port in ports]
    made: dict[str, Any] = {
        "GroupName": name or keep,
        "Description": description,
        "VpcId": Of(vpc_name, "Vpc.VpcId"),
    }
    opened = {"GroupId": Of(keep, "GroupId"), "IpPermissions": rules}
    opening = (Do(TOKYO, "ec2:AuthorizeSecurityGroupIngress", opened),) if ports else ()
    return (Do(TOKYO, "ec2:CreateSecurityGroup", made, keep), *opening)


def instance(keep: str, subnet: str, group_name: str, *, tokens: str, name: str = "") -> tuple[Do, ...]:
    """An instance without a public address; `tokens` required is IMDSv2 only."""
    interface = {
        "DeviceIndex": 0,
        "SubnetId": Of(subnet, "Subnet.SubnetId"),
        "Groups": [Of(group_name, "GroupId")],
        "AssociatePublicIpAddress": False,
    }
    params = {
        "ImageId": IMAGE,
        "InstanceType": "m7i.large",
        "MinCount": 1,
        "MaxCount": 1,
        "NetworkInterfaces": [interface],
        "MetadataOptions": {"HttpTokens": tokens, "HttpEndpoint": "enabled"},
        "TagSpecifications": name_tag("instance", name or keep),
    }
    return (Do(TOKYO, "ec2:RunInstances", params, keep),)


def balancer(keep: str, vpc_name: str, group_name: str, *, logs_to: str) -> tuple[Do, ...]:
    """An Application Load Balancer that keeps its access logs."""
    subnets = [Of(f"{vpc_name}-{part}", "Subnet.SubnetId") for part in ("front", "back")]
    made = {"Name": keep, "Subnets": subnets, "SecurityGroups": [Of(group_name, "GroupId")]}
    attributes = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": logs_to}
    logged = {
        "LoadBalancerArn": Of(keep, "LoadBalancers[0].LoadBalancerArn"),
        "Attributes": [{"Key": key, "Value": value} for key, value in attributes.items()],
    }
    return (
        Do(TOKYO, "elbv2:CreateLoadBalancer", made, keep),
        Do(TOKYO, "elbv2:ModifyLoadBalancerAttributes", logged),
    )
