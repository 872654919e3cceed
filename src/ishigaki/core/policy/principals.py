"""Principals: who a policy names, who calls, and how the one is reached by the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ishigaki.core.policy.truth import FALSE, TRUE, Truth, any_of, known, negated, unknown

CAUSE = "principal"


class Kind(Enum):
    EVERYONE = "*"
    ACCOUNT = "account"
    ROOT = "root"
    USER = "user"
    ROLE = "role"
    """As a caller: a session of the role."""
    SESSION = "assumed-role"
    FEDERATED_USER = "federated-user"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"
    UNIQUE_ID = "unique id"
    """What AWS shows for a deleted user or role."""
    OTHER = "other"
    ANONYMOUS = "anonymous"
    ANYONE = "anyone"
    """As a caller: any caller there is, so true means true of all."""
    MEMBER = "member"
    """As a caller: any identity of one account."""


class Link(Enum):
    """How a policy's principal reaches a caller: after each the caller's own policies weigh differently."""

    DIRECT = "direct"
    ACCOUNT = "account"
    VIA_ROLE = "via_role"
    VIA_USER = "via_user"


@dataclass(frozen=True, slots=True)
class Named:
    """One principal as a policy names it."""

    kind: Kind
    text: str
    account: str = ""
    name: str = ""

    @property
    def is_fixed(self) -> bool:
        """Somebody in particular: no wildcard, no variable, not empty."""
        return bool(self.text) and not re.search(r"[*?]|\$\{", self.text)


@dataclass(frozen=True, slots=True)
class Principals:
    named: tuple[Named, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request. `names` are a service's principal names or a federation's provider."""

    kind: Kind
    account: str = ""
    name: str = ""
    session: str = ""
    names: frozenset[str] = frozenset()
    id: str = ""
    has_boundary: bool | None = None


ANYONE = Caller(Kind.ANYONE)
ANONYMOUS = Caller(Kind.ANONYMOUS)


def user(account: str, name: str, *, has_boundary: bool | None = None) -> Caller:
    return Caller(Kind.USER, account, name, has_boundary=has_boundary)


def role_session(account: str, role: str, session: str, *, has_boundary: bool | None = None) -> Caller:
    return Caller(Kind.ROLE, account, role, session, has_boundary=has_boundary)


def federated_user(account: str, name: str, *, of_user: str = "") -> Caller:
    """A GetFederationToken session; `of_user` is the IAM user that asked for it."""
    return Caller(Kind.FEDERATED_USER, account, of_user, name)


def root(account: str) -> Caller:
    return Caller(Kind.ROOT, account)


def member(account: str) -> Caller:
    """Some identity of an account, which one is not known."""
    return Caller(Kind.MEMBER, account)


def service(*names: str) -> Caller:
    return Caller(Kind.SERVICE, names=frozenset(names))


def federated(provider: str) -> Caller:
    return Caller(Kind.FEDERATED, names=frozenset({provider}))


_ARN = re.compile(
    r"arn:[^:]*:(?P<service>iam|sts)::(?P<account>[^:]*):(?P<kind>[^/:]+)(?:/(?P<path>.*/)?(?P<name>[^/]+))?"
)


def parse_named(element: str, text: str) -> Named:
    """One value under AWS, Service, Federated or CanonicalUser."""
    if element == "Service":
        return Named(Kind.SERVICE, text)
    if element == "Federated":
        return Named(Kind.FEDERATED, text)
    if element == "CanonicalUser":
        return Named(Kind.CANONICAL_USER, text)
    if text == "*":
        return Named(Kind.EVERYONE, text)
    if re.fullmatch(r"[0-9]{12}", text):
        return Named(Kind.ACCOUNT, text, text)
    if re.fullmatch(r"A[A-Z]{3}[A-Z0-9]{8,}", text):
        return Named(Kind.UNIQUE_ID, text)
    return _parse_arn(text)


def _parse_arn(text: str) -> Named:
    found = _ARN.fullmatch(text)
    if found is None:
        return Named(Kind.OTHER, text)
    account, name, path = found["account"], found["name"] or "", found["path"] or ""
    match found["service"], found["kind"]:
        case "iam", "root" if not name:
            return Named(Kind.ACCOUNT, text, account)
        case "iam", "user" if name:
            return Named(Kind.USER, text, account, name)
        case "iam", "role" if name:
            return Named(Kind.ROLE, text, account, name)
        case "sts", "assumed-role" if name and path:
            return Named(Kind.SESSION, text, account, f"{path}{name}")
        case "sts", "federated-user" if name:
            return Named(Kind.FEDERATED_USER, text, account, name)
    return Named(Kind.OTHER, text, account)


