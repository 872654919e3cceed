"""Cases: work that findings become, with an owner, a deadline and a history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from ishigaki.core.concern import Identity
from ishigaki.core.finding import Severity
from ishigaki.core.response import Audience


class State(StrEnum):
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    FIXING = "fixing"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    DONE = "done"
    EXCEPTED = "excepted"
    RELAPSED = "relapsed"


CLOSED = (State.DONE, State.EXCEPTED)


class Standing(StrEnum):
    """How one thing of a case stands."""

    OPEN = "open"
    FIXED = "fixed"  # a re-check passed
    GONE = "gone"  # a complete re-check no longer met it
    EXCEPTED = "excepted"


class Item(msgspec.Struct, frozen=True):
    """One concern as the ledger keeps it, whatever was decided of it. Both clocks are ours: `first_seen` of the
    identity, `since` of its present standing, `opened` of the tracking, from which `due` is counted. `told` is when
    people were first told; `mark` stands for what is wrong, so that it is noticed when it has `worsened`."""

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
    worsened: datetime | None = None
    relapses: int = 0

    @property
    def identity(self) -> Identity:
        return self.account, self.region, self.resource, self.kind


class Case(msgspec.Struct, frozen=True):
    """One piece of work. Its things share owner, kind and environment; an urgent one has a single thing (`focus`) with
    all that one row says of it, and the gravest of that as its kind. `due` is the earliest deadline of what is open in
    it; `clock` is when the time up to it began to run (opening, reopening, extension). `row` and `why` are the
    policy's, `audience` is told first. `reminded` is the stage that was told last, `level` how far it was escalated (0
    owner, 1 lead, 2 security). `extended` is set while somebody's extension holds."""

    id: str
    kind: str
    owner: str
    environment: str
    severity: Severity
    urgent: bool
    state: State
    opened: datetime
    due: datetime
    clock: datetime
    since: datetime
    row: str = ""
    why: str | Mapping[str, str] = ""
    audience: tuple[Audience, ...] = ("owner",)
    focus: str = ""
    assignee: str = ""
    acknowledged: datetime | None = None
    closed: datetime | None = None
    extended: datetime | None = None
    reminded: str = ""
    level: int = 0
    relapses: int = 0

    @property
    def open(self) -> bool:
        return self.state not in CLOSED


class Event(msgspec.Struct, frozen=True):
    """One line of a case's history. `what`: opened, joined, acknowledged, fixing, claimed_fixed, not_confirmed, fixed
    (a thing of it; facts: resource), done, excepted, extended, assigned, commented, closed_by_hand, reopened,
    relapsed, reminded, escalated, moved (to another owner or out of the policy's tracking). `who` is a person, or
    `ishigaki`."""

    case: str
    at: datetime
    who: str
    what: str
    facts: Mapping[str, Any] = {}
