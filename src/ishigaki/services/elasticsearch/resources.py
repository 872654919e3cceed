"""Elasticsearch: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::Elasticsearch::Domain",
    # The same call as for OpenSearch's domains, so that it is made once for both.
    listed_by=call("opensearch", "ListDomainNames"),
    at="DomainNames[?EngineType=='Elasticsearch']",
    id="arn:{partition}:es:{region}:{account}:domain/{DomainName}",
    name="{DomainName}",
)
class Domain(Resource):
    """A domain that runs Elasticsearch."""
