"""From declarations to typed resources: what to ask AWS, and what its answers amount to.

`gather` is a generator: it yields calls and is sent answers. The collector drives it with AWS, `judge`
drives it with a snapshot; both see the same resources because this is the only place that makes them.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

import msgspec

from ishigaki.core.answer import GLOBAL, Answer, Gap, Place, listed, search
from ishigaki.core.call import Call, Unfilled, call, fill
from ishigaki.core.population import Population
from ishigaki.core.record import Undecodable, decode_members, decoding, revive
from ishigaki.core.resource import IDENTITY, Batch, Facet, Resource, Source, facets
from ishigaki.core.unseen import NOT_COLLECTED, NOT_IN_ANSWER, UNDECODABLE
from ishigaki.core.verbatim import Said, keep

R = TypeVar("R", bound=Resource)
Y = TypeVar("Y")
Item: TypeAlias = dict[str, Any]
Asking: TypeAlias = Generator[Sequence[Call], Sequence[Answer], Y]

TAGS = call("resourcegroupstaggingapi", "GetResources")
LOCATED = "located"  # where an item keeps a Region that had to be asked for


class Shown(msgspec.Struct, frozen=True):
    """What a source shows of an item: a value, or the code that says why there is none."""

    value: Any = None
    error: str = ""
    message: str = ""


class Gathered(msgspec.Struct, frozen=True):
    """A population, and every gap met on the way: of the listing (they make it incomplete) and of facets."""

    population: Population[Any]
    gaps: tuple[Gap, ...]


class _Draft:
    """An item on its way to a resource."""

    __slots__ = ("facets", "identity", "item", "seen", "unseen")

    def __init__(self, item: Item, identity: dict[str, Any]) -> None:
        self.item, self.identity = item, identity
        self.facets: dict[str, Any] = {}
        self.seen: dict[str, Any] = {}
        self.unseen: dict[str, str] = {}


def gather(
    kind: type[R],
    place: Place,
    wanted: Collection[str],
    *,
    verbatim: bool = False,
    only: Collection[str] = (),
) -> Asking[Gathered]:
    """Every resource of one type in one place. `wanted` names the members that will be read; facets and
    details that none of them needs are not asked for, and an empty `wanted` only lists. `verbatim` keeps beside
    each resource what AWS said (`core.verbatim`); `only` looks closer at the things with these ids alone, and
    leaves the others out."""
    items, gaps = yield from _listing(kind, place)
    if kind.located:
        yield from _locate(kind, kind.located, items, place)
    drafts: list[_Draft] = []
    for item in items:
        try:
            drafts.append(_Draft(item, _identity(kind, item, place)))
        except Unfilled:
            gaps += (_gap(kind, kind.listed_by, UNDECODABLE, place, item),)
    if only:
        drafts = [d for d in drafts if d.identity["id"] in only]
    blind: tuple[Gap, ...] = ()
    if kind.detail and not set(wanted) <= set(IDENTITY):
        blind += yield from _detail(kind, kind.detail, drafts, place)
    for draft in drafts:
        decode_members(kind, draft.item, draft.seen, draft.unseen)
    blind += yield from _facets(kind, drafts, place, wanted)
    if "tags" in wanted and not kind.identity["tags"]:
        blind += yield from _tags(kind, drafts, place)
    resources = [revive(kind, {**d.seen, **d.identity}, d.unseen) for d in drafts]
    if verbatim:
        for made, draft in zip(resources, drafts, strict=True):
            keep(made, Said(draft.item, draft.facets))
    return Gathered(Population(resources, gaps), gaps + blind)


def _listing(kind: type[Resource], place: Place) -> Asking[tuple[list[Item], tuple[Gap, ...]]]:
    """The items of a type, each with its parent's item under `parent`."""
    if kind.listed_by is None:
        return [{}], ()
    parents: list[Item] = [{}]
    gaps: tuple[Gap, ...] = ()
    if kind.over is not None:
        parents, gaps = yield from _listing(kind.over, place)
    calls: list[Call] = []
    asked: list[Item] = []
    for parent in parents:
        try:
            calls.append(kind.listed_by.filled(_around(parent, place), region=place.asked_in))
            asked.append(parent)
        except Unfilled:
            gaps += (_gap(kind, kind.listed_by, UNDECODABLE, place, parent),)
    answers = (yield calls) if calls else ()
    items: list[Item] = []
    for parent, answer in zip(asked, answers, strict=True):
        if answer.error and not any(_says(meaning, answer.error, answer.message) for meaning in kind.nothing):
            gaps += (_gap(kind, kind.listed_by, answer.error, place, parent),)
        for page in answer.pages:
            found = listed(kind.items, page) if isinstance(kind.items, str) else kind.items(page)
            items += [_item(each, parent if kind.over else None) for each in found]
    return items, gaps


