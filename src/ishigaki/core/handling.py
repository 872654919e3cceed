"""What people do with a case, each as (case, items) → what they are afterwards and a line of history. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from ishigaki.core.case import Case, Event, Item, Standing, State
from ishigaki.core.concern import Source
from ishigaki.core.usage import UsageError

LONGEST_EXTENSION = timedelta(days=92)  # whoever needs longer writes an exception
RECHECKED = (Source.ISHIGAKI, Source.SECURITY_HUB)  # what these see closes by being looked at again
LONGEST_NOTE = 2000


class Handled(msgspec.Struct, frozen=True):
    """A case after somebody acted on it; `items` are those that changed."""

    case: Case
    event: Event
    items: tuple[Item, ...] = ()


def acknowledge(case: Case, *, who: str, now: datetime, fixing: bool = False) -> Handled:
    """Somebody has seen it, or already works on it. To have seen it takes back nothing that was said of it before.
    Raises `UsageError` for a case that is closed."""
    _open(case)
    said = State.FIXING if fixing else State.ACKNOWLEDGED
    further = not fixing and case.state in (State.FIXING, State.AWAITING_CONFIRMATION)
    state, since = (case.state, case.since) if further else (said, now)
    seen = replace(case, state=state, since=since, acknowledged=case.acknowledged or now)
    return Handled(seen, Event(case.id, now, who, said.value))


def claim_fixed(case: Case, *, who: str, now: datetime, note: str = "") -> Handled:
    """Somebody says that it is put right: it closes when a re-check passes."""
    _open(case)
    claimed = replace(
        case, state=State.AWAITING_CONFIRMATION, since=now, acknowledged=case.acknowledged or now
    )
    return Handled(claimed, Event(case.id, now, who, "claimed_fixed", _noted(note)))


def extend(
    case: Case, items: Iterable[Item], *, until: datetime, reason: str, who: str, now: datetime
) -> Handled:
    """A later deadline for what is open in a case, with a reason. Raises `UsageError`."""
    _open(case)
    if not reason.strip():
        raise UsageError("extension_reason")
    if until <= max(now, case.due):
        raise UsageError("extension_earlier", until=until, due=case.due)
    if until > now + LONGEST_EXTENSION:
        raise UsageError("extension_too_long", until=until, latest=now + LONGEST_EXTENSION)
    moved = tuple(replace(i, due=until) for i in items if i.case == case.id and i.standing is Standing.OPEN)
    longer = replace(
        case,
        due=until,
        clock=now,
        extended=until,
        reminded="",
        level=0,
        acknowledged=case.acknowledged or now,
    )
    facts = {"until": until.isoformat(), "before": case.due.isoformat(), **_noted(reason)}
    return Handled(longer, Event(case.id, now, who, "extended", facts), moved)


def assign(case: Case, *, to: str, who: str, now: datetime) -> Handled:
    """Somebody in particular takes it; empty gives it back to its owner."""
    _open(case)
    return Handled(replace(case, assignee=to), Event(case.id, now, who, "assigned", {"to": to}))


def comment(case: Case, *, text: str, who: str, now: datetime) -> Handled:
    if not text.strip():
        raise UsageError("comment_empty")
    return Handled(case, Event(case.id, now, who, "commented", _noted(text)))


def close(case: Case, items: Iterable[Item], *, reason: str, who: str, now: datetime) -> Handled:
    """Close what no re-check can close: something that happened, and was dealt with. Raises `UsageError` for what is
    looked at again, and without a reason."""
    _open(case)
    mine = [i for i in items if i.case == case.id]
    if any(i.source in RECHECKED for i in mine):
        raise UsageError("close_needs_recheck", case=case.id)
    if not reason.strip():
        raise UsageError("close_reason")
    ended = tuple(replace(i, standing=Standing.FIXED, since=now) for i in mine if i.standing is Standing.OPEN)
    done = replace(case, state=State.DONE, since=now, closed=now, acknowledged=case.acknowledged or now)
    return Handled(done, Event(case.id, now, who, "closed_by_hand", _noted(reason)), ended)


def _open(case: Case) -> None:
    if not case.open:
        raise UsageError("case_closed", case=case.id, state=case.state.value)


def _noted(text: str) -> dict[str, str]:
    return {"note": text.strip()[:LONGEST_NOTE]} if text.strip() else {}
