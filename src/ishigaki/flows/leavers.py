"""One IAM user as it is now: what it authenticates by, what it is used for, and whether it can be planned for.

The countdown rests on seeing every credential and its last use: where one was refused nothing is assumed, and the
user is left alone. CloudTrail alone may be refused; then it is said that it was not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from ishigaki.core.answer import GLOBAL, Answer, Place, partition_home
from ishigaki.core.call import Call, call
from ishigaki.core.footprint import Footprint, KeyUse, Trail, trail_of
from ishigaki.core.policy import Policy
from ishigaki.core.policy.principals import Kind
from ishigaki.core.population import Population
from ishigaki.core.remediation import Around
from ishigaki.core.retirement import SIGN_IN, Credential, Seen, Sighting
from ishigaki.core.unseen import Unseen
from ishigaki.core.usage import UsageError
from ishigaki.core.world import World
from ishigaki.flows.looking import look_at
from ishigaki.services.iam.authorization import policy_in
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.iam.users.retiring.making import ACTIVE, is_kept_out
from ishigaki.services.iam.users.retiring.remediations import delete_user
from ishigaki.services.iam.users.retiring.resources import Leaver
from ishigaki.standards.choice import ask_for

LOOK_BACK = 90  # days: as long as CloudTrail's own history goes back
PAGES, EACH = 5, 50  # of a Region's newest events; AWS answers two pages a second
REGIONS = 4
NOT_TOLD = "NotTold"  # AWS does not say when such a credential was last used
MISSING = ("NoSuchEntity", "NoSuchEntityException")
Perform = Callable[[Call], Answer]


@dataclass(frozen=True)
class Looked:
    """A user as it was found, with the part of the account that planning needs."""

    leaver: Leaver
    sighting: Sighting
    footprint: Footprint
    world: World
    place: Place


def look(user: str, around: Around, perform: Perform, *, now: datetime) -> Looked | None:
    """A user by its name; None where there is none. Raises `UsageError` where it cannot be seen whole."""
    told = _user(user, around, perform)
    if told is None:
        return None
    remedy = delete_user
    world = look_at(remedy, ask_for([remedy], ()), (str(told["Arn"]), GLOBAL), around=around, perform=perform)
    arn = told["Arn"]
    found = [(p, u) for p, u in world.subjects([Leaver]) if isinstance(u, Leaver) and u.id == arn]
    if not found:
        raise UsageError("retire_unseen", user=user, what="GetAccountAuthorizationDetails", code=_gap(world))
    place, leaver = found[0]
    try:
        keys = tuple(_keys(leaver, perform))
        footprint = _footprint(leaver, told, keys, world, around)
        sighting = _sighting(leaver, footprint, now)
    except Unseen as unseen:
        raise UsageError("retire_unseen", user=user, what=unseen.what, code=unseen.code) from None
    trails = tuple(_trails(footprint, around, perform, now=now))
    footprint = msgspec.structs.replace(footprint, trails=trails)
    sighting = msgspec.structs.replace(sighting, acted_at=footprint.acted_at)
    return Looked(leaver, sighting, footprint, world, place)


def _user(user: str, around: Around, perform: Perform) -> dict[str, Any] | None:
    asked = call("iam", "GetUser", region=partition_home(around.partition), UserName=user)
    answer = perform(asked)
    if answer.error in MISSING:
        return None
    if answer.error:
        raise UsageError("retire_unseen", user=user, what="iam:GetUser", code=answer.error)
    return dict(answer.merged["User"])


def _gap(world: World) -> str:
    gaps = [g for here in world.places.values() for population in here.values() for g in population.gaps]
    return gaps[0].code if gaps else "NotInAnswer"


def _keys(leaver: Leaver, perform: Perform) -> Iterator[KeyUse]:
    """Every credential but the password, with its last use as far as AWS tells one. Raises `Unseen`."""
    for key in leaver.access_keys:
        asked = call(
            "iam",
            "GetAccessKeyLastUsed",
            region=partition_home(leaver.partition),
            AccessKeyId=key.access_key_id,
        )
        answer = perform(asked)
        if answer.error:
            raise Unseen("iam:GetAccessKeyLastUsed", answer.error)
        used = answer.merged.get("AccessKeyLastUsed") or {}
        yield KeyUse(
            "access_key",
            key.access_key_id,
            key.status,
            key.create_date,
            _moment(used.get("LastUsedDate")),
            _word(used.get("ServiceName")),
            _word(used.get("Region")),
        )
    for each in leaver.certificates:
        yield KeyUse("certificate", each.certificate_id, each.status, each.upload_date, unseen=NOT_TOLD)
    for ssh in leaver.ssh_keys:
        yield KeyUse("ssh_key", ssh.ssh_public_key_id, ssh.status, ssh.upload_date, unseen=NOT_TOLD)
    for one in leaver.service_keys:
        id_ = one.service_specific_credential_id
        yield KeyUse(
            "service_credential", id_, one.status, one.create_date, service=one.service_name, unseen=NOT_TOLD
        )


def _word(value: Any) -> str:
    return "" if value in (None, "N/A") else str(value)


def _moment(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.fromisoformat(str(value))


def _footprint(
    leaver: Leaver, told: dict[str, Any], keys: tuple[KeyUse, ...], world: World, around: Around
) -> Footprint:
    attached = [p.policy_name for p in leaver.attached_managed_policies]
    inline = [p.policy_name for p in leaver.inline_policies]
    return Footprint(
        account=around.account,
        user=leaver.name,
        arn=leaver.id,
        created_at=_moment(told["CreateDate"]) or leaver.create_date,
        groups=leaver.group_list,
        policies=(*attached, *inline),
        boundary=leaver.boundary,
        password_at=leaver.password.create_date if leaver.password else None,
        password_used_at=_moment(told.get("PasswordLastUsed")),
        mfa_devices=len(leaver.mfa_devices),
        keys=keys,
        trusted_by=tuple(_trusting(leaver, world.account_wide(Role))),
        owner=next((v for k, v in sorted(leaver.tags.items()) if k.lower() == "owner"), ""),
    )


def _trusting(leaver: Leaver, roles: Population[Role]) -> Iterator[str]:
    """The roles whose trust policies name the user; one that cannot be read names nobody we know of."""
    for role in roles.seen:
        try:
            trust = policy_in(role.assume_role_policy_document, of="trust policy")
        except Unseen:
            continue
        if _names(trust, leaver):
            yield role.name


def _names(trust: Policy, leaver: Leaver) -> bool:
    named = [n for s in trust.allowing if s.principals for n in s.principals.named]
    return any(n.kind is Kind.USER and n.text == leaver.id for n in named)


def _sighting(leaver: Leaver, seen: Footprint, now: datetime) -> Sighting:
    credentials = [
        Seen(Credential(k.kind, k.id, k.created_at), k.status == ACTIVE, k.used_at) for k in seen.keys
    ]
    if seen.password_at is not None:
        held = Credential(SIGN_IN, SIGN_IN, seen.password_at)
        credentials.append(Seen(held, not is_kept_out(leaver), seen.password_used_at))
    return Sighting(now, leaver.user_id, leaver.id, tuple(credentials))


def _trails(seen: Footprint, around: Around, perform: Perform, *, now: datetime) -> Iterator[Trail]:
    """CloudTrail's history where the user is most likely to be met: at home, where IAM's and console events are, and
    where its keys were used last."""
    used = [k.region for k in seen.keys if k.region and k.region != GLOBAL]
    for region in [*dict.fromkeys((around.home, partition_home(around.partition), *used))][:REGIONS]:
        answer = perform(
            call(
                "cloudtrail",
                "LookupEvents",
                region=region,
                pages=PAGES,
                LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": seen.user}],
                StartTime=now - timedelta(days=LOOK_BACK),
                MaxResults=EACH,
            )
        )
        if answer.error:
            yield Trail(region, LOOK_BACK, unseen=answer.error)
            continue
        more = bool(answer.pages and answer.pages[-1].get("NextToken"))
        yield trail_of(region, LOOK_BACK, answer.merged.get("Events") or (), arn=seen.arn, more=more)
