"""IAM Access Analyzer's findings: as events, and as its API lists them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ishigaki.core.concern import Detection, Source
from ishigaki.core.finding import Severity
from ishigaki.core.intake import Read
from ishigaki.intake.members import Unreadable, account, facts, moment, needed, region, text, true

ACTIVE = "ACTIVE"
STATUSES = (ACTIVE, "ARCHIVED", "RESOLVED")
EXTERNAL, INTERNAL, UNUSED = "ExternalAccess", "InternalAccess", "Unused"
# Its own names of types, and ours. What it could not analyse is told, too: nobody knows whether there is access.
KINDS: Mapping[str, str] = {
    EXTERNAL: "external_access",
    INTERNAL: "internal_access",
    "UnusedIAMRole": "unused_role",
    "UnusedIAMUserAccessKey": "unused_access_key",
    "UnusedIAMUserPassword": "unused_password",
    "UnusedPermission": "unused_permission",
}
NOT_ANALYZED = "not_analyzed"
FACTS: Mapping[str, tuple[str, ...]] = {
    "public": ("isPublic",),
    "principal": ("principal.AWS", "principal.Federated", "principal.CanonicalUser", "principal.Service"),
    "principal_type": ("principalType",),
    "actions": ("action",),
    "shared_via": ("sources.type",),
    "unused_services": ("numberOfUnusedServices",),
    "unused_actions": ("numberOfUnusedActions",),
    "access_key": ("accessKeyId",),
    "error": ("error",),
}


def read(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Read:
    """The finding of an event. Raises `Unreadable`."""
    return Read((detection(detail, analyzer=text(event, "resources"), place=region(event, "region")),))


def detection(finding: Mapping[str, Any], *, analyzer: str, place: str) -> Detection:
    """A finding in the form of the events; `place` is the Region of its analyzer. Raises `Unreadable`."""
    own, status = text(finding, "findingType") or EXTERNAL, needed(finding, "status")
    if own not in KINDS or status not in STATUSES:
        raise Unreadable("bad_value", "status" if own in KINDS else "findingType")
    kind = NOT_ANALYZED if text(finding, "error") else KINDS[own]
    resource = needed(finding, "resource")
    return Detection(
        source=Source.ACCESS_ANALYZER,
        kind=kind,
        id=needed(finding, "id", "findingId"),
        account=account(finding, "accountId", "resourceOwnerAccount"),
        region=region(finding, "region") if text(finding, "region") else place,
        resource=resource,
        resource_type=needed(finding, "resourceType"),
        severity=_severity(kind, public=true(finding, "isPublic")),
        title="",
        first_at=moment(finding, "createdAt", "updatedAt"),
        at=moment(finding, "updatedAt", "analyzedAt"),
        name=re.split(r"[:/]", resource)[-1],
        open=status == ACTIVE and not true(finding, "isDeleted"),
        facts={**facts(finding, FACTS), **({"analyzer": analyzer} if analyzer else {})},
    )


def _severity(kind: str, *, public: bool) -> Severity:
    if kind != KINDS[EXTERNAL]:
        return Severity.LOW
    return Severity.HIGH if public else Severity.MEDIUM
