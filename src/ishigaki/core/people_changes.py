"""What has changed between two stock-takes: who is new or gone, and whose credentials are not what they were. Pure.

Only what was seen both times is compared: a user whose MFA could not be read has not lost it, and an account that was
seen for the first time has no new users. Users of IAM Identity Center come and go with the directory and are not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from ishigaki.core.people import ACTIVE, ROOT, SSO_USER, Key, Person, Row, Visit


class What(StrEnum):
    """What happened to a user or the root user, the gravest first."""

    KEY_BACK = "key_back"  # a deactivated key is active again
    ADMIN_NEW = "admin_new"
    MFA_REMOVED = "mfa_removed"
    USER_NEW = "user_new"
    PASSWORD_NEW = "password_new"  # noqa: S105 - no password
    KEY_NEW = "key_new"
    KEY_ROTATED = "key_rotated"
    KEY_OFF = "key_off"
    KEY_GONE = "key_gone"
    PASSWORD_GONE = "password_gone"  # noqa: S105 - no password
    MFA_SET = "mfa_set"
    ADMIN_GONE = "admin_gone"
    USER_GONE = "user_gone"


ORDER = {what: place for place, what in enumerate(What)}


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """The stock-take of a date, with the last good rows of accounts that were not seen on it (see their `Visit`)."""

    day: date
    visits: tuple[Visit, ...] = ()
    people: tuple[Person, ...] = ()
    keys: tuple[Key, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.visits, *self.people, *self.keys)

    @property
    def unseen(self) -> Mapping[str, date | None]:
        """The accounts that were not seen, each with the date of its rows; None where it has none."""
        return {v.account: v.last_good for v in self.visits if not v.seen}


class Change(msgspec.Struct, frozen=True):
    """One thing that happened to one user. `facts`: key, replaced (ids of keys), used_by, admin, console."""

    what: What
    account: str
    user_id: str
    user_name: str
    is_root: bool = False
    facts: Mapping[str, Any] = {}


class Changes(msgspec.Struct, frozen=True):
    """What happened from one date to another, the gravest first. `new_accounts` were met for the first time, `unseen`
    are not seen now: of them nothing is told after the date that is given."""

    since: date
    until: date
    changes: tuple[Change, ...] = ()
    new_accounts: tuple[str, ...] = ()
    unseen: Mapping[str, date | None] = {}


def changes(before: Stock, now: Stock) -> Changes:
    """What is different now."""
    known = _with_rows(before)
    both = known & _with_rows(now)
    old, new = _users(before, both), _users(now, both)
    keys_before, keys_now = _keys(before, both), _keys(now, both)
    found: list[Change] = []
    for id in old.keys() | new.keys():
        found += _of(old.get(id), new.get(id), keys_before.get(id, {}), keys_now.get(id, {}))
    return Changes(
        since=before.day,
        until=now.day,
        changes=tuple(sorted(found, key=_gravity)),
        new_accounts=tuple(sorted(_with_rows(now) - known)),
        unseen=now.unseen,
    )


def _gravity(change: Change) -> tuple[object, ...]:
    """What happens to a root user comes before all else."""
    return not change.is_root, ORDER[change.what], change.account, change.user_name, str(change.facts)


def _with_rows(stock: Stock) -> set[str]:
    return {v.account for v in stock.visits if v.seen or v.last_good}


def _users(stock: Stock, accounts: set[str]) -> dict[str, Person]:
    return {p.user_id: p for p in stock.people if p.account in accounts and p.what != SSO_USER}


def _keys(stock: Stock, accounts: set[str]) -> dict[str, dict[str, Key]]:
    """The keys of each user by id. The root user's have none: the date on which one was made tells it."""
    found: dict[str, dict[str, Key]] = {}
    for key in stock.keys:
        if key.account in accounts:
            found.setdefault(key.user_id, {})[key.key_id or _made(key.created_at)] = key
    return found


def _made(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _of(
    old: Person | None, new: Person | None, before: Mapping[str, Key], now: Mapping[str, Key]
) -> Iterator[Change]:
    """What happened to one user. One that was deleted and made again under the same name is gone, and new."""
    if old and new and old.created_at and new.created_at and old.created_at != new.created_at:
        yield from _of(old, None, {}, {})
        yield from _of(None, new, {}, {})
    elif old and new:
        yield from _flags(old, new)
        if _keys_seen(old) and _keys_seen(new):
            yield from _of_keys(new, before, now)
    elif new:
        yield _change(
            What.USER_NEW, new, {"used_by": new.used_by, "admin": new.admin, "console": new.console}
        )
    elif old:
        yield _change(What.USER_GONE, old, {})


def _keys_seen(person: Person) -> bool:
    """Whether all keys of a user were listed. The root user's are in the report, by which they are compared."""
    return person.what == ROOT or person.inactive_keys is not None


def _flags(old: Person, new: Person) -> Iterator[Change]:
    for was, is_, on, off in (
        (old.admin, new.admin, What.ADMIN_NEW, What.ADMIN_GONE),
        (old.mfa, new.mfa, What.MFA_SET, What.MFA_REMOVED),
        (old.console, new.console, What.PASSWORD_NEW, What.PASSWORD_GONE),
    ):
        if was is False and is_:
            yield _change(on, new, {})
        elif was and is_ is False:
            yield _change(off, new, {})


def _of_keys(user: Person, before: Mapping[str, Key], now: Mapping[str, Key]) -> Iterator[Change]:
    """What happened to a user's keys: a new one that takes the place of one that went is a rotation."""
    made = [id for id in now if id not in before]
    gone = [id for id in before if id not in now]
    off = [id for id in now.keys() & before.keys() if _was(before[id], now[id], was=True)]
    on = [id for id in now.keys() & before.keys() if _was(before[id], now[id], was=False)]
    left = sorted(gone) + sorted(off)
    for id in sorted(made, key=lambda i: (_made(now[i].created_at), i)):
        if left:
            yield _change(What.KEY_ROTATED, user, {"key": now[id].key_id, "replaced": left.pop(0)})
        else:
            yield _change(What.KEY_NEW, user, {"key": now[id].key_id})
    for id in left:
        yield _change(What.KEY_GONE if id in gone else What.KEY_OFF, user, {"key": before[id].key_id})
    for id in on:
        yield _change(What.KEY_BACK, user, {"key": now[id].key_id})


def _was(before: Key, now: Key, *, was: bool) -> bool:
    """Whether a key went from active (`was`) to inactive, or the other way."""
    return (before.status == ACTIVE) is was and (now.status == ACTIVE) is not was


def _change(what: What, user: Person, facts: Mapping[str, Any]) -> Change:
    is_root = user.what == ROOT
    return Change(what, user.account, user.user_id, user.user_name, is_root, facts)
