"""The security score, exactly as Security Hub counts it, and what it does not say.

Source: the user guide's pages on control status and security scores, collected in scoring.md. A control is
judged from the pooled findings of the accounts and Regions that are looked at: failed as soon as one finding
failed, unknown when one could not be told, passed when all passed; archived and suppressed findings do not
count, and a control without findings has no data and leaves the quotient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from ishigaki.core.finding import Finding, Status, Unjudged


class ControlStatus(StrEnum):
    PASSED = "Passed"
    FAILED = "Failed"
    UNKNOWN = "Unknown"
    NO_DATA = "No data"
    DISABLED = "Disabled"
    UNJUDGED = "Not judged yet"  # ours: there are resources, and the control is not implemented


class Score(msgspec.Struct, frozen=True):
    """Counts of controls. `hidden` are those that pass or have no data only because a finding that failed, or
    gave a warning, is suppressed or excepted."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    no_data: int = 0
    unjudged: int = 0
    hidden: int = 0
    hidden_passed: int = 0

    @property
    def counted(self) -> int:
        """The denominator. Controls not judged yet are in it: AWS would have judged them."""
        return self.passed + self.failed + self.unknown + self.unjudged

    @property
    def low(self) -> int | None:
        """The score in percent if every control not judged yet failed; None where nothing was counted."""
        return percent(self.passed, self.counted)

    @property
    def high(self) -> int | None:
        """The score in percent if every control not judged yet passed."""
        return percent(self.passed + self.unjudged, self.counted)

    @property
    def honest_passed(self) -> int:
        return self.passed - self.hidden_passed

    @property
    def honest_counted(self) -> int:
        return self.counted + self.hidden - self.hidden_passed

    @property
    def honest(self) -> int | None:
        """The score in percent when what is suppressed or excepted counts as it would without that."""
        return percent(self.honest_passed, self.honest_counted)


def percent(part: int, whole: int) -> int | None:
    """A share rounded half up to whole percent; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


def status_of(
    findings: Iterable[Finding], *, unjudged: bool = False, disabled: bool = False, honest: bool = False
) -> ControlStatus:
    """The status of one control from its findings. `honest` counts suppressed findings like any other."""
    if disabled:
        return ControlStatus.DISABLED
    counted = {
        f.status for f in findings if f.record != "ARCHIVED" and (honest or f.workflow != "SUPPRESSED")
    }
    if Status.FAILED in counted:
        return ControlStatus.FAILED
    if counted & {Status.WARNING, Status.NOT_AVAILABLE}:
        return ControlStatus.UNKNOWN
    if unjudged:
        return ControlStatus.UNJUDGED
    return ControlStatus.PASSED if counted else ControlStatus.NO_DATA


def statuses(
    findings: Iterable[Finding],
    unjudged: Iterable[Unjudged],
    controls: Iterable[str],
    *,
    honest: bool = False,
) -> Mapping[str, ControlStatus]:
    """The status of each of these controls over pooled findings."""
    pools: dict[str, list[Finding]] = {c: [] for c in controls}
    for finding in findings:
        if finding.control in pools:
            pools[finding.control].append(finding)
    waiting = {u.control for u in unjudged}
    return {c: status_of(pool, unjudged=c in waiting, honest=honest) for c, pool in pools.items()}


def score(findings: Iterable[Finding], unjudged: Iterable[Unjudged], controls: Iterable[str]) -> Score:
    """The score of a standard (its control ids) over pooled findings: of an account, a Region or an estate.

    The summary score over several standards is the score of the union of their controls.
    """
    pool, waiting, ids = list(findings), list(unjudged), list(dict.fromkeys(controls))
    shown = statuses(pool, waiting, ids)
    honest = statuses(pool, waiting, ids, honest=True)
    hidden = [c for c in ids if honest[c] in (ControlStatus.FAILED, ControlStatus.UNKNOWN)]
    count = {status: sum(s is status for s in shown.values()) for status in ControlStatus}
    return Score(
        passed=count[ControlStatus.PASSED],
        failed=count[ControlStatus.FAILED],
        unknown=count[ControlStatus.UNKNOWN],
        no_data=count[ControlStatus.NO_DATA],
        unjudged=count[ControlStatus.UNJUDGED],
        hidden=sum(shown[c] in (ControlStatus.PASSED, ControlStatus.NO_DATA) for c in hidden),
        hidden_passed=sum(shown[c] is ControlStatus.PASSED for c in hidden),
    )
