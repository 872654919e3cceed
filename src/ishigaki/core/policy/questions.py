"""Static questions about one policy: the matcher asked about nobody in particular.

Every answer names the statements that prove it. What AWS leaves open is settled in the docstrings, always so
that what was not proven is not called safe.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from ishigaki.core.policy.conditions import conditions_match
from ishigaki.core.policy.context import ABSENT, UNKNOWN, Context, Present, Stranger, context
from ishigaki.core.policy.document import Actions, Policy, Resources, Statement
from ishigaki.core.policy.evaluate import Request, actions_match, matches, resources_match, who_matches
from ishigaki.core.policy.glob import Glob, Wild, glob, glob_of, relate
from ishigaki.core.policy.grants import grants, taken_away
from ishigaki.core.policy.principals import (
    ANONYMOUS,
    ANYONE,
    Caller,
    Kind,
    federated,
    federated_user,
    member,
    role_session,
    service,
    user,
)
from ishigaki.core.policy.template import arn_parts
from ishigaki.core.policy.truth import FALSE, Truth, all_of, any_of, known, negated


@dataclass(frozen=True, slots=True)
class Proof:
    """An answer, and the names of the statements that make it what it is."""

    truth: Truth
    statements: tuple[str, ...] = ()

    @property
    def is_true(self) -> bool:
        return self.truth.is_true

    @property
    def is_false(self) -> bool:
        return self.truth.is_false

    @property
    def is_unknown(self) -> bool:
        return self.truth.is_unknown

    @property
    def causes(self) -> frozenset[str]:
        return self.truth.causes


LIMITING_KEYS = (
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceIp",
    "aws:SourceArn",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:SourceOwner",
    "aws:SourceAccount",
    "aws:userid",
    "s3:DataAccessPointArn",
    "s3:DataAccessPointAccount",
    "kms:CallerAccount",
)
"""The keys whose fixed values keep a policy from being public: S3's list (its first item, "a principal, user,
role or service principal", by the keys that name one) and KMS's own name for the caller's account."""

_OUTSIDER = (ABSENT, Present((Stranger.VALUE,)))
_STRANGER = dict.fromkeys(LIMITING_KEYS, _OUTSIDER)
STRANGER: Context = context(_STRANGER)
"""Somebody on the internet: a limiting key has no value or one that no policy fixes; all else is unknown."""
_DENIED_STRANGER: Context = context({**_STRANGER, "aws:PrincipalIsAWSService": "false"})


def open_to_everyone(policy: Policy, *, actions: Sequence[str] | None = None) -> Proof:
    """Whether a policy is public in AWS's sense, for any action or for one that fits a pattern of `actions`.

    S3 ("The meaning of public"), and in the same words the Config rules for SNS, SQS, KMS and Lambda: a
    policy is public unless it grants access to fixed values only, those without wildcard or variable, of a
    principal or of a key in LIMITING_KEYS. Address ranges broader than /8 (IPv4) or /32 (IPv6) are not fixed.
    Chosen where that is silent:

    - A condition limits only if an outsider cannot meet it: not under IfExists, ForAllValues (both true
      without the key), Null or a negated operator, unless another condition on the same key closes that way.
    - Any other key (aws:SecureTransport, a tag, kms:ViaService, the KMS key of an S3 upload) limits nobody.
    - NotPrincipal in an Allow, a principal with a wildcard in it and an empty principal are everyone.
    - Neighbouring ranges are judged joined, and a star under StringEquals counts as the wildcard it looks
      like.
    - A Deny takes a grant away only if it matches every outsider and covers the whole of the grant by itself.
    """
    open_statements = [
        statement
        for statement in policy.allowing
        if _names_everyone(statement)
        and not conditions_match(statement.conditions, STRANGER).is_false
        and any(
            not taken_away(policy, grant, ANONYMOUS, _DENIED_STRANGER).is_true
            for grant in grants(statement, actions)
        )
    ]
    return _proof(open_statements)


