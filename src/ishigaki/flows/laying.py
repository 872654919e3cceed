"""Lay the newest scans and detections over what is known, and write what follows, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from ishigaki.core.answer import GLOBAL
from ishigaki.core.case import Case, Item, Standing
from ishigaki.core.concern import Concern, Identity, Source
from ishigaki.core.evaluate import ACCOUNT
from ishigaki.core.finding import Status
from ishigaki.core.notice import Notice
from ishigaki.core.response import decisions, suppression_of
from ishigaki.core.summaries import first_summary_of
from ishigaki.core.telling import notices
from ishigaki.core.triage import Told, Triaged, Verdict, triage
from ishigaki.core.witness import LAG, own_rules
from ishigaki.flows import silence
from ishigaki.flows.concerns import concern_of_detection, concerns
from ishigaki.flows.keeper import Keeper, deciding, known_accounts, post
from ishigaki.flows.waivers import lay_over_kept
from ishigaki.flows.witness import with_ours, witnessed
from ishigaki.intake import securityhub
from ishigaki.store import cases as kept
from ishigaki.store import intake, results
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import ScanHeader, Snapshots
from ishigaki.store.transactions import reading

CONTROLS = (Source.ISHIGAKI.value, Source.SECURITY_HUB.value)
LAID, BASIS, DETECTED, HEARD = (
    "laid",
    "basis",
    "detected",
    "heard",
)  # what was laid over, on what it was decided


class Look(msgspec.Struct, frozen=True):
    """What was seen at one time: what fails, and what else is known of what was met before."""

    at: datetime
    concerns: list[Concern]
    verdict: Callable[[Item], Verdict]
    marks: Mapping[str, str] = {}


class Laid(msgspec.Struct, frozen=True):
    """What a tick made of what it saw."""

    looks: int = 0
    opened: int = 0
    closed: int = 0
    letters: int = 0


def lay(keeper: Keeper, *, now: datetime) -> Laid:
    """Decide about everything that was not decided about yet."""
    looks = [*_scanned(keeper, now), *_heard(keeper, now), *_detected(keeper, now)]
    if not looks and not silence.over(keeper):
        return Laid()
    with deciding(keeper, now) as connection:
        known, cases = kept.items(connection), kept.cases(connection)
        fresh = {c.account for look in looks for c in look.concerns} - kept.accounts_known(
            connection, sources=CONTROLS
        )
        told: list[Told] = []
        for look in looks:
            found = _over(keeper, look, known, cases, now)
            known.update(found.items)
            cases.update(found.cases)
            told += found.told
            _save(connection, found, look.marks)
        late, unheard_of = silence.broken(keeper, connection, cases, known, now=now)
        above = keeper.policy.summary_above
        said = _said([*told, *late], cases, known, fresh=fresh | unheard_of, above=above, now=now)
        letters = post(keeper, connection, said, now=now)
    opened, closed = ({t.case for t in told if t.what == what and t.case} for what in ("opened", "closed"))
    return Laid(len(looks), len(opened), len(closed), letters)


def _over(
    keeper: Keeper, look: Look, known: Mapping[Identity, Item], cases: Mapping[str, Case], now: datetime
) -> Triaged:
    decided = zip(look.concerns, decisions(look.concerns, keeper.policy), strict=True)
    return triage(known, cases, decided, look.verdict, keeper.due, looked=look.at, now=now)


def _save(connection: sa.Connection, found: Triaged, marks: Mapping[str, str]) -> None:
    kept.save(connection, items=found.items.values(), cases=found.cases.values(), events=found.events)
    for name, value in marks.items():
        kept.set_mark(connection, name, value)


def _scanned(keeper: Keeper, now: datetime) -> list[Look]:
    """The scans that came since; the newest again where the policy, the exceptions or the day are others."""
    snapshots = Snapshots(keeper.store)
    scans = snapshots.scans()
    if not scans:
        return []
    with reading(keeper.engine) as connection:
        laid, basis = kept.mark(connection, LAID), kept.mark(connection, BASIS)
    today = _basis(keeper, now)
    pending = [s for s in scans if s > laid] if laid else scans[-1:]
    if not pending and basis != today:
        pending = scans[-1:]
    found = []
    for scan in pending:
        known = [snapshots.header(s) for s in scans if s <= scan]
        found.append(_of_scan(keeper, known, {LAID: scan, BASIS: today}, now=now))
    return found


def _basis(keeper: Keeper, now: datetime) -> str:
    """What decisions go by beside the findings; exceptions end with a day."""
    day = keeper.calendar.local(now).date().isoformat()
    told = msgspec.json.encode(
        (keeper.policy.rows, keeper.policy.suppressions, keeper.waivers, day), order="sorted"
    )
    return hashlib.sha256(told).hexdigest()


def _of_scan(keeper: Keeper, known: Sequence[ScanHeader], marks: Mapping[str, str], *, now: datetime) -> Look:
    """The newest of these scans, together with what the other witness said last, as far as that still holds."""
    newest = known[-1]
    own, hub = (_newest(known, s) for s in (Source.ISHIGAKI, Source.SECURITY_HUB))
    rules = own is not None and (hub is None or own_rules(own.at, hub.at))
    read = {h.id: list(results.read(keeper.store, h.id)) for h in (own, hub) if h is not None}
    ours, theirs = read[own.id] if own else [], read[hub.id] if hub else []
    findings = witnessed(ours, theirs) if rules else with_ours(theirs, ours)
    overlay = lay_over_kept(findings, keeper.waivers, now=keeper.calendar.local(now))
    everyone = {a.id: a for h in (hub, own) if h is not None for a in h.accounts}
    source = Source.ISHIGAKI if rules else Source.SECURITY_HUB
    failing = concerns(findings, everyone, overlay, language=keeper.language, source=source)
    return Look(newest.at, failing, verdict_of(findings), marks)


def _newest(known: Sequence[ScanHeader], source: Source) -> ScanHeader | None:
    return next((h for h in reversed(known) if h.source == source), None)


def verdict_of(findings: Sequence[Kept]) -> Callable[[Item], Verdict]:
    """What a scan says of a thing that does not fail in it. Gone is only what is missing where the control was judged
    and nothing was hidden from it."""
    passed = {k.finding.identity for k in findings if k.finding.status is Status.PASSED}
    met = {k.finding.identity for k in findings}
    judged: set[tuple[str, str, str]] = set()
    blind: set[tuple[str, str, str]] = set()
    for each in findings:
        finding = each.finding
        where = finding.account, finding.region, finding.control
        unseen = finding.status is Status.NOT_AVAILABLE and finding.resource_type == ACCOUNT
        (blind if unseen else judged).add(where)

    def verdict(item: Item) -> Verdict:
        if item.identity in passed:
            return "fixed"
        where = item.account, item.region, item.kind
        # Things that are listed once for all Regions (buckets) may have been missed there.
        hidden = not blind.isdisjoint({where, (item.account, GLOBAL, item.kind)})
        if item.source not in CONTROLS or item.identity in met or hidden or where not in judged:
            return "unseen"
        return "gone"

    return verdict


def _heard(keeper: Keeper, now: datetime) -> list[Look]:
    """What Security Hub told through the queue since: of things that our own newest scan judged within the time that
    Security Hub may lag, ours stands."""
    with reading(keeper.engine) as connection:
        before = kept.mark(connection, HEARD)
        since = datetime.fromisoformat(before) if before else None
        told = securityhub.read(intake.hub_findings(connection, since=since)).findings
    if not told:
        return []
    own = Snapshots(keeper.store).newest(Source.ISHIGAKI)
    ours = results.read(keeper.store, own.id) if own and now - own.at <= LAG else ()
    judged = {k.finding.identity for k in ours if k.finding.status is not Status.NOT_AVAILABLE}
    findings = [Kept(t.finding, tags=t.tags) for t in told if t.finding.identity not in judged]
    overlay = lay_over_kept(findings, keeper.waivers, now=keeper.calendar.local(now))
    failing = concerns(
        findings, keeper.accounts, overlay, language=keeper.language, source=Source.SECURITY_HUB
    )
    passed = {k.finding.identity for k in findings if k.finding.status is Status.PASSED}
    at = max(m.updated for t in told for m in t.marks)
    return [
        Look(at, failing, lambda i: "fixed" if i.identity in passed else "unseen", {HEARD: now.isoformat()})
    ]


def _detected(keeper: Keeper, now: datetime) -> list[Look]:
    """What other watchers have seen, where that is not what it was."""
    with reading(keeper.engine) as connection:
        seen = intake.open_detections(connection)
        before = kept.mark(connection, DETECTED)
    told = sorted((*d.identity, d.at.isoformat()) for d in seen)
    today = hashlib.sha256(repr((told, _basis(keeper, now))).encode()).hexdigest()
    if before == today or not (before or seen):
        return []
    whose = known_accounts(keeper)
    made = [concern_of_detection(d, whose) for d in seen]
    found = [_suppressed(c, keeper, now) for c in made]
    open_ = {c.identity for c in found}

    def verdict(item: Item) -> Verdict:
        return "unseen" if item.source in CONTROLS or item.identity in open_ else "fixed"

    return [Look(max((d.at for d in seen), default=now), found, verdict, {DETECTED: today})]


def _suppressed(concern: Concern, keeper: Keeper, now: datetime) -> Concern:
    """A detection that a reviewed rule takes for a legitimate cause, as one that is excepted."""
    rule = suppression_of(concern, keeper.policy, keeper.calendar.local(now).date())
    return replace(concern, excepted=rule.reason) if rule else concern


def _said(
    told: Sequence[Told],
    cases: Mapping[str, Case],
    items: Mapping[Identity, Item],
    *,
    fresh: Collection[str],
    above: int,
    now: datetime,
) -> list[Notice]:
    """What is told: of accounts that are seen for the first time one summary per owner, where there is much to say."""
    first: dict[str, list[Told]] = {}
    for one in told:
        new = one.what in ("opened", "told_once") and one.item.account in fresh
        if new and not (one.decision and one.decision.urgent):
            first.setdefault(one.item.owner, []).append(one)
    mine: dict[str, list[Item]] = {owner: [] for owner in first}
    for item in items.values():
        if item.owner in mine and item.account in fresh and item.standing is Standing.OPEN:
            mine[item.owner].append(item)
    first = {owner: those for owner, those in first.items() if len(mine[owner]) > above}
    summed = {t.case for those in first.values() for t in those if t.case}
    gone = {id(t) for those in first.values() for t in those}
    rest = [t for t in told if id(t) not in gone]
    summaries = [_summary(owner, cases, mine[owner], now) for owner in sorted(first)]
    return summaries + notices(rest, cases, items, summed_up=summed, now=now)


def _summary(owner: str, cases: Mapping[str, Case], things: Sequence[Item], now: datetime) -> Notice:
    own = [cases[name] for name in dict.fromkeys(i.case for i in things if i.case)]
    accounts = {i.account for i in things}
    return Notice(
        key=f"first_summary:{owner}:{now:%Y%m%dT%H%M%SZ}",
        kind="first_summary",
        at=now,
        audience=("owner",),
        owner=owner,
        count=len(things),
        facts={"first_summary": first_summary_of(own, things, accounts=len(accounts))},
    )
