"""An account as its places showed it, and as it will be once a change is made. Pure: nothing is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ishigaki.core.answer import GLOBAL, Gap, Place
from ishigaki.core.change import Act, Change, Effect
from ishigaki.core.control import Neighbours
from ishigaki.core.evaluate import NOBODY, View
from ishigaki.core.population import Population
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import NOT_COLLECTED

NOT_REACHED = "NotReached"  # a place that was to be looked at and was not
Kind = type[Resource]
Populations = Mapping[Kind, Population[Any]]
Things = Mapping[tuple[str, str], Resource]  # by id and Region


@dataclass(frozen=True)
class World:
    """What each place of one account shows. `missing` are places that were to be looked at and were not: what is
    asked of the whole account is incomplete without them."""

    places: Mapping[Place, Populations]
    missing: Collection[Place] = ()
    _wide: dict[Kind, Population[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _known: dict[tuple[Place, Kind], Things] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def regions(self) -> frozenset[str]:
        return frozenset(p.region for p in self.places if p.region != GLOBAL)

    def view(self, place: Place, wide: Populations) -> View:
        return View(place, self.places[place], wide, self.regions or None)

    def account_wide(self, kind: Kind) -> Population[Any]:
        """A type over the whole account; a thing that several Regions show is one, as its own Region shows it."""
        if kind not in self._wide:
            self._wide[kind] = self._gathered(kind)
        return self._wide[kind]

    def _gathered(self, kind: Kind) -> Population[Any]:
        populations = {place: kinds[kind] for place, kinds in self.places.items() if kind in kinds}
        if not populations:
            return Population((), [Gap(kind.aws, "", "", NOT_COLLECTED, "")])
        things: dict[str, Resource] = {}
        for place, population in populations.items():
            for resource in population.seen:
                if resource.id not in things or resource.region == place.region:
                    things[resource.id] = resource
        gaps = [g for p in populations.values() for g in p.gaps]
        gaps += [
            Gap(kind.aws, "scan", "", NOT_REACHED, p.region) for p in self.missing if p.scope == kind.scope
        ]
        return Population(things.values(), gaps)

    def neighbours(self, place: Place, wanted: Mapping[str, Neighbours]) -> dict[str, Population[Any]]:
        """What a control or a remediation is given beside its subject, by parameter."""
        return {
            name: self.account_wide(n.kind) if n.account_wide else self.places[place].get(n.kind, NOBODY)
            for name, n in wanted.items()
        }

    def subjects(self, kinds: Collection[Kind]) -> Iterator[tuple[Place, Resource]]:
        """The account's own things of these types, each in the place it is judged in."""
        for place, populations in self.places.items():
            for kind in kinds:
                if kind.scope != place.scope or kind not in populations:
                    continue
                for resource in populations[kind].seen:
                    if resource.account == place.account and place.region in (GLOBAL, resource.region):
                        yield place, resource

    def find(self, kinds: Collection[Kind], id: str, region: str) -> tuple[Place, Resource] | None:
        """One of the account's own things, in the place it is judged in."""
        for place, populations in self.places.items():
            for kind in kinds:
                if kind.scope != place.scope or kind not in populations:
                    continue
                found = self._things(place, kind).get((id, region))
                if found and found.account == place.account and place.region in (GLOBAL, found.region):
                    return place, found
        return None

    def after(self, change: Change) -> World:
        """The account once the change is made. What it does not touch is shared with this world, so that thousands
        of changes can be made one after the other."""
        world = self
        for effect in change.effects:
            world = world._with(effect)
        return world

    def _with(self, effect: Effect) -> World:
        kind = type(effect.resource)
        places = dict(self.places)
        altered: dict[tuple[Place, Kind], Things] = {}
        for place in self._shown_in(effect):
            things = altered[place, kind] = _altered(self._things(place, kind), effect)
            places[place] = {**places[place], kind: Population(things.values(), places[place][kind].gaps)}
        made = replace(self, places=places)
        made._known.update(self._known | altered)
        made._wide.update({known: wide for known, wide in self._wide.items() if known is not kind})
        return made

    def _shown_in(self, effect: Effect) -> list[Place]:
        """Where the thing shows: everywhere it was seen, or, where it comes into being, in the place it will lie
        in."""
        kind, resource = type(effect.resource), effect.resource
        here = [place for place, kinds in self.places.items() if kind in kinds]
        if effect.act is Act.CREATE:
            return [p for p in here if p.region in (GLOBAL, resource.region)]
        return [p for p in here if (resource.id, resource.region) in self._things(p, kind)]

    def _things(self, place: Place, kind: Kind) -> Things:
        """The things of a type in a place, by id and Region; built once."""
        if (place, kind) not in self._known:
            seen = self.places[place][kind].seen
            self._known[place, kind] = {(thing.id, thing.region): thing for thing in seen}
        return self._known[place, kind]


def _altered(things: Things, effect: Effect) -> Things:
    identity, after = (effect.resource.id, effect.resource.region), effect.after
    if after is not None:
        return {**things, identity: after}
    return {known: thing for known, thing in things.items() if known != identity}
