"""Transfer Family: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER


@resource(
    "AWS::Transfer::Server",
    listed_by=call("transfer", "ListServers", MaxResults=1000),
    at="Servers",
    id="{Arn}",
    name="{Arn!name}",
)
class Server(Resource):
    """A file transfer server."""

    server_id: str
    protocols: tuple[str, ...] = facet(
        call("transfer", "DescribeServer", ServerId="{ServerId}"),
        at="Server.Protocols",
    )


@resource(
    "AWS::Transfer::Connector",
    listed_by=call("transfer", "ListConnectors", MaxResults=1000),
    at="Connectors",
    id="{Arn}",
    name="{Arn!name}",
)
class Connector(Resource):
    """A connector to a partner's server."""

    connector_id: str
    logging_role: str | None = facet(
        call(
            "transfer",
            "DescribeConnector",
            ConnectorId="{ConnectorId}",
            secret=("Connector.As2Config.MessageSubject",),
        ),
        at="Connector.LoggingRole",
        absent={NOT_IN_ANSWER: None},
        why="LoggingRole is the role that lets a connector turn on CloudWatch logging",
    )
