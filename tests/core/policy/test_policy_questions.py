"""The other static questions: plain HTTP, other accounts, administrators, whole services, any key."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.policy import (
    Proof,
    decrypts_any_key,
    denies_plain_http,
    grants_all,
    grants_to_other_accounts,
    grants_whole_service,
    parse,
)

BUCKET = "arn:aws:s3:::amzn-demo-bucket"
OBJECTS = f"{BUCKET}/*"
OWN, PARTNER, OTHER = "111122223333", "444455556666", "777788889999"
T, F = "true", "false"


def word(proof: Proof) -> str:
    return T if proof.is_true else F if proof.is_false else f"needs {' '.join(sorted(proof.causes))}"


def policy_of(*statements: dict[str, Any]) -> Any:
    return parse({"Version": "2012-10-17", "Statement": list(statements)})


def replaced(statement: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The statement with elements changed; an element and its Not form take each other's place."""
    names = {name.removeprefix("Not") for name in change}
    return {key: value for key, value in statement.items() if key.removeprefix("Not") not in names} | change


TLS: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [BUCKET, OBJECTS],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
PLAIN_HTTP = [
    ({}, T),
    ({"Principal": {"AWS": "*"}}, T),
    ({"Principal": {"AWS": OWN}}, "needs principal"),
    ({"NotPrincipal": {"AWS": OWN}}, "needs principal"),
    ({"NotPrincipal": "*"}, F),
    ({"Action": "*"}, T),
    ({"Action": "S3:*"}, T),
    ({"Action": "s3:GetObject"}, "needs action"),
    ({"Action": ["s3:Get*", "s3:*"]}, T),
    ({"NotAction": "ec2:*"}, T),
    ({"NotAction": "s3:ListBucket"}, "needs action"),
    ({"NotAction": "s3:*"}, F),
    ({"Resource": "*"}, T),
    ({"Resource": f"{BUCKET}*"}, T),
    ({"Resource": OBJECTS}, F),
    ({"Resource": BUCKET}, F),
    ({"Resource": [BUCKET, f"{BUCKET}/logs/*"]}, "needs resource"),
    ({"NotResource": "arn:aws:s3:::another"}, T),
    ({"NotResource": f"{BUCKET}/public/*"}, "needs resource"),
    ({"Effect": "Allow", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, F),
    ({"Condition": {}}, T),
    ({"Condition": {"Bool": {"aws:SecureTransport": False}}}, T),
    ({"Condition": {"Bool": {"AWS:securetransport": ["FALSE"]}}}, T),
    ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, F),
    ({"Condition": {"Bool": {"aws:SecureTransport": ["true", "false"]}}}, T),
    ({"Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}}, T),
    ({"Condition": {"ForAnyValue:Bool": {"aws:SecureTransport": "false"}}}, T),
    ({"Condition": {"ForAllValues:Bool": {"aws:SecureTransport": "false"}}}, T),
    ({"Condition": {"StringEquals": {"aws:SecureTransport": "false"}}}, T),
    ({"Condition": {"StringLike": {"aws:SecureTransport": "f*"}}}, T),
    ({"Condition": {"StringNotEquals": {"aws:SecureTransport": "true"}}}, T),
    ({"Condition": {"StringEquals": {"aws:SecureTransport": "true"}}}, F),
    ({"Condition": {"Null": {"aws:SecureTransport": "false"}}}, T),
    ({"Condition": {"Null": {"aws:SecureTransport": "true"}}}, F),
    (
        {"Condition": {"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}},
        "needs aws:ViaAWSService",
    ),
    ({"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}}, "needs s3:TlsVersion"),
    (
        {
            "Condition": {
                "Bool": {"aws:SecureTransport": "false"},
                "StringNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/legacy"},
            }
        },
        "needs aws:PrincipalArn",
    ),
]


@pytest.mark.parametrize(("change", "expected"), PLAIN_HTTP)
def test_plain_http_is_denied(change: dict[str, Any], expected: str) -> None:
    assert word(denies_plain_http(policy_of(replaced(TLS, change)), resources=(BUCKET, OBJECTS))) == expected


def test_bucket_and_objects_may_be_denied_apart() -> None:
    policy = policy_of(
        TLS | {"Sid": "Bucket", "Resource": BUCKET}, TLS | {"Sid": "Objects", "Resource": OBJECTS}
    )
    proof = denies_plain_http(policy, resources=(BUCKET, OBJECTS))
    assert (word(proof), proof.statements) == (T, ("Bucket", "Objects"))


def test_no_statement_denies_nothing() -> None:
    assert word(denies_plain_http(policy_of(), resources=(BUCKET, OBJECTS))) == F


SHARE: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
    "Action": "s3:PutBucketPolicy",
    "Resource": BUCKET,
}
RISKY = ("s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutEncryptionConfiguration")
ANYONE_IF = {"Principal": "*"}
SHARED = [
    ({}, T),
    ({"Principal": {"AWS": OTHER}}, T),
    ({"Principal": {"AWS": f"arn:aws:iam::{OTHER}:user/ana"}}, T),
    ({"Principal": {"AWS": f"arn:aws:iam::{OTHER}:role/app"}}, T),
    ({"Principal": {"AWS": f"arn:aws:sts::{OTHER}:assumed-role/app/s"}}, T),
    ({"Principal": {"AWS": f"arn:aws:sts::{OTHER}:federated-user/f"}}, T),
    ({"Principal": {"Federated": f"arn:aws:iam::{OTHER}:saml-provider/p"}}, T),
    ({"Principal": {"Federated": f"arn:aws:iam::{OWN}:saml-provider/p"}}, F),
    ({"Principal": {"AWS": f"arn:aws:iam::{OWN}:role/app"}}, F),
    ({"Principal": {"AWS": [OWN, PARTNER]}}, F),
    ({"Principal": {"AWS": [OWN, OTHER]}}, T),
    ({"Principal": {"Service": "logging.s3.amazonaws.com"}}, F),
    ({"Principal": {"CanonicalUser": "79a59d"}}, "needs principal"),
    ({"Principal": {"AWS": "AIDACKCEVSQ6C2EXAMPLE"}}, "needs principal"),
    ({"Principal": {"AWS": "arn:aws:iam::*:root"}}, "needs principal"),
    ({"Principal": "*"}, T),
    ({"NotPrincipal": {"AWS": OWN}}, T),
    ({"Action": "s3:GetObject"}, F),
    ({"Action": "s3:Put*"}, T),
    ({"Action": "*"}, T),
    ({"NotAction": "s3:GetObject"}, T),
    ({"NotAction": ["s3:Put*", "s3:DeleteBucketPolicy"]}, F),
    ({"Effect": "Deny"}, F),
    ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, "needs aws:SecureTransport"),
    ({**ANYONE_IF, "Condition": {"StringEquals": {"aws:PrincipalAccount": OWN}}}, F),
    ({**ANYONE_IF, "Condition": {"StringEquals": {"aws:PrincipalAccount": [OWN, PARTNER]}}}, F),
    ({**ANYONE_IF, "Condition": {"StringEquals": {"aws:PrincipalAccount": [OWN, OTHER]}}}, T),
    (
        {**ANYONE_IF, "Condition": {"StringLike": {"aws:PrincipalAccount": "7*"}}},
        "needs aws:PrincipalAccount",
    ),
    ({**ANYONE_IF, "Condition": {"StringNotEquals": {"aws:PrincipalAccount": OWN}}}, T),
    # Somebody who has not signed in has no account at all.
    ({**ANYONE_IF, "Condition": {"StringEqualsIfExists": {"aws:PrincipalAccount": OWN}}}, T),
    ({**ANYONE_IF, "Condition": {"Null": {"aws:PrincipalAccount": "true"}}}, T),
    ({**ANYONE_IF, "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1"}}}, T),
    (
        {**ANYONE_IF, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1"}}},
        "needs aws:PrincipalOrgID",
    ),
    ({**ANYONE_IF, "Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}}, F),
    (
        {**ANYONE_IF, "Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/app"}}},
        "needs aws:PrincipalArn",
    ),
    (
        {**ANYONE_IF, "Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:*::{OTHER}:*"}}},
        "needs aws:PrincipalArn",
    ),
    ({**ANYONE_IF, "Condition": {"StringEquals": {"aws:SourceAccount": OWN}}}, F),
    ({**ANYONE_IF, "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": OWN}}}, T),
    ({**ANYONE_IF, "Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}}}, F),
]


@pytest.mark.parametrize(("change", "expected"), SHARED)
def test_other_accounts(change: dict[str, Any], expected: str) -> None:
    proof = grants_to_other_accounts(
        policy_of(replaced(SHARE, change)), account=OWN, actions=RISKY, trusted=[PARTNER]
    )
    assert word(proof) == expected
    assert bool(proof.statements) is (expected != F)


LOCK = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, F),
        ({"Resource": BUCKET}, F),
        ({"Resource": OBJECTS}, T),
        ({"Action": "s3:Put*"}, F),
        ({"Action": "s3:Delete*"}, T),
        ({"Principal": {"AWS": OTHER}}, F),
        ({"Principal": {"AWS": PARTNER}}, T),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalAccount": [OWN, PARTNER]}}}, F),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalAccount": [OWN, OTHER]}}}, T),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1"}}}, "needs aws:PrincipalOrgID"),
        ({"NotPrincipal": {"AWS": [OWN]}}, F),
        ({"NotPrincipal": {"AWS": [OTHER]}}, "needs principal"),
    ],
)
def test_a_deny_keeps_other_accounts_out(change: dict[str, Any], expected: str) -> None:
    policy = policy_of(SHARE, replaced(LOCK, change))
    assert word(grants_to_other_accounts(policy, account=OWN, actions=RISKY)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"Condition": {"StringNotEquals": {"aws:PrincipalAccount": [OWN, OTHER]}}}, T),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalAccount": [OWN, PARTNER]}}}, F),
        (
            {"Condition": {"ArnNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/r"}}},
            "needs aws:PrincipalArn",
        ),
        ({"Condition": {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}}}, F),
        ({"NotPrincipal": {"AWS": [OTHER]}}, "needs principal"),
        ({"NotPrincipal": {"AWS": [OWN]}}, F),
    ],
)
def test_an_account_that_a_deny_spares_is_let_in(change: dict[str, Any], expected: str) -> None:
    policy = policy_of(SHARE | {"Principal": "*"}, replaced(LOCK, change))
    assert word(grants_to_other_accounts(policy, account=OWN, actions=RISKY, trusted=[PARTNER])) == expected


