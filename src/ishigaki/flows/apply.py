"""Apply: a plan carried out, account by account, the least important first; and gone on with after anything."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.core.change import Note, Safety, note
from ishigaki.core.estate import NON_PRODUCTION, PRODUCTION, Account
from ishigaki.core.outcome import Outcome
from ishigaki.core.plan import Plan, Planned, sealed
from ishigaki.core.usage import UsageError
from ishigaki.flows.carrying import UNDO, Hands, Result, carry_out
from ishigaki.flows.undo import undo_plan
from ishigaki.store.runs import Done, Journal, Runs, told

NAP = 1.0  # seconds within which a wait is over once nothing more is to be done
AT_ONCE = 8  # accounts changed beside each other within a ring
GOOD = (Outcome.PROVEN, Outcome.WAITING)


class Permit(msgspec.Struct, frozen=True):
    """What of a plan may be carried out: SAFE changes, with `disruptive` those too, of `only` these ids (all where
    there are none). `cap` raises the number that may change at once; `by` is whose word it is."""

    disruptive: bool = False
    only: tuple[str, ...] = ()
    cap: int = 0
    by: str = ""


@dataclass(frozen=True)
class Machine:
    """Time, as a test may make it pass."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep


@dataclass
class Run:
    """A run as it goes on."""

    id: str
    plan: Plan
    permit: Permit
    results: dict[str, Result] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything that was permitted is made and proven."""
        return all(
            r.outcome is Outcome.PROVEN
            or (r.why is not None and r.why.code in ("already_so", "not_permitted"))
            for r in self.results.values()
        )


def permitted(plan: Plan, permit: Permit) -> list[Planned]:
    """The changes that may be made. Raises `UsageError` for an id that the plan does not have."""
    known = {c.id for c in plan.changes}
    for each in permit.only:
        if each not in known:
            raise UsageError("unknown_change", change=each)
    return [
        c
        for c in plan.changes
        if (c.safety is Safety.SAFE or permit.disruptive) and (not permit.only or c.id in permit.only)
    ]


def narrowed(plan: Plan, accounts: Collection[str]) -> Plan:
    """The plan without the changes of other accounts."""
    if not accounts:
        return plan
    return sealed(
        msgspec.structs.replace(plan, changes=tuple(c for c in plan.changes if c.account in accounts))
    )


def over_caps(plan: Plan, chosen: Sequence[Planned], *, cap: int = 0) -> Note | None:
    """Why so many changes at once want to be confirmed by hand; None where they are few."""
    most = cap or plan.caps.changes
    if len(chosen) > most:
        return note("over_cap", count=len(chosen), most=most)
    if cap:
        return None
    kinds = Counter(
        t.kind for c in chosen for t in c.touches[:1] if t.act != "create" and t.type != "AWS::::Account"
    )
    for kind, count in kinds.items():
        known = plan.counts.get(kind, 0)
        if known >= plan.caps.few and count > plan.caps.share * known:
            return note("over_share", count=count, known=known, kind=kind.rpartition(".")[2])
    return None


def check(plan: Plan, *, now: datetime, partition: str) -> None:
    """Raises `UsageError` for a plan that cannot be carried out any more, or not from here."""
    if now > plan.expires:
        raise UsageError("plan_expired", at=f"{plan.expires:%Y-%m-%d %H:%M} UTC")
    _fits(plan, partition)


def _fits(plan: Plan, partition: str) -> None:
    if plan.partition != partition:
        raise UsageError("plan_of_other_partition", partition=plan.partition, own=partition)


def _as_journalled(plan: Plan, folder: Path, *, now: datetime) -> None:
    """The calls of an undo are not planned again before they are made: they must be what the journal says. Raises
    `UsageError`."""
    told_now = {
        c.id: (c.account, c.touches, c.steps) for c in undo_plan(folder, plan.undoes, now=now).changes
    }
    for each in plan.changes:
        planned = msgspec.json.encode((each.account, each.touches, each.steps), order="sorted")
        if planned != msgspec.json.encode(told_now.get(each.id), order="sorted"):
            raise UsageError("undo_moved", run=plan.undoes, change=each.id)


def apply(
    access: Access,
    accounts: Iterable[Account],
    plan: Plan,
    permit: Permit,
    *,
    folder: Path,
    machine: Machine | None = None,
    watch: Callable[[Planned, Result], None] = lambda _, __: None,
) -> Run:
    """Carry out what is permitted of a plan. Raises `UsageError` before anything is changed."""
    machine = machine or Machine()
    permitted(plan, permit)
    if plan.purpose == UNDO:
        _as_journalled(plan, folder, now=machine.clock())
    runs = Runs(folder)
    run = Run(f"{machine.clock():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", plan, permit)
    with runs.only_one():
        journal = runs.begin(run.id, plan)
        with closing(journal):
            journal.write("run", machine.clock(), plan=plan.digest, permit=msgspec.to_builtins(permit))
            _Carrier(access, {a.id: a for a in accounts}, run, runs, journal, machine, watch).carry_all()
    return run


def resume(
    access: Access,
    accounts: Iterable[Account],
    run_id: str,
    *,
    folder: Path,
    machine: Machine | None = None,
    watch: Callable[[Planned, Result], None] = lambda _, __: None,
) -> Run:
    """Go on with a run: what was begun is ended, what was not is done. Raises `UsageError`.

    Of a plan that has expired only what was begun is ended: half a change is worse than none or all of it, and
    what was approved so long ago is looked at by a person again.
    """
    machine = machine or Machine()
    runs = Runs(folder)
    name = runs.find(run_id)
    plan = runs.plan(name)
    _fits(plan, access.partition)
    with runs.only_one(), closing(runs.resume(name)) as journal:
        entries = journal.entries
        permit = msgspec.convert(entries[0].body["permit"], Permit) if entries else Permit()
        before = told(entries)
        journal.write(
            "run", machine.clock(), plan=plan.digest, permit=msgspec.to_builtins(permit), resumed=True
        )
        run = Run(name, plan, permit)
        known = {a.id: a for a in accounts}
        expired = machine.clock() > plan.expires
        _Carrier(access, known, run, runs, journal, machine, watch, before, expired).carry_all()
    return run


@dataclass
class _Carrier:
    """A run on its way through the accounts. `before` is what the journal told of it when it was gone on with;
    `expired` where the plan has expired meanwhile."""

    access: Access
    known: Mapping[str, Account]
    run: Run
    runs: Runs
    journal: Journal
    machine: Machine
    watch: Callable[[Planned, Result], None]
    before: Mapping[str, Done] = field(default_factory=dict)
    expired: bool = False

    def carry_all(self) -> None:
        chosen = {c.id for c in permitted(self.run.plan, self.run.permit)}
        for each in self.run.plan.changes:
            if each.id not in chosen:
                self._end(each, Result(each.id, Outcome.SKIPPED, note("not_permitted")))
        for ring in rings(self.run.plan, chosen):
            if any(r.outcome is Outcome.FAILED for r in self.run.results.values()):
                for each in (c for changes in ring for c in changes):
                    self._end(each, Result(each.id, Outcome.SKIPPED, note("earlier_ring_failed")))
                continue
            with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="account") as pool:
                try:
                    list(pool.map(self._carry_account, ring))
                except KeyboardInterrupt:  # the call that is under way is ended, and no other begun
                    self.run.interrupted = True
            if self.run.interrupted:
                break
        outcomes = {i: r.outcome.value for i, r in self.run.results.items()}
        self.journal.write("finish", self.machine.clock(), outcomes=outcomes)

    def _end(self, change: Planned, result: Result) -> None:
        self.run.results[change.id] = result
        self.watch(change, result)

    def _carry_account(self, changes: Sequence[Planned]) -> None:
        hands: Hands | None = None
        no_way_in: Note | None = None
        for each in changes:
            result = self._without_hands(each)
            if result is None and hands is None and no_way_in is None:
                try:
                    hands = self._hands(each.account)
                except NoEntry as no:
                    no_way_in = note("no_way_in", code=no.code, said=no.message)
            if result is None and hands is not None:
                result = carry_out(each, hands, self.before.get(each.id))
            self._end(each, result or Result(each.id, Outcome.FAILED, no_way_in))

    def _without_hands(self, change: Planned) -> Result | None:
        """How a change ends that is not even begun; None for one that is to be made."""
        done = self.before.get(change.id)
        if done is not None and done.outcome == Outcome.PROVEN:
            return Result(change.id, Outcome.PROVEN)
        why = _unwanted(change, self.run.results)
        if why is None and self.stopped():
            why = note(self.stopped())
        if why is None and self.expired and not (done is not None and done.answers):
            why = note("plan_expired")
        return Result(change.id, Outcome.SKIPPED, why) if why is not None else None

    def stopped(self) -> str:
        """The code of why nothing more is to be done."""
        return "interrupted" if self.run.interrupted else "stopped" if self.runs.stopped else ""

    def sleep(self, seconds: float) -> None:
        """Wait, but not when nothing more is to be done."""
        left = seconds
        while left > 0 and not self.stopped():
            self.machine.sleep(min(NAP, left))
            left -= NAP

    def _hands(self, account_id: str) -> Hands:
        """The way into one account. Raises `NoEntry`."""
        account = self.known.get(account_id)
        if account is None:
            raise NoEntry("UnknownAccount", account_id)
        read_role = Role(account.role, account.external_id) if account.role else None
        write_role = (
            Role(account.write_role, account.external_id)
            if account.write_role and account.role
            else read_role
        )
        writer = self.access.writer(account.id, write_role)
        reader = self.access.performing(self.access.enter(account.id, read_role))
        around = self.run.plan.around[account_id]
        return Hands(around, reader, writer, self.journal, self.machine.clock, self.sleep, self.stopped)


def _unwanted(change: Planned, results: Mapping[str, Result]) -> Note | None:
    """Why a change is not even begun: what it stands on was not made. What another plan makes AWS will miss."""
    for earlier in change.depends_on:
        result = results.get(earlier)
        fine = result is None or result.outcome in GOOD or (result.why and result.why.code == "already_so")
        if not fine:
            return note("needs_other_change", change=earlier)
    return None


def rings(plan: Plan, chosen: Collection[str]) -> Iterator[list[list[Planned]]]:
    """The changes that are made beside each other, account by account, ring after ring: first what other accounts
    stand on, one account at a time; then one account for all, the other non-production ones, those of which nobody
    says what they are, and production. An undo ends with what the others stood on."""
    by_account: dict[str, list[Planned]] = {}
    for each in plan.changes:
        if each.id in chosen:
            by_account.setdefault(each.account, []).append(each)
    owners = {c.id: c.account for c in plan.changes}
    alone: list[list[list[Planned]]] = []
    rest: dict[str, list[list[Planned]]] = {NON_PRODUCTION: [], "": [], PRODUCTION: []}
    for account, changes in by_account.items():
        own, others = _parted(changes, plan, owners)
        alone += [[own]] if own else []
        around = plan.around.get(account)
        rest[around.kind if around else ""] += [others] if others else []
    if plan.purpose != UNDO:
        yield from alone
    first = True
    for ring in rest.values():
        if ring and first:
            yield ring[:1]
            ring, first = ring[1:], False
        if ring:
            yield ring
    if plan.purpose == UNDO:
        yield from alone


def _parted(
    changes: list[Planned], plan: Plan, owners: Mapping[str, str]
) -> tuple[list[Planned], list[Planned]]:
    """An account's changes that have to do with other accounts' (with what comes before or, in an undo, after
    them), and the others."""
    if plan.purpose == UNDO:
        crossing = [
            n
            for n, c in enumerate(changes)
            if any(owners.get(d, c.account) != c.account for d in c.depends_on)
        ]
        first = crossing[0] if crossing else len(changes)
        return changes[first:], changes[:first]
    needed = {d for c in plan.changes for d in c.depends_on if owners.get(d, c.account) != c.account}
    last = max((n for n, c in enumerate(changes, start=1) if c.id in needed), default=0)
    return changes[:last], changes[last:]
