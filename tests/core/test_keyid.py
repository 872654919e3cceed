"""Access key ids: the account in them, as published examples show it and an encoder puts it there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.keyid import account_of, is_example, is_key_id, is_temporary
from tests.core.key_ids import key_id

KEY = key_id("123456789012", 1)


@pytest.mark.parametrize(
    ("key", "account"),
    [
        # Of two sessions that their owners published, with the bits of the key itself cleared.
        ("ASIAY34FZKBOAAAAAAAA", "609629065308"),
        ("ASIAQNZGKIQYQAAAAAAA", "029608264753"),
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
        KEY[:-1],
        f"{KEY}L",
        KEY.lower(),
        key_id("123456789012", 1, "AIDA"),
        f" {KEY}",
        f"{KEY}\n",
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
    key = key_id(f"{account}", rest, prefix)
    assert is_key_id(key)
    assert account_of(key) == f"{account:012d}"
    assert is_temporary(key) is (prefix == "ASIA")


@given(account=st.integers(0, (1 << 40) - 1), rest=st.integers(0, (1 << 39) - 1))
def test_ids_of_the_old_form_hold_no_account(account: int, rest: int) -> None:
    assert account_of(key_id(f"{account}", rest, form=0)) is None


@given(account=st.integers(1_000_000_000_000, (1 << 40) - 1))
def test_what_has_more_than_twelve_digits_is_no_account(account: int) -> None:
    assert account_of(key_id(f"{account}", 0)) is None


@given(rest=st.text("0189", min_size=1, max_size=1))
def test_letters_outside_of_base32_hold_no_account(rest: str) -> None:
    assert account_of(f"{KEY[:-1]}{rest}") is None