def open_to_service(policy: Policy, *, principal: str) -> Proof:
    """Whether a service is let in on behalf of any account: without a fixed aws:SourceAccount.

    Lambda.1 asks it of s3.amazonaws.com. A bucket's ARN names no account, so aws:SourceArn does not limit.
    """
    caller, outsider = service(principal), context({"aws:SourceAccount": _OUTSIDER})
    found = [
        statement
        for statement in policy.allowing
        if _names_service(statement)
        and not who_matches(statement, caller, outsider).is_false
        and any(not taken_away(policy, grant, caller, outsider).is_true for grant in grants(statement, None))
    ]
    return _proof(found)


def denies_plain_http(policy: Policy, *, resources: Sequence[str]) -> Proof:
    """Whether every request over plain HTTP is denied: anybody's, for every S3 action, on all of `resources`.

    The resources are ARN patterns, each standing for all it matches: `arn:aws:s3:::b` and `arn:aws:s3:::b/*`
    for S3.5. Asked with aws:SecureTransport false and nothing else known. True only where one Deny covers all
    of a resource pattern; an unknown names what may let a request through (S3.5 then fails: some policy
    allows HTTP); Denies that only together cover every action are unknown too. An Allow for HTTPS only denies
    nothing.
    """
    if not resources:
        raise ValueError("no resources to ask about")
    requests = [Request(_ANY_S3_ACTION, glob(each), ANYONE, _PLAIN_HTTP) for each in resources]
    answers = [
        [(statement, matches(statement, request)) for statement in policy.denying] for request in requests
    ]
    truth = all_of(any_of(answer for _, answer in denials) for denials in answers)
    return Proof(
        truth, _names(each for denials in answers for each, answer in denials if not answer.is_false)
    )


_ANY_S3_ACTION = glob("s3:*")
_PLAIN_HTTP: Context = context({"aws:SecureTransport": "false"})


def grants_to_other_accounts(
    policy: Policy, *, account: str, actions: Sequence[str], trusted: Collection[str] = ()
) -> Proof:
    """Whether a principal of an account outside {account, *trusted} may do one of `actions` on some resource.

    Asked for each foreign principal that an Allow names and, where it names everyone, for some identity of an account
    found nowhere, for each account the policy mentions and for somebody without any account. aws:SourceAccount and
    aws:SourceArn are absent: only calls by services carry them. Unknown where it hangs on a key (aws:PrincipalOrgID:
    which organization the account is in is not in the policy) or on whom a name means; S3.6 counts that as granted.
    Services are not accounts. A Deny counts if it covers the whole of a grant.
    """
    ours = {account, *trusted}
    answers = [
        (statement, _granted_outside(policy, statement, actions=actions, ours=ours))
        for statement in policy.allowing
    ]
    truth = any_of(answer for _, answer in answers)
    return Proof(
        truth, _names(each for each, answer in answers if answer.level == truth.level != FALSE.level)
    )


def _granted_outside(
    policy: Policy, statement: Statement, *, actions: Sequence[str], ours: Collection[str]
) -> Truth:
    granted = tuple(grants(statement, actions))
    return any_of(
        all_of((who_matches(statement, caller, keys), negated(taken_away(policy, grant, caller, keys))))
        for caller in (_outsiders(policy, statement, ours) if granted else ())
        for keys in [_keys_of(caller)]
        for grant in granted
    )


