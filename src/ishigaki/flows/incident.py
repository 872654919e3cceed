"""The incident card: whatever somebody typed, found in the newest kept scan. Asks AWS nothing and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec

from ishigaki.core.estate import Account, Estate, accounts_of
from ishigaki.core.finding import Finding, Status
from ishigaki.core.incident import Card, Fact, Kind, Subject, deadline_of, fact
from ishigaki.core.keyid import is_example, is_key_id
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_COLLECTED, Unseen
from ishigaki.core.usage import UsageError
from ishigaki.core.world import NOT_REACHED, World
from ishigaki.flows import known
from ishigaki.flows.scan import kept
from ishigaki.flows.units import world_of
from ishigaki.services.ec2.instances.resources import Instance
from ishigaki.services.ec2.security_groups.resources import SecurityGroup
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.iam.root.resources import Root
from ishigaki.services.iam.users.resources import User, UserKey
from ishigaki.services.s3.buckets.resources import Bucket
from ishigaki.standards.choice import Ask
from ishigaki.store import results
from ishigaki.store.snapshots import Entered, ScanHeader, Snapshots

NO_SCAN = "NoScanKept"
NOT_THERE = "NotInLastScan"  # everything was seen, and this was not among it
NOT_LISTED = "SessionsAreNotListed"  # by any API
LOOK_BACK = timedelta(days=14)  # of costs
TRAIL, OBJECTS_READ, OBJECTS_WRITTEN = "CloudTrail.1", "S3.23", "S3.22"
ROOT_CONTROLS = ("IAM.4", "IAM.6", "IAM.9")

Wanted = known.Wanted
TYPES: Mapping[Kind, type[Resource]] = {
    Kind.ACCESS_KEY: UserKey,
    Kind.USER: User,
    Kind.ROOT: Root,
    Kind.ROLE: Role,
    Kind.SESSION: Role,
    Kind.INSTANCE: Instance,
    Kind.BUCKET: Bucket,
}
NAMED = (Kind.USER, Kind.ROLE, Kind.BUCKET)  # what a plain word may be the name of
WANTED: Mapping[Kind, Wanted] = {
    Kind.ACCESS_KEY: known.OF_USER,
    Kind.USER: known.OF_USER,
    Kind.ROOT: known.OF_ROOT,
    Kind.ROLE: known.OF_ROLE,
    Kind.SESSION: known.OF_ROLE,
    Kind.INSTANCE: known.OF_INSTANCE,
    Kind.BUCKET: known.OF_BUCKET,
    Kind.UNKNOWN: {User: frozenset(), Role: frozenset(), Bucket: frozenset()},
}


class Met(msgspec.Struct, frozen=True):
    """A thing as the scan met it, in its account."""

    kind: Kind
    account: str
    world: World
    thing: Resource


def card(subject: Subject, *, store: Path, estate: Estate | None, since: datetime, now: datetime) -> Card:
    """What is known of the subject, and what its commands are filled with. Raises `UsageError` where a name is that
    of several things."""
    snapshots = Snapshots(store)
    header = snapshots.header() if snapshots.scans() else None
    subject, met, why = _looked_up(subject, snapshots, header)
    judged, about = _judged(store, header), _about(subject, met)
    facts = [*_of_account(subject, header, estate), *_of_thing(subject, met, why), *_of_logs(subject, judged)]
    return Card(
        subject=subject,
        now=now,
        since=since,
        deadline=deadline_of(since),
        facts=tuple(facts),
        findings=tuple(f for f in judged or () if f.status is Status.FAILED and about(f)),
        judged=judged is not None and met is not None,
        values=_values(subject, met, facts, now),
        notes=tuple(_notes(subject, met, why)),
        scan=header.id if header else "",
        scanned=header.at.astimezone(now.tzinfo) if header else None,
    )


def _looked_up(
    subject: Subject, snapshots: Snapshots, header: ScanHeader | None
) -> tuple[Subject, Met | None, str]:
    """The subject with what the scan adds to it; the thing it is; where it was not met, why."""
    if header is None:
        return subject, None, NO_SCAN
    met = _one_of(subject, _met(subject, snapshots, header))
    if isinstance(met, str):
        return subject, None, met
    if subject.kind is Kind.UNKNOWN:  # the name is known now, and of it more has to be read
        told = msgspec.structs.replace(subject, kind=met.kind, account=met.account)
        return _looked_up(told, snapshots, header)
    region = subject.region or _region(met.thing)
    return msgspec.structs.replace(subject, account=met.account, region=region), met, ""


def _notes(subject: Subject, met: Met | None, why: str) -> Iterator[str]:
    """What has to be said before anything else."""
    if is_example(subject.text):
        yield "example"
    elif is_key_id(subject.text) and not subject.account:
        yield "no_account_in_key"
    elif subject.kind is Kind.ACCESS_KEY and met is None and why == NOT_THERE:
        yield "key_of_no_user"
    elif subject.kind is Kind.UNKNOWN and why == NOT_THERE:
        yield "no_such_name"
    if why == NO_SCAN:
        yield "no_scan"


def _region(thing: Resource) -> str:
    return "" if thing.region == "aws-global" else thing.region


def _met(subject: Subject, snapshots: Snapshots, header: ScanHeader) -> Iterator[Met | str]:
    """Every thing that the subject may be, or why an account does not tell."""
    accounts = [a for a in header.accounts if subject.account in ("", a.id)]
    reached: set[str] = set()
    for account, world in _worlds(snapshots, header, _narrowed(accounts, subject), WANTED[subject.kind]):
        reached.add(account.id)
        yield from _in_account(subject, account.id, world)
    yield from (a.trouble or NOT_REACHED for a in accounts if a.id not in reached)


def _narrowed(accounts: Iterable[Entered], subject: Subject) -> tuple[Entered, ...]:
    """The accounts with no more Regions than the subject may lie in."""
    if not subject.region:
        return tuple(accounts)
    return tuple(
        msgspec.structs.replace(a, regions=tuple(r for r in a.regions if r == subject.region))
        for a in accounts
    )


def _worlds(
    snapshots: Snapshots, header: ScanHeader, accounts: tuple[Entered, ...], wanted: Wanted
) -> Iterator[tuple[Entered, World]]:
    asked = Ask(standards=(), questions=(), wanted=wanted)
    narrowed = msgspec.structs.replace(header, accounts=accounts)
    for account, here, shown in kept(snapshots, narrowed, asked):
        yield account, world_of(shown, [p for p in here if p not in shown])


def _in_account(subject: Subject, account: str, world: World) -> Iterator[Met | str]:
    """What an account shows under the subject's name; no listing shows the keys of sessions."""
    if subject.kind is Kind.SESSION and is_key_id(subject.text):
        yield NOT_LISTED
        return
    for kind in NAMED if subject.kind is Kind.UNKNOWN else (subject.kind,):
        told = {"account": account} if kind is Kind.ROOT else {"name": subject.name}
        try:
            thing = known.first(world.account_wide(TYPES[kind]), **told)
        except Unseen as no:
            yield no.code
            continue
        if thing is not None:
            yield Met(kind, account, world, thing)


