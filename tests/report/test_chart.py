"""Charts: everything lies within the plot, labels do not crowd, and a line in pieces is whole."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.report.chart import SIZE, TICKS, axes, runs, spark

START = date(2026, 1, 1)
values = st.lists(st.integers(0, 100_000), min_size=1, max_size=400)


def numbers(path: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+\.?\d*", path)]


@given(values)
def test_everything_lies_within_the_plot(found: list[int]) -> None:
    spots = [(START + timedelta(days=n), float(v)) for n, v in enumerate(found)]
    plot = axes(START, spots[-1][0], found)
    assert all(0 <= n <= SIZE for n in numbers(plot.path(spots)))
    assert plot.top >= max(found)
    assert 2 <= len(plot.values()) <= TICKS + 1
    assert all(0 <= tick.at <= 100 for tick in (*plot.values(), *plot.days()))


@pytest.mark.parametrize("days", [0, 1, 10, 62, 63, 120, 365, 1000, 4000])
def test_labels_do_not_crowd(days: int) -> None:
    ticks = axes(START, START + timedelta(days=days), [1]).days()
    assert 1 <= len(ticks) <= TICKS
    assert len({tick.text for tick in ticks}) == len(ticks)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_a_line_in_pieces_leads_through_every_spot(whole: list[bool]) -> None:
    spots = [((START + timedelta(days=n), float(n)), seen) for n, seen in enumerate(whole)]
    pieces = runs(spots)
    joined = [pieces[0][1][0], *(spot for _, piece in pieces for spot in piece[1:])]
    assert joined == [spot for spot, _ in spots]
    assert all(piece[0] == before[-1] for (_, before), (_, piece) in pairwise(pieces))


@given(values)
def test_a_small_course_fills_its_room(found: list[int]) -> None:
    line, area = spark(found)
    assert all(0 <= n <= SIZE for n in numbers(line) + numbers(area))
    assert numbers(line)[-2] == pytest.approx(SIZE, abs=1)
