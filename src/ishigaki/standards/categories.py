"""What each control is about, in the few words by which the response policy tells things apart."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from ishigaki.core.catalogue import plain
from ishigaki.core.concern import Category
from ishigaki.standards import catalogue


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Controls whose category in the catalogue misleads, and why."""

    controls: tuple[str, ...]
    category: Category
    reason: str


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the catalogue's categories are read; `corrections` outweigh them."""

    categories: Mapping[str, Category]
    corrections: tuple[Correction, ...]


@cache
def table() -> Table:
    text = files(__package__ or "").joinpath("categories.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Table)


@cache
def _corrected() -> Mapping[str, Category]:
    return {control: c.category for c in table().corrections for control in c.controls}


def category_of(control: str) -> Category:
    """The category of a control, whatever its variant. Raises KeyError for an id that is not in the catalogue."""
    name = plain(control)
    return _corrected().get(name) or filed(catalogue()[name].category)


@cache
def filed(words: str) -> Category:
    """The category that the catalogue's words mean: the longest beginning that is known decides."""
    steps = _steps(words)
    known = {_steps(key): category for key, category in table().categories.items()}
    for length in range(len(steps), 0, -1):
        if steps[:length] in known:
            return known[steps[:length]]
    raise KeyError(words)


def _steps(words: str) -> tuple[str, ...]:
    return tuple(step.strip().casefold() for step in words.split(">"))
