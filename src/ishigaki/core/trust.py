"""Who may come in by a role: every principal of its trust policy, and the mistakes that let anyone in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import partial

import msgspec

from ishigaki.core.policy import (
    ABSENT,
    ANYONE,
    Policy,
    Request,
    Statement,
    Truth,
    context,
    denies,
    glob,
    member,
    open_to_everyone,
)
from ishigaki.core.policy.conditions import conditions_match
from ishigaki.core.policy.context import Given
from ishigaki.core.policy.evaluate import actions_match
from ishigaki.core.policy.principals import Kind, Named
from ishigaki.core.policy.truth import all_of, negated

ENTERING = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
KINDS = {
    Kind.EVERYONE: "everyone",
    Kind.ACCOUNT: "account",
    Kind.ROLE: "role",
    Kind.USER: "user",
    Kind.SESSION: "session",
    Kind.FEDERATED_USER: "federated_user",
    Kind.FEDERATED: "federated",
    Kind.UNIQUE_ID: "unique_id",
    Kind.CANONICAL_USER: "canonical_user",
}
WITH_ACCOUNT = ("account", "role", "user", "session", "federated_user")
MFA, MFA_AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"
EXTERNAL_ID, PRINCIPAL = "sts:ExternalId", "aws:PrincipalArn"
WITHOUT_MFA: tuple[Mapping[str, Given], ...] = (
    {MFA: ABSENT, MFA_AGE: ABSENT},
    {MFA: "false", MFA_AGE: ABSENT},
)
# No external id, and one that whoever asks has thought up.
ANY_EXTERNAL_ID: tuple[Mapping[str, Given], ...] = ({EXTERNAL_ID: ABSENT}, {EXTERNAL_ID: "unheard-of"})
# By which claim a web identity provider tells one customer, or one of a cluster's services, from another, and how that
# of somebody unheard of would read.
STRANGERS = {
    "cognito-identity.amazonaws.com": ("aud", "unheard-of"),
    "accounts.google.com": ("aud", "unheard-of"),
    "www.amazon.com": ("app_id", "unheard-of"),
    "graph.facebook.com": ("app_id", "unheard-of"),
    "token.actions.githubusercontent.com": ("sub", "repo:unheard-of/*"),
    "gitlab.com": ("sub", "project_path:unheard-of/*"),
    "app.terraform.io": ("sub", "organization:unheard-of:*"),
    "oidc.eks.": ("sub", "system:serviceaccount:unheard-of:unheard-of"),
}


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """One principal that one statement lets in; see `core.people.Trust` for what the members mean."""

    statement: str
    principal: str
    kind: str
    account: str
    outside: bool | None
    conditions: tuple[str, ...]
    needs_mfa: bool
    needs_external_id: bool
    faults: tuple[str, ...]


def entrances(policy: Policy, *, account: str, estate: Collection[str]) -> Iterator[Entrance]:
    """Everybody but AWS's services whom a role's trust policy lets in. `account` is the role's own."""
    ours = {account, *estate}
    wide = set(open_to_everyone(policy, actions=ENTERING).statements)
    for statement in policy.allowing:
        if not any(not actions_match(statement.actions, glob(a)).is_false for a in ENTERING):
            continue
        for named in _named(statement):
            if named.kind is not Kind.SERVICE:
                yield _entrance(policy, statement, named, account, ours, is_open=statement.name in wide)


def _named(statement: Statement) -> Iterator[Named]:
    """The principals that are let in. Who lets in all but some lets in everyone."""
    principals = statement.principals
    if principals is None or principals.is_negated:
        yield Named(Kind.EVERYONE, "*")
    else:
        yield from principals.named


