"""OpenSearch: what is required."""

from __future__ import annotations

from collections.abc import Mapping

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.opensearch.resources import ClusterConfig, Domain, EndpointOptions, LogPublishing

# Fixed by AWS in Opensearch.8 and ES.8.
LATEST_TLS = "Policy-Min-TLS-1-2-PFS-2023-10"
ERRORS, AUDIT = "ES_APPLICATION_LOGS", "AUDIT_LOGS"
DATA_NODES = 3
UNDER_WAY = ("PENDING_UPDATE", "IN_PROGRESS")

PUBLISHED = LogPublishing(enabled=True)
TLS = EndpointOptions(enforce_https=True, tls_security_policy=LATEST_TLS)
NODES = ClusterConfig(
    instance_count=3, zone_awareness_enabled=True, dedicated_master_enabled=True, dedicated_master_count=3
)
GOOD = Domain(
    engine_version="OpenSearch_2.19",
    vpc_id="vpc-1",
    encrypted_at_rest=True,
    encrypted_between_nodes=True,
    fine_grained_access=True,
    domain_endpoint_options=TLS,
    log_publishing_options={ERRORS: PUBLISHED, AUDIT: PUBLISHED},
    cluster_config=NODES,
    update_available=False,
    update_status="COMPLETED",
)
HTTP, OLD_TLS, FIPS = (
    replace(TLS, enforce_https=False),
    replace(TLS, tls_security_policy="Policy-Min-TLS-1-2-2019-07"),
    replace(TLS, tls_security_policy="Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08"),
)


@control(
    "Opensearch.1",
    examples=[passes(GOOD), fails("not_encrypted", replace(GOOD, encrypted_at_rest=False))],
)
def encrypts_at_rest(domain: Domain) -> Faults:
    """Data at rest is encrypted."""
    if not domain.encrypted_at_rest:
        yield fault("not_encrypted")


@control("Opensearch.2", examples=[passes(GOOD), fails("public_endpoint", replace(GOOD, vpc_id=None))])
def lives_in_a_vpc(domain: Domain) -> Faults:
    """The endpoint of the domain lies in a VPC and is not public, whatever the access policy says."""
    if domain.vpc_id is None:
        yield fault("public_endpoint")


@control(
    "Opensearch.3",
    examples=[passes(GOOD), fails("not_encrypted", replace(GOOD, encrypted_between_nodes=False))],
)
def encrypts_between_nodes(domain: Domain) -> Faults:
    """Traffic between the nodes of the domain is encrypted."""
    if not domain.encrypted_between_nodes:
        yield fault("not_encrypted")


def publishes(options: Mapping[str, LogPublishing], kind: str) -> bool:
    """Whether logs of a type go to CloudWatch Logs. A type that was switched off again is still shown."""
    return kind in options and options[kind].enabled


@control(
    "Opensearch.4",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, log_publishing_options={ERRORS: PUBLISHED})),
        fails("not_published", replace(GOOD, log_publishing_options={})),
        fails("not_published", replace(GOOD, log_publishing_options={AUDIT: PUBLISHED})),
        fails("not_published", replace(GOOD, log_publishing_options={ERRORS: LogPublishing(enabled=False)})),
    ],
)
def publishes_error_logs(domain: Domain) -> Faults:
    """Error logs go to CloudWatch Logs."""
    if not publishes(domain.log_publishing_options, ERRORS):
        yield fault("not_published")


@control(
    "Opensearch.5",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, log_publishing_options={AUDIT: PUBLISHED})),
        fails("not_published", replace(GOOD, log_publishing_options={})),
        fails("not_published", replace(GOOD, log_publishing_options={ERRORS: PUBLISHED})),
        fails("not_published", replace(GOOD, log_publishing_options={AUDIT: LogPublishing(enabled=False)})),
    ],
)
def publishes_audit_logs(domain: Domain) -> Faults:
    """Audit logs go to CloudWatch Logs. That they are switched on in OpenSearch itself, too, AWS does not ask."""
    if not publishes(domain.log_publishing_options, AUDIT):
        yield fault("not_published")


def survives_a_zone(nodes: ClusterConfig) -> Faults:
    """At least three data nodes, spread over Availability Zones."""
    if nodes.instance_count < DATA_NODES:
        yield fault("few_data_nodes", nodes=nodes.instance_count, least=DATA_NODES)
    if not nodes.zone_awareness_enabled:
        yield fault("one_zone")


@control(
    "Opensearch.6",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, cluster_config=replace(NODES, dedicated_master_enabled=False))),
        fails("few_data_nodes", replace(GOOD, cluster_config=replace(NODES, instance_count=2))),
        fails("one_zone", replace(GOOD, cluster_config=replace(NODES, zone_awareness_enabled=False))),
    ],
)
def has_three_data_nodes(domain: Domain) -> Faults:
    """The domain has at least three data nodes, and zone awareness is on."""
    yield from survives_a_zone(domain.cluster_config)


@control("Opensearch.7", examples=[passes(GOOD), fails("off", replace(GOOD, fine_grained_access=False))])
def has_fine_grained_access_control(domain: Domain) -> Faults:
    """Fine-grained access control (advanced security options) is on."""
    if not domain.fine_grained_access:
        yield fault("off")


def demands_latest_tls(endpoint: EndpointOptions) -> Faults:
    """HTTPS is enforced, with the policy that AWS names as the latest. AWS names one only: the policies for FIPS,
    which are stricter, fail, too."""
    if not endpoint.enforce_https:
        yield fault("http_allowed")
    if endpoint.tls_security_policy != LATEST_TLS:
        yield fault("other_policy", policy=endpoint.tls_security_policy, latest=LATEST_TLS)


@control(
    "Opensearch.8",
    examples=[
        passes(GOOD),
        fails("http_allowed", replace(GOOD, domain_endpoint_options=HTTP)),
        fails("other_policy", replace(GOOD, domain_endpoint_options=OLD_TLS)),
        fails("other_policy", replace(GOOD, domain_endpoint_options=FIPS)),
    ],
)
def takes_latest_tls_only(domain: Domain) -> Faults:
    """The endpoint enforces HTTPS with the latest TLS policy, which AWS names: Policy-Min-TLS-1-2-PFS-2023-10.

    The policies for FIPS are stricter, but not the one that AWS names; they fail, as AWS lets them.
    """
    yield from demands_latest_tls(domain.domain_endpoint_options)


@control(
    "Opensearch.10",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, update_status="NOT_ELIGIBLE")),
        passes(replace(GOOD, update_status=None)),
        fails("update_available", replace(GOOD, update_available=True, update_status="ELIGIBLE")),
        fails("update_under_way", replace(GOOD, update_status="PENDING_UPDATE")),
        fails("update_under_way", replace(GOOD, update_status="IN_PROGRESS")),
    ],
)
def has_latest_software(domain: Domain) -> Faults:
    """No update of the service software waits to be installed, an optional one included.

    While one is scheduled or under way AWS offers no other, but it is not installed yet.
    """
    if domain.update_available:
        yield fault("update_available")
    elif domain.update_status in UNDER_WAY:
        yield fault("update_under_way", status=domain.update_status)


CONTROLS = (
    encrypts_at_rest,
    lives_in_a_vpc,
    encrypts_between_nodes,
    publishes_error_logs,
    publishes_audit_logs,
    has_three_data_nodes,
    has_fine_grained_access_control,
    takes_latest_tls_only,
    has_latest_software,
)
