"""Actions, resources and variables: the element tables of the evaluation reference, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.policy import (
    ABSENT,
    Context,
    Request,
    Truth,
    allows,
    context,
    denies,
    glob,
    matches,
    parse,
)

T, F = "true", "false"
NOTHING = context(otherwise=ABSENT)


def word(truth: Truth) -> str:
    return T if truth.is_true else F if truth.is_false else f"needs {' '.join(sorted(truth.causes))}"


def judge(statement: dict[str, Any], request: Request, *, version: str = "2012-10-17") -> str:
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*", **statement}
    for element in ("Action", "Resource"):
        if f"Not{element}" in statement:
            del whole[element]
    return word(matches(parse({"Version": version, "Statement": whole}).statements[0], request))


ACTIONS = [
    ({"Action": "s3:GetObject"}, "s3:GetObject", T),
    ({"Action": "S3:GETOBJECT"}, "s3:GetObject", T),
    ({"Action": "s3:getobject"}, "S3:GetObject", T),
    ({"Action": "s3:GetObject"}, "s3:GetObjectAcl", F),
    ({"Action": "s3:Get*"}, "s3:GetObjectAcl", T),
    ({"Action": "s3:GetObject?cl"}, "s3:GetObjectAcl", T),
    ({"Action": "s3:GetObject?"}, "s3:GetObject", F),
    ({"Action": "iam:*AccessKey"}, "iam:CreateAccessKey", T),
    ({"Action": "iam:*AccessKey"}, "iam:ListAccessKeys", F),
    ({"Action": "*"}, "ec2:RunInstances", T),
    ({"Action": "*:*"}, "ec2:RunInstances", T),
    ({"Action": "*:Describe*"}, "ec2:DescribeVpcs", T),
    ({"Action": "s3:[Gg]et*"}, "s3:GetObject", F),
    ({"Action": ["ec2:*", "s3:PutObject"]}, "s3:PutObject", T),
    ({"Action": []}, "s3:PutObject", F),
    ({"Action": "${aws:username}:x"}, "s3:PutObject", F),
    ({"NotAction": "s3:GetObject"}, "s3:GetObject", F),
    ({"NotAction": "s3:GetObject"}, "s3:PutObject", T),
    ({"NotAction": ["iam:*", "sts:*"]}, "sts:AssumeRole", F),
    ({"NotAction": "*"}, "sts:AssumeRole", F),
    ({"Action": "s3:*"}, glob("s3:*"), T),
    ({"Action": "s3:Get*"}, glob("s3:*"), "needs action"),
    ({"Action": "ec2:*"}, glob("s3:*"), F),
    ({"NotAction": "s3:Get*"}, glob("s3:*"), "needs action"),
    ({"NotAction": "ec2:*"}, glob("s3:*"), T),
]


@pytest.mark.parametrize(("statement", "action", "expected"), ACTIONS)
def test_actions(statement: dict[str, Any], action: Any, expected: str) -> None:
    assert judge(statement, Request(action, "arn:aws:s3:::b/k")) == expected


RESOURCES = [
    ({"Resource": "*"}, "arn:aws:s3:::b/k", T),
    ({"Resource": "**"}, "arn:aws:s3:::b/k", T),
    ({"Resource": "arn:aws:s3:::b/k"}, "arn:aws:s3:::b/k", T),
    ({"Resource": "arn:aws:s3:::b/K"}, "arn:aws:s3:::b/k", F),
    ({"Resource": "arn:aws:s3:::B/k"}, "arn:aws:s3:::b/k", F),
    ({"Resource": "arn:aws:s3:::b/*"}, "arn:aws:s3:::b/x/y:z", T),
    ({"Resource": "arn:aws:s3:::b/*"}, "arn:aws:s3:::b", F),
    ({"Resource": "arn:aws:s3:::b*"}, "arn:aws:s3:::b/x", T),
    ({"Resource": "arn:aws:s3:::b/?"}, "arn:aws:s3:::b/xy", F),
    ({"Resource": "arn:aws:s3:::b/[x]"}, "arn:aws:s3:::b/x", F),
    ({"Resource": "arn:aws:s3:::b/[x]"}, "arn:aws:s3:::b/[x]", T),
    ({"Resource": "arn:aws:s3:::b/a.b"}, "arn:aws:s3:::b/axb", F),
    ({"Resource": "arn:aws:ec2:*:*:instance/*"}, "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", T),
    # A star does not reach across the first five colons, and does after them.
    ({"Resource": "arn:aws:ec2:*:instance/*"}, "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", F),
    ({"Resource": "arn:aws:ec2:*:x:instance/*"}, "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", F),
    ({"Resource": "arn:*:i-1:a:b:c"}, "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", F),
    ({"Resource": "arn:aws:sns:*:*:a*z"}, "arn:aws:sns:eu-west-1:1:a:b:z", T),
    # A wildcard in the word of the resource type is an ordinary one.
    ({"Resource": "arn:aws:wafv2:*:*:*/webacl/*"}, "arn:aws:wafv2:eu-west-1:1:regional/webacl/x/y", T),
    ({"Resource": "arn:aws:ec2:*:*:security-group*/*"}, "arn:aws:ec2:r:1:security-group-rule/sgr-1", T),
    # Short ARNs stand for stars in what is missing only if they end in one.
    ({"Resource": "arn:aws:s3*"}, "arn:aws:s3:::b/k", T),
    ({"Resource": "arn:aws:s3:*"}, "arn:aws:s3:::b/k", T),
    ({"Resource": "arn:*"}, "arn:aws:s3:::b/k", T),
    ({"Resource": "arn:aws:sqs*"}, "arn:aws:s3:::b/k", F),
    ({"Resource": "b/k"}, "arn:aws:s3:::b/k", "needs resource"),
    ({"Resource": ["b/k", "*"]}, "arn:aws:s3:::b/k", T),
    # Actions without resource-level permissions are asked about the literal star.
    ({"Resource": "*"}, "*", T),
    ({"Resource": "arn:aws:s3:::*"}, "*", F),
    ({"Resource": "arn:*:*:*:*:*"}, "*", F),
    ({"NotResource": "arn:aws:s3:::b"}, "*", T),
    ({"NotResource": "*"}, "*", F),
    ({"NotResource": "*"}, "arn:aws:s3:::b", F),
    ({"NotResource": "arn:aws:s3:::b"}, "arn:aws:s3:::b", F),
    ({"NotResource": "arn:aws:s3:::b"}, "arn:aws:s3:::c", T),
    ({"NotResource": ["arn:aws:s3:::b", "arn:aws:s3:::c"]}, "arn:aws:s3:::c", F),
    # All objects of a bucket at once.
    ({"Resource": "arn:aws:s3:::b/*"}, glob("arn:aws:s3:::b/*"), T),
    ({"Resource": "arn:aws:s3:::*"}, glob("arn:aws:s3:::b/*"), T),
    ({"Resource": "arn:aws:s3:::b/logs/*"}, glob("arn:aws:s3:::b/*"), "needs resource"),
    ({"Resource": "arn:aws:s3:::b"}, glob("arn:aws:s3:::b/*"), F),
    ({"Resource": "arn:aws:s3:::c/*"}, glob("arn:aws:s3:::b/*"), F),
    ({"Resource": "*"}, glob("*"), T),
    ({"Resource": "arn:aws:s3:::b"}, glob("*"), "needs resource"),
    ({"NotResource": "arn:aws:s3:::b/public/*"}, glob("arn:aws:s3:::b/*"), "needs resource"),
    ({"NotResource": "arn:aws:s3:::c/*"}, glob("arn:aws:s3:::b/*"), T),
]


@pytest.mark.parametrize(("statement", "resource", "expected"), RESOURCES)
def test_resources(statement: dict[str, Any], resource: Any, expected: str) -> None:
    assert judge(statement, Request("s3:GetObject", resource)) == expected


MANY = context({"aws:username": ["ana", "bob"]})
ANA = context({"AWS:UserName": "ana", "aws:PrincipalTag/Team": "*"}, otherwise=ABSENT)
VARIABLES = [
    ("${aws:username}", ANA, "ana", T),
    ("${aws:username}", ANA, "bob", F),
    ("${AWS:USERNAME}/*", ANA, "ana/x", T),
    ("home-${aws:username}?", ANA, "home-ana1", T),
    ("${aws:username}${aws:username}", ANA, "anaana", T),
    ("${aws:PrincipalTag/team}", ANA, "*", T),  # what is filled in is literal
    ("${aws:PrincipalTag/team}", ANA, "x", F),
    ("${aws:userid}", ANA, "", F),
    ("${aws:userid}*", ANA, "x", F),
    ("${aws:userid, 'none'}", ANA, "none", T),
    ("${aws:userid, 'no*'}", ANA, "no*", T),
    ("${aws:userid, 'no*'}", ANA, "none", F),
    ("${aws:userid, ''}", ANA, "", T),
    ("${aws:userid,'none'}", ANA, "none", T),
    ("${aws:username, 'none'}", ANA, "ana", T),
    ("${aws:username}", context({"aws:username": ""}), "", T),
    ("${aws:username}", context(), "ana", "needs aws:username"),
    ("x${aws:username, 'y'}", context(), "xy", "needs aws:username"),
    ("${aws:username}", MANY, "ana", F),
    ("${*}", ANA, "*", T),
    ("${*}", ANA, "a", F),
    ("${?}", ANA, "?", T),
    ("${?}", ANA, "a", F),
    ("${$}{aws:username}", ANA, "${aws:username}", T),
    ("$", ANA, "$", T),
]


@pytest.mark.parametrize(("text", "keys", "name", "expected"), VARIABLES)
def test_variables_in_a_resource(text: str, keys: Context, name: str, expected: str) -> None:
    request = Request("s3:GetObject", f"arn:aws:s3:::{name}", context=keys)
    assert judge({"Resource": f"arn:aws:s3:::{text}"}, request) == expected


def test_variables_need_the_newer_version() -> None:
    request = Request("s3:GetObject", "arn:aws:s3:::ana", context=ANA)
    assert judge({"Resource": "arn:aws:s3:::${aws:username}"}, request, version="2008-10-17") == F


@pytest.mark.parametrize("resource", ["arn:aws:s3:::ana", "arn:aws:sns:r:1:t"])
@pytest.mark.parametrize("keys", [NOTHING, context()])
def test_not_resource_is_open_while_its_variable_may_lack_a_value(keys: Context, resource: str) -> None:
    request = Request("s3:GetObject", resource, context=keys)
    judged = judge({"NotResource": "arn:aws:s3:::${aws:username}"}, request)
    assert judged in {"needs resource", "needs aws:username"}


@pytest.mark.parametrize(
    ("account", "region", "expected"),
    [("${aws:PrincipalAccount}", "*", "needs resource"), ("${aws:PrincipalAccount}", "eu-west-1", F)],
)
def test_a_variable_before_the_fifth_colon_has_no_meaning(account: str, region: str, expected: str) -> None:
    keys = context({"aws:PrincipalAccount": "111122223333"})
    request = Request("sns:Publish", "arn:aws:sns:us-east-1:111122223333:t", context=keys)
    assert judge({"Resource": f"arn:aws:sns:{region}:{account}:t"}, request) == expected


def test_a_policy_denies_and_allows_apart() -> None:
    policy = parse(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
                {
                    "Effect": "Deny",
                    "Action": "s3:Delete*",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
                },
            ],
        }
    )
    delete = Request("s3:DeleteObject", "arn:aws:s3:::b/k")
    read = Request("s3:GetObject", "arn:aws:s3:::b/k")
    assert [word(each) for each in (allows(policy, delete), denies(policy, delete))] == [
        T,
        "needs aws:MultiFactorAuthPresent",
    ]
    assert [word(each) for each in (allows(policy, read), denies(policy, read))] == [T, F]


def test_a_trust_policy_needs_no_resource() -> None:
    policy = parse({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}})
    assert word(allows(policy, Request("sts:AssumeRole", "arn:aws:iam::111122223333:role/r"))) == T