def _entrance(
    policy: Policy, statement: Statement, named: Named, account: str, ours: Collection[str], *, is_open: bool
) -> Entrance:
    kind = KINDS.get(named.kind, "other")
    whose = _account_of(named)
    outside = _outside(kind, whose, ours)
    conditions = tuple(need.key for need in statement.conditions)
    gets_in = partial(_gets_in, policy, statement, named)
    is_bare = any(
        gets_in({**WITHOUT_MFA[0], **external, **who}).is_true
        for external in ANY_EXTERNAL_ID
        for who in _anybody(kind, whose)
    )
    checks = {
        "anyone": kind == "everyone" and is_open,
        "whole_account": kind == "account" and outside is False and whose != account and is_bare,
        "outside_unconditional": kind in WITH_ACCOUNT and outside is True and is_bare,
        "open_provider": kind == "federated" and _lets_every_user_in(statement, named),
    }
    return Entrance(
        statement=statement.name,
        principal=named.text,
        kind=kind,
        account=whose,
        outside=outside,
        conditions=conditions,
        needs_mfa=all(gets_in(keys).is_false for keys in WITHOUT_MFA),
        needs_external_id=all(gets_in(keys).is_false for keys in ANY_EXTERNAL_ID),
        faults=tuple(code for code, wrong in checks.items() if wrong),
    )


def _gets_in(policy: Policy, statement: Statement, named: Named, keys: Mapping[str, Given]) -> Truth:
    """Whether the statement lets somebody in who has these keys in the request, and no Deny takes that away. Of all
    other keys nothing is said."""
    known = context(keys)
    caller = member(named.account) if named.account else ANYONE
    denied = denies(policy, Request("sts:AssumeRole", "*", caller, known))
    return all_of([conditions_match(statement.conditions, known), negated(denied)])


def _anybody(kind: str, account: str) -> Iterator[Mapping[str, Given]]:
    """The ARNs of somebody of an account whom its administrators may have made a moment ago."""
    if kind != "account":
        yield {}
        return
    for name in ("user/unheard-of", "role/unheard-of"):
        yield {PRINCIPAL: f"arn:aws:iam::{account}:{name}", "aws:PrincipalAccount": account}


def _account_of(named: Named) -> str:
    if named.kind is Kind.FEDERATED:
        parts = named.text.split(":")
        return parts[4] if len(parts) > 5 else ""
    return named.account


def _outside(kind: str, whose: str, ours: Collection[str]) -> bool | None:
    if kind == "everyone":
        return True
    return whose not in ours if whose else None


def _lets_every_user_in(statement: Statement, named: Named) -> bool:
    """Whether no condition tells one user of a web identity provider from another. SAML's providers are the
    company's own, and let in whom the company says."""
    if actions_match(statement.actions, glob("sts:assumerolewithwebidentity")).is_false:
        return False
    host = named.text.partition(":oidc-provider/")[2] or named.text
    claim, form = next((s for known, s in STRANGERS.items() if host.startswith(known)), ("sub", "unheard-of"))
    key = f"{host}:{claim}"
    # Of a provider whose users differ by their subject every other claim but the audience tells one from another, too.
    others = {} if claim != "sub" else dict.fromkeys(_claims(statement, host) - {f"{host}:aud"}, "unheard-of")
    return any(
        not conditions_match(statement.conditions, context({**others, key: glob(stranger)})).is_false
        for stranger in (form, *_neighbours(statement, key, form))
    )


def _claims(statement: Statement, host: str) -> set[str]:
    return {need.name for need in statement.conditions if need.name.startswith(f"{host.lower()}:")}


def _neighbours(statement: Statement, key: str, form: str) -> Iterator[str]:
    """Subjects of owners that somebody may register so that a wildcard within an owner's name fits: `repo:ours*`."""
    if "/" not in form:
        return
    for need in statement.conditions:
        if need.name == key.lower():
            for value in (v for clause in need.clauses for v in clause.values):
                owner = value.partition("/")[0]
                if re.search(r"[*?]", owner):
                    yield f"{owner.replace('*', 'unheard-of').replace('?', 'x')}/*"
