"""Examples in AWS's own form, by botocore's shapes: what AWS would have said for the record to be as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import botocore.session

from ishigaki.core.answer import GLOBAL, Place
from ishigaki.core.population import Population
from ishigaki.core.record import Record, revive
from ishigaki.core.resource import IDENTITY, Facet, Resource
from ishigaki.core.verbatim import Said, keep
from ishigaki.core.world import World
from tools.shapes import at_path, bound, item_shape

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
            shape = item_shape(shape) if source.batch and shape is not None else shape
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
        steps = path or bound(shape, name)
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
        yield item_shape(_at(_output(kind.listed_by.service, kind.listed_by.operation), kind.items))
    if kind.detail is not None:
        source = kind.detail
        yield item_shape(_at(_output(source.call.service, source.call.operation), source.at))


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
        return [encode(v, _item_of(shape)) for v in value]
    if isinstance(value, Mapping):
        return {k: encode(v, getattr(shape, "value", None)) for k, v in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value


def _item_of(shape: Any) -> Any:
    """The shape of a list's item; a projection's path leads to the item itself."""
    return shape if getattr(shape, "type_name", "") == "structure" else getattr(shape, "member", None)


def _at(shape: Any, path: str) -> Any:
    try:
        return at_path(shape, path)
    except (KeyError, AttributeError):
        return None


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
