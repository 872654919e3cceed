"""By whom a user is used: what was done outweighs what may be done, and a name decides only alone."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.used_by import Traces, judge, name_says


def traces(name: str = "x", **told: Any) -> Traces:
    nothing = {
        "console": False,
        "signed_in": False,
        "mfa": False,
        "active_keys": 0,
        "key_used": False,
        "other_credentials": False,
    }
    return Traces(name=name, **{**nothing, **told})


CASES = [
    (traces(console=True, signed_in=True), "human", ("signed_in", "console_password")),
    (traces(console=True), "human", ("console_password",)),
    (traces("deploy-bot", console=True), "human", ("console_password", "name_machine")),
    # Nobody signs in, the key is used: what was done outweighs the password.
    (
        traces(console=True, active_keys=1, key_used=True),
        "machine",
        ("never_signed_in", "console_password", "key_used"),
    ),
    (
        traces(console=True, signed_in=None, active_keys=1, key_used=True),
        "human",
        ("console_password", "key_used"),
    ),
    (
        traces(console=True, mfa=True, active_keys=1, key_used=True),
        "human",
        ("console_password", "mfa_device", "key_used"),
    ),
    (
        traces("shared-ops", console=True, signed_in=True),
        "shared",
        ("signed_in", "console_password", "name_shared"),
    ),
    (traces(active_keys=1, key_used=True), "machine", ("key_used", "key_only")),
    (traces("hanako.sato", active_keys=1), "machine", ("key_only", "name_person")),
    (traces(active_keys=1, mfa=True), "human", ("mfa_device", "key_only")),
    (traces(other_credentials=True), "machine", ("service_credential",)),
    (traces("hanako.sato"), "human", ("name_person", "no_credentials")),
    (traces("ci-runner"), "machine", ("name_machine", "no_credentials")),
    (traces("tanaka"), "unknown", ("no_credentials",)),
    (traces(console=None, signed_in=None, mfa=None), "unknown", ("not_seen",)),
    (traces(active_keys=None, key_used=None), "unknown", ("not_seen",)),
    (traces(console=True, active_keys=None), "human", ("console_password",)),
]


@pytest.mark.parametrize(("found", "kind", "evidence"), CASES)
def test_the_kind_and_its_evidence(found: Traces, kind: str, evidence: tuple[str, ...]) -> None:
    used = judge(found)
    assert (used.kind, used.evidence) == (kind, evidence)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hanako.sato", "person"),
        ("h.sato", "person"),
        ("hanako@example.com", "person"),
        ("deploy-bot", "machine"),
        ("TerraformRunner", "machine"),
        ("CIUser", "machine"),
        ("s3uploader", "machine"),
        ("ses-smtp-user.20200101-101010", "machine"),
        ("shared-dev", "shared"),
        ("team-batch", "shared"),
        ("AdminUser", "shared"),
        ("test1", "shared"),
        ("tanaka", ""),
        ("kenshu01", ""),
        ("", ""),
        ("花子", ""),
    ],
)
def test_what_a_name_says(name: str, says: str) -> None:
    assert name_says(name) == says


def test_a_name_changes_nothing_but_shared_sign_in_where_anything_else_speaks() -> None:
    names = ("x", "deploy-bot", "hanako.sato")
    for console, mfa, keys in product((True, False), (True, False), (0, 1)):
        if console or mfa or keys:
            assert (
                len({judge(traces(n, console=console, mfa=mfa, active_keys=keys)).kind for n in names}) == 1
            )


@given(st.text(max_size=64))
def test_any_name_may_be_asked(name: str) -> None:
    assert name_says(name) in ("", "person", "machine", "shared")
