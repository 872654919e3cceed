"""What the HTML report shows, in the order it shows it: the picture grouped and put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from ishigaki.core.catalogue import order
from ishigaki.core.evaluate import ACCOUNT
from ishigaki.core.finding import SEVERITIES, Finding, Reason, Severity, Status
from ishigaki.core.response import Decision
from ishigaki.core.score import ControlStatus, status_of
from ishigaki.report.exceptions import said_of_row
from ishigaki.report.picture import AccountPicture, Picture, Row, current, standards_of, worst_first
from ishigaki.report.words import finding_words, fix_words, moment, reason_words, said_of, title_of
from ishigaki.texts import ControlText, Words

SHOWN = (Status.FAILED, Status.WARNING)  # what the findings section lists; the undecided are coverage

NOT_PASSED = (ControlStatus.FAILED.name.lower(), ControlStatus.UNKNOWN.name.lower())


class Line(msgspec.Struct, frozen=True):
    """One finding as a line: `mark` is its status, or SUPPRESSED; `held` says by what (`exception`, `policy`, or
    `elsewhere`)."""

    region: str
    resource: str
    name: str
    mark: str
    wrong: Sequence[Words]
    since: datetime
    held: str = ""


class AccountGroup(msgspec.Struct, frozen=True):
    """A control's findings in one account."""

    account: AccountPicture
    lines: Sequence[Line]


class ControlGroup(msgspec.Struct, frozen=True):
    """A control with everything it says, and its findings by account."""

    control: str
    severity: Severity
    title: Words
    said: ControlText | None
    fix: Words
    standards: Sequence[str]
    reference: str
    counts: Mapping[str, int]  # failed, warning, suppressed, passed
    accounts: Sequence[AccountGroup]


class Cell(msgspec.Struct, frozen=True):
    """A control in one account: its status, and how many resources failed."""

    status: str
    failed: int


class HeatRow(msgspec.Struct, frozen=True):
    """A control across the accounts, in their order."""

    control: str
    severity: Severity
    title: Words
    cells: Sequence[Cell]


class GapLine(msgspec.Struct, frozen=True):
    """What could not be read in one account, for one reason."""

    account: AccountPicture
    what: str
    permission: str
    why: Words
    regions: Sequence[str]
    count: int


class Undecided(msgspec.Struct, frozen=True):
    """Findings of one account that could not be decided for the same reason."""

    account: AccountPicture
    why: Words
    controls: Sequence[str]
    count: int


class Waiting(msgspec.Struct, frozen=True):
    """A control not judged yet, and how many resources it is about."""

    control: str
    title: Words
    resources: int


def control_groups(picture: Picture) -> list[ControlGroup]:
    """The controls with failed or doubtful findings: first those that failed, the worst severity first."""
    accounts = {a.id: a for a in picture.accounts}
    groups: dict[str, list[Row]] = {}
    for row in worst_first(current(picture)):
        groups.setdefault(row.finding.control, []).append(row)
    shown = [
        _group(picture, control, rows, accounts)
        for control, rows in groups.items()
        if any(r.finding.status in SHOWN for r in rows)
    ]
    return sorted(shown, key=lambda group: not group.counts["failed"])


