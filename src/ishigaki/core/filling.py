"""Requests of a plan with the answers of earlier steps in their blanks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ishigaki.core.answer import search
from ishigaki.core.call import Call
from ishigaki.core.plan import REF, Request, call_of
from ishigaki.core.proposal import redacted


def bound(request: Request, answers: Mapping[str, Any]) -> Call:
    """The call of a request, with what earlier steps were answered in its blanks."""
    return call_of(msgspec.structs.replace(request, params=_resolved(request.params, answers)))


def _resolved(value: Any, answers: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        if value.keys() == {REF}:
            ref = value[REF]
            found = search(ref["at"], answers.get(ref["step"]) or {})
            if found is None:
                raise LookupError(f"the answer of {ref['step']} has no {ref['at']}")
            if redacted(found):  # what stands for a secret must never be sent
                raise LookupError(f"{ref['at']} in the answer of {ref['step']} is a secret")
            return found
        return {k: _resolved(v, answers) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_resolved(v, answers) for v in value]
    return value


def referred(request: Request) -> frozenset[str]:
    """The steps whose answers fill a request."""

    def steps(value: Any) -> Iterator[str]:
        if isinstance(value, Mapping) and value.keys() == {REF}:
            yield value[REF]["step"]
        elif isinstance(value, Mapping):
            for each in value.values():
                yield from steps(each)
        elif isinstance(value, (list, tuple)):
            for each in value:
                yield from steps(each)

    return frozenset(steps(request.params))


def resolved_requests(requests: Sequence[Request], answers: Mapping[str, Any]) -> tuple[Request, ...]:
    """Requests with the blanks filled that answers fill."""
    return tuple(msgspec.structs.replace(r, params=_resolved(r.params, answers)) for r in requests)
