"""An incident: what it is about, until when AWS waits for an answer, and what is known of the thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from ishigaki.core.finding import Finding
from ishigaki.core.keyid import account_of, is_key_id, is_temporary
from ishigaki.core.unseen import Unseen
from ishigaki.core.usage import UsageError

ANSWER_WITHIN = timedelta(hours=24)  # after that AWS may block resources or suspend the account
ARN = re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12})?:(.+)", re.DOTALL)
ACCOUNT = re.compile(r"\d{12}")
INSTANCE = re.compile(r"i-[0-9a-f]{8}(?:[0-9a-f]{9})?")
SECRET = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9/+]{40}")  # a secret access key's form


class Kind(StrEnum):
    """What an incident is about; each has its own flow."""

    ACCESS_KEY = "access_key"
    USER = "user"
    ROOT = "root"
    ROLE = "role"
    SESSION = "session"  # temporary credentials, of a role or a user
    INSTANCE = "instance"
    BUCKET = "bucket"
    UNKNOWN = "unknown"


class Subject(msgspec.Struct, frozen=True):
    """What somebody typed. `name` is the thing's: a key's id, a user's or bucket's name, an instance's id. Account
    and Region are those that the text itself tells. `partition` is empty where it does not tell one."""

    text: str
    kind: Kind
    name: str
    account: str = ""
    region: str = ""
    partition: str = ""


Value = str | int | bool | datetime | tuple[str, ...] | None


class Fact(msgspec.Struct, frozen=True):
    """One thing that the inventory knows, by the name its words have. None or nothing in it: AWS says there is none.
    `unseen` is why it is not known (mostly AWS's code); then the value says nothing."""

    name: str
    value: Value = None
    unseen: str = ""


class Card(msgspec.Struct, frozen=True):
    """What there is to say before anybody acts. `values` fill the commands; `scan` is empty where none was kept;
    `judged` is whether findings about the thing could be looked up at all. Every time has its zone."""

    subject: Subject
    now: datetime
    since: datetime
    deadline: datetime
    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    judged: bool = False
    values: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    scan: str = ""
    scanned: datetime | None = None


def subject_of(text: str, *, kind: Kind | None = None) -> Subject:
    """What a text is about, as far as it tells; a plain name is of the given kind, or unknown until it is looked up.

    Raises `UsageError` for a secret, which is never repeated, and for nothing at all."""
    text = text.strip()
    if not text or not text.isprintable():
        raise UsageError("incident_empty")
    if SECRET.fullmatch(text):
        raise UsageError("incident_secret")
    found = _told_by_form(text)
    if kind is not None and found.kind is Kind.UNKNOWN:
        return msgspec.structs.replace(found, kind=kind)
    return found


def _told_by_form(text: str) -> Subject:
    if is_key_id(text):
        kind = Kind.SESSION if is_temporary(text) else Kind.ACCESS_KEY
        return Subject(text, kind, text, account_of(text) or "")
    if INSTANCE.fullmatch(text):
        return Subject(text, Kind.INSTANCE, text)
    if ACCOUNT.fullmatch(text):
        return Subject(text, Kind.ROOT, text, text)
    arn = ARN.fullmatch(text)
    return _of_arn(text, arn) if arn else Subject(text, Kind.UNKNOWN, text)


def _of_arn(text: str, arn: re.Match[str]) -> Subject:
    partition, service, region, account, rest = (part or "" for part in arn.groups())
    what, _, name = rest.partition("/")
    kind, called = {
        ("iam", "user"): (Kind.USER, name.rpartition("/")[2]),
        ("iam", "role"): (Kind.ROLE, name.rpartition("/")[2]),
        ("iam", "root"): (Kind.ROOT, account),
        ("sts", "assumed-role"): (Kind.SESSION, name.partition("/")[0]),
        ("ec2", "instance"): (Kind.INSTANCE, name),
    }.get((service, what), (Kind.UNKNOWN, rest))
    if service == "s3" and not account:
        kind, called = Kind.BUCKET, what
    return Subject(text, kind, called, account, region, partition)


def deadline_of(since: datetime) -> datetime:
    """Until when AWS is to have an answer: 24 hours by the clock, in the zone of the beginning."""
    return (since.astimezone(UTC) + ANSWER_WITHIN).astimezone(since.tzinfo)


def fact(name: str, read: Callable[[], Value]) -> Fact:
    """A fact, or why it was not seen."""
    try:
        return Fact(name, read())
    except Unseen as no:
        return Fact(name, unseen=no.code)
