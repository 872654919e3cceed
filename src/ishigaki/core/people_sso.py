"""From what IAM Identity Center shows to rows: its users, and who has which permission set where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from ishigaki.core.identity_center import Centre, Given, PermissionSet, User
from ishigaki.core.people import HUMAN, SSO_USER, Assignment, Person


def best(centres: Iterable[Centre]) -> list[Centre]:
    """Each instance once, as who saw most of it shows it: the management account and a delegated administrator both
    look into the same."""
    found: dict[str, Centre] = {}
    for centre in centres:
        known = found.get(centre.instance)
        if known is None or len(centre.gaps) < len(known.gaps):
            found[centre.instance] = centre
    return list(found.values())


def rows(centre: Centre, *, estate: Mapping[str, str], now: datetime) -> Iterator[Person | Assignment]:
    """The rows of an instance. `estate` are the names of all accounts by id."""
    groups = _groups_of_users(centre)
    for user in centre.users.values():
        yield Person(
            account=centre.owner,
            account_name=estate.get(centre.owner, ""),
            collected_at=now,
            what=SSO_USER,
            user_name=user.name,
            user_id=user.id,
            display_name=user.display_name,
            email=user.email,
            status=user.status,
            used_by=HUMAN,
            evidence=("identity_center",),
            created_at=user.created_at,
            groups=groups.get(user.id, ()) if groups is not None else None,
        )
    for given in centre.given:
        yield from _assigned(centre, given, estate, now)


def _groups_of_users(centre: Centre) -> dict[str, tuple[str, ...]] | None:
    """The groups of each user, None where those of some group were not seen."""
    found: dict[str, tuple[str, ...]] = {}
    for group, members in centre.members.items():
        if members is None:
            return None
        for user in members:
            found[user] = (*found.get(user, ()), centre.groups[group])
    return found


def _assigned(centre: Centre, given: Given, estate: Mapping[str, str], now: datetime) -> Iterator[Assignment]:
    allowed = centre.sets.get(given.permission_set) or _unknown(given.permission_set)
    is_group = given.kind == "GROUP"
    members = centre.members.get(given.principal) if is_group else (given.principal,)
    for id in members or ("",):
        user = centre.users.get(id, User(id=id, name=""))
        yield Assignment(
            account=given.account,
            account_name=estate.get(given.account, ""),
            collected_at=now,
            instance=centre.instance,
            permission_set=allowed.name,
            permission_set_id=allowed.arn,
            admin=allowed.admin,
            admin_by=allowed.admin_by,
            session_duration=allowed.session,
            group_name=centre.groups.get(given.principal, "") if is_group else "",
            group_id=given.principal if is_group else "",
            user_name=user.name,
            user_id=user.id,
            display_name=user.display_name,
            email=user.email,
            status=user.status,
            members_seen=members is not None,
        )


def _unknown(arn: str) -> PermissionSet:
    return PermissionSet(
        arn=arn, name=arn.rpartition("/")[2], session="", policies=(), admin=None, admin_by=()
    )
