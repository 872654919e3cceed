"""Elasticsearch: what is required."""

from __future__ import annotations

import re

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.elasticsearch.resources import Domain
from ishigaki.services.opensearch.controls import (
    AUDIT,
    ERRORS,
    FIPS,
    HTTP,
    NODES,
    OLD_TLS,
    PUBLISHED,
    TLS,
    demands_latest_tls,
    publishes,
    survives_a_zone,
)
from ishigaki.services.opensearch.resources import LogPublishing

MASTERS = 3
FIRST_WITH_ERROR_LOGS = (5, 1)

GOOD = Domain(
    engine_version="Elasticsearch_7.10",
    vpc_id="vpc-1",
    encrypted_at_rest=True,
    encrypted_between_nodes=True,
    domain_endpoint_options=TLS,
    log_publishing_options={ERRORS: PUBLISHED, AUDIT: PUBLISHED},
    cluster_config=NODES,
)


@control("ES.1", examples=[passes(GOOD), fails("not_encrypted", replace(GOOD, encrypted_at_rest=False))])
def encrypts_at_rest(domain: Domain) -> Faults:
    """Data at rest is encrypted."""
    if not domain.encrypted_at_rest:
        yield fault("not_encrypted")


@control("ES.2", examples=[passes(GOOD), fails("public_endpoint", replace(GOOD, vpc_id=None))])
def lives_in_a_vpc(domain: Domain) -> Faults:
    """The endpoint of the domain lies in a VPC and is not public, whatever the access policy says."""
    if domain.vpc_id is None:
        yield fault("public_endpoint")


@control(
    "ES.3", examples=[passes(GOOD), fails("not_encrypted", replace(GOOD, encrypted_between_nodes=False))]
)
def encrypts_between_nodes(domain: Domain) -> Faults:
    """Traffic between the nodes of the domain is encrypted."""
    if not domain.encrypted_between_nodes:
        yield fault("not_encrypted")


def version(domain: Domain) -> tuple[int, int]:
    """The version of Elasticsearch: major, minor."""
    found = re.fullmatch(r"Elasticsearch_(\d+)\.(\d+)", domain.engine_version)
    if found is None:
        raise Unseen("Domain.engine_version", UNKNOWN_VALUE)
    return int(found.group(1)), int(found.group(2))


@control(
    "ES.4",
    where=lambda domain: version(domain) >= FIRST_WITH_ERROR_LOGS,
    examples=[
        passes(GOOD),
        passes(replace(GOOD, engine_version="Elasticsearch_5.1")),
        fails("not_published", replace(GOOD, log_publishing_options={})),
        fails("not_published", replace(GOOD, log_publishing_options={AUDIT: PUBLISHED})),
        fails("not_published", replace(GOOD, log_publishing_options={ERRORS: LogPublishing(enabled=False)})),
        ignores(replace(GOOD, engine_version="Elasticsearch_2.3", log_publishing_options={})),
        cannot_tell(replace(GOOD, engine_version="Something_9")),
    ],
)
def publishes_error_logs(domain: Domain) -> Faults:
    """Error logs go to CloudWatch Logs. Versions before 5.1 have none and are not judged."""
    if not publishes(domain.log_publishing_options, ERRORS):
        yield fault("not_published")


@control(
    "ES.5",
    examples=[
        passes(GOOD),
        fails("not_published", replace(GOOD, log_publishing_options={})),
        fails("not_published", replace(GOOD, log_publishing_options={ERRORS: PUBLISHED})),
        fails("not_published", replace(GOOD, log_publishing_options={AUDIT: LogPublishing(enabled=False)})),
    ],
)
def publishes_audit_logs(domain: Domain) -> Faults:
    """Audit logs go to CloudWatch Logs. Versions that have none (before 6.7) fail: AWS makes no exception."""
    if not publishes(domain.log_publishing_options, AUDIT):
        yield fault("not_published")


@control(
    "ES.6",
    examples=[
        passes(GOOD),
        fails("few_data_nodes", replace(GOOD, cluster_config=replace(NODES, instance_count=2))),
        fails("one_zone", replace(GOOD, cluster_config=replace(NODES, zone_awareness_enabled=False))),
    ],
)
def has_three_data_nodes(domain: Domain) -> Faults:
    """The domain has at least three data nodes, and zone awareness is on."""
    yield from survives_a_zone(domain.cluster_config)


@control(
    "ES.7",
    examples=[
        passes(GOOD),
        passes(replace(GOOD, cluster_config=replace(NODES, dedicated_master_count=5))),
        passes(replace(GOOD, cluster_config=replace(NODES, instance_count=1))),
        fails("few_masters", replace(GOOD, cluster_config=replace(NODES, dedicated_master_count=2))),
        fails("no_masters", replace(GOOD, cluster_config=replace(NODES, dedicated_master_enabled=False))),
    ],
)
def has_three_dedicated_masters(domain: Domain) -> Faults:
    """The domain has at least three dedicated master nodes."""
    nodes = domain.cluster_config
    if not nodes.dedicated_master_enabled:
        yield fault("no_masters")
    elif nodes.dedicated_master_count < MASTERS:
        yield fault("few_masters", nodes=nodes.dedicated_master_count, least=MASTERS)


@control(
    "ES.8",
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


CONTROLS = (
    encrypts_at_rest,
    lives_in_a_vpc,
    encrypts_between_nodes,
    publishes_error_logs,
    publishes_audit_logs,
    has_three_data_nodes,
    has_three_dedicated_masters,
    takes_latest_tls_only,
)
