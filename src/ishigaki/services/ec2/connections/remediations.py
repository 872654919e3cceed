"""VPN connections, Client VPN endpoints and transit gateways: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, note, step
from ishigaki.core.population import Given, none
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.services.ec2.connections.resources import ClientVpnEndpoint, TransitGateway
from ishigaki.services.logs.making import LogRetention, log_group, log_group_arn
from ishigaki.services.logs.resources import LogGroup

GROUP, PURPOSE = "ishigaki/client-vpn", "client-vpn"


@remediation(
    disruption=Disruption.LOW,
    examples=[mends(TransitGateway(auto_accept="enable")), leaves(TransitGateway(auto_accept="disable"))],
)
def accept_attachments_by_hand(gateway: TransitGateway) -> Changes:
    """Stops a transit gateway from accepting other accounts' attachments by itself. Those that stand stay."""
    if gateway.auto_accept != "enable":
        return
    shown = call("ec2", "DescribeTransitGateways", TransitGatewayIds=[gateway.name])
    yield change(
        alters(gateway, auto_accept="disable"),
        steps=[
            step(
                "stop",
                _accepting(gateway, "disable"),
                undo=_accepting(gateway, "enable"),
                until=Until(shown, "TransitGateways[0].State", ("available",), seconds=300),
            )
        ],
        notes=(note("attachments_wait"),),
    )


def _accepting(gateway: TransitGateway, setting: str) -> Call:
    return call(
        "ec2",
        "ModifyTransitGateway",
        TransitGatewayId=gateway.name,
        Options={"AutoAcceptSharedAttachments": setting},
    )


UNLOGGED = ClientVpnEndpoint(log_enabled=False)
MADE = LogGroup(id=f"arn:aws:logs:ap-northeast-1:111122223333:log-group:{GROUP}", name=GROUP)


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(UNLOGGED),
        mends(UNLOGGED, MADE),
        leaves(ClientVpnEndpoint(log_enabled=True)),
    ],
)
def log_clients(endpoint: ClientVpnEndpoint, groups: Given[LogGroup], wanted: LogRetention) -> Changes:
    """Logs who connects to a Client VPN endpoint, into a log group that the Region's endpoints share.

    The group is made where there is none. Whoever is connected stays connected.
    """
    if endpoint.log_enabled:
        return
    group = log_group_arn(GROUP, near=endpoint, region=endpoint.region)
    if none(groups, lambda each: each.id == group):
        yield log_group(GROUP, purpose=PURPOSE, near=endpoint, region=endpoint.region, retention=wanted)
    yield change(
        alters(endpoint, log_enabled=True),
        steps=[
            step(
                "log",
                _logging(endpoint, Enabled=True, CloudwatchLogGroup=GROUP),
                undo=_logging(endpoint, Enabled=False),
            )
        ],
        needs=(group,),
        notes=(note("clients_are_recorded"),),
    )


def _logging(endpoint: ClientVpnEndpoint, **options: Any) -> Call:
    return call(
        "ec2",
        "ModifyClientVpnEndpoint",
        ClientVpnEndpointId=endpoint.name,
        ConnectionLogOptions=options,
    )


REMEDIATIONS = {"EC2.23": accept_attachments_by_hand, "EC2.51": log_clients}
