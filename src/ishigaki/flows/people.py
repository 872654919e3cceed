"""The daily stock-take of credentials: every account asked, what could not be read said, the day kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import msgspec

from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.aws.clients import Target
from ishigaki.aws.drive import Unit, drive
from ishigaki.core import identity_center, people_sso
from ishigaki.core.answer import GLOBAL, Place
from ishigaki.core.estate import Account
from ishigaki.core.guarded import guarded
from ishigaki.core.people import VIEWS, AnyRow, Visit
from ishigaki.core.people_day import together
from ishigaki.core.usage import UsageError
from ishigaki.flows.people_jump import Workload, jump_accounts, workload
from ishigaki.flows.people_look import Failed, Looked, look
from ishigaki.flows.people_rows import rows
from ishigaki.flows.scan import SUSPENDED
from ishigaki.flows.units import safely
from ishigaki.store.lake import History

CRASHED = "collector_error"  # a bug of ours
IAM, SSO = "iam", "sso"


class Stocktake(msgspec.Struct, frozen=True):
    """A day's stock-take, and the accounts that were asked for it this time."""

    day: date
    rows: tuple[AnyRow, ...]
    asked: frozenset[str]

    @property
    def visits(self) -> tuple[Visit, ...]:
        return tuple(row for row in self.rows if isinstance(row, Visit))

    @property
    def whole(self) -> bool:
        """Whether every account that was asked was seen, and all of it."""
        asked = (visit for visit in self.visits if visit.account in self.asked)
        return all(visit.seen and not visit.gaps and not visit.code for visit in asked)


def collect(
    access: Access,
    accounts: Iterable[Account],
    *,
    estate: Iterable[Account],
    jump: str = "",
    history: History,
    day: date,
    now: datetime,
    watch: Callable[[int, int], None] = lambda *_: None,
) -> Stocktake:
    """Ask the accounts, and keep what they show as the stock-take of the day, in place of an earlier one.

    `estate` are all its accounts: who is neither among them nor the account that this runs in is outside. Rows that
    the day has already stay where nothing better came: those of accounts that were not asked this time, or were asked
    and not seen. `jump` is the account that holds the users who switch into the others; without it such an account is
    told by its users and by whom the others trust. `watch` is told how many accounts are done.
    """
    chosen, every = tuple(accounts), tuple(estate)
    names = {access.caller(): ""} | {account.id: account.name for account in every}
    of_day(history, day)  # what cannot be read is said before anything is asked
    found = _ask(access, chosen, names=names, now=now, last_good=history.last_good(day), watch=watch)
    asked, ids = frozenset(a.id for a in chosen), frozenset(a.id for a in every)

    def whole() -> list[AnyRow]:
        return together(of_day(history, day), found, asked=asked, estate=ids)

    own_roles = {name.rpartition("/")[2] for a in every for name in (a.role, a.write_role) if name}
    jumps = jump_accounts(whole(), named=jump, besides=own_roles)
    running = workload(access, [a for a in chosen if a.id in jumps])
    with history.alone():
        # Looked up anew: another run may have written in the meantime.
        stocktake = Stocktake(day, tuple(_marked(whole(), jumps, running)), asked)
        history.write(day, stocktake.rows)
    return stocktake


def of_day(history: History, day: date) -> list[AnyRow]:
    """Every row that the history has of a day."""
    return [row for kind in VIEWS.values() for row in history.read(kind, day)]


def newest(history: History, day: date | None = None) -> date:
    """The date asked for, or the newest that there is. Raises `UsageError` where there is no stock-take of it."""
    days = history.days()
    if not days:
        raise UsageError("people_no_history", folder=str(history.folder))
    if day is not None and day not in days:
        raise UsageError("people_no_day", day=day, first=days[0], last=days[-1])
    return day or days[-1]


