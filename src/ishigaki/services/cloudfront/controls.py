"""CloudFront: what is required."""

from __future__ import annotations

from typing import Any

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen, some
from ishigaki.core.record import replace
from ishigaki.services.cloudfront.resources import (
    Behavior,
    Behaviors,
    Configuration,
    CustomOrigin,
    Distribution,
    Origin,
    Origins,
    PathBehavior,
    S3Origin,
    Signers,
    SslProtocols,
    ViewerCertificate,
)

RECOMMENDED = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")  # by Security Hub's securityPolicies

NOBODY = Signers(enabled=False, quantity=0)
SOMEBODY = Signers(enabled=True, quantity=1)
BUCKET = Origin(
    id="site",
    domain_name="example.s3.ap-northeast-1.amazonaws.com",
    s3_origin_config=S3Origin(origin_access_identity=""),
    custom_origin_config=None,
    origin_access_control_id="E1EXAMPLE",
)
SERVER = Origin(
    id="api",
    domain_name="api.example.com",
    s3_origin_config=None,
    custom_origin_config=CustomOrigin(
        http_port=80,
        https_port=443,
        origin_protocol_policy="https-only",
        origin_ssl_protocols=SslProtocols(quantity=1, items=("TLSv1.2",)),
    ),
    origin_access_control_id="",
)
BEHAVIOR = Behavior(
    target_origin_id="site",
    viewer_protocol_policy="redirect-to-https",
    trusted_signers=NOBODY,
    trusted_key_groups=SOMEBODY,
)
OPEN = replace(BEHAVIOR, viewer_protocol_policy="allow-all")
CUSTOM = ViewerCertificate(
    cloud_front_default_certificate=False,
    acm_certificate_arn="arn:aws:acm:us-east-1:111122223333:certificate/a1b2c3d4",
    iam_certificate_id="",
    minimum_protocol_version="TLSv1.2_2021",
    ssl_support_method="sni-only",
)
DEFAULT = ViewerCertificate(
    cloud_front_default_certificate=True,
    acm_certificate_arn="",
    iam_certificate_id="",
    minimum_protocol_version="TLSv1",
    ssl_support_method="vip",
)
OF_ACM = CUSTOM.without("cloud_front_default_certificate")
OF_IAM = replace(OF_ACM, acm_certificate_arn="", iam_certificate_id="ASCAEXAMPLE")
UNTOLD = replace(OF_ACM, acm_certificate_arn="")
GOOD = Configuration(
    caller_reference="example",
    enabled=True,
    default_root_object="index.html",
    origins=Origins(quantity=1, items=(BUCKET,)),
    origin_groups=0,
    default_cache_behavior=BEHAVIOR,
    cache_behaviors=Behaviors(quantity=0, items=()),
    logged=True,
    viewer_certificate=CUSTOM,
    web_acl_id="arn:aws:wafv2:us-east-1:111122223333:global/webacl/example/a1b2c3d4",
    connection_mode="direct",
)


def example(**changes: Any) -> Distribution:
    """The good distribution with some of its configuration changed."""
    return Distribution(config=replace(GOOD, **changes), version="E2QWRUHAPOMQZL")


def to(*origins: Origin, **changes: Any) -> Distribution:
    """The good distribution with these origins."""
    return example(origins=Origins(quantity=len(origins), items=origins), **changes)


def also(behavior: Behavior, **changes: Any) -> Distribution:
    """The good distribution with this cache behavior beside the default one."""
    other = PathBehavior(path_pattern="/images/*", **behavior.seen())
    return example(cache_behaviors=Behaviors(quantity=1, items=(other,)), **changes)


def serves_bucket(distribution: Distribution) -> bool:
    return some(distribution.config.origins.items, lambda each: each.s3_origin_config is not None)


@control(
    "CloudFront.1",
    where=serves_bucket,
    examples=[
        passes(example()),
        fails("no_root_object", example(default_root_object="")),
        fails("no_root_object", to(SERVER, BUCKET, default_root_object="")),
        ignores(to(SERVER, default_root_object="")),
    ],
)
def has_root_object(distribution: Distribution) -> Faults:
    """A distribution with an S3 origin, beside others or alone, has a default root object."""
    if not distribution.config.default_root_object:
        yield fault("no_root_object")


@control(
    "CloudFront.3",
    examples=[
        passes(example()),
        passes(also(replace(BEHAVIOR, viewer_protocol_policy="https-only"))),
        fails("http_allowed", example(default_cache_behavior=OPEN)),
        fails("http_allowed", also(OPEN)),
    ],
)
def requires_https(distribution: Distribution) -> Faults:
    """Every cache behavior takes HTTPS only, or sends HTTP on to HTTPS."""
    for behavior in chosen(distribution.config.behaviors, is_open):
        yield fault("http_allowed", path=behavior.path)


def is_open(behavior: Behavior) -> bool:
    return behavior.viewer_protocol_policy == "allow-all"


