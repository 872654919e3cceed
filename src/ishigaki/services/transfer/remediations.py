"""Transfer Family: what can be put right."""

from __future__ import annotations

from dataclasses import replace

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.population import AccountWide, none
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.logs.making import role_arn, role_to_logs
from ishigaki.services.transfer.resources import Connector, Server

ROLE_NAME = "ishigaki-transfer-logs"
WRITING = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
SERVER, CONNECTOR = "s-0123456789abcdef0", "c-0123456789abcdef0"


def _server(*protocols: str) -> Server:
    return Server(server_id=SERVER, protocols=protocols)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(_server("SFTP", "FTP")),
        mends(_server("FTP", "FTPS", "SFTP")),
        leaves(_server("SFTP", "FTPS")),
        leaves(_server("FTP"), skip="only_ftp"),
    ],
)
def withdraw_ftp(server: Server) -> Changes:
    """Takes FTP off the protocols that the server offers. One that offers nothing else is left to a person."""
    before = said(server, "protocols")
    after = [protocol for protocol in before if protocol != "FTP"]
    if after == before:
        return
    if not after:
        yield skip("only_ftp", server=server.name)
        return
    yield change(
        alters(server, protocols=after),
        steps=[step("withdraw", _offer(server, after), undo=_offer(server, before))],
        notes=(note("ftp_clients", server=server.name, protocols=", ".join(after)),),
    )


def _offer(server: Server, protocols: list[str]) -> Call:
    return call("transfer", "UpdateServer", ServerId=server.server_id, Protocols=protocols)


LOGGER = Role(id=f"arn:aws:iam::111122223333:role/{ROLE_NAME}", name=ROLE_NAME)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(Connector(connector_id=CONNECTOR, logging_role=None)),
        mends(Connector(connector_id=CONNECTOR, logging_role=None), LOGGER),
        leaves(Connector(connector_id=CONNECTOR, logging_role="arn:aws:iam::111122223333:role/own")),
    ],
)
def log_connector(connector: Connector, roles: AccountWide[Role]) -> Changes:
    """Has the connector log its transfers, through a role that is made where it is missing.

    Transfer Family takes no empty role, so a connector that has one keeps it.
    """
    if connector.logging_role:
        return
    role = role_arn(ROLE_NAME, near=connector)
    log = call(
        "transfer",
        "UpdateConnector",
        permission=("transfer:UpdateConnector", "iam:PassRole"),
        ConnectorId=connector.connector_id,
        LoggingRole=role,
    )
    made = _role(connector) if none(roles, lambda each: each.id == role) else None
    yield change(
        alters(connector, logging_role=role),
        *(made.effects if made else ()),
        steps=[*(replace(each, undo=()) for each in (made.steps if made else ())), step("log", log)],
        notes=(note("logging_role_stays", connector=connector.name),),
        needs=() if made else (role,),
    )


def _role(connector: Connector) -> Change:
    """The role stays with the connector that keeps it: taken away alone it would end the logs."""
    groups = "/aws/transfer/*"
    return role_to_logs(
        ROLE_NAME, service="transfer.amazonaws.com", actions=WRITING, groups=groups, near=connector
    )


REMEDIATIONS = {"Transfer.2": withdraw_ftp, "Transfer.3": log_connector}
