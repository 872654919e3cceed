"""VPN connections, Client VPN endpoints and transit gateways: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::EC2::VPNConnection",
    listed_by=call(
        "ec2",
        "DescribeVpnConnections",
        secret=(
            "VpnConnections[].CustomerGatewayConfiguration",
            "VpnConnections[].Options.TunnelOptions[].PreSharedKey",
            "VpnConnections[].PreSharedKeyArn",
        ),
    ),
    at="VpnConnections[?State != 'deleted']",
    id="arn:{partition}:ec2:{region}:{account}:vpn-connection/{VpnConnectionId}",
    name="{VpnConnectionId}",
    tags="Tags",
)
class VpnConnection(Resource):
    """A Site-to-Site VPN connection."""


@resource(
    "AWS::EC2::ClientVpnEndpoint",
    listed_by=call("ec2", "DescribeClientVpnEndpoints", MaxResults=1000),
    at="ClientVpnEndpoints[?Status.Code != 'deleted']",
    id="arn:{partition}:ec2:{region}:{account}:client-vpn-endpoint/{ClientVpnEndpointId}",
    name="{ClientVpnEndpointId}",
    tags="Tags",
)
class ClientVpnEndpoint(Resource):
    """A Client VPN endpoint."""


@resource(
    "AWS::EC2::TransitGateway",
    listed_by=call("ec2", "DescribeTransitGateways", MaxResults=1000),
    at="TransitGateways[?State != 'deleted']",
    id="{TransitGatewayArn}",
    name="{TransitGatewayId}",
    owner="{OwnerId}",
    tags="Tags",
)
class TransitGateway(Resource):
    """A transit gateway, or one that another account shares."""
