"""CloudFront's origins: what is required."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ishigaki.core.control import cannot_tell, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import AccountWide, Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.cloudfront.origins.resources import OriginBucket
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
    SslProtocols,
)
from ishigaki.services.s3.buckets.resources import Bucket

BUCKET = Origin(
    id="site",
    domain_name="example.s3.ap-northeast-1.amazonaws.com",
    s3_origin_config=S3Origin(origin_access_identity=""),
    custom_origin_config=None,
    origin_access_control_id="E1EXAMPLE",
)
OVER_TLS = CustomOrigin(
    http_port=80,
    https_port=443,
    origin_protocol_policy="https-only",
    origin_ssl_protocols=SslProtocols(quantity=1, items=("TLSv1.2",)),
)
SERVER = Origin(
    id="api",
    domain_name="api.example.com",
    s3_origin_config=None,
    custom_origin_config=OVER_TLS,
    origin_access_control_id="",
)
PLAIN = replace(SERVER, custom_origin_config=replace(OVER_TLS, origin_protocol_policy="http-only"))
AS_VIEWER = replace(SERVER, custom_origin_config=replace(OVER_TLS, origin_protocol_policy="match-viewer"))
SSL3 = replace(
    SERVER,
    custom_origin_config=replace(
        OVER_TLS, origin_ssl_protocols=SslProtocols(quantity=2, items=("SSLv3", "TLSv1.2"))
    ),
)
FUNCTION = replace(
    SERVER,
    domain_name="abcdefghij.lambda-url.ap-northeast-1.on.aws",
    origin_access_control_id="E2EXAMPLE",
)
BEHAVIOR = Behavior(target_origin_id="site", viewer_protocol_policy="redirect-to-https", trusted_signers=None)
OPEN = replace(BEHAVIOR, viewer_protocol_policy="allow-all")
PATH = PathBehavior(path_pattern="/images/*", **OPEN.seen())
GOOD = Configuration(
    caller_reference="example",
    enabled=True,
    origins=Origins(quantity=1, items=(BUCKET,)),
    origin_groups=1,
    default_cache_behavior=BEHAVIOR,
    cache_behaviors=Behaviors(quantity=0, items=()),
    default_root_object="",
    logged=False,
    web_acl_id="",
    connection_mode="direct",
)


def to(*origins: Origin, **changes: Any) -> Distribution:
    """A distribution with these origins."""
    listed = Origins(quantity=len(origins), items=origins)
    return Distribution(config=replace(GOOD, origins=listed, **changes), version="E2QWRUHAPOMQZL")


@control(
    "CloudFront.4",
    examples=[passes(to(BUCKET, SERVER)), fails("no_origin_group", to(BUCKET, SERVER, origin_groups=0))],
)
def has_origin_failover(distribution: Distribution) -> Faults:
    """The distribution has an origin group; CloudFront takes no group of fewer than two origins."""
    if not distribution.config.origin_groups:
        yield fault("no_origin_group")


@control(
    "CloudFront.9",
    examples=[
        passes(to(BUCKET)),
        passes(to(SERVER, BUCKET)),
        passes(to(SERVER, default_cache_behavior=OPEN)),
        passes(to(AS_VIEWER)),
        fails("http_to_origin", to(BUCKET, PLAIN)),
        fails("http_to_origin", to(AS_VIEWER, default_cache_behavior=OPEN)),
        # Whether the open behavior leads to this origin is not asked: the Config rule names no such exception.
        fails("http_to_origin", to(BUCKET, AS_VIEWER, cache_behaviors=Behaviors(quantity=1, items=(PATH,)))),
    ],
)
def encrypts_to_origins(distribution: Distribution) -> Faults:
    """Custom origins are spoken to over HTTPS: always, or as viewers do where all of these use HTTPS."""
    for origin in chosen(distribution.config.origins.items, lambda each: is_plain(each, distribution)):
        yield fault("http_to_origin", origin=origin.id)


def is_plain(origin: Origin, distribution: Distribution) -> bool:
    server = origin.custom_origin_config
    if server is None or server.origin_protocol_policy == "https-only":
        return False
    return server.origin_protocol_policy == "http-only" or some(
        distribution.config.behaviors, lambda each: each.viewer_protocol_policy == "allow-all"
    )


@control(
    "CloudFront.10",
    examples=[
        passes(to(SERVER)),
        passes(to(BUCKET)),
        fails("ssl3", to(SERVER, SSL3)),
    ],
)
def shuns_ssl3(distribution: Distribution) -> Faults:
    """No custom origin may be spoken to over SSLv3."""
    for origin in chosen(distribution.config.origins.items, allows_ssl3):
        yield fault("ssl3", origin=origin.id)


def allows_ssl3(origin: Origin) -> bool:
    server = origin.custom_origin_config
    return server is not None and "SSLv3" in server.origin_ssl_protocols.items


OWNED = Bucket(id="arn:aws:s3:::example", name="example")
ELSEWHERE = OriginBucket(name="example", kind="bucket", location="us-east-1")
ALIAS = OriginBucket(name="example-1a2b3c-s3alias.s3.us-east-1.amazonaws.com", kind="other")
GONE = replace(ELSEWHERE, location=None)


@control(
    "CloudFront.12",
    examples=[
        passes(to(BUCKET), GONE, OWNED),
        passes(to(BUCKET), ELSEWHERE),
        passes(to(SERVER)),
        cannot_tell(to(BUCKET), replace(ALIAS, location=None)),
        fails("no_bucket", to(BUCKET), GONE, ALIAS),
        fails("no_bucket", to(BUCKET), GONE),
        fails("no_bucket", to(BUCKET), GONE, replace(OWNED, name="example-2")),
        fails("no_bucket", to(BUCKET), ELSEWHERE, replace(GONE, name="gone")),
        passes(to(BUCKET), ELSEWHERE, replace(GONE, id="arn:aws:cloudfront::111122223333:distribution/E2")),
    ],
)
def origins_exist(
    distribution: Distribution, origins: Given[OriginBucket], buckets: AccountWide[Bucket]
) -> Faults:
    """The bucket of every S3 origin exists, in this account or another; a bucket's website is no S3 origin.

    Whether another account's bucket exists can be told only where S3 lets its place be asked for. Whether an access
    point exists is not asked.
    """
    if some(distribution.config.origins.items, is_bucket):
        for origin in chosen(origins.by("id")[distribution.id], lambda each: not exists(each, buckets)):
            yield fault("no_bucket", bucket=origin.name)


def is_bucket(origin: Origin) -> bool:
    return origin.s3_origin_config is not None


def exists(origin: OriginBucket, buckets: AccountWide[Bucket]) -> bool:
    """Whether the bucket is one of the account's, or S3 tells its place."""
    if origin.kind != "bucket":
        raise Unseen(f"OriginBucket {origin.name}", UNKNOWN_VALUE)
    return some((True, False), lambda own: _is_own(origin, buckets) if own else origin.location is not None)


