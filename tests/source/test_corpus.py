"""The detector, measured: how much of what was planted it finds, and how much of what it finds was planted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from ishigaki.core.keyforms import Found, Rule, found
from ishigaki.core.keyid import account_of
from ishigaki.source.engine import finder
from tests.source import planted
from tests.source.corpus import Sample, look_alikes, others, pairs, planted_in
from tests.source.more_ways import more

SEEDS = range(12)
Find = Callable[[str, str], Iterable[Found]]


def own(_: str, text: str) -> list[Found]:
    return found(text)


def measure(name: str, find: Find, samples: list[Sample]) -> tuple[float, float, Counter[str]]:
    """Recall, precision, and what was missed or wrongly found, by sample. Printed, for `pytest -s`."""
    hit, right, wrong = 0, 0, 0
    trouble: Counter[str] = Counter()
    for sample in samples:
        texts = [each.text for each in find(sample.path, sample.text)]
        for key in sample.keys:
            met = any(t in spelled or spelled in t for t in texts for spelled in key)
            hit += met
            trouble[sample.name] += not met
        for text in texts:
            known = any(text in spelled or spelled in text for key in sample.keys for spelled in key)
            right += known
            wrong += not known
            trouble[sample.name] += not known
    planted_keys = sum(len(s.keys) for s in samples)
    recall, precision = hit / planted_keys, right / max(1, right + wrong)
    print(
        f"{name}: recall {hit}/{planted_keys} = {recall:.3f}, precision {right}/{right + wrong} = {precision:.3f}"
    )
    return recall, precision, +trouble


def every(make: Callable[[random.Random], Iterable[Sample]]) -> list[Sample]:
    return [sample for seed in SEEDS for sample in make(random.Random(seed))]


def test_aws_keys_are_found_and_look_alikes_are_not() -> None:
    samples = every(lambda rng: [*planted_in(rng), *look_alikes(rng)])
    recall, precision, trouble = measure("AWS, own detector", own, samples)
    assert recall >= 0.99, trouble
    assert precision >= 0.99, trouble


def test_so_are_keys_written_in_ways_that_it_was_not_made_for() -> None:
    recall, precision, trouble = measure("AWS, held out", own, every(more))
    assert recall >= 0.98, trouble
    assert precision >= 0.99, trouble


def test_no_look_alike_counts() -> None:
    for sample in every(look_alikes):
        assert found(sample.text) == [], sample.name


def test_the_engine_finds_what_other_makers_gave() -> None:
    samples = every(lambda rng: [*others(rng), *look_alikes(rng)])
    recall, precision, trouble = measure("other makers, engine", finder(), samples)
    assert recall >= 0.8, trouble
    assert precision >= 0.98, trouble
    assert measure("other makers, own detector", own, samples)[0] == 0


@pytest.mark.parametrize("seed", SEEDS)
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
