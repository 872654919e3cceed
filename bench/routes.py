"""Which operation a request asks: by its target, its action, or its method and path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bench.estates import Operation

ACTION = re.compile(rb"(?:^|&)Action=(\w+)&Version=([\d-]+)")
# Operations that botocore's endpoint rules have signed for another name than their service's.
SIGNED_FOR: Mapping[Operation, str] = {("s3", "ListDirectoryBuckets"): "s3express"}
TARGET = re.compile(rb"(?i)\r\nx-amz-target: *([^\r]+)")


@dataclass(frozen=True)
class Path:
    """A REST operation: its method, its path as a pattern, and the query names that tell it from others."""

    method: str
    pattern: re.Pattern[str]
    query: frozenset[str]
    operation: Operation

    def fits(self, method: str, path: str, query: frozenset[str]) -> bool:
        return method == self.method and self.query <= query and bool(self.pattern.fullmatch(path))


class Routes:
    """The operations that are known, by the name their service is signed with."""

    def __init__(self, models: Iterable[Any]) -> None:
        self._named: dict[tuple[str, str], Operation] = {}
        self._paths: dict[str, list[Path]] = {}
        for model in models:
            operation = (model.service_model.service_name, model.name)
            signed = SIGNED_FOR.get(operation, model.service_model.signing_name)
            if model.service_model.resolved_protocol.startswith("rest"):
                self._paths.setdefault(signed, []).append(_path(model, operation))
            else:
                self._named.setdefault((signed, _name(model)), operation)
        for paths in self._paths.values():
            paths.sort(key=lambda p: (-len(p.query), p.pattern.pattern.count("[^/]"), len(p.pattern.pattern)))
        self._by_path = lru_cache(maxsize=8192)(self._look)

    def find(self, signed: str, head: bytes, body: bytes) -> Operation | None:
        """The operation that a request asks of the service it is signed for; None where it is not known."""
        if target := TARGET.search(head):
            return self._named.get((signed, target[1].decode()))
        if action := ACTION.search(body):
            return self._named.get((signed, f"{action[1].decode()}@{action[2].decode()}"))
        method, url, _ = head.split(b" ", 2)
        return self._by_path(signed, method.decode(), url.decode())

    def _look(self, signed: str, method: str, url: str) -> Operation | None:
        path, _, asked = url.partition("?")
        query = frozenset(part.partition("=")[0] for part in asked.split("&") if part)
        fitting: Iterator[Path] = (p for p in self._paths.get(signed, ()) if p.fits(method, path, query))
        found = next(fitting, None)
        return found.operation if found else None


def _name(model: Any) -> str:
    facts: Mapping[str, str] = model.service_model.metadata
    if "targetPrefix" in facts:
        return f"{facts['targetPrefix']}.{model.name}"
    return f"{model.name}@{facts['apiVersion']}"


def _path(model: Any, operation: Operation) -> Path:
    path, _, query = model.http["requestUri"].partition("?")
    pieces = re.split(r"(\{\w+\+?\})", path)
    pattern = "".join(
        (".+" if piece.endswith("+}") else "[^/]+") if piece.startswith("{") else re.escape(piece)
        for piece in pieces
    )
    names = frozenset(part.partition("=")[0] for part in query.split("&") if part)
    return Path(model.http["method"], re.compile(pattern), names, operation)