def links(named: Named, caller: Caller) -> Iterator[tuple[Link, Truth]]:
    """Every way in which a named principal may reach a caller."""
    if named.kind is Kind.EVERYONE:
        yield Link.DIRECT, TRUE
    elif caller.kind is Kind.ANYONE:
        yield Link.DIRECT, unknown(CAUSE)
    elif not named.is_fixed:
        yield Link.DIRECT, unknown(CAUSE)  # no partial wildcards exist: what one would do is nowhere said
    elif named.kind is Kind.ACCOUNT:
        yield Link.ACCOUNT, known(caller.account == named.account)
    elif named.kind is Kind.UNIQUE_ID:
        is_seen = bool(caller.id) or not caller.account
        yield Link.DIRECT, known(caller.id == named.text) if is_seen else unknown(CAUSE)
    elif named.kind in {Kind.SERVICE, Kind.FEDERATED}:
        yield Link.DIRECT, known(caller.kind is named.kind and named.text in caller.names)
    elif named.kind in {Kind.CANONICAL_USER, Kind.OTHER}:
        # A canonical id is an account's other name; a text of no known form may name anybody with an account.
        yield Link.DIRECT, unknown(CAUSE) if caller.account else FALSE
    elif caller.account == named.account:
        yield from _identity(named, caller)


def _identity(named: Named, caller: Caller) -> Iterator[tuple[Link, Truth]]:
    if caller.kind is Kind.MEMBER:
        yield Link.DIRECT, unknown(CAUSE)
    elif named.kind is Kind.USER:
        link = Link.VIA_USER if caller.kind is Kind.FEDERATED_USER else Link.DIRECT
        of_user = caller.kind in {Kind.USER, Kind.FEDERATED_USER}
        yield link, known(of_user and _same_name(named.name, caller.name))
    elif named.kind is Kind.ROLE:
        yield Link.VIA_ROLE, known(caller.kind is Kind.ROLE and _same_name(named.name, caller.name))
    elif named.kind is Kind.SESSION:
        role, _, session = named.name.rpartition("/")
        of_role = caller.kind is Kind.ROLE and _same_name(role, caller.name)
        yield Link.DIRECT, known(of_role and session == caller.session)
    elif named.kind is Kind.FEDERATED_USER:
        yield Link.DIRECT, known(caller.kind is Kind.FEDERATED_USER and named.name == caller.session)


def _same_name(one: str, other: str) -> bool:
    """Names of users and roles are unique in an account without regard to case or path."""
    return one.lower() == other.lower()


def principals_match(principals: Principals | None, caller: Caller, *, is_deny: bool) -> Truth:
    """Whether a statement is about a caller; without principals (identity policy, SCP) it is."""
    if principals is None:
        return TRUE
    reached = any_of(truth for named in principals.named for _, truth in links(named, caller))
    if not principals.is_negated:
        return reached
    return negated(_exempt(principals, caller)) if is_deny else negated(reached)


def _exempt(principals: Principals, caller: Caller) -> Truth:
    """Whether NotPrincipal with Deny leaves a caller alone.

    AWS weighs the Deny against each layer of a caller: a user or a role session is left alone only if its
    account is listed beside it, and never if it has a permissions boundary. With some layers listed and
    others not AWS says "might": unknown.
    """
    if any(named.kind is Kind.EVERYONE for named in principals.named):
        return TRUE
    by_link: dict[bool, list[Truth]] = {True: [FALSE], False: [FALSE]}
    for named in principals.named:
        for link, truth in links(named, caller):
            by_link[link is Link.ACCOUNT].append(truth)
    of_account, of_itself = any_of(by_link[True]), any_of(by_link[False])
    if caller.kind not in _LAYERED:
        return any_of((of_account, of_itself))
    if of_account.is_false and of_itself.is_false:
        return FALSE
    if of_account.is_true and of_itself.is_true:
        return {True: FALSE, False: TRUE, None: unknown("permissions boundary")}[caller.has_boundary]
    return unknown(CAUSE)


_LAYERED = {Kind.USER, Kind.ROLE, Kind.FEDERATED_USER, Kind.MEMBER}
