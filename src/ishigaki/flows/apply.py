"""Apply: a plan carried out, account by account, the least important first; and gone on with after anything."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.core.change import Note, Safety, note
from ishigaki.core.estate import NON_PRODUCTION, PRODUCTION, Account
from ishigaki.core.outcome import Outcome
from ishigaki.core.plan import Plan, Planned, sealed
from ishigaki.core.remediation import Around
from ishigaki.core.usage import UsageError
from ishigaki.flows.carrying import Hands, Result, carry_out
from ishigaki.store.runs import Done, Journal, Runs, told

AT_ONCE = 8  # accounts changed beside each other within a ring
GOOD = (Outcome.PROVEN, Outcome.WAITING)


class Permit(msgspec.Struct, frozen=True):
    """What of a plan may be carried out: SAFE changes, with `disruptive` those too, of `only` these ids (all where
    there are none). `cap` raises the number that may change at once."""

    disruptive: bool = False
    only: tuple[str, ...] = ()
    cap: int = 0


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
    if plan.partition != partition:
        raise UsageError("plan_of_other_partition", partition=plan.partition, own=partition)


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
    runs = Runs(folder)
    run = Run(f"{machine.clock():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", plan, permit)
    with runs.only_one():
        journal = runs.begin(run.id, plan)
        journal.write("run", machine.clock(), plan=plan.digest, permit=msgspec.to_builtins(permit))
        _carry_all(access, accounts, run, runs, journal, {}, machine, watch)
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
    """Go on with a run: what was begun is ended, what was not is done. Raises `UsageError`."""
    machine = machine or Machine()
    runs = Runs(folder)
    name = runs.find(run_id)
    plan = runs.plan(name)
    with runs.only_one():
        journal = runs.resume(name)
        if not journal.entries:
            permit = Permit()
        else:
            permit = msgspec.convert(journal.entries[0].body["permit"], Permit)
        journal.write(
            "run", machine.clock(), plan=plan.digest, permit=msgspec.to_builtins(permit), resumed=True
        )
        run = Run(name, plan, permit)
        _carry_all(access, accounts, run, runs, journal, told(journal.entries), machine, watch)
    return run


def _carry_all(
    access: Access,
    accounts: Iterable[Account],
    run: Run,
    runs: Runs,
    journal: Journal,
    before: Mapping[str, Done],
    machine: Machine,
    watch: Callable[[Planned, Result], None],
) -> None:
    chosen = {c.id for c in permitted(run.plan, run.permit)}
    known = {a.id: a for a in accounts}
    by_account: dict[str, list[Planned]] = {}
    for each in run.plan.changes:
        by_account.setdefault(each.account, []).append(each)

    def one(account: str) -> None:
        one_account(account, by_account[account])

    def one_account(account: str, changes: list[Planned]) -> None:
        hands: Hands | None = None
        for each in changes:
            done = before.get(each.id)
            if done is not None and done.outcome == Outcome.PROVEN:
                result = Result(each.id, Outcome.PROVEN)
            elif (why := _unwanted(each, chosen, run.results)) is not None:
                result = Result(each.id, Outcome.SKIPPED, why)
            else:
                try:
                    hands = hands or _hands(access, known, run, account, runs, journal, machine)
                    result = carry_out(each, hands, done)
                except NoEntry as no:
                    result = Result(each.id, Outcome.FAILED, note("no_way_in", code=no.code, said=no.message))
            run.results[each.id] = result
            watch(each, result)

    for ring in rings(run.plan, by_account):
        if any(r.outcome is Outcome.FAILED for r in run.results.values()):
            for account in ring:
                for each in by_account[account]:
                    run.results[each.id] = Result(each.id, Outcome.SKIPPED, note("earlier_ring_failed"))
                    watch(each, run.results[each.id])
            continue
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="account") as pool:
            try:
                list(pool.map(one, ring))
            except KeyboardInterrupt:  # the call that is under way is ended, and no other begun
                run.interrupted = True
        if run.interrupted:
            break
    journal.write("finish", machine.clock(), outcomes={i: r.outcome.value for i, r in run.results.items()})
    journal.close()


def _unwanted(change: Planned, chosen: Collection[str], results: Mapping[str, Result]) -> Note | None:
    """Why a change is not even begun."""
    if change.id not in chosen:
        return note("not_permitted")
    for earlier in change.depends_on:
        result = results.get(earlier)
        fine = result is None or result.outcome in GOOD or (result.why and result.why.code == "already_so")
        if not fine:
            return note("needs_other_change", change=earlier)
    return None


def rings(plan: Plan, accounts: Collection[str]) -> Iterator[list[str]]:
    """The accounts in the order they are changed in: those that others need, one account for all, then the other
    non-production ones, those of which nobody says what they are, and production last."""
    owners = {c.id: c.account for c in plan.changes}
    needed = {owners[d] for c in plan.changes for d in c.depends_on if d in owners and owners[d] != c.account}
    rest = [a for a in accounts if a not in needed]
    order: dict[str, list[str]] = {NON_PRODUCTION: [], "": [], PRODUCTION: []}
    for account in rest:
        order[_kind(plan.around.get(account))].append(account)
    yield from ([a] for a in accounts if a in needed)
    first = True
    for ring in order.values():
        if ring and first:
            yield ring[:1]
            ring, first = ring[1:], False
        if ring:
            yield ring


def _kind(around: Around | None) -> str:
    return around.kind if around else ""


def _hands(
    access: Access,
    known: Mapping[str, Account],
    run: Run,
    account_id: str,
    runs: Runs,
    journal: Journal,
    machine: Machine,
) -> Hands:
    """The way into one account. Raises `NoEntry`."""
    around = run.plan.around[account_id]
    account = known.get(account_id)
    if account is None:
        raise NoEntry("UnknownAccount", account_id)
    read_role = Role(account.role, account.external_id) if account.role else None
    write_role = (
        Role(account.write_role, account.external_id) if account.write_role and account.role else read_role
    )
    writer = access.writer(account.id, write_role)
    reader = access.performing(access.enter(account.id, read_role))

    def stopped() -> str:
        return "interrupted" if run.interrupted else "stopped" if runs.stopped else ""

    return Hands(around, reader, writer, journal, machine.clock, machine.sleep, stopped)