def _group(
    picture: Picture, control: str, rows: Sequence[Row], accounts: Mapping[str, AccountPicture]
) -> ControlGroup:
    by_account: dict[str, list[Line]] = {}
    for row in rows:
        if row.finding.status in SHOWN:
            by_account.setdefault(row.finding.account, []).append(_line(row))
    most_first = sorted(by_account.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    counts = Counter(_mark(r) for r in rows)
    return ControlGroup(
        control=control,
        severity=rows[0].severity,
        title=title_of(control),
        said=said_of(control),
        fix=fix_words(control, [r.finding for r in rows if r.finding.status in SHOWN]),
        standards=standards_of(picture, control),
        reference=rows[0].facts.reference,
        counts={
            "failed": counts[Status.FAILED],
            "warning": counts[Status.WARNING],
            "suppressed": counts["SUPPRESSED"],
            "passed": counts[Status.PASSED],
        },
        accounts=[AccountGroup(accounts[a], lines) for a, lines in most_first],
    )


def _mark(row: Row) -> str:
    return "SUPPRESSED" if row.suppressed and row.finding.status in SHOWN else row.finding.status.value


def _line(row: Row) -> Line:
    finding = row.finding
    name = "" if finding.resource_type == ACCOUNT or finding.name == finding.resource else finding.name
    hidden = said_of_row(row)
    wrong = finding_words(finding)
    return Line(
        finding.region,
        finding.resource,
        name,
        _mark(row),
        [*wrong, hidden] if hidden else wrong,
        row.since,
        _held(row),
    )


def _held(row: Row) -> str:
    if not row.suppressed:
        return ""
    if row.hidden_by is None:
        return "elsewhere"
    return "policy" if isinstance(row.hidden_by, Decision) else "exception"


def heat_rows(picture: Picture) -> list[HeatRow]:
    """The controls that did not pass everywhere, worst first: severity, then the number of failed resources."""
    pools: dict[str, dict[str, list[Finding]]] = {}
    severities: dict[str, Severity] = {}
    for row in current(picture):
        pools.setdefault(row.finding.control, {}).setdefault(row.finding.account, []).append(row.finding)
        severities[row.finding.control] = row.severity
    waiting = {(u.control, u.account) for u in picture.unjudged}
    rows = []
    for control, pool in pools.items():
        cells = [
            _cell(pool.get(a.id, ()), unjudged=(control, a.id) in waiting, seen=a.seen != "unseen")
            for a in picture.accounts
        ]
        if any(c.status in NOT_PASSED for c in cells):
            rows.append(HeatRow(control, severities[control], title_of(control), cells))
    return sorted(rows, key=_heat)


def _cell(findings: Iterable[Finding], *, unjudged: bool, seen: bool) -> Cell:
    pool = list(findings)
    failed = sum(f.status is Status.FAILED and f.workflow != "SUPPRESSED" for f in pool)
    status = status_of(pool, unjudged=unjudged)
    return Cell("unseen" if not seen and status is ControlStatus.NO_DATA else status.name.lower(), failed)


def _heat(row: HeatRow) -> tuple[object, ...]:
    return SEVERITIES.index(row.severity), -sum(c.failed for c in row.cells), order(row.control)


def gap_lines(picture: Picture) -> list[GapLine]:
    """What could not be read, one line per account, permission and reason."""
    accounts = {a.id: a for a in picture.accounts}
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for account, gap in picture.gaps:
        groups.setdefault((account, gap.permission, gap.code, gap.type or gap.operation), []).append(
            gap.region
        )
    return [
        GapLine(
            accounts[account],
            what,
            permission,
            reason_words(Reason(code)),
            sorted(set(regions)),
            len(regions),
        )
        for (account, permission, code, what), regions in sorted(groups.items())
    ]


def undecided(picture: Picture) -> list[Undecided]:
    """The findings that could not be decided, one line per account and reason."""
    accounts = {a.id: a for a in picture.accounts}
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in current(picture):
        if row.finding.status is Status.NOT_AVAILABLE:
            reason = row.finding.reason
            key = (row.finding.account, reason.code if reason else "", reason.what if reason else "")
            groups.setdefault(key, []).append(row)
    return [
        Undecided(
            accounts[account],
            reason_words(rows[0].finding.reason) if rows[0].finding.reason else {"en": "", "ja": ""},
            sorted({r.finding.control for r in rows}, key=order),
            len(rows),
        )
        for (account, _, _), rows in sorted(groups.items())
    ]


def waiting(picture: Picture) -> list[Waiting]:
    """The controls that are not judged yet."""
    resources: Counter[str] = Counter()
    for each in picture.unjudged:
        resources[each.control] += each.resources
    return [Waiting(c, title_of(c), resources[c]) for c in sorted(resources, key=order)]


def not_fully_seen(picture: Picture) -> list[tuple[AccountPicture, Words | None]]:
    """The accounts of which not everything was seen, and why."""
    return [
        (a, reason_words(a.reason) if a.reason else None) for a in picture.accounts if a.seen != "complete"
    ]


def times(picture: Picture, when: datetime) -> Words:
    """A moment in the zone of the scan."""
    return moment(when, picture.at.tzinfo)
