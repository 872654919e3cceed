"""The desired account as data: profiles, layers, where a value comes from, and mistakes in the file."""

from __future__ import annotations

import pytest

from ishigaki.baselines import ORDER, items
from ishigaki.baselines.desired import PROFILES, parse, profile, resolve
from ishigaki.core.remediation import Around
from ishigaki.core.usage import UsageError
from ishigaki.services import remedies

HERE = Around("111122223333", environment="production")


def test_every_item_has_its_remediation() -> None:
    assert set(ORDER.values()) <= remedies().keys()
    assert list(items()) == list(ORDER)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_names_known_items_and_a_source_for_each(name: str) -> None:
    found = profile(name)
    assert found.keys() <= ORDER.keys()
    assert all(entry["source"]["en"] and entry["source"]["ja"] for entry in found.values())
    baseline = parse(f'profile = "{name}"', file="baseline.toml")
    assert [r.item.name for r in resolve(baseline, HERE)] == [i for i in ORDER if i in found]


def test_a_value_tells_where_it_comes_from() -> None:
    baseline = parse(
        """
profile = "standard"
[environments]
production = "production"
[items.password_policy]
max_age_days = 90
[accounts."111122223333".items.password_policy]
minimum_length = 20
""",
        file="baseline.toml",
    )
    (found,) = [r for r in resolve(baseline, HERE) if r.item.name == "password_policy"]
    assert found.values["minimum_length"] == (20, "baseline.toml, account 111122223333")
    assert found.values["max_age_days"] == (90, "baseline.toml")
    assert found.values["reuse_prevention"] == (24, "profile production")
    assert found.values["character_classes"] == (True, "profile production")


def test_an_item_is_left_out_by_on_and_nothing_by_absence() -> None:
    baseline = parse('profile = "standard"\n[items.config]\non = false\n', file="baseline.toml")
    names = [r.item.name for r in resolve(baseline, HERE)]
    assert "config" not in names
    assert "guardduty" in names
    nothing = parse('profile = "none"', file="baseline.toml")
    assert resolve(nothing, HERE) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("profile = ", "file_not_toml"),
        ('profile = "best"', "unknown_profile"),
        ("[items.teapot]", "unknown_item"),
        ("[items.password_policy]\nminimum_lenght = 3", "baseline_invalid"),
        ('[items.password_policy]\nminimum_length = "long"', "baseline_invalid"),
        ("[items.s3_public_access]\nblock = true", "item_without_values"),
        ("colour = 1", "baseline_invalid"),
    ],
)
def test_a_mistake_names_the_file_and_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text, file="baseline.toml")
    assert refused.value.code == code
    assert refused.value.facts["file"] == "baseline.toml"
