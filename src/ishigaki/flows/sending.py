"""Send what the outbox holds: claimed, composed in each destination's language, sent, marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import partial

import msgspec
from msgspec.structs import replace

from ishigaki.core.destination import Destination, Sent, recipients
from ishigaki.core.guarded import guarded
from ishigaki.core.notice import Message, Notice
from ishigaki.core.scrub import scrub
from ishigaki.core.telling import SHOWN
from ishigaki.flows.keeper import Keeper, known_accounts, post
from ishigaki.notify.undelivered import Undelivered
from ishigaki.report.message import compose
from ishigaki.store import outbox, proofs
from ishigaki.store.outbox import Letter
from ishigaki.store.transactions import writing

CLAIM_S = 120.0  # longer than any one attempt may take: letters are claimed one by one
# How long after each failed attempt the next is made; after the last there is none.
AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
# What is sent whatever the budget of a day, and not counted there.
UNCOUNTED = ("digest", "monthly", "people", "first_summary", "retirement", "undelivered", "test")
Send = Callable[[Message, Destination, Sent | None], Sent]


class Delivered(msgspec.Struct, frozen=True):
    """What became of letters; `waiting` are those for which there is no destination at all, `errors` says of every
    destination that did not take one what happened last."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    folded: int = 0
    waiting: int = 0
    errors: Mapping[str, str] = {}


class Fate(msgspec.Struct, frozen=True):
    """What became of one."""

    what: str
    error: str = ""


def deliver(
    keeper: Keeper,
    send: Send,
    *,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Send everything that is due, as far as destinations take it. Where there is none (a file that was forgotten, a
    wrong folder) everything waits."""
    if not keeper.destinations:
        return Delivered(waiting=len(outbox.waiting(keeper.engine)))
    told: Counter[str] = Counter()
    errors: dict[str, str] = {}
    names = {a.id: a.name for a in known_accounts(keeper).values()}
    while not stopping():
        letters = outbox.claim(keeper.engine, keeper.holder, now=clock(), limit=1, lease_s=CLAIM_S)
        if not letters:
            break
        for letter in letters:
            fate = _one(keeper, letter, partial(_deliver, keeper, letter, send, clock, names), clock)
            told[fate.what] += 1
            errors |= {letter.destination: fate.error} if fate.error else {}
    return msgspec.convert({**told, "errors": errors}, Delivered)


def _one(keeper: Keeper, letter: Letter, work: Callable[[], Fate], clock: Callable[[], datetime]) -> Fate:
    """A letter that breaks us must not hold up the others, nor be lost: it is tried again like any that failed."""

    def crashed(bug: Exception) -> Fate:
        failed = Undelivered("crashed", f"{type(bug).__name__}: {bug}")
        return _not_sent(keeper, letter, letter.notice, failed, clock())

    return guarded(work, crashed=crashed)


def _deliver(
    keeper: Keeper, letter: Letter, send: Send, clock: Callable[[], datetime], names: Mapping[str, str]
) -> Fate:
    now = clock()
    destination = next((d for d in keeper.destinations if d.name == letter.destination), None)
    try:
        notice = letter.notice
    except msgspec.MsgspecError as no:
        return _give_up(keeper, letter, None, str(no), now)
    if destination is None:
        return _give_up(keeper, letter, notice, "no such destination any more", now)
    if _over_budget(keeper, destination, notice, now):
        outbox.fold(keeper.engine, letter)
        return Fate("folded")
    before = outbox.reference_of(keeper.engine, destination.name, letter.thread) if letter.thread else None
    message = compose(notice, language=destination.language, zone=keeper.zone(), now=now, names=names)
    try:
        sent = send(message, destination, msgspec.convert(before, Sent) if before else None)
    except Undelivered as no:
        return _not_sent(keeper, letter, notice, no, now)
    outbox.sent(keeper.engine, letter.id, reference=msgspec.to_builtins(sent), at=clock())
    proofs.proved(keeper.engine, destination.name, now, kind="heartbeat")
    return Fate("sent")


def _over_budget(keeper: Keeper, destination: Destination, notice: Notice, now: datetime) -> bool:
    """Whether a destination has been told enough for a day: what is not urgent then waits for the digest."""
    if notice.urgent or notice.kind in UNCOUNTED:
        return False
    midnight = keeper.calendar.moment(keeper.calendar.local(now).date(), time())
    return outbox.sent_today(keeper.engine, destination.name, midnight) >= destination.budget


def _not_sent(keeper: Keeper, letter: Letter, notice: Notice, no: Undelivered, now: datetime) -> Fate:
    """Try again later, if that can help and was not done often enough; the other destination hears of it where it is
    urgent, or given up."""
    if no.permanent or letter.tries > len(AGAIN):
        return _give_up(keeper, letter, notice, f"{no.code}: {no.detail}", now)
    wait = max(AGAIN[letter.tries - 1], timedelta(seconds=no.retry_after or 0))
    error = f"{no.code}: {no.detail}"
    outbox.failed(keeper.engine, letter, error, retry_at=now + wait)
    if notice.urgent and letter.tries == 1:
        _tell_elsewhere(keeper, letter, notice, error, now)
    return Fate("postponed", error)


def _give_up(keeper: Keeper, letter: Letter, notice: Notice | None, error: str, now: datetime) -> Fate:
    outbox.failed(keeper.engine, letter, error)
    if notice is not None and notice.kind != "undelivered":
        _tell_elsewhere(keeper, letter, notice, error, now)
    return Fate("failed", error)


def _tell_elsewhere(keeper: Keeper, letter: Letter, notice: Notice, error: str, now: datetime) -> None:
    """What one destination did not take is told at another, with what it was about: what is urgent by itself, of
    all else as much in one message as is waiting."""
    begins = f"undelivered:{letter.destination}:"
    code, _, detail = error.partition(": ")
    told = Notice(
        key=f"{begins}{letter.id}",
        kind="undelivered",
        at=now,
        audience=notice.audience,
        owner=notice.owner,
        environment=notice.environment,
        severity=notice.severity,
        urgent=notice.urgent,
        due=notice.due,
        case=notice.case if notice.urgent else "",
        count=1,
        facts={
            "destination": letter.destination,
            "error": code,
            "detail": scrub(detail),
            "about": [msgspec.to_builtins(notice)],
        },
    )
    with writing(keeper.engine) as connection:
        (other,) = recipients(told, keeper.destinations) or (None,)
        before = outbox.unsent(connection, other.name, key=begins) if other and not told.urgent else None
        if before is None or before.urgent:
            post(keeper, connection, [told], now=now)
        else:
            outbox.rewrite(connection, before, _joined(before.notice, told))


def _joined(before: Notice, more: Notice) -> Notice:
    """One notice of what was not delivered, and of one thing more."""
    about = [*before.facts["about"], *more.facts["about"]][:SHOWN]
    return replace(before, count=before.count + 1, due=None, facts={**before.facts, "about": about})
