"""Several programs at once, each in a process of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from typing import Any

Program = tuple[Callable[..., None], tuple[Any, ...]]


def at_once(programs: Sequence[Program]) -> list[int | None]:
    """Start them together and wait for all: how each ended. One that fails says why on its standard error."""
    fork = multiprocessing.get_context("fork")
    started = [fork.Process(target=work, args=given) for work, given in programs]
    for program in started:
        program.start()
    for program in started:
        program.join(timeout=60)
    return [program.exitcode for program in started]
