"""Undo: a plan made from a run's journal, from the last change to the first, back to what AWS said before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ishigaki import __version__
from ishigaki.core.change import Note, Safety, note
from ishigaki.core.filling import referred, resolved_requests
from ishigaki.core.plan import Left, Plan, Planned, Step, Touched, change_id, sealed
from ishigaki.core.usage import UsageError
from ishigaki.flows.carrying import UNDO
from ishigaki.flows.looking import blind, undone_by, unseen
from ishigaki.flows.planning import LIFE
from ishigaki.store.runs import Done, Runs, told

OPPOSITE = {"create": "delete", "delete": "create", "alter": "alter"}


def undo_plan(folder: Path, run: str, *, only: Collection[str] = (), now: datetime) -> Plan:
    """What takes back a run, or some of its changes and what stands on them. Raises `UsageError` for a run or a
    change that is not there."""
    runs = Runs(folder)
    name = runs.find(run)
    plan = runs.plan(name)
    done = told(runs.entries(name))
    for wanted in only:
        if wanted not in done:
            raise UsageError("unknown_change", change=wanted)
    changes, left = _taken_back_in_order(done, only)
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


def _taken_back_in_order(done: dict[str, Done], only: Collection[str]) -> tuple[list[Planned], list[Left]]:
    """What takes back the changes that are meant, last first; what others still stand on stays."""
    standing = _standing(done)
    meant = _with_what_stands_on(only or done.keys(), standing)
    changes: list[Planned] = []
    left: list[Left] = []
    stays: set[str] = set()  # what is not taken back, or perhaps not
    backs: dict[str, str] = {}
    for change, each in reversed(done.items()):
        if change not in meant:
            continue
        above = standing.get(change, [])
        user = next((c for c in above if c in stays), "")
        back, to_people = (
            _taken_back(each) if not user else (None, [_left(each, note("undo_in_use", change=user))])
        )
        left += to_people
        if back is not None:
            backs[change] = back.id
            after = tuple(backs[c] for c in above if c in backs)
            changes.append(msgspec.structs.replace(back, depends_on=after))
        elif to_people:
            stays.add(change)
    return changes, left


def _standing(done: Mapping[str, Done]) -> dict[str, list[str]]:
    """The changes that stand on each."""
    found: dict[str, list[str]] = {}
    for change, each in done.items():
        for earlier in each.change.depends_on:
            found.setdefault(earlier, []).append(change)
    return found


def _with_what_stands_on(ids: Collection[str], standing: Mapping[str, Collection[str]]) -> set[str]:
    """These changes, and all that stand on them: a thing is not taken away from under what uses it."""
    meant: set[str] = set()
    todo = [*ids]
    while todo:
        each = todo.pop()
        if each not in meant:
            meant.add(each)
            todo += standing.get(each, ())
    return meant


def _taken_back(done: Done) -> tuple[Planned | None, list[Left]]:
    """What takes back one change, and what of it cannot be taken back."""
    made = [s for s in done.change.steps if done.answers.get(s.name) is not None]
    unknown = [s for s in done.change.steps if s.name in done.answers and done.answers[s.name] is None]
    if unknown:
        return None, [_left(done, note("undo_unknown", step=unknown[0].name))]
    back = _undone(done, made) if made else None
    left = [_left(done, note("undo_impossible"))] if any(not s.undo for s in made) else []
    return back, left


def _undone(done: Done, made: list[Step]) -> Planned | None:
    """The change that takes one back: its steps' undo, last first; the calls that were made are its own way back,
    unless one was made of another's answer, which made again would be another one."""
    answers = {name: answer for name, answer in done.answers.items() if answer is not None}
    chained = any(referred(s.request) for s in made)
    steps: list[Step] = []
    for step in reversed(made):
        forth = () if chained else resolved_requests([step.request], answers)
        back = resolved_requests(step.undo, answers)
        steps += [
            Step(f"undo_{step.name}_{number}", each, undo=forth if number == len(back) else ())
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
        notes=(note("undoes", change=change.id, does=undone_by(change) or change.remediation),),
        depends_on=(),
        cost=None,
    )


def _states(done: Done) -> list[dict[str, Any]]:
    if len(done.after) == len(done.change.touches):
        return list(done.after)
    return [{"seen": t.act != "delete", "values": t.after} for t in done.change.touches]


def _back(touch: Touched, state: dict[str, Any]) -> Touched:
    """From what the run left behind to what was there before it. What was not seen then is as it was meant to be."""
    if touch.act == "alter":
        values = {n: touch.after.get(n) if unseen(v) else v for n, v in state["values"].items()}
        traced = bool(state["seen"]) or bool(blind(state))  # some things are listed only while they fail
        return msgspec.structs.replace(touch, before=values or touch.after, after=touch.before, traced=traced)
    traced = bool(blind(state)) or bool(state["seen"]) == (touch.act == "create")
    return msgspec.structs.replace(
        touch, act=OPPOSITE[touch.act], before=touch.after, after=touch.before, traced=traced
    )


def _left(done: Done, why: Note) -> Left:
    target = done.change.target
    return Left(done.change.account, target.region, target.id, target.name, why, type=target.type)
