"""What is known of a request's context keys: present with values, absent, or unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from ishigaki.core.policy.glob import Glob


class Lack(Enum):
    ABSENT = "absent"
    """The request has no such key: this drives IfExists, Null and negated operators."""
    UNKNOWN = "unknown"
    """Nobody looked: decides nothing."""


class Stranger(Enum):
    """A value in some outsider's request: none that a policy fixes, and perhaps any that it leaves open."""

    VALUE = "stranger"


ABSENT, UNKNOWN = Lack.ABSENT, Lack.UNKNOWN

Value = str | Glob | Stranger
"""One text, some text of a form, or an outsider's value."""


@dataclass(frozen=True, slots=True)
class Present:
    values: tuple[Value, ...]


State = Present | Lack


@dataclass(frozen=True, slots=True)
class Context:
    """The states each key may be in (mostly one), by lower-case name: names ignore case, tag keys too."""

    states: Mapping[str, tuple[State, ...]] = field(default_factory=dict)
    otherwise: Lack = UNKNOWN

    def of(self, key: str) -> tuple[State, ...]:
        """The possible states of a key given in lower case."""
        return self.states.get(key) or (self.otherwise,)


Given = str | Glob | Sequence[str] | State | tuple[State, ...]
"""A value, several values, a state, or the several states a key may be in."""


def context(keys: Mapping[str, Given] | None = None, *, otherwise: Lack = UNKNOWN) -> Context:
    """A context; keys not given are unknown, or absent where the whole context is known."""
    return Context({key.lower(): _states(given) for key, given in (keys or {}).items()}, otherwise)


def _states(given: Given) -> tuple[State, ...]:
    if isinstance(given, (str, Glob)):
        return (Present((given,)),)
    if isinstance(given, (Present, Lack)):
        return (given,)
    states = tuple(each for each in given if isinstance(each, (Present, Lack)))
    return states or (Present(tuple(each for each in given if isinstance(each, str))),)
