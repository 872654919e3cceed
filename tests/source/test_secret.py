"""The allow list: a reason, an owner, an end; and what a mistake in it is told as."""

from __future__ import annotations

import random
from datetime import date

import pytest

from ishigaki.core.keyforms import Rule
from ishigaki.core.secret import Allowed, Hit, fingerprint, once_each, parse, sort, written
from ishigaki.core.usage import UsageError
from tests.source import planted

TODAY = date(2026, 11, 22)
PRINT = "0123456789abcdef0123"
HIT = Hit(Rule.ACCESS_KEY, "tests/data/a.json", 3, 9, PRINT)
ENTRY = Allowed("moto's own", "ci@example.com", date(2027, 1, 31), PRINT)


def test_an_entry_in_force_lets_its_secret_stay_wherever_it_is() -> None:
    elsewhere = Hit(Rule.ACCESS_KEY, "b.json", 1, 1, PRINT)
    other = Hit(Rule.ACCESS_KEY, "b.json", 2, 1, "f" * 20)
    told = sort([HIT, elsewhere, other], [ENTRY], today=TODAY)
    assert told.counted == (other,)
    assert [hit for hit, _ in told.allowed] == [HIT, elsewhere]


@pytest.mark.parametrize(("day", "counts"), [(date(2027, 1, 31), False), (date(2027, 2, 1), True)])
def test_the_day_after_its_last_it_counts_again_and_says_so(day: date, *, counts: bool) -> None:
    told = sort([HIT], [ENTRY], today=day)
    assert (told.counted == (HIT,)) is counts
    assert (told.expired == ((HIT, ENTRY),)) is counts


def test_a_renewed_entry_beside_an_expired_one_holds() -> None:
    renewed = Allowed("still moto's", "ci@example.com", date(2027, 6, 1), PRINT)
    told = sort([HIT], [ENTRY, renewed], today=date(2027, 3, 1))
    assert (told.counted, told.expired, told.allowed) == ((), (), ((HIT, renewed),))


@pytest.mark.parametrize(
    ("rule", "path", "fits"),
    [
        (Rule.ACCESS_KEY, "tests/data/*", True),
        (Rule.ACCESS_KEY, "tests/data/a.json", True),
        (Rule.ACCESS_KEY, "tests/data", False),
        (Rule.ACCESS_KEY_ID, "tests/data/*", False),
        (Rule.ACCESS_KEY, "src/*", False),
    ],
)
def test_a_rule_in_a_path_is_both(rule: str, path: str, *, fits: bool) -> None:
    entry = Allowed("fixtures", "ci@example.com", date(2027, 1, 31), rule=rule, path=path)
    assert (sort([HIT], [entry], today=TODAY).counted == ()) is fits


def test_what_is_written_is_read_again() -> None:
    odd = Allowed('say "yes"\\ and\tgo', "佐藤", date(2027, 1, 31), rule="github-pat", path="a b/*.env")
    text = written(ENTRY) + written(odd)
    assert parse(text, file="secrets.toml", today=TODAY) == (ENTRY, odd)


GOOD = f'[[allow]]\nfingerprint = "{PRINT}"\nreason = "r"\nowner = "o"\nexpires = 2027-01-01\n'


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (('reason = "r"', 'reason = " "'), "secret_lacks", 3),
        (('owner = "o"', 'owner = ""'), "secret_lacks", 4),
        (("2027-01-01", "2027-11-24"), "secret_period", 5),
        (("2027-01-01", '"soon"'), "secrets_invalid", 5),
        ((PRINT, "abc"), "secret_fingerprint", 2),
        ((f'fingerprint = "{PRINT}"', 'rule = "x"'), "secret_scope", 1),
        ((f'fingerprint = "{PRINT}"', f'fingerprint = "{PRINT}"\nrule = "x"\npath = "y"'), "secret_scope", 1),
        ((f'fingerprint = "{PRINT}"', ""), "secret_scope", 1),
        (("owner", "woner"), "secrets_invalid", 4),
        (('reason = "r"', "reason = "), "file_not_toml", 3),
    ],
)
def test_a_mistake_is_told_with_its_line(change: tuple[str, str], code: str, line: int) -> None:
    with pytest.raises(UsageError) as told:
        parse(GOOD.replace(*change), file="secrets.toml", today=TODAY)
    assert (told.value.code, int(told.value.facts["line"])) == (code, line)


def test_an_expired_entry_is_no_mistake() -> None:
    assert len(parse(GOOD.replace("2027", "2024"), file="secrets.toml", today=TODAY)) == 1


def test_a_fingerprint_is_the_same_everywhere_and_of_chance_alone() -> None:
    secret = planted.secret(random.Random(1))
    assert fingerprint(Rule.ACCESS_KEY, secret) == fingerprint(Rule.SECRET_ACCESS_KEY, secret)
    assert len(fingerprint(Rule.ACCESS_KEY, secret)) == 20
    assert fingerprint("generic-password", "hunter2") == ""


def test_what_has_no_fingerprint_is_never_taken_for_the_same() -> None:
    one, two = Hit("github-pat", "a", 1, 1), Hit("github-pat", "b", 1, 1)
    assert once_each([HIT, one, HIT, two]) == [[HIT, HIT], [one], [two]]
