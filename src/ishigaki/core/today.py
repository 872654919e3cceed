"""What to do today: the few fixes that matter most. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from ishigaki.core.catalogue import Standard, order
from ishigaki.core.finding import SEVERITIES, Finding, Severity, Status, Unjudged
from ishigaki.core.score import ControlStatus, Score, score, status_of

FEWEST, MOST = 3, 5
DAY = 8 * 60  # minutes; beyond the third, only what still fits into a working day is called work for today
SHOWN = 5  # findings that an action names; the rest is a number


class Gain(msgspec.Struct, frozen=True):
    """What one action does to the score of one standard."""

    standard: str
    before: Score
    after: Score


class Action(msgspec.Struct, frozen=True):
    """Put one control right wherever it failed. `minutes` is the time for all resources together."""

    control: str
    severity: Severity
    accounts: tuple[str, ...]
    resources: int
    findings: tuple[Finding, ...]
    minutes: int
    gains: tuple[Gain, ...]


def actions(
    findings: Iterable[Finding],
    *,
    unjudged: Sequence[Unjudged],
    standards: Sequence[Standard],
    severity: Callable[[str], Severity],
    minutes: Mapping[str, int],
) -> tuple[Action, ...]:
    """Three to five actions: the worst severity first, then what gains most points per minute.

    `minutes` is the time one resource takes, by control; a control without it has no step to show and is
    left out. The third action is offered whatever it takes, the fourth and fifth only within a day's work.
    """
    pool = list(findings)
    before = {s.id: score(pool, unjudged, s.controls) for s in standards}
    offered: list[Action] = []
    for control, found in _by_control(pool).items():
        failed = [f for f in found if _counts(f)]
        if not failed or control not in minutes:
            continue
        after = _mended(found)
        gains = tuple(_gain(s.id, before[s.id], after) for s in standards if control in s.controls)
        if gains:
            offered.append(_action(control, failed, severity(control), minutes[control] * len(failed), gains))
    return _of_today(sorted(offered, key=_urgency))


def _by_control(findings: Iterable[Finding]) -> Mapping[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.record != "ARCHIVED":
            found.setdefault(finding.control, []).append(finding)
    return found


def _counts(finding: Finding) -> bool:
    """Whether a finding is open work: suppressed ones were decided upon."""
    return finding.status is Status.FAILED and finding.workflow != "SUPPRESSED"


def _mended(findings: Iterable[Finding]) -> ControlStatus:
    """What a control becomes when everything that failed is put right: what was not seen stays unknown."""
    return status_of(
        msgspec.structs.replace(f, status=Status.PASSED) if f.status is Status.FAILED else f for f in findings
    )


def _gain(standard: str, before: Score, after: ControlStatus) -> Gain:
    change = (
        {"passed": before.passed + 1} if after is ControlStatus.PASSED else {"unknown": before.unknown + 1}
    )
    return Gain(standard, before, msgspec.structs.replace(before, failed=before.failed - 1, **change))


def _action(
    control: str, failed: list[Finding], severity: Severity, minutes: int, gains: tuple[Gain, ...]
) -> Action:
    ordered = sorted(failed, key=lambda f: f.identity)
    accounts = tuple(dict.fromkeys(f.account for f in ordered))
    return Action(control, severity, accounts, len(failed), tuple(ordered[:SHOWN]), minutes, gains)


def _urgency(action: Action) -> tuple[object, ...]:
    points = sum(Fraction(g.after.passed - g.before.passed, g.before.counted) for g in action.gains)
    return SEVERITIES.index(action.severity), -points / action.minutes, order(action.control)


def _of_today(ranked: Sequence[Action]) -> tuple[Action, ...]:
    chosen: list[Action] = list(ranked[:FEWEST])
    for action in ranked[FEWEST:]:
        if len(chosen) == MOST:
            break
        if sum(a.minutes for a in chosen) + action.minutes <= DAY:
            chosen.append(action)
    return tuple(chosen)
