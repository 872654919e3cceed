"""CloudFront: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.answer import GLOBAL
from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, alters, change, note, skip, step
from ishigaki.core.population import Given, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.cloudfront.controls import (
    CUSTOM,
    DEFAULT,
    OPEN,
    RECOMMENDED,
    SERVER,
    also,
    example,
    is_open,
    is_served_by_sni,
    serves_bucket,
    shows_own_certificate,
    to,
)
from ishigaki.services.cloudfront.resources import Distribution
from ishigaki.services.cloudfront.updating import updated
from ishigaki.services.waf.resources import CloudFrontWebACL

WEB_ACL = CloudFrontWebACL(
    id="arn:aws:wafv2:us-east-1:111122223333:global/webacl/example/a1b2c3d4", region=GLOBAL
)
DEDICATED = replace(CUSTOM, ssl_support_method="vip", minimum_protocol_version="TLSv1")
INDEX = "index.html"  # what CloudFront's developer guide names as the usual one


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(example(default_root_object="")),
        leaves(example()),
        leaves(to(SERVER, default_root_object="")),
    ],
)
def set_root_object(distribution: Distribution) -> Changes:
    """Sets the default root object of a distribution with an S3 origin."""
    if serves_bucket(distribution) and not distribution.config.default_root_object:
        yield updated(distribution, note("root_object_must_exist", name=INDEX), DefaultRootObject=INDEX)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(example(default_cache_behavior=OPEN)),
        mends(also(OPEN)),
        mends(also(OPEN, default_cache_behavior=OPEN)),
        leaves(example()),
    ],
)
def redirect_to_https(distribution: Distribution) -> Changes:
    """Sends viewers that come over HTTP on to HTTPS, in every cache behavior that let them in."""
    if not some(distribution.config.behaviors, is_open):
        return
    before = said(distribution, "config")
    others = before["CacheBehaviors"]
    items = [_redirecting(each) for each in others.get("Items", ())]
    yield updated(
        distribution,
        DefaultCacheBehavior=_redirecting(before["DefaultCacheBehavior"]),
        CacheBehaviors={**others, "Items": items} if items else others,
    )


def _redirecting(behavior: Mapping[str, Any]) -> Mapping[str, Any]:
    if behavior["ViewerProtocolPolicy"] != "allow-all":
        return behavior
    return {**behavior, "ViewerProtocolPolicy": "redirect-to-https"}


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(example(web_acl_id=""), WEB_ACL),
        leaves(example(web_acl_id=""), skip="no_web_acl_yet"),
        leaves(
            example(web_acl_id=""), WEB_ACL, replace(WEB_ACL, id=f"{WEB_ACL.id}-2"), skip="choose_web_acl"
        ),
        leaves(example(), WEB_ACL),
    ],
)
def put_behind_web_acl(distribution: Distribution, known: Given[CloudFrontWebACL]) -> Changes:
    """Associates the account's web ACL for CloudFront, where there is just one, with a distribution without any."""
    if distribution.config.web_acl_id:
        return
    if len(known) != 1:
        yield skip("choose_web_acl" if known else "no_web_acl_yet", distribution=distribution.name)
        return
    (web_acl,) = known
    yield change(
        alters(distribution, config={**said(distribution, "config"), "WebACLId": web_acl.id}),
        steps=[
            step(
                "associate",
                call(
                    "cloudfront",
                    "AssociateDistributionWebACL",
                    Id=distribution.name,
                    WebACLArn=web_acl.id,
                ),
                undo=call("cloudfront", "DisassociateDistributionWebACL", Id=distribution.name),
            )
        ],
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(example(viewer_certificate=DEDICATED)),
        mends(example(viewer_certificate=replace(DEDICATED, minimum_protocol_version="SSLv3"))),
        leaves(example(viewer_certificate=replace(DEDICATED, ssl_support_method="static-ip"))),
        leaves(example(viewer_certificate=DEFAULT)),
        leaves(example()),
    ],
)
def serve_certificate_by_sni(distribution: Distribution) -> Changes:
    """Serves a custom certificate by SNI instead of from dedicated addresses; SSLv3 knows no SNI and goes with them.

    Anycast static addresses (static-ip) are a feature that somebody has ordered; they are left.
    """
    certificate = distribution.config.viewer_certificate
    if not shows_own_certificate(distribution) or certificate.ssl_support_method != "vip":
        return
    becomes = {**said(distribution, "config")["ViewerCertificate"], "SSLSupportMethod": "sni-only"}
    if certificate.minimum_protocol_version == "SSLv3":
        becomes["MinimumProtocolVersion"] = "TLSv1"
    yield updated(distribution, for_good=True, ViewerCertificate=becomes)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(example(viewer_certificate=replace(CUSTOM, minimum_protocol_version="TLSv1"))),
        leaves(example()),
        leaves(example(viewer_certificate=replace(CUSTOM, minimum_protocol_version="TLSv1.3_2025"))),
        leaves(example(viewer_certificate=DEFAULT)),
        leaves(example(viewer_certificate=DEDICATED)),
    ],
)
def raise_tls_policy(distribution: Distribution) -> Changes:
    """Serves viewers with the most tolerant of the TLS policies that AWS recommends."""
    policy = distribution.config.viewer_certificate.minimum_protocol_version
    if not is_served_by_sni(distribution) or policy in RECOMMENDED:
        return
    before = said(distribution, "config")["ViewerCertificate"]
    yield updated(distribution, ViewerCertificate={**before, "MinimumProtocolVersion": RECOMMENDED[0]})


REMEDIATIONS = {
    "CloudFront.1": set_root_object,
    "CloudFront.3": redirect_to_https,
    "CloudFront.6": put_behind_web_acl,
    "CloudFront.8": serve_certificate_by_sni,
    "CloudFront.15": raise_tls_policy,
}
