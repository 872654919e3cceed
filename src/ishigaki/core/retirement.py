"""Retiring a user: recorded, warned, kept out of the console, keys off, waiting, deleted. Pure.

What became of a user is a list of events, each with who, when and why; where it stands follows from them (`follow`).
The order never changes, no step is taken before its waiting time is over, and whatever shows that somebody still
needs the user takes it back to the beginning: a key of another id or date, a sign-in after the console was closed, a
use after the keys were switched off. So what is deleted is exactly what was warned of, and has been missed by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import msgspec

SIGN_IN = "password"  # the one kind of credential that a person signs in by
Days = Annotated[int, msgspec.Meta(ge=1, le=365)]


class State(StrEnum):
    """Where a retirement stands; each is also the event that leads there."""

    RECORDED = "recorded"
    WARNED = "warned"
    KEPT_OUT = "password_disabled"
    KEYS_DEACTIVATED = "keys_deactivated"
    WAITING = "waiting"  # what was switched off was looked at since, and nobody has used it
    DELETED = "deleted"
    GONE = "gone"  # somebody else deleted the user
    RESTORED = "restored"  # somebody missed the user: it stays until it is recorded again


class Step(StrEnum):
    """What is done in AWS."""

    SIGN_IN = "password"
    KEYS = "keys"
    DELETE = "delete"


ORDER = (
    State.RECORDED,
    State.WARNED,
    State.KEPT_OUT,
    State.KEYS_DEACTIVATED,
    State.WAITING,
    State.DELETED,
)
DONE: Mapping[Step, State] = {
    Step.SIGN_IN: State.KEPT_OUT,
    Step.KEYS: State.KEYS_DEACTIVATED,
    Step.DELETE: State.DELETED,
}
NEXT: Mapping[State, Step] = {
    State.WARNED: Step.SIGN_IN,
    State.KEPT_OUT: Step.KEYS,
    State.WAITING: Step.DELETE,
}


class Waits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days retiring a user waits: from the warning until the console is closed (default 7), from then until the
    keys are deactivated (7), and from then until the user is deleted (14). Keys wait longest: what runs rarely has to
    be missed. 1 to 365 each."""

    after_warning_days: Days = 7
    after_password_days: Days = 7
    after_keys_days: Days = 14


class Credential(msgspec.Struct, frozen=True, order=True):
    """Something a user authenticates by, told from another by its id and by when it was made."""

    kind: str  # password, access_key, certificate, ssh_key, service_credential
    id: str
    created_at: datetime


class Seen(msgspec.Struct, frozen=True):
    """A credential as AWS shows it: whether it opens anything, and when it last did as far as that is known."""

    credential: Credential
    active: bool
    used_at: datetime | None = None


class Sighting(msgspec.Struct, frozen=True):
    """What AWS shows of a user at one moment. `acted_at`: the last event of the user in CloudTrail, if one was seen."""

    at: datetime
    user_id: str
    arn: str
    credentials: tuple[Seen, ...] = ()
    acted_at: datetime | None = None

    @property
    def known(self) -> tuple[Credential, ...]:
        return tuple(sorted(seen.credential for seen in self.credentials))


class Event(msgspec.Struct, frozen=True):
    """Something that happened to a retirement. `why` is a reason somebody gave, or the code of what was seen; `facts`
    hold the run that did it, and with `recorded` the user's id and credentials."""

    account: str
    user: str
    at: datetime
    who: str
    what: State
    why: str = ""
    facts: Mapping[str, Any] = {}


class Retirement(msgspec.Struct, frozen=True):
    """Where a user stands. `times` say when each state was reached this time round, `round` which time it is; `off` are
    the credentials that opened nothing when it was recorded."""

    account: str
    user: str
    user_id: str
    arn: str
    state: State
    known: tuple[Credential, ...]
    off: tuple[Credential, ...]
    times: Mapping[State, datetime]
    why: str = ""
    round: int = 1
    runs: tuple[str, ...] = ()  # of the steps that are made and not taken back, newest last
    who: str = ""  # decided that it is to go

    @property
    def since(self) -> datetime:
        return self.times[self.state]

    @property
    def open(self) -> bool:
        return self.state in ORDER[:-1]

    @property
    def has_password(self) -> bool:
        return any(c.kind == SIGN_IN for c in self.known)


class Disordered(ValueError):
    """An event that cannot follow those before it."""


def recorded(account: str, user: str, sighting: Sighting, *, who: str, why: str) -> Event:
    """The event by which a retirement begins, or begins anew."""
    off = sorted(s.credential for s in sighting.credentials if not s.active)
    facts = {
        "user_id": sighting.user_id,
        "arn": sighting.arn,
        "known": msgspec.to_builtins([*sighting.known]),
        "off": msgspec.to_builtins(off),
    }
    return Event(account, user, sighting.at, who, State.RECORDED, why, facts)


def follow(events: Iterable[Event]) -> Retirement | None:
    """Where a user stands after these events, in their order. Raises `Disordered`."""
    found: Retirement | None = None
    for event in events:
        found = after(found, event)
    return found


