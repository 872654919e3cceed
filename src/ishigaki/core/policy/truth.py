"""Kleene's three truth values; an unknown carries the keys and fields it is waiting for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

_FALSE, _UNKNOWN, _TRUE = range(3)


@dataclass(frozen=True, slots=True)
class Truth:
    """False < unknown < true; `causes` names what an unknown needs to be decided."""

    level: int
    causes: frozenset[str] = frozenset()

    @property
    def is_true(self) -> bool:
        return self.level == _TRUE

    @property
    def is_false(self) -> bool:
        return self.level == _FALSE

    @property
    def is_unknown(self) -> bool:
        return self.level == _UNKNOWN

    def __bool__(self) -> NoReturn:
        # `if truth:` would take a side for the unknown, which is the mistake this type exists to stop.
        raise TypeError("a three-valued truth is not a bool: ask is_true, is_false or is_unknown")


FALSE = Truth(_FALSE)
TRUE = Truth(_TRUE)


def known(value: object) -> Truth:
    """The truth of something that was seen."""
    return TRUE if value else FALSE


def unknown(*causes: str) -> Truth:
    return Truth(_UNKNOWN, frozenset(causes))


def negated(truth: Truth) -> Truth:
    if truth.level == _UNKNOWN:
        return truth
    return FALSE if truth.level == _TRUE else TRUE


def all_of(truths: Iterable[Truth]) -> Truth:
    """The least of them: one false decides, else one unknown leaves it open. True of none."""
    pending: frozenset[str] | None = None
    for truth in truths:
        if truth.level == _FALSE:
            return FALSE
        if truth.level == _UNKNOWN:
            pending = truth.causes if pending is None else pending | truth.causes
    return TRUE if pending is None else Truth(_UNKNOWN, pending)


def any_of(truths: Iterable[Truth]) -> Truth:
    """The greatest of them: one true decides, else one unknown leaves it open. False of none."""
    pending: frozenset[str] | None = None
    for truth in truths:
        if truth.level == _TRUE:
            return TRUE
        if truth.level == _UNKNOWN:
            pending = truth.causes if pending is None else pending | truth.causes
    return FALSE if pending is None else Truth(_UNKNOWN, pending)


def agreed(truths: Iterable[Truth], *, cause: str) -> Truth:
    """What holds whichever of several possibilities is the case; unknown, for `cause`, where they differ."""
    possibilities = tuple(truths)
    first = possibilities[0]
    if all(each.level == first.level != _UNKNOWN for each in possibilities):
        return first
    return Truth(_UNKNOWN, frozenset({cause}).union(*(each.causes for each in possibilities)))