@control(
    "CloudFront.5",
    examples=[passes(example()), fails("not_logged", example(logged=False))],
)
def logs_access(distribution: Distribution) -> Faults:
    """Standard logging (legacy) is on. The Config rule does not look at standard logging (v2)."""
    if not distribution.config.logged:
        yield fault("not_logged")


@control(
    "CloudFront.6",
    examples=[
        passes(example()),
        passes(example(web_acl_id="a1b2c3d4-5678-90ab-cdef-111122223333")),  # of WAF Classic
        fails("no_web_acl", example(web_acl_id="")),
    ],
)
def is_behind_web_acl(distribution: Distribution) -> Faults:
    """A web ACL, of WAF or WAF Classic, is associated with the distribution itself.

    What the tenants of a multi-tenant distribution have of their own does not count: other tenants may have none.
    """
    if not distribution.config.web_acl_id:
        yield fault("no_web_acl")


@control(
    "CloudFront.7",
    examples=[
        passes(example()),
        passes(example(viewer_certificate=OF_ACM)),
        passes(example(viewer_certificate=OF_IAM)),
        fails("default_certificate", example(viewer_certificate=DEFAULT)),
        cannot_tell(example(viewer_certificate=UNTOLD)),
    ],
)
def has_custom_certificate(distribution: Distribution) -> Faults:
    """Viewers are shown a certificate of one's own, not that of *.cloudfront.net."""
    if not shows_own_certificate(distribution):
        yield fault("default_certificate")


def shows_own_certificate(distribution: Distribution) -> bool:
    return distribution.config.viewer_certificate.is_own


@control(
    "CloudFront.8",
    where=shows_own_certificate,
    examples=[
        passes(example()),
        fails("dedicated_addresses", example(viewer_certificate=replace(CUSTOM, ssl_support_method="vip"))),
        fails(
            "dedicated_addresses", example(viewer_certificate=replace(CUSTOM, ssl_support_method="static-ip"))
        ),
        ignores(example(viewer_certificate=DEFAULT)),
    ],
)
def serves_by_sni(distribution: Distribution) -> Faults:
    """A custom certificate is served by SNI, not from addresses of its own."""
    if distribution.config.viewer_certificate.ssl_support_method != "sni-only":
        yield fault("dedicated_addresses")


def is_served_by_sni(distribution: Distribution) -> bool:
    certificate = distribution.config.viewer_certificate
    return shows_own_certificate(distribution) and certificate.ssl_support_method == "sni-only"


@control(
    "CloudFront.15",
    where=is_served_by_sni,
    examples=[
        passes(example()),
        passes(example(viewer_certificate=replace(CUSTOM, minimum_protocol_version="TLSv1.3_2025"))),
        fails(
            "old_policy", example(viewer_certificate=replace(CUSTOM, minimum_protocol_version="TLSv1.2_2019"))
        ),
        ignores(example(viewer_certificate=DEFAULT)),
        ignores(example(viewer_certificate=replace(DEFAULT, cloud_front_default_certificate=False))),
    ],
)
def has_recommended_policy(distribution: Distribution) -> Faults:
    """A custom certificate is served with one of the TLS policies that AWS recommends.

    With the default certificate CloudFront sets the policy itself, and dedicated addresses are for clients that
    could not use these: the control is about neither.
    """
    policy = distribution.config.viewer_certificate.minimum_protocol_version
    if policy not in RECOMMENDED:
        yield fault("old_policy", policy=policy)


@control(
    "CloudFront.17",
    where=lambda distribution: distribution.config.connection_mode != "tenant-only",
    examples=[
        passes(example()),
        passes(also(BEHAVIOR)),
        fails("trusted_signers", example(default_cache_behavior=replace(BEHAVIOR, trusted_signers=SOMEBODY))),
        fails("no_key_group", example(default_cache_behavior=replace(BEHAVIOR, trusted_key_groups=NOBODY))),
        fails("no_key_group", also(replace(BEHAVIOR, trusted_key_groups=NOBODY))),
        ignores(
            example(
                connection_mode="tenant-only",
                default_cache_behavior=replace(BEHAVIOR, trusted_signers=None, trusted_key_groups=NOBODY),
            )
        ),
    ],
)
def trusts_key_groups_only(distribution: Distribution) -> Faults:
    """Every cache behavior asks for signatures by trusted key groups, and by no trusted signers.

    The Config rule asks it of all cache behaviors, so one that is open to everyone fails. Multi-tenant
    distributions are not judged.
    """
    for behavior in chosen(distribution.config.behaviors, trusts_signers):
        yield fault("trusted_signers", path=behavior.path)
    for behavior in chosen(distribution.config.behaviors, lambda each: not each.trusted_key_groups.quantity):
        yield fault("no_key_group", path=behavior.path)


def trusts_signers(behavior: Behavior) -> bool:
    return behavior.trusted_signers is not None and bool(behavior.trusted_signers.quantity)


CONTROLS = (
    has_root_object,
    requires_https,
    logs_access,
    is_behind_web_acl,
    has_custom_certificate,
    serves_by_sni,
    has_recommended_policy,
    trusts_key_groups_only,
)
