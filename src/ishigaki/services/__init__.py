"""The rooms, one per AWS service: what is collected, what is required, what is said. Nothing here acts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from types import ModuleType

import msgspec

from ishigaki.core.control import Control
from ishigaki.core.resource import Resource

ROOMS = (
    "account",
    "s3",
)


def modules(part: str) -> Iterator[ModuleType]:
    """The rooms' modules of one kind: `resources` or `controls`; a room may have only the first."""
    for room in ROOMS:
        name = f"{__name__}.{room}.{part}"
        if find_spec(name) is not None:
            yield import_module(name)


@cache
def controls() -> dict[str, Control]:
    """Every implemented control, by id (with variant)."""
    return {c.id: c for module in modules("controls") for c in module.CONTROLS}


@cache
def resource_types() -> dict[str, type[Resource]]:
    """For each AWS resource type the class that lists it; `account` and `account_region` stand for the account.

    Where a room has several classes for one AWS type, the first that is declared is the type's inventory.
    """
    found: dict[str, type[Resource]] = {}
    for module in modules("resources"):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Resource) and value.__module__ == module.__name__:
                found.setdefault(value.aws, value)
    return found


def key(kind: type[Resource]) -> str:
    """The name of a type in the table of reads: its room and class."""
    return f"{kind.__module__.removeprefix(__name__ + '.')}.{kind.__name__}"


@cache
def reads() -> dict[str, dict[str, list[str]]]:
    """For each control the members it reads of each type, as recorded over its examples (`make generate`)."""
    text = files(__name__).joinpath("reads.json").read_text(encoding="utf-8")
    return msgspec.json.decode(text, type=dict[str, dict[str, list[str]]])
