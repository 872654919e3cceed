"""Short pages: a list operation's answer cut to N items with a token of our own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
import jmespath
from botocore.exceptions import DataNotFoundError, UnknownServiceError

from ishigaki.demo.emulator.state import Answer, Params, Refused
from ishigaki.demo.emulator.wire import operation_model

TOKEN = "page-from-"


@dataclass(frozen=True, slots=True)
class Paginator:
    """How botocore pages an operation."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    results: tuple[str, ...]
    limit: str | None
    more: str | None
    most: int | None = None  # the greatest limit that AWS takes

    @property
    def token(self) -> str:
        """The parameter that carries our token."""
        return self.inputs[0]


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


@cache
def _models(service: str) -> Mapping[str, Any]:
    loader = botocore.session.get_session().get_component("data_loader")
    try:
        found: Mapping[str, Any] = loader.load_service_model(service, "paginators-1")["pagination"]
    except (DataNotFoundError, UnknownServiceError):
        return {}
    return found


def paginator(service: str, operation: str) -> Paginator | None:
    """The operation's paginator, if its tokens and results are plain members (`A` or `A.B`)."""
    found = _models(service).get(operation)
    if not found:
        return None
    paged = Paginator(
        inputs=_texts(found["input_token"]),
        outputs=_texts(found["output_token"]),
        results=_texts(found["result_key"]),
        limit=found.get("limit_key"),
        more=found.get("more_results"),
        most=_most(service, operation, limit=found.get("limit_key")),
    )
    plain = all(part.isidentifier() for path in paged.outputs + paged.results for part in path.split("."))
    return paged if plain else None


def _most(service: str, operation: str, *, limit: str | None) -> int | None:
    model = operation_model(service, operation)
    shape = model.input_shape.members.get(limit) if model and limit else None
    return shape.metadata.get("max") if shape is not None and shape.type_name == "integer" else None


def cut(*, ask: Callable[[Params], Answer], params: Params, paged: Paginator, size: int) -> Answer:
    """One page of at most `size` items of everything that `ask` has."""
    start = _start(params.get(paged.token))
    limit = params.get(paged.limit) if paged.limit else None
    size = min(size, int(limit)) if limit else size
    answer = _everything(ask=ask, params=params, paged=paged)
    longest = 0
    for path in paged.results:
        items = jmespath.search(path, answer)
        if isinstance(items, list):
            longest = max(longest, len(items))
            _put(answer, path=path, value=items[start : start + size])
    end = start + size
    more = end < longest
    for path in paged.outputs:
        _drop(answer, path=path)
    if more:
        _put(answer, path=paged.outputs[0], value=f"{TOKEN}{end}")
    if paged.more:
        _put(answer, path=paged.more, value=more)
    return answer


def _start(token: object) -> int:
    if token is None:
        return 0
    text = str(token)
    if not text.startswith(TOKEN) or not text.removeprefix(TOKEN).isdigit():
        raise Refused("InvalidNextTokenException", f"The token {text} is not valid.")
    return int(text.removeprefix(TOKEN))


def _everything(*, ask: Callable[[Params], Answer], params: Params, paged: Paginator) -> Answer:
    """The whole answer, whatever pages the operation makes of its own.

    A limit that was given stays one: S3 tells the Regions of buckets only where the request has a parameter.
    """
    plain = {key: value for key, value in params.items() if key not in (*paged.inputs, paged.limit)}
    if paged.limit and paged.most and paged.limit in params:
        plain[paged.limit] = paged.most
    answer = ask(plain)
    page = answer
    while tokens := _tokens(page, paged=paged):
        page = ask({**plain, **tokens})
        for path in paged.results:
            items = jmespath.search(path, page)
            if isinstance(items, list):
                _put(answer, path=path, value=[*(jmespath.search(path, answer) or []), *items])
    return answer


def _tokens(page: Answer, *, paged: Paginator) -> dict[str, Any]:
    if paged.more and not jmespath.search(paged.more, page):
        return {}
    found = (jmespath.search(path, page) for path in paged.outputs)
    return {name: token for name, token in zip(paged.inputs, found, strict=False) if token}


def _put(answer: Answer, *, path: str, value: object) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        answer = answer.setdefault(parent, {})
    answer[last] = value


def _drop(answer: Answer, *, path: str) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        answer = answer.get(parent) or {}
    answer.pop(last, None)
