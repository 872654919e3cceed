"""From what an account shows to the rows of its stock-take. Pure: `now` is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import asdict

from ishigaki.core.credential_report import ReportKey, ReportRow
from ishigaki.core.estate import Account
from ishigaki.core.people import ACTIVE, IAM_USER, ROOT, AnyRow, Key, Person, Trust, Visit
from ishigaki.core.trust import entrances
from ishigaki.core.unseen import Unseen
from ishigaki.core.used_by import Traces, judge
from ishigaki.flows.people_keys import Keys, days
from ishigaki.flows.people_look import Looked
from ishigaki.flows.people_rights import May, Rights
from ishigaki.services.iam.authorization import policy_in
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.iam.users.resources import MfaDevice, User

MINUTE = timedelta(minutes=1)
VIRTUAL, HARDWARE, PASSKEY, NOT_VIRTUAL = "virtual", "hardware", "passkey", "hardware_or_passkey"
ROOT_USER = ("root_user",)


def rows(looked: Looked, account: Account, *, estate: Mapping[str, str], now: datetime) -> Iterator[AnyRow]:
    """The rows of one account. `estate` are the names of all its accounts by id."""
    shown: dict[str, Any] = {"account": account.id, "account_name": account.name, "collected_at": now}
    made = looked.report.made_at
    of_report: dict[str, Any] = {"report_at": made, "report_age_minutes": max(0, (now - made) // MINUTE)}
    yield Visit(
        **shown,
        environment=account.environment,
        owner=account.owner,
        seen=True,
        gaps=looked.summary,
        report_at=made,
    )
    keys, rights = Keys(looked, {**shown, **of_report}, now=now), Rights(looked)
    for row, user in _holders(looked):
        if row is not None and row.is_root:
            yield from _root(row, looked, keys.of_root(row), {**shown, **of_report}, now=now)
            continue
        told = {**shown, **of_report} if row else shown
        yield from _user(row, user, looked, keys=keys, rights=rights, shown=told, now=now)
    for role in looked.roles.seen:
        yield from trusts(role, shown, estate)


def _holders(looked: Looked) -> Iterator[tuple[ReportRow | None, User | None]]:
    """The root user, then every user: whom IAM lists, and where it did not list all whom the report tells, too. A user
    who is in the report alone was deleted since."""
    users = {user.name: user for user in looked.users.seen}
    for row in looked.report.rows:
        user = users.pop(row.user, None)
        if row.is_root or user or not looked.users.complete:
            yield row, user
    for user in users.values():
        yield None, user


def _root(
    row: ReportRow, looked: Looked, keys: list[Key], shown: Mapping[str, Any], *, now: datetime
) -> Iterator[AnyRow]:
    summary = _seen(looked.root, "summary")
    devices = _seen(looked.root, "virtual_devices")
    kinds: tuple[str, ...] | None = () if row.mfa is False else None
    if row.mfa and devices is not None:
        kinds = (VIRTUAL,) if any(_seen(d, "user_arn") == row.arn for d in devices) else (NOT_VIRTUAL,)
    has_password = _seen(summary, "account_password_present")
    present = _seen(summary, "account_access_keys_present")
    yield Person(
        **shown,
        **_dates(row, None, keys, now=now),
        what=ROOT,
        user_name=row.user,
        user_id=row.arn,
        used_by=ROOT,
        evidence=ROOT_USER,
        console=row.console if row.console is not None or has_password is None else bool(has_password),
        mfa=row.mfa,
        mfa_kinds=kinds,
        active_keys=len(keys),
        inactive_keys=0 if present == 0 else None,
        certificates=row.certificates,
        admin=True,
        admin_by=ROOT_USER,
    )
    yield from keys


def _user(
    row: ReportRow | None,
    user: User | None,
    looked: Looked,
    *,
    keys: Keys,
    rights: Rights,
    shown: Mapping[str, Any],
    now: datetime,
) -> Iterator[AnyRow]:
    name, arn = (user.name, user.id) if user else (row.user, row.arn) if row else ("", "")
    own = keys.of(name, arn, row)
    active = [key for key in own if key.status == ACTIVE]
    seen = keys.are_all(name)
    dates = _dates(row, user, own, now=now, whole=seen or row is not None)
    console, mfa, kinds = _sign_in(row, looked.details.get(arn))
    services = _services(looked, name)
    certificates, ssh = row.certificates if row else None, _ssh_keys(looked, arn)
    used = judge(
        Traces(
            name=name,
            console=console,
            signed_in=_signed_in(row),
            mfa=mfa,
            active_keys=len(active) if seen or row else None,
            key_used=dates["key_used_at"] is not None,
            other_credentials=bool(services or certificates or ssh),
        )
    )
    yield Person(
        **shown,
        **dates,
        what=IAM_USER,
        user_name=name,
        user_id=arn,
        used_by=used.kind,
        evidence=used.evidence,
        console=console,
        mfa=mfa,
        mfa_kinds=kinds,
        active_keys=len(active) if seen or row else None,
        inactive_keys=len(own) - len(active) if seen else None,
        certificates=certificates,
        service_credentials=services,
        ssh_keys=ssh,
        **asdict(rights.of(user) if user else May()),
        tags=_seen(user, "tags") or {},
        notes=_notes(row),
    )
    yield from (_used_by(key, used.kind) for key in own)


def _used_by(key: Key, kind: str) -> Key:
    return msgspec.structs.replace(key, used_by=kind)


def _dates(
    row: ReportRow | None, user: User | None, keys: Iterable[Key], *, now: datetime, whole: bool = True
) -> dict[str, Any]:
    """When the credentials were made and used. The report tells the use of keys that were not listed, too; without it
    and a `whole` sight of the keys nobody knows how long they lie idle."""
    made = row.created_at if row else _seen(user, "create_date")
    told: list[Key | ReportKey] = [*keys, *(row.keys if row else ())]
    uses = [(k.used_at, k.used_service, k.used_region) for k in told if k.used_at]
    key_use = max(uses) if uses else (None, "", "")
    of_password = row.password_used_at if row else None
    used_at = max((at for at in (of_password, key_use[0]) if at), default=None)
    since = used_at or made
    return {
        "created_at": made,
        "password_used_at": of_password,
        "password_changed_at": row.password_changed_at if row else None,
        "password_expires_at": row.password_expires_at if row else None,
        "oldest_key_at": min(
            (k.created_at for k in keys if k.status == ACTIVE and k.created_at), default=None
        ),
        "key_used_at": key_use[0],
        "used_at": used_at,
        "used_service": key_use[1],
        "used_region": key_use[2],
        "idle_days": days(since, now) if whole else None,
    }


def _sign_in(
    row: ReportRow | None, more: User | None
) -> tuple[bool | None, bool | None, tuple[str, ...] | None]:
    """Whether there is a console password, whether MFA, and of what kinds."""
    devices = _seen(more, "mfa_devices")
    kinds = None if devices is None else tuple(sorted({_kind(d) for d in devices}))
    if row is None:
        profile = "login_profile" in more.seen() if more else False
        console = more.login_profile is not None if more and profile else None
        return console, None if kinds is None else bool(kinds), kinds
    return row.console, row.mfa, () if row.mfa is False else kinds


def _kind(device: MfaDevice) -> str:
    serial = _seen(device, "serial_number") or ""
    if ":mfa/" in serial:
        return VIRTUAL
    return PASSKEY if serial.startswith("arn:") else HARDWARE


def _signed_in(row: ReportRow | None) -> bool | None:
    """Whether somebody has ever signed in; None where IAM may not have recorded it."""
    if row is None or (row.password_used_at is None and row.in_the_hole):
        return None
    return row.password_used_at is not None


def _ssh_keys(looked: Looked, arn: str) -> int | None:
    found = looked.ssh_keys.get(arn)
    return None if found is None else sum(_seen(key, "status") == ACTIVE for key in found)


def _services(looked: Looked, name: str) -> tuple[str, ...] | None:
    """The services for which a user has an active credential of their own."""
    listed = _seen(looked.services, "credentials")
    if listed is None:
        return None
    try:
        found = {c.service_name for c in listed if c.user_name == name and c.status == ACTIVE}
    except Unseen:
        return None
    return tuple(sorted(found))


def _notes(row: ReportRow | None) -> tuple[str, ...]:
    if row is None:
        return ("not_in_report",)
    notes = {"use_hole_2018": row.in_the_hole, "extra_credentials": row.extra}
    return tuple(code for code, there in notes.items() if there)


def trusts(role: Role, shown: Mapping[str, Any], estate: Mapping[str, str]) -> Iterator[Trust]:
    """Whom the role's trust policy lets in; one that cannot be read is a row of its own."""
    of_role = {
        **shown,
        "role_name": role.name,
        "role_id": role.id,
        "used_at": _seen(role, "last_used"),
    }
    try:
        policy = policy_in(role.assume_role_policy_document, of="trust policy")
    except Unseen:
        yield Trust(**of_role, principal="", principal_kind="other", faults=("unreadable",))
        return
    for entrance in entrances(policy, account=role.account, estate=estate):
        yield Trust(
            **of_role,
            statement=entrance.statement,
            principal=entrance.principal,
            principal_kind=entrance.kind,
            principal_account=entrance.account,
            principal_name=estate.get(entrance.account, ""),
            outside=entrance.outside,
            conditions=entrance.conditions,
            needs_mfa=entrance.needs_mfa,
            needs_external_id=entrance.needs_external_id,
            faults=entrance.faults,
        )


def _seen(thing: Any, name: str) -> Any:
    """A member of a record that may not have been seen, or of nothing: then None."""
    return thing.seen().get(name) if thing is not None else None
