"""Undo: a plan made from a run's journal, from the last change to the first, back to what AWS said before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ishigaki import __version__
from ishigaki.core.change import Note, Safety, note
from ishigaki.core.plan import Left, Plan, Planned, Step, Touched, change_id, sealed
from ishigaki.core.usage import UsageError
from ishigaki.flows.carrying import UNDO, resolved_requests
from ishigaki.flows.planning import LIFE
from ishigaki.store.runs import Done, Runs, told

OPPOSITE = {"create": "delete", "delete": "create", "alter": "alter"}


def undo_plan(folder: Path, run: str, *, only: Collection[str] = (), now: datetime) -> Plan:
    """What takes back a run, or some of its changes. Raises `UsageError` for a run or a change that is not there."""
    runs = Runs(folder)
    name = runs.find(run)
    plan = runs.plan(name)
    done = told(runs.entries(name))
    for wanted in only:
        if wanted not in done:
            raise UsageError("unknown_change", change=wanted)
    changes: list[Planned] = []
    left: list[Left] = []
    for each in reversed(list(done.values())):
        if not only or each.change.id in only:
            back, to_people = _taken_back(each)
            changes += back
            left += to_people
    return sealed(
        msgspec.structs.replace(
            plan,
            version=__version__,
            purpose=UNDO,
            at=now,
            expires=now + LIFE,
            changes=tuple(changes),
            left=tuple(left),
            counts={},
            undoes=name,
        )
    )


def _taken_back(done: Done) -> tuple[list[Planned], list[Left]]:
    """What takes back one change, and what of it cannot be taken back."""
    made = [s for s in done.change.steps if done.answers.get(s.name) is not None]
    unknown = [s for s in done.change.steps if s.name in done.answers and done.answers[s.name] is None]
    if unknown:
        return [], [_left(done, note("undo_unknown", step=unknown[0].name))]
    back = _undone(done, made) if made else None
    left = [_left(done, note("undo_impossible"))] if any(not s.undo for s in made) else []
    return ([back] if back is not None else []), left


def _undone(done: Done, made: list[Step]) -> Planned | None:
    """The change that takes one back: its steps' undo, last first; the calls that were made are its own way back."""
    answers = {name: answer for name, answer in done.answers.items() if answer is not None}
    steps: list[Step] = []
    for step in reversed(made):
        (forth,) = resolved_requests([step.request], answers)
        back = resolved_requests(step.undo, answers)
        steps += [
            Step(f"undo_{step.name}_{number}", each, undo=(forth,) if number == len(back) else ())
            for number, each in enumerate(back, start=1)
        ]
    if not steps:
        return None
    change = done.change
    return msgspec.structs.replace(
        change,
        id=change_id(change.account, f"{UNDO}:{change.id}", tuple(steps)),
        remediation=UNDO,
        touches=tuple(_back(t, s) for t, s in zip(change.touches, _states(done), strict=True)),
        steps=tuple(steps),
        safety=Safety.SAFE if change.disruption != "high" else Safety.DISRUPTIVE,
        serves=(),
        item="",
        notes=(note("undoes", change=change.id, does=change.remediation),),
        depends_on=(),
        cost=None,
    )


def _states(done: Done) -> list[dict[str, Any]]:
    if len(done.after) == len(done.change.touches):
        return list(done.after)
    return [{"seen": t.act != "delete", "values": t.after} for t in done.change.touches]


def _back(touch: Touched, state: dict[str, Any]) -> Touched:
    """From what the run left behind to what was there before it."""
    if touch.act == "alter":
        return msgspec.structs.replace(touch, before=state["values"], after=touch.before)
    traced = bool(state["seen"]) == (touch.act == "create")
    return msgspec.structs.replace(
        touch, act=OPPOSITE[touch.act], before=touch.after, after=touch.before, traced=traced
    )


def _left(done: Done, why: Note) -> Left:
    target = done.change.target
    return Left(done.change.account, target.region, target.id, target.name, why, type=target.type)
