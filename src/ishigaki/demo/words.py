"""The demonstration's own words, in English and Japanese."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from ishigaki.texts import Language, Words


@cache
def words() -> dict[str, Words]:
    """What the demonstration says, by code and language."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def said(code: str, language: Language, /, **facts: object) -> str:
    """A sentence of the demonstration, its blanks filled."""
    return words()[code][language].format(**facts)
