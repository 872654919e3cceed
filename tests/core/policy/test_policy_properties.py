"""Laws of evaluation, over generated policies and requests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ishigaki.core.policy import (
    ABSENT,
    ANONYMOUS,
    ANYONE,
    UNKNOWN,
    Caller,
    Context,
    Request,
    Truth,
    allows,
    context,
    denies,
    denies_plain_http,
    grants_to_other_accounts,
    member,
    open_to_everyone,
    parse,
    role_session,
    service,
    user,
)

OWN, OTHER = "111122223333", "777788889999"
BUCKET = "arn:aws:s3:::b"
WORDS = ("a", "ab", "a*", "?b", "true", "false", "10", "${k1}", "${k1, 'a'}", f"arn:aws:iam::{OWN}:role/r")
LIMITS: dict[str, tuple[str, ...]] = {
    "aws:PrincipalOrgID": ("o-1", "o-*"),
    "aws:SourceVpce": ("vpce-1", "vpce-*"),
    "aws:PrincipalAccount": (OWN, OTHER, "*"),
}
STRINGS = (
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "ArnLike",
)


def spelled(operators: tuple[str, ...]) -> st.SearchStrategy[str]:
    qualifiers = st.sampled_from(["", "", "ForAllValues:", "ForAnyValue:"])
    return st.builds(
        "{}{}{}".format, qualifiers, st.sampled_from(operators), st.sampled_from(["", "", "IfExists"])
    )


def some(values: tuple[str, ...], *, least: int = 1) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=2)


plain = st.dictionaries(
    spelled(STRINGS), st.dictionaries(st.sampled_from(["k1", "k2"]), some(WORDS), max_size=2)
)
flags = st.dictionaries(
    st.sampled_from(["Bool", "BoolIfExists", "Null", "ForAnyValue:Bool"]),
    st.dictionaries(st.sampled_from(["aws:SecureTransport", "k1"]), some(("true", "false")), max_size=1),
    max_size=1,
)
limits = st.dictionaries(
    spelled(STRINGS[:4]),
    st.sampled_from(sorted(LIMITS)).flatmap(lambda key: st.fixed_dictionaries({key: some(LIMITS[key])})),
    max_size=2,
)
conditions = st.builds(
    lambda *blocks: {k: v for block in blocks for k, v in block.items()}, plain, flags, limits
)
PRINCIPALS: tuple[Any, ...] = (
    "*",
    {"AWS": "*"},
    {"AWS": OWN},
    {"AWS": [f"arn:aws:iam::{OTHER}:role/r", f"arn:aws:iam::{OWN}:root"]},
    {"AWS": f"arn:aws:iam::{OTHER}:user/u"},
    {"Service": "s3.amazonaws.com"},
)


def element(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda name, value: {name: value}, st.sampled_from([name, name, f"Not{name}"]), values)


statements = st.builds(
    lambda effect, *elements: {"Effect": effect, **{k: v for each in elements for k, v in each.items()}},
    st.sampled_from(["Allow", "Deny"]),
    element("Principal", st.sampled_from(PRINCIPALS)),
    element("Action", some(("*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "ec2:*"))),
    element(
        "Resource", some(("*", BUCKET, f"{BUCKET}/*", f"{BUCKET}/a*", f"{BUCKET}/${{k1}}", "arn:aws:s3*"))
    ),
    st.one_of(st.just({}), st.builds(lambda block: {"Condition": block}, conditions)),
)
documents = st.lists(statements, max_size=4)
KEYS = ("k1", "k2", "aws:SecureTransport", *LIMITS)
states = st.one_of(
    st.just(ABSENT),
    st.sampled_from([*WORDS, "o-1", "vpce-1", OWN]),
    st.lists(st.sampled_from(WORDS), max_size=2),
)
known_keys = st.fixed_dictionaries(dict.fromkeys(KEYS, states))
CALLERS = (
    ANONYMOUS,
    user(OWN, "u"),
    role_session(OTHER, "r", "s"),
    service("s3.amazonaws.com"),
    user(OTHER, "u"),
)
requests = st.builds(
    Request,
    st.sampled_from(["s3:GetObject", "s3:PutObject", "ec2:RunInstances"]),
    st.sampled_from(["*", BUCKET, f"{BUCKET}/a", f"{BUCKET}/b", "arn:aws:sns:r:1:t"]),
    st.sampled_from(CALLERS),
    st.builds(context, known_keys),
)


def policy_of(document: list[dict[str, Any]]) -> Any:
    return parse({"Version": "2012-10-17", "Statement": document})


def decisions(document: list[dict[str, Any]], request: Request) -> tuple[Truth, Truth]:
    policy = policy_of(document)
    return denies(policy, request), allows(policy, request)


@settings(deadline=None)
@given(documents, statements, requests)
def test_a_further_statement_only_adds_to_its_own_effect(
    document: list[dict[str, Any]], further: dict[str, Any], request: Request
) -> None:
    before, after = decisions(document, request), decisions([*document, further], request)
    assert all(old.level <= new.level for old, new in zip(before, after, strict=True))
    assert before[further["Effect"] == "Deny"] == after[further["Effect"] == "Deny"]


@settings(deadline=None)
@given(documents, requests, st.randoms())
def test_the_order_of_statements_does_not_matter(
    document: list[dict[str, Any]], request: Request, random: Any
) -> None:
    shuffled = list(document)
    random.shuffle(shuffled)
    assert decisions(document, request) == decisions(shuffled, request)


@settings(deadline=None, max_examples=200)
@given(documents, requests, st.sets(st.sampled_from(KEYS)), st.booleans())
def test_filling_in_what_is_unknown_never_contradicts(
    document: list[dict[str, Any]], request: Request, hidden: set[str], hides_caller: bool
) -> None:
    veiled = dict.fromkeys(map(str.lower, hidden), (UNKNOWN,))
    blind = replace(
        request,
        context=Context({**request.context.states, **veiled}),
        caller=ANYONE if hides_caller else request.caller,
    )
    for unsure, sure in zip(decisions(document, blind), decisions(document, request), strict=True):
        assert unsure.is_unknown or unsure.level == sure.level


@settings(deadline=None)
@given(documents, requests)
def test_nothing_is_open_but_for_a_cause(document: list[dict[str, Any]], request: Request) -> None:
    for truth in decisions(document, replace(request, context=context(), caller=ANYONE)):
        assert truth.is_unknown is bool(truth.causes)


@settings(deadline=None)
@given(st.text("ab$-", max_size=4), st.text("ab$-", max_size=4), st.booleans())
def test_like_without_wildcards_is_equals(wanted: str, value: str, is_negated: bool) -> None:
    def judged(operator: str) -> Truth:
        condition = {operator: {"k": wanted}}
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
        return allows(policy_of([statement]), Request("s3:GetObject", "*", context=context({"k": value})))

    like, equals = ("StringNotLike", "StringNotEquals") if is_negated else ("StringLike", "StringEquals")
    assert judged(like) == judged(equals)


SECURE = {"aws:SecureTransport": "false"}
enforcing = st.builds(
    lambda change: {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": SECURE},
        **change,
    },
    st.one_of(st.just({}), st.builds(lambda block: {"Condition": block}, flags)),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.one_of(statements, enforcing), max_size=3), known_keys, st.sampled_from(CALLERS))
def test_where_plain_http_is_denied_every_such_request_is(
    document: list[dict[str, Any]], keys: dict[str, Any], caller: Caller
) -> None:
    policy = policy_of(document)
    if denies_plain_http(policy, resources=(BUCKET, f"{BUCKET}/*")).is_true:
        for resource in (BUCKET, f"{BUCKET}/x", f"{BUCKET}/a/b"):
            for action in ("s3:GetObject", "s3:Whatever"):
                request = Request(action, resource, caller, context(keys | SECURE, otherwise=ABSENT))
                assert denies(policy, request).is_true


OUTSIDE: dict[str, tuple[Any, ...]] = {
    "aws:PrincipalOrgID": (ABSENT, "o-other"),
    "aws:SourceVpce": (ABSENT, "vpce-other"),
    "aws:PrincipalAccount": (ABSENT, "999999999999"),
}


@settings(deadline=None, max_examples=200)
@given(
    documents,
    st.fixed_dictionaries({key: st.sampled_from(values) for key, values in OUTSIDE.items()}),
    st.fixed_dictionaries(dict.fromkeys(("k1", "k2", "aws:SecureTransport"), states)),
)
def test_where_nothing_is_public_no_outsider_is_let_in(
    document: list[dict[str, Any]], outside: dict[str, Any], rest: dict[str, Any]
) -> None:
    policy = policy_of(document)
    if open_to_everyone(policy).is_false:
        for resource in (BUCKET, f"{BUCKET}/a"):
            keys = context(outside | rest, otherwise=ABSENT)
            request = Request("s3:GetObject", resource, ANONYMOUS, keys)
            assert not (allows(policy, request).is_true and denies(policy, request).is_false)


@settings(deadline=None, max_examples=200)
@given(documents, st.sampled_from(["999999999999", OTHER]), states, states)
def test_where_nothing_is_shared_no_other_account_is_let_in(
    document: list[dict[str, Any]], account: str, one: Any, other: Any
) -> None:
    policy = policy_of(document)
    if grants_to_other_accounts(policy, account=OWN, actions=["s3:Get*"]).is_false:
        keys = {"k1": one, "k2": other, "aws:PrincipalAccount": account}
        for caller in (member(account), user(account, "u"), role_session(account, "r", "s")):
            request = Request("s3:GetObject", f"{BUCKET}/a", caller, context(keys))
            assert not (allows(policy, request).is_true and denies(policy, request).is_false)
