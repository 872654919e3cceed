"""The detector, measured: how much of what was planted it finds, and how much of what it finds was planted."""

from __future__ import annotations

import random

import pytest

from ishigaki.core.keyforms import Rule, found
from ishigaki.core.keyid import account_of
from tests.source import planted
from tests.source.corpus import look_alikes, others, pairs
from tests.source.measured import Measured, every, measure, measures, own

TIMES = 12


@pytest.fixture(scope="module")
def measured() -> dict[str, Measured]:
    """Every measure, printed for `pytest -s`; `make bench` prints them, too."""
    found = {each.what: each for each in measures(TIMES)}
    print(*found.values(), sep="\n")
    return found


@pytest.mark.parametrize(
    ("what", "recall", "precision"),
    [("aws", 0.99, 0.99), ("aws_held_out", 0.98, 0.99), ("others", 0.8, 0.98)],
)
def test_what_was_planted_is_found_and_look_alikes_are_not(
    measured: dict[str, Measured], what: str, recall: float, precision: float
) -> None:
    """AWS's keys, also in ways that the detector was not made for, and by the engine what other makers gave."""
    assert measured[what].recall >= recall, measured[what].trouble
    assert measured[what].precision >= precision, measured[what].trouble


def test_other_makers_secrets_are_left_to_the_engine() -> None:
    assert measure("own", own, every(others, TIMES)).hit == 0


def test_no_look_alike_counts() -> None:
    for sample in every(look_alikes, TIMES):
        assert found(sample.text) == [], sample.name


@pytest.mark.parametrize("seed", range(TIMES))
def test_a_pair_is_told_as_one_key_with_its_account(seed: int) -> None:
    for sample in pairs(random.Random(seed)):
        (key,) = found(sample.text)
        assert key.rule == Rule.ACCESS_KEY, sample.name
        assert key.key_id in sample.keys[0]
        assert key.text in sample.keys[0]
        assert key.account == account_of(key.key_id)
        assert key.account in planted.ACCOUNTS


def test_a_bedrock_key_tells_its_user_and_account() -> None:
    rng = random.Random(7)
    (key,) = found(f'k = "{planted.bedrock_long(rng, "111122223333", user="tickets")}"')
    assert (key.rule, key.account, key.user) == (Rule.BEDROCK_API_KEY, "111122223333", "tickets")
    (short,) = found(f'k = "{planted.bedrock_short(rng, "444455556666")}"')
    assert (short.account, short.key_id[:4]) == ("444455556666", "ASIA")


def test_a_sessions_token_goes_with_its_key() -> None:
    key = planted.session(random.Random(3), "123456789012")
    pair, token = found(
        f"AWS_ACCESS_KEY_ID={key.id}\nAWS_SECRET_ACCESS_KEY={key.secret}\nAWS_SESSION_TOKEN={key.token}\n"
    )
    assert (pair.rule, pair.key_id) == (Rule.ACCESS_KEY, key.id)
    assert (token.rule, token.key_id, token.account) == (Rule.SESSION_TOKEN, key.id, "123456789012")


def test_a_real_secret_beside_the_id_of_an_example_is_found() -> None:
    secret = planted.secret(random.Random(1))
    (hit,) = found(f"aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {secret}\n")
    assert (hit.text, hit.key_id, hit.account) == (secret, "", "")


def test_what_was_found_does_not_print_its_secret() -> None:
    key = planted.long_term(random.Random(2))
    (hit,) = found(f"{key.id} {key.secret}")
    assert key.secret not in repr(hit)
    assert key.secret not in f"{[hit]}"
