"""What differs between two values in AWS's form: leaf by leaf, and in lists item by item, whatever their order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

# AWS's notes of when something last changed, which every change renews.
TIMES = (
    "UpdatedAt",
    "LastModified",
    "LastModifiedDate",
    "LastModifiedTime",
    "LastUpdatedTime",
    *("updatedAt", "lastUpdatedAt", "firstEnabledAt", "disabledAt"),  # as Macie writes them
)

SWITCH = ".enabled"  # how the attribute ends that switches on what its other attributes set


class Difference(msgspec.Struct, frozen=True):
    """`path` is dotted, `[]` stands for an item of a list; None is a value that is not there."""

    path: str
    before: Any
    after: Any


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Where the two differ. A policy in a string counts as what it says."""
    before, after = _opened(before), _opened(after)
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            inner = f"{path}.{name}" if path else str(name)
            yield from differences(before.get(name), after.get(name), inner)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, f"{path}[]")
    elif before != after:
        if before is None and isinstance(after, Mapping):
            yield from differences({}, after, path)
        elif after is None and isinstance(before, Mapping):
            yield from differences(before, {}, path)
        else:
            yield Difference(path, before, after)


def what_matters(before: Any, after: Any) -> list[Difference]:
    """Where the two differ in what they mean: not in notes of time, not where AWS says that something is off, 0 or
    empty and might as well say nothing, and not in the settings of what is off."""
    found = differences(_lasting(before), _lasting(after))
    bare = (Difference(d.path, d.before or None, d.after or None) for d in found)
    return [d for d in bare if d.before != d.after]


def _lasting(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _lasting(v) for k, v in value.items() if k not in TIMES}
    if isinstance(value, (list, tuple)):  # AWS lists things in no order of its own
        return sorted((_lasting(v) for v in _effective(value)), key=repr)
    return value


def _effective(items: Sequence[Any]) -> Sequence[Any]:
    """Attributes (`Key`, `Value`) without the settings of what is off: of access logs that are switched off again,
    a load balancer goes on showing the last bucket."""
    keys = [item.get("Key") if isinstance(item, Mapping) else None for item in items]
    off = tuple(
        key.removesuffix(SWITCH) + "."
        for key, item in zip(keys, items, strict=True)
        if isinstance(key, str) and key.endswith(SWITCH) and item.get("Value") == "false"
    )
    if not off:
        return items
    return [
        item
        for key, item in zip(keys, items, strict=True)
        if not (isinstance(key, str) and key.startswith(off) and not key.endswith(SWITCH))
    ]


def _items(before: Sequence[Any], after: Sequence[Any], path: str) -> Iterator[Difference]:
    gone, come = [*before], []
    for item in after:
        if item in gone:
            gone.remove(item)
        else:
            come.append(item)
    yield from (Difference(path, item, None) for item in gone)
    yield from (Difference(path, None, item) for item in come)


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value[:1] == "{":
        try:
            return _opened(json.loads(value))
        except ValueError:
            return value
    if isinstance(value, tuple):
        return [_opened(v) for v in value]
    if isinstance(value, list):
        return [_opened(v) for v in value]
    if isinstance(value, Mapping):
        return {k: _opened(v) for k, v in value.items()}
    return value
