"""Stock-take: who has what where, and what of it is used. Looks; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import msgspec

from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.baselines.access import Access as Wanted
from ishigaki.core.answer import GLOBAL, Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.estate import Account
from ishigaki.core.export import Export, parse
from ishigaki.core.population import Population
from ishigaki.core.stocktake import AssignedShown, Held, Present, SetShown, StockTake, Use, stock_take
from ishigaki.core.unseen import Unseen
from ishigaki.core.usage import UsageError
from ishigaki.flows.access import center_of
from ishigaki.flows.directory import Directory, ask
from ishigaki.flows.directory import read as read_directory
from ishigaki.services.identity_center.resources import Assigned, PermissionSet, ReservedRole

MEMBERS = frozenset(
    (
        "title",
        "session_duration",
        "relay_state",
        "managed_policies",
        "inline_policy",
        "boundary",
        "accounts",
        "outdated",
    )
)


def present(access: Access, wanted: Wanted, accounts: Sequence[Account]) -> tuple[Present, Directory]:
    """Look at IAM Identity Center. Raises `UsageError` where it is not to be seen as a whole, `NoEntry`."""
    _, place, perform = center_of(access, wanted, accounts)
    seen = ask(perform, place, {PermissionSet: (MEMBERS, ()), Assigned: (("principals",), ())})
    try:
        sets = {s.id: s for s in seen[PermissionSet].population}
        assigned = list(seen[Assigned].population)
    except Unseen as unseen:
        raise UsageError("directory_unseen", what=unseen.what, code=unseen.code) from None
    held = [(thing, each) for thing in assigned for each in thing.seen().get("principals", ())]
    ids = {each.seen().get("principal_id", "") for _, each in held}
    directory = read_directory(
        perform, place, instance=wanted.identity_center.instance, about=lambda groups: ids & groups.keys()
    )
    titles = {id: s.seen().get("title", s.name) for id, s in sets.items()}
    shown = Present(
        directory.instance,
        directory.owner,
        place.region,
        tuple(_set(s) for s in sorted(sets.values(), key=lambda s: titles[s.id])),
        tuple(
            sorted(
                _assigned(assigned, titles, directory), key=lambda a: (a.account, a.permission_set, a.name)
            )
        ),
    )
    return shown, directory


def _set(found: PermissionSet) -> SetShown:
    seen = found.seen()
    boundary = seen.get("boundary")
    said = boundary.seen() if boundary is not None else {}
    reference = said.get("customer_managed_policy_reference")
    return SetShown(
        seen.get("title", found.name),
        tuple(p.arn.partition(":policy/")[2] for p in seen.get("managed_policies", ())),
        bool(seen.get("inline_policy")),
        said.get("managed_policy_arn", "").partition(":policy/")[2] or (reference.name if reference else ""),
        seen.get("session_duration", ""),
        seen.get("accounts", ()),
        seen.get("outdated", ()),
        administers(found),
        {k: v for k, v in found.__dict__.get("_unseen", {}).items() if k in MEMBERS},
    )


def administers(found: PermissionSet) -> bool:
    """Whether a permission set makes administrators: by AWS's policy, or by one of its own that allows everything."""
    try:
        return found.makes_administrators
    except Unseen:
        return False


def _assigned(
    assigned: Sequence[Assigned], titles: Mapping[str, str], directory: Directory
) -> Iterator[AssignedShown]:
    for thing in assigned:
        title = titles.get(thing.permission_set, thing.permission_set)
        try:
            principals = list(thing.principals)
        except Unseen as unseen:
            yield AssignedShown(thing.target, title, "", "", "", code=unseen.code)
            continue
        for each in principals:
            kind, id = each.seen().get("principal_type", "GROUP"), each.principal_id
            people = tuple(h.name for h in directory.behind(kind, id))
            code = directory.blind.get(id, "")
            yield AssignedShown(thing.target, title, kind, id, directory.named(kind, id), people, code)


def take(
    access: Access,
    wanted: Wanted,
    accounts: Sequence[Account],
    *,
    export: Export | None,
    now: datetime,
    days: int,
) -> StockTake:
    """The stock-take of every account of IAM Identity Center. What could not be seen is unknown, with the reason."""
    shown, directory = present(access, wanted, accounts)
    admins = {s.name: s.administrator for s in shown.sets}
    held = [h for each in shown.assigned for h in _held(each, directory, admins)]
    if (
        export is not None
        and held
        and not any(export.standing((h.user, *h.emails)) != "missing" for h in held)
    ):
        raise UsageError("export_no_match", columns=", ".join(export.columns.values()))
    concerned = dict.fromkeys(each.account for each in shown.assigned)
    uses, unseen = _uses(access, [a for a in accounts if a.id in concerned])
    known = {a.id for a in accounts}
    unseen |= {id: "NotInEstate" for id in concerned if id not in known}
    unseen |= {s.name: next(iter(s.unseen.values())) for s in shown.sets if s.unseen}
    return stock_take(
        held,
        names={a.id: a.name for a in accounts},
        uses=uses,
        unseen=unseen,
        export=export,
        now=now,
        days=days,
    )


def read_export(path: Path, *, columns: Mapping[str, str], left: Sequence[str]) -> Export:
    """The directory's export. Raises `UsageError`."""
    if not path.is_file():
        raise UsageError("export_absent", file=str(path))
    return parse(path.read_bytes(), file=str(path), columns=columns, left=left)


def _held(each: AssignedShown, directory: Directory, admins: Mapping[str, bool]) -> Iterator[Held]:
    through = each.name if each.type == "GROUP" else ""
    bare = Held(each.account, each.permission_set, admins.get(each.permission_set, False), through)
    people = directory.behind(each.type, each.id)
    if not people:
        user = each.name if each.type == "USER" else ""
        yield msgspec.structs.replace(bare, user=user, code=each.code)
    for human in people:
        yield msgspec.structs.replace(
            bare, user=human.name, display=human.display, emails=human.emails, enabled=human.enabled
        )


def _uses(access: Access, accounts: Sequence[Account]) -> tuple[dict[tuple[str, str], Use], dict[str, str]]:
    """When the roles of permission sets were last used, and the accounts that could not be looked into."""
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="roles") as pool:
        found = list(pool.map(lambda a: _roles(access, a), accounts))
    uses: dict[tuple[str, str], Use] = {}
    unseen: dict[str, str] = {}
    for account, (roles, code) in zip(accounts, found, strict=True):
        if code:
            unseen[account.id] = code
        for role in roles.seen if roles else ():
            uses[account.id, role.title] = _use(role)
    return uses, unseen


def _roles(access: Access, account: Account) -> tuple[Population[ReservedRole] | None, str]:
    if account.suspended:
        return None, "AccountSuspended"
    try:
        target = access.enter(account.id, Role(account.role, account.external_id) if account.role else None)
    except NoEntry as no:
        return None, no.code
    perform: Callable[[Call], Answer] = access.performing(target)
    place = Place(account.id, GLOBAL, access.partition)
    roles = ask(perform, place, {ReservedRole: (("last_used", "create_date"), ())})[ReservedRole].population
    return roles, roles.gaps[0].code if roles.gaps else ""


def _use(role: ReservedRole) -> Use:
    try:
        return Use(role.last_used, role.create_date)
    except Unseen as unseen:
        return Use(code=unseen.code)