def _one_of(subject: Subject, found: Iterable[Met | str]) -> Met | str:
    """The one thing that is meant, or why it was not met."""
    pool = list(found)
    things = [each for each in pool if isinstance(each, Met)]
    if len(things) > 1:
        ids = ", ".join(sorted(each.thing.id for each in things))
        raise UsageError("incident_several", name=subject.name, ids=ids)
    return things[0] if things else next((each for each in pool if isinstance(each, str)), NOT_THERE)


def _of_account(subject: Subject, header: ScanHeader | None, estate: Estate | None) -> list[Fact]:
    """Whose the account is, by the estate file and by what the scan was told."""
    if not subject.account:
        return [Fact("account", unseen=NOT_COLLECTED)] if subject.kind is not Kind.UNKNOWN else []
    listed = {a.id: a for a in accounts_of(estate)} if estate else {}
    entered = {a.id: a for a in header.accounts} if header else {}
    own = listed.get(subject.account) or _as_listed(entered.get(subject.account))
    if own is None:
        told = bool(entered) or bool(estate and not estate.estate.discover)
        return [
            Fact("account", subject.account),
            Fact("in_estate", False) if told else Fact("in_estate", unseen=NO_SCAN),
        ]
    met = entered.get(subject.account)
    return [
        Fact("account", f"{own.name} ({own.id})" if own.name not in ("", own.id) else own.id),
        Fact("environment", own.environment or (met.environment if met else "") or None),
        Fact("owner", own.owner or (met.owner if met else "") or None),
        Fact("contacts", own.contacts),
        *([Fact("regions", met.regions)] if met and not met.trouble else []),
    ]


def _as_listed(entered: Entered | None) -> Account | None:
    if entered is None:
        return None
    return Account(entered.id, entered.name, environment=entered.environment, owner=entered.owner)


def _of_thing(subject: Subject, met: Met | None, why: str) -> list[Fact]:
    if met is None:
        return [Fact("thing", unseen=why)] if subject.kind is not Kind.UNKNOWN or why != NOT_THERE else []
    thing, world = met.thing, met.world
    if isinstance(thing, UserKey):
        return _of_key(thing, world)
    if isinstance(thing, User):
        return [*known.of_user(thing, world), known.keys_of(thing, world)]
    if isinstance(thing, Role):
        return known.of_role(thing, world)
    if isinstance(thing, Instance):
        return [*known.of_instance(thing, world), *_of_its_role(thing, world)]
    if isinstance(thing, Bucket):
        return known.of_bucket(thing, world)
    return known.of_root(world)


