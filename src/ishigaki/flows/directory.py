"""The directory behind IAM Identity Center: its groups, its people, and who is in which group."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import msgspec

from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import Answer, Place
from ishigaki.core.call import Call
from ishigaki.core.gather import Gathered, gather
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import Unseen
from ishigaki.core.usage import UsageError
from ishigaki.services.identity_center.resources import Group, Instance, User

Perform = Callable[[Call], Answer]
Asked = Mapping[type[Resource], tuple[Collection[str], Collection[str]]]  # members, and of which things alone


class Human(msgspec.Struct, frozen=True):
    """Somebody in the directory: the name to sign in with, the one people know, addresses."""

    id: str
    name: str
    display: str = ""
    emails: tuple[str, ...] = ()
    enabled: bool = True


class Directory(msgspec.Struct, frozen=True):
    """What the directory shows: groups by id, people by id, and of the groups that were asked about who is in them.
    `blind` are groups whose members were not seen, with AWS's code."""

    instance: str
    owner: str
    groups: Mapping[str, str]
    people: Mapping[str, Human]
    members: Mapping[str, tuple[str, ...]]
    blind: Mapping[str, str] = {}

    def named(self, kind: str, id: str) -> str:
        """How people call a principal; its id where the directory does not know it any more."""
        known = (
            self.groups.get(id) if kind == "GROUP" else (self.people[id].name if id in self.people else None)
        )
        return known or id

    def behind(self, kind: str, id: str) -> list[Human]:
        """The people behind a principal."""
        ids = self.members.get(id, ()) if kind == "GROUP" else (id,)
        return [self.people[i] for i in ids if i in self.people]


def ask(perform: Perform, place: Place, asked: Asked) -> dict[type[Resource], Gathered]:
    """What one place shows of these types."""
    questions = {k: gather(k, place, members, only=only) for k, (members, only) in asked.items()}
    results: dict[Any, Gathered] = next(iter(drive([Unit(place, questions, perform)], workers=8))).results
    return results


def read(
    perform: Perform,
    place: Place,
    *,
    instance: str = "",
    about: Callable[[Mapping[str, str]], Collection[str]],
) -> Directory:
    """The directory, and the members of those groups that it is about (chosen from the groups by their ids).

    Raises `UsageError` where there is no instance, several, or groups and people cannot be listed: a part of them
    would look like all.
    """
    seen = ask(perform, place, dict.fromkeys((Instance, Group, User), ((), ())))
    found = _instance(seen[Instance], instance, place.region)
    try:
        groups = {g.group_id: g.name for g in seen[Group].population}
        people = {u.user_id: _human(u) for u in seen[User].population}
    except Unseen as unseen:
        raise UsageError("directory_unseen", what=unseen.what, code=unseen.code) from None
    chosen = {g.id for g in seen[Group].population if g.group_id in about(groups)}
    members: dict[str, tuple[str, ...]] = {}
    blind: dict[str, str] = {}
    for group in ask(perform, place, {Group: (("memberships",), chosen)})[Group].population if chosen else ():
        try:
            members[group.group_id] = tuple(m.member_id.user_id for m in group.memberships)
        except Unseen as unseen:
            blind[group.group_id] = unseen.code
    return Directory(found.id, found.owner_account_id, groups, people, members, blind)


def _instance(seen: Gathered, wanted: str, region: str) -> Instance:
    try:
        found: list[Instance] = [i for i in seen.population if wanted in ("", i.id)]
    except Unseen as unseen:
        raise UsageError("directory_unseen", what=unseen.what, code=unseen.code) from None
    if not found:
        raise UsageError("no_identity_center", region=region)
    if len(found) > 1:
        raise UsageError("several_identity_centers", known=", ".join(i.id for i in found))
    return found[0]


def _human(user: User) -> Human:
    emails = tuple(e.value for e in user.emails if e.value)
    return Human(user.user_id, user.name, user.display_name, emails, user.user_status == "ENABLED")
