"""What the workflow of Security Hub's findings should be: by exceptions, our re-check, and the response policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ishigaki.core.finding import Finding, Status
from ishigaki.core.response import Decision
from ishigaki.core.waiver import HIDEABLE, Overlay, Shipped, Waiver
from ishigaki.core.witness import Witnessed, as_of
from ishigaki.core.writeback import Decide, Identity, Wish, Workflow
from ishigaki.store.snapshots import ScanHeader
from ishigaki.texts import Language, message

NOTHING: Wish = ("", "")
BY_ACTION: Mapping[str, Workflow] = {
    "track": "NOTIFIED",
    "notify_once": "SUPPRESSED",
    "leave": "SUPPRESSED",
}
ACTION: Mapping[str, str] = {
    "track": "policy_track",
    "notify_once": "policy_notify_once",
    "leave": "policy_leave",
}


def deciding(
    overlay: Overlay,
    *,
    passed: Mapping[Identity, tuple[str, datetime]],
    decisions: Mapping[Identity, Decision],
    language: Language,
) -> Decide:
    """How each failed finding of Security Hub's should stand: suppressed where an exception holds; resolved where our
    own re-check `passed` (with the scan and its time); as the policy decides of it; else as it is.

    What is told once is to be among the `decisions` only when it has been told.
    """
    excepted = overlay.excepted

    def decide(finding: Finding) -> Wish:
        if finding.status is Status.PASSED:
            return NOTHING
        exception = excepted.get(finding.identity)
        if exception is not None:
            return "SUPPRESSED", _exception(exception, language)
        if finding.identity in passed:
            scan, at = passed[finding.identity]
            said = message("hub_note_passed", language, scan=scan, at=f"{at:%Y-%m-%d %H:%M} UTC")
            return "RESOLVED", said
        decision = decisions.get(finding.identity)
        return (BY_ACTION[decision.action], _policy(decision, language)) if decision else NOTHING

    return decide


def _exception(exception: Waiver | Shipped, language: Language) -> str:
    if isinstance(exception, Shipped):
        reason = exception.reason_ja if language == "ja" else exception.reason_en
        return message("hub_note_shipped", language, reason=reason, source=exception.source)
    return message(
        "hub_note_exception",
        language,
        owner=exception.owner,
        approver=exception.approver or "–",
        expires=exception.expires,
        reason=exception.reason,
    )


def _policy(decision: Decision, language: Language) -> str:
    reason: Any = decision.reason
    said = reason.get(language, "") if isinstance(reason, Mapping) else reason
    action = message(ACTION[decision.action], language)
    return message("hub_note_policy", language, action=action, row=decision.row, reason=said)


def rechecked(joined: Iterable[Witnessed], own: ScanHeader) -> dict[Identity, tuple[str, datetime]]:
    """What failed by Security Hub and passes by a scan of ours that has looked later."""
    return {
        w.hub.finding.identity: (own.id, own.at)
        for w in joined
        if w.own is not None
        and w.hub is not None
        and w.own.status is Status.PASSED
        and w.hub.finding.status in HIDEABLE
        and as_of(w.hub) < own.at
    }
