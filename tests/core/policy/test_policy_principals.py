"""Principals: the table of the evaluation reference, row by row, and NotPrincipal."""

from __future__ import annotations

from typing import Any

import pytest

from ishigaki.core.policy import (
    ANONYMOUS,
    ANYONE,
    Caller,
    Request,
    federated,
    federated_user,
    matches,
    member,
    parse,
    role_session,
    root,
    service,
    user,
)
from ishigaki.core.policy.principals import Link, links, parse_named

A, B = "111122223333", "444455556666"
IAM = f"arn:aws:iam::{A}"
T, F, U = "true", "false", "unknown"

ANA = user(A, "ana", has_boundary=False)
APP = role_session(A, "app", "s1", has_boundary=False)
FED = federated_user(A, "feda", of_user="ana")

ROWS: list[tuple[Any, Caller, str]] = [
    ("*", ANONYMOUS, T),
    ("*", ANA, T),
    ("*", service("s3.amazonaws.com"), T),
    ("*", ANYONE, T),
    ({"AWS": "*"}, ANONYMOUS, T),
    ({"AWS": "*"}, APP, T),
    ({"AWS": A}, ANA, T),
    ({"AWS": A}, root(A), T),
    ({"AWS": A}, user(B, "ana"), F),
    ({"AWS": f"{IAM}:root"}, APP, T),
    ({"AWS": f"{IAM}:root"}, member(A), T),
    ({"AWS": f"{IAM}:root"}, member(B), F),
    ({"AWS": f"{IAM}:root"}, ANONYMOUS, F),
    ({"AWS": f"{IAM}:root"}, ANYONE, U),
    ({"AWS": f"{IAM}:user/ana"}, ANA, T),
    ({"AWS": f"{IAM}:user/div/Ana"}, ANA, T),
    ({"AWS": f"{IAM}:user/bob"}, ANA, F),
    ({"AWS": f"{IAM}:user/ana"}, user(B, "ana"), F),
    ({"AWS": f"{IAM}:user/ana"}, role_session(A, "ana", "s"), F),
    ({"AWS": f"{IAM}:user/ana"}, FED, T),
    ({"AWS": f"{IAM}:user/ana"}, root(A), F),
    ({"AWS": f"{IAM}:user/ana"}, member(A), U),
    ({"AWS": f"{IAM}:role/app"}, APP, T),
    ({"AWS": f"{IAM}:role/path/APP"}, APP, T),
    ({"AWS": f"{IAM}:role/other"}, APP, F),
    ({"AWS": f"{IAM}:role/app"}, user(A, "app"), F),
    ({"AWS": f"arn:aws:sts::{A}:assumed-role/app/s1"}, APP, T),
    ({"AWS": f"arn:aws:sts::{A}:assumed-role/app/s2"}, APP, F),
    ({"AWS": f"arn:aws:sts::{A}:assumed-role/app/S1"}, APP, F),
    ({"AWS": f"arn:aws:sts::{A}:federated-user/feda"}, FED, T),
    ({"AWS": f"arn:aws:sts::{A}:federated-user/other"}, FED, F),
    ({"Service": "s3.amazonaws.com"}, service("s3.amazonaws.com"), T),
    ({"Service": "s3.amazonaws.com"}, service("sns.amazonaws.com", "s3.amazonaws.com"), T),
    ({"Service": "s3.amazonaws.com"}, service("sns.amazonaws.com"), F),
    ({"Service": "s3.amazonaws.com"}, ANA, F),
    ({"Service": "*"}, service("s3.amazonaws.com"), U),
    ({"Federated": f"{IAM}:saml-provider/p"}, federated(f"{IAM}:saml-provider/p"), T),
    ({"Federated": "accounts.google.com"}, federated("www.amazon.com"), F),
    ({"Federated": "accounts.google.com"}, service("accounts.google.com"), F),
    ({"CanonicalUser": "79a59d"}, ANA, U),
    ({"CanonicalUser": "79a59d"}, ANONYMOUS, F),
    ({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, Caller(ANA.kind, A, "ana", id="AIDACKCEVSQ6C2EXAMPLE"), T),
    ({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, Caller(ANA.kind, A, "ana", id="AIDAOTHEROTHEROTHER12"), F),
    ({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, ANA, U),
    ({"AWS": f"{IAM}:user/*"}, ANA, U),
    ({"AWS": f"{IAM}:group/g"}, ANA, U),
    ({"AWS": ""}, ANONYMOUS, U),
    ({"AWS": [f"{IAM}:user/bob", "*"]}, ANA, T),
    ({"AWS": f"{IAM}:user/bob", "Service": "s3.amazonaws.com"}, service("s3.amazonaws.com"), T),
    ({"AWS": []}, ANA, F),
]


def judge(principal: dict[str, Any], caller: Caller, *, effect: str) -> str:
    whole = {"Effect": effect, "Action": "s3:GetObject", "Resource": "*", **principal}
    truth = matches(parse({"Statement": whole}).statements[0], Request("s3:GetObject", "*", caller))
    return T if truth.is_true else F if truth.is_false else U


@pytest.mark.parametrize(("principal", "caller", "expected"), ROWS)
def test_principal(principal: Any, caller: Caller, expected: str) -> None:
    assert judge({"Principal": principal}, caller, effect="Allow") == expected


OPPOSITE = {T: F, F: T, U: U}


@pytest.mark.parametrize(("principal", "caller", "expected"), ROWS)
def test_not_principal_with_allow_is_everybody_else(principal: Any, caller: Caller, expected: str) -> None:
    assert judge({"NotPrincipal": principal}, caller, effect="Allow") == OPPOSITE[expected]


SPARED = [
    (["*"], ANA, F),
    ([f"{IAM}:user/bob"], user(B, "ana"), T),
    ([f"{IAM}:root"], ANONYMOUS, T),
    # A user is left alone only if its account is listed beside it; half a list might deny.
    ([f"{IAM}:user/ana", f"{IAM}:root"], ANA, F),
    ([f"{IAM}:user/ana"], ANA, U),
    ([f"{IAM}:root"], ANA, U),
    ([f"{IAM}:root"], root(A), F),
    ([f"{IAM}:role/app", f"{IAM}:root"], APP, F),
    ([f"arn:aws:sts::{A}:assumed-role/app/s1", f"{IAM}:root"], APP, F),
    ([f"{IAM}:role/app"], APP, U),
    # NotPrincipal with Deny always catches a principal with a permissions boundary.
    ([f"{IAM}:user/ana", f"{IAM}:root"], user(A, "ana", has_boundary=True), T),
    ([f"{IAM}:user/ana", f"{IAM}:root"], user(A, "ana"), U),
    ([f"{IAM}:root"], ANYONE, U),
]


@pytest.mark.parametrize(("listed", "caller", "expected"), SPARED)
def test_not_principal_with_deny(listed: list[str], caller: Caller, expected: str) -> None:
    assert judge({"NotPrincipal": {"AWS": listed}}, caller, effect="Deny") == expected


@pytest.mark.parametrize(
    ("text", "caller", "link"),
    [
        ("*", ANA, Link.DIRECT),
        (A, ANA, Link.ACCOUNT),
        (f"{IAM}:user/ana", ANA, Link.DIRECT),
        (f"{IAM}:user/ana", FED, Link.VIA_USER),
        (f"{IAM}:role/app", APP, Link.VIA_ROLE),
        (f"arn:aws:sts::{A}:assumed-role/app/s1", APP, Link.DIRECT),
        (f"arn:aws:sts::{A}:federated-user/feda", FED, Link.DIRECT),
    ],
)
def test_a_match_says_how_it_reaches_the_caller(text: str, caller: Caller, link: Link) -> None:
    assert [way for way, truth in links(parse_named("AWS", text), caller) if truth.is_true] == [link]


def test_a_statement_without_principals_is_about_whoever_has_it() -> None:
    assert judge({}, ANA, effect="Allow") == judge({}, ANYONE, effect="Deny") == T
