"""Which members a control reads, found by letting it judge its own examples.

A spied resource is the same record under a class that notes every member it is asked for.
"""

from __future__ import annotations

from typing import Any, TypeVar

from ishigaki.core.control import EXAMPLE_NOW, Control, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.resource import Resource

R = TypeVar("R", bound=Resource)
Reads = set[tuple[type[Resource], str]]


def spied(resource: R, into: Reads) -> R:
    """The resource, noting each member that is read of it."""
    kind = type(resource)

    def noting(self: Any, name: str) -> Any:
        if name in kind.members:
            into.add((kind, name))
        return object.__getattribute__(self, name)

    spy = type(kind.__name__, (kind,), {"__getattribute__": noting, "__annotations__": {}})
    made: R = object.__new__(spy)
    made.__dict__.update(resource.__dict__)
    return made


IDENTITY_OF_FINDING = ("id", "name", "account", "region", "partition")


def reads_of(control: Control, example: Example) -> Reads:
    """The members that judging one example reads, identity apart."""
    read: Reads = set()
    judge_example(control, example, now=EXAMPLE_NOW, seen=lambda r: spied(r, read))
    return {(kind, name) for kind, name in read if name not in IDENTITY_OF_FINDING}
