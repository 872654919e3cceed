"""The one place where any exception is caught: at named boundaries, so that one bug does not end the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def guarded(work: Callable[[], T], *, crashed: Callable[[Exception], T]) -> T:
    """What the work gives, or what is to be said of its crash. Used at the boundaries unit, control, change,
    message and main; everywhere else exceptions are named."""
    try:
        return work()
    except Exception as bug:  # noqa: BLE001 - the one named boundary
        return crashed(bug)
