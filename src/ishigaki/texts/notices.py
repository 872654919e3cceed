"""The words of messages: phrases, and what is said of a control or a detection to whoever has to act. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import msgspec

from ishigaki.texts import Language, Number, Words

ANY = "any"
_KIND = re.compile(r"(?P<purpose>[^:/]+):(?P<target>[^:/]+)/(?P<family>[^.!]+)")
_T = TypeVar("_T")


class ControlTelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a message says of controls in other words than the controls' own. `name` is what it is about in a few
    words, `hours` how long a fix may take to show (a credential report is up to four hours older than a day)."""

    ids: tuple[str, ...] = ()
    name: Words | None = None
    why: Words | None = None
    question: Words | None = None
    fix: Words | None = None
    safer: Words | None = None
    hours: int = 24


class DetectionTelling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a message says of a detection: what was seen and its harm (`why`), where it comes from, what to do first."""

    name: Words | None = None
    why: Words | None = None
    cause: Words | None = None
    question: Words | None = None
    steps: Mapping[str, tuple[str, ...]] | None = None
    safer: Words | None = None
    link: str = ""


class _Notices(msgspec.Struct, frozen=True):
    phrases: Mapping[str, Mapping[str, Words]]
    controls: Mapping[str, ControlTelling]
    detections: Mapping[str, DetectionTelling]


@cache
def _notices() -> _Notices:
    text = files("ishigaki.texts").joinpath("notices.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    tellings = msgspec.convert(data.pop("controls"), tuple[ControlTelling, ...])
    detections = msgspec.convert(data.pop("detection"), dict[str, DetectionTelling])
    phrases = msgspec.convert(data, dict[str, dict[str, Words]])
    return _Notices(phrases, {id: each for each in tellings for id in each.ids}, detections)


def phrases(section: str) -> Mapping[str, Words]:
    """All words of a section."""
    return _notices().phrases[section]


def say(key: str, language: Language, /, **facts: Any) -> str:
    """A phrase (`section.key`), its facts filled in. Raises KeyError for one without words."""
    section, _, name = key.partition(".")
    counted = {k: Number(v) if type(v) is int else v for k, v in facts.items()}
    return phrases(section)[name][language].format(**counted)


def control_telling(control: str) -> ControlTelling:
    """What a message says of a control in words of its own; often nothing."""
    return _notices().controls.get(control) or ControlTelling()


def by_category(section: str, category: str) -> Words:
    """The words (`category` or `why`) for a category as AWS writes it: by the first of our keys that is part of it."""
    said = phrases(section)
    return next((words for key, words in said.items() if key in category), said[ANY])


def question_for(resource_type: str) -> Words:
    """The question that finds whoever uses things of a type."""
    said = phrases("question")
    return said.get(resource_type) or said[ANY]


def detection_telling(kind: str) -> DetectionTelling:
    """What is said of a detection: of its whole type, else of its purpose, else of its target, else of any. Only
    what is said of any detection, or of this very one, may lack a safer way."""
    chain = [_notices().detections[key] for key in _keys(kind)]
    return DetectionTelling(
        name=_first(each.name for each in chain),
        why=_first(each.why for each in chain),
        cause=_first(each.cause for each in chain),
        question=_first(each.question for each in chain),
        steps=_first(each.steps for each in chain),
        safer=_first(each.safer for each in chain),
        link=_first(each.link for each in chain) or "",
    )


def _keys(kind: str) -> Iterator[str]:
    """The keys of what is said of a kind, most telling first."""
    parsed = _KIND.match(kind)
    keys = [kind]
    if parsed:
        keys += [parsed[0], f"{parsed['purpose']}:", f":{parsed['target']}"]
    return iter([*(key for key in keys if key in _notices().detections), ANY])


def _first(values: Iterator[_T | None]) -> _T | None:
    return next((value for value in values if value), None)
