"""VPN connections, Client VPN endpoints and transit gateways: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource
from ishigaki.core.unseen import NOT_IN_ANSWER, Unseen

TUNNELS = 2  # every Site-to-Site VPN connection has two


class IkeVersion(Value):
    value: str


class Tunnel(Value):
    """What was chosen for one of a connection's tunnels."""

    outside_ip_address: str
    log_enabled: bool = member(
        at="LogOptions.CloudWatchLogOptions.LogEnabled",
        absent=False,
        why="LogEnabled: status of VPN tunnel logging; the default value is False",
    )
    ike_versions: tuple[IkeVersion, ...] = member(
        absent=(), why="where none was chosen, the default holds: ikev1 and ikev2"
    )


class Telemetry(Value):
    outside_ip_address: str
    status: str = member(values=("UP", "DOWN"))


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

    vgw_telemetry: tuple[Telemetry, ...]
    tunnel_options: tuple[Tunnel, ...] = member(at="Options.TunnelOptions")

    @property
    def tunnels(self) -> tuple[Tunnel, ...]:
        """Its tunnels. One that AWS does not show is unseen."""
        if len(self.tunnel_options) < TUNNELS:
            raise Unseen("VpnConnection.tunnel_options", NOT_IN_ANSWER)
        return self.tunnel_options


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

    log_enabled: bool = member(at="ConnectionLogOptions.Enabled")


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

    auto_accept: str = member(at="Options.AutoAcceptSharedAttachments", values=("enable", "disable"))
