"""Checklists: what stands between controls and people's answers, line by line. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from ishigaki.core.estate import Answer
from ishigaki.core.finding import Finding, Status, Unjudged

SHOWN = 5  # findings that a line names; the rest is a number
GOOD_FOR_DAYS = 365  # an answer is asked for anew after a year


class Tick(StrEnum):
    """The answer to one line of a checklist."""

    TICKED = "ticked"
    OPEN = "open"
    CANNOT_TELL = "cannot_tell"


class Asked(msgspec.Struct, frozen=True):
    """A question that only a person can answer, by language."""

    id: str
    text: Mapping[str, str]


class Line(msgspec.Struct, frozen=True):
    """One line: controls that must pass in every account, and questions that must be answered with yes. A line
    without a title of its own is about its one control."""

    controls: tuple[str, ...]
    questions: tuple[Asked, ...] = ()
    title: Mapping[str, str] = {}


class Checklist(msgspec.Struct, frozen=True):
    """Lines in the order they are told in."""

    id: str
    title: Mapping[str, str]
    lines: tuple[Line, ...]

    @property
    def controls(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(c for line in self.lines for c in line.controls))


class Checked(msgspec.Struct, frozen=True):
    """How a line stands: what failed and where, in which accounts it cannot be told, which controls the scan left
    out, and what people said."""

    line: Line
    tick: Tick
    accounts: tuple[str, ...] = ()
    resources: int = 0
    findings: tuple[Finding, ...] = ()
    failed: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    said: Mapping[str, Answer] = {}  # by question; the answers that still hold

    @property
    def control(self) -> str:
        """The control of a line that is about one."""
        return self.line.controls[0]

    @property
    def unanswered(self) -> tuple[Asked, ...]:
        return tuple(q for q in self.line.questions if q.id not in self.said)


def check(
    lines: Iterable[Line],
    findings: Iterable[Finding],
    *,
    unjudged: Iterable[Unjudged],
    accounts: Sequence[str],
    asked: Collection[str],
    answers: Iterable[Answer] = (),
    today: date = date.min,
) -> tuple[Checked, ...]:
    """How each line stands over these accounts.

    A suppressed finding is still open here: a checklist is about the world, not about decisions. An account
    without any finding of a control was not looked at, and is not ticked. A line of which the scan asked
    nothing is left out.
    """
    pools: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.record != "ARCHIVED":
            pools.setdefault(finding.control, []).append(finding)
    waiting = {(u.control, u.account) for u in unjudged}
    holding = {a.question: a for a in answers if 0 <= (today - a.on).days <= GOOD_FOR_DAYS}
    return tuple(
        _checked(line, pools, waiting=waiting, accounts=accounts, asked=asked, answers=holding)
        for line in lines
        if not line.controls or any(c in asked for c in line.controls)
    )


def _checked(
    line: Line,
    pools: Mapping[str, list[Finding]],
    *,
    waiting: Collection[tuple[str, str]],
    accounts: Sequence[str],
    asked: Collection[str],
    answers: Mapping[str, Answer],
) -> Checked:
    found = [f for c in line.controls for f in pools.get(c, ())]
    failed = sorted((f for f in found if f.status is Status.FAILED), key=lambda f: f.identity)
    untold = tuple(
        a
        for a in accounts
        if any(_untold(c, a, pools.get(c, ()), waiting) for c in line.controls if c in asked)
    )
    said = {q.id: answers[q.id] for q in line.questions if q.id in answers}
    left_out = tuple(c for c in line.controls if c not in asked)
    is_open = bool(failed) or any(a.answer == "no" for a in said.values())
    unknown = untold or left_out or len(said) < len(line.questions) or (line.controls and not found)
    return Checked(
        line,
        Tick.OPEN if is_open else Tick.CANNOT_TELL if unknown else Tick.TICKED,
        accounts=tuple(dict.fromkeys(f.account for f in failed)),
        resources=len(failed),
        findings=tuple(failed[:SHOWN]),
        failed=tuple(c for c in line.controls if any(f.control == c for f in failed)),
        untold=untold,
        left_out=left_out,
        said=said,
    )


def _untold(
    control: str, account: str, found: Iterable[Finding], waiting: Collection[tuple[str, str]]
) -> bool:
    """Whether a control says less than everything of an account."""
    own = [f for f in found if f.account == account]
    doubtful = any(f.status in (Status.WARNING, Status.NOT_AVAILABLE) for f in own)
    return not own or doubtful or (control, account) in waiting
