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


@dataclass(frozen=True)
class World:
    """What each place of one account shows. `missing` are places that were to be looked at and were not: what is
    asked of the whole account is incomplete without them."""

    places: Mapping[Place, Populations]
    missing: Collection[Place] = ()
    _wide: dict[Kind, Population[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

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

    def after(self, change: Change) -> World:
        """The account once the change is made."""
        places = dict(self.places)
        for effect in change.effects:
            for place in _shown_in(places, effect):
                places[place] = {**places[place], type(effect.resource): _altered(places[place], effect)}
        return replace(self, places=places)


def _shown_in(places: Mapping[Place, Populations], effect: Effect) -> list[Place]:
    """Where the thing shows: everywhere it was seen, or, where it comes into being, in the place it will lie in."""
    kind, resource = type(effect.resource), effect.resource
    if effect.act is Act.CREATE:
        return [p for p in places if kind in places[p] and p.region in (GLOBAL, resource.region)]
    return [
        p
        for p, kinds in places.items()
        if kind in kinds and any(r.id == resource.id for r in kinds[kind].seen)
    ]


def _altered(populations: Populations, effect: Effect) -> Population[Any]:
    known = populations[type(effect.resource)]
    after = effect.after
    others = [r for r in known.seen if (r.id, r.region) != (effect.resource.id, effect.resource.region)]
    return Population([*others, *([after] if after is not None else [])], known.gaps)
