"""What would break without a user, as far as it can be seen: its age, rights and last uses, and CloudTrail's events.

What was not seen says by which code; it is never taken for a user nobody needs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from ishigaki.core.change import Note, note

NOTHING = "–"
SHOWN = 5  # services, programs and addresses that are named; the rest is a number
Counted = tuple[tuple[str, int], ...]


class KeyUse(msgspec.Struct, frozen=True):
    """A credential other than the password. Without `used_at` AWS knows of no use, or `unseen` says why not;
    of anything but access keys AWS never tells one (`unseen` is NotTold)."""

    kind: str
    id: str
    status: str
    created_at: datetime
    used_at: datetime | None = None
    service: str = ""
    region: str = ""
    unseen: str = ""


class Trail(msgspec.Struct, frozen=True):
    """What CloudTrail shows of a user in one Region: how many events, from where and with what. `more` where only the
    newest were asked for; `unseen` is why nothing is known."""

    region: str
    days: int
    events: int = 0
    more: bool = False
    last_at: datetime | None = None
    sources: Counted = ()
    programs: Counted = ()
    addresses: Counted = ()
    unseen: str = ""


class Footprint(msgspec.Struct, frozen=True):
    """A user, and what it is used for. `trusted_by` are the account's roles that name it in their trust policy;
    `password_at` is None where there is no password."""

    account: str
    user: str
    arn: str
    created_at: datetime
    groups: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    boundary: str = ""
    password_at: datetime | None = None
    password_used_at: datetime | None = None
    mfa_devices: int = 0
    keys: tuple[KeyUse, ...] = ()
    trusted_by: tuple[str, ...] = ()
    trails: tuple[Trail, ...] = ()
    owner: str = ""

    @property
    def acted_at(self) -> datetime | None:
        return max((t.last_at for t in self.trails if t.last_at is not None), default=None)


def trail_of(region: str, days: int, events: Iterable[Mapping[str, Any]], *, arn: str, more: bool) -> Trail:
    """What events of LookupEvents show of a user. A session may bear the user's name: only the user's own count."""
    own = [(e, _told(e)) for e in events]
    own = [(e, told) for e, told in own if told.get("userIdentity", {}).get("arn") == arn]
    times = [moment for e, _ in own if (moment := _moment(e.get("EventTime"))) is not None]
    return Trail(
        region,
        days,
        len(own),
        more,
        max(times, default=None),
        _counted(str(e.get("EventSource", "")) for e, _ in own),
        _counted(_program(str(told.get("userAgent", ""))) for _, told in own),
        _counted(str(told.get("sourceIPAddress", "")) for _, told in own),
    )


def _told(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record that an event holds as JSON; nothing where it cannot be read."""
    try:
        found = json.loads(event.get("CloudTrailEvent", ""))
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _program(agent: str) -> str:
    """The program of a user agent, without the machine it ran on."""
    return agent.strip("[]").split(" ")[0][:60]


def _counted(words: Iterable[str]) -> Counted:
    return tuple(Counter(w for w in words if w).most_common())


def notes(print_: Footprint, *, now: datetime) -> tuple[Note, ...]:
    """The same as what a plan says beside its changes."""
    return tuple(_notes(print_, now))


def _notes(seen: Footprint, now: datetime) -> Iterator[Note]:
    yield note(
        "retire_is",
        date=_date(seen.created_at),
        days=(now - seen.created_at).days,
        groups=", ".join(seen.groups) or NOTHING,
        policies=", ".join(seen.policies) or NOTHING,
    )
    if seen.password_at is None:
        yield note("retire_no_password")
    elif seen.password_used_at is None:
        yield note("retire_never_signed_in", date=_date(seen.password_at), mfa=seen.mfa_devices)
    else:
        ago = (now - seen.password_used_at).days
        facts = {"date": _date(seen.password_at), "used": _date(seen.password_used_at), "days": ago}
        yield note("retire_signed_in", **facts, mfa=seen.mfa_devices)
    for key in seen.keys:
        yield _of_key(key, now)
    if seen.trusted_by:
        yield note("retire_trusted", roles=", ".join(seen.trusted_by))
    told: dict[str, list[Note]] = {}
    for trail in seen.trails:
        told.setdefault(_alike(trail), []).append(_of_trail(trail))
    for (
        alike
    ) in told.values():  # Regions of which the same is said: that there is nothing, or nothing was seen
        regions = ", ".join(n.facts["region"] for n in alike)
        yield note(alike[0].code, **{**alike[0].facts, "region": regions})


def _of_key(key: KeyUse, now: datetime) -> Note:
    facts: dict[str, Any] = {"id": key.id, "status": key.status, "date": _date(key.created_at)}
    if key.unseen:
        return note("retire_key_unseen", **facts, code=key.unseen)
    if key.used_at is None:
        return note("retire_key_never", **facts)
    ago = (now - key.used_at).days
    where = {"service": key.service or NOTHING, "region": key.region or NOTHING}
    return note("retire_key_used", **facts, used=_date(key.used_at), days=ago, **where)


def _of_trail(trail: Trail) -> Note:
    where: dict[str, Any] = {"region": trail.region, "days": trail.days}
    if trail.unseen:
        return note("retire_trail_unseen", **where, code=trail.unseen)
    if not trail.events or trail.last_at is None:
        return note("retire_trail_others" if trail.more else "retire_trail_none", **where)
    return note(
        "retire_trail_more" if trail.more else "retire_trail",
        **where,
        count=trail.events,
        last=f"{trail.last_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        sources=_few(trail.sources),
        programs=_few(trail.programs),
        addresses=_few(trail.addresses),
    )


def _few(counted: Counted) -> str:
    shown = ", ".join(f"{word} ({count})" for word, count in counted[:SHOWN])
    return f"{shown}, …" if len(counted) > SHOWN else shown or NOTHING


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _alike(trail: Trail) -> str:
    return trail.unseen or (trail.region if trail.events else "others" if trail.more else "none")
