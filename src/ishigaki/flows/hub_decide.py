"""What the workflow of Security Hub's findings should be: by exceptions, our re-check, and the response policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from ishigaki.core.case import Item, Standing
from ishigaki.core.concern import Source
from ishigaki.core.finding import Finding, Status
from ishigaki.core.response import FALLBACK, TRACK, Action, Decision, Policy
from ishigaki.core.waiver import HIDEABLE, Overlay, Shipped, Waiver
from ishigaki.core.witness import Witnessed, as_of
from ishigaki.core.writeback import Decide, Identity, Wish, Workflow
from ishigaki.flows.waivers import lay_over_kept
from ishigaki.flows.witness import joined, with_ours
from ishigaki.store import results
from ishigaki.store.snapshots import ScanHeader, Snapshots
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


def wishes(
    store: Path,
    header: ScanHeader,
    items: Iterable[Item],
    policy: Policy,
    *,
    waivers: Sequence[Waiver],
    language: Language,
    now: datetime,
) -> Decide:
    """How the findings of a scan by Security Hub should stand, by what is kept: exceptions, our newest scan, and what
    was decided of `items`."""
    kept = list(results.read(store, header.id))
    own = Snapshots(store).newest(Source.ISHIGAKI)
    ours = list(results.read(store, own.id)) if own else []
    pairs = joined(ours, kept)
    return deciding(
        lay_over_kept(with_ours(kept, ours), waivers, now=now),
        passed=rechecked(pairs, own) if own else {},
        decisions=as_hub_writes(pairs, decided(items, policy)),
        language=language,
    )


def decided(items: Iterable[Item], policy: Policy) -> dict[Identity, Decision]:
    """What has been decided of what is open, as far as it is to be seen in Security Hub: what is tracked or told once
    as soon as it has been told, what is left at once. The reasons are the policy's; one that nobody has written
    suppresses nothing."""
    reasons = {row.name: row.decision.reason for row in (*policy.rows, FALLBACK)}
    return {
        item.identity: Decision(cast(Action, item.action), item.row, reasons.get(item.row, ""))
        for item in items
        if item.standing is Standing.OPEN
        and (item.action == TRACK or policy.own)
        and (item.action == "leave" or item.told is not None)
    }


def as_hub_writes(pairs: Iterable[Witnessed], known: dict[Identity, Decision]) -> dict[Identity, Decision]:
    """Decisions by the ids that Security Hub gives to things, too."""
    renamed = ((w.own, w.hub) for w in pairs if w.own and w.hub and w.written_otherwise)
    again = {h.finding.identity: known[o.identity] for o, h in renamed if o.identity in known}
    return {**again, **known}


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
        if decision is None or finding.status is not Status.FAILED:
            return NOTHING
        return BY_ACTION[decision.action], _policy(decision, language)

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
    action, reason = message(ACTION[decision.action], language), decision.reason_in(language)
    if not reason:  # the row is no longer in the policy, or under another name
        return message("hub_note_policy_row", language, action=action, row=decision.row)
    return message("hub_note_policy", language, action=action, row=decision.row, reason=reason)


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
