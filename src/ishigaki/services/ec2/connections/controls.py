"""VPN connections, Client VPN endpoints and transit gateways: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen
from ishigaki.core.record import replace
from ishigaki.services.ec2.connections.resources import (
    TUNNELS,
    ClientVpnEndpoint,
    IkeVersion,
    Telemetry,
    TransitGateway,
    Tunnel,
    VpnConnection,
)

UP, SECOND_UP = (Telemetry(outside_ip_address=f"203.0.113.{n}", status="UP") for n in (1, 2))
DOWN = replace(SECOND_UP, status="DOWN")
V1, V2 = IkeVersion(value="ikev1"), IkeVersion(value="ikev2")
LOGGED = Tunnel(outside_ip_address="203.0.113.1", log_enabled=True, ike_versions=(V2,))
SECOND = replace(LOGGED, outside_ip_address="203.0.113.2")
CONNECTION = VpnConnection(vgw_telemetry=(UP, SECOND_UP), tunnel_options=(LOGGED, SECOND))


def _with_second(tunnel: Tunnel) -> VpnConnection:
    return replace(CONNECTION, tunnel_options=(LOGGED, tunnel))


@control(
    "EC2.20",
    examples=[
        passes(CONNECTION),
        fails("tunnels_down", replace(CONNECTION, vgw_telemetry=(UP, DOWN))),
        fails("tunnels_down", replace(CONNECTION, vgw_telemetry=(DOWN, DOWN))),
        fails("tunnels_down", replace(CONNECTION, vgw_telemetry=(UP,))),
        fails("tunnels_down", replace(CONNECTION, vgw_telemetry=())),
    ],
)
def has_both_tunnels_up(connection: VpnConnection) -> Faults:
    """Both tunnels of the connection are up. A tunnel that AWS does not report on is not up."""
    up = sum(each.status == "UP" for each in connection.vgw_telemetry)
    if up < TUNNELS:
        yield fault("tunnels_down", up=up)


@control(
    "EC2.23",
    examples=[
        passes(TransitGateway(auto_accept="disable")),
        fails("accepts_by_itself", TransitGateway(auto_accept="enable")),
    ],
)
def accepts_nothing_by_itself(gateway: TransitGateway) -> Faults:
    """The transit gateway does not accept attachments of other accounts by itself, shared or not yet."""
    if gateway.auto_accept == "enable":
        yield fault("accepts_by_itself")


@control(
    "EC2.51",
    examples=[
        passes(ClientVpnEndpoint(log_enabled=True)),
        fails("not_logged", ClientVpnEndpoint(log_enabled=False)),
    ],
)
def logs_clients(endpoint: ClientVpnEndpoint) -> Faults:
    """The Client VPN endpoint logs who connects."""
    if not endpoint.log_enabled:
        yield fault("not_logged")


@control(
    "EC2.171",
    examples=[
        passes(CONNECTION),
        fails("not_logged", _with_second(replace(SECOND, log_enabled=False))),
    ],
)
def logs_tunnels(connection: VpnConnection) -> Faults:
    """Both tunnels of the connection are logged to CloudWatch Logs."""
    for tunnel in chosen(connection.tunnels, lambda each: not each.log_enabled):
        yield fault("not_logged", tunnel=tunnel.outside_ip_address)


@control(
    "EC2.183",
    examples=[
        passes(CONNECTION),
        fails("permits_others", _with_second(replace(SECOND, ike_versions=(V1, V2)))),
        fails("permits_others", _with_second(replace(SECOND, ike_versions=(V1,)))),
        fails("permits_others", _with_second(replace(SECOND, ike_versions=()))),
    ],
)
def permits_ikev2_only(connection: VpnConnection) -> Faults:
    """Both tunnels of the connection permit IKEv2 and no other version. Where none was chosen, both are permitted."""
    for tunnel in chosen(connection.tunnels, lambda each: [v.value for v in each.ike_versions] != ["ikev2"]):
        yield fault("permits_others", tunnel=tunnel.outside_ip_address)


CONTROLS = (
    has_both_tunnels_up,
    accepts_nothing_by_itself,
    logs_clients,
    logs_tunnels,
    permits_ikev2_only,
)
