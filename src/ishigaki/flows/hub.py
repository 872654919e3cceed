"""Security Hub as a source: what its administrator sees of every account, as a scan like any other."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ishigaki import __version__
from ishigaki.aws.access import Access
from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import GLOBAL, Answer, Gap
from ishigaki.core.call import Call, call
from ishigaki.core.catalogue import order
from ishigaki.core.concern import Source
from ishigaki.core.estate import Account, Estate
from ishigaki.core.finding import Finding
from ishigaki.core.usage import UsageError
from ishigaki.core.witness import Told, collapsed
from ishigaki.flows import estate as estates
from ishigaki.flows.hub_seat import Perform, Seat, take
from ishigaki.flows.scan import INTERRUPTED, SUSPENDED, Outcome, Progress, by_hub, name_of
from ishigaki.intake.securityhub import Aside, read
from ishigaki.report.asff import STANDARDS
from ishigaki.standards import DEFAULT
from ishigaki.standards.choice import Ask, ask, choose
from ishigaki.store.snapshots import Entered, HubLook, ScanHeader

NO_FINDINGS = "NoFindings"
PRODUCTS = (("PREFIX", "Security Hub"), ("EQUALS", "GuardDuty"), ("EQUALS", "IAM Access Analyzer"))


Identity = tuple[str, str, str, str]


class Wanted(msgspec.Struct, frozen=True):
    """What is looked at: of which accounts and Regions (none: all), and of which controls. `whole`: nobody chose; then
    it is the standards that Security Hub's findings name, and every control that has one."""

    asked: Ask
    whole: bool
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


class HubScan(msgspec.Struct, frozen=True):
    """A scan by Security Hub, with what it told by the identities of findings; beside it what other watchers had told
    it (for the intake of events), what could not be taken, and member accounts that the estate does not name."""

    outcome: Outcome
    told: Mapping[Identity, Told]
    others: tuple[Mapping[str, Any], ...]
    aside: tuple[Aside, ...]
    unlisted: tuple[str, ...]


class _Heard(msgspec.Struct):
    """What Security Hub answered, account by account, as it comes in."""

    told: dict[str, list[Told]]
    gaps: dict[str, list[Gap]]
    reached: set[str] = msgspec.field(default_factory=set)
    others: list[Mapping[str, Any]] = msgspec.field(default_factory=list)
    aside: list[Aside] = msgspec.field(default_factory=list)
    left: Counter[str] = msgspec.field(default_factory=Counter)
    interrupted: bool = False


def findings_of(account: str) -> Call:
    """The question for an account's findings: those in force, of the products that we read."""
    named = [{"Comparison": how, "Value": value} for how, value in PRODUCTS]
    filters = {
        "AwsAccountId": [{"Comparison": "EQUALS", "Value": account}],
        "ProductName": named,
        "RecordState": [{"Comparison": "EQUALS", "Value": "ACTIVE"}],
    }
    return call("securityhub", "GetFindings", Filters=filters, MaxResults=100)


def look(
    access: Access,
    estate: Estate | None,
    wanted: Wanted,
    *,
    now: datetime,
    watch: Callable[[Progress], None] = lambda _: None,
) -> HubScan:
    """Ask Security Hub for every account. Raises `NoEntry` and `UsageError`; an interrupt keeps what is there."""
    began = time.monotonic()
    settings = estate.estate if estate else None
    everyone = estates.accounts(access, estate)
    regions = wanted.regions or (settings.regions if settings else ())
    seat, perform = take(
        access, everyone, audit=settings.audit if settings else "", only=wanted.accounts, regions=regions
    )
    accounts = _accounts(everyone, wanted.accounts, seat, listed=estate is not None)
    progress = Progress(units=len(accounts) * len(seat.shows), started=began)
    progress.listings = progress.units

    def tell() -> None:
        progress.calls, progress.throttles = access.perform.tally.calls, access.perform.tally.throttles
        watch(progress)

    heard = _hear(_units(accounts, seat, perform), accounts, progress, tell)
    header = _header(access, seat, heard, accounts, regions, now=now)
    header = msgspec.structs.replace(header, wall_s=round(time.monotonic() - began, 3))
    unlisted = sorted((seat.members or frozenset()) - {a.id for a in everyone}) if estate else []
    return _scan(header, heard, wanted, regions or sorted(_shown(seat)), unlisted)


def _shown(seat: Seat) -> frozenset[str]:
    return frozenset[str]().union(*seat.shows.values())


def _accounts(
    everyone: Sequence[Account], only: Collection[str], seat: Seat, *, listed: bool
) -> list[Account]:
    """The accounts to ask for: the estate's, or without one every member's. Raises `UsageError`."""
    found = {a.id: a for a in everyone}
    if not listed:
        found = {a: Account(a) for a in (seat.account, *sorted(seat.members or ()))}
    for account in only:
        if account not in found:
            raise UsageError("unknown_account", account=account)
    return [a for a in found.values() if not only or a.id in only]


def _units(accounts: Iterable[Account], seat: Seat, perform: Perform) -> Iterator[Unit[tuple[str, str]]]:
    for account in accounts:
        for region in () if account.suspended else seat.shows:
            asked = findings_of(account.id).filled({}, region=region)
            yield Unit((account.id, region), {"findings": _asking(asked)}, perform)


