"""Secrets are replaced when they are collected: by their kind, length and a salted hash, never kept.

Paths are dotted AWS names into an answer: `Functions[].Environment.Variables.*`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

SENSITIVE = re.compile(
    r"password|passphrase|secretstring|secretbinary|secretaccesskey|privatekey|userdata|authtoken|sharedkey"
    r"|presharedkey|clientsecret|^environment$|environmentvariables|connectionstring|certificateprivate",
    re.IGNORECASE,
)
# Members whose name or mark suggests a secret while AWS documents them as something that may be read.
NOT_SECRET: Mapping[str, str] = {
    "KMSMasterKeyID": "the id of a key is not the key (s3:GetBucketEncryption marks it sensitive)",
    "MlUserDataEncryptionMode": "a mode, whose name happens to hold `UserData`",
    "adminUsername": "a name: whether it is the default one is what RedshiftServerless.5 asks",
}


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


def secret_paths(shape: Any, *, any_name: bool = False) -> Iterator[str]:
    """The paths of a botocore output shape that may hold secrets: marked sensitive, or named like one.

    With `any_name` every path of the shape, so that a declaration can be checked to exist.
    """
    if shape is not None:
        yield from _paths(shape, "", any_name, ())


def _paths(shape: Any, path: str, any_name: bool, above: tuple[str, ...]) -> Iterator[str]:
    if shape.name in above or len(above) > 12:
        return
    above = (*above, shape.name)
    for name, inner in shape.members.items() if shape.type_name == "structure" else ():
        here = f"{path}.{name}".lstrip(".")
        while inner.type_name == "list":
            here, inner = f"{here}[]", inner.member
        telling = name not in NOT_SECRET and (inner.metadata.get("sensitive") or SENSITIVE.search(name))
        leaf = inner.type_name not in ("structure", "map", "boolean", "integer", "long", "timestamp")
        if any_name:
            yield here
        elif telling and (leaf or inner.type_name == "map"):
            yield f"{here}.*" if inner.type_name == "map" else here
            continue
        if inner.type_name == "map":
            if any_name:
                yield f"{here}.*"
            inner, here = inner.value, f"{here}.*"
        if inner.type_name == "structure":
            yield from _paths(inner, here, any_name, above)
