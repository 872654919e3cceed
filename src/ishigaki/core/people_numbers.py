"""The numbers of a stock-take (R78): users, keys and what is wrong with them. The one place that says how they count.

Users are IAM users; the root users and those of IAM Identity Center are counted apart. Where something was not seen of
a user, the user is in no number about it, and in `unsure`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ishigaki.core.people import (
    ACTIVE,
    HUMAN,
    IAM_USER,
    MACHINE,
    ROOT,
    SHARED,
    SSO_USER,
    UNKNOWN,
    AnyRow,
    Assignment,
    Key,
    Person,
    Trust,
    Visit,
)

OLD_KEY, UNUSED, LONG_UNUSED = 90, 45, 90  # days


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """What a stock-take amounts to.

    `keys` are the active ones of IAM users, `old_keys` those older than 90 days, `unused_keys` those not used for more
    than 90. `unused_45`, `unused_90`: users of whom neither password nor key was used for longer. `without_mfa`: users
    with a console password and no MFA. `without_console`: users without a console password. `outside`: principals of
    accounts outside the estate that may come in by a role; `anyone`: trust policies with a fault. `root_keys` and
    `root_without_mfa` count accounts. `unsure`: users of whom something that is counted here was not seen.
    """

    accounts: int = 0
    unseen: int = 0  # of the accounts
    users: int = 0
    human: int = 0
    machine: int = 0
    shared: int = 0
    unknown: int = 0
    keys: int = 0
    old_keys: int = 0
    unused_keys: int = 0
    inactive_keys: int = 0
    unused_45: int = 0
    unused_90: int = 0
    without_mfa: int = 0
    without_console: int = 0
    admins: int = 0
    unsure: int = 0
    root_keys: int = 0
    root_without_mfa: int = 0
    sso_users: int = 0
    assignments: int = 0
    outside: int = 0
    trust_faults: int = 0


def count(rows: Iterable[AnyRow]) -> Numbers:
    """The numbers of these rows: of a stock-take, or of one account's part of it."""
    numbers = dict.fromkeys(Numbers.__struct_fields__, 0)
    for row in rows:
        for name in _counts(row):
            numbers[name] += 1
    return Numbers(**numbers)


def _counts(row: AnyRow) -> list[str]:
    """The numbers that a row counts in."""
    if isinstance(row, Visit):
        return _true(accounts=True, unseen=not row.seen)
    if isinstance(row, Person):
        return _person(row)
    if isinstance(row, Key):
        return _key(row) if row.what == IAM_USER else []
    if isinstance(row, Trust):
        return _true(outside=row.outside, trust_faults=row.faults)
    return ["assignments"] if isinstance(row, Assignment) and row.user_id else []


def _person(person: Person) -> list[str]:
    if person.what == ROOT:
        return _true(
            root_keys=person.active_keys, root_without_mfa=person.mfa is False and person.console is not False
        )
    if person.what == SSO_USER:
        return ["sso_users"]
    idle = person.idle_days
    told = (person.console, person.mfa, person.active_keys, person.admin, idle)
    return _true(
        users=True,
        human=person.used_by == HUMAN,
        machine=person.used_by == MACHINE,
        shared=person.used_by == SHARED,
        unknown=person.used_by == UNKNOWN,
        unused_45=idle is not None and idle > UNUSED,
        unused_90=idle is not None and idle > LONG_UNUSED,
        without_mfa=person.console and person.mfa is False,
        without_console=person.console is False,
        admins=person.admin,
        unsure=any(part is None for part in told),
    )


def _key(key: Key) -> list[str]:
    is_active = key.status == ACTIVE
    return _true(
        keys=is_active,
        inactive_keys=not is_active,
        old_keys=is_active and (key.age_days or 0) > OLD_KEY,
        unused_keys=is_active and (key.idle_days or 0) > LONG_UNUSED,
    )


def _true(**said: object) -> list[str]:
    return [name for name, value in said.items() if value]