def _item(found: Any, parent: Item | None) -> Item:
    item = dict(found) if isinstance(found, Mapping) else {"": found}
    return item if parent is None else {**item, "parent": parent}


def _around(item: Mapping[str, Any], place: Place) -> Item:
    return {**item, "account": place.account, "region": place.asked_in, "partition": place.partition}


def _identity(kind: type[Resource], item: Item, place: Place) -> dict[str, Any]:
    around = {**_around(item, place), "region": place.region}
    region = str(item.get(LOCATED) or fill(kind.identity["region"], around))
    around["region"] = region
    identity: Item = {
        "id": str(fill(kind.identity["id"], around)),
        "region": region,
        "account": str(fill(kind.identity["account"], around)),
        "partition": place.partition,
    }
    identity["name"] = str(fill(kind.identity["name"], around)) if kind.identity["name"] else identity["id"]
    if kind.identity["tags"]:
        identity["tags"] = _tag_map(search(kind.identity["tags"], item))
    return identity


def _locate(kind: type[Resource], source: Source, items: list[Item], place: Place) -> Asking[None]:
    """Ask for the Region of the items whose listing does not tell it; what stays untold has no identity."""
    lost = [item for item in items if not _told(kind.identity["region"], item)]
    calls = [source.call.filled(_around(item, place), region=place.asked_in) for item in lost]
    answers = (yield calls) if calls else ()
    for item, answer in zip(lost, answers, strict=True):
        if not answer.error:
            item[LOCATED] = search(source.at, answer.merged)


def _told(template: str, item: Item) -> bool:
    try:
        fill(template, item)
    except Unfilled:
        return False
    return True


def _tag_map(tags: Any) -> dict[str, str]:
    """Tags as AWS writes them: a map, or a list of Key and Value (some services: key, value; TagKey, TagValue)."""
    if isinstance(tags, Mapping):
        return {str(k): str(v) for k, v in tags.items()}
    pairs = [
        {k.lower().removeprefix("tag"): v for k, v in t.items()} for t in tags or () if isinstance(t, Mapping)
    ]
    return {str(p["key"]): str(p.get("value", "")) for p in pairs if "key" in p}


def _detail(
    kind: type[Resource], source: Source, drafts: list[_Draft], place: Place
) -> Asking[tuple[Gap, ...]]:
    """Lay what the detail shows over each item. What the listing showed stays where the detail is unseen."""
    gaps: tuple[Gap, ...] = ()
    shown = yield from _look(source, drafts, place)
    for draft, part in zip(drafts, shown, strict=True):
        if part.error or not isinstance(part.value, Mapping):
            code = part.error or UNDECODABLE
            draft.unseen = dict.fromkeys(decoding(kind).members, code)
            gaps += (_gap(kind, source.call, code, place, draft.item),)
        else:
            draft.item = {**draft.item, **part.value}
    return gaps


def _facets(
    kind: type[Resource], drafts: list[_Draft], place: Place, wanted: Collection[str]
) -> Asking[tuple[Gap, ...]]:
    gaps: tuple[Gap, ...] = ()
    for name, facet in facets(kind).items():
        if name not in wanted:
            for draft in drafts:
                draft.unseen[name] = NOT_COLLECTED
            continue
        concerned = [d for d in drafts if _concerns(facet, d.item) and not place.leaves(d.identity["region"])]
        for draft in drafts:
            draft.unseen[name] = NOT_COLLECTED
        shown = yield from _look(facet.source, concerned, place)
        for draft, part in zip(concerned, shown, strict=True):
            draft.unseen.pop(name)
            code = _understand(kind, name, facet, part, draft)
            if code:
                draft.unseen[name] = code
                gaps += (_gap(kind, facet.source.call, code, place, draft.item),)
    return gaps


def _concerns(facet: Facet, item: Item) -> bool:
    """Whether an item is one that the facet is asked of; one that does not tell is asked."""
    return all(item.get(name) in (value, None) for name, value in facet.only.items())


def _understand(kind: type[Resource], name: str, facet: Facet, part: Shown, draft: _Draft) -> str:
    """Put a facet's value among what was seen, or say why it is unseen."""
    if part.error:
        for meaning, value in facet.meanings.items():
            if _says(meaning, part.error, part.message):
                draft.seen[name], draft.facets[name] = value, None
                return ""
        return part.error
    try:
        draft.seen[name] = decoding(kind).facets[name](part.value)
        draft.facets[name] = part.value
    except Undecodable:
        return UNDECODABLE
    return ""


