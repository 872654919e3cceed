"""Access key ids: the account in them, as published examples show it and an encoder puts it there."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.keyid import account_of, is_example, is_key_id, is_temporary


def encoded(account: int, rest: int, prefix: str = "AKIA", *, form: int = 1) -> str:
    """The id of a key of an account: the bit of the form, 40 bits of the account, 39 bits of the key."""
    number = (form << 79) | (account << 39) | rest
    return prefix + base64.b32encode(number.to_bytes(10, "big")).decode()


@pytest.mark.parametrize(
    ("key", "account"),
    [
        ("ASIAY34FZKBOKMUTVV7A", "609629065308"),  # two sessions that their owners published
        ("ASIAQNZGKIQY56JQ7WML", "029608264753"),
    ],
)
def test_published_ids_hold_their_account(key: str, account: str) -> None:
    assert account_of(key) == account
    assert is_temporary(key)
    assert not is_example(key)


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "ASIAIOSFODNN7EXAMPLE"])
def test_the_ids_of_documentation_are_known_and_hold_no_account(key: str) -> None:
    assert is_key_id(key)
    assert is_example(key)
    assert account_of(key) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AKIA",
        "AKIAQNZGKIQY56JQ7WM",
        "AKIAQNZGKIQY56JQ7WMLL",
        "akiaqnzgkiqy56jq7wml",
        "AIDAQNZGKIQY56JQ7WML",
        " AKIAQNZGKIQY56JQ7WML",
        "AKIAQNZGKIQY56JQ7WML\n",
    ],
)
def test_what_is_no_key_id_is_none(text: str) -> None:
    assert not is_key_id(text)
    assert account_of(text) is None


@given(
    account=st.integers(0, 999_999_999_999),
    rest=st.integers(0, (1 << 39) - 1),
    prefix=st.sampled_from(["AKIA", "ASIA"]),
)
def test_what_an_encoder_puts_in_comes_out(account: int, rest: int, prefix: str) -> None:
    key = encoded(account, rest, prefix)
    assert is_key_id(key)
    assert account_of(key) == f"{account:012d}"
    assert is_temporary(key) is (prefix == "ASIA")


@given(account=st.integers(0, (1 << 40) - 1), rest=st.integers(0, (1 << 39) - 1))
def test_ids_of_the_old_form_hold_no_account(account: int, rest: int) -> None:
    assert account_of(encoded(account, rest, form=0)) is None


@given(account=st.integers(1_000_000_000_000, (1 << 40) - 1))
def test_what_has_more_than_twelve_digits_is_no_account(account: int) -> None:
    assert account_of(encoded(account, 0)) is None


@given(rest=st.text("0189", min_size=1, max_size=1))
def test_letters_outside_of_base32_hold_no_account(rest: str) -> None:
    assert account_of(f"AKIAQNZGKIQY56JQ7WM{rest}") is None
