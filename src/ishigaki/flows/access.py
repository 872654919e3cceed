"""Access: looked at, planned, checked. Only carrying out its plan changes anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from ishigaki.aws.access import IDENTITY, Access, Role
from ishigaki.baselines.access import CENTER, REMEDIES, SAML, Assignment, parse, targets
from ishigaki.baselines.access import Access as Wanted
from ishigaki.core.answer import Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.estate import Account, Estate
from ishigaki.core.organization import discover
from ishigaki.core.plan import Caps, Plan
from ishigaki.core.unseen import Unseen
from ishigaki.core.usage import UsageError
from ishigaki.flows.baseline import State, states_of
from ishigaki.flows.directory import Directory
from ishigaki.flows.directory import read as read_directory
from ishigaki.flows.entitled import Held, center_items, role_items
from ishigaki.flows.planning import Items, Wishes, make_plan, worlds
from ishigaki.flows.scan import Progress, scan
from ishigaki.flows.units import replayed
from ishigaki.services import remedies
from ishigaki.services.iam.federation.remediations import AccessRoleWanted
from ishigaki.services.identity_center.resources import Assigned, PermissionSet
from ishigaki.standards.choice import Ask, ask_for
from ishigaki.store.snapshots import ScanHeader, Snapshots

PURPOSE = "access"
# An estate's access is many changes at first, and they are what was asked for.
CAPS = Caps(changes=1_000, share=1.0)
CAME_BY = re.compile(r":assumed-role/AWSReservedSSO_(.+)_[0-9a-f]{16}/(.+)$")
METADATA = 1_000  # characters that AWS wants of a metadata document at least


class Estates(msgspec.Struct, frozen=True):
    """The accounts that access is about, their OU paths where these are asked for, and the estate file."""

    accounts: tuple[Account, ...]
    ous: Mapping[str, str] = {}
    estate: Estate | None = None


class Seen(msgspec.Struct, frozen=True):
    """What was looked at: the scan, what it asked, and, of IAM Identity Center, the directory, who has what now, and
    by which permission set, in which account and as whom the caller came in."""

    header: ScanHeader
    asked: Ask
    directory: Directory | None = None
    held: Held = {}
    entered: tuple[str, str, str] = ("", "", "")


def read(path: Path) -> Wanted:
    """The access file. Raises `UsageError`."""
    if not path.is_file():
        raise UsageError("access_missing", file=str(path))
    return parse(path.read_text(encoding="utf-8"), file=str(path))


def metadata(path: Path, wanted: Wanted) -> str:
    """The metadata of the SAML provider, which lies beside the access file. Raises `UsageError`."""
    if wanted.way != SAML:
        return ""
    file = path.parent / wanted.saml.metadata
    text = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
    if "EntityDescriptor" not in text or "IDPSSODescriptor" not in text or len(text) < METADATA:
        raise UsageError("access_metadata", file=str(file))
    return text


def estates(access: Access, wanted: Wanted, accounts: Sequence[Account], estate: Estate | None) -> Estates:
    """The accounts that the file may speak of; their OU paths only where it names some. Raises `UsageError`."""
    if not any(a.ous for a in wanted.assignments):
        return Estates(tuple(accounts), {}, estate)
    perform = access.performing(access.enter(access.caller(), None))
    try:
        found = replayed(discover(access.home), perform)
    except Unseen as unseen:
        raise UsageError("organization_unseen", code=unseen.code) from None
    return Estates(tuple(accounts), {a.id: a.ou for a in found}, estate)


def center_of(
    access: Access, wanted: Wanted, accounts: Sequence[Account]
) -> tuple[Account, Place, Callable[[Call], Answer]]:
    """Where IAM Identity Center is administered, and the way in. Raises `UsageError`, `NoEntry`."""
    id = wanted.identity_center.administrator or access.caller()
    account = next((a for a in accounts if a.id == id), None)
    if account is None:
        raise UsageError("access_administrator", account=id)
    region = wanted.identity_center.region or access.home
    target = access.enter(id, Role(account.role, account.external_id) if account.role else None)
    return account, Place(id, region, access.partition), access.performing(target)


def look(
    access: Access,
    wanted: Wanted,
    accounts: Sequence[Account],
    *,
    folder: Path,
    now: datetime,
    watch: Callable[[Progress], None] = lambda _: None,
) -> Seen:
    """Look at all that the file is about. Raises `UsageError`, `NoEntry`."""
    asked = ask_for([remedies()[name] for name in REMEDIES[wanted.way]], ())
    if wanted.way != CENTER:
        return Seen(scan(access, accounts, asked, folder=folder, now=now, watch=watch).header, asked)
    account, place, perform = center_of(access, wanted, accounts)
    regions = (place.region,)
    found = scan(access, [account], asked, only_regions=regions, folder=folder, now=now, watch=watch)
    held = held_by(Snapshots(folder), found.header, asked)
    directory = read_directory(
        perform, place, instance=wanted.identity_center.instance, about=partial(concerned, wanted, held)
    )
    if directory.blind:
        group, code = next(iter(directory.blind.items()))
        raise UsageError("directory_unseen", what=directory.named("GROUP", group), code=code)
    return Seen(found.header, asked, directory, held, caller(access))


def concerned(wanted: Wanted, held: Held, groups: Mapping[str, str]) -> set[str]:
    """The groups whose members matter: those that the file names, and those that have something now."""
    named = {a.group for a in wanted.assignments}
    return {id for id, name in groups.items() if name in named} | {
        id for ids in held.values() for _, id in ids
    }


def held_by(snapshots: Snapshots, header: ScanHeader, asked: Ask) -> Held:
    """To whom each permission set is assigned now, in whichever account."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for _, world in worlds(snapshots, header, asked, estate=None):
        titles = {s.id: s.seen().get("title", "") for _, s in world.subjects([PermissionSet])}
        for _, thing in world.subjects([Assigned]):
            assert isinstance(thing, Assigned)
            for each in thing.seen().get("principals", ()):
                who = (each.seen().get("principal_type", ""), each.seen().get("principal_id", ""))
                found.setdefault(titles.get(thing.permission_set, ""), {})[who] = None
    return {title: tuple(ids) for title, ids in found.items()}