def _says(meaning: str, error: str, message: str) -> bool:
    """Whether an error is the one that a declaration names, by its code or as `Code: words of its message`."""
    code, colon, words = meaning.partition(": ")
    return code == error and (not colon or words in message)


def _look(source: Source, drafts: list[_Draft], place: Place) -> Asking[list[Shown]]:
    """For each draft what the source shows of it, asked in the Region the thing lives in."""
    where = [_region(d, place) for d in drafts]
    if source.batch:
        return (yield from _look_in_batches(source, source.batch, drafts, place, where))
    shown = [Shown(error=UNDECODABLE)] * len(drafts)
    calls: dict[int, Call] = {}
    for number, draft in enumerate(drafts):
        try:
            calls[number] = source.call.filled(_around(draft.item, place), region=where[number])
        except Unfilled:
            continue
    answers = (yield list(calls.values())) if calls else ()
    for number, answer in zip(calls, answers, strict=True):
        if answer.error:
            shown[number] = Shown(error=answer.error, message=answer.message)
        else:
            value = search(source.at, answer.merged)
            shown[number] = Shown(error=NOT_IN_ANSWER) if value is None else Shown(value)
    return shown


def _look_in_batches(
    source: Source, batch: Batch, drafts: list[_Draft], place: Place, where: list[str]
) -> Asking[list[Shown]]:
    shown = [Shown(error=NOT_IN_ANSWER)] * len(drafts)
    keys = [fill(batch.of, draft.item) for draft in drafts]
    together: dict[tuple[str, ...], tuple[Call, list[int]]] = {}  # what one call may be asked about
    for number, draft in enumerate(drafts):
        asked = source.call.filled(_around(draft.item, place), region=where[number])
        together.setdefault(asked.key, (asked, []))[1].append(number)
    chunks: list[list[int]] = []
    calls = []
    for asked, numbers in together.values():
        for start in range(0, len(numbers), batch.size):
            chunk = numbers[start : start + batch.size]
            chunks.append(chunk)
            calls.append(replace(asked, params={**asked.params, batch.param: [keys[n] for n in chunk]}))
    answers = (yield calls) if calls else ()
    for chunk, answer in zip(chunks, answers, strict=True):
        parts = {fill(batch.by, part): part for page in answer.pages for part in listed(source.at, page)}
        for number in chunk:
            if keys[number] in parts:
                shown[number] = Shown(parts[keys[number]])
            elif answer.error:
                shown[number] = Shown(error=answer.error)
    return shown


def _tags(kind: type[Resource], drafts: list[_Draft], place: Place) -> Asking[tuple[Gap, ...]]:
    """Tags of types whose listing shows none: one paged call for a whole Region, which lists its tagged things."""
    where = dict.fromkeys([place.asked_in, *(_region(d, place) for d in drafts)])
    calls = [TAGS.filled({}, region=region) for region in where]
    answers = dict(zip(where, (yield calls), strict=True))
    known = {
        m["ResourceARN"]: m.get("Tags")
        for answer in answers.values()
        for p in answer.pages
        for m in p.get("ResourceTagMappingList", ())
    }
    for draft in drafts:
        error = answers[_region(draft, place)].error
        if draft.identity["id"] in known or not error:
            draft.identity["tags"] = _tag_map(known.get(draft.identity["id"]))
        else:
            draft.unseen["tags"] = error
    return tuple(
        _gap(kind, c, a.error, place, {}) for c, a in zip(calls, answers.values(), strict=True) if a.error
    )


def _region(draft: _Draft, place: Place) -> str:
    region: str = draft.identity["region"]
    return place.asked_in if region == GLOBAL else region


def _gap(kind: type[Resource], asked: Call | None, code: str, place: Place, item: Item) -> Gap:
    try:
        named = str(fill(kind.identity["id"], _around(item, place)))
    except Unfilled:
        named = ""
    operation = f"{asked.service}:{asked.operation}" if asked else ""
    permission = asked.permissions[0] if asked else ""
    return Gap(kind.aws, operation, permission, code, place.region, named)


def with_parents(kinds: Iterable[type[Resource]]) -> Iterator[type[Resource]]:
    """The types and the types they are listed over."""
    for kind in kinds:
        yield kind
        if kind.over is not None:
            yield from with_parents([kind.over])
