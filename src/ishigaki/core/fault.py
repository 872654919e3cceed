"""A fault: one way in which a resource falls short, in data and not in prose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """`code` names what is wrong; `facts` fill the blanks of its text in every language.

    `doubt` marks what AWS reports as WARNING: it cannot be told from this account and Region.
    """

    code: str
    facts: dict[str, Any] = {}
    doubt: bool = False


Faults: TypeAlias = Iterator[Fault]


def fault(code: str, **facts: Any) -> Fault:
    """A proven fault."""
    return Fault(code, facts)


def doubt(code: str, **facts: Any) -> Fault:
    """What AWS answers WARNING for: the thing to look at belongs to another account or Region."""
    return Fault(code, facts, doubt=True)
