"""Transfer Family: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.transfer.resources import Connector, Server

ROLE = "arn:aws:iam::111122223333:role/transfer-logs"


@control(
    "Transfer.2",
    examples=[
        passes(Server(protocols=("SFTP",))),
        passes(Server(protocols=("SFTP", "FTPS", "AS2"))),
        fails("offers_ftp", Server(protocols=("FTP",))),
        fails("offers_ftp", Server(protocols=("SFTP", "FTP"))),
    ],
)
def offers_no_ftp(server: Server) -> Faults:
    """The server does not offer FTP, which encrypts nothing. Whether it is online does not count."""
    if "FTP" in server.protocols:
        yield fault("offers_ftp")


@control(
    "Transfer.3",
    examples=[
        passes(Connector(logging_role=ROLE)),
        fails("not_logged", Connector(logging_role=None)),
        fails("not_logged", Connector(logging_role="")),
    ],
)
def connector_is_logged(connector: Connector) -> Faults:
    """The connector has a role to write its logs with. What the role may do is not asked."""
    if not connector.logging_role:
        yield fault("not_logged")


CONTROLS = (offers_no_ftp, connector_is_logged)
