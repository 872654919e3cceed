"""What AWS said of a thing, word for word, and what it will say once a change is made.

Changes are written in AWS's own form: a list document is merged into what AWS said of it, unknown members and
all, and the way back is what AWS said before. The typed record decides; the verbatim one is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from ishigaki.core.answer import GLOBAL
from ishigaki.core.call import fill
from ishigaki.core.record import decode_members, decoding, letters, revive
from ishigaki.core.resource import IDENTITY, Facet, Resource, facets
from ishigaki.core.unseen import NOT_COLLECTED, NOT_IN_ANSWER, Unseen

R = TypeVar("R", bound=Resource)


class Said(msgspec.Struct, frozen=True):
    """An item as it was listed (and detailed), and the part of an answer that each facet is; None where AWS says
    that there is none."""

    item: Mapping[str, Any]
    facets: Mapping[str, Any] = {}


def keep(resource: Resource, said: Said) -> None:
    """Lay what AWS said beside a resource that has just been made. It takes no part in comparing resources."""
    resource.__dict__["_said"] = said


def said_of(resource: Resource) -> Said:
    """Everything that AWS said of a resource. Raises `Unseen` where it was not kept."""
    kept: Said | None = resource.__dict__.get("_said")
    if kept is None:
        raise Unseen(f"{type(resource).__name__}, verbatim", NOT_COLLECTED)
    return kept


def said(resource: Resource, name: str) -> Any:
    """What AWS said of one member: JSON as AWS writes it, None where AWS says there is none.

    Raises `Unseen` where the member was not seen, even where its absence is known to mean something else.
    """
    declared = type(resource).members[name]
    kept = said_of(resource)
    if isinstance(declared, Facet):
        if name not in kept.facets:
            getattr(resource, name)  # raises why it was not seen
            raise Unseen(f"{type(resource).__name__}.{name}", NOT_COLLECTED)
        getattr(resource, name)
        return kept.facets[name]
    getattr(resource, name)
    if name == "tags":
        return dict(resource.tags)
    path = _path(resource, name, kept.item)
    found: Any = kept.item
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _path(resource: Resource, name: str, item: Mapping[str, Any]) -> tuple[str, ...]:
    """Where a member lies in an item: where its declaration says, or under AWS's spelling of its name."""
    at = type(resource).members[name].at
    if at:
        return tuple(at.split("."))
    return (next((k for k in item if letters(k) == letters(name)), name),)


def predicted(resource: R, becomes: Mapping[str, Any]) -> R:
    """The resource as AWS will show it once these members are what a change makes them."""
    kind = type(resource)
    kept = said_of(resource)
    item, shown = dict(kept.item), dict(kept.facets)
    seen = {k: v for k, v in resource.__dict__.items() if not k.startswith("_")}
    unseen = dict(resource.__dict__.get("_unseen", {}))
    for name, value in becomes.items():
        declared = kind.members[name]
        if isinstance(declared, Facet):
            shown[name] = value
        elif name == "tags":
            seen["tags"] = dict(value)
            continue
        else:
            _put(item, _path(resource, name, item), value)
        seen.pop(name, None)
        unseen.pop(name, None)
    told = [n for n in becomes if n != "tags"]
    _decode(kind, item, {n: shown[n] for n in told if n in shown}, (seen, unseen), told)
    made = revive(kind, seen, unseen)
    keep(made, Said(item, shown))
    return made


def _put(item: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        inner = item.get(part)
        item[part] = inner = dict(inner) if isinstance(inner, Mapping) else {}
        item = inner
    if value is None:
        item.pop(path[-1], None)
    else:
        item[path[-1]] = value


def new(kind: type[R], *, near: Resource, region: str = "", item: Mapping[str, Any], **shown: Any) -> R:
    """A resource that a change will make, as AWS will list it (`item`) and show it (`shown`, facet by facet).

    It lies in the account of `near`, and in its Region where no other is named.
    """
    where = {
        "account": near.account,
        "region": region or (GLOBAL if kind.scope == "global" else near.region),
        "partition": near.partition,
    }
    around = {**item, **where}
    around["region"] = where["region"] = str(fill(kind.identity["region"], around))
    identity = {
        **where,
        "id": str(fill(kind.identity["id"], around)),
        "account": str(fill(kind.identity["account"], around)),
    }
    identity["name"] = str(fill(kind.identity["name"], around)) if kind.identity["name"] else identity["id"]
    seen: dict[str, Any] = {**identity, "tags": {}}
    unseen: dict[str, str] = {}
    _decode(kind, item, shown, (seen, unseen), [*kind.members])
    made = revive(kind, seen, unseen)
    keep(made, Said(item, shown))
    return made


def _decode(
    kind: type[Resource],
    item: Mapping[str, Any],
    shown: Mapping[str, Any],
    into: tuple[dict[str, Any], dict[str, str]],
    names: list[str],
) -> None:
    seen, unseen = into
    of_item: dict[str, Any] = {}
    blind: dict[str, str] = {}
    decode_members(kind, item, of_item, blind)
    seen |= {n: v for n, v in of_item.items() if n in names and n not in IDENTITY}
    unseen |= {n: v for n, v in blind.items() if n in names and n not in IDENTITY}
    for name, facet in facets(kind).items():
        if name not in names or name not in shown:
            continue
        if shown[name] is not None:
            seen[name] = decoding(kind).facets[name](shown[name])
        elif facet.meanings:
            seen[name] = next(iter(facet.meanings.values()))
        else:
            unseen[name] = NOT_IN_ANSWER
