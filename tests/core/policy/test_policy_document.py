"""Policies are read whole or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ishigaki.core.policy import ABSENT, TRUE, PolicyError, Request, allows, context, parse

STATEMENT: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def _policy(**changes: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{**STATEMENT, **changes}]}


def _without(*names: str) -> dict[str, Any]:
    return {"Statement": {key: value for key, value in STATEMENT.items() if key not in names}}


ACCEPTED: dict[str, dict[str, Any]] = {
    "one statement, not a list": {"Statement": STATEMENT},
    "no statements": {"Statement": []},
    "the old version": {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [STATEMENT]},
    "lists": _policy(Action=["s3:GetObject"], Resource=["*"]),
    "NotAction": {
        **_without("Action"),
        "Statement": {**_without("Action")["Statement"], "NotAction": "s3:*"},
    },
    "a trust policy": {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    },
    "several kinds of principals": _policy(
        Principal={
            "AWS": ["111122223333", "*"],
            "CanonicalUser": "79a59d",
            "Federated": "cognito-identity.amazonaws.com",
        }
    ),
    "booleans and numbers": _policy(
        Condition={"Bool": {"aws:SecureTransport": False}, "NumericLessThan": {"k": 3}}
    ),
    "qualifier and IfExists": _policy(Condition={"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a*"]}}),
    "an unreadable date only in a string": _policy(
        Condition={"StringEquals": {"aws:CurrentTime": "tomorrow"}}
    ),
    "a default and escapes": _policy(Resource="arn:aws:s3:::b/${aws:username, 'x'}/${*}${?}${$}"),
    "an action in any case": _policy(Action="SQS:sendmessage"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    given = ACCEPTED[name]["Statement"]
    expected = len(given) if isinstance(given, list) else 1
    assert (
        len(parse(ACCEPTED[name]).statements) == len(parse(json.dumps(ACCEPTED[name])).statements) == expected
    )


REFUSED: dict[str, Any] = {
    "not JSON": "{",
    "not an object": "[]",
    "nested beyond reading": "[" * 100_000,
    "a member twice": '{"Statement": [], "Statement": []}',
    "an operator twice": '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": '
    '{"Bool": {"a": "true"}, "Bool": {"b": "true"}}}}',
    "no Statement": {"Version": "2012-10-17"},
    "a version that is a list": {"Version": [], "Statement": []},
    "an unknown version": {"Version": "2026-01-01", "Statement": []},
    "an unknown element": _policy(Actions="s3:*"),
    "an unknown top element": {"Statement": [], "Statements": []},
    "a statement that is a text": {"Statement": ["Allow"]},
    "an effect in lower case": _policy(Effect="allow"),
    "no effect": _without("Effect"),
    "no action": _without("Action"),
    "both actions": _policy(NotAction="s3:*"),
    "both resources": _policy(NotResource="*"),
    "both principals": _policy(Principal="*", NotPrincipal="*"),
    "no resource and no principal": _without("Resource"),
    "an action that is a number": _policy(Action=1),
    "an action without service": _policy(Action="GetObject"),
    "a resource that is null": _policy(Resource=None),
    "a principal that is a bare text": _policy(Principal="111122223333"),
    "an unknown kind of principal": _policy(Principal={"Aws": "*"}),
    "a principal that is a number": _policy(Principal={"AWS": 111122223333}),
    "a Sid that is a number": _policy(Sid=1),
    "an unknown operator": _policy(Condition={"StringMatches": {"k": "v"}}),
    "an operator in lower case": _policy(Condition={"stringequals": {"k": "v"}}),
    "NullIfExists": _policy(Condition={"NullIfExists": {"k": "true"}}),
    "an unknown qualifier": _policy(Condition={"ForSomeValues:StringEquals": {"k": "v"}}),
    "keys that are no object": _policy(Condition={"StringEquals": ["k"]}),
    "a value that is an object": _policy(Condition={"StringEquals": {"k": {}}}),
    "a value that is null": _policy(Condition={"StringEquals": {"k": None}}),
    "a Bool that is neither": _policy(Condition={"Bool": {"aws:SecureTransport": "no"}}),
    "a Null that is neither": _policy(Condition={"Null": {"k": "yes"}}),
    "a number that is none": _policy(Condition={"NumericEquals": {"k": "ten"}}),
    "a number that is infinite": _policy(Condition={"NumericLessThan": {"k": "Infinity"}}),
    "a date that is none": _policy(Condition={"DateLessThan": {"k": "tomorrow"}}),
    "a range that is none": _policy(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}),
    "bytes that are none": _policy(Condition={"BinaryEquals": {"k": "!"}}),
    "a variable that does not end": _policy(Resource="arn:aws:s3:::b/${aws:username"),
    "a variable without a key": _policy(Resource="arn:aws:s3:::b/${}"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(PolicyError):
        parse(REFUSED[name])


def test_a_statement_is_named_by_its_sid_or_its_place() -> None:
    policy = parse({"Statement": [STATEMENT, {**STATEMENT, "Sid": "Read"}, {**STATEMENT, "Sid": ""}]})
    assert [each.name for each in policy.statements] == ["Statement[0]", "Read", "Statement[2]"]


def test_the_old_version_has_no_variables() -> None:
    document = {
        "Version": "2008-10-17",
        "Statement": {**STATEMENT, "Resource": "arn:aws:s3:::b/${aws:username"},
    }
    request = Request("s3:GetObject", "arn:aws:s3:::b/${aws:username", context=context(otherwise=ABSENT))
    assert allows(parse(document), request) == TRUE


WORDS = st.sampled_from(
    [
        "Statement",
        "Effect",
        "Allow",
        "Action",
        "s3:*",
        "Resource",
        "*",
        "Principal",
        "AWS",
        "Condition",
        "Bool",
        "a",
        "",
    ]
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*sorted(STATEMENT), "Condition", "Principal", "Sid", "NotAction"]), VALUES
    )
)
def test_whatever_is_there_is_read_or_refused(change: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": {**STATEMENT, **change}}
    try:
        read = parse(document)
    except PolicyError:
        with pytest.raises(PolicyError):
            parse(json.dumps(document))
    else:
        assert len(read.statements) == 1
