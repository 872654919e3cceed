"""OpenSearch: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


@resource(
    "AWS::OpenSearch::Domain",
    listed_by=call("opensearch", "ListDomainNames"),
    # Everything that is not said to be Elasticsearch, so that no domain is in neither type.
    at="DomainNames[?EngineType!='Elasticsearch']",
    id="arn:{partition}:es:{region}:{account}:domain/{DomainName}",
    name="{DomainName}",
)
class Domain(Resource):
    """A domain that runs OpenSearch."""