def _asking(asked: Call) -> Generator[Sequence[Call], Sequence[Answer], Answer]:
    (answer,) = yield (asked,)
    return answer


def _hear(
    units: Iterable[Unit[tuple[str, str]]],
    accounts: Iterable[Account],
    progress: Progress,
    tell: Callable[[], None],
) -> _Heard:
    """Ask, and take in what is answered, unit by unit: pages are not kept."""
    ids = [a.id for a in accounts]
    heard = _Heard({a: [] for a in ids}, {a: [] for a in ids})
    try:
        for done in drive(units, in_flight=4, progress=tell):
            _take_in(heard, *done.key, done.results["findings"])
            progress.units_done += 1
    except KeyboardInterrupt:
        heard.interrupted = True
    return heard


def _take_in(heard: _Heard, account: str, region: str, answer: Answer) -> None:
    reading = read(finding for page in answer.pages for finding in page.get("Findings", ()))
    heard.told[account] += [
        msgspec.structs.replace(t, marks=tuple(msgspec.structs.replace(m, asked=region) for m in t.marks))
        for t in reading.findings
    ]
    heard.others += reading.others
    heard.aside += reading.aside
    heard.left.update(reading.left)
    if answer.error:
        gap = Gap("", "securityhub:GetFindings", "securityhub:GetFindings", answer.error, region)
        heard.gaps[account].append(gap)
    heard.reached.add(account)


def _header(
    access: Access,
    seat: Seat,
    heard: _Heard,
    accounts: Iterable[Account],
    regions: Sequence[str],
    *,
    now: datetime,
) -> ScanHeader:
    """What was asked, but for the controls."""
    names = {t.finding.account: t.account_name for told in heard.told.values() for t in told}
    told_of = regions or sorted(_shown(seat))
    return ScanHeader(
        id=name_of(now),
        at=now,
        version=__version__,
        standards=(),
        controls=(),
        home=access.home,
        partition=access.partition,
        accounts=tuple(_entered(a, heard, names.get(a.id, ""), told_of) for a in accounts),
        calls=access.perform.tally.calls,
        throttles=access.perform.tally.throttles,
        interrupted=heard.interrupted,
        source=Source.SECURITY_HUB,
        hub=HubLook(
            account=seat.account,
            asked=tuple(seat.shows),
            unseen=dict(seat.unseen),
            partly={a: gaps[0].code for a, gaps in heard.gaps.items() if gaps},
            aside=dict(Counter(a.reason for a in heard.aside)),
            left=dict(heard.left),
        ),
    )


def _entered(account: Account, heard: _Heard, name: str, regions: Sequence[str]) -> Entered:
    """How an account was met: one of which Security Hub shows no finding of a control is not seen."""
    met = Entered(
        account.id, account.name or name or account.id, account.environment, account.owner, tuple(regions)
    )
    if account.suspended:
        return msgspec.structs.replace(met, trouble=SUSPENDED, regions=())
    if heard.told[account.id]:
        return met
    if account.id not in heard.reached:
        return msgspec.structs.replace(met, trouble=INTERRUPTED, regions=())
    gaps = heard.gaps[account.id]
    return msgspec.structs.replace(met, trouble=gaps[0].code if gaps else NO_FINDINGS, regions=())


def _scan(
    header: ScanHeader, heard: _Heard, wanted: Wanted, regions: Collection[str], unlisted: Sequence[str]
) -> HubScan:
    """The scan of what was heard: what was asked for, in the Regions that were asked for."""
    here = [
        t for t in collapsed(t for told in heard.told.values() for t in told) if _lies_in(t.finding, regions)
    ]
    asked = _asked(wanted, here)
    chosen = {q.id for q in asked.questions}
    kept = [t for t in here if t.finding.control in chosen]
    look = header.hub or HubLook("")
    left = {**look.left, **({"not_asked": len(here) - len(kept)} if len(here) > len(kept) else {})}
    header = msgspec.structs.replace(
        header,
        standards=asked.standards,
        controls=tuple(q.id for q in asked.questions),
        hub=msgspec.structs.replace(look, left=left),
    )
    pools: dict[str, list[Told]] = {a: [] for a, told in heard.told.items() if told}
    for told in kept:
        pools[told.finding.account].append(told)
    judged = {a: by_hub(header, a, ((t.finding, t.tags) for t in pool)) for a, pool in pools.items()}
    found = {t.finding.identity: t for t in kept}
    return HubScan(Outcome(header, judged), found, tuple(heard.others), tuple(heard.aside), tuple(unlisted))


def _lies_in(finding: Finding, regions: Collection[str]) -> bool:
    return finding.region == GLOBAL or finding.region in regions


def _asked(wanted: Wanted, told: Iterable[Told]) -> Ask:
    """The controls to go by: those chosen, or else those of the standards that findings name and of every finding."""
    if not wanted.whole:
        return wanted.asked
    pool = list(told)
    on = frozenset[str]().union(*(t.standards for t in pool))
    names = tuple(name for name, arn in STANDARDS.items() if arn in on) or DEFAULT
    ids = {q.id for q in choose(names=names).questions} | {t.finding.control for t in pool}
    return ask(sorted(ids, key=order), names=names)
