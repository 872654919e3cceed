"""Elasticsearch: what is collected."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.call import call
from ishigaki.core.record import member
from ishigaki.core.resource import Resource, resource
from ishigaki.services.opensearch.resources import (
    DESCRIBED,
    IN_A_VPC,
    PUBLISHED,
    ClusterConfig,
    EndpointOptions,
    LogPublishing,
)


@resource(
    "AWS::Elasticsearch::Domain",
    # The same calls as for OpenSearch's domains: the older API of Elasticsearch says no more.
    listed_by=call("opensearch", "ListDomainNames"),
    at="DomainNames[?EngineType=='Elasticsearch']",
    id="arn:{partition}:es:{region}:{account}:domain/{DomainName}",
    name="{DomainName}",
    detail=DESCRIBED,
)
class Domain(Resource):
    """A domain that runs Elasticsearch."""

    engine_version: str
    vpc_id: str | None = member(at="VPCOptions.VPCId", absent=None, why=IN_A_VPC)
    encrypted_at_rest: bool = member(at="EncryptionAtRestOptions.Enabled")
    encrypted_between_nodes: bool = member(at="NodeToNodeEncryptionOptions.Enabled")
    domain_endpoint_options: EndpointOptions
    log_publishing_options: Mapping[str, LogPublishing] = member(absent={}, why=PUBLISHED)
    cluster_config: ClusterConfig
