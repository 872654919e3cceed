"""Examples in AWS's own form, by botocore's shapes: what AWS would have said for the record to be as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import botocore.session
from jmespath.parser import Parser

from ishigaki.core.answer import GLOBAL, Place
from ishigaki.core.population import Population
from ishigaki.core.record import Record, letters, revive
from ishigaki.core.resource import IDENTITY, Facet, Resource
from ishigaki.core.verbatim import Said, keep
from ishigaki.core.world import World

R = TypeVar("R", bound=Resource)


@cache
def _output(service: str, operation: str) -> Any:
    return botocore.session.get_session().get_service_model(service).operation_model(operation).output_shape


def verbatim(resource: R) -> R:
    """The same resource with what AWS would have said of it."""
    kind = type(resource)
    shapes = list(_item_shapes(kind))
    item: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    for name, value in resource.seen().items():
        declared = kind.members[name]
        if isinstance(declared, Facet):
            meant = any(value == meaning for meaning in declared.meanings.values())
            source = declared.source
            shape = _at(_output(source.call.service, source.call.operation), source.at)
            shown[name] = None if meant else encode(value, shape)
        elif name not in IDENTITY and not _is_absence(declared, value):
            _put(item, declared.at.split(".") if declared.at else [], name, value, shapes)
    made = revive(kind, resource.seen(), resource.__dict__.get("_unseen", {}))
    keep(made, Said(item, shown))
    return made


def _is_absence(declared: Any, value: Any) -> bool:
    return value is None or (
        not isinstance(value, bool) and value == declared.absent and value in (None, "", 0, ())
    )


def _put(item: dict[str, Any], path: list[str], name: str, value: Any, shapes: list[Any]) -> None:
    for shape in shapes:
        steps = path or [m for m in getattr(shape, "members", {}) if letters(m) == letters(name)]
        inner: Any = shape
        for step in steps:
            inner = inner.members.get(step) if inner is not None and hasattr(inner, "members") else None
        if steps and inner is not None:
            for step in steps[:-1]:
                item = item.setdefault(step, {})
            item[steps[-1]] = encode(value, inner)
            return
    item[path[-1] if path else name] = encode(value, None)


def _item_shapes(kind: type[Resource]) -> Iterable[Any]:
    if kind.listed_by is not None and isinstance(kind.items, str):
        yield _member(_at(_output(kind.listed_by.service, kind.listed_by.operation), kind.items))
    if kind.detail is not None:
        source = kind.detail
        yield _member(_at(_output(source.call.service, source.call.operation), source.at))


def _member(shape: Any) -> Any:
    return shape.member if getattr(shape, "type_name", "") == "list" else shape


def encode(value: Any, shape: Any) -> Any:
    """A value as AWS writes it; `shape` may be None where only the value itself tells."""
    if isinstance(value, Record):
        written: dict[str, Any] = {}
        for name, inner in value.seen().items():
            declared = type(value).members[name]
            if not _is_absence(declared, inner):
                path = declared.at.split(".") if declared.at else []
                _put(written, path, name, inner, [shape] if shape is not None else [])
        return written
    if isinstance(value, (tuple, list)):
        return [encode(v, getattr(shape, "member", None)) for v in value]
    if isinstance(value, Mapping):
        return {k: encode(v, getattr(shape, "value", None)) for k, v in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value


def _at(shape: Any, path: str) -> Any:
    try:
        return _walk(shape, Parser().parse(path).parsed) if path else shape
    except (KeyError, AttributeError):
        return None


def _walk(shape: Any, node: dict[str, Any]) -> Any:
    kind, children = node["type"], node["children"]
    if kind == "field":
        return shape.members[node["value"]]
    if kind in ("subexpression", "index_expression", "projection", "pipe", "value_projection"):
        for child in children:
            shape = _walk(shape, child)
        return shape
    if kind == "flatten":
        return _member(_walk(shape, children[0]))
    if kind in ("identity", "current"):
        return shape
    if kind in ("index", "slice"):
        return shape.member
    if kind == "filter_projection":
        return _walk(_walk(shape, children[0]).member, children[1])
    raise KeyError(kind)


def world_of(subject: Resource, given: Iterable[Resource], kinds: Iterable[type[Resource]]) -> World:
    """An account that holds an example: its subject and neighbours, and of every other type nothing."""
    things = [verbatim(r) for r in (subject, *given)]
    regions = {r.region for r in things if r.region != GLOBAL}
    known = {*kinds, *(type(r) for r in things), *_known_kinds()}
    places: dict[Place, dict[type[Resource], Population[Any]]] = {}
    for region in (GLOBAL, *sorted(regions)):
        place = Place(subject.account, region, subject.partition, tuple(r for r in regions if r != region))
        places[place] = {
            kind: Population([r for r in things if type(r) is kind and region in (GLOBAL, r.region)])
            for kind in known
            if kind.scope == place.scope
        }
    return World(places)


@cache
def _known_kinds() -> frozenset[type[Resource]]:
    from ishigaki.services import remedies

    return frozenset(k for remedy in remedies().values() for k in remedy.kinds)
