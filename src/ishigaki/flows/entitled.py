"""From what the access file says to the items of a plan: who is meant, in which accounts, by which permission set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from ishigaki.baselines.access import (
    CENTER,
    JUMP,
    OIDC,
    OURS,
    REMEDIES,
    SAML,
    Access,
    Assignment,
    PermissionSet,
)
from ishigaki.core.proposal import Item
from ishigaki.flows.directory import Directory
from ishigaki.services import remedies
from ishigaki.services.iam.federation.remediations import AccessRoleWanted, OidcWanted, SamlWanted
from ishigaki.services.identity_center.making import ADMINISTRATOR, NAMED, Holder, PermissionSetWanted

Spread = Sequence[tuple[Assignment, Sequence[str]]]  # assignments, each with the accounts it is about
Held = Mapping[str, Sequence[tuple[str, str]]]  # by permission set: the principals' types and ids
Grants = dict[str, dict[str, None]]  # by account: the holders' ids, in order


def center_items(
    wanted: Access, spread: Spread, directory: Directory, *, held: Held, entered: tuple[str, str, str]
) -> Iterator[Item]:
    """The items of IAM Identity Center: every permission set is made and given before anything is taken away.

    `entered` is by which permission set, in which account and as whom the caller came in.
    """
    grants = {name: _granted(name, spread, directory) for name in wanted.sets}
    for remedy in REMEDIES[CENTER]:
        for name, each in wanted.sets.items():
            given, missing = grants[name]
            present = dict.fromkeys(held.get(name, ()))
            meant = dict.fromkeys(chain(present, *given.values()))
            others = (
                g for n, (g, _) in grants.items() if n != name and ADMINISTRATOR in wanted.sets[n].policies
            )
            aim = PermissionSetWanted(
                name,
                description=each.description,
                policies=each.policies,
                boundary=each.boundary,
                session=each.session_duration,
                relay_state=each.relay_state,
                instance=directory.instance,
                center=directory.owner,
                holders=tuple(holder(directory, *who, caller=entered[2]) for who in meant),
                grants={account: tuple(id for _, id in ids) for account, ids in given.items()},
                missing=tuple(missing),
                administrators=_populated(others, directory),
                entered=entered[1] if entered[0] == name else "",
                take_over=each.take_over,
            )
            yield Item(name, remedies()[remedy], aim)


def _granted(
    name: str, spread: Spread, directory: Directory
) -> tuple[dict[str, dict[tuple[str, str], None]], dict[str, None]]:
    """By account the principals that get a permission set, and who of them the directory does not have."""
    groups = {called: id for id, called in directory.groups.items()}
    people = {human.name.lower(): id for id, human in directory.people.items()}
    given: dict[str, dict[tuple[str, str], None]] = {}
    missing: dict[str, None] = {}
    for each, accounts in spread:
        if each.permission_set != name:
            continue
        id = groups.get(each.group) if each.group else people.get(each.user.lower())
        if id is None:
            missing[each.group or each.user] = None
            continue
        for account in accounts:
            given.setdefault(account, {})["GROUP" if each.group else "USER", id] = None
    return given, missing


def _populated(
    others: Iterable[Mapping[str, Iterable[tuple[str, str]]]], directory: Directory
) -> dict[str, tuple[str, ...]]:
    """By account to whom other permission sets give something, but for groups in which nobody can sign in."""
    found: dict[str, dict[str, None]] = {}
    for given in others:
        for account, ids in given.items():
            for kind, id in ids:
                if any(human.enabled for human in directory.behind(kind, id)):
                    found.setdefault(account, {})[id] = None
    return {account: tuple(ids) for account, ids in sorted(found.items())}


def holder(directory: Directory, kind: str, id: str, *, caller: str = "") -> Holder:
    """A principal, and who is behind it."""
    people = sorted(human.name for human in directory.behind(kind, id) if human.enabled)
    is_caller = bool(caller) and caller.lower() in {name.lower() for name in people}
    return Holder(kind, id, directory.named(kind, id), len(people), tuple(people[:NAMED]), is_caller)


def role_items(wanted: Access, spread: Spread, account: str, *, idp: str) -> Iterator[Item]:
    """The items of one account where people come in without IAM Identity Center: the provider, and the roles."""
    here = [each for each, accounts in spread if account in accounts]
    oidc = OidcWanted(wanted.oidc.url, wanted.oidc.audience) if wanted.way == OIDC else OidcWanted()
    if here and wanted.way == SAML:
        yield Item(SAML, remedies()["register_saml_provider"], SamlWanted(wanted.saml.name, idp))
    if here and wanted.way == OIDC:
        yield Item(OIDC, remedies()["register_oidc_provider"], oidc)
    for name, each in wanted.permission_sets.items():
        own = [a for a in here if a.permission_set == name]
        role = _role(wanted, name, each, own, oidc) if own else AccessRoleWanted(f"{OURS}{name}", idle=True)
        yield Item(name, remedies()["make_access_role"], role)


def _role(
    wanted: Access, name: str, each: PermissionSet, own: Sequence[Assignment], oidc: OidcWanted
) -> AccessRoleWanted:
    return AccessRoleWanted(
        f"{OURS}{name}",
        policies=each.policies,
        boundary=each.boundary,
        seconds=each.seconds,
        saml=wanted.saml.name if wanted.way == SAML else "",
        oidc=oidc,
        subjects=tuple(dict.fromkeys(s for a in own for s in a.subjects)) if wanted.way == OIDC else (),
        jump=tuple(dict.fromkeys(arn for a in own for arn in (*a.users, *a.roles)))
        if wanted.way == JUMP
        else (),
    )
