"""Secrets are replaced when they are collected: by their kind, length and a salted hash, never kept.

Paths are dotted AWS names into an answer: `Functions[].Environment.Variables.*`. Of a list only some items may be
meant, by what another member of theirs says (`Options[Namespace=a|b].Value`, or `!=` for all others). Of an address
that is named `location~login` only what stands before its @ is hidden.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

_ITEMS = re.compile(r"(?P<name>[^\[]*)\[(?:(?P<key>\w+)(?P<others>!?)=(?P<values>.*))?\]")
LOGIN = "~login"


def redact(page: Any, paths: tuple[str, ...], *, salt: str) -> Any:
    """The page with every value at one of the paths replaced. The page itself is not changed."""
    for path in paths:
        page = _redact(page, path.split("."), salt)
    return page


def _redact(value: Any, path: list[str], salt: str) -> Any:
    if not path:
        return _hidden(value, salt)
    head, rest = path[0], path[1:]
    if items := _ITEMS.fullmatch(head):
        return _inside(
            value,
            items["name"],
            lambda v: (
                [_redact(each, rest, salt) if _is_meant(each, items) else each for each in v]
                if isinstance(v, list)
                else v
            ),
        )
    if head.endswith(LOGIN):
        return _inside(value, head.removesuffix(LOGIN), lambda v: _without_login(v, salt))
    if head == "*":
        return {k: _redact(v, rest, salt) for k, v in value.items()} if isinstance(value, Mapping) else value
    return _inside(value, head, lambda v: _redact(v, rest, salt))


def _is_meant(item: Any, items: re.Match[str]) -> bool:
    """Whether a path is about this item of a list. What does not say what it is counts as meant."""
    if items["key"] is None or not isinstance(item, Mapping) or items["key"] not in item:
        return True
    return (item[items["key"]] in items["values"].split("|")) != bool(items["others"])


def _without_login(address: Any, salt: str) -> Any:
    """An address whose user name, password or token is hidden; one that may hold more of them is hidden whole."""
    if not isinstance(address, str) or "://" not in address or "?" in address:
        return _hidden(address, salt)
    scheme, _, rest = address.partition("://")
    authority, slash, path = rest.partition("/")
    login, at, host = authority.rpartition("@")
    if not at:
        return _hidden(address, salt) if "@" in path else address
    return f"{scheme}://{_hidden(login, salt)}@{host}{slash}{path}"


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
