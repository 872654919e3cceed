"""Random accounts: things from the examples that lie on controls and remediations, several at once, moved apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
from hypothesis import strategies as st

from ishigaki.core.answer import GLOBAL, Place
from ishigaki.core.call import Unfilled, fill
from ishigaki.core.ownership import STACK
from ishigaki.core.population import Population
from ishigaki.core.record import Record, replace, revive
from ishigaki.core.remediation import EXAMPLE_AROUND, Around, Wanted
from ishigaki.core.resource import EXAMPLE, IDENTITY, Facet, Resource
from ishigaki.core.verbatim import Said, keep, said_of
from ishigaki.core.world import World
from ishigaki.services import controls, remedies
from tools.verbatim import verbatim

ACCOUNT: str = EXAMPLE["account"]
REGIONS = ("ap-northeast-1", "us-east-1", "eu-west-1")
# What tells one example's things from another's: the ids of EC2, and the name that examples give where any will do.
IDS = re.compile(r"\b(vpc|subnet|sg|sgr|acl|eni|i|vol|snap|fl|pl|vpce|nat)-(\w+)\b|\bexample\b(?!\.)")

# Why a thing stays as it is, whatever else the account holds: these are no faults, or somebody else's to mend.
SPARED = (
    "declared_by_organization",
    "group_in_use",
    "instance_managed",
    "key_not_enabled",
    "owned_by_control_tower",
    "retention_by_account_policy",
    "rotates_with_primary",
    "serves_website",
    "website_is_public",
)

# Of these AWS keeps one in a Region.
SINGLE = ("AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel")


@dataclass(frozen=True)
class Piece:
    """An example's things, the subject first, whose example it is and what is wrong with it. A `decoy` is a subject
    that the remediation has to leave as it is, whatever else there is."""

    things: tuple[Resource, ...]
    source: str
    fault: str = ""
    decoy: bool = False


@dataclass(frozen=True)
class Laid:
    """A piece as it lies in an account: in a Region, told from others by a number; of CloudFormation or not."""

    piece: Piece
    region: str
    number: int
    owned: bool = False


@dataclass(frozen=True)
class Estate:
    """An account, what is known around it, and the values that somebody agreed to."""

    laid: tuple[Laid, ...]
    around: Around
    values: Mapping[str, Wanted] = field(default_factory=dict)

    def world(self) -> World:
        return _world(self.things(), self.around.regions)

    def things(self) -> list[Resource]:
        """Every thing once: where two examples mean the same thing, the first tells how it is."""
        found: dict[tuple[type[Resource], str, str], Resource] = {}
        for laid in self.laid:
            for thing in _moved(laid):
                id = "" if thing.aws in SINGLE else thing.id
                found.setdefault((type(thing), id, thing.region), thing)
        return [*found.values()]

    def spared(self) -> Iterator[tuple[str, Resource]]:
        """The decoys, each with the remediation that has to leave it as it is."""
        for laid in self.laid:
            if laid.piece.decoy:
                yield laid.piece.source, next(iter(_moved(laid)))

    def owned(self) -> set[str]:
        """The ids of what belongs to CloudFormation."""
        return {t.id for t in self.things() if STACK in t.seen().get("tags", {})}


@cache
def pieces() -> tuple[Piece, ...]:
    """Every example of every control, and every case of every remediation."""
    judged = [Piece((e.subject, *e.given), c.id, e.fault) for c in controls().values() for e in c.examples]
    planned = [
        Piece((c.subject, *c.given), r.name, decoy=c.skip in SPARED)
        for r in remedies().values()
        for c in r.examples
    ]
    return tuple(judged + planned)


@cache
def agreed() -> Mapping[str, Wanted]:
    """Values that examples agree to, by remediation."""
    return {
        r.name: c.wanted
        for r in reversed(remedies().values())
        for c in reversed(r.examples)
        if c.mends and c.wanted is not None
    }


@st.composite
def estates(draw: st.DrawFn, most: int = 6) -> Estate:
    """One to `most` examples over one to three Regions."""
    regions = REGIONS[: draw(st.integers(1, len(REGIONS)))]
    chosen = draw(st.lists(st.sampled_from(pieces()), min_size=1, max_size=most))
    laid = [
        Laid(p, draw(st.sampled_from(regions)), n, owned=draw(st.integers(0, 9)) == 0)
        for n, p in enumerate(chosen, start=1)
    ]
    kind = draw(st.sampled_from(("", "production", "non-production")))
    around = msgspec.structs.replace(EXAMPLE_AROUND, regions=regions, kind=kind)
    return Estate(tuple(decoys(draw, regions) + laid), around, agreed() if draw(st.booleans()) else {})


def decoys(draw: st.DrawFn, regions: Sequence[str]) -> list[Laid]:
    """Up to two things that look as if something were wrong with them, and have to stay as they are."""
    chosen = draw(st.lists(st.sampled_from([p for p in pieces() if p.decoy]), max_size=2))
    return [Laid(p, draw(st.sampled_from(regions)), n) for n, p in enumerate(chosen, start=100)]


def _moved(laid: Laid) -> Iterator[Resource]:
    for thing in laid.piece.things:
        yield _identified(_elsewhere(thing, laid), laid)


def _elsewhere(value: Any, laid: Laid) -> Any:
    """The same value as it would be in another Region, with ids of its own."""
    if isinstance(value, str):
        return IDS.sub(rf"\g<0>{laid.number}", value.replace(EXAMPLE["region"], laid.region))
    if isinstance(value, Record):
        seen = {k: _elsewhere(v, laid) for k, v in value.seen().items()}
        return revive(type(value), seen, value.__dict__.get("_unseen", {}))
    if isinstance(value, Mapping):
        return {k: _elsewhere(v, laid) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(_elsewhere(v, laid) for v in value)
    return value


def _identified(thing: Resource, laid: Laid) -> Resource:
    """The thing word for word, with the identity that its declaration gives it."""
    kind = type(thing)
    told = verbatim(thing)
    item = dict(said_of(told).item)
    everywhere = kind.scope == "global" and kind.identity["region"] == "{region}"
    region = GLOBAL if everywhere else thing.region
    for template, value in ((kind.identity["name"], thing.name), (kind.identity["region"], region)):
        blank = re.fullmatch(r"\{(\w+)\}", template)
        if blank and blank[1] != "region":
            item.setdefault(blank[1], value)
    where = {"OwnerId": thing.account, **item, "account": thing.account, "partition": "aws", "region": region}
    try:
        id = str(fill(kind.identity["id"], where))
    except Unfilled:
        id = thing.id
    if ":" not in id or "arn:aws:example" in id:
        id = f"arn:aws:{kind.__name__.lower()}:{region}:{thing.account}:{thing.name}"
    name = thing.name if kind.identity["name"] else id
    tags = {STACK: "stack"} if laid.owned and kind.listed_by is not None else None
    made = replace(told, id=id, name=name, region=region, **({"tags": tags} if tags else {}))
    keep(made, Said(item, said_of(told).facets))
    return made


def _world(things: Sequence[Resource], regions: Sequence[str]) -> World:
    """The account that has these things and no others; of itself, what no example tells was not seen."""
    return World(
        {
            place: {
                kind: Population(_there(kind, place, things)) for kind in known() if kind.scope == place.scope
            }
            for place in (
                Place(ACCOUNT, r, others=tuple(o for o in regions if o != r and r != GLOBAL))
                for r in (GLOBAL, *regions)
            )
        }
    )


def _there(kind: type[Resource], place: Place, things: Sequence[Resource]) -> list[Resource]:
    found = [t for t in things if type(t) is kind and place.region in (GLOBAL, t.region)]
    if not found and kind.listed_by is None:
        bare = replace(kind(), id=f"AWS::::Account:{ACCOUNT}", name=ACCOUNT, region=place.region)
        keep(bare, Said({}))
        return [bare]
    return found


@cache
def known() -> tuple[type[Resource], ...]:
    """Every type that a control or a remediation looks at."""
    judged = [k for c in controls().values() for k in c.kinds]
    return tuple(dict.fromkeys([*judged, *(k for r in remedies().values() for k in r.kinds)]))


def seen_members(world: World) -> list[tuple[type[Resource], str, str, str]]:
    """Everything that may be blinded: type, id, Region and member."""
    found: dict[tuple[type[Resource], str, str, str], None] = {}
    for kinds in world.places.values():
        for kind, population in kinds.items():
            for thing in population.seen:
                for name in thing.seen():
                    if name not in IDENTITY:
                        found[kind, thing.id, thing.region, name] = None
    return [*found]


def blinded(world: World, members: Iterable[tuple[type[Resource], str, str, str]]) -> World:
    """The world in which these members were not seen."""
    lost = set(members)

    def blind(thing: Resource) -> Resource:
        names = [n for k, i, r, n in lost if (k, i, r) == (type(thing), thing.id, thing.region)]
        if not names:
            return thing
        made = thing.without(*names)
        keep(made, said_of(thing))
        return made

    places = {
        place: {k: Population([blind(t) for t in p.seen], p.gaps) for k, p in kinds.items()}
        for place, kinds in world.places.items()
    }
    return World(places)


def narrowed(world: World, wanted: Mapping[type[Resource], Collection[str]]) -> World:
    """The world as it is seen where only these members are asked for: what a listing tells comes with it, what the
    call of its own tells that shows more of an item does only where something beside the identity is wanted."""

    def seen(thing: Resource) -> Resource:
        kind, asked = type(thing), wanted[type(thing)]
        bare = kind.detail is not None and set(asked) <= set(IDENTITY)
        told = {
            n for n, m in kind.members.items() if not isinstance(m, Facet) and n not in IDENTITY and not bare
        }
        told |= {"tags"} if kind.identity["tags"] else set()
        kept = {*told, *asked, *IDENTITY[:-1]}
        lost = [n for n in thing.seen() if n not in kept]
        made = thing.without(*lost)
        keep(made, said_of(thing))
        return made

    places = {
        place: {k: Population([seen(t) for t in p.seen], p.gaps) for k, p in kinds.items() if k in wanted}
        for place, kinds in world.places.items()
    }
    return World(places)