def _ask(
    access: Access,
    accounts: tuple[Account, ...],
    *,
    names: Mapping[str, str],
    now: datetime,
    last_good: Mapping[str, date],
    watch: Callable[[int, int], None],
) -> list[AnyRow]:
    """The rows of the accounts, and of the Identity Center that some of them look into."""
    by_id = {account.id: account for account in accounts}
    entered = _enter(access, accounts)
    units = [_unit(access, account, target) for account, target in entered if isinstance(target, Target)]
    found: list[AnyRow] = [
        _unseen(account, failed, now=now, last_good=last_good)
        for account, failed in entered
        if isinstance(failed, Failed)
    ]
    centres: list[identity_center.Centre] = []
    for number, done in enumerate(drive(units), start=1):
        account = by_id[done.key.account]
        shown = done.results[SSO]
        centres += shown.centres
        of_account = _of_account(done.results[IAM], account, names=names, now=now, last_good=last_good)
        gaps = tuple(gap for centre in shown.centres for gap in centre.gaps)
        found += (_with_sso(row, shown.code, gaps) for row in of_account)
        watch(number, len(units))
    for centre in people_sso.best(centres):
        found += people_sso.rows(centre, estate=names, now=now)
    return found


def _enter(access: Access, accounts: Iterable[Account]) -> list[tuple[Account, Target | Failed]]:
    def enter(account: Account) -> tuple[Account, Target | Failed]:
        if account.suspended:
            return account, Failed(SUSPENDED, "")
        try:
            role = Role(account.role, account.external_id) if account.role else None
            return account, access.enter(account.id, role)
        except NoEntry as no:
            return account, Failed(no.code, no.message)

    with ThreadPoolExecutor(max_workers=16, thread_name_prefix="enter") as pool:
        return list(pool.map(enter, accounts))


def _unit(access: Access, account: Account, target: Target) -> Unit[Place]:
    place = Place(account.id, GLOBAL, access.partition)
    asked: dict[str, Any] = {
        IAM: safely(look(place), crashed=_crashed),
        SSO: safely(identity_center.look(access.home), crashed=lambda _: identity_center.Shown(CRASHED)),
    }
    return Unit(place, asked, access.performing(target))


def _crashed(bug: Exception) -> Failed:
    return Failed(CRASHED, f"{type(bug).__name__}: {bug}")


def _of_account(
    looked: Looked | Failed,
    account: Account,
    *,
    names: Mapping[str, str],
    now: datetime,
    last_good: Mapping[str, date],
) -> list[AnyRow]:
    """The rows of an account; where it cannot be relied on, one that says so."""
    made = looked if isinstance(looked, Failed) else _made(looked, account, names=names, now=now)
    return [_unseen(account, made, now=now, last_good=last_good)] if isinstance(made, Failed) else made


def _made(
    looked: Looked, account: Account, *, names: Mapping[str, str], now: datetime
) -> list[AnyRow] | Failed:
    def work() -> list[AnyRow] | Failed:
        return list(rows(looked, account, estate=names, now=now))

    return guarded(work, crashed=_crashed)


def _unseen(account: Account, failed: Failed, *, now: datetime, last_good: Mapping[str, date]) -> Visit:
    return Visit(
        account=account.id,
        account_name=account.name,
        collected_at=now,
        environment=account.environment,
        owner=account.owner,
        seen=False,
        code=failed.code,
        message=failed.message,
        last_good=last_good.get(account.id),
    )


def _with_sso(row: AnyRow, code: str, gaps: tuple[str, ...]) -> AnyRow:
    if not isinstance(row, Visit):
        return row
    return msgspec.structs.replace(row, sso=code, gaps=(*row.gaps, *gaps))


def _marked(
    found: Iterable[AnyRow], jumps: frozenset[str], running: Mapping[str, Workload]
) -> Iterator[AnyRow]:
    """The rows, the jump accounts among them marked with what runs there."""
    for row in found:
        if isinstance(row, Visit) and row.account in jumps:
            there = running.get(row.account, Workload())
            gaps = tuple(dict.fromkeys((*row.gaps, *there.gaps)))
            yield msgspec.structs.replace(row, is_jump=True, workload=there.things or row.workload, gaps=gaps)
        else:
            yield row
