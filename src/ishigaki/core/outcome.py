"""What became of a change, and what AWS's refusals mean: by class, each with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """How a change ended. PROVEN was looked at again and is as planned; WAITING was made and does not show yet;
    REFUSED was not begun, because something had moved; SKIPPED was not wanted or no longer needed."""

    PROVEN = "proven"
    WAITING = "waiting"
    REFUSED = "refused"
    FAILED = "failed"
    SKIPPED = "skipped"


class Failure(StrEnum):
    """Why AWS would not do it."""

    DENIED_BY_POLICY_OF_ORGANIZATION = "denied_scp"
    DENIED = "denied_iam"
    NOT_OPTED_IN = "not_opted_in"
    NOT_READY = "not_ready"
    THROTTLED = "throttled"
    BUSY = "busy"
    NOT_CONSISTENT = "not_consistent"
    MANAGED_ELSEWHERE = "managed_elsewhere"
    QUOTA = "quota"
    EXISTS = "exists"
    MISSING = "missing"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class Patience(msgspec.Struct, frozen=True):
    """How long, in seconds, a call is tried again, and how long it waits between two tries at first."""

    total: float
    first: float = 2.0


PATIENCE: Mapping[Failure, Patience] = {
    Failure.NOT_CONSISTENT: Patience(120),  # after our own write; remediation.md section 7
    Failure.BUSY: Patience(600, 5),
    Failure.THROTTLED: Patience(120),
    Failure.NOT_READY: Patience(600, 15),
}

# What exists and is somebody else's, whatever we may have sent before.
ANOTHERS = frozenset(["BucketAlreadyExists"])
# AWS broke while it worked: nobody knows whether the call was made. What it throttles it does not begin.
_BROKE = (
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServiceError",
    "InternalServerErrorException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
)

_DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "AuthorizationError",
    "AuthorizationErrorException",
    "UnauthorizedException",
    "Forbidden",
    "NotAuthorized",
    "Client.UnauthorizedOperation",
)
_BY_CODE: Mapping[str, Failure] = {
    **dict.fromkeys(_DENIED, Failure.DENIED),
    **dict.fromkeys(
        ("OptInRequired", "RegionDisabled", "RegionDisabledException", "InvalidClientTokenId"),
        Failure.NOT_OPTED_IN,
    ),
    **dict.fromkeys(("UnrecognizedClient", "UnrecognizedClientException"), Failure.NOT_OPTED_IN),
    "SubscriptionRequiredException": Failure.NOT_READY,
    "SubscriptionRequired": Failure.NOT_READY,
    **dict.fromkeys(
        (
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "SlowDown",
            *_BROKE,
        ),
        Failure.THROTTLED,
    ),
    **dict.fromkeys(
        (
            "ConcurrentModification",
            "ConcurrentModificationException",
            "EntityTemporarilyUnmodifiable",
            "FinalizingOrganizationException",
            "OperationInProgress",
            "OperationInProgressException",
            "OperationAborted",
            "ResourceInUseException",
            "ConflictException",
            "InvalidStateException",
            "DependencyViolation",  # what depends on it is still going away
        ),
        Failure.BUSY,
    ),
    **dict.fromkeys(
        (
            "InsufficientS3BucketPolicyException",
            "InsufficientEncryptionPolicyException",
            "InsufficientSnsTopicPolicyException",
            "InsufficientDeliveryPolicyException",
            "InvalidCloudWatchLogsRoleArnException",
            "InvalidCloudWatchLogsLogGroupArnException",
            "InvalidKmsKeyIdException",
            "NoAvailableDeliveryChannelException",
        ),
        Failure.NOT_CONSISTENT,
    ),
    "InvalidAccessException": Failure.MANAGED_ELSEWHERE,
    **dict.fromkeys(
        (
            "LimitExceeded",
            "LimitExceededException",
            "ConstraintViolationException",
            "ServiceQuotaExceededException",
            "TooManyBuckets",
            "TrailLimitExceeded",
            "MaximumNumberOfTrailsExceededException",
            "RulesPerSecurityGroupLimitExceeded",
            "NetworkAclEntryLimitExceeded",
        ),
        Failure.QUOTA,
    ),
    **dict.fromkeys(
        (
            "EntityAlreadyExists",
            "EntityAlreadyExistsException",
            "ResourceAlreadyExistsException",
            "ResourceExistsException",
            "AlreadyExistsException",
            "BucketAlreadyExists",
            "BucketAlreadyOwnedByYou",
            "TrailAlreadyExistsException",
            "InvalidPermission.Duplicate",
            "FlowLogAlreadyExists",
            "NetworkAclEntryAlreadyExists",
            "InvalidGroup.Duplicate",
            "ResourceConflictException",
        ),
        Failure.EXISTS,
    ),
    **dict.fromkeys(
        (
            "NoSuchBucket",
            "NoSuchEntity",
            "NoSuchEntityException",
            "ResourceNotFoundException",
            "NotFoundException",
            "NotFound",
            "TrailNotFoundException",
            "S3BucketDoesNotExistException",
            "KmsKeyNotFoundException",
            "NoAvailableConfigurationRecorderException",
        ),
        Failure.MISSING,
    ),
    **dict.fromkeys(
        ("EndpointUnreachable", "EndpointTimedOut", "UnreadableAnswer", "ServiceNotOffered"),
        Failure.UNREACHABLE,
    ),
}
# Words of AWS's messages that tell more than the code.
_BY_WORDS: tuple[tuple[str, str, Failure], ...] = (
    ("", "service control policy", Failure.DENIED_BY_POLICY_OF_ORGANIZATION),
    ("", "resource control policy", Failure.DENIED_BY_POLICY_OF_ORGANIZATION),
    ("", "organizations s3 policy", Failure.DENIED_BY_POLICY_OF_ORGANIZATION),
    ("", "declarative policy", Failure.DENIED_BY_POLICY_OF_ORGANIZATION),
    ("", "cannot be assumed", Failure.NOT_CONSISTENT),
    ("MalformedPolicy", "invalid principal", Failure.NOT_CONSISTENT),
    ("MalformedPolicyDocument", "invalid principal", Failure.NOT_CONSISTENT),
    ("InvalidConfigurationRequest", "access denied for bucket", Failure.NOT_CONSISTENT),
    ("BadRequestException", "administrator account", Failure.MANAGED_ELSEWHERE),
    ("BadRequestException", "member account", Failure.MANAGED_ELSEWHERE),
    ("BadRequestException", "already exists", Failure.EXISTS),
    ("ConflictException", "already exists", Failure.EXISTS),
    ("InvalidInput", "already exists", Failure.EXISTS),
    ("InvalidInput", "has been taken", Failure.EXISTS),
    ("ThrottlingException", "rate exceeded", Failure.THROTTLED),
    ("LimitExceededException", "rate exceeded", Failure.THROTTLED),
)


def classify(code: str, message: str = "") -> Failure:
    """What a refusal means, by AWS's code and, where it says more, the words of its message."""
    words = message.lower()
    for known, part, failure in _BY_WORDS:
        if known in ("", code) and part in words:
            return failure
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code.endswith(("AlreadyExists", "AlreadyExistsException", ".Duplicate")):
        return Failure.EXISTS
    if code.endswith((".NotFound", "NotFoundException")):
        return Failure.MISSING
    if "LimitExceeded" in code or code.startswith("MaxNumberOf"):
        return Failure.QUOTA
    return Failure.OTHER


def takes_away(operation: str) -> bool:
    """Whether a call that AWS misses the thing of has been made: it was to be gone."""
    return operation.startswith(("Delete", "Detach", "Remove", "Deactivate"))


def unsure(code: str, failure: Failure) -> bool:
    """Whether a call that ended so may have been made nevertheless."""
    return failure is Failure.UNREACHABLE or code in _BROKE
