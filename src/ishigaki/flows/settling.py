"""What became of users who are retired, entered in the store, each once: warnings sent, and what runs did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import sqlalchemy as sa

from ishigaki.core.outcome import Outcome
from ishigaki.core.plan import Plan
from ishigaki.core.retirement import DONE, Disordered, Event, Retirement, State, after, follow
from ishigaki.core.usage import UsageError
from ishigaki.flows import warning
from ishigaki.flows.carrying import UNDO
from ishigaki.services.iam.users.retiring.remediations import STEPS
from ishigaki.store.retirements import Of, add, events, standing
from ishigaki.store.runs import Entry, Runs, told
from ishigaki.store.transactions import reading, writing

RETIRE = "retire"
APPLIED, TAKEN_BACK = "applied", "taken_back"  # why, where a run did it
BY_REMEDIATION: Mapping[str, State] = {remedy.name: DONE[step] for step, remedy in STEPS.items()}
MADE = (Outcome.PROVEN, Outcome.WAITING)


def settle(engine: sa.Engine, folder: Path) -> None:
    """Enter which warnings were sent, and what the runs of a store did, since it was looked last. A run that does not
    fit any more (somebody began anew meanwhile) says nothing, unless it deleted the user."""
    runs = Runs(folder)
    with writing(engine) as connection:
        _enter_warnings(connection)
        if not runs.ids():
            return
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
                stand[of] = now = after(stand[of], fitting)
                warning.withdraw(connection, now)


def _enter_warnings(connection: sa.Connection) -> None:
    stand = standing(connection)
    for event in list(warning.arrived(connection, stand)):
        add(connection, [event])
        warning.withdraw(connection, after(stand[event.account, event.user], event))


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
    retired: set[str] = set()
    for run in _since(runs, histories):
        plan = runs.plan(run)
        if plan.purpose == RETIRE:
            retired.add(run)
        if plan.purpose == RETIRE or (plan.purpose == UNDO and plan.undoes in retired):
            yield from _of_run(run, plan, runs.entries(run))


def _since(runs: Runs, histories: Mapping[Of, Collection[Event]]) -> list[str]:
    """The runs since the first retirement, oldest first."""
    first = min((e.at for history in histories.values() for e in history), default=None)
    since = f"{first:%Y%m%dT%H%M%SZ}" if first else "~"  # runs are called by when they began
    return [r for r in runs.ids() if r >= since]


def _of_run(run: str, plan: Plan, entries: list[Entry]) -> Iterator[Event]:
    who = str(entries[0].body.get("permit", {}).get("by", "")) if entries else ""
    ended = _ends(entries)
    for of in plan.changes:
        end = ended.get(of.id)
        if end is None:
            continue
        if plan.purpose == UNDO and _is_back(end):
            facts = {"run": run, "undoes": plan.undoes}
            yield Event(of.account, of.target.name, end.at, who, State.RESTORED, TAKEN_BACK, facts)
        elif of.remediation in BY_REMEDIATION and end.body.get("outcome") in MADE:
            what = BY_REMEDIATION[of.remediation]
            yield Event(of.account, of.target.name, end.at, who, what, APPLIED, {"run": run})


def _ends(entries: Iterable[Entry]) -> dict[str, Entry]:
    """How each change ended, the last time that it did."""
    return {e.change: e for e in entries if e.kind == "end"}


def _is_back(end: Entry) -> bool:
    """Whether what a run did is taken back: by this one, or by somebody before it."""
    why = end.body.get("why") or {}
    return end.body.get("outcome") in MADE or why.get("code") == "already_so"


def newest_run(engine: sa.Engine, folder: Path, *, account: str, user: str) -> tuple[str, tuple[str, ...]]:
    """The newest run that did something to a user, be it half of what was meant, and has not been taken back; and its
    changes of this user. No run where there is none. Raises `UsageError` for a user who is not retired, or for whom
    another store has a run."""
    settle(engine, folder)
    with reading(engine) as connection:
        histories = events(connection, account=account, user=user)
    stands = follow(histories.get((account, user), ()))
    if stands is None:
        raise UsageError("retire_unknown", user=user, account=account)
    runs = Runs(folder)
    elsewhere = [r for r in stands.runs if r not in runs.ids()]
    if elsewhere:
        raise UsageError("retire_elsewhere", user=user, run=elsewhere[-1])
    back: set[str] = set()
    for run in reversed(_since(runs, histories)):
        plan, entries = runs.plan(run), runs.entries(run)
        own = {c.id for c in plan.changes if (c.account, c.target.name) == (account, user)}
        if plan.purpose == UNDO and any(_is_back(e) for i, e in _ends(entries).items() if i in own):
            back.add(plan.undoes)
        if plan.purpose == RETIRE and run not in back:
            made = tuple(i for i, d in told(entries).items() if i in own and d.answers)
            if made:
                return run, made
    return "", ()


def rest_of(folder: Path, run: str) -> tuple[Plan, frozenset[str]]:
    """What of a run's plan is not made yet though it was permitted, and which of these changes were begun. Raises
    `UsageError` for a run that is not there."""
    runs = Runs(folder)
    name = runs.find(run)
    plan, entries = runs.plan(name), runs.entries(name)
    ended = _ends(entries)
    rest = [c for c in plan.changes if c.id not in ended or not _is_over(ended[c.id])]
    begun = frozenset(i for i, d in told(entries).items() if d.answers)
    return msgspec.structs.replace(plan, changes=tuple(rest)), begun


def _is_over(end: Entry) -> bool:
    why = end.body.get("why") or {}
    return end.body.get("outcome") in MADE or why.get("code") == "not_permitted"


def end(engine: sa.Engine, event: Event) -> bool:
    """End a countdown, and say why where somebody said so; whether it was still going on. Raises `UsageError` where
    there never was one."""
    with writing(engine) as connection:
        of = (event.account, event.user)
        found = standing(connection, account=event.account, user=event.user).get(of)
        if found is None:
            raise UsageError("retire_unknown", user=event.user, account=event.account)
        if found.open or event.why:
            add(connection, [event])
            warning.withdraw(connection, after(found, event))
        return found.open
