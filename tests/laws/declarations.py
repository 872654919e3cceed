"""What the laws are quantified over: every declaration of every room."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
import pytest

from ishigaki.core.call import Call
from ishigaki.core.control import Control, Example
from ishigaki.core.record import Record, converter, decoding
from ishigaki.core.resource import Resource, facets
from ishigaki.services import controls, modules

CONTROLS: tuple[Control, ...] = tuple(controls().values())
EXAMPLES = [
    pytest.param(c, e, id=f"{c.id}-{i}-{e.fault or (e.status.value if e.status else 'ignored')}")
    for c in CONTROLS
    for i, e in enumerate(c.examples)
]
TYPES: tuple[type[Resource], ...] = tuple(
    value
    for module in modules("resources")
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, Resource) and value.__module__ == module.__name__
)


@cache
def service_model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def calls_of(kind: type[Resource]) -> list[Call]:
    """Every call a type declares."""
    found = [kind.listed_by] if kind.listed_by else []
    if kind.detail:
        found.append(kind.detail.call)
    if kind.located:
        found.append(kind.located.call)
    found += [facet.source.call for facet in facets(kind).values()]
    return [c for call in found for c in ([call, call.prepare] if call.prepare else [call])]


def records_in(hint: Any) -> list[type[Record]]:
    """The record types that a type hint is made of."""
    if isinstance(hint, type) and issubclass(hint, Record):
        return [hint]
    return [kind for part in getattr(hint, "__args__", ()) for kind in records_in(part)]


__all__ = [
    "CONTROLS",
    "EXAMPLES",
    "TYPES",
    "Control",
    "Example",
    "calls_of",
    "converter",
    "decoding",
    "records_in",
    "service_model",
]
