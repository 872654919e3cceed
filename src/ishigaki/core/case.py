"""Cases: work that findings become, with an owner, a deadline and a history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from ishigaki.core.concern import Identity
from ishigaki.core.finding import Severity


class State(StrEnum):
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    FIXING = "fixing"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    DONE = "done"
    EXCEPTED = "excepted"
    RELAPSED = "relapsed"


class Standing(StrEnum):
    """How one thing of a case stands."""

    OPEN = "open"
    FIXED = "fixed"  # a re-check passed
    GONE = "gone"  # a complete re-check no longer met it
    EXCEPTED = "excepted"
    SUPPRESSED = "suppressed"  # a reviewed rule takes it for a legitimate cause


class Item(msgspec.Struct, frozen=True):
    """One concern as the ledger keeps it, whatever was decided of it. Both clocks are ours: `first_seen` of the
    identity, `since` of its present standing, `opened` of the tracking, from which `due` is counted. `told` is when
    people were first told; `mark` stands for what was wrong then, so that worse is noticed."""

    account: str
    region: str
    resource: str
    kind: str
    source: str
    resource_type: str
    name: str
    category: str
    severity: Severity
    environment: str
    owner: str
    action: str
    row: str
    standing: Standing
    first_seen: datetime
    since: datetime
    case: str = ""
    opened: datetime | None = None
    due: datetime | None = None
    told: datetime | None = None
    mark: str = ""
    relapses: int = 0

    @property
    def identity(self) -> Identity:
        return self.account, self.region, self.resource, self.kind


class Case(msgspec.Struct, frozen=True):
    """One piece of work. Its things share owner, kind and environment; an urgent one has a single thing (`focus`).
    `due` is the earliest deadline of what is open in it, or what it was `extended` to. `level` is how far it was
    escalated (0 owner, 1 lead, 2 security)."""

    id: str
    kind: str
    owner: str
    environment: str
    severity: Severity
    urgent: bool
    state: State
    opened: datetime
    due: datetime
    since: datetime
    row: str = ""
    focus: str = ""
    assignee: str = ""
    acknowledged: datetime | None = None
    closed: datetime | None = None
    extended: datetime | None = None
    level: int = 0
    relapses: int = 0


class Event(msgspec.Struct, frozen=True):
    """One line of a case's history. `what`: opened, joined, told, acknowledged, fixing, claimed_fixed, confirmed, done,
    extended, assigned, commented, excepted, reopened, relapsed, reminded, escalated, moved. `who` is a person, or
    `ishigaki`."""

    case: str
    at: datetime
    who: str
    what: str
    facts: Mapping[str, Any] = {}
