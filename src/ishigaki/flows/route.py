"""Route: from a kept snapshot to the way each standard's score can go. Asks AWS nothing and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from ishigaki.core.estate import Estate
from ishigaki.core.finding import Finding, Unjudged
from ishigaki.core.route import Route, Sight, Start, route
from ishigaki.core.unseen import Unseen
from ishigaki.core.waiver import HIDEABLE, Shipped, Waiver, lay_over
from ishigaki.core.world import World
from ishigaki.flows.planning import PLAIN, Wishes, setting_of, worlds
from ishigaki.flows.units import judge_world
from ishigaki.services import controls
from ishigaki.standards import standard
from ishigaki.standards.choice import Ask
from ishigaki.standards.waivers import proven, shipped
from ishigaki.store.snapshots import ScanHeader, Snapshots
from ishigaki.texts import control_text


def routes(
    snapshots: Snapshots,
    header: ScanHeader,
    asked: Ask,
    *,
    estate: Estate | None,
    now: datetime,
    to: int = 100,
    wishes: Wishes = PLAIN,
    waivers: Sequence[Waiver] = (),
) -> tuple[Route, ...]:
    """The route of each standard that was asked about. What exceptions cover counts as it does in the score."""
    look = partial(judged, asked, waivers, now)
    starts: dict[str, Start] = {}
    for around, world in worlds(snapshots, header, asked, estate=estate, wishes=wishes):
        setting = setting_of(around, asked, now=now, wishes=wishes)
        planned = replace(setting, judge=lambda world: look(world).findings)
        starts[around.account] = Start(world, planned, look)
    known = frozenset(q.id for q in asked.questions)
    minutes = {c: control_text(c).minutes for c in known if c in controls()}
    return tuple(
        route(
            starts,
            standard=name,
            controls=[c for c in standard(name).controls if c in known],
            to=to,
            minutes=minutes,
        )
        for name in asked.standards
    )


def judged(asked: Ask, waivers: Sequence[Waiver], now: datetime, world: World) -> Sight:
    """What judging an account as it is, or would be, gives under exceptions; those that AWS itself asks for are
    proven anew, for a change may bring what proves them."""
    said = list(judge_world(world, asked, now=now))
    findings = [f for f in said if isinstance(f, Finding)]
    rules = proven(world)
    failing = {f.resource for f in findings if f.status in HIDEABLE}
    tags = _tags(world, failing) if any(w.tag for w in waivers) else {}

    def rule(finding: Finding) -> Shipped | None:
        return shipped().get(rules.get((finding.control, finding.resource), ""))

    hidden = lay_over(findings, waivers, tags=lambda f: tags.get(f.resource), shipped=rule, now=now).hidden
    return Sight(
        [f for f in findings if f.identity not in hidden],
        [u for u in said if isinstance(u, Unjudged)],
        [f for f in findings if f.identity in hidden],
    )


def _tags(world: World, ids: set[str]) -> Mapping[str, Mapping[str, str]]:
    """The tags of these things, as far as they were seen."""
    found: dict[str, Mapping[str, str]] = {}
    for populations in world.places.values():
        for population in populations.values():
            for thing in population.seen:
                if thing.id in ids:
                    try:
                        found[thing.id] = thing.tags
                    except Unseen:
                        continue
    return found
