"""The flows of incidents: which steps, in which order, with which commands; known values filled in. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from ishigaki.core.incident import Kind
from ishigaki.texts import Words, steps

# By these verbs a command of AWS's only looks; what a report is generated for, it is looked at.
_LOOKS = re.compile(r"aws [a-z0-9-]+ (get|list|describe|lookup|generate)-|ishigaki ")


class Step(msgspec.Struct, frozen=True):
    """One step of a flow. `breaks` and `decides` are empty where nothing can break and nobody need decide."""

    title: Words
    what: Words
    commands: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    breaks: Words = {}
    decides: Words = {}


class Flow(msgspec.Struct, frozen=True):
    """What is done about one kind of thing, in order."""

    title: Words
    steps: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    valid_on: date
    kinds: Mapping[str, Flow]
    steps: Mapping[str, Step]
    open: Mapping[str, Words]


@cache
def _file() -> _File:
    text = files("ishigaki.texts").joinpath("incidents.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File)


def valid_on() -> date:
    """The day on which the flows were last checked."""
    return _file().valid_on


def title_of(kind: Kind) -> Words:
    """What an incident of this kind is called."""
    return _file().kinds[kind].title


def steps_of(kind: Kind, values: Mapping[str, str]) -> Sequence[Step]:
    """The steps of a kind's flow in order, their commands filled with what is known; what is the same then, once."""
    found = (_file().steps[name] for name in _file().kinds[kind].steps)
    return [
        msgspec.structs.replace(
            step, commands=tuple(dict.fromkeys(steps.filled(c, values) for c in step.commands))
        )
        for step in found
    ]


def changes(command: str) -> bool:
    """Whether a command changes something, rather than look."""
    return not _LOOKS.match(command)


def still_open(commands: Sequence[str]) -> dict[str, Words]:
    """What a person has to fill in, in the order it comes, with what it means."""
    blank = re.compile(
        rf"(?<![A-Z0-9_])({'|'.join(sorted(_file().open, key=len, reverse=True))})(?![A-Z0-9_])"
    )
    found = dict.fromkeys(name for command in commands for name in blank.findall(command))
    return {name: _file().open[name] for name in found}
