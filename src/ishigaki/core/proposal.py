"""What a remediation proposes for one subject, and how a plan shows it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from ishigaki.core.answer import Place
from ishigaki.core.change import Act, Change, Disruption, Note, Safety, Skip, note
from ishigaki.core.control import Control, Parameters
from ishigaki.core.estate import NON_PRODUCTION
from ishigaki.core.finding import Finding
from ishigaki.core.guarded import guarded
from ishigaki.core.ownership import owner
from ishigaki.core.plan import Cost, Planned, Touched, change_id, steps_of, touched
from ishigaki.core.remediation import Around, Remediation, Wanted
from ishigaki.core.resource import Resource
from ishigaki.core.unseen import Unseen
from ishigaki.core.world import World

Judge = Callable[[World], Iterable[Finding]]
Namer = Callable[[type[Resource]], str]


@dataclass(frozen=True)
class Item:
    """A part of the baseline: what carries it out, and the values it aims at."""

    name: str
    remediation: Remediation
    wanted: Wanted | None


@dataclass(frozen=True)
class Setting:
    """What planning one account goes by. `remedies` are by control id (with variant), as is what the estate has
    `asked` of them; `owned` plans changes of things that belong to CloudFormation or Terraform, too."""

    around: Around
    controls: Mapping[str, Control]
    remedies: Mapping[str, Remediation]
    judge: Judge
    namer: Namer
    now: datetime
    items: Sequence[Item] = ()
    values: Mapping[str, Wanted] = field(default_factory=dict)  # by the name of a remediation
    asked: Mapping[str, Parameters] = field(default_factory=dict)
    owned: bool = False
    prices: Mapping[str, float] = field(default_factory=dict)  # US dollars of one unit of a price fact


def changes_of(
    remedy: Remediation,
    world: World,
    found: tuple[Place, Resource],
    *,
    around: Around,
    wanted: Wanted | None,
    now: datetime,
    asked: Parameters | None = None,
) -> list[Change | Skip]:
    """What a remediation says of one subject. What it does not see, and a bug of ours, become a `Skip`; changes
    that came before stand."""
    place, subject = found
    arguments: dict[str, Any] = dict(world.neighbours(place, remedy.given))
    offered = {
        "now": now,
        "around": around,
        "wanted": wanted or (remedy.wanted() if remedy.wanted else None),
        "asked": asked or (remedy.parameters() if remedy.parameters else None),
    }
    arguments |= {name: offered[name] for name in remedy.takes}
    said: list[Change | Skip] = []

    def run() -> None:
        try:
            said.extend(remedy.plan(subject, **arguments))
        except Unseen as unseen:
            said.append(Skip(Note("not_seen", {"what": unseen.what, "code": unseen.code})))

    def crashed(bug: Exception) -> None:
        said.append(Skip(note("remediation_error", detail=f"{type(bug).__name__}: {bug}")))

    guarded(run, crashed=crashed)
    return said


def planned_as(
    said: Change,
    setting: Setting,
    remedy: Remediation,
    found: tuple[Place, Resource],
    *,
    wanted: Wanted | None,
    asked: Parameters | None,
) -> Planned:
    place, subject = found
    steps = steps_of(said)
    disruption = said.disruption or remedy.disruption
    notes = said.notes
    unseen = any(_ownership_unseen(e.resource) for e in said.effects if e.act is not Act.CREATE)
    if unseen:
        notes = (*notes, note("owner_unseen"))
    return Planned(
        change_id(place.account, remedy.name, steps),
        place.account,
        place.region,
        subject.id,
        remedy.name,
        touches_of(said, setting),
        steps,
        Safety.DISRUPTIVE
        if unseen
        else safety(disruption, reversible=said.reversible, around=setting.around),
        disruption.value,
        said.reversible,
        wanted=msgspec.to_builtins(wanted) if wanted is not None else {},
        asked=msgspec.to_builtins(asked) if asked is not None else {},
        notes=notes,
        needs=said.needs,
        cost=_cost(said, setting.prices),
    )


def _cost(said: Change, prices: Mapping[str, float]) -> Cost | None:
    """What a change costs a month, as far as it is made of known price facts."""
    known = {fact: units for fact, units in said.costs.items() if fact in prices}
    if not known:
        return None
    return Cost(round(sum(prices[f] * units for f, units in known.items()), 2), tuple(known))


def safety(disruption: Disruption, *, reversible: bool, around: Around) -> Safety:
    """SAFE is what can be taken back and hardly disturbs; in production, and where nobody says that it is not, it
    must not disturb at all."""
    if not reversible or disruption is Disruption.HIGH:
        return Safety.DISRUPTIVE
    if disruption is Disruption.LOW and around.kind != NON_PRODUCTION:
        return Safety.DISRUPTIVE
    return Safety.SAFE


def touches_of(said: Change, setting: Setting) -> tuple[Touched, ...]:
    return tuple(touched(e, setting.namer(type(e.resource))) for e in said.effects)


def owner_of(said: Change) -> Note | None:
    """The tool that owns something the change alters or deletes."""
    for resource in _existing(said):
        try:
            found = owner(resource)
        except Unseen:
            continue
        if found is not None:
            return found
    return None


def _existing(said: Change) -> Iterator[Resource]:
    return (e.resource for e in said.effects if e.act is not Act.CREATE)


def _ownership_unseen(resource: Resource) -> bool:
    try:
        owner(resource)
    except Unseen:
        return True
    return False


def redacted(value: Any) -> bool:
    """Whether a value holds what was put in a secret's place when it was collected (`core.redact`)."""
    if isinstance(value, str):
        return "redacted:" in value
    if isinstance(value, Mapping):
        return any(redacted(v) for v in value.values())
    return isinstance(value, (list, tuple)) and any(redacted(v) for v in value)
