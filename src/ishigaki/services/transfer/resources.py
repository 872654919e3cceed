"""Transfer Family: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::Transfer::Server",
    listed_by=call("transfer", "ListServers", MaxResults=1000),
    at="Servers",
    id="{Arn}",
    name="{Arn!name}",
)
class Server(Resource):
    """A file transfer server."""


@resource(
    "AWS::Transfer::Connector",
    listed_by=call("transfer", "ListConnectors", MaxResults=1000),
    at="Connectors",
    id="{Arn}",
    name="{Arn!name}",
)
class Connector(Resource):
    """A connector to a partner's server."""
