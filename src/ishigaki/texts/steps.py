"""The steps that people follow, with what is known of the thing filled in. Pure.

What stands in capitals (BUCKET, REGION …) is listed in `steps.toml`: some of it is known of what failed, the rest
is looked up or decided by a person and stays as it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, Protocol

import msgspec

ANY = "any"
Part = Literal["account", "region", "name", "id", "end"]
_BARE = re.compile(r"[A-Za-z0-9_.:/@+,][A-Za-z0-9_.:/@%+=,-]*")  # needs no quotes, in or outside of quotes


class Thing(Protocol):
    """What a step is about, as a finding or a plan names it."""

    @property
    def account(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def resource(self) -> str: ...
    @property
    def name(self) -> str: ...


class _Steps(msgspec.Struct, frozen=True):
    valid_on: date
    known: dict[str, dict[str, Part]]
    open: dict[str, dict[str, str]]


@cache
def _steps() -> _Steps:
    text = files("ishigaki.texts").joinpath("steps.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Steps)


def valid_on() -> date:
    """The day on which the steps were last checked."""
    return _steps().valid_on


def known_for(type: str) -> Mapping[str, Part]:
    """What can be filled in for things of an AWS type, and from what."""
    return {**_steps().known[ANY], **_steps().known.get(type, {})}


def blanks() -> frozenset[str]:
    """Everything that stands for a value in the steps."""
    return frozenset(_steps().open).union(*_steps().known.values())


def values_for(thing: Thing, type: str) -> dict[str, str]:
    """The values that are known of a thing, by what they stand for. What cannot be printed is left open."""
    parts: dict[Part, str] = {
        "account": thing.account,
        "region": "" if thing.region == "aws-global" else thing.region,
        "name": thing.name,
        "id": thing.resource,
        "end": re.split("[/:]", thing.resource)[-1],
    }
    values = {blank: parts[part] for blank, part in known_for(type).items()}
    return {blank: value for blank, value in values.items() if value and value.isprintable()}


def filled_for(text: str, things: Iterable[tuple[Thing, str]]) -> str:
    """A step for all of these things, each with its AWS type: with what is the same for all of them."""
    return filled(text, shared(values_for(thing, type) for thing, type in things))


def shared(values: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What is the same for all of several things."""
    pools = list(values)
    first = pools[0] if pools else {}
    return {k: v for k, v in first.items() if all(p.get(k) == v for p in pools)}


def filled(text: str, values: Mapping[str, str]) -> str:
    """A step with these values in it. One that the shell would read otherwise is quoted; within quotes, or as
    part of a word, it cannot be, and what stands for it stays."""
    if not values:
        return text
    return _blank(values).sub(lambda found: _filled(found, values), text)


def option(name: str, value: object) -> str:
    """An option of a command with its value, or values with spaces between, as the shell has to be told."""
    words = [word if _BARE.fullmatch(word) else _quoted(word) for word in str(value).split(" ")]
    return f"{name}{'=' if str(value).startswith('-') else ' '}{' '.join(words)}"


def _blank(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = "|".join(sorted(names, key=len, reverse=True))
    return re.compile(rf"(?:(--[a-z0-9-]+) )?(?<![A-Z0-9_])({longest_first})(?![A-Z0-9_])")


def _filled(found: re.Match[str], values: Mapping[str, str]) -> str:
    name, blank = found.groups()
    value, text = values[blank], found.string
    bare = _BARE.fullmatch(value)
    if not bare and not _stands_alone(text[: found.start(2)], text[found.end() :]):
        return found[0]
    if name and value.startswith("-"):  # or it would be taken for an option itself
        return option(name, value)
    return f"{name} " * bool(name) + (value if bare else _quoted(value))


def _stands_alone(before: str, after: str) -> bool:
    return before[-1:] in ("", " ") and not re.match(r"[\w\"'/}=-]", after, re.ASCII)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def still_open(text: str) -> list[str]:
    """What a person has to fill in, in the order it comes."""
    return list(dict.fromkeys(found[2] for found in _blank(blanks()).finditer(text)))


def meaning(blank: str, type: str = "") -> Mapping[str, str] | None:
    """What a person fills in there; None where it is what the finding itself is about."""
    return None if blank in known_for(type) else _steps().open.get(blank)
