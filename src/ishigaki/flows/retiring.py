"""Retire: users counted down, each look and each step entered in the store, what is due planned and nothing else.

A plan is made of what AWS shows now and is carried out by `apply` like any other. That it was carried out is read
from the journals afterwards (`settle`), so nothing is lost with a process that ends; and before it is carried out the
countdown is asked once more (`confirm`), for somebody may have used the user since it was made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from ishigaki import __version__
from ishigaki.aws.access import Access, Role
from ishigaki.core.change import Skip, note
from ishigaki.core.estate import Account
from ishigaki.core.footprint import Footprint, notes
from ishigaki.core.plan import SCHEMA, Left, Plan, Planned, sealed, type_of
from ishigaki.core.proposal import Setting, changes_of, owner_of, planned_as, touches_of
from ishigaki.core.reasons import Name
from ishigaki.core.remediation import Around
from ishigaki.core.retirement import (
    NEXT,
    Event,
    Retirement,
    State,
    Step,
    Waits,
    after,
    due,
    follow,
    may,
    observed,
    recorded,
    refusal,
)
from ishigaki.core.usage import UsageError
from ishigaki.core.warning import Going
from ishigaki.flows import warning
from ishigaki.flows.keeper import Postbox
from ishigaki.flows.leavers import Looked, look
from ishigaki.flows.planning import LIFE
from ishigaki.flows.settling import RETIRE, settle
from ishigaki.services import key
from ishigaki.services.iam.users.retiring.remediations import STEPS, Leaving
from ishigaki.store.retirements import add, events, standing
from ishigaki.store.transactions import reading, writing


class Asked(msgspec.Struct, frozen=True):
    """What somebody asks for. `step` is the one that must come next, or empty for whichever it is; `warned` says whom
    they warned; `owned` has users planned for, too, whom CloudFormation or Terraform owns."""

    users: tuple[str, ...]
    who: str
    why: str = ""
    warned: str = ""
    step: Step | None = None
    owned: bool = False


class Told(msgspec.Struct, frozen=True):
    """What became of one user: where it stands, what is seen of it (None: it is gone), what happened just now, what
    comes next and from when on it may; and for which destinations its warning waits."""

    retirement: Retirement
    footprint: Footprint | None
    new: tuple[Event, ...] = ()
    next: Step | None = None
    due: datetime | None = None
    queued: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """Each user, and the plan of what is due; None where nothing is."""

    told: tuple[Told, ...]
    plan: Plan | None = None


NOBODY = Postbox()  # nobody is told


@dataclass(frozen=True)
class _Countdown:
    """What counting down goes by."""

    around: Around
    asked: Asked
    waits: Waits
    now: datetime


def retire(
    access: Access,
    account: Account,
    asked: Asked,
    *,
    engine: sa.Engine,
    folder: Path,
    waits: Waits,
    now: datetime,
    stays: Mapping[Name, str],
    postbox: Postbox = NOBODY,
) -> Outcome:
    """Look at users, enter what that shows, and plan what is due. Nobody is retired of whom `stays` says why; what warns
    of a user goes into the `postbox`. Raises `UsageError`, `NoEntry`; then nothing is entered of any of them."""
    settle(engine, folder)
    count = _Countdown(_around(access, account), asked, waits, now)
    role = Role(account.role, account.external_id) if account.role else None
    perform = access.performing(access.enter(account.id, role))
    caller = access.identity()
    looked: dict[str, Looked | None] = {}
    for user in dict.fromkeys(asked.users):
        _refuse(user, arn="", caller=caller, kept=stays.get((account.id, user), ""))
        found = look(user, count.around, perform, now=now)
        name = (
            found.leaver.name if found else user
        )  # AWS's own spelling: by it the register and the store know it
        if found is not None:
            _refuse(name, arn=found.leaver.id, caller=caller, kept=stays.get((account.id, name), ""))
        looked[name] = found
    with writing(engine) as connection:
        histories = events(connection, account=account.id)
        told = []
        for user, found in looked.items():
            one = _counted(count, user, found, histories.get((account.id, user), []))
            add(connection, one.new)
            going = Going(one.retirement, one.footprint, waits, account.name) if one.footprint else None
            warning.withdraw(connection, one.retirement)
            queued = warning.write(connection, postbox, going, account, now=now) if going else ()
            told.append(msgspec.structs.replace(one, queued=queued))
        others = standing(connection, account=account.id)
    leaving = tuple(sorted(r.arn for r in others.values() if r.open))
    return Outcome(tuple(told), _plan(count, told, looked, leaving=leaving))


def _refuse(user: str, *, arn: str, caller: str, kept: str) -> None:
    reason = refusal(user, arn=arn, caller=caller, kept=kept)
    if reason is not None:
        raise UsageError(reason[0], **reason[1])


def _around(access: Access, account: Account) -> Around:
    return Around(
        account=account.id,
        name=account.name,
        environment=account.environment,
        kind=account.environment,
        partition=access.partition,
        home=access.home,
    )


def _counted(count: _Countdown, user: str, found: Looked | None, history: Iterable[Event]) -> Told:
    """What a look at a user adds to its history. Raises `UsageError`."""
    stands = before = follow(history)
    new = tuple(_gone(count, before) if found is None else _following(count, found, before))
    for event in new:
        stands = after(stands, event)
    if stands is None:
        raise UsageError("retire_no_user", user=user, account=count.around.account)
    if count.asked.step is not None:
        _must_be_due(count, stands, count.asked.step)
    footprint = found.footprint if found else None
    return Told(stands, footprint, new, NEXT.get(stands.state), due(stands, count.waits))


def _gone(count: _Countdown, before: Retirement | None) -> Iterator[Event]:
    if before is not None and before.open:
        at = max(count.now, before.since)
        yield Event(before.account, before.user, at, count.asked.who, State.GONE, "not_there")


def _following(count: _Countdown, found: Looked, before: Retirement | None) -> Iterator[Event]:
    asked, sighting = count.asked, found.sighting
    account, user = count.around.account, found.leaver.name
    if before is None or not before.open:
        if asked.step is not None:
            raise UsageError("retire_not_recorded", user=user, account=account, step=asked.step.value)
        if not asked.why:
            raise UsageError("retire_why", user=user)
        new = [recorded(account, user, sighting, who=asked.who, why=asked.why)]
    else:
        new = list(observed(before, sighting, count.waits, who=asked.who))
    stands = before
    for event in new:
        yield event
        stands = after(stands, event)
    begins_anew = before is not None and before.open and bool(new) and new[0].what is State.RECORDED
    # Whoever was warned, was warned of what was known before this look.
    if asked.warned and not begins_anew and stands is not None and stands.state is State.RECORDED:
        at = max(sighting.at, stands.since)
        yield Event(account, user, at, asked.who, State.WARNED, asked.why, {"warned": asked.warned})


def _must_be_due(count: _Countdown, stands: Retirement, step: Step) -> None:
    if NEXT.get(stands.state) is not step:
        raise UsageError("retire_other_step", user=stands.user, step=step.value, state=stands.state.value)
    if not may(stands, step, count.waits, at=count.now):
        until = f"{due(stands, count.waits):%Y-%m-%d %H:%M} UTC"
        raise UsageError("retire_too_early", user=stands.user, step=step.value, until=until)


def _plan(
    count: _Countdown, told: Iterable[Told], looked: Mapping[str, Looked | None], *, leaving: tuple[str, ...]
) -> Plan | None:
    """The plan of every step that is due; what stands against one is left to people. None where none is due."""
    around, now = count.around, count.now
    changes: list[Planned] = []
    left: list[Left] = []
    for one in told:
        found = looked[one.retirement.user]
        if found is None or one.next is None or not may(one.retirement, one.next, count.waits, at=now):
            continue
        for each in _planned(count, one.next, one.retirement, found, leaving=leaving):
            if isinstance(each, Planned):
                changes.append(each)
            else:
                left.append(each)
    if not changes and not left:
        return None
    return sealed(
        Plan(
            schema=SCHEMA,
            version=__version__,
            purpose=RETIRE,
            scan="",
            at=now,
            expires=now + LIFE,
            home=around.home,
            partition=around.partition,
            around={around.account: around},
            changes=tuple(changes),
            left=tuple(left),
        )
    )


def _planned(
    count: _Countdown, step: Step, stands: Retirement, found: Looked, *, leaving: tuple[str, ...]
) -> Iterator[Planned | Left]:
    """The change that a step is, told with what would break."""
    remedy, around, leaver = STEPS[step], count.around, found.leaver
    others = tuple(a for a in leaving if a != stands.arn)
    wanted = Leaving(stands.arn, stands.user_id, tuple(c.id for c in stands.known), others)
    setting = Setting(around, {}, {}, lambda _: (), key, count.now, owned=count.asked.owned)
    at = (found.place, leaver)
    for said in changes_of(remedy, found.world, at, around=around, wanted=wanted, now=count.now):
        stops = said.note if isinstance(said, Skip) else None if setting.owned else owner_of(said)
        if isinstance(said, Skip) or stops is not None:
            yield Left(
                around.account,
                leaver.region,
                leaver.id,
                leaver.name,
                stops or note("manual"),
                touches=() if isinstance(said, Skip) else touches_of(said, setting),
                type=type_of(leaver),
            )
            continue
        made = planned_as(said, setting, remedy, at, wanted=wanted, asked=None)
        beside = (*notes(found.footprint, now=count.now), *made.notes)
        yield msgspec.structs.replace(made, notes=beside)


def confirm(
    access: Access,
    accounts: Iterable[Account],
    plan: Plan,
    *,
    engine: sa.Engine,
    folder: Path,
    waits: Waits,
    now: datetime,
    who: str,
    stays: Mapping[Name, str],
    begun: Collection[str] = (),
    postbox: Postbox = NOBODY,
) -> None:
    """Look at the users of a plan once more before it is carried out. Raises `UsageError` for a step that is not due
    (any more): it was made already, or taken back, or somebody has used the user since. Of changes that were `begun`
    only that last is not asked: what is half made is ended, unless a person has said otherwise."""
    settle(engine, folder)
    _all_due(engine, plan, waits, now)
    known = {a.id: a for a in accounts}
    users: dict[str, list[str]] = {}
    for change in (c for c in plan.changes if c.id not in begun):
        users.setdefault(change.account, []).append(change.target.name)
    for account, names in users.items():
        if account not in known:
            raise UsageError("plan_of_other_account", account=account)
        asked = Asked(tuple(names), who)
        retire(
            access,
            known[account],
            asked,
            engine=engine,
            folder=folder,
            waits=waits,
            now=now,
            stays=stays,
            postbox=postbox,
        )
    _all_due(engine, plan, waits, now)


def _all_due(engine: sa.Engine, plan: Plan, waits: Waits, now: datetime) -> None:
    with reading(engine) as connection:
        stand = standing(connection)
    steps = {remedy.name: step for step, remedy in STEPS.items()}
    for change in plan.changes:
        found = stand.get((change.account, change.target.name))
        step = steps.get(change.remediation)
        if step is None or found is None or not may(found, step, waits, at=now):
            raise UsageError("retire_moved", user=change.target.name, account=change.account)
