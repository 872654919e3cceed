"""Whose a found key is, by the newest stock-take of users and keys. Asks AWS nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ishigaki.core.incident import Fact
from ishigaki.core.keyid import is_temporary
from ishigaki.core.leak import Standing, Whose
from ishigaki.core.people import QUARANTINE, Key, Person, Visit
from ishigaki.core.people_changes import Stock
from ishigaki.core.secret import Hit
from ishigaki.core.unseen import NOT_COLLECTED
from ishigaki.core.usage import UsageError
from ishigaki.store.lake import History
from ishigaki.store.people_counts import stock

LISTING = "iam:ListAccessKeys"


class Stocked(msgspec.Struct, frozen=True):
    """Whose keys are, by what they are looked up by; and when the stock-take was."""

    at: datetime
    whose: Mapping[str, Whose]


def stocked(hits: Mapping[str, Hit], *, store: Path) -> Stocked | None:
    """What the newest stock-take knows of them; None where there is none that can be read. A guard before a commit does
    not stumble over that."""
    history = History(store)
    if not hits or find_spec("duckdb") is None or not history.days():
        return None
    try:
        newest = stock(history, history.days()[-1])
    except UsageError:
        return None
    if not newest.visits:
        return None
    known = _Known(newest)
    return Stocked(
        max(v.collected_at for v in newest.visits), {name: known.whose(hit) for name, hit in hits.items()}
    )


class _Known:
    """A stock-take, to be looked into by account, key and user."""

    def __init__(self, taken: Stock) -> None:
        self._visits = {v.account: v for v in taken.visits}
        self._keys = {k.key_id: k for k in taken.keys if k.key_id}
        self._people = {(p.account, p.user_name): p for p in taken.people}

    def whose(self, hit: Hit) -> Whose:
        key = self._keys.get(hit.key_id)
        account = hit.account or (key.account if key else "")
        visit = self._visits.get(account)
        if not account:
            return Whose(Standing.NO_ACCOUNT, user=hit.user)
        if visit is None:
            return Whose(Standing.NOT_OURS, account, user=hit.user)
        whose = Whose(Standing.UNSEEN, account, visit.account_name, visit.owner, hit.user)
        if not visit.seen and visit.last_good is None:
            return replace(whose, why=visit.code)
        if is_temporary(hit.key_id):
            return replace(whose, standing=Standing.SESSION)
        return self._found(hit, whose, key, visit)

    def _found(self, hit: Hit, whose: Whose, key: Key | None, visit: Visit) -> Whose:
        name = hit.user or (key.user_name if key else "")
        person = self._people.get((whose.account, name))
        if person is None and key is None:
            gap = next((g for g in visit.gaps if g.startswith(LISTING)), "")
            return (
                replace(whose, why=gap.partition(": ")[2])
                if gap
                else replace(whose, standing=Standing.NOT_LISTED)
            )
        facts = (Fact("user", name), *(_of_key(key) if key else ()), *(_of_user(person) if person else ()))
        return replace(whose, standing=Standing.OURS, user=name, facts=facts)


def _of_key(key: Key) -> Iterator[Fact]:
    yield Fact("key_status", key.status)
    yield Fact("key_created", key.created_at)
    if key.never_used is None:
        yield Fact("key_used", unseen=NOT_COLLECTED)
        return
    yield Fact("key_used", key.used_at)
    if key.used_at:
        yield Fact("key_service", key.used_service)
        yield Fact("key_region", key.used_region)


def _of_user(person: Person) -> Iterator[Fact]:
    if person.admin is None:
        yield Fact("administrator", unseen=NOT_COLLECTED)
    else:
        yield Fact("administrator", tuple(map(_name, person.admin_by)))
    yield Fact("quarantine", tuple(_name(p) for p in person.policies or () if QUARANTINE in p))


def _name(policy: str) -> str:
    return policy.rpartition("/")[2]


WEIGHT = {  # what tells most
    Standing.OURS: 0,
    Standing.NOT_LISTED: 0,
    Standing.SESSION: 0,
    Standing.UNSEEN: 1,
    Standing.NOT_OURS: 2,
    Standing.NO_ACCOUNT: 3,
    Standing.UNTOLD: 3,
}


def better(by_age: Iterable[Whose]) -> Whose:
    """Of what two inventories say of a key, the newer first: the one that saw its account. The names of the account and
    of its owner are from either."""
    told = list(by_age)
    best = min(told, key=lambda whose: WEIGHT[whose.standing])
    if best.standing in (Standing.NOT_OURS, Standing.NO_ACCOUNT, Standing.UNTOLD):
        return best
    return replace(
        best,
        name=best.name or next((w.name for w in told if w.name), ""),
        owner=best.owner or next((w.owner for w in told if w.owner), ""),
    )
