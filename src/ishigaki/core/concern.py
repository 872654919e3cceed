"""What the response policy decides about: a failed finding, or something that another watcher has detected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from ishigaki.core.finding import Finding, Severity

Identity = tuple[str, str, str, str]  # account, Region, resource, kind


class Category(StrEnum):
    """What a control is about, as the policy tells things apart. Every control of the catalogue has exactly one."""

    ESSENTIAL = "essential"  # access, network, detection: what an account must have
    AVAILABILITY = "availability"
    LOGGING = "logging"
    IN_TRANSIT = "in_transit"
    AT_REST = "at_rest"
    NUISANCE = "nuisance"  # costs more attention than it is worth, unless somebody decides otherwise
    OPERATING_SYSTEM = "operating_system"  # and above: out of scope, said openly
    THREAT = "threat"  # detections: somebody may be at work


class Source(StrEnum):
    """Who saw it."""

    ISHIGAKI = "ishigaki"
    SECURITY_HUB = "securityhub"
    GUARDDUTY = "guardduty"
    ACCESS_ANALYZER = "accessanalyzer"
    CLOUDTRAIL = "cloudtrail"
    HEALTH = "health"
    PEOPLE = "people"  # our own stock-take of users and keys: what no scan judges


class Detection(msgspec.Struct, frozen=True):
    """What a watcher other than the controls has seen.

    `kind` is GuardDuty's finding type, or a word of ours (`external_access`, `root_sign_in`, `root_activity`,
    `user_created`, `access_key_created`, `credentials_exposed`, `quarantine_policy`, `user_without_reason`). `id` is
    the watcher's own, by which the same thing told twice is known. `title` is the watcher's text and not to be trusted.
    `open` is false once the watcher says that it is over (archived, resolved). `count` says how often, `facts` holds
    codes and values.
    """

    source: str
    kind: str
    id: str
    account: str
    region: str
    resource: str
    resource_type: str
    severity: Severity
    title: str
    first_at: datetime
    at: datetime
    name: str = ""
    count: int = 1
    open: bool = True
    facts: Mapping[str, Any] = {}

    @property
    def identity(self) -> Identity:
        return self.account, self.region, self.resource, self.kind


class Concern(msgspec.Struct, frozen=True):
    """One thing to decide about, with what the decision hangs on.

    `kind` is a control's id or a detection's kind. `environment` is `production` or `non-production` (an unknown one
    counts as production). `tags` None: they were not seen. `excepted` is the reason of the exception that hides it.
    """

    kind: str
    account: str
    region: str
    resource: str
    resource_type: str
    name: str
    source: str
    category: str
    severity: Severity
    environment: str
    owner: str
    tags: Mapping[str, str] | None = None
    excepted: str = ""
    finding: Finding | None = None
    detection: Detection | None = None

    @property
    def identity(self) -> Identity:
        return self.account, self.region, self.resource, self.kind
