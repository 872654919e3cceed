"""OpenSearch and Elasticsearch: what can be put right."""

from __future__ import annotations

import re
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Until, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.elasticsearch.resources import Domain as ElasticsearchDomain
from ishigaki.services.opensearch.controls import FIPS, GOOD, HTTP, LATEST_TLS, OLD_TLS, TLS, UNDER_WAY
from ishigaki.services.opensearch.resources import Domain

# Ordered from the loosest to the strictest; what comes after the latest is for FIPS.
LOOSER_TLS = ("Policy-Min-TLS-1-0-2019-07", "Policy-Min-TLS-1-2-2019-07")
HOUR = 3600  # a blue/green deployment takes about as long as this, and longer where there is much data

ELASTICSEARCH = ElasticsearchDomain(
    engine_version="Elasticsearch_7.10",
    encrypted_at_rest=False,
    encrypted_between_nodes=False,
    domain_endpoint_options=OLD_TLS,
)


def _encrypts_in_place(domain: Domain | ElasticsearchDomain) -> bool:
    """Whether an existing domain can be encrypted: those of OpenSearch can, those of Elasticsearch from 6.7 on."""
    found = re.fullmatch(r"Elasticsearch_(\d+)\.(\d+)", domain.engine_version)
    if found is not None:
        return (int(found.group(1)), int(found.group(2))) >= (6, 7)
    return domain.engine_version.startswith("OpenSearch_")


def _update(domain: Domain | ElasticsearchDomain, **options: Any) -> Call:
    return call("opensearch", "UpdateDomainConfig", DomainName=domain.name, **options)


def _settled(domain: Domain | ElasticsearchDomain) -> Until:
    shown = call("opensearch", "DescribeDomain", DomainName=domain.name)
    return Until(shown, "DomainStatus.Processing", (False,), seconds=HOUR)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(GOOD, encrypted_at_rest=False)),
        mends(ELASTICSEARCH),
        leaves(GOOD),
        leaves(replace(ELASTICSEARCH, engine_version="Elasticsearch_6.5"), skip="domain_too_old"),
    ],
)
def encrypt_domain_at_rest(domain: Domain | ElasticsearchDomain) -> Changes:
    """Switches on encryption at rest, with the AWS managed key. It cannot be switched off again."""
    if domain.encrypted_at_rest:
        return
    if not _encrypts_in_place(domain):
        yield skip("domain_too_old", version=domain.engine_version)
        return
    yield _for_good(domain, "encrypted_at_rest", EncryptionAtRestOptions={"Enabled": True})


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(GOOD, encrypted_between_nodes=False)),
        mends(ELASTICSEARCH),
        leaves(GOOD),
        leaves(replace(ELASTICSEARCH, engine_version="Elasticsearch_5.6"), skip="domain_too_old"),
    ],
)
def encrypt_between_nodes(domain: Domain | ElasticsearchDomain) -> Changes:
    """Switches on node-to-node encryption. It cannot be switched off again."""
    if domain.encrypted_between_nodes:
        return
    if not _encrypts_in_place(domain):
        yield skip("domain_too_old", version=domain.engine_version)
        return
    yield _for_good(domain, "encrypted_between_nodes", NodeToNodeEncryptionOptions={"Enabled": True})


def _for_good(domain: Domain | ElasticsearchDomain, member: str, **options: Any) -> Change:
    return change(
        alters(domain, **{member: True}),
        steps=[step("encrypt", _update(domain, **options), until=_settled(domain))],
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(GOOD, domain_endpoint_options=HTTP)),
        mends(replace(GOOD, domain_endpoint_options=OLD_TLS)),
        mends(replace(GOOD, domain_endpoint_options=replace(FIPS, enforce_https=False))),
        mends(ELASTICSEARCH),
        leaves(replace(GOOD, domain_endpoint_options=TLS)),
        leaves(replace(GOOD, domain_endpoint_options=FIPS), skip="stricter_tls_policy"),
    ],
)
def demand_latest_tls(domain: Domain | ElasticsearchDomain) -> Changes:
    """Enforces HTTPS, with the latest TLS policy where the domain has an older one.

    A policy that is stricter (for FIPS) stays; the rest of the endpoint's options does, too.
    """
    endpoint = domain.domain_endpoint_options
    before = said(domain, "domain_endpoint_options")
    looser = endpoint.tls_security_policy in LOOSER_TLS
    after = {**before, "EnforceHTTPS": True}
    if looser:
        after["TLSSecurityPolicy"] = LATEST_TLS
    if after != before:
        yield change(
            alters(domain, domain_endpoint_options=after),
            steps=[
                step(
                    "demand",
                    _update(domain, DomainEndpointOptions=after),
                    undo=_update(domain, DomainEndpointOptions=before),
                    until=_settled(domain),
                )
            ],
            notes=() if endpoint.enforce_https else (note("plain_http_ends"),),
        )
    if not looser and endpoint.tls_security_policy != LATEST_TLS:
        yield skip("stricter_tls_policy", policy=endpoint.tls_security_policy)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(GOOD, update_available=True, update_status="ELIGIBLE")),
        leaves(GOOD),
        leaves(replace(GOOD, update_status="PENDING_UPDATE"), skip="update_under_way"),
        leaves(replace(GOOD, update_status="IN_PROGRESS"), skip="update_under_way"),
    ],
)
def update_service_software(domain: Domain) -> Changes:
    """Installs the update of the service software that waits, at once. It cannot be taken back.

    One that is scheduled or under way is left to go on.
    """
    if not domain.update_available:
        if domain.update_status in UNDER_WAY:
            yield skip("update_under_way", status=domain.update_status)
        return
    update = call("opensearch", "StartServiceSoftwareUpdate", DomainName=domain.name, ScheduleAt="NOW")
    shown = call("opensearch", "DescribeDomain", DomainName=domain.name)
    # Once it is asked for it is no longer available, long before it is installed.
    status = "DomainStatus.ServiceSoftwareOptions.UpdateStatus"
    done = Until(shown, status, ("COMPLETED", "NOT_ELIGIBLE"), seconds=HOUR)
    yield change(
        alters(domain, update_available=False, update_status="COMPLETED"),
        steps=[step("update", update, until=done)],
    )


REMEDIATIONS = {
    "ES.1": encrypt_domain_at_rest,
    "ES.3": encrypt_between_nodes,
    "ES.8": demand_latest_tls,
    "Opensearch.1": encrypt_domain_at_rest,
    "Opensearch.3": encrypt_between_nodes,
    "Opensearch.8": demand_latest_tls,
    "Opensearch.10": update_service_software,
}