def test_plain_http_is_asked_about_something() -> None:
    with pytest.raises(ValueError, match="no resources"):
        denies_plain_http(policy_of(TLS), resources=())


def test_one_certain_grant_is_named_rather_than_an_open_one() -> None:
    unsure = SHARE | {"Sid": "Unsure", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1"}}}
    proof = grants_to_other_accounts(policy_of(unsure, SHARE | {"Sid": "Sure"}), account=OWN, actions=RISKY)
    assert (word(proof), proof.statements) == (T, ("Sure",))


ADMIN: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
IDENTITY = [
    # change, IAM.1, IAM.21
    ({}, T, T),
    ({"Action": ["s3:GetObject", "*"]}, T, T),
    ({"Action": "*:*"}, T, T),
    ({"Action": "**"}, T, T),
    ({"Resource": ["*", "arn:aws:s3:::b"]}, T, T),
    ({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}, T, T),
    ({"Effect": "Deny"}, F, F),
    ({"Resource": "arn:aws:s3:::b/*"}, F, T),
    ({"NotResource": "arn:aws:s3:::b/*"}, F, T),
    ({"Action": "ec2:*"}, F, T),
    ({"Action": "EC2:**"}, F, T),
    ({"Action": "ec2:?*"}, F, T),
    ({"Action": "ec*:*"}, F, T),
    ({"Action": "ec2:Describe*"}, F, F),
    ({"Action": "ec2:*Instances"}, F, F),
    ({"Action": "ec2:??*"}, F, F),
    ({"Action": "*:Describe*"}, F, F),
    ({"Action": ["s3:GetObject", "ec2:RunInstances"]}, F, F),
    ({"NotAction": "iam:*"}, F, T),
    ({"NotAction": "iam:CreateUser"}, F, T),
    ({"NotAction": ["*:Get*", "iam:*"]}, F, T),
    ({"NotAction": "*:Get*"}, F, F),
    ({"NotAction": "*"}, F, F),
]


@pytest.mark.parametrize(("change", "administrator", "whole_service"), IDENTITY)
def test_administrators_and_whole_services(
    change: dict[str, Any], administrator: str, whole_service: str
) -> None:
    policy = policy_of(replaced(ADMIN, change))
    assert (word(grants_all(policy)), word(grants_whole_service(policy))) == (administrator, whole_service)


def test_a_deny_does_not_soften_the_statement() -> None:
    policy = policy_of(ADMIN | {"Sid": "All"}, {"Effect": "Deny", "Action": "*", "Resource": "*"})
    assert (grants_all(policy).statements, grants_whole_service(policy).statements) == (("All",), ("All",))


DECRYPT: dict[str, Any] = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}
KEYS = [
    ({}, T),
    ({"Action": "KMS:decrypt"}, T),
    ({"Action": "kms:ReEncryptFrom"}, T),
    ({"Action": "kms:ReEncrypt*"}, T),
    ({"Action": "kms:*"}, T),
    ({"Action": "*"}, T),
    ({"Action": "kms:Encrypt"}, F),
    ({"Action": "kms:ReEncryptTo"}, F),
    ({"NotAction": "iam:*"}, T),
    ({"NotAction": "kms:*"}, F),
    ({"NotAction": "kms:Decrypt"}, T),
    ({"Effect": "Deny"}, F),
    ({"Resource": "arn:aws:kms:*:*:key/*"}, T),
    ({"Resource": "arn:aws:kms:*:*:*"}, T),
    ({"Resource": "arn:aws:kms:*"}, T),
    ({"Resource": "arn:aws-cn:kms:*:*:key/*"}, T),
    ({"Resource": "arn:*:kms:*:*:key/*"}, T),
    ({"Resource": f"arn:aws:kms:*:{OWN}:key/*"}, T),
    ({"Resource": "arn:aws:kms:*:${aws:PrincipalAccount}:key/*"}, T),
    ({"Resource": f"arn:aws:kms:eu-west-1:{OWN}:key/*"}, F),
    ({"Resource": "arn:aws:kms:eu-west-1:${aws:PrincipalAccount}:key/*"}, F),
    ({"Resource": f"arn:aws:kms:eu-west-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"}, F),
    ({"Resource": f"arn:aws:kms:*:{OWN}:key/1234abcd-*"}, F),
    ({"Resource": f"arn:aws:kms:*:{OWN}:key/${{aws:PrincipalTag/key}}"}, F),
    ({"Resource": "arn:aws:kms:*:*:alias/*"}, F),
    ({"Resource": "arn:aws:s3:::*"}, F),
    ({"NotResource": f"arn:aws:kms:eu-west-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"}, T),
    ({"NotResource": "*"}, F),
    ({"Condition": {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}, T),
]


@pytest.mark.parametrize(("change", "expected"), KEYS)
def test_any_key(change: dict[str, Any], expected: str) -> None:
    assert word(decrypts_any_key(policy_of(replaced(DECRYPT, change)))) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, F),
        ({"Action": "kms:*"}, F),
        ({"Action": "kms:ReEncryptFrom"}, T),
        ({"Resource": f"arn:aws:kms:*:{OWN}:key/*"}, T),
        ({"Resource": "arn:aws:kms:*:*:key/*"}, F),
        ({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}, T),
        ({"Condition": {"StringNotEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}}, T),
    ],
)
def test_an_unconditional_deny_takes_decryption_away(change: dict[str, Any], expected: str) -> None:
    policy = policy_of(DECRYPT, replaced(DECRYPT | {"Effect": "Deny"}, change))
    assert word(decrypts_any_key(policy)) == expected
