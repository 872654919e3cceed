"""What a stock-take asks of one account: its credential report, and of IAM what the report does not tell.

The report costs one call for all users, so it comes first, and where it cannot be relied on nothing else is asked.
Single users are asked about only for what it leaves out: their keys with ids, the last use of keys that cannot be
found in it, the kind of their MFA devices, the SSH keys of users who have no other credential, and everything of users
who are newer than the report. IAM lists access keys user by user alone, and those that are not active the report does
not know: that is the one call for each user.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

import msgspec

from ishigaki.core.answer import Gap, Place
from ishigaki.core.call import Call
from ishigaki.core.credential_report import BROKEN, BadReport, Report, ReportKey, ReportRow, lacking, read
from ishigaki.core.gather import Asking, gather
from ishigaki.core.people import ACTIVE
from ishigaki.core.population import Population
from ishigaki.core.record import replace
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import Unseen
from ishigaki.services.iam.identities.resources import Group, Role
from ishigaki.services.iam.policies.resources import CustomerPolicy
from ishigaki.services.iam.root.resources import Root
from ishigaki.services.iam.users.resources import (
    Credentials,
    LastUse,
    ServiceCredentials,
    SshKey,
    User,
    UserKey,
)

R = TypeVar("R", bound=Resource)
REPORT = cast("Call", Credentials.listed_by)
KINDS = (Credentials, User, Group, Role, CustomerPolicy, UserKey, Root, ServiceCredentials)


class Failed(msgspec.Struct, frozen=True):
    """Why an account's stock-take cannot be made: AWS's code, or ours of a report that cannot be relied on."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What an account shows. By id: `in_report` are the keys that were found in the report, `last_uses` those of the
    others, `details` the users of whom more was asked, `ssh_keys` those of users without any other credential."""

    report: Report
    users: Population[User]
    groups: Population[Group]
    roles: Population[Role]
    policies: Population[CustomerPolicy]
    keys: Population[UserKey]
    in_report: Mapping[str, ReportKey]
    last_uses: Mapping[str, LastUse]
    details: Mapping[str, User]
    ssh_keys: Mapping[str, tuple[SshKey, ...]]
    root: Root
    services: ServiceCredentials
    gaps: tuple[Gap, ...]

    @property
    def summary(self) -> tuple[str, ...]:
        """The gaps as a person reads them, each once: "iam:ListAccessKeys: AccessDenied"."""
        return tuple(sorted({f"{g.operation}: {g.code}" for g in self.gaps}))


def look(place: Place) -> Asking[Looked | Failed]:
    """Ask an account. What is refused of the rest is a gap; without its report it is not seen."""
    (answer,) = yield [REPORT.filled({}, region=place.asked_in)]
    if answer.error:
        return Failed(answer.error, answer.message)
    try:
        page = answer.merged
        made_at = datetime.fromisoformat(str(page.get("GeneratedTime")))
        report = read(page.get("Content", b""), account=place.account, made_at=made_at)
    except BadReport as bad:
        return Failed(bad.code, str(bad))
    except ValueError as wrong:
        return Failed(BROKEN, f"GeneratedTime: {wrong}")
    users, gaps = yield from _ask(User, place)
    lost = lacking(report, [(u.id, u.create_date) for u in users.seen if "create_date" in u.seen()])
    if lost:
        return Failed(BROKEN, f"it lacks {len(lost)} users that IAM lists: {', '.join(lost[:3])}")
    return (yield from _beyond(place, report, users, gaps))


def _beyond(place: Place, report: Report, users: Population[User], gaps: tuple[Gap, ...]) -> Asking[Looked]:
    """What the report does not tell."""
    groups, of_groups = yield from _ask(Group, place)
    roles, of_roles = yield from _ask(Role, place)
    policies, of_policies = yield from _ask(CustomerPolicy, place)
    keys, of_keys = yield from _ask(UserKey, place)
    root, of_root = yield from _ask(Root, place, ("summary", "virtual_devices"))
    services, of_services = yield from _ask(ServiceCredentials, place, ("credentials",))
    known = in_report(report, keys.seen)
    others = [key.id for key in keys.seen if key.id not in known]
    uses, of_uses = yield from _only(UserKey, place, "last_use", others)
    told = {row.arn: row for row in report.rows}
    new = [u.id for u in users.seen if u.id not in told]
    with_mfa = [u.id for u in users.seen if u.id in told and told[u.id].mfa is not False]
    devices, of_devices = yield from _only(User, place, "mfa_devices", [*with_mfa, *new])
    profiles, of_profiles = yield from _only(User, place, "login_profile", new)
    bare = _bare(users.seen, told, keys.seen, services.seen[0])
    ssh, of_ssh = yield from _only(User, place, "ssh_keys", bare)
    met = (*gaps, *of_groups, *of_roles, *of_policies, *of_keys, *of_root, *of_services, *of_uses)
    return Looked(
        report=report,
        users=users,
        groups=groups,
        roles=roles,
        policies=policies,
        keys=keys,
        in_report=known,
        last_uses={i: key.last_use for i, key in uses.items() if "last_use" in key.seen()},
        details={**devices, **{i: _joined(devices[i], profile) for i, profile in profiles.items()}},
        ssh_keys={i: user.ssh_keys for i, user in ssh.items() if "ssh_keys" in user.seen()},
        root=root.seen[0],
        services=services.seen[0],
        gaps=(*met, *of_devices, *of_profiles, *of_ssh),
    )


def _ask(
    kind: type[R], place: Place, wanted: Collection[str] = ()
) -> Asking[tuple[Population[R], tuple[Gap, ...]]]:
    gathered = yield from gather(kind, place, wanted)
    return gathered.population, gathered.gaps


def _only(
    kind: type[R], place: Place, member: str, ids: Collection[str]
) -> Asking[tuple[dict[str, R], tuple[Gap, ...]]]:
    """One member of the things with these ids. What lists them was answered already, so that costs nothing."""
    if not ids:
        return {}, ()
    gathered = yield from gather(kind, place, (member,), only=frozenset(ids))
    # Gaps of the listing were met when everything was listed.
    return {r.id: r for r in gathered.population.seen}, tuple(g for g in gathered.gaps if g.item)


def _bare(
    users: Iterable[User],
    told: Mapping[str, ReportRow],
    keys: Iterable[UserKey],
    services: ServiceCredentials,
) -> list[str]:
    """The users whose active credentials, as far as they were seen, are none: no password, no active key, no
    certificate, nothing for a single service."""
    holders = {
        key.user_name for key in keys if {"user_name", "status"} <= key.seen().keys() and key.status == ACTIVE
    }
    if "credentials" in services.seen():
        holders |= {c.user_name for c in services.credentials if "user_name" in c.seen()}
    rows = ((user, told.get(user.id)) for user in users if user.name not in holders)
    return [u.id for u, row in rows if row is None or not (row.console or row.certificates)]


def _joined(user: User, shown: User) -> User:
    """A user with the password that another look shows."""
    return replace(user, login_profile=shown.login_profile) if "login_profile" in shown.seen() else user


def in_report(report: Report, keys: Iterable[UserKey]) -> dict[str, ReportKey]:
    """The report's columns of each key that can be told by its date, which is all that the report knows a key by: an
    active one of its user, if it is the only one of that moment."""
    columns = {row.user: [k for k in row.keys if k.active] for row in report.rows}
    found: dict[str, ReportKey] = {}
    for key in keys:
        try:
            is_active, user, made = key.status == ACTIVE, key.user_name, key.create_date
        except Unseen:
            continue
        same = [k for k in columns.get(user, ()) if is_active and k.rotated_at == made.replace(microsecond=0)]
        if len(same) == 1:
            found[key.id] = same[0]
    return found