def _is_own(origin: OriginBucket, buckets: AccountWide[Bucket]) -> bool:
    return bool(buckets.by("name")[origin.name])


@control(
    "CloudFront.13",
    examples=[
        passes(to(BUCKET)),
        passes(to(SERVER)),
        fails("no_access_control", to(BUCKET, replace(BUCKET, origin_access_control_id=""))),
        fails(
            "no_access_control",
            to(
                replace(
                    BUCKET,
                    origin_access_control_id="",
                    s3_origin_config=S3Origin(origin_access_identity="origin-access-identity/cloudfront/E1"),
                )
            ),
        ),
    ],
)
def controls_access_to_buckets(distribution: Distribution) -> Faults:
    """Every S3 origin has an origin access control; the older origin access identity does not count."""
    for origin in chosen(uncontrolled(distribution), is_bucket):
        yield fault("no_access_control", origin=origin.id)


def uncontrolled(distribution: Distribution) -> Iterator[Origin]:
    return chosen(distribution.config.origins.items, lambda each: not each.origin_access_control_id)


@control(
    "CloudFront.16",
    examples=[
        passes(to(FUNCTION)),
        passes(to(SERVER)),
        passes(to(BUCKET)),
        fails("no_access_control", to(SERVER, replace(FUNCTION, origin_access_control_id=""))),
    ],
)
def controls_access_to_functions(distribution: Distribution) -> Faults:
    """Every origin that is a Lambda function URL has an origin access control."""
    for origin in chosen(uncontrolled(distribution), lambda each: ".lambda-url." in each.domain_name):
        yield fault("no_access_control", origin=origin.id)


CONTROLS = (
    has_origin_failover,
    encrypts_to_origins,
    shuns_ssl3,
    origins_exist,
    controls_access_to_buckets,
    controls_access_to_functions,
)
