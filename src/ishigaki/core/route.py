"""The route to a score: which fixes, in which order, move it by how much, and what is left to people. Pure.

Every leg is planned and judged again on the account as the legs before it will have left it. What a fix brings
about (a new topic that wants its own settings) is mended in the same leg, as far as a call can.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import msgspec

from ishigaki.core.catalogue import order, plain
from ishigaki.core.change import Note, Safety
from ishigaki.core.finding import Finding, Status, Unjudged
from ishigaki.core.plan import Left, Planned
from ishigaki.core.planning import across, plan_account
from ishigaki.core.proposal import Setting
from ishigaki.core.score import ControlStatus, Score, score, statuses
from ishigaki.core.world import World

RISK = {Safety.SAFE: 1, Safety.DISRUPTIVE: 3}  # one DISRUPTIVE leg has to win as much as three SAFE ones
AT_ONCE = 1  # minutes for what needs no more than to be applied


@dataclass(frozen=True)
class Sight:
    """What judging an account gives. `hidden` are failures that exceptions cover; they are not among `findings`."""

    findings: Sequence[Finding]
    unjudged: Sequence[Unjudged] = ()
    hidden: Sequence[Finding] = ()


@dataclass(frozen=True)
class Start:
    """An account as it is, and how it is planned for and judged."""

    world: World
    setting: Setting
    judge: Callable[[World], Sight]


class Work(msgspec.Struct, frozen=True):
    """What one remediation does in a leg: of how many things, the first of them by name."""

    remediation: str
    name: str
    things: int


class Leg(msgspec.Struct, frozen=True):
    """Fixes that belong together. `wins` are the controls that pass after it and did not before, `loses` those that
    do no longer; `brings` those that it makes fail and mends at once. `minutes` is a person's time: to look before
    what is DISRUPTIVE."""

    work: tuple[Work, ...]
    accounts: tuple[str, ...]
    safe: int
    disruptive: int
    for_good: int
    monthly: float
    facts: tuple[str, ...]
    minutes: int
    wins: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    before: Score = Score()
    after: Score = Score()

    @property
    def safety(self) -> Safety:
        return Safety.DISRUPTIVE if self.disruptive else Safety.SAFE


class ByHand(msgspec.Struct, frozen=True):
    """A control that no call of ours makes pass: where it fails, why it is left to people, how long that takes."""

    control: str
    accounts: tuple[str, ...]
    resources: int
    reasons: tuple[Note, ...]
    minutes: int
    before: Score
    after: Score


class Route(msgspec.Struct, frozen=True):
    """The way of one standard from its score to `to` percent, or as far as it leads. `more` are steps beyond."""

    standard: str
    to: int
    start: Score
    legs: tuple[Leg, ...]
    by_hand: tuple[ByHand, ...]
    more: int = 0
    unknown: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    excepted: Mapping[str, int] = {}  # how many failures of a control exceptions cover

    @property
    def end(self) -> Score:
        steps: tuple[Leg | ByHand, ...] = (*self.legs, *self.by_hand)
        return steps[-1].after if steps else self.start


@dataclass(frozen=True)
class _Scale:
    """The controls that count in the standard, and how a pool of findings scores on them."""

    controls: tuple[str, ...]
    minutes: Mapping[str, int]

    def score(self, seen: Iterable[Sight]) -> Score:
        sights = list(seen)
        return score(_pool(sights), [u for s in sights for u in s.unjudged], self.controls)

    def statuses(self, seen: Iterable[Sight]) -> Mapping[str, ControlStatus]:
        sights = list(seen)
        return statuses(_pool(sights), [u for s in sights for u in s.unjudged], self.controls)


def _pool(seen: Iterable[Sight]) -> list[Finding]:
    return [f for s in seen for f in s.findings]


def route(
    starts: Mapping[str, Start],
    *,
    standard: str,
    controls: Collection[str],
    to: int,
    minutes: Mapping[str, int],
) -> Route:
    """The route of a standard (its control ids) over these accounts; `minutes` is a person's time for one thing by
    control."""
    scale = _Scale(tuple(controls), minutes)
    here = {account: _within(start, scale.controls) for account, start in starts.items()}
    seen = {account: s.judge(s.world) for account, s in here.items()}
    first = scale.score(seen.values())
    groups = _groups(here, scale, seen)
    legs: list[Leg] = []
    while groups:
        name = min(groups, key=lambda n: groups[n].urgency(groups))
        names = groups[name].whole
        leg, here, seen = _leg(here, seen, names, scale)
        done = {*names, *(w.remediation for w in leg.work)}
        groups = {n: g.without(done) for n, g in groups.items() if n not in done}
        if leg.work:
            legs.append(leg)
    by_hand = _by_hand(here, seen, scale)
    kept = _until(first, [*legs, *by_hand], to)
    final = scale.statuses(seen.values())
    return Route(
        standard=standard,
        to=to,
        start=first,
        legs=tuple(legs[:kept]),
        by_hand=tuple(by_hand[: max(0, kept - len(legs))]),
        more=len(legs) + len(by_hand) - kept,
        unknown=tuple(c for c, s in final.items() if s is ControlStatus.UNKNOWN),
        unjudged=tuple(c for c, s in final.items() if s is ControlStatus.UNJUDGED),
        excepted=_counted(f.control for s in seen.values() for f in s.hidden if f.control in scale.controls),
    )


def _within(start: Start, controls: Collection[str]) -> Start:
    """The same account, planned for no more than these controls ask."""
    remedies = {c: r for c, r in start.setting.remedies.items() if c in controls}
    return replace(start, setting=replace(start.setting, remedies=remedies, items=()))


def _counted(controls: Iterable[str]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for control in controls:
        counts[control] = counts.get(control, 0) + 1
    return counts


@dataclass(frozen=True)
class _Group:
    """All changes of one remediation, as a plan of everything has them. `whole` are the remediations that must be
    carried out with it or before it, itself among them; `wins` are controls with the remediations each needs."""

    name: str
    whole: frozenset[str]
    wins: Mapping[str, frozenset[str]]
    risk: int
    monthly: float

    def urgency(self, groups: Mapping[str, _Group]) -> tuple[object, ...]:
        """Most points per risk first; then what is smaller, safer and cheaper."""
        won = sum(needs <= self.whole for needs in self.wins.values())
        risk = max(groups[n].risk for n in self.whole if n in groups)
        cost = sum(groups[n].monthly for n in self.whole if n in groups)
        return -Fraction(won, risk), len(self.whole), risk, cost, self.name

    def without(self, done: Collection[str]) -> _Group:
        """What is left of it once these remediations are carried out."""
        wins = {c: needs.difference(done) for c, needs in self.wins.items()}
        return replace(self, whole=self.whole.difference(done), wins=wins)


def _groups(here: Mapping[str, Start], scale: _Scale, seen: Mapping[str, Sight]) -> dict[str, _Group]:
    changes: list[Planned] = []
    after: list[Sight] = []
    for start in here.values():
        planned, _, world = plan_account(start.world, start.setting)
        changes += planned
        after.append(start.judge(world))
    changes = across(changes)
    before, final = scale.statuses(seen.values()), scale.statuses(after)
    won = [c for c in scale.controls if _passes(final[c]) and not _passes(before[c])]
    needs = {c: frozenset(x.remediation for x in changes if c in x.serves) for c in won}
    return {
        name: _Group(
            name,
            _closure(name, changes),
            {c: n for c, n in needs.items() if name in n},
            max(RISK[x.safety] for x in changes if x.remediation == name),
            sum(x.cost.monthly for x in changes if x.remediation == name and x.cost),
        )
        for name in dict.fromkeys(x.remediation for x in changes)
    }


def _passes(status: ControlStatus) -> bool:
    return status is ControlStatus.PASSED


def _closure(name: str, changes: Sequence[Planned]) -> frozenset[str]:
    """The remediations that must be carried out with this one or before it."""
    by_id = {c.id: c.remediation for c in changes}
    found, fresh = {name}, {name}
    while fresh:
        ids = {i for c in changes if c.remediation in fresh for i in c.depends_on}
        fresh = {by_id[i] for i in ids if i in by_id} - found
        found |= fresh
    return frozenset(found)


def _leg(
    here: Mapping[str, Start], seen: Mapping[str, Sight], names: Collection[str], scale: _Scale
) -> tuple[Leg, dict[str, Start], dict[str, Sight]]:
    """Carry these remediations out, and whatever mends what they bring about; the accounts after it."""
    changes: list[Planned] = []
    brings: dict[str, None] = {}
    after, then = dict(here), dict(seen)
    for account, start in here.items():
        planned, world, brought = _carried(start, seen[account], frozenset(names))
        if planned:
            changes += planned
            brings |= dict.fromkeys(brought)
            after[account] = replace(start, world=world)
            then[account] = start.judge(world)
    was, is_now = scale.statuses(seen.values()), scale.statuses(then.values())
    wins = tuple(c for c in scale.controls if _passes(is_now[c]) and not _passes(was[c]))
    loses = tuple(c for c in scale.controls if _passes(was[c]) and not _passes(is_now[c]))
    leg = msgspec.structs.replace(
        _told(changes, scale.minutes),
        wins=wins,
        loses=loses,
        brings=tuple(brings),
        before=scale.score(seen.values()),
        after=scale.score(then.values()),
    )
    return leg, after, then


def _carried(
    start: Start, before: Sight, names: frozenset[str]
) -> tuple[list[Planned], World, tuple[str, ...]]:
    """The changes of these remediations in one account, the account after them, and the controls that they would
    have made fail."""
    failed = {f.identity for f in before.findings if f.status is Status.FAILED}
    remedies = start.setting.remedies
    brought: dict[str, None] = {}
    while True:
        wanted = {c: r for c, r in remedies.items() if r.name in names}
        changes, _, world = plan_account(start.world, replace(start.setting, remedies=wanted))
        now = start.judge(world).findings
        fresh = [f.control for f in now if f.status is Status.FAILED and f.identity not in failed]
        more = {remedies[c].name for c in fresh if c in remedies} - names
        if not more:
            return changes, world, tuple(brought)
        brought |= dict.fromkeys(c for c in fresh if c in remedies)
        names |= more


def _told(changes: Sequence[Planned], minutes: Mapping[str, int]) -> Leg:
    """A leg by its changes alone."""
    names = dict.fromkeys(c.remediation for c in changes)
    mine = {n: [c for c in changes if c.remediation == n] for n in names}
    disruptive = [c for c in changes if c.safety is Safety.DISRUPTIVE]
    return Leg(
        work=tuple(Work(n, found[0].target.name, len(found)) for n, found in mine.items()),
        accounts=tuple(dict.fromkeys(c.account for c in changes)),
        safe=len(changes) - len(disruptive),
        disruptive=len(disruptive),
        for_good=sum(not c.reversible for c in changes),
        monthly=round(sum(c.cost.monthly for c in changes if c.cost), 2),
        facts=tuple(dict.fromkeys(f for c in changes if c.cost for f in c.cost.facts)),
        minutes=max(AT_ONCE, _looking(disruptive, minutes)),
    )


def _looking(disruptive: Sequence[Planned], minutes: Mapping[str, int]) -> int:
    """A person's time to look before what may stop something: once for each remediation in each account."""
    longest: dict[tuple[str, str], int] = {}
    for change in disruptive:
        key = (change.account, change.remediation)
        longest[key] = max(longest.get(key, 0), *(minutes.get(c, 0) for c in ("", *change.serves)))
    return sum(longest.values())


