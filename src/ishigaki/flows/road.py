"""The road of one account: before, the plan, carried out and proven, after; and what stays, with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from ishigaki.aws.access import Access
from ishigaki.baselines.desired import Baseline, resolve
from ishigaki.core.catalogue import order
from ishigaki.core.change import Note, note
from ishigaki.core.estate import Account, Estate
from ishigaki.core.finding import Status
from ishigaki.core.outcome import Outcome
from ishigaki.core.plan import Plan, Planned
from ishigaki.core.proposal import Item
from ishigaki.core.remediation import Around
from ishigaki.core.score import Score, score
from ishigaki.core.waiver import Waiver
from ishigaki.flows import waivers
from ishigaki.flows.apply import Machine, Permit, Run, apply
from ishigaki.flows.carrying import Result
from ishigaki.flows.planning import make_plan
from ishigaki.flows.scan import Outcome as Scanned
from ishigaki.flows.scan import Progress, scan
from ishigaki.standards import standard
from ishigaki.standards.choice import Ask
from ishigaki.store.snapshots import Snapshots

ROUNDS = 3  # what AWS names only once it is made (a detector's id) is planned for when it is there
EVERYTHING = Permit(disruptive=True, cap=1_000)


class Stage(msgspec.Struct, frozen=True):
    """The account at one moment: its scores, the controls that fail, and those that exceptions hide."""

    scores: dict[str, Score]
    failing: tuple[str, ...]
    excepted: tuple[str, ...]


class Residual(msgspec.Struct, frozen=True):
    """A control that still fails, and why nothing was done."""

    control: str
    reason: Note


class Road(msgspec.Struct, frozen=True):
    """A road from before to after; `plans` and `runs` in the order they were carried out."""

    before: Stage
    after: Stage
    plans: tuple[Plan, ...]
    runs: tuple[Run, ...]
    residuals: tuple[Residual, ...]

    @property
    def applied(self) -> int:
        """How many changes were made and proven."""
        return sum(r.outcome is Outcome.PROVEN for run in self.runs for r in run.results.values())


class Traveller(msgspec.Struct, frozen=True):
    """Who goes the road: the way into one account, what is asked of it, where it is kept."""

    access: Access
    account: Account
    asked: Ask
    estate: Estate | None
    folder: Path
    clock: Callable[[], datetime]
    machine: Machine
    excepted: tuple[Waiver, ...] = ()
    wanted: Baseline | None = None  # the values that the remediations aim at
    watch: Callable[[Progress], None] = lambda _: None


def walk(
    traveller: Traveller,
    *,
    permit: Permit = EVERYTHING,
    watch: Callable[[Planned, Result], None] = lambda _, __: None,
) -> Road:
    """Scan, plan, carry out, look again, until nothing more is planned."""
    seen = look(traveller)
    before = stage(seen, traveller)
    plans: list[Plan] = []
    runs: list[Run] = []
    for _ in range(ROUNDS):
        made = plan(seen, traveller)
        plans.append(made)
        if not made.changes:
            break
        run = apply(
            traveller.access,
            [traveller.account],
            made,
            permit,
            folder=traveller.folder,
            machine=traveller.machine,
            watch=watch,
        )
        runs.append(run)
        seen = look(traveller)
        if not run.whole:
            break
    after = stage(seen, traveller)
    return Road(before, after, tuple(plans), tuple(runs), _residuals(after, plans))


def look(traveller: Traveller) -> Scanned:
    """The account as it is now."""
    return scan(
        traveller.access,
        [traveller.account],
        waivers.asking(traveller.asked, traveller.excepted),
        folder=traveller.folder,
        now=traveller.clock(),
        watch=traveller.watch,
    )


def stage(seen: Scanned, traveller: Traveller) -> Stage:
    """What a scan says of the account, exceptions laid over it; failing is what stands between it and its
    standards, not what checklists ask beside them."""
    laid, _ = waivers.lay(seen, traveller.excepted, now=traveller.clock())
    counted = {c for name in traveller.asked.standards for c in standard(name).controls}
    wrong = [
        f for f in laid.findings if f.status in (Status.FAILED, Status.NOT_AVAILABLE) and f.control in counted
    ]
    failing = {f.control for f in wrong if f.workflow != "SUPPRESSED"}
    hidden = {f.control for f in wrong if f.workflow == "SUPPRESSED"}
    scores = {
        name: score(list(laid.findings), list(laid.unjudged), standard(name).controls)
        for name in traveller.asked.standards
    }
    return Stage(scores, tuple(sorted(failing, key=order)), tuple(sorted(hidden, key=order)))


def plan(seen: Scanned, traveller: Traveller) -> Plan:
    """The plan for what a scan showed, without what exceptions cover."""
    snapshots = Snapshots(traveller.folder)
    outcome = waivers.rejudged(snapshots, seen.header, traveller.asked, traveller.excepted)
    return make_plan(
        snapshots,
        seen.header,
        traveller.asked,
        estate=traveller.estate,
        now=traveller.clock(),
        items=lambda around: _values(traveller, around),
        hide=waivers.hiding(outcome, traveller.excepted, now=traveller.clock()),
    )


def _values(traveller: Traveller, around: Around) -> list[Item]:
    return [r.item for r in resolve(traveller.wanted, around)] if traveller.wanted is not None else []


def _residuals(after: Stage, plans: Sequence[Plan]) -> tuple[Residual, ...]:
    reasons = {x.control: x.note for made in plans for x in made.left}
    return tuple(Residual(c, reasons.get(c, note("manual"))) for c in after.failing)
