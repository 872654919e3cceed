"""What runs did to users who are retired, read from the journals and entered in the store, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec
import sqlalchemy as sa

from ishigaki.core.outcome import Outcome
from ishigaki.core.plan import Plan
from ishigaki.core.retirement import DONE, Disordered, Event, Retirement, State, after, follow
from ishigaki.core.usage import UsageError
from ishigaki.flows.carrying import UNDO
from ishigaki.services.iam.users.retiring.remediations import STEPS
from ishigaki.store.retirements import Of, add, events, standing
from ishigaki.store.runs import Done, Entry, Runs, told
from ishigaki.store.transactions import reading, writing

RETIRE = "retire"
APPLIED, TAKEN_BACK = "applied", "taken_back"  # why, where a run did it
BY_REMEDIATION: Mapping[str, State] = {remedy.name: DONE[step] for step, remedy in STEPS.items()}
MADE = (Outcome.PROVEN, Outcome.WAITING)


def settle(engine: sa.Engine, folder: Path) -> None:
    """Enter what the runs of a store did since it was looked last. A run that does not fit any more (somebody began
    anew meanwhile) says nothing, unless it deleted the user."""
    runs = Runs(folder)
    if not runs.ids():
        return
    with writing(engine) as connection:
        histories = events(connection)
        known = {(str(e.facts.get("run")), of) for of, told in histories.items() for e in told}
        stand = {of: follow(history) for of, history in histories.items()}
        for event in sorted(_told(runs, histories), key=lambda e: e.at):
            of = (event.account, event.user)
            if (str(event.facts["run"]), of) in known or of not in stand:
                continue
            fitting = _fitting(stand[of], event)
            if fitting is not None:
                add(connection, [fitting])
                stand[of] = after(stand[of], fitting)


def _fitting(stands: Retirement | None, event: Event) -> Event | None:
    try:
        after(stands, event)
    except Disordered:
        if event.what is State.DELETED and stands is not None and stands.open:
            return msgspec.structs.replace(event, what=State.GONE)
        return None
    return event


def _told(runs: Runs, histories: Mapping[Of, Collection[Event]]) -> Iterator[Event]:
    """What the runs since the first retirement tell."""
    first = min((e.at for history in histories.values() for e in history), default=None)
    since = f"{first:%Y%m%dT%H%M%SZ}" if first else "~"  # runs are called by when they began
    retired: set[str] = set()
    for run in (r for r in runs.ids() if r >= since):
        plan = runs.plan(run)
        if plan.purpose == RETIRE:
            retired.add(run)
        if plan.purpose == RETIRE or (plan.purpose == UNDO and plan.undoes in retired):
            yield from _of_run(run, plan, runs.entries(run))


def _of_run(run: str, plan: Plan, entries: list[Entry]) -> Iterator[Event]:
    who = str(entries[0].body.get("permit", {}).get("by", "")) if entries else ""
    ended = {e.change: e.at for e in entries if e.kind == "end"}
    for change, done in told(entries).items():
        if done.outcome not in MADE:
            continue
        of = done.change
        if plan.purpose == UNDO:
            facts = {"run": run, "undoes": plan.undoes}
            yield Event(of.account, of.target.name, ended[change], who, State.RESTORED, TAKEN_BACK, facts)
        elif of.remediation in BY_REMEDIATION:
            what = BY_REMEDIATION[of.remediation]
            yield Event(of.account, of.target.name, ended[change], who, what, APPLIED, {"run": run})


def newest_run(engine: sa.Engine, folder: Path, *, account: str, user: str) -> tuple[str, tuple[str, ...]]:
    """The newest run for a user that has not been taken back, and its changes of this user; no run where none was
    made yet. Raises `UsageError` for a user who is not retired."""
    settle(engine, folder)
    with reading(engine) as connection:
        found = standing(connection, account=account, user=user).get((account, user))
    if found is None:
        raise UsageError("retire_unknown", user=user, account=account)
    if not found.runs:
        return "", ()
    run = found.runs[-1]
    done: Mapping[str, Done] = told(Runs(folder).entries(run))
    return run, tuple(i for i, d in done.items() if d.change.target.name == user)


def stop(engine: sa.Engine, event: Event) -> None:
    """End a countdown that has done nothing in AWS yet. Raises `UsageError` where there is none."""
    with writing(engine) as connection:
        of = (event.account, event.user)
        found = standing(connection, account=event.account, user=event.user).get(of)
        if found is None or not found.open:
            raise UsageError("retire_unknown", user=event.user, account=event.account)
        add(connection, [event])