def caller(access: Access) -> tuple[str, str, str]:
    """By which permission set, in which account and as whom the caller came in; empty for any other way."""
    own = access.caller()
    said = access.performing(access.enter(own, None))(IDENTITY.filled({}, region=access.home))
    found = CAME_BY.search(str(said.merged.get("Arn", "")))
    return (found[1], own, found[2]) if found else ("", "", "")


def plan(
    items: Items, seen: Seen, estate: Estate | None, *, folder: Path, now: datetime, wishes: Wishes
) -> Plan:
    """What would bring access to what the file says."""
    return make_plan(
        Snapshots(folder),
        seen.header,
        seen.asked,
        estate=estate,
        now=now,
        wishes=msgspec.structs.replace(wishes, purpose=PURPOSE, caps=CAPS),
        items=items,
    )


def items_of(wanted: Wanted, seen: Seen, about: Estates, *, now: datetime, idp: str = "") -> Items:
    """What is wanted of each account that was looked at. `idp` is the metadata of a SAML provider."""
    spread = [(a, targets(a, about.accounts, ous=about.ous, estate=about.estate)) for a in wanted.assignments]
    spread = [(a, accounts) for a, accounts in spread if a.holds_on(now.date())]
    if seen.directory is None:
        return lambda around: [*role_items(wanted, spread, around.account, idp=idp)]
    items = [*center_items(wanted, spread, seen.directory, held=seen.held, entered=seen.entered)]
    return lambda _: items


def states(items: Items, made: Plan) -> list[State]:
    """How every permission set, or role, stands in each account where it is looked at; roles that nobody is to have
    only where they are there."""
    found = states_of(made, lambda around: list(dict.fromkeys(i.name for i in items(around))))
    idle = {
        (around.account, i.name)
        for around in made.around.values()
        for i in items(around)
        if isinstance(i.wanted, AccessRoleWanted) and i.wanted.idle
    }
    return [s for s in found if s.state != "holds" or (s.account, s.item) not in idle]


def expired(wanted: Wanted, now: datetime) -> list[Assignment]:
    """Exceptions for single people whose day has passed: they are wanted no longer."""
    return [a for a in wanted.assignments if not a.holds_on(now.date())]
