"""Who may come in by a role: every principal of its trust policy, and the mistakes that let anyone in."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec

from ishigaki.core.policy import ABSENT, Policy, Statement, context, glob, open_to_everyone
from ishigaki.core.policy.conditions import conditions_match
from ishigaki.core.policy.evaluate import actions_match
from ishigaki.core.policy.principals import Kind, Named

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
WITHOUT_MFA = (
    context({"aws:MultiFactorAuthPresent": ABSENT, "aws:MultiFactorAuthAge": ABSENT}),
    context({"aws:MultiFactorAuthPresent": "false", "aws:MultiFactorAuthAge": ABSENT}),
)
WITHOUT_EXTERNAL_ID = context({"sts:ExternalId": ABSENT})
# Anybody of an account with nothing to show: no MFA (long-term keys do not even say so), no external id.
BARE = context(
    dict.fromkeys(("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "sts:ExternalId"), ABSENT)
)
# By which claim a web identity provider tells one customer, or one of a cluster's services, from another, and how that
# of somebody unheard of would read.
STRANGERS = {
    "cognito-identity.amazonaws.com": ("aud", "unheard-of"),
    "accounts.google.com": ("aud", "unheard-of"),
    "www.amazon.com": ("app_id", "unheard-of"),
    "graph.facebook.com": ("app_id", "unheard-of"),
    "token.actions.githubusercontent.com": ("sub", "repo:unheard-of/unheard-of:ref:refs/heads/main"),
    "gitlab.com": ("sub", "project_path:unheard-of/unheard-of:ref_type:branch:ref:main"),
    "app.terraform.io": ("sub", "organization:unheard-of:project:x:workspace:x:run_phase:apply"),
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
                yield _entrance(statement, named, account, ours, is_open=statement.name in wide)


def _named(statement: Statement) -> Iterator[Named]:
    """The principals that are let in. Who lets in all but some lets in everyone."""
    principals = statement.principals
    if principals is None or principals.is_negated:
        yield Named(Kind.EVERYONE, "*")
    else:
        yield from principals.named


def _entrance(
    statement: Statement, named: Named, account: str, ours: Collection[str], *, is_open: bool
) -> Entrance:
    kind = KINDS.get(named.kind, "other")
    whose = _account_of(named)
    outside = _outside(kind, whose, ours)
    conditions = tuple(need.key for need in statement.conditions)
    is_bare = conditions_match(statement.conditions, BARE).is_true
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
        needs_mfa=all(conditions_match(statement.conditions, c).is_false for c in WITHOUT_MFA),
        needs_external_id=conditions_match(statement.conditions, WITHOUT_EXTERNAL_ID).is_false,
        faults=tuple(code for code, wrong in checks.items() if wrong),
    )


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
    claim, value = next(
        (s for known, s in STRANGERS.items() if host.startswith(known)), ("sub", "unheard-of")
    )
    return not conditions_match(statement.conditions, context({f"{host}:{claim}": value})).is_false
