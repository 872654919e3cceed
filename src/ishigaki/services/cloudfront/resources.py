"""CloudFront: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource

NONE_OF = "If Quantity is 0, you can omit Items"

COMMENT = "DistributionConfig.Comment"
# A header that CloudFront adds is often the shared secret by which an origin knows it.
SECRET = (
    "DistributionConfig.Origins.Items[].CustomHeaders.Items[].HeaderValue",
    "DistributionConfig.TenantConfig.ParameterDefinitions[].Definition.StringSchema.Comment",
)
READ = call("cloudfront", "GetDistributionConfig", Id="{Id}", secret=(COMMENT, *SECRET))


class S3Origin(Value):
    origin_access_identity: str


class SslProtocols(Value):
    quantity: int
    items: tuple[str, ...]


class CustomOrigin(Value):
    http_port: int
    https_port: int
    origin_protocol_policy: str = member(values=("http-only", "match-viewer", "https-only"))
    origin_ssl_protocols: SslProtocols


class Origin(Value):
    """Where content comes from: a bucket, a server (a bucket's website too), or a VPC origin."""

    id: str
    domain_name: str
    s3_origin_config: S3Origin | None = member(
        absent=None, why="for an Amazon S3 bucket that is not configured with static website hosting only"
    )
    custom_origin_config: CustomOrigin | None = member(
        absent=None, why="for an origin that is not an Amazon S3 bucket only"
    )
    origin_access_control_id: str = member(
        absent="",
        why="the identifier of an origin access control for this origin: one without has no control",
    )


class Origins(Value):
    quantity: int
    items: tuple[Origin, ...]


class Signers(Value):
    """Trusted signers, or trusted key groups. `enabled` where any of them has keys to verify signatures with."""

    enabled: bool
    quantity: int


class Behavior(Value):
    """A cache behavior; the default one takes every request that no other takes."""

    target_origin_id: str
    viewer_protocol_policy: str = member(values=("allow-all", "https-only", "redirect-to-https"))
    trusted_signers: Signers | None = member(
        absent=None, why="You can't specify this field for multi-tenant distributions"
    )
    trusted_key_groups: Signers

    @property
    def path(self) -> str:
        """Which requests it takes."""
        return "*"


class PathBehavior(Behavior):
    """A cache behavior for certain paths."""

    path_pattern: str

    @property
    def path(self) -> str:
        return self.path_pattern


class Behaviors(Value):
    quantity: int
    items: tuple[PathBehavior, ...] = member(absent=(), why=NONE_OF)


class ViewerCertificate(Value):
    """The certificate that viewers are shown: that of *.cloudfront.net, or one of ACM's or IAM's."""

    cloud_front_default_certificate: bool
    acm_certificate_arn: str = member(
        at="ACMCertificateArn",
        absent="",
        why="Specify a value for ACMCertificateArn or IAMCertificateId, not both",
    )
    iam_certificate_id: str = member(
        at="IAMCertificateId",
        absent="",
        why="Specify a value for ACMCertificateArn or IAMCertificateId, not both",
    )
    minimum_protocol_version: str
    ssl_support_method: str = member(at="SSLSupportMethod", values=("sni-only", "vip", "static-ip"))

    @property
    def is_own(self) -> bool:
        """Whether the certificate is a custom one; AWS need not say beside it that it is not the default."""
        named = self.acm_certificate_arn or self.iam_certificate_id
        return bool(named) or not self.cloud_front_default_certificate


class Configuration(Value):
    """A distribution's configuration, as UpdateDistribution wants it back: whole."""

    caller_reference: str
    enabled: bool
    default_root_object: str = member(
        absent="", why="If you don't want to specify a default root object, include an empty element"
    )
    origins: Origins
    origin_groups: int = member(
        at="OriginGroups.Quantity", absent=0, why="information about origin groups: there need not be any"
    )
    default_cache_behavior: Behavior
    cache_behaviors: Behaviors
    logged: bool = member(
        at="Logging.Enabled", absent=False, why="whether access logs are written: Logging is optional"
    )
    viewer_certificate: ViewerCertificate
    web_acl_id: str = member(
        at="WebACLId", absent="", why="specifies the WAF web ACL, if any, to associate with this distribution"
    )
    connection_mode: str = member(
        absent="direct",
        values=("direct", "tenant-only"),
        why="a standard distribution, from before there were multi-tenant distributions",
    )

    @property
    def behaviors(self) -> tuple[Behavior, ...]:
        """The default cache behavior and the others."""
        return (self.default_cache_behavior, *self.cache_behaviors.items)


@resource(
    "AWS::CloudFront::Distribution",
    listed_by=call(
        "cloudfront",
        "ListDistributions",
        secret=(
            "DistributionList.Items[].Comment",
            "DistributionList.Items[].Origins.Items[].CustomHeaders.Items[].HeaderValue",
        ),
    ),
    at="DistributionList.Items",
    id="{ARN}",
    name="{Id}",
    scope="global",
)
class Distribution(Resource):
    """A distribution. Its listing tells neither the root object nor the logs; so everything is read where it is
    changed, with the version (ETag) that UpdateDistribution asks for."""

    config: Configuration = facet(READ, at="DistributionConfig")
    version: str = facet(READ, at="ETag")