def _by_hand(here: Mapping[str, Start], seen: Mapping[str, Sight], scale: _Scale) -> list[ByHand]:
    """What still fails: most points per minute first."""
    reasons = _reasons(here)
    pools = dict(seen)
    now = scale.score(pools.values())
    waiting = {c: s for c, s in scale.statuses(pools.values()).items() if s is ControlStatus.FAILED}
    found = [_left_to_people(c, seen, reasons.get(c, ()), scale) for c in waiting]
    told: list[ByHand] = []
    for each in sorted(found, key=lambda x: (not _would_pass(x.control, seen), x.minutes, order(x.control))):
        pools = {account: _mended(sight, each.control) for account, sight in pools.items()}
        then = scale.score(pools.values())
        told.append(msgspec.structs.replace(each, before=now, after=then))
        now = then
    return told


def _reasons(here: Mapping[str, Start]) -> Mapping[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for start in here.values():
        left: list[Left] = plan_account(start.world, start.setting)[1]
        for each in left:
            notes = found.setdefault(each.control, [])
            if each.note not in notes:
                notes.append(each.note)
    return found


def _left_to_people(
    control: str, seen: Mapping[str, Sight], reasons: Iterable[Note], scale: _Scale
) -> ByHand:
    failed = [f for f in _pool(seen.values()) if f.control == control and f.status is Status.FAILED]
    accounts = tuple(dict.fromkeys(f.account for f in failed))
    time = (scale.minutes.get(control) or scale.minutes.get(plain(control)) or 0) * len(failed)
    return ByHand(control, accounts, len(failed), tuple(reasons), time, Score(), Score())


def _would_pass(control: str, seen: Mapping[str, Sight]) -> bool:
    """Whether the control passes once its failures are put right: what was not seen stays unknown."""
    return not any(
        f.status in (Status.WARNING, Status.NOT_AVAILABLE)
        for f in _pool(seen.values())
        if f.control == control
    )


def _mended(sight: Sight, control: str) -> Sight:
    return replace(
        sight,
        findings=[
            msgspec.structs.replace(f, status=Status.PASSED)
            if f.control == control and f.status is Status.FAILED
            else f
            for f in sight.findings
        ],
    )


def _until(first: Score, steps: Sequence[Leg | ByHand], to: int) -> int:
    """How many of the steps it takes to reach the score."""
    if (first.low or 0) >= to:
        return 0
    reached = (n for n, step in enumerate(steps, start=1) if (step.after.low or 0) >= to)
    return next(reached, len(steps))
