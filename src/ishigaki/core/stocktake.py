"""The stock-take of access: who has what where, what of it nobody uses, and who should not have it any more. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from ishigaki.core.export import LEFT, MISSING, Export

UNUSED_AFTER = 90  # days
USED, UNUSED, NEW, UNKNOWN = "used", "unused", "new", "unknown"
NOT_COMPARED = ""


class SetShown(msgspec.Struct, frozen=True):
    """A permission set as it is; `unseen` are members that AWS did not show, with its code."""

    name: str
    policies: tuple[str, ...]
    inline: bool
    boundary: str
    session: str
    accounts: tuple[str, ...]
    outdated: tuple[str, ...]
    administrator: bool
    unseen: Mapping[str, str] = {}


class AssignedShown(msgspec.Struct, frozen=True):
    """To whom a permission set is assigned in an account; `people` are behind it, none where they were not seen."""

    account: str
    permission_set: str
    type: str
    id: str
    name: str
    people: tuple[str, ...] = ()
    code: str = ""


class Present(msgspec.Struct, frozen=True):
    """What there is: the instance, its permission sets, and who has which of them in which account."""

    instance: str
    owner: str
    region: str
    sets: tuple[SetShown, ...]
    assigned: tuple[AssignedShown, ...]


class Use(msgspec.Struct, frozen=True):
    """What IAM says of the role of a permission set in an account: when it was last used by anybody (none: not within
    the 400 days that AWS looks back) and since when it is there; or the code of why that was not seen."""

    last_used: datetime | None = None
    since: datetime | None = None
    code: str = ""


class Held(msgspec.Struct, frozen=True):
    """That somebody has a permission set in an account: directly or through a group. A group nobody is in, or whose
    members were not seen (`code`), has no user."""

    account: str
    permission_set: str
    administrator: bool
    through: str = ""  # the group's name; empty where it is assigned to the person
    user: str = ""
    display: str = ""
    emails: tuple[str, ...] = ()
    enabled: bool = True
    code: str = ""


class Row(msgspec.Struct, frozen=True):
    """A line of the stock-take."""

    account: str
    name: str
    permission_set: str
    administrator: bool
    through: str
    user: str
    display: str
    enabled: bool
    use: str
    last_used: datetime | None
    directory: str
    code: str = ""


class Account(msgspec.Struct, frozen=True):
    """One account in numbers: people, of them administrators and leavers, and assignments by their use."""

    account: str
    name: str
    people: int
    administrators: int
    unused: int
    unknown: int
    leavers: int


class StockTake(msgspec.Struct, frozen=True):
    """All of it: rows, the accounts in numbers, and what was not seen, account by account."""

    at: datetime
    days: int
    rows: tuple[Row, ...]
    accounts: tuple[Account, ...]
    unseen: Mapping[str, str]
    people: int
    administrators: int
    compared: int = 0  # rows of the directory's export; 0 where there is none


def stock_take(
    held: Iterable[Held],
    *,
    names: Mapping[str, str],
    uses: Mapping[tuple[str, str], Use],
    unseen: Mapping[str, str],
    export: Export | None,
    now: datetime,
    days: int = UNUSED_AFTER,
) -> StockTake:
    """The stock-take as of now. `uses` are by account and permission set, `names` the accounts' own."""
    rows = sorted(
        (_row(each, names, uses, unseen, export, now, days) for each in held),
        key=lambda r: (r.name, r.account, r.permission_set, r.through, r.user),
    )
    accounts = dict.fromkeys(r.account for r in rows)
    return StockTake(
        now,
        days,
        tuple(rows),
        tuple(_account(a, [r for r in rows if r.account == a]) for a in accounts),
        unseen,
        len(_people(rows)),
        len(_people(r for r in rows if r.administrator)),
        export.rows if export else 0,
    )


def _row(
    held: Held,
    names: Mapping[str, str],
    uses: Mapping[tuple[str, str], Use],
    unseen: Mapping[str, str],
    export: Export | None,
    now: datetime,
    days: int,
) -> Row:
    found = uses.get((held.account, held.permission_set), Use(code=unseen.get(held.account, "NoSuchRole")))
    standing = export.standing((held.user, *held.emails)) if export and held.user else NOT_COMPARED
    return Row(
        held.account,
        names.get(held.account, held.account),
        held.permission_set,
        held.administrator,
        held.through,
        held.user,
        held.display,
        held.enabled,
        used(found, now=now, days=days),
        found.last_used,
        standing,
        held.code or found.code,
    )


def used(found: Use, *, now: datetime, days: int) -> str:
    """Whether a role is used: by nobody for so many days is unused, unless it has not been there that long."""
    if found.code:
        return UNKNOWN
    line = now - timedelta(days=days)
    if found.last_used is not None and found.last_used >= line:
        return USED
    return NEW if found.since is not None and found.since >= line else UNUSED


def _account(account: str, rows: Sequence[Row]) -> Account:
    return Account(
        account,
        rows[0].name,
        len(_people(rows)),
        len(_people(r for r in rows if r.administrator)),
        sum(r.use == UNUSED for r in rows),
        sum(r.use == UNKNOWN for r in rows),
        len(_people(r for r in rows if r.directory in (LEFT, MISSING))),
    )


def _people(rows: Iterable[Row]) -> set[str]:
    return {r.user for r in rows if r.user and r.enabled}
