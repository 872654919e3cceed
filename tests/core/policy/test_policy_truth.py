"""Kleene's tables, and that an unknown keeps its causes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ishigaki.core.policy import FALSE, TRUE, Truth, unknown
from ishigaki.core.policy.truth import agreed, all_of, any_of, known, negated

U, V = unknown("u"), unknown("v")
both = unknown("u", "v")


@pytest.mark.parametrize(
    ("one", "other", "conjunction", "disjunction"),
    [
        (TRUE, TRUE, TRUE, TRUE),
        (TRUE, FALSE, FALSE, TRUE),
        (TRUE, U, U, TRUE),
        (FALSE, FALSE, FALSE, FALSE),
        (FALSE, U, FALSE, U),
        (U, V, both, both),
    ],
)
def test_tables(one: Truth, other: Truth, conjunction: Truth, disjunction: Truth) -> None:
    for pair in ([one, other], [other, one]):
        assert all_of(pair) == conjunction
        assert any_of(pair) == disjunction


def test_of_none() -> None:
    assert (all_of([]), any_of([])) == (TRUE, FALSE)


@pytest.mark.parametrize(("truth", "opposite"), [(TRUE, FALSE), (FALSE, TRUE), (U, U)])
def test_negation(truth: Truth, opposite: Truth) -> None:
    assert negated(truth) == opposite


@pytest.mark.parametrize(
    ("possibilities", "expected"),
    [
        ([TRUE, TRUE], TRUE),
        ([FALSE, FALSE], FALSE),
        ([TRUE, FALSE], unknown("k")),
        ([U, U], unknown("u", "k")),
    ],
)
def test_what_all_possibilities_agree_on(possibilities: list[Truth], expected: Truth) -> None:
    assert agreed(possibilities, cause="k") == expected


def test_a_truth_is_never_taken_for_a_bool() -> None:
    with pytest.raises(TypeError):
        bool(TRUE)


@settings(deadline=None)
@given(st.lists(st.sampled_from([TRUE, FALSE, U, V])))
def test_de_morgan(truths: list[Truth]) -> None:
    assert negated(all_of(truths)) == any_of(negated(each) for each in truths)


def test_what_was_seen_is_known() -> None:
    assert (known([1]), known("")) == (TRUE, FALSE)
    assert (U.is_unknown, TRUE.is_true, FALSE.is_false) == (True, True, True)
