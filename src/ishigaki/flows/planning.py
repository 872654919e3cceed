"""Plan: from a kept snapshot to a plan file. Asks AWS nothing and changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from ishigaki import __version__
from ishigaki.core.answer import GLOBAL
from ishigaki.core.change import note
from ishigaki.core.concern import Source
from ishigaki.core.control import Control
from ishigaki.core.estate import Estate, environment_of
from ishigaki.core.evaluate import Listed
from ishigaki.core.finding import Finding, Status
from ishigaki.core.plan import SCHEMA, Caps, Left, Plan, Planned, sealed
from ishigaki.core.planning import across, plan_account
from ishigaki.core.proposal import Item, Setting
from ishigaki.core.remediation import Around
from ishigaki.core.world import World
from ishigaki.flows.scan import Outcome, kept, rejudge
from ishigaki.flows.units import judge_world, world_of
from ishigaki.services import key, remediations
from ishigaki.standards.choice import Ask, with_fixes
from ishigaki.standards.prices import monthly
from ishigaki.store.snapshots import Entered, ScanHeader, Snapshots

LIFE = timedelta(hours=24)
Choose = Callable[[Iterable[Finding]], Iterable[Finding]]
Items = Callable[[Around], Sequence[Item]]


class Wishes(msgspec.Struct, frozen=True):
    """What is planned: which accounts and environments, the values wanted, the baseline's items, and whether
    things of CloudFormation and Terraform are changed, too."""

    accounts: tuple[str, ...] = ()
    environment: str = ""  # of accounts whose environment the estate does not tell
    owned: bool = False
    regions: tuple[str, ...] = ()  # what lies elsewhere is left out; global things stay
    purpose: str = "plan"
    caps: Caps = Caps()


PLAIN = Wishes()


def around_of(
    account: Entered, header: ScanHeader, estate: Estate | None, *, environment: str = ""
) -> Around:
    """What is known of an account beside its configuration."""
    word = account.environment or environment
    settings = estate.estate if estate else None
    everyone = tuple(a.id for a in header.accounts if not a.trouble)
    return Around(
        account=account.id,
        name=account.name,
        environment=word,
        kind=(environment_of(word, estate or Estate()) or "") if word else "",
        partition=header.partition,
        home=header.home,
        regions=account.regions,
        archive=settings.log_archive if settings else "",
        audit=settings.audit if settings else "",
        accounts=everyone if settings and settings.log_archive else (account.id,),
        parameters={c: dict(v) for c, v in (estate.parameters if estate else header.parameters).items()},
    )


def make_plan(
    snapshots: Snapshots,
    header: ScanHeader,
    asked: Ask,
    *,
    estate: Estate | None,
    now: datetime,
    wishes: Wishes = PLAIN,
    items: Items = lambda _: (),
    hide: Choose = lambda findings: findings,
) -> Plan:
    """The plan for every account that the snapshot shows. `items` are the baseline's for an account; `hide` takes
    out findings that exceptions cover. Of a scan by Security Hub all is left to people: nothing was read."""
    if header.source == Source.SECURITY_HUB:
        return _by_hand(rejudge(snapshots, header, asked), estate=estate, now=now, wishes=wishes, hide=hide)
    changes: list[Planned] = []
    left: list[Left] = []
    arounds: dict[str, Around] = {}
    counts: Counter[str] = Counter()
    for around, world in worlds(snapshots, header, asked, estate=estate, wishes=wishes):
        arounds[around.account] = around
        setting = setting_of(around, asked, now=now, wishes=wishes, items=items(around), hide=hide)
        planned, to_people, _ = plan_account(world, setting)
        changes += planned
        left += to_people if wishes.purpose == "plan" else [x for x in to_people if x.item]
        counts.update(_sizes(world, {t.kind for c in planned for t in c.touches}))
    return _plan(header, now, wishes, arounds, left, changes=across(changes), counts=counts)


def _plan(
    header: ScanHeader,
    now: datetime,
    wishes: Wishes,
    around: dict[str, Around],
    left: Iterable[Left],
    *,
    changes: Iterable[Planned] = (),
    counts: Mapping[str, int] = {},
) -> Plan:
    return sealed(
        Plan(
            schema=SCHEMA,
            version=__version__,
            purpose=wishes.purpose,
            scan=header.id,
            at=now,
            expires=now + LIFE,
            home=header.home,
            partition=header.partition,
            around=around,
            changes=tuple(changes),
            left=tuple(left),
            caps=wishes.caps,
            counts=dict(counts),
        )
    )


def _by_hand(outcome: Outcome, *, estate: Estate | None, now: datetime, wishes: Wishes, hide: Choose) -> Plan:
    """The plan of a scan by Security Hub: the configuration was not read, so nothing is changed by itself."""
    header = outcome.header
    arounds = {
        a.id: around_of(a, header, estate, environment=wishes.environment)
        for a in header.accounts
        if a.id in outcome.judged and (not wishes.accounts or a.id in wishes.accounts)
    }
    failed = (
        f
        for f in hide(outcome.findings)
        if f.status is Status.FAILED
        and f.workflow != "SUPPRESSED"
        and f.account in arounds
        and (not wishes.regions or f.region in (GLOBAL, *wishes.regions))
    )
    left = [
        Left(f.account, f.region, f.resource, f.name, note("unread"), control=f.control, type=f.resource_type)
        for f in failed
    ]
    return _plan(header, now, wishes, arounds, left)


def worlds(
    snapshots: Snapshots,
    header: ScanHeader,
    asked: Ask,
    *,
    estate: Estate | None,
    wishes: Wishes = PLAIN,
) -> Iterator[tuple[Around, World]]:
    """Each account that the snapshot shows and that is asked for, word for word as AWS said it is."""
    for account, here, shown in kept(snapshots, header, with_fixes(asked), verbatim=True):
        if not wishes.accounts or account.id in wishes.accounts:
            around = around_of(account, header, estate, environment=wishes.environment)
            yield around, world_of(shown, [p for p in here if p not in shown])


def setting_of(
    around: Around,
    asked: Ask,
    *,
    now: datetime,
    wishes: Wishes = PLAIN,
    items: Sequence[Item] = (),
    hide: Choose = lambda findings: findings,
) -> Setting:
    """What planning one account goes by. A plan of failed findings takes the values that the items aim at; one of a
    baseline, or of access, carries out its items and nothing else."""
    return Setting(
        around=around,
        controls=implemented(asked),
        remedies=remediations() if wishes.purpose == "plan" else {},
        judge=partial(_judged, asked, now, hide, wishes.regions),
        namer=key,
        now=now,
        items=items if wishes.purpose != "plan" else (),
        values={i.remediation.name: i.wanted for i in items if i.wanted is not None},
        owned=wishes.owned,
        asked={q.id: q.asked for q in asked.questions if q.asked is not None},
        prices=monthly(around.home),
    )


def implemented(asked: Ask) -> dict[str, Control]:
    return {q.id: q.control for q in asked.questions if not isinstance(q.control, Listed)}


def _judged(asked: Ask, now: datetime, hide: Choose, regions: Collection[str], world: World) -> list[Finding]:
    found = [f for f in judge_world(world, asked, now=now) if isinstance(f, Finding)]
    return list(hide(f for f in found if not regions or f.region in (GLOBAL, *regions)))


def _sizes(world: World, kinds: Collection[str]) -> Mapping[str, int]:
    """How many things of its own an account has of the types that would be changed."""
    touched = {kind for populations in world.places.values() for kind in populations if key(kind) in kinds}
    return Counter(key(type(thing)) for _, thing in world.subjects(touched))