def _outsiders(policy: Policy, statement: Statement, ours: Collection[str]) -> Iterator[Caller]:
    """Callers from other accounts whom a statement may be about."""
    principals = statement.principals
    if principals is None:
        return
    if principals.is_negated or any(each.kind is Kind.EVERYONE for each in principals.named):
        yield from (ANONYMOUS, member(_UNHEARD_OF))
        yield from (member(account) for account in sorted(_accounts_in(policy)) if account not in ours)
    for named in () if principals.is_negated else principals.named:
        if named.kind in {Kind.CANONICAL_USER, Kind.UNIQUE_ID}:
            yield member(_UNHEARD_OF)
        elif named.kind is Kind.FEDERATED and _account_of(named.text) not in {"", *ours}:
            yield federated(named.text)
        elif named.kind in {Kind.ACCOUNT, Kind.OTHER} and named.account not in ours:
            yield member(named.account or _UNHEARD_OF)
        elif named.kind is Kind.USER and named.account not in ours:
            yield user(named.account, named.name)
        elif named.kind is Kind.ROLE and named.account not in ours:
            yield role_session(named.account, named.name, _UNHEARD_OF)
        elif named.kind is Kind.SESSION and named.account not in ours:
            role, _, session = named.name.rpartition("/")
            yield role_session(named.account, role, session)
        elif named.kind is Kind.FEDERATED_USER and named.account not in ours:
            yield federated_user(named.account, named.name)


def _account_of(arn: str) -> str:
    parts = arn_parts(arn)
    return str(parts[4]) if parts else ""


def _accounts_in(policy: Policy) -> set[str]:
    """Every account a policy speaks of: one that a Deny spares may be let in where a nameless one is not."""
    needs = (need for statement in policy.statements for need in statement.conditions)
    values = (value for need in needs for clause in need.clauses for value in clause.values)
    listed = (each.principals.named for each in policy.statements if each.principals)
    texts = chain(values, (named.text for principals in listed for named in principals))
    return {account for text in texts for account in re.findall(r"[0-9]{12}", text)}


_IDENTITY = {Kind.USER: "user/", Kind.ROLE: "role/"}
_WITHOUT_ACCOUNT = (
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceAccount",
    "aws:SourceArn",
    "kms:CallerAccount",
)
_ANONYMOUS_KEYS: Context = context(
    {**dict.fromkeys(_WITHOUT_ACCOUNT, ABSENT), "aws:PrincipalIsAWSService": "false"}
)


def _keys_of(caller: Caller) -> Context:
    """What follows for its keys from a foreign caller's account and kind (its organization does not)."""
    if caller.kind is Kind.ANONYMOUS:
        return _ANONYMOUS_KEYS
    is_unheard_of = caller.account == _UNHEARD_OF
    account = Present((Stranger.VALUE if is_unheard_of else caller.account,)) if caller.account else UNKNOWN
    arn = glob_of(
        ("arn:", Wild.RUN, ":", Wild.RUN, f"::{caller.account}:", _IDENTITY.get(caller.kind, ""), Wild.RUN)
    )
    return context(
        {
            "aws:PrincipalAccount": account,
            "kms:CallerAccount": account,
            "aws:PrincipalArn": arn if caller.account else UNKNOWN,
            "aws:PrincipalIsAWSService": "false",
            "aws:SourceAccount": ABSENT,
            "aws:SourceArn": ABSENT,
        }
    )


def grants_all(policy: Policy) -> Proof:
    """IAM.1: an Allow of Action `*` on Resource `*`.

    By the rule's words a statement is judged alone: no condition softens it and no Deny takes it back. `*:*`
    and `**` are `*` spelled otherwise. NotAction and resource patterns that are not `*` are not what the rule
    names.
    """
    return _proof(
        [
            statement
            for statement in policy.allowing
            if not statement.actions.is_negated
            and any(relate(pattern, _ANY_ACTION).is_true for pattern in statement.actions.patterns)
            and _is_on_everything(statement.resources)
        ],
    )


def grants_whole_service(policy: Policy) -> Proof:
    """IAM.21: an Allow of all actions of some service, whatever the resource, the conditions and any Deny.

    `service:*` and anything wider (`*` too: "full access to at least one service"); `ec2:Describe*` is not.
    NotAction with `service:*` fails by the control's words; any other NotAction leaves the services it does
    not mention whole, so it fails as well unless it leaves no service whole (`*`, `*:Get*`).
    """
    return _proof([each for each in policy.allowing if _has_whole_service(each.actions)])