def _of_key(key: UserKey, world: World) -> list[Fact]:
    """A key with its user; where the user was not seen, the key alone."""
    try:
        user = known.first(world.account_wide(User), name=key.user_name)
    except Unseen as no:
        return [Fact("user", key.user_name), Fact("thing", unseen=no.code)]
    if user is None:
        return [Fact("user", key.user_name), Fact("thing", unseen=NOT_THERE)]
    return [*known.of_key(key, user, world), *known.of_user(user, world)]


def _of_its_role(instance: Instance, world: World) -> list[Fact]:
    """The role of an instance and what it may do: whoever is on the instance may do it, too."""
    try:
        role = known.role_of(instance, world)
    except Unseen as no:
        return [Fact("role", unseen=no.code)]
    if role is None:
        return [Fact("role")]
    return [f for f in known.of_role(role, world) if f.name in ("role", "policies", "administrator")]


def _judged(store: Path, header: ScanHeader | None) -> tuple[Finding, ...] | None:
    """What the scan found, as it was kept; None where it was not."""
    try:
        return tuple(k.finding for k in results.read(store, header.id)) if header else None
    except UsageError:
        return None


def _of_logs(subject: Subject, judged: tuple[Finding, ...] | None) -> list[Fact]:
    """What there is to look into afterwards."""
    if not subject.account:
        return []
    asked = {"trail": TRAIL}
    if subject.kind is Kind.BUCKET:
        asked |= {"reads_recorded": OBJECTS_READ, "writes_recorded": OBJECTS_WRITTEN}
    return [fact(name, partial(_passes, control, subject.account, judged)) for name, control in asked.items()]


def _passes(control: str, account: str, judged: tuple[Finding, ...] | None) -> bool:
    """How a control about the account came out. Raises `Unseen` where it was not judged."""
    if judged is None:
        raise Unseen(control, NO_SCAN)
    told = {f.status for f in judged if (f.control, f.account) == (control, account)}
    if Status.FAILED in told:
        return False
    if told == {Status.PASSED}:
        return True
    raise Unseen(control, NOT_COLLECTED)


def _about(subject: Subject, met: Met | None) -> Callable[[Finding], bool]:
    """Which findings are about the thing, or about what opens it."""
    if subject.kind is Kind.ROOT:
        return lambda f: f.account == subject.account and f.control in ROOT_CONTROLS
    ids = set(_ids(met)) if met else set()
    return lambda f: f.resource in ids


def _ids(met: Met) -> Iterator[str]:
    thing = met.thing
    yield thing.id
    if isinstance(thing, UserKey):
        users = met.world.account_wide(User)
        yield from (user.id for user in users.seen if user.name == thing.user_name)
    if isinstance(thing, Instance) and "security_groups" in thing.seen():
        ids = {group.group_id for group in thing.security_groups}
        yield from (g.id for g in met.world.account_wide(SecurityGroup).seen if g.group_id in ids)


def _values(subject: Subject, met: Met | None, facts: Iterable[Fact], now: datetime) -> dict[str, str]:
    """What the blanks of the commands stand for, as far as it is known."""
    told = {f.name: f.value for f in facts if isinstance(f.value, str)}
    key = subject.name if is_key_id(subject.name) else ""
    name_of = {
        Kind.USER: "USER",
        Kind.ROLE: "ROLE",
        Kind.INSTANCE: "INSTANCE_ID",
        Kind.BUCKET: "BUCKET",
        Kind.SESSION: "" if key else "ROLE",
    }
    today = now.astimezone(UTC)
    values = {
        "ACCOUNT_ID": subject.account,
        "ACCESS_KEY_ID": key,
        "USER": told.get("user", ""),
        "USER_ARN": _user_arn(subject, met),
        "ROLE": told.get("role", ""),
        "REGION": subject.region or told.get("key_region", ""),
        "VPC_ID": told.get("vpc", ""),
        "NOW_UTC": f"{today:%Y-%m-%dT%H:%M:%SZ}",
        "START_DATE": f"{today - LOOK_BACK:%Y-%m-%d}",
        "END_DATE": f"{today + timedelta(days=1):%Y-%m-%d}",
        name_of.get(subject.kind, ""): subject.name,
    }
    return {blank: value for blank, value in values.items() if blank and value and value.isprintable()}


def _user_arn(subject: Subject, met: Met | None) -> str:
    if met is not None and isinstance(met.thing, User):
        return met.thing.id
    if met is not None and isinstance(met.thing, UserKey):
        return next((i for i in _ids(met) if ":user/" in i), "")
    return subject.text if subject.kind is Kind.USER and subject.partition else ""
