"""Lines over time as SVG that fits any width: shapes stretch, strokes and letters do not. See ADR 19.

A plot is 1000 × 1000 units; its labels lie at percentages of it, outside of what stretches.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise

import msgspec

SIZE = 1000
TICKS = 5  # labels of an axis, at most
Spot = tuple[date, float]
STEPS_OF_MONTHS = (1, 2, 3, 4, 6, 12, 24, 60)
A_MONTH_OR_TWO = timedelta(days=62)


class Tick(msgspec.Struct, frozen=True):
    """A label at a place of its axis, in percent of the plot."""

    at: float
    text: str


class Axes(msgspec.Struct, frozen=True):
    """What a plot shows: from day to day, from zero up to `top`."""

    first: date
    last: date
    top: int

    def x(self, day: date) -> float:
        days = (self.last - self.first).days
        return SIZE * (day - self.first).days / days if days else 0

    def y(self, value: float) -> float:
        return SIZE * (1 - value / self.top)

    def path(self, spots: Iterable[Spot]) -> str:
        """A line through spots."""
        points = [f"{self.x(day):.1f} {self.y(value):.1f}" for day, value in spots]
        return "M" + "L".join(points) if points else ""

    def area(self, upper: Sequence[Spot], lower: Sequence[Spot]) -> str:
        """What lies between two lines."""
        return self.path([*upper, *reversed(lower)]) + "Z"

    def values(self) -> list[Tick]:
        """The labels of the upright axis."""
        step = _nice(self.top / TICKS)
        return [Tick(self.y(v) / 10, f"{v:,}") for v in range(0, self.top + 1, step)]

    def days(self) -> list[Tick]:
        """The labels of the level axis: months, or single days where the plot is short."""
        if self.last - self.first <= A_MONTH_OR_TWO:
            step = max(1, math.ceil((self.last - self.first).days / (TICKS - 1)))
            found = [
                self.first + timedelta(days=n) for n in range(0, (self.last - self.first).days + 1, step)
            ]
            return [Tick(self.x(day) / 10, f"{day:%m-%d}") for day in found]
        months = list(_months(self.first, self.last))
        every = next((n for n in STEPS_OF_MONTHS if len(months) <= n * TICKS), STEPS_OF_MONTHS[-1])
        shown = [m for m in months if (m.year * 12 + m.month - 1) % every == 0]
        return [Tick(self.x(day) / 10, f"{day:%Y-%m}") for day in shown]


def axes(first: date, last: date, values: Iterable[float]) -> Axes:
    """Axes that hold all values, their top a round number."""
    most = max(1, math.ceil(max(values, default=1)))
    step = _nice(most / TICKS)
    return Axes(first, last, step * math.ceil(most / step))


def _nice(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not below."""
    power = 10 ** max(0, math.floor(math.log10(max(least, 1))))
    return next(int(n * power) for n in (1, 2, 5, 10) if n * power >= least)


def _months(first: date, last: date) -> Iterable[date]:
    """The first days of the months in between."""
    month = first.replace(day=1)
    while month <= last:
        if month >= first:
            yield month
        month = (month + timedelta(days=31)).replace(day=1)


def runs(spots: Sequence[tuple[Spot, bool]]) -> list[tuple[bool, list[Spot]]]:
    """A line in pieces: those that lead to what was seen whole, and those that do not. They join."""
    if len(spots) == 1:
        return [(spots[0][1], [spots[0][0]])]
    pairs = [(here, there, whole) for (here, _), (there, whole) in pairwise(spots)]
    found = []
    for whole, group in groupby(pairs, key=lambda pair: pair[2]):
        same = list(group)
        found.append((whole, [same[0][0], *(there for _, there, _ in same)]))
    return found


def spark(values: Sequence[int], most: int = 80) -> tuple[str, str]:
    """A small course without axes: its line and the area below, from zero up."""
    shown = values
    if len(values) > most:
        shown = [values[(n + 1) * len(values) // most - 1] for n in range(most)]
    if len(shown) == 1:
        shown = [*shown, *shown]
    top = max(*shown, 1)
    width = SIZE / (len(shown) - 1)
    points = [f"{n * width:.0f} {SIZE * (1 - v / top):.0f}" for n, v in enumerate(shown)]
    line = "M" + "L".join(points)
    return line, f"{line}L{SIZE} {SIZE}L0 {SIZE}Z"
