"""Whose a found key is: by its id, the estate file, the newest kept scan and the newest stock-take. Asks AWS nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from ishigaki.core.estate import Account, Estate, accounts_of
from ishigaki.core.incident import Fact
from ishigaki.core.keyid import is_temporary
from ishigaki.core.leak import Register, Standing, Whose, identity
from ishigaki.core.secret import Hit
from ishigaki.core.unseen import Unseen
from ishigaki.core.world import NOT_REACHED, World
from ishigaki.flows import known
from ishigaki.flows.leaked_stock import Stocked, better, stocked
from ishigaki.flows.scan import kept
from ishigaki.flows.units import world_of
from ishigaki.services.iam.users.resources import User, UserKey
from ishigaki.standards.choice import Ask
from ishigaki.store.snapshots import Entered, ScanHeader, Snapshots

TOLD = (
    "user",
    "key_status",
    "key_created",
    "key_used",
    "key_service",
    "key_region",
    "administrator",
    "quarantine",
)


def register(hits: Iterable[Hit], *, store: Path, estate: Estate | None) -> Register:
    """Whose all these keys are: each account's snapshot is read once."""
    snapshots = Snapshots(store)
    header = snapshots.header() if snapshots.scans() else None
    asked = {identity(hit): hit for hit in hits if identity(hit)}
    listed = {a.id: a for a in accounts_of(estate)} if estate else {}
    told = bool(header) or bool(estate and not estate.estate.discover)
    found: dict[str, Whose] = {}
    for account in sorted({hit.account for hit in asked.values()}):
        here = {name: hit for name, hit in asked.items() if hit.account == account}
        found |= _in_account(account, here, snapshots=snapshots, header=header, listed=listed, told=told)
    register = Register(found, header.id if header else "", header.at if header else None)
    return _with_stock(register, stocked(asked, store=store))


def _with_stock(register: Register, stock: Stocked | None) -> Register:
    """What the stock-take of users and keys knows, where that is more or newer than what the scan knows."""
    if stock is None:
        return register
    is_newer = register.scanned is None or stock.at > register.scanned
    return msgspec.structs.replace(
        register,
        taken=stock.at,
        whose={
            name: better((stock.whose[name], whose) if is_newer else (whose, stock.whose[name]))
            for name, whose in register.whose.items()
        },
    )


def _in_account(
    account: str,
    hits: Mapping[str, Hit],
    *,
    snapshots: Snapshots,
    header: ScanHeader | None,
    listed: Mapping[str, Account],
    told: bool,
) -> dict[str, Whose]:
    entered = {a.id: a for a in header.accounts} if header else {}
    if not account:
        return _anywhere(hits, snapshots, header, listed)
    own, met = listed.get(account), entered.get(account)
    if own is None and met is None:
        standing = Standing.NOT_OURS if told else Standing.UNTOLD
        return {name: Whose(standing, account, user=hit.user) for name, hit in hits.items()}
    of_account = _named(account, own, met)
    world = next(iter(_worlds(snapshots, header, [met])), None) if header and met else None
    if world is None:
        why = (met.trouble if met else "") or NOT_REACHED
        unseen = msgspec.structs.replace(of_account, why=why)
        return {name: msgspec.structs.replace(unseen, user=hit.user) for name, hit in hits.items()}
    return {name: _looked_up(hit, of_account, world) for name, hit in hits.items()}


def _anywhere(
    hits: Mapping[str, Hit], snapshots: Snapshots, header: ScanHeader | None, listed: Mapping[str, Account]
) -> dict[str, Whose]:
    """Keys whose ids hold no account: looked up in every account that was scanned."""
    found = dict.fromkeys(hits, Whose(Standing.NO_ACCOUNT))
    for met in header.accounts if header else ():
        of_account = _named(met.id, listed.get(met.id), met)
        for world in _worlds(snapshots, header, [met]) if header else ():
            for name, hit in hits.items():
                whose = _looked_up(hit, of_account, world)
                if whose.standing is Standing.OURS:
                    found[name] = whose
    return found


def _named(account: str, own: Account | None, met: Entered | None) -> Whose:
    """An account's name and owner, by the estate file or else by the scan; nothing of it seen yet."""
    names = [each.name for each in (own, met) if each is not None and each.name != account]
    owner = (own.owner if own else "") or (met.owner if met else "")
    return Whose(Standing.UNSEEN, account, next(filter(None, names), ""), owner)


def _worlds(snapshots: Snapshots, header: ScanHeader, accounts: Iterable[Entered]) -> Iterator[World]:
    """What the kept scan shows of each account's IAM."""
    asked = Ask(standards=(), questions=(), wanted=known.OF_USER)
    narrowed = msgspec.structs.replace(header, accounts=tuple(accounts))
    for _, here, shown in kept(snapshots, narrowed, asked):
        yield world_of(shown, [place for place in here if place not in shown])


def _looked_up(hit: Hit, of_account: Whose, world: World) -> Whose:
    if hit.user:
        return _of_user(hit.user, of_account, world)
    if is_temporary(hit.key_id):
        return msgspec.structs.replace(of_account, standing=Standing.SESSION)
    try:
        key = known.first(world.account_wide(UserKey), name=hit.key_id)
        user = known.first(world.account_wide(User), name=key.user_name) if key else None
    except Unseen as no:
        return msgspec.structs.replace(of_account, why=no.code)
    if key is None:
        return msgspec.structs.replace(of_account, standing=Standing.NOT_LISTED)
    if user is None:
        facts: list[Fact] = [Fact("user", key.user_name)]
    else:
        facts = [*known.of_key(key, user, world), *known.of_user(user, world)]
    return msgspec.structs.replace(
        of_account, standing=Standing.OURS, user=key.user_name, facts=_chosen(facts)
    )


def _of_user(name: str, of_account: Whose, world: World) -> Whose:
    """An API key of a user: IAM's listings do not show the key itself, but what the user may do."""
    named = msgspec.structs.replace(of_account, user=name)
    try:
        user = known.first(world.account_wide(User), name=name)
    except Unseen as no:
        return msgspec.structs.replace(named, why=no.code)
    if user is None:
        return msgspec.structs.replace(named, standing=Standing.NOT_LISTED)
    facts = _chosen(known.of_user(user, world))
    return msgspec.structs.replace(named, standing=Standing.OURS, facts=facts)


def _chosen(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    by_name = {fact.name: fact for fact in facts}
    return tuple(by_name[name] for name in TOLD if name in by_name)
