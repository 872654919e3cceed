"""Scan: enter accounts, gather what they show, keep it, judge it."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from ishigaki import __version__
from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.aws.clients import Target
from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import Answer, Gap, Place
from ishigaki.core.call import Call
from ishigaki.core.concern import Source
from ishigaki.core.estate import Account
from ishigaki.core.finding import Finding, Unjudged
from ishigaki.core.gather import Gathered
from ishigaki.core.unseen import NOT_COLLECTED
from ishigaki.core.waiver import HIDEABLE
from ishigaki.flows.evidence import Answers, look_closer
from ishigaki.flows.units import Judged, Kind, Shown, judge_account, places, questions, replayed
from ishigaki.services import resource_types
from ishigaki.standards.choice import Ask, Tables, ask, parents_too, with_fixes
from ishigaki.standards.permissions import permissions
from ishigaki.store import results
from ishigaki.store.snapshots import Entered, HubLook, ScanHeader, Snapshots

INTERRUPTED = "Interrupted"
SUSPENDED = "AccountSuspended"
HUB_ASKED = "securityhub:GetFindings"  # operation and permission
CALLS_PER_SECOND = 150  # on two cores at 80 ms a call (see `make bench`)


Tags = Mapping[str, str]


class Progress(msgspec.Struct):
    """How far a scan is; the command line shows it."""

    units: int = 0
    units_done: int = 0
    calls: int = 0
    throttles: int = 0
    listings: int = 0  # calls that there will be at least
    started: float = 0.0

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1. Units end together, so what is listed tells more until they do."""
        listed = 0.9 * min(1.0, self.calls / self.listings) if self.listings else 0.0
        return max(listed, self.units_done / self.units if self.units else 1.0)


class Outcome(msgspec.Struct, frozen=True):
    """A scan and what judging it gave, account by account."""

    header: ScanHeader
    judged: Mapping[str, Judged]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for j in self.judged.values() for f in j.findings)

    @property
    def unjudged(self) -> tuple[Unjudged, ...]:
        return tuple(u for j in self.judged.values() for u in j.unjudged)

    def gaps(self) -> Iterator[tuple[str, Gap]]:
        for account, judged in self.judged.items():
            for gap in judged.gaps:
                yield account, gap


