"""What AWS charges for what a plan may bring: price facts by name, each with its source and its day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from ishigaki.core.plan import Planned

ELSEWHERE = "us-east-1"  # the figure taken for a Region that has none of its own
AWS = "https://aws.amazon.com/"


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """US dollars of one `unit` by Region, without tax. A plan counts `typical` units a month for each; `label` says
    so. `needs_call` ("service:Operation") is the call that commits to it, where one call does."""

    usd: Mapping[str, float]
    typical: float
    unit: Mapping[str, str]
    label: Mapping[str, str]
    source: str
    as_of: date
    needs_call: str = ""

    def basis(self, home: str) -> str:
        """The Region whose figure is taken."""
        return home if home in self.usd else ELSEWHERE

    def monthly(self, home: str) -> float:
        """US dollars a month for one of it."""
        return self.usd[self.basis(home)] * self.typical

    @property
    def page(self) -> str:
        """Where AWS says it."""
        return AWS + self.source


@cache
def prices() -> Mapping[str, Price]:
    """Every price fact, by name."""
    text = files(__package__ or "").joinpath("prices.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Price])


def monthly(home: str) -> Mapping[str, float]:
    """US dollars a month for one of each fact, as planning adds them up."""
    return {name: price.monthly(home) for name, price in prices().items()}


def known_since(facts: Iterable[str]) -> date | None:
    """The day of the oldest of these facts; None of none."""
    return min((prices()[f].as_of for f in facts if f in prices()), default=None)


def commitments(changes: Iterable[Planned]) -> tuple[str, ...]:
    """The facts that calls of these changes commit to for long: they are named before anything is done."""
    made = {f"{s.request.service}:{s.request.operation}" for c in changes for s in c.steps}
    return tuple(name for name, price in prices().items() if price.needs_call in made)
