"""In which language the command line speaks: `--lang`, else the estate file, else the locale."""

from __future__ import annotations

import os
from contextvars import ContextVar

import click

from ishigaki.texts import Language, message

CHOSEN: ContextVar[Language | None] = ContextVar("language", default=None)


def language() -> Language:
    """The language chosen for this run."""
    return CHOSEN.get() or _locale()


def choose(*words: str) -> None:
    """The first of these words that is a language, if one is."""
    for word in words:
        if word in ("ja", "en"):
            CHOSEN.set("ja" if word == "ja" else "en")
            return


def _locale() -> Language:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "ja" if value.startswith("ja") else "en"
    return "en"


def words(code: str, /, **facts: object) -> str:
    """A message in the chosen language."""
    return message(code, language(), **facts)


def say(code: str, /, *, err: bool = False, **facts: object) -> None:
    """Say a message, on standard error where it is not the result."""
    click.echo(words(code, **facts), err=err)
