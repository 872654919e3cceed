"""What every HTML page is made with: templates, styles, words in both languages, and what a page may fetch (nothing)."""

from __future__ import annotations

import base64
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ishigaki.report.words import known, moment, phrase
from ishigaki.texts import Words

PACKAGE = __name__.rpartition(".")[0]


def environment() -> Environment:
    """Templates with the words that every page has; a page adds its own."""
    made = Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "both": both,
        "moment": lambda when: both(moment(when)),
        "comma": lambda number: f"{number:,}",
        "known": lambda value, key: both(known(key, value)),
    }
    made.globals |= {"t": _say, "words": phrase}
    return made


def both(words: Words) -> Markup:
    """Words in both languages, of which the reader's choice shows one; said once where they are the same."""
    english, japanese = escape(words["en"]), escape(words["ja"])
    if english == japanese:
        return english
    return Markup('<span lang="en">{}</span><span lang="ja">{}</span>').format(english, japanese)


def _say(key: str, /, **facts: Any) -> Markup:
    return both(phrase(key, **facts))


@cache
def asset(name: str) -> str:
    """A file of ours that a page holds."""
    return files(PACKAGE).joinpath("templates", name).read_text(encoding="utf-8")


def policy(style: str, script: str = "") -> str:
    """The page may use its own style and script, known by their hashes, and fetch nothing at all."""
    scripts = f"script-src {_hash(script)}; " if script else ""
    return (
        f"default-src 'none'; style-src {_hash(style)}; {scripts}img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
