"""Secrets are replaced when they are collected: by their kind, length and a salted hash, never kept.

Paths are dotted AWS names into an answer: `Functions[].Environment.Variables.*`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any


def redact(page: Any, paths: tuple[str, ...], *, salt: str) -> Any:
    """The page with every value at one of the paths replaced. The page itself is not changed."""
    for path in paths:
        page = _redact(page, path.split("."), salt)
    return page


def _redact(value: Any, path: list[str], salt: str) -> Any:
    if not path:
        return _hidden(value, salt)
    head, rest = path[0], path[1:]
    if head.endswith("[]"):
        return _inside(
            value,
            head[:-2],
            lambda v: [_redact(each, rest, salt) for each in v] if isinstance(v, list) else v,
        )
    if head == "*":
        return {k: _redact(v, rest, salt) for k, v in value.items()} if isinstance(value, Mapping) else value
    return _inside(value, head, lambda v: _redact(v, rest, salt))


def _inside(value: Any, name: str, change: Any) -> Any:
    if not isinstance(value, Mapping) or value.get(name) is None:
        return value
    return {**value, name: change(value[name])}


def _hidden(value: Any, salt: str) -> Any:
    if isinstance(value, Mapping):
        return {k: _hidden(v, salt) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hidden(v, salt) for v in value]
    if value is None or isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else repr(value)
    digest = hashlib.blake2b(text.encode(), digest_size=8, key=salt.encode()[:64]).hexdigest()
    return f"redacted:{type(value).__name__}:{len(text)}:{digest}"
