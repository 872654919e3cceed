"""CloudFront's origins: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.change import Changes, Disruption, note, skip
from ishigaki.core.population import chosen
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.cloudfront.origins.controls import (
    AS_VIEWER,
    BUCKET,
    OPEN,
    OVER_TLS,
    PLAIN,
    SERVER,
    SSL3,
    allows_ssl3,
    is_plain,
    to,
)
from ishigaki.services.cloudfront.resources import Distribution, SslProtocols
from ishigaki.services.cloudfront.updating import updated

WEBSITE = ".s3-website"  # in the domain names of buckets' websites, which speak no HTTPS
SITE = replace(PLAIN, id="www", domain_name="example.s3-website-ap-northeast-1.amazonaws.com")
ONLY_SSL3 = replace(
    SERVER,
    custom_origin_config=replace(OVER_TLS, origin_ssl_protocols=SslProtocols(quantity=1, items=("SSLv3",))),
)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(to(BUCKET, PLAIN)),
        mends(to(AS_VIEWER, default_cache_behavior=OPEN)),
        leaves(to(SITE), skip="website_speaks_http"),
        leaves(to(AS_VIEWER)),
        leaves(to(BUCKET, SERVER)),
    ],
)
def encrypt_to_origins(distribution: Distribution) -> Changes:
    """Speaks to custom origins over HTTPS only. A bucket's website speaks no HTTPS: its distribution is left."""
    plain = list(chosen(distribution.config.origins.items, lambda each: is_plain(each, distribution)))
    sites = [each.id for each in plain if WEBSITE in each.domain_name]
    if sites:
        yield skip("website_speaks_http", origins=", ".join(sites))
    elif plain:
        ids = {each.id for each in plain}
        origins = said(distribution, "config")["Origins"]
        items = [
            _with(each, OriginProtocolPolicy="https-only") if each["Id"] in ids else each
            for each in origins["Items"]
        ]
        yield updated(
            distribution,
            note("origin_must_speak_https", origins=", ".join(sorted(ids))),
            Origins={**origins, "Items": items},
        )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(to(BUCKET, SSL3)),
        mends(to(ONLY_SSL3)),
        leaves(to(SERVER, BUCKET)),
    ],
)
def drop_ssl3(distribution: Distribution) -> Changes:
    """Takes SSLv3 out of what may be spoken to custom origins; where nothing else was allowed, TLS 1.2 is."""
    ids = {each.id for each in chosen(distribution.config.origins.items, allows_ssl3)}
    if not ids:
        return
    origins = said(distribution, "config")["Origins"]
    items = []
    for each in origins["Items"]:
        if each["Id"] in ids:
            allowed = each["CustomOriginConfig"]["OriginSslProtocols"]["Items"]
            kept = [protocol for protocol in allowed if protocol != "SSLv3"] or ["TLSv1.2"]
            items.append(_with(each, OriginSslProtocols={"Quantity": len(kept), "Items": kept}))
        else:
            items.append(each)
    yield updated(distribution, Origins={**origins, "Items": items})


def _with(origin: Mapping[str, Any], **becomes: Any) -> Mapping[str, Any]:
    return {**origin, "CustomOriginConfig": {**origin["CustomOriginConfig"], **becomes}}


REMEDIATIONS = {"CloudFront.9": encrypt_to_origins, "CloudFront.10": drop_ssl3}
