"""Destinations: where messages go, who is told there, and when it is quiet. Pure.

`notify.toml` lists them, one `[[destinations]]` each. What is secret stands elsewhere: the file names an environment
variable (`env:NAME`) or a file (`file:PATH`) that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

import msgspec

from ishigaki.core.estate import AccountId
from ishigaki.core.notice import Notice
from ishigaki.core.response import Audience
from ishigaki.core.toml_ import read, refuse
from ishigaki.core.usage import UsageError

REFERENCE = re.compile(r"env:[A-Za-z_]\w*|file:.+")
HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"{ATOM}(\.{ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
SUMMARIES = ("digest", "monthly")
AUDIENCES: tuple[Audience, ...] = ("owner", "lead", "security")
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class Destination(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="channel"):
    """One destination. `owners`, `environments` and `accounts` narrow what it is told; empty, they do not. `digest`
    says whether summaries go there. In the hours of `quiet` only what is urgent is sent. `budget` is messages a day.

    Of its channel's own keys, `SECRETS` are never in the file, and `TARGET` tells two places apart.
    """

    SECRETS: ClassVar[tuple[str, ...]] = ()
    TARGET: ClassVar[tuple[str, ...]] = ()

    name: Word
    language: Literal["ja", "en"]
    audience: tuple[Audience, ...] = AUDIENCES
    owners: tuple[str, ...] = ()
    environments: tuple[Literal["production", "non-production"], ...] = ()
    accounts: tuple[AccountId, ...] = ()
    digest: bool = True
    quiet: str = ""
    budget: Annotated[int, msgspec.Meta(ge=1)] = 30

    @property
    def channel(self) -> str:
        return str(self.__struct_config__.tag)


class Slack(Destination, frozen=True, tag="slack"):
    """Either an incoming `webhook`, or a bot's `token` with the channel's id in `to`, which can edit and answer in
    threads."""

    SECRETS = ("webhook", "token")
    TARGET = ("webhook", "to")

    webhook: str = ""
    token: str = ""
    to: str = ""
    api: str = "https://slack.com/api"


class Email(Destination, frozen=True, tag="email"):
    """`port` 0 is the usual one of `security`. Certificates are always verified."""

    SECRETS = ("password",)
    TARGET = ("to",)

    host: Word
    sender: str = msgspec.field(name="from")
    to: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""


class Backlog(Destination, frozen=True, tag="backlog"):
    """`url` is the space's (`https://example.backlog.com`), `project` the project's key. `issue_type` is a name (empty:
    the project's first), `priority` 2 high, 3 normal, 4 low (0: by severity). `assignees` maps people, as cases name
    them, to Backlog's user ids. `notation` is the project's text formatting."""

    SECRETS = ("key",)
    TARGET = ("url", "project")

    url: str
    key: str
    project: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]*$")]
    issue_type: str = ""
    priority: Literal[0, 2, 3, 4] = 0
    assignees: Mapping[str, int] = {}
    notation: Literal["markdown", "backlog"] = "markdown"


class Teams(Destination, frozen=True, tag="teams"):
    """A webhook of Teams' Workflows ("when a Teams webhook request is received")."""

    SECRETS = ("webhook",)
    TARGET = ("webhook",)

    webhook: str


class Webhook(Destination, frozen=True, tag="webhook"):
    """Any receiver of JSON, signed with `secret`. A `url` that holds a secret itself is given as a reference."""

    SECRETS = ("secret",)
    TARGET = ("url",)

    url: str
    secret: str


class Apprise(Destination, frozen=True, tag="apprise"):
    """Everything that apprise knows, by its URL."""

    SECRETS = ("url",)
    TARGET = ("url",)

    url: str


class Sent(msgspec.Struct, frozen=True):
    """What a channel calls what was sent there, in its own words: a timestamp, an issue's key, a Message-ID. `root` is
    the thread's first message, `reference` this one, `place` where they are. Empty: the channel cannot go back."""

    root: str = ""
    reference: str = ""
    place: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    destinations: tuple[Slack | Email | Backlog | Teams | Webhook | Apprise, ...] = ()


def parse(text: str, *, file: str) -> tuple[Destination, ...]:
    """Destinations from TOML. Raises `UsageError` that names file, line and remedy."""
    found = read(text, _File, file=file, invalid="destinations_invalid").destinations
    if not found:
        raise UsageError("destinations_none", file=file)
    for number, destination in enumerate(found):
        earlier = {d.name for d in found[:number]}
        wrong = _mistakes(destination, earlier)
        refuse(wrong, text=text, file=file, at=f"$.destinations[{number}]", name=destination.name)
    return found


Mistakes = Iterator[tuple[str, str, dict[str, Any]]]


def _mistakes(destination: Destination, earlier: set[str]) -> Mistakes:
    """What is wrong with a destination: the message, the key it is about, and its facts (never a secret)."""
    if destination.name in earlier:
        yield "destination_twice", "name", {}
    for key in destination.SECRETS:
        value = getattr(destination, key)
        if value and not REFERENCE.fullmatch(value):
            yield "destination_secret", key, {"key": key}
    if destination.quiet:
        begin, _, end = destination.quiet.partition("-")
        if not HOURS.fullmatch(destination.quiet) or begin == end:
            yield "destination_quiet", "quiet", {}
    match destination:
        case Slack():
            yield from _slack_mistakes(destination)
        case Email():
            yield from _email_mistakes(destination)
        case Backlog(url=url) | Webhook(url=url):
            yield from _url_mistakes(url, "url")


def _slack_mistakes(slack: Slack) -> Mistakes:
    if bool(slack.webhook) == bool(slack.token) or bool(slack.token) != bool(slack.to):
        yield "destination_slack", "webhook" if slack.webhook else "token", {}
    yield from _url_mistakes(slack.api, "api")


def _email_mistakes(email: Email) -> Mistakes:
    for key, addresses in (("from", (email.sender,)), ("to", email.to)):
        for address in addresses:
            if not ADDRESS.fullmatch(address):
                yield "destination_address", key, {"address": address}
    if bool(email.user) != bool(email.password):
        yield "destination_login", "user" if email.user else "password", {}
    if email.password and email.security == "none" and not local(email.host):
        yield "destination_clear", "security", {"host": email.host}


def _url_mistakes(url: str, key: str) -> Mistakes:
    if REFERENCE.fullmatch(url):
        return
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        yield "destination_url", key, {"key": key}
        return
    if parts.scheme not in ("https", "http") or not host or re.search(r"\s", url):
        yield "destination_url", key, {"key": key}
    elif "@" in parts.netloc or parts.query:
        yield "destination_secret", key, {"key": key}
    elif parts.scheme == "http" and not local(host):
        yield "destination_clear", key, {"host": host}


def local(host: str) -> bool:
    """Whether a host is on this machine or network by its name, so that a relay there may be reached in the clear."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))


def place(destination: Destination, secret: Callable[[str], str] = str) -> tuple[object, ...]:
    """What is the same for two destinations that are one and the same place, as far as `secret` tells."""
    values = (getattr(destination, key) for key in destination.TARGET)
    return destination.channel, *(
        tuple(sorted(a.casefold() for a in v))
        if isinstance(v, tuple)
        else secret(v)
        if REFERENCE.fullmatch(v)
        else v
        for v in values
    )


def fits(destination: Destination, notice: Notice) -> bool:
    """Whether a destination is one for this notice. A notice that is about no one environment or account is for all;
    one without an owner is not for those who are told of certain owners only."""
    accounts = {item.account for item in notice.items} | ({notice.account} if notice.account else set())
    owners = {_person(owner) for owner in destination.owners}
    return (
        bool(set(destination.audience) & set(notice.audience))
        and (not owners or _person(notice.owner) in owners)
        and (
            not notice.environment
            or notice.environment in (destination.environments or (notice.environment,))
        )
        and (not accounts or not destination.accounts or not accounts.isdisjoint(destination.accounts))
        and (destination.digest or notice.kind not in SUMMARIES)
    )


def recipients(notice: Notice, destinations: Sequence[Destination]) -> tuple[Destination, ...]:
    """Who gets a notice. What fits nobody goes to the first of the file: nothing is kept silent. That a destination
    failed (`facts["destination"]`) is told at one other; without another, nobody is left to tell."""
    if notice.kind == "undelivered":
        others = [d for d in destinations if d.name != notice.facts.get("destination")]
        fitting = [d for d in others if fits(d, notice)]
        return tuple((fitting or others)[:1])
    return tuple(d for d in destinations if fits(d, notice)) or tuple(destinations[:1])


def _person(name: str) -> str:
    return " ".join(name.casefold().split())


def resting(destination: Destination, at: datetime, *, urgent: bool = False) -> datetime | None:
    """Until when a destination is left in peace; None if it may be told now. `at` is in the zone of its people."""
    if urgent or not destination.quiet:
        return None
    begin, end = (time.fromisoformat(each) for each in destination.quiet.split("-"))
    now = at.time()
    over_midnight = begin > end
    if not (now >= begin or now < end if over_midnight else begin <= now < end):
        return None
    day = at.date() + timedelta(days=1 if over_midnight and now >= begin else 0)
    return datetime.combine(day, end, tzinfo=at.tzinfo)