def after(now: Retirement | None, event: Event) -> Retirement:
    """Where a user stands once this has happened. Raises `Disordered`."""
    if event.what is State.RECORDED:
        return _anew(now, event)
    if now is None:
        raise Disordered(f"{event.what} before anything was recorded")
    run = str(event.facts.get("run", ""))
    if event.what is State.RESTORED:
        left = tuple(r for r in now.runs if r != event.facts.get("undoes"))
        return _moved(now, event, runs=left)
    if event.what is State.GONE and now.open:
        return _moved(now, event, runs=now.runs)
    if not now.open or event.what not in ORDER or ORDER.index(event.what) != ORDER.index(now.state) + 1:
        raise Disordered(f"{event.what} after {now.state}")
    if event.at < now.since:
        raise Disordered(f"{event.what} before it was {now.state}")
    return _moved(now, event, runs=(*now.runs, run) if run else now.runs)


def _moved(now: Retirement, event: Event, *, runs: tuple[str, ...]) -> Retirement:
    return msgspec.structs.replace(
        now, state=event.what, times={**now.times, event.what: event.at}, runs=runs
    )


def _anew(now: Retirement | None, event: Event) -> Retirement:
    return Retirement(
        event.account,
        event.user,
        str(event.facts["user_id"]),
        str(event.facts["arn"]),
        State.RECORDED,
        msgspec.convert(event.facts["known"], tuple[Credential, ...]),
        msgspec.convert(event.facts["off"], tuple[Credential, ...]),
        {State.RECORDED: event.at},
        event.why if now is None or not now.open else now.why,
        now.round + 1 if now else 1,
        now.runs if now else (),
        event.who if now is None or not now.open else now.who,
    )


def due(now: Retirement, waits: Waits) -> datetime | None:
    """From when on the next step may be taken; None where there is none to wait for. Where there was no password to
    disable, nobody can miss it, and the keys need not wait for that."""
    if now.state is State.WARNED:
        return now.since + timedelta(days=waits.after_warning_days)
    if now.state is State.KEPT_OUT:
        return now.since + timedelta(days=waits.after_password_days if now.has_password else 0)
    if now.state in (State.KEYS_DEACTIVATED, State.WAITING):
        return now.times[State.KEYS_DEACTIVATED] + timedelta(days=waits.after_keys_days)
    return None


def next_step(now: Retirement) -> Step | None:
    """What comes next in AWS; None where something else comes first, or nothing at all."""
    return NEXT.get(now.state)


def may(now: Retirement, step: Step, waits: Waits, *, at: datetime) -> bool:
    """Whether a step may be taken: it is the next one, and its time has come."""
    until = due(now, waits)
    return next_step(now) is step and until is not None and until <= at


def disturbed(now: Retirement, sighting: Sighting) -> str:
    """Why the countdown has to begin anew, empty where nothing speaks against going on."""
    if sighting.user_id != now.user_id:
        return "someone_else"
    fresh = [c for c in sighting.known if c not in now.known]
    if fresh:
        return "new_password" if fresh[0].kind == SIGN_IN else "new_key"
    for seen in sighting.credentials:
        is_password = seen.credential.kind == SIGN_IN
        closed = now.times.get(State.KEPT_OUT if is_password else State.KEYS_DEACTIVATED)
        if closed is None and seen.credential in now.off:
            closed = now.times[State.RECORDED]
        if closed is None:
            continue
        if seen.active:
            return "password_again" if is_password else "key_again"
        if seen.used_at is not None and seen.used_at > closed:
            return "signed_in" if is_password else "key_used"
    off = now.times.get(State.KEYS_DEACTIVATED)
    if off is not None and sighting.acted_at is not None and sighting.acted_at > off:
        return "acted"
    return ""


def observed(now: Retirement, sighting: Sighting, waits: Waits, *, who: str) -> Iterator[Event]:
    """What follows from what AWS shows: the beginning anew; a step that is due and has nothing left to do; or that
    nobody has missed anything."""
    if not now.open:
        return
    reason = disturbed(now, sighting)
    if reason:
        yield recorded(now.account, now.user, sighting, who=who, why=reason)
        return
    while (event := _advanced(now, sighting, waits, who=who)) is not None:
        yield event
        now = after(now, event)


def _advanced(now: Retirement, sighting: Sighting, waits: Waits, *, who: str) -> Event | None:
    def event(what: State, why: str) -> Event:
        return Event(now.account, now.user, max(sighting.at, now.since), who, what, why)

    def is_off(*, password: bool) -> bool:
        return not any(s.active and (s.credential.kind == SIGN_IN) is password for s in sighting.credentials)

    if may(now, Step.SIGN_IN, waits, at=sighting.at) and is_off(password=True):
        return event(State.KEPT_OUT, "is_off")
    if may(now, Step.KEYS, waits, at=sighting.at) and is_off(password=False):
        return event(State.KEYS_DEACTIVATED, "is_off")
    if now.state is State.KEYS_DEACTIVATED and sighting.at > now.since:
        return event(State.WAITING, "not_missed")
    return None


def refusal(user: str, *, arn: str, caller: str, kept: str) -> tuple[str, Mapping[str, str]] | None:
    """Why a user is not retired at all, as a message's code and facts: the root user, whose credentials we go by, and
    who stays for a reason. None where nothing speaks against it."""
    if user in ("root", "<root_account>") or arn.endswith(":root"):
        return "retire_root", {}
    if arn and arn == caller:
        return "retire_self", {"user": user}
    if kept:
        return "retire_kept", {"user": user, "why": kept}
    return None
