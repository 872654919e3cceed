"""Conditions: the operator and key-state tables of the evaluation reference, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.policy import ABSENT, UNKNOWN, Context, Present, Request, context, glob, matches, parse

T, F, U = "true", "false", "unknown"


def judge(condition: dict[str, Any], keys: Context, *, version: str = "2012-10-17") -> str:
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    statement = parse({"Version": version, "Statement": whole}).statements[0]
    truth = matches(statement, Request("s3:GetObject", "*", context=keys))
    return T if truth.is_true else F if truth.is_false else U


OPERATORS = [
    ("StringEquals", "a", "a", T),
    ("StringEquals", "a", "A", F),
    ("StringEquals", "a*", "ab", F),
    ("StringEquals", "a*", "a*", T),
    ("StringEquals", ["x", "a"], "a", T),
    ("StringEquals", [], "a", F),
    ("StringEquals", 10, "10", T),
    ("StringEquals", True, "true", T),
    ("StringNotEquals", "a", "b", T),
    ("StringNotEquals", ["a", "b"], "b", F),
    ("StringNotEquals", [], "b", T),
    ("StringEqualsIgnoreCase", "AbC", "aBc", T),
    ("StringEqualsIgnoreCase", "straße", "STRASSE", F),
    ("StringNotEqualsIgnoreCase", "AbC", "aBc", F),
    ("StringLike", "a*", "ab", T),
    ("StringLike", "a*", "Ab", F),
    ("StringLike", "a?", "ab", T),
    ("StringLike", "a[b]", "ab", F),
    ("StringNotLike", "a*", "ab", F),
    ("StringNotLike", "a*", "b", T),
    ("NumericEquals", "10", "10.0", T),
    ("NumericEquals", 10.50, "10.5", T),
    ("NumericNotEquals", "10", "11", T),
    ("NumericLessThan", "10", "9.99", T),
    ("NumericLessThan", "10", "10", F),
    ("NumericLessThanEquals", "10", "10", T),
    ("NumericGreaterThan", "10", "10", F),
    ("NumericGreaterThan", "-1", "0", T),
    ("NumericGreaterThanEquals", "10", "10", T),
    ("NumericLessThan", "10", "9", T),
    ("NumericLessThan", "9", "10", F),
    ("NumericEquals", "10", "ten", F),
    ("NumericNotEquals", "10", "ten", U),
    ("DateEquals", "2026-01-01T00:00:00Z", "1767225600", T),
    ("DateEquals", "1767225600", "2026-01-01T09:00:00+09:00", T),
    ("DateNotEquals", "2026-01-01", "2026-01-02", T),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", T),
    ("DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", F),
    ("DateLessThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", T),
    ("DateGreaterThan", "2026-01", "2026-02-01", T),
    ("DateGreaterThan", "2026", "2025-06-01", F),
    ("DateGreaterThanEquals", "2026-01-01", "1767225600", T),
    ("DateLessThan", "2026-01-01", "tomorrow", F),
    ("DateNotEquals", "2026-01-01", "tomorrow", U),
    ("Bool", "true", "TRUE", T),
    ("Bool", "False", "false", T),
    ("Bool", False, "true", F),
    ("Bool", "true", "yes", F),
    ("BinaryEquals", "YQ==", "YQ==", T),
    ("BinaryEquals", "YQ==", "Yg==", F),
    ("BinaryEquals", "YQ==", "not base64!", F),
    ("IpAddress", "203.0.113.0/24", "203.0.113.7", T),
    ("IpAddress", "203.0.113.0/24", "203.0.114.7", F),
    ("IpAddress", "203.0.113.7", "203.0.113.7", T),
    ("IpAddress", "203.0.113.9/24", "203.0.113.7", T),
    ("IpAddress", ["10.0.0.0/9", "10.128.0.0/9"], "10.200.0.1", T),
    ("IpAddress", "2001:db8::/32", "2001:0DB8:0000::1", T),
    ("IpAddress", "2001:db8::1", "2001:db8::1", T),
    ("IpAddress", "0.0.0.0/0", "2001:db8::1", F),
    ("IpAddress", "203.0.113.0/24", "AWS Internal", F),
    ("NotIpAddress", "203.0.113.0/24", "203.0.114.7", T),
    ("NotIpAddress", "203.0.113.7", "2001:db8::1", T),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.7", F),
    ("NotIpAddress", "203.0.113.0/24", "AWS Internal", U),
    ("ArnEquals", "arn:aws:sns:*:1:t*", "arn:aws:sns:r:1:t1", T),
    ("ArnLike", "arn:aws:sns:*:1:t", "arn:aws:sns:r:1:t", T),
    ("ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:r:1:t", U),
    ("ArnLike", "arn:aws:sns:*:2:*", "arn:aws:sns:r:1:x:2:y", F),
    ("ArnLike", "arn:aws:iam::1:role/App", "arn:aws:iam::1:role/app", F),
    ("ArnLike", "arn:aws:iam::1:role/*", "app", F),
    ("ArnLike", "*", "arn:aws:iam::1:role/app", U),
    ("ArnNotLike", "arn:aws:iam::1:role/*", "arn:aws:iam::1:role/app", F),
    ("ArnNotEquals", "arn:aws:iam::1:role/x*", "arn:aws:iam::1:role/app", T),
    ("ArnNotLike", "arn:aws:iam::1:role/*", "app", T),
    ("Null", "true", "a", F),
    ("Null", "false", "a", T),
    ("Null", ["true", "false"], "a", T),
    ("Null", False, "a", T),
]


@pytest.mark.parametrize(("operator", "wanted", "value", "expected"), OPERATORS)
def test_operators(operator: str, wanted: Any, value: str, expected: str) -> None:
    assert judge({operator: {"k": wanted}}, context({"k": value})) == expected


NONE, MANY = Present(()), ["a", "b"]
STATES = [
    # operator, key state, expected: one positive and one negated operator stand for all
    ("StringEquals", ABSENT, F),
    ("StringEquals", NONE, F),
    ("StringEquals", UNKNOWN, U),
    ("StringEquals", MANY, F),
    ("StringNotEquals", ABSENT, T),
    ("StringNotEquals", NONE, T),
    ("StringNotEquals", UNKNOWN, U),
    ("StringNotEquals", MANY, U),
    ("StringEqualsIfExists", ABSENT, T),
    ("StringEqualsIfExists", NONE, T),
    ("StringEqualsIfExists", UNKNOWN, U),
    ("StringEqualsIfExists", "a", T),
    ("StringEqualsIfExists", "b", F),
    ("StringNotEqualsIfExists", ABSENT, T),
    ("StringNotEqualsIfExists", "a", F),
    ("ForAllValues:StringEquals", ABSENT, T),
    ("ForAllValues:StringEquals", NONE, T),
    ("ForAllValues:StringEquals", UNKNOWN, U),
    ("ForAllValues:StringEquals", "a", T),
    ("ForAllValues:StringEquals", "b", F),
    ("ForAllValues:StringEquals", MANY, F),
    ("ForAllValues:StringEquals", ["a", "a"], T),
    ("ForAllValues:StringNotEquals", MANY, F),
    ("ForAllValues:StringNotEquals", ["b", "c"], T),
    ("ForAllValues:StringNotEquals", ABSENT, T),
    ("ForAnyValue:StringEquals", ABSENT, F),
    ("ForAnyValue:StringEquals", NONE, F),
    ("ForAnyValue:StringEquals", UNKNOWN, U),
    ("ForAnyValue:StringEquals", MANY, T),
    ("ForAnyValue:StringEquals", ["b", "c"], F),
    ("ForAnyValue:StringNotEquals", ABSENT, F),
    ("ForAnyValue:StringNotEquals", MANY, T),
    ("ForAnyValue:StringNotEquals", ["a", "a"], F),
    ("ForAnyValue:StringEqualsIfExists", ABSENT, T),
    ("ForAllValues:StringEqualsIfExists", ABSENT, T),
]


@pytest.mark.parametrize(("operator", "state", "expected"), STATES)
def test_key_states(operator: str, state: Any, expected: str) -> None:
    assert judge({operator: {"k": "a"}}, context({"k": state})) == expected


@pytest.mark.parametrize(
    ("operator", "wanted", "state", "expected"),
    [
        ("Null", "true", ABSENT, T),
        ("Null", "true", NONE, T),
        ("Null", "true", UNKNOWN, U),
        ("Null", "true", MANY, F),
        ("Null", "false", ABSENT, F),
        ("Null", "false", MANY, T),
        ("ForAnyValue:Null", "true", ABSENT, U),
    ],
)
def test_null(operator: str, wanted: str, state: Any, expected: str) -> None:
    assert judge({operator: {"k": wanted}}, context({"k": state})) == expected


def test_keys_not_given_are_unknown_or_absent_as_the_context_says() -> None:
    condition = {"StringNotEquals": {"k": "a"}}
    assert (judge(condition, context()), judge(condition, context(otherwise=ABSENT))) == (U, T)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"a": "1", "b": "2"}}, T),
        ({"StringEquals": {"a": "1", "b": "3"}}, F),
        ({"StringEquals": {"a": "1"}, "Bool": {"c": "true"}}, T),
        ({"StringEquals": {"a": "1"}, "Bool": {"c": "false"}}, F),
        ({"StringEquals": {"a": ["0", "1"]}}, T),
        ({"StringEquals": {"A": "1"}}, T),
        ({"StringEquals": {"aws:principaltag/TEAM": "red"}}, T),
        ({"StringEquals": {"a": "1", "A": "2"}}, F),
        ({}, T),
        ({"StringEquals": {}}, T),
    ],
)
def test_a_block_is_all_of_its_operators_and_keys(condition: dict[str, Any], expected: str) -> None:
    keys = context({"a": "1", "b": "2", "c": "true", "aws:PrincipalTag/team": "red"})
    assert judge(condition, keys) == expected


VARIABLES = [
    ("StringEquals", "${u}", "ana", T),
    ("StringEquals", "${u}", "bob", F),
    ("StringNotEquals", "${u}", "ana", F),
    ("StringLike", "${u}*", "ana-1", T),
    ("StringLike", "${star}", "x", F),
    ("StringLike", "${star}", "*", T),
    ("StringLike", "${*}x", "ax", F),
    ("StringLike", "${*}x", "*x", T),
    ("StringEquals", "${$}", "$", T),
    ("StringEqualsIgnoreCase", "${u}", "ANA", T),
    ("StringEquals", "${gone}", "", F),
    ("StringNotEquals", "${gone}", "x", T),
    ("StringEquals", "${gone, 'x'}", "x", T),
    ("StringEquals", "${unseen}", "x", U),
    ("StringNotEquals", "${unseen}", "x", U),
    ("Bool", "${flag}", "TRUE", T),
    ("ArnLike", "arn:aws:iam::${account}:role/*", "arn:aws:iam::1:role/x", T),
    ("ArnNotLike", "arn:aws:iam::${gone}:role/*", "arn:aws:iam::1:role/x", T),
]


@pytest.mark.parametrize(("operator", "wanted", "value", "expected"), VARIABLES)
def test_variables(operator: str, wanted: str, value: str, expected: str) -> None:
    keys = context(
        {
            "k": value,
            "u": "ana",
            "star": "*",
            "gone": ABSENT,
            "unseen": UNKNOWN,
            "flag": "true",
            "account": "1",
        }
    )
    assert judge({operator: {"k": wanted}}, keys) == expected


def test_the_old_version_compares_variables_as_text() -> None:
    keys = context({"k": "${u}", "u": "ana"})
    assert judge({"StringEquals": {"k": "${u}"}}, keys, version="2008-10-17") == T
    assert judge({"StringEquals": {"k": "${u}"}}, keys) == F


@pytest.mark.parametrize(
    ("operator", "wanted", "expected"),
    [
        ("ArnLike", "arn:aws:iam::1:*", T),
        ("ArnLike", "arn:aws:iam::1:role/x", U),
        ("ArnLike", "arn:aws:iam::2:*", F),
        ("ArnNotLike", "arn:aws:iam::2:*", T),
        ("StringLike", "arn:aws:iam::1:role/*", T),
        ("StringEquals", "arn:aws:iam::2:role/x", F),
        ("StringNotEquals", "arn:aws:iam::1:role/x", U),
        ("NumericEquals", "1", U),
        ("IpAddress", "10.0.0.0/8", U),
    ],
)
def test_a_value_known_by_its_form(operator: str, wanted: str, expected: str) -> None:
    assert judge({operator: {"k": wanted}}, context({"k": glob("arn:aws:iam::1:role/*")})) == expected


def test_clauses_on_one_key_are_met_by_one_state_of_it() -> None:
    either = context({"k": (ABSENT, Present(("b",)))})
    assert judge({"ForAllValues:StringEquals": {"k": "a"}}, either) == U
    assert judge({"ForAllValues:StringEquals": {"k": "a"}, "Null": {"k": "false"}}, either) == F
    assert judge({"StringNotEquals": {"k": "a"}}, either) == T
