"""What is told of many cases at once: the weekly digest, the monthly summary, the first look. Figures and codes only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from ishigaki.core.finding import Severity
from ishigaki.core.score import Score


class DigestLine(msgspec.Struct, frozen=True):
    """A case, or something told once (then `case` is empty). `subject` is a control's id or a detection's kind,
    `accounts` are ids, `count` is how many things there are. `due` is the deadline; `at` is when it was fixed,
    claimed to be fixed, begun or told."""

    subject: str
    severity: Severity
    environment: str
    accounts: tuple[str, ...]
    count: int = 1
    case: str = ""
    due: datetime | None = None
    at: datetime | None = None


class Digest(msgspec.Struct, frozen=True):
    """One owner's week, told as facts["digest"]. The order of lines is the order in which they are shown; a case is in
    one list only, what is overdue in `overdue` whatever else it is. `later` counts the open cases whose deadline is
    beyond the coming week; `returned` are things the policy leaves alone that came back or became worse; `folded` the
    messages that were kept back for this digest."""

    since: datetime
    until: datetime
    fixed: tuple[DigestLine, ...] = ()
    overdue: tuple[DigestLine, ...] = ()
    due_soon: tuple[DigestLine, ...] = ()
    awaiting: tuple[DigestLine, ...] = ()
    new: tuple[DigestLine, ...] = ()
    told_once: tuple[DigestLine, ...] = ()
    returned: tuple[DigestLine, ...] = ()
    later: int = 0
    folded: int = 0


class FirstSummary(msgspec.Struct, frozen=True):
    """The first look at accounts, told as facts["first_summary"]: one message instead of hundreds. `cases` are
    counted by severity in `by_severity`; `urgent` and `first` are those to begin with (urgent by hours, the others by
    deadline and severity); `told_once` and `left` count things that no case is about."""

    accounts: int
    things: int
    cases: int
    by_severity: Mapping[Severity, int] = {}
    urgent: tuple[DigestLine, ...] = ()
    first: tuple[DigestLine, ...] = ()
    due: datetime | None = None
    told_once: int = 0
    left: int = 0


class MonthlyRow(msgspec.Struct, frozen=True):
    """How one owner, control or account answered: of `told` cases `acted` were acted upon; so many are `open` and
    `overdue` now."""

    name: str
    told: int
    acted: int
    open: int = 0
    overdue: int = 0


class Monthly(msgspec.Struct, frozen=True):
    """One page to forward, told as facts["monthly"]. Of the cases that were `told` of and whose first deadline lay from
    `since` until `until`, `acted` were acted upon by then (acknowledged, fixed, extended or excepted); hours are
    medians, None where there was nothing to measure. `opened`, `closed`, `excepted` and `reopened` count within the
    period, `open` and `overdue` at its end. `before` and `after` are the scores of `standard` at both ends."""

    since: datetime
    until: datetime
    told: int
    acted: int
    acknowledge_hours: float | None = None
    fix_hours: float | None = None
    opened: int = 0
    closed: int = 0
    excepted: int = 0
    reopened: int = 0
    open: int = 0
    overdue: int = 0
    standard: str = ""
    before: Score | None = None
    after: Score | None = None
    owners: tuple[MonthlyRow, ...] = ()
    controls: tuple[MonthlyRow, ...] = ()
    accounts: tuple[MonthlyRow, ...] = ()


class Ending(msgspec.Struct, frozen=True):
    """An exception whose last day is near, told as facts["ending"]: of which controls (or which kind of detection), in
    which accounts, of what (`scope`), with its reason and who approved it. `days` are left, the last one included."""

    subjects: tuple[str, ...]
    accounts: tuple[str, ...]
    scope: str
    reason: str
    expires: date
    days: int
    approver: str = ""
