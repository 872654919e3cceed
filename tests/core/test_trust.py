"""Who may come in by a role: everybody but services is told, and the mistakes that let anyone in."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.policy import parse
from ishigaki.core.trust import Entrance, entrances

OWN, JUMP, STRANGER = "111111111111", "222222222222", "333333333333"
GITHUB = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"}
CLUSTER = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/oidc.eks.ap-northeast-1.amazonaws.com/id/ABC"}
POOL = {"Federated": "cognito-identity.amazonaws.com"}
SAML = {"Federated": f"arn:aws:iam::{OWN}:saml-provider/idp"}
WEB = "sts:AssumeRoleWithWebIdentity"
SUB, AUD = (f"token.actions.githubusercontent.com:{claim}" for claim in ("sub", "aud"))
MFA = "aws:MultiFactorAuthPresent"


def root(account: str) -> dict[str, str]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


def who(principal: Any, condition: Any = None, action: Any = "sts:AssumeRole", **more: Any) -> list[Entrance]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    if condition:
        statement["Condition"] = condition
    policy = parse({"Version": "2012-10-17", "Statement": [statement]})
    return list(entrances(policy, account=OWN, estate=[OWN, JUMP]))


def faults(*given: Any) -> tuple[str, ...]:
    (entrance,) = who(*given)
    return entrance.faults


@pytest.mark.parametrize(
    ("principal", "kind", "account", "outside"),
    [
        ("*", "everyone", "", True),
        ({"AWS": JUMP}, "account", JUMP, False),
        (root(STRANGER), "account", STRANGER, True),
        ({"AWS": f"arn:aws:iam::{STRANGER}:role/scanner"}, "role", STRANGER, True),
        ({"AWS": f"arn:aws:iam::{JUMP}:user/hanako"}, "user", JUMP, False),
        ({"AWS": f"arn:aws:sts::{JUMP}:assumed-role/r/s"}, "session", JUMP, False),
        (SAML, "federated", OWN, False),
        (POOL, "federated", "", None),
        ({"AWS": "AIDAJQABLZS4A3QDU576Q"}, "unique_id", "", None),
    ],
)
def test_who_it_is(principal: Any, kind: str, account: str, outside: bool | None) -> None:
    (entrance,) = who(principal)
    assert (entrance.kind, entrance.account, entrance.outside) == (kind, account, outside)


def test_services_are_left_out_and_the_rest_of_the_statement_is_not() -> None:
    found = who({"Service": "ec2.amazonaws.com", "AWS": [JUMP, STRANGER]})
    assert [entrance.account for entrance in found] == [JUMP, STRANGER]


def test_what_is_not_about_coming_in_is_left_out() -> None:
    assert who({"AWS": JUMP}, None, "sts:TagSession") == []
    assert len(who({"AWS": JUMP}, None, ["sts:TagSession", "sts:Assume*"])) == 1


def test_all_but_some_is_everyone() -> None:
    policy = {"Effect": "Allow", "NotPrincipal": {"AWS": JUMP}, "Action": "sts:AssumeRole"}
    (entrance,) = entrances(parse({"Version": "2012-10-17", "Statement": policy}), account=OWN, estate=[OWN])
    assert (entrance.kind, entrance.faults) == ("everyone", ("anyone",))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (("*",), ("anyone",)),
        (({"AWS": "*"}, {"Bool": {"aws:SecureTransport": "true"}}), ("anyone",)),
        (({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), ()),
        (({"AWS": "*"}, {"StringLike": {"aws:PrincipalOrgID": "*"}}), ("anyone",)),
        # R28: everybody of the jump account, with nothing to show.
        ((root(JUMP),), ("whole_account",)),
        ((root(JUMP), {"Bool": {MFA: "true"}}), ()),
        ((root(JUMP), {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}), ()),
        ((root(JUMP), {"BoolIfExists": {MFA: "true"}}), ("whole_account",)),
        ((root(JUMP), {"Bool": {MFA: "false"}}), ()),
        ((root(JUMP), {"StringEquals": {"sts:ExternalId": "x"}}), ()),
        ((root(JUMP), {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/ops-*"}}), ()),
        ((root(OWN),), ()),  # its own policies say who may switch
        ((root(STRANGER),), ("outside_unconditional",)),
        (({"AWS": f"arn:aws:iam::{STRANGER}:role/r"},), ("outside_unconditional",)),
        ((root(STRANGER), {"StringEquals": {"sts:ExternalId": "x"}}), ()),
        # A condition that everybody meets is none.
        ((root(JUMP), {"StringLike": {"aws:PrincipalArn": "*"}}), ("whole_account",)),
        ((root(JUMP), {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{JUMP}:role/*"}}), ("whole_account",)),
        ((root(JUMP), {"StringEquals": {"aws:PrincipalAccount": JUMP}}), ("whole_account",)),
        ((root(STRANGER), {"StringLike": {"sts:ExternalId": "*"}}), ("outside_unconditional",)),
        ((root(STRANGER), {"Null": {"sts:ExternalId": "false"}}), ("outside_unconditional",)),
        ((root(STRANGER), {"StringEqualsIfExists": {"sts:ExternalId": "x"}}), ("outside_unconditional",)),
        ((GITHUB, {"StringLike": {SUB: "repo:*:environment:prod"}}, WEB), ("open_provider",)),
        ((GITHUB, {"StringLike": {SUB: "*:pull_request"}}, WEB), ("open_provider",)),
        ((GITHUB, {"StringLike": {SUB: "repo:*/deploy:*"}}, WEB), ("open_provider",)),
        ((GITHUB, {"StringLike": {SUB: "repo:ours*"}}, WEB), ("open_provider",)),  # and ours-of-somebody-else
        ((GITHUB, {"StringLike": {SUB: "repo:ours/*:environment:prod"}}, WEB), ()),
        ((GITHUB, {"StringEquals": {SUB.replace("sub", "repository_owner"): "ours"}}, WEB), ()),
        ((GITHUB, None, WEB), ("open_provider",)),
        ((GITHUB, {"StringEquals": {AUD: "sts.amazonaws.com"}}, WEB), ("open_provider",)),
        ((GITHUB, {"StringLike": {SUB: "repo:*"}}, WEB), ("open_provider",)),
        ((GITHUB, {"StringLike": {SUB: "repo:ours/*"}}, WEB), ()),
        ((GITHUB, {"StringEquals": {SUB: "repo:ours/app:ref:refs/heads/main"}}, WEB), ()),
        ((CLUSTER, None, WEB), ("open_provider",)),
        ((POOL, {"StringEquals": {"cognito-identity.amazonaws.com:aud": "pool"}}, WEB), ()),
        ((POOL, None, WEB), ("open_provider",)),
        (
            (
                SAML,
                {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
                "sts:AssumeRoleWithSAML",
            ),
            (),
        ),
    ],
)
def test_the_mistakes(given: tuple[Any, ...], found: tuple[str, ...]) -> None:
    assert faults(*given) == found


@pytest.mark.parametrize(
    ("condition", "mfa", "external"),
    [
        (None, False, False),
        ({"Bool": {MFA: "true"}}, True, False),
        ({"BoolIfExists": {MFA: "true"}}, False, False),
        ({"Null": {"aws:MultiFactorAuthAge": "false"}}, True, False),
        ({"StringEquals": {"sts:ExternalId": "x"}, "Bool": {MFA: "true"}}, True, True),
        ({"StringEqualsIfExists": {"sts:ExternalId": "x"}}, False, False),
    ],
)
def test_what_it_demands(condition: Any, mfa: bool, external: bool) -> None:
    (entrance,) = who(root(JUMP), condition)
    assert (entrance.needs_mfa, entrance.needs_external_id) == (mfa, external)
    assert set(entrance.conditions) == {key for keys in (condition or {}).values() for key in keys}


@pytest.mark.parametrize(
    ("condition", "whose", "found", "mfa", "external"),
    [
        ({"BoolIfExists": {MFA: "false"}}, JUMP, (), True, False),
        # A long-term key does not even say that there is no MFA: Bool without IfExists lets it through.
        ({"Bool": {MFA: "false"}}, JUMP, ("whole_account",), False, False),
        ({"StringNotEquals": {"sts:ExternalId": "x"}}, STRANGER, (), False, True),
    ],
)
def test_what_is_denied_guards_as_well_as_what_is_demanded(
    condition: Any, whose: str, found: tuple[str, ...], mfa: bool, external: bool
) -> None:
    statements = [
        {"Effect": "Allow", "Principal": root(whose), "Action": "sts:AssumeRole"},
        {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": condition},
    ]
    policy = parse({"Version": "2012-10-17", "Statement": statements})
    (entrance,) = entrances(policy, account=OWN, estate=[OWN, JUMP])
    assert (entrance.faults, entrance.needs_mfa, entrance.needs_external_id) == (found, mfa, external)


def test_any_external_id_is_no_external_id() -> None:
    (entrance,) = who(root(STRANGER), {"StringLike": {"sts:ExternalId": "*"}})
    assert not entrance.needs_external_id
