"""Reminders: at half the time, a day before, when due, and then ever more widely. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from ishigaki.core.case import Case, Event, State
from ishigaki.core.response import Audience
from ishigaki.core.triage import US

Stage = Literal["half", "day_before", "due", "overdue"]
STAGES = ("", "half", "day_before", "due", "overdue")
DAY = timedelta(days=1)
WIDER: tuple[tuple[Audience, ...], ...] = (("owner",), ("owner", "lead"), ("owner", "lead", "security"))


class Reminder(msgspec.Struct, frozen=True):
    """A stage that a case has come to: the case as reminded, what its history says, and who is told. `escalated` names
    who is told of it for the first time."""

    case: Case
    stage: Stage
    audience: tuple[Audience, ...]
    events: tuple[Event, ...]
    escalated: Audience | None = None


def remind(case: Case, *, now: datetime, overdue_every: timedelta) -> Reminder | None:
    """The newest stage that a case has come to and that was not told yet; None where there is nothing new to say.

    What somebody says is put right waits for its re-check, and is reminded of only once it is overdue. Who has
    acknowledged it needs no word at half the time.
    """
    if not case.open:
        return None
    stage, number = stage_of(case, now=now, overdue_every=overdue_every)
    name = f"{stage}:{number}:{case.due.isoformat()}"
    if stage is None or _told(case.reminded, name):
        return None
    if stage == "half" and case.state not in (State.NEW, State.RELAPSED):
        return None
    if stage in ("half", "day_before") and case.state is State.AWAITING_CONFIRMATION:
        return None
    level = max(case.level, _level(stage, number))
    escalated = WIDER[level][-1] if level > case.level else None
    events = [Event(case.id, now, US, "reminded", {"stage": stage, "number": number})]
    if escalated:
        events.append(Event(case.id, now, US, "escalated", {"to": escalated}))
    told = replace(case, reminded=name, level=level)
    return Reminder(told, stage, WIDER[level], tuple(events), escalated)


def stage_of(case: Case, *, now: datetime, overdue_every: timedelta) -> tuple[Stage | None, int]:
    """How far a case is on its way to its deadline, and the how-manieth reminder after it that is."""
    if now >= case.due:
        after = int((now - case.due) / overdue_every) if overdue_every else 0
        return ("overdue", after) if after else ("due", 0)
    whole = case.due - case.clock
    if whole > 2 * DAY and now >= case.due - DAY:
        return "day_before", 0
    return ("half", 0) if now >= case.clock + whole / 2 else (None, 0)


def _told(before: str, name: str) -> bool:
    """Whether this stage, or a later one, of the same deadline was told before."""
    (was, number, due), (stage, now_number, now_due) = (_parts(n) for n in (before, name))
    return due == now_due and (STAGES.index(was), number) >= (STAGES.index(stage), now_number)


def _parts(name: str) -> tuple[str, int, str]:
    stage, _, rest = name.partition(":")
    number, _, due = rest.partition(":")
    return stage, int(number or 0), due


def _level(stage: Stage, number: int) -> int:
    """Owner up to the deadline, with the lead from then on, with the security team from the second reminder after."""
    if stage == "due":
        return 1
    return (2 if number >= 2 else 1) if stage == "overdue" else 0
