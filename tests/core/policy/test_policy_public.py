"""What AWS calls public: S3's rule and its examples, the choices beside it, and Lambda.1's rule for S3."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.policy import open_to_everyone, open_to_service, parse

BUCKET = "arn:aws:s3:::amzn-demo-bucket"
OWN = "111122223333"
READ: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": [BUCKET, f"{BUCKET}/*"],
}
OPEN, CLOSED = True, False


def is_open(*statements: dict[str, Any], version: str = "2012-10-17", **question: Any) -> bool:
    proof = open_to_everyone(parse({"Version": version, "Statement": list(statements)}), **question)
    assert proof.is_true is bool(proof.statements)
    return proof.is_true


PRINCIPALS = [
    ({"Principal": "*"}, OPEN),
    ({"Principal": {"AWS": "*"}}, OPEN),
    ({"Principal": {"AWS": [OWN, "*"]}}, OPEN),
    ({"Principal": {"AWS": OWN}}, CLOSED),
    ({"Principal": {"AWS": f"arn:aws:iam::{OWN}:root"}}, CLOSED),
    ({"Principal": {"AWS": f"arn:aws:iam::{OWN}:user/*"}}, OPEN),
    ({"Principal": {"AWS": f"arn:aws:iam::{OWN}:user/${{aws:username}}"}}, OPEN),
    ({"Principal": {"AWS": ""}}, OPEN),
    ({"Principal": {"AWS": []}}, OPEN),
    ({"Principal": {}}, OPEN),
    ({"Principal": {"Service": "cloudtrail.amazonaws.com"}}, CLOSED),
    ({"Principal": {"Service": "*"}}, OPEN),
    ({"Principal": {"CanonicalUser": "79a59d"}}, CLOSED),
    ({"NotPrincipal": {"AWS": OWN}}, OPEN),
    ({"NotPrincipal": "*"}, CLOSED),
]


@pytest.mark.parametrize(("principal", "expected"), PRINCIPALS)
def test_principals(principal: dict[str, Any], expected: bool) -> None:
    rest = {key: value for key, value in READ.items() if key != "Principal"}
    assert is_open({**rest, **principal}) is expected


CONDITIONS = [
    ({}, OPEN),
    # S3's own example, before and after.
    ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, OPEN),
    ({"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}, CLOSED),
    ({"StringLike": {"aws:SourceVpc": "vpc-91237329"}}, CLOSED),
    ({"StringEquals": {"AWS:sourcevpc": "vpc-91237329"}}, CLOSED),
    ({"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}, CLOSED),
    ({"StringLike": {"aws:SourceVpc": ["vpc-1", "vpc-*"]}}, OPEN),
    ({"StringEquals": {"aws:SourceVpc": "vpc-*"}}, OPEN),
    ({"StringEqualsIgnoreCase": {"aws:SourceVpce": "vpce-1"}}, CLOSED),
    ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, OPEN),
    ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, OPEN),
    ({"Null": {"aws:SourceVpce": "false"}}, OPEN),
    ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}, "Null": {"aws:SourceVpce": "false"}}, CLOSED),
    ({"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}, CLOSED),
    ({"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-a1/r-b2/ou-c3/"}}, CLOSED),
    ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1/r-b2/*"}}, OPEN),
    ({"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a1/r-b2/ou-c3/"}}, OPEN),
    (
        {
            "ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a1/r-b2/ou-c3/"},
            "Null": {"aws:PrincipalOrgPaths": "false"},
        },
        CLOSED,
    ),
    ({"StringEquals": {"aws:PrincipalAccount": OWN}}, CLOSED),
    ({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}, OPEN),
    ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/app"}}, CLOSED),
    ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}, OPEN),
    ({"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{OWN}:topic"}}, CLOSED),
    ({"ArnLike": {"aws:SourceArn": f"arn:aws:s3:*:{OWN}:*"}}, OPEN),
    ({"ArnLike": {"aws:SourceArn": "*"}}, OPEN),
    ({"StringEquals": {"AWS:SourceOwner": OWN}}, CLOSED),
    ({"StringEquals": {"aws:SourceAccount": OWN}}, CLOSED),
    ({"NumericEquals": {"aws:SourceAccount": OWN}}, CLOSED),
    ({"NumericGreaterThan": {"aws:SourceAccount": "1"}}, OPEN),
    ({"StringEquals": {"kms:CallerAccount": OWN, "kms:ViaService": "s3.eu-west-1.amazonaws.com"}}, CLOSED),
    ({"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}, OPEN),
    ({"StringEquals": {"aws:userid": "AIDACKCEVSQ6C2EXAMPLE"}}, CLOSED),
    ({"StringLike": {"aws:userid": "AROACKCEVSQ6C2EXAMPLE:*"}}, OPEN),
    ({"StringEquals": {"aws:userid": "AROACKCEVSQ6C2EXAMPLE:session"}}, OPEN),
    ({"StringEquals": {"s3:DataAccessPointAccount": OWN}}, CLOSED),
    ({"StringLike": {"s3:DataAccessPointArn": f"arn:aws:s3:us-west-2:{OWN}:accesspoint/*"}}, CLOSED),
    ({"ArnLike": {"s3:DataAccessPointArn": f"arn:aws:s3:*:{OWN}:accesspoint/*"}}, CLOSED),
    ({"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:*:accesspoint/*"}}, OPEN),
    # Ranges: broader than /8 and /32 are everybody, also when written in parts.
    ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, CLOSED),
    ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, CLOSED),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, CLOSED),
    ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, OPEN),
    ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, OPEN),
    ({"IpAddress": {"aws:SourceIp": "10.0.0.0/7"}}, OPEN),
    ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "11.0.0.0/8"]}}, OPEN),
    ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, OPEN),
    ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, CLOSED),
    ({"IpAddress": {"aws:SourceIp": "2001::/31"}}, OPEN),
    ({"IpAddress": {"aws:SourceIp": "::/0"}}, OPEN),
    ({"IpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}, OPEN),
    ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, OPEN),
    # Conditions that name nobody.
    ({"Bool": {"aws:SecureTransport": "true"}}, OPEN),
    ({"StringEquals": {"aws:PrincipalTag/team": "red"}}, OPEN),
    ({"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "key"}}, OPEN),
    ({"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}, OPEN),
    ({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}, CLOSED),
]


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_conditions(condition: dict[str, Any], expected: bool) -> None:
    assert is_open({**READ, "Condition": condition}) is expected


DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]}
DENIES = [
    ({}, CLOSED),
    ({"Principal": {"AWS": "*"}}, CLOSED),
    ({"Principal": {"AWS": OWN}}, OPEN),
    ({"Resource": "*"}, CLOSED),
    ({"Resource": BUCKET}, OPEN),
    ({"Resource": f"{BUCKET}/private/*"}, OPEN),
    ({"Action": "s3:GetObject"}, OPEN),
    ({"Action": ["s3:Get*", "s3:List*"]}, CLOSED),
    ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, OPEN),
    ({"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, OPEN),
    # A Deny that catches every outsider is unconditional for outsiders.
    ({"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, CLOSED),
    ({"Condition": {"NotIpAddress": {"aws:SourceIp": "0.0.0.0/1"}}}, OPEN),
    ({"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1"}}}, CLOSED),
    ({"Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1"}}}, CLOSED),
    ({"Condition": {"StringNotLike": {"aws:PrincipalOrgID": "o-*"}}}, OPEN),
    ({"Condition": {"ForAnyValue:StringNotEquals": {"aws:PrincipalOrgPaths": "o-a1/"}}}, OPEN),
    (
        {
            "Condition": {
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1"},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            }
        },
        CLOSED,
    ),
]


@pytest.mark.parametrize(("change", "expected"), DENIES)
def test_a_deny_takes_away_only_what_it_covers_for_every_outsider(
    change: dict[str, Any], expected: bool
) -> None:
    assert is_open(READ, {**DENY, **change}) is expected


def test_a_deny_of_some_objects_leaves_the_others_open() -> None:
    objects = READ | {"Resource": f"{BUCKET}/*"}
    assert is_open(objects, DENY | {"Resource": f"{BUCKET}/private/*"}) is OPEN
    assert is_open(objects, DENY | {"Resource": f"{BUCKET}*"}) is CLOSED


def test_not_principal_in_a_deny_catches_every_outsider() -> None:
    rest = {key: value for key, value in DENY.items() if key != "Principal"}
    assert is_open(READ, {**rest, "NotPrincipal": {"AWS": OWN}}) is CLOSED


ACTIONS = [
    ({"Action": "s3:GetObject"}, ["s3:GetObject"], OPEN),
    ({"Action": "s3:GetObject"}, ["s3:PutObject"], CLOSED),
    ({"Action": "S3:getobject"}, ["s3:Get*"], OPEN),
    ({"Action": "s3:*"}, ["s3:PutObject"], OPEN),
    ({"Action": "*"}, ["s3:PutObject"], OPEN),
    ({"Action": "s3:*Object"}, ["s3:Put*"], OPEN),
    ({"Action": "s3:Get*"}, ["s3:Put*", "s3:Delete*"], CLOSED),
    ({"NotAction": "s3:Get*"}, ["s3:GetObject"], CLOSED),
    ({"NotAction": "s3:GetObject"}, ["s3:Get*"], OPEN),
    ({"NotAction": "s3:Get*"}, ["s3:Get*", "s3:List*"], OPEN),
    ({"NotAction": "*"}, None, CLOSED),
    ({"NotAction": "s3:Get*"}, None, OPEN),
    ({"Action": []}, None, CLOSED),
]


@pytest.mark.parametrize(("change", "actions", "expected"), ACTIONS)
def test_only_the_actions_asked_for(
    change: dict[str, Any], actions: list[str] | None, expected: bool
) -> None:
    rest = {key: value for key, value in READ.items() if key != "Action"}
    assert is_open({**rest, **change}, actions=actions) is expected


def test_a_deny_counts_for_the_actions_asked_for() -> None:
    policy = [{**READ, "Action": "s3:*"}, {**DENY, "Action": "s3:Put*"}]
    assert is_open(*policy, actions=["s3:PutObject"]) is CLOSED
    assert is_open(*policy, actions=["s3:GetObject"]) is OPEN
    assert is_open(*policy) is OPEN


def test_the_proof_names_the_statements() -> None:
    policy = parse({"Statement": [DENY | {"Resource": "arn:aws:s3:::other"}, READ | {"Sid": "Read"}, READ]})
    assert open_to_everyone(policy).statements == ("Read", "Statement[2]")


def test_identity_policies_are_not_public() -> None:
    assert is_open({"Effect": "Allow", "Action": "*", "Resource": "*"}) is CLOSED


INVOKE: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "s3.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": f"arn:aws:lambda:eu-west-1:{OWN}:function:f",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, OPEN),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": BUCKET}}}, OPEN),
        ({"Condition": {"StringEquals": {"AWS:SourceAccount": OWN}}}, CLOSED),
        ({"Condition": {"StringLike": {"aws:SourceAccount": "*"}}}, OPEN),
        ({"Condition": {"StringEqualsIfExists": {"aws:SourceAccount": OWN}}}, OPEN),
        (
            {"Condition": {"StringEquals": {"AWS:SourceAccount": OWN}, "ArnLike": {"AWS:SourceArn": BUCKET}}},
            CLOSED,
        ),
        ({"Principal": {"Service": "sns.amazonaws.com"}}, CLOSED),
        ({"Principal": {"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}}, OPEN),
        ({"Effect": "Deny"}, CLOSED),
    ],
)
def test_open_to_a_service_acting_for_anyone(change: dict[str, Any], expected: bool) -> None:
    policy = parse({"Version": "2012-10-17", "Statement": {**INVOKE, **change}})
    assert open_to_service(policy, principal="s3.amazonaws.com").is_true is expected