def _has_whole_service(actions: Actions) -> bool:
    names_one = any(_is_whole_service(pattern) for pattern in actions.patterns)
    if not actions.is_negated:
        return names_one
    excludes_all = any(relate(pattern, _ANY_ACTION).is_true for pattern in actions.patterns)
    return not excludes_all and (names_one or actions_match(actions, _UNHEARD_OF_SERVICE).is_true)


def _is_whole_service(pattern: Glob) -> bool:
    text = "".join(token if isinstance(token, str) else token.value for token in pattern.tokens)
    return relate(glob(text.partition(":")[2] if ":" in text else text), _ANY_NAME).is_true


_ANY_ACTION, _ANY_NAME = glob("*:*"), glob("?*")
_UNHEARD_OF = "\ue000"
"""A name nobody uses (a private character): what matches it matches any."""
_UNHEARD_OF_SERVICE = glob(f"{_UNHEARD_OF}:*")


def decrypts_any_key(policy: Policy) -> Proof:
    """KMS.1, KMS.2: whether kms:Decrypt or kms:ReEncryptFrom is allowed on all KMS keys.

    AWS looks at Resource only, so a condition on the Allow does not help; a Deny counts if it has no
    condition and covers the arbitrary key. "All keys" is an arbitrary key of an arbitrary Region; in which
    account does not matter, since the remedy AWS names is "keys in a particular Region for your account".
    Alias ARNs grant no decryption.
    """
    return _proof([each for each in policy.allowing if _decrypts_any_key(policy, each)])


def _decrypts_any_key(policy: Policy, statement: Statement) -> bool:
    actions = [each for each in _DECRYPTING if actions_match(statement.actions, each).is_true]
    requests = (
        Request(action, key, ANYONE, _BARE) for action in actions for key in _arbitrary_keys(statement)
    )
    return any(
        not resources_match(statement.resources, request.resource, _BARE).is_false
        and not any(not deny.conditions and matches(deny, request).is_true for deny in policy.denying)
        for request in requests
    )


def _arbitrary_keys(statement: Statement) -> set[str]:
    """An arbitrary key of each partition and account that the statement's resources speak of."""
    patterns = statement.resources.patterns if statement.resources else ()
    places = {("aws", _UNHEARD_OF)}
    for parts in (arn_parts(each.text) for each in patterns):
        if parts is not None:
            places |= {(str(parts[1]), _UNHEARD_OF), (str(parts[1]), str(parts[4]))}
    return {f"arn:{partition}:kms:{_UNHEARD_OF}:{account}:key/{_SOME_KEY}" for partition, account in places}


_DECRYPTING = ("kms:Decrypt", "kms:ReEncryptFrom")
_BARE: Context = context(otherwise=ABSENT)
"""A request without keys: a key named through a variable is not an arbitrary one."""
_SOME_KEY = "9e107d9d-372b-4b68-8c6f-1d3542a419d6"


def _proof(found: Sequence[Statement]) -> Proof:
    return Proof(known(found), _names(found))


def _names(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Each once, in the policy's order."""
    return tuple(dict.fromkeys(each.name for each in statements))


def _names_everyone(statement: Statement) -> bool:
    principals = statement.principals
    if principals is None:
        return False
    if principals.is_negated:
        return all(named.kind is not Kind.EVERYONE for named in principals.named)
    return not principals.named or not all(named.is_fixed for named in principals.named)


def _names_service(statement: Statement) -> bool:
    return statement.principals is not None and any(
        each.kind is Kind.SERVICE for each in statement.principals.named
    )


def _is_on_everything(resources: Resources | None) -> bool:
    return (
        resources is not None
        and not resources.is_negated
        and any(pattern.is_everything for pattern in resources.patterns)
    )
