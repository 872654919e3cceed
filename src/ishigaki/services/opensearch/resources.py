"""OpenSearch: what is collected."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Batch, Resource, Source, resource

# One call shows five domains, of whichever engine.
DESCRIBED = Source(
    call("opensearch", "DescribeDomains"),
    "DomainStatusList",
    Batch(param="DomainNames", of="{DomainName}", size=5, by="{DomainName}"),
)
UPDATES = ("PENDING_UPDATE", "IN_PROGRESS", "COMPLETED", "NOT_ELIGIBLE", "ELIGIBLE")
NO_UPDATE = "the status of your service software update; without one there is none to tell"
IN_A_VPC = "the VPC configuration for the domain; a domain with a public endpoint has none"
PUBLISHED = "log publishing options for the domain: one for each type of log that was ever published"
DEDICATED = "the number of dedicated master nodes in the cluster, if it uses any"


class ClusterConfig(Value):
    """The nodes of a domain."""

    instance_count: int
    zone_awareness_enabled: bool
    dedicated_master_enabled: bool
    dedicated_master_count: int = member(absent=0, why=DEDICATED)


class EndpointOptions(Value):
    enforce_https: bool
    tls_security_policy: str


class LogPublishing(Value):
    enabled: bool


@resource(
    "AWS::OpenSearch::Domain",
    listed_by=call("opensearch", "ListDomainNames"),
    # Everything that is not said to be Elasticsearch, so that no domain is in neither type.
    at="DomainNames[?EngineType!='Elasticsearch']",
    id="arn:{partition}:es:{region}:{account}:domain/{DomainName}",
    name="{DomainName}",
    detail=DESCRIBED,
)
class Domain(Resource):
    """A domain that runs OpenSearch."""

    engine_version: str
    vpc_id: str | None = member(at="VPCOptions.VPCId", absent=None, why=IN_A_VPC)
    encrypted_at_rest: bool = member(at="EncryptionAtRestOptions.Enabled")
    encrypted_between_nodes: bool = member(at="NodeToNodeEncryptionOptions.Enabled")
    fine_grained_access: bool = member(at="AdvancedSecurityOptions.Enabled")
    domain_endpoint_options: EndpointOptions
    log_publishing_options: Mapping[str, LogPublishing] = member(absent={}, why=PUBLISHED)
    cluster_config: ClusterConfig
    update_available: bool = member(at="ServiceSoftwareOptions.UpdateAvailable")
    update_status: str | None = member(
        at="ServiceSoftwareOptions.UpdateStatus", absent=None, why=NO_UPDATE, values=UPDATES
    )
