"""Patterns: only `*` and `?` are special, every text is matched whole, and hostile patterns stay cheap."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ishigaki.core.policy.glob import Glob, Wild, glob, glob_of, relate, tokenise

MATCHES = [
    ("", "", True),
    ("", "a", False),
    ("a", "a", True),
    ("a", "A", False),
    ("*", "", True),
    ("*", "a\nb:/", True),
    ("?", "", False),
    ("?", "a", True),
    ("?", "\n", True),
    ("?", "ab", False),
    ("a*", "a", True),
    ("a*", "abc", True),
    ("a*", "ba", False),
    ("*a", "ba", True),
    ("*a", "ab", False),
    ("a*c", "abc", True),
    ("a*c", "ac", True),
    ("a*c", "acb", False),
    ("a*b*c", "a-b-b-c", True),
    ("a*b*c", "a-c-b", False),
    ("*ab*ab", "abab", True),
    ("*ab*ab", "ab", False),
    ("a?c*", "abcd", True),
    ("a?c*", "acd", False),
    ("?*", "", False),
    ("*?", "", False),
    ("*?", "x", True),
    ("**", "", True),
    ("*?*?", "a", False),
    ("*?*?", "ab", True),
    ("[a]", "a", False),
    ("[a]", "[a]", True),
    ("a.c", "abc", False),
    ("a+", "aa", False),
    ("(a|b)", "a", False),
    ("a$", "a", False),
    ("^a", "a", False),
    ("{a,b}", "a", False),
    ("\\d", "1", False),
    ("\\*", "\\x", True),
    ("a*\n", "ab", False),
    ("a", "a\n", False),
    ("a*", "a\n", True),
    ("*a", "a\n", False),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), MATCHES)
def test_a_pattern_matches_the_whole_text(pattern: str, text: str, expected: bool) -> None:
    assert bool(glob(pattern).matches(text)) is expected


T, U, F = "true", "unknown", "false"
RELATED = [
    ("*", "*", T),
    ("s3:*", "s3:*", T),
    ("*", "s3:*", T),
    ("s3:get*", "s3:*", U),
    ("s3:*", "s3:get*", T),
    ("s3:getobject", "s3:*", U),
    ("ec2:*", "s3:*", F),
    ("ec2:run", "s3:*", F),
    ("*object", "s3:*", U),
    ("b/*", "b/*", T),
    ("b/?*", "b/*", U),
    ("b*", "b/*", T),
    ("b/logs/*", "b/*", U),
    ("b/*/x", "b/*", U),
    ("c/*", "b/*", F),
    ("b", "b/*", F),
    ("*", "?", T),
    ("?", "*", U),
    ("?", "?", T),
    ("??", "?", F),
    ("*?", "?*", T),
    ("?*", "*?", T),
    ("*a", "*b", F),
    ("*a*", "*ba*b", T),
    ("*ab*", "*a*b", U),
    ("a*b", "a*c*b", T),
    ("x", "x", T),
    ("x*", "xy", T),
]


@pytest.mark.parametrize(("pattern", "form", "expected"), RELATED)
def test_a_pattern_covers_meets_or_misses_a_form(pattern: str, form: str, expected: str) -> None:
    assert _word(glob(pattern), glob(form)) == expected


def _word(pattern: Glob, form: str | Glob) -> str:
    truth = relate(pattern, form)
    return T if truth.is_true else F if truth.is_false else U


texts = st.text("ab?*[", max_size=6)
patterns = st.text("ab?*[", max_size=6)


def _reference(pattern: str, text: str) -> bool:
    """The textbook definition, by recursion."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(_reference(pattern[1:], text[cut:]) for cut in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and _reference(pattern[1:], text[1:])


@settings(deadline=None)
@given(patterns, texts)
def test_matching_is_the_textbook_definition(pattern: str, text: str) -> None:
    assert bool(glob(pattern).matches(text)) is _reference(pattern, text)


@settings(deadline=None)
@given(patterns, patterns, texts)
def test_a_relation_holds_for_every_text_of_the_form(pattern: str, form: str, text: str) -> None:
    word = _word(glob(pattern), glob(form))
    if word != U and glob(form).matches(text):
        assert bool(glob(pattern).matches(text)) is (word == T)


@settings(deadline=None)
@given(patterns)
def test_equal_patterns_have_one_form(pattern: str) -> None:
    doubled = glob_of(
        each for token in tokenise(pattern) for each in [token] * (2 if token is Wild.RUN else 1)
    )
    assert doubled == glob(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("*a" * 2_000 + "b", "a" * 20_000),
        ("*a*" * 2_000 + "b", "a" * 20_000),
        ("*?a" * 1_000 + "b", "a" * 20_000),
        ("a*" * 5_000, "a" * 4_999),
    ],
)
def test_a_hostile_pattern_is_answered(pattern: str, text: str) -> None:
    """A matcher that goes back to try other places would not end within a life."""
    assert not glob(pattern).matches(text)


def test_a_hostile_relation_is_given_up_as_unknown() -> None:
    ends = glob("*ax"), glob("b*y")
    assert _word(*ends) == F
    assert _word(glob("*a" * 2_000 + "x"), glob("b*" * 2_000 + "y")) == U, "false, had every pair been tried"
