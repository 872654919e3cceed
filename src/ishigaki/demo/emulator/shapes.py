"""Answers held against botocore's output shapes, and the empty answer a shape admits."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (datetime,),
    "blob": (bytes, str),
    "list": (list, tuple),
    "map": (dict,),
    "structure": (dict,),
}
BARE: Mapping[str, Any] = {"string": "", "integer": 0, "long": 0, "boolean": False, "list": [], "map": {}}


def mismatches(value: object, shape: Any, *, path: str = "") -> Iterator[str]:
    """Where a value is not what the shape says: wrong type, unknown member, missing required member."""
    if not isinstance(value, KINDS.get(shape.type_name, (object,))):
        yield f"{path or '.'}: {type(value).__name__} instead of {shape.type_name}"
    elif shape.type_name == "structure" and isinstance(value, Mapping):
        yield from _structure(value, shape, path)
    elif shape.type_name == "list" and isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from mismatches(item, shape.member, path=f"{path}[{index}]")
    elif shape.type_name == "map" and isinstance(value, Mapping):
        for key, item in value.items():
            yield from mismatches(item, shape.value, path=f"{path}.{key}")


def _structure(value: Mapping[str, Any], shape: Any, path: str) -> Iterator[str]:
    if getattr(shape, "is_document_type", False):
        return
    for name in shape.required_members:
        if name not in value:
            yield f"{path}.{name}: missing"
    for name, item in value.items():
        if name not in shape.members:
            yield f"{path}.{name}: unknown"
        elif item is not None:
            yield from mismatches(item, shape.members[name], path=f"{path}.{name}")


def empty(shape: Any) -> dict[str, Any]:
    """The shape's answer when there is nothing: its lists empty, what it requires at its least."""
    if shape is None:
        return {}
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        if member.type_name == "list":
            found[name] = []
        elif name in shape.required_members or (member.type_name == "structure" and _is_listing(member)):
            found[name] = empty(member) if member.type_name == "structure" else BARE[member.type_name]
    return found


def _is_listing(shape: Any) -> bool:
    """CloudFront wraps its lists in a structure with `Items` and `Quantity`."""
    return {"Items", "Quantity"} <= set(shape.members)