def scan(
    access: Access,
    accounts: Iterable[Account],
    asked: Ask,
    *,
    only_regions: tuple[str, ...] = (),
    folder: Path,
    now: datetime,
    watch: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Look at every account and Region, keep what AWS said, and judge it. An interrupt keeps what is there."""
    began = time.monotonic()
    name = name_of(now)
    entered = _enter_all(access, accounts, only_regions)
    snapshots = Snapshots(folder, call_types())
    units = list(_units(access, entered, asked))
    progress = Progress(units=len(units), listings=sum(_listings(asked, u.key) for u in units), started=began)

    def tell() -> None:
        progress.calls, progress.throttles = access.perform.tally.calls, access.perform.tally.throttles
        watch(progress)

    judged, interrupted = _look(
        units,
        asked,
        performing=_performing(access, entered, asked),
        now=now,
        progress=progress,
        tell=tell,
        keep=partial(snapshots.write, name, now),
    )
    header = ScanHeader(
        id=name,
        at=now,
        version=__version__,
        standards=asked.standards,
        controls=tuple(q.id for q in asked.questions),
        home=access.home,
        partition=access.partition,
        accounts=tuple(_interrupted(a, judged) if interrupted else a for a, _ in entered),
        calls=access.perform.tally.calls,
        throttles=access.perform.tally.throttles,
        wall_s=round(time.monotonic() - began, 3),
        interrupted=interrupted,
        parameters={control: dict(values) for control, values in asked.parameters.items()},
        missing={region: tuple(controls) for region, controls in asked.missing.items()},
    )
    snapshots.write_header(header)
    return Outcome(header, judged)


def name_of(now: datetime) -> str:
    """The id of a scan: names sort as their moments do, also within a second."""
    return f"{now:%Y%m%dT%H%M%SZ}-{now.microsecond:05x}{secrets.token_hex(2)}"


def _units(
    access: Access, entered: Iterable[tuple[Entered, Target | None]], asked: Ask
) -> Iterator[Unit[Place]]:
    for account, target in entered:
        if target is not None:
            perform = access.performing(target)
            here = places(account.id, account.regions, partition=access.partition, asked=asked)
            yield from (Unit(place, questions(place, asked), perform) for place in here)


def _performing(
    access: Access, entered: Iterable[tuple[Entered, Target | None]], asked: Ask
) -> dict[Place, Callable[[Call], Answer]]:
    """How calls are made in every place that judging or fixing may look at: the evidence for a bucket's fix may lie
    in a Region where nothing was asked."""
    whole = with_fixes(asked)
    return {
        place: access.performing(target)
        for account, target in entered
        if target is not None
        for place in places(account.id, account.regions, partition=access.partition, asked=whole)
    }


def _look(
    units: Sequence[Unit[Place]],
    asked: Ask,
    *,
    performing: Mapping[Place, Callable[[Call], Answer]],
    now: datetime,
    progress: Progress,
    tell: Callable[[], None],
    keep: Callable[[Place, Iterable[tuple[Call, Answer]]], None],
) -> tuple[dict[str, Judged], bool]:
    """Drive the units; judge each account as soon as all its places are there, and look closer at what failed.
    Whether it was interrupted."""
    shown: dict[str, dict[Place, Mapping[Kind, Gathered]]] = {}
    answers: dict[str, dict[Place, Answers]] = {}
    judged: dict[str, Judged] = {}
    waiting = Counter(u.key.account for u in units)
    try:
        for done in drive(units, progress=tell):
            account = done.key.account
            answers.setdefault(account, {})[done.key] = done.answers
            shown.setdefault(account, {})[done.key] = done.results
            progress.units_done += 1
            waiting[account] -= 1
            if not waiting[account]:
                judged[account] = judge_account(shown.pop(account), asked, now=now)
                here = {place: perform for place, perform in performing.items() if place.account == account}
                look_closer(judged[account].findings, asked, here, answers[account])
                _keep(answers.pop(account), keep)
    except KeyboardInterrupt:
        for kept_so_far in answers.values():
            _keep(kept_so_far, keep)
        asked_of = {a: [u.key for u in units if u.key.account == a] for a in shown}
        return judged | {a: _partly(there, asked_of[a], asked, now) for a, there in shown.items()}, True
    return judged, False


def _keep(
    answers: Mapping[Place, Answers], keep: Callable[[Place, Iterable[tuple[Call, Answer]]], None]
) -> None:
    for place, given in answers.items():
        keep(place, given)


def _partly(shown: Shown, all_places: Iterable[Place], asked: Ask, now: datetime) -> Judged:
    """Judge an account of which not every place may have been reached."""
    return judge_account(shown, asked, now=now, missing=[p for p in all_places if p not in shown])


def _interrupted(account: Entered, judged: Mapping[str, Judged]) -> Entered:
    if account.id in judged or account.trouble:
        return account
    return msgspec.structs.replace(account, trouble=INTERRUPTED)


def _enter_all(
    access: Access, accounts: Iterable[Account], only_regions: tuple[str, ...]
) -> list[tuple[Entered, Target | None]]:
    with ThreadPoolExecutor(max_workers=16, thread_name_prefix="enter") as pool:
        return list(pool.map(lambda a: enter(access, a, only_regions), accounts))


def enter(access: Access, account: Account, only_regions: tuple[str, ...]) -> tuple[Entered, Target | None]:
    """Enter one account and choose its Regions: those asked for, the estate's, or every enabled one."""
    met = Entered(account.id, account.name, account.environment, account.owner)
    if account.suspended:
        return msgspec.structs.replace(met, trouble=SUSPENDED), None
    try:
        target = access.enter(account.id, Role(account.role, account.external_id) if account.role else None)
        known = access.regions(target)
    except NoEntry as no:
        return msgspec.structs.replace(met, trouble=no.code, message=no.message), None
    enabled = tuple(r.name for r in known if r.enabled)
    wanted = only_regions or account.regions or enabled
    return (
        msgspec.structs.replace(
            met,
            regions=tuple(r for r in wanted if r in enabled),
            not_enabled=tuple(r for r in wanted if r not in enabled),
        ),
        target,
    )


def asked_again(header: ScanHeader, parameters: Tables | None = None) -> Ask:
    """What a kept scan asked; by the parameters that it was judged by, or by others."""
    tables = header.parameters if parameters is None else parameters
    asked = ask(header.controls, names=header.standards, parameters=tables)
    return msgspec.structs.replace(asked, missing=header.missing)


def rejudge(snapshots: Snapshots, header: ScanHeader, asked: Ask) -> Outcome:
    """Judge a kept snapshot again, as of its own moment. Needs no credentials. A scan by Security Hub is what it was:
    it holds findings, and nothing to judge anew."""
    if header.source == Source.SECURITY_HUB:
        return _recalled(snapshots, header, asked)
    judged = {
        account.id: _partly(shown, here, asked, header.at)
        for account, here, shown in kept(snapshots, header, asked)
    }
    return Outcome(header, judged)


def _recalled(snapshots: Snapshots, header: ScanHeader, asked: Ask) -> Outcome:
    """What was kept of a scan by Security Hub, as far as it is asked about."""
    chosen = {q.id for q in asked.questions}
    pools: dict[str, list[tuple[Finding, Tags | None]]] = {a.id: [] for a in header.accounts if not a.trouble}
    for kept in results.read(snapshots.folder, header.id):
        if kept.finding.control in chosen:
            pools.setdefault(kept.finding.account, []).append((kept.finding, kept.tags))
    return Outcome(header, {a: by_hub(header, a, pool) for a, pool in pools.items()})


def by_hub(header: ScanHeader, account: str, told: Iterable[tuple[Finding, Tags | None]]) -> Judged:
    """An account as Security Hub judges it, with the tags of its things; what could not be asked is a gap."""
    pool, look = list(told), header.hub or HubLook("")
    gaps = [*look.unseen.items(), *((r, look.partly[account]) for r in look.asked if account in look.partly)]
    return Judged(
        tuple(f for f, _ in pool),
        (),
        tuple(Gap("", HUB_ASKED, HUB_ASKED, code, region) for region, code in gaps),
        {},
        {f.resource: tags for f, tags in pool if tags is not None and f.status in HIDEABLE},
    )


def kept(
    snapshots: Snapshots, header: ScanHeader, asked: Ask, *, verbatim: bool = False
) -> Iterator[tuple[Entered, list[Place], Shown]]:
    """Each account of a kept snapshot that was seen: the places that were to be looked at, and what they showed."""
    for account in header.accounts:
        shown: dict[Place, Mapping[Kind, Gathered]] = {}
        here = places(account.id, account.regions, partition=header.partition, asked=asked)
        for place in here:
            answers = snapshots.read(header.id, header.at, place)
            if answers is None:
                continue
            recorded = partial(_recorded, answers)
            shown[place] = {
                kind: replayed(question, recorded)
                for kind, question in questions(place, asked, verbatim=verbatim).items()
            }
        if shown:
            yield account, here, shown


def _recorded(answers: Mapping[tuple[str, str, str, str], Answer], call: Call) -> Answer:
    return answers.get(call.key) or Answer(error=NOT_COLLECTED)


def call_types() -> dict[tuple[str, str], str]:
    """Which resource type an operation's answers are about: for the type column of snapshots."""
    return {
        (kind.listed_by.service, kind.listed_by.operation): aws
        for aws, kinds in resource_types().items()
        for kind in kinds
        if kind.listed_by is not None
    }


def estimate(
    access: Access, accounts: Iterable[Account], asked: Ask, *, only_regions: tuple[str, ...]
) -> dict[str, int]:
    """What a scan would call at least, with which permissions, and about how long it would take.

    Only identities, roles and Regions are asked for. Listings are counted; what the resources they show will
    need on top cannot be known before they are listed.
    """
    entered = [a for a, target in _enter_all(access, accounts, only_regions) if target is not None]
    looked = [
        place for a in entered for place in places(a.id, a.regions, partition=access.partition, asked=asked)
    ]
    looks = sum(_listings(asked, place) for place in looked)
    return {
        "accounts": len(entered),
        "regions": len({r for a in entered for r in a.regions}),
        "controls": len(asked.questions),
        "types": len({k.aws for k in asked.wanted}),
        "calls": looks,
        "seconds": max(1, round(looks / CALLS_PER_SECOND)),
        "permissions": len(permissions(with_fixes(asked))),
    }


def _listings(asked: Ask, place: Place) -> int:
    """How many different listing calls a place needs."""
    kinds = parents_too(asked.kinds(place.scope))
    return len({(k.listed_by.key, k.over) for k in kinds if k.listed_by is not None})
