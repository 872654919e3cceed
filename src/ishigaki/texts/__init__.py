"""The words: loads and renders what the rooms say, in English and Japanese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from ishigaki import services
from ishigaki.core.catalogue import plain
from ishigaki.core.change import Note
from ishigaki.core.fault import Fault
from ishigaki.texts import steps

Language = Literal["en", "ja"]
Words = Mapping[str, str]  # by language
_BLANK = re.compile(
    r"(?:(--[a-z0-9-]+) )?\{(\w+)\}"
)  # in a command a fact is quoted where the shell needs it
LANGUAGES: tuple[Language, ...] = ("en", "ja")


class Number(int):
    """A number in a phrase: `{n}` with thousands separated, `{n:account|accounts}` with the noun it counts."""

    def __format__(self, spec: str) -> str:
        one, _, many = spec.partition("|")
        if not many:
            return super().__format__(spec or ",")
        return f"{self:,} {one if self == 1 else many}"


class ControlText(msgspec.Struct, frozen=True):
    """What is said of a control. `why` gives cause and harm in one sentence, `judged` how it is judged, `fix`
    the exact step, `breaks` what could stop working; `minutes` is the time a person needs for the fix."""

    why: Words
    judged: Words
    fix: Words
    breaks: Words
    minutes: int
    fault: Mapping[str, Words] = {}


class RemediationText(msgspec.Struct, frozen=True):
    """What is said of a remediation: `does` in the imperative ({name} is the thing's), `breaks` what could stop
    working."""

    does: Words
    breaks: Words


class _Room(msgspec.Struct, frozen=True):
    """What one room says: of its controls, its remediations, and of the notes of these."""

    controls: Mapping[str, ControlText]
    remediations: Mapping[str, RemediationText] = {}
    notes: Mapping[str, Words] = {}


@cache
def _rooms() -> tuple[_Room, ...]:
    found = []
    for room in services.ROOMS:
        path = files(services.__name__).joinpath(*room.split("."), "texts.toml")
        if path.is_file():
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            whole = {name: data.pop(name) for name in ("remediations", "notes") if name in data}
            found.append(msgspec.convert(whole | {"controls": data}, _Room))
    return tuple(found)


@cache
def _texts() -> dict[str, ControlText]:
    return {control: text for room in _rooms() for control, text in room.controls.items()}


def control_text(control: str) -> ControlText:
    """What is said of an implemented control; a variant without words of its own has its control's."""
    return _texts().get(control) or _texts()[plain(control)]


@cache
def _remediations() -> dict[str, RemediationText]:
    return {name: text for room in _rooms() for name, text in room.remediations.items()}


def remediation_text(name: str) -> RemediationText:
    """What is said of a remediation. Raises KeyError for one without words."""
    return _remediations()[name]


@cache
def _notes() -> dict[str, Words]:
    shared: dict[str, Words] = tomllib.loads(
        files(__name__).joinpath("notes.toml").read_text(encoding="utf-8")
    )
    for room in _rooms():
        shared |= room.notes
    return shared


def note_text(note: Note, language: Language) -> str:
    """A note in words, its facts filled in. Raises KeyError for one without words."""
    text = _notes()[note.code][language]
    return _BLANK.sub(lambda blank: _fact(blank, note.facts), text)


def _fact(blank: re.Match[str], facts: Mapping[str, object]) -> str:
    option, name = blank.groups()
    return steps.option(option, facts[name]) if option else str(facts[name])


def fault_text(control: str, fault: Fault, language: Language) -> str:
    """A fault in words, its facts filled in."""
    words = control_text(control).fault.get(fault.code)
    return words[language].format(**fault.facts) if words else fault.code


@cache
def _messages() -> dict[str, Words]:
    return tomllib.loads(files(__name__).joinpath("messages.toml").read_text(encoding="utf-8"))


def message(code: str, language: Language, /, **facts: object) -> str:
    """What the command line says, its facts filled in. Raises KeyError for a code without words."""
    counted = {k: Number(v) if isinstance(v, int) else v for k, v in facts.items()}
    return _messages()[code][language].format(**counted)
