"""S3 buckets: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, Source, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER


class PublicAccessBlock(Value):
    block_public_acls: bool
    ignore_public_acls: bool
    block_public_policy: bool
    restrict_public_buckets: bool


UNBLOCKED = PublicAccessBlock(
    block_public_acls=False,
    ignore_public_acls=False,
    block_public_policy=False,
    restrict_public_buckets=False,
)


class Owner(Value):
    id: str


class Grantee(Value):
    """A user by its canonical `id`, or a group by its `uri`."""

    type: str = member(
        absent="",
        values=("CanonicalUser", "Group"),
        why="an attribute beside the answer's elements: AWS's own example of get-bucket-acl goes without it",
    )
    id: str = member(absent="", why="ID is the canonical user ID of the grantee: a group has none")
    uri: str

    @property
    def is_group(self) -> bool:
        """Told by the type; where it is left out, whoever has no canonical id is a group."""
        return self.type == "Group" or not (self.type or self.id)

    @property
    def is_everyone(self) -> bool:
        """S3 calls an ACL public if it grants anything to AllUsers or AuthenticatedUsers."""
        return self.is_group and self.uri.rsplit("/", 1)[-1] in ("AllUsers", "AuthenticatedUsers")

    @property
    def label(self) -> str:
        """A group's name, a user's canonical id."""
        return self.uri.rsplit("/", 1)[-1] if self.is_group else self.id


class Grant(Value):
    grantee: Grantee
    permission: str = member(values=("FULL_CONTROL", "READ", "READ_ACP", "WRITE", "WRITE_ACP"))


class AccessControlList(Value):
    """A bucket's ACL as it takes effect.

    Where object ownership is BucketOwnerEnforced, which turns ACLs off, S3 shows the owner's full control.
    """

    owner: Owner
    grants: tuple[Grant, ...]


class Logging(Value):
    target_bucket: str


class Versioning(Value):
    status: str = member(
        absent="Unversioned",
        values=("Enabled", "Suspended"),
        why="a bucket whose versioning was never set has no versioning state in the answer",
    )
    mfa_delete: str = member(
        absent="Disabled",
        values=("Enabled", "Disabled"),
        why="if the bucket has never been configured with MFA delete, this element is not returned",
    )


class Transition(Value):
    """When objects go to another storage class: after days, or on a date."""

    days: int | None = member(absent=None, why="a transition is set by days or by a date")
    storage_class: str


class LifecycleRule(Value):
    id: str = member(absent="", why="ID is optional: S3 makes one up for a rule that was given none")
    status: str = member(values=("Enabled", "Disabled"))
    expires_after: int | None = member(
        at="Expiration.Days", absent=None, why="a rule may do other things than expire objects after days"
    )
    transitions: tuple[Transition, ...] = member(absent=(), why="a rule need not move objects")


class EncryptionRule(Value):
    algorithm: str = member(
        at="ApplyServerSideEncryptionByDefault.SSEAlgorithm", values=("AES256", "aws:kms", "aws:kms:dsse")
    )


class Target(Value):
    """Where notifications of one configuration go, and of which events."""

    events: tuple[str, ...]


def _targets() -> tuple[Target, ...]:
    return member(absent=(), why="if notifications are not enabled on the bucket, the configuration is empty")


class Notifications(Value):
    topic_configurations: tuple[Target, ...] = _targets()
    queue_configurations: tuple[Target, ...] = _targets()
    lambda_function_configurations: tuple[Target, ...] = _targets()


class Website(Value):
    """A static website served from the bucket, or a redirect. It is reached over plain HTTP only."""


# us-east-1 goes by no name here; EU is an old name of Ireland.
LOCATION = Source(
    call("s3", "GetBucketLocation", Bucket="{Name}"),
    at="LocationConstraint == 'EU' && 'eu-west-1' || LocationConstraint || 'us-east-1'",
)


@resource(
    "AWS::S3::Bucket",
    # With a parameter given, the answer tells each bucket's Region, since 2025: older ones are asked apart.
    listed_by=call("s3", "ListBuckets", permission="s3:ListAllMyBuckets", MaxBuckets=1000),
    at="Buckets",
    id="arn:{partition}:s3:::{Name}",
    name="{Name}",
    region="{BucketRegion}",
    scope="global",
    located=LOCATION,
)
class Bucket(Resource):
    """A general purpose bucket. Every facet is a call per bucket, one for each of S3's configurations."""

    public_access_block: PublicAccessBlock = facet(
        call("s3", "GetPublicAccessBlock", Bucket="{Name}", permission="s3:GetBucketPublicAccessBlock"),
        at="PublicAccessBlockConfiguration",
        absent={"NoSuchPublicAccessBlockConfiguration": UNBLOCKED},
        why="AWS answers so for a bucket without a configuration: it blocks nothing",
    )
    policy: str | None = facet(
        call("s3", "GetBucketPolicy", Bucket="{Name}"),
        at="Policy",
        absent={"NoSuchBucketPolicy": None},
        why="AWS answers NoSuchBucketPolicy for a bucket without a policy",
    )
    acl: AccessControlList = facet(call("s3", "GetBucketAcl", Bucket="{Name}"))
    logging: Logging | None = facet(
        call("s3", "GetBucketLogging", Bucket="{Name}"),
        at="LoggingEnabled",
        absent={NOT_IN_ANSWER: None},
        why="LoggingEnabled is present where logging is enabled; the status of a bucket without is empty",
    )
    versioning: Versioning = facet(call("s3", "GetBucketVersioning", Bucket="{Name}"))
    lifecycle: tuple[LifecycleRule, ...] = facet(
        call(
            "s3",
            "GetBucketLifecycleConfiguration",
            Bucket="{Name}",
            permission="s3:GetLifecycleConfiguration",
        ),
        at="Rules",
        absent={"NoSuchLifecycleConfiguration": ()},
        why="AWS answers NoSuchLifecycleConfiguration for a bucket without a lifecycle configuration",
    )
    lifecycle_minimum_size: str = facet(
        call(
            "s3",
            "GetBucketLifecycleConfiguration",
            Bucket="{Name}",
            permission="s3:GetLifecycleConfiguration",
        ),
        at="TransitionDefaultMinimumObjectSize",
        absent={"NoSuchLifecycleConfiguration": "", NOT_IN_ANSWER: ""},
        why="a header beside the rules; where it is left out S3 goes by its default",
    )
    encryption: tuple[EncryptionRule, ...] = facet(
        call("s3", "GetBucketEncryption", Bucket="{Name}", permission="s3:GetEncryptionConfiguration"),
        at="ServerSideEncryptionConfiguration.Rules",
        absent={"ServerSideEncryptionConfigurationNotFoundError": ()},
        why="AWS answers so for a bucket without default encryption, as buckets could be until January 2023",
    )
    notifications: Notifications = facet(
        call(
            "s3",
            "GetBucketNotificationConfiguration",
            Bucket="{Name}",
            permission="s3:GetBucketNotification",
        )
    )
    website: Website | None = facet(
        call("s3", "GetBucketWebsite", Bucket="{Name}"),
        absent={"NoSuchWebsiteConfiguration": None},
        why="AWS answers NoSuchWebsiteConfiguration for a bucket that serves no website",
    )

    def logs_to(self, other: Bucket) -> bool:
        """Whether another bucket receives the server access logs of this one."""
        return self.logging is not None and self.logging.target_bucket == other.name


@resource("AWS::::Account", scope="global")
class LogKeeping(Resource):
    """The account as one that keeps logs: its own, or those of others."""
