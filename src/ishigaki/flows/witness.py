"""Our scans and Security Hub's side by side: kept in one ledger, joined, and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from ishigaki.core.concern import Source
from ishigaki.core.finding import Finding, Status
from ishigaki.core.usage import UsageError
from ishigaki.core.witness import Compared, Told, Witnessed, empty, join, own_rules
from ishigaki.flows.hub import HubScan
from ishigaki.store import results
from ishigaki.store.database import opened
from ishigaki.store.ledger import Identity, Ledger, Sighting
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import ScanHeader, Snapshots

MISSING = {Source.ISHIGAKI: "no_own_scan", Source.SECURITY_HUB: "no_hub_scan"}
OPEN = (Status.FAILED, Status.WARNING)


def keep(scan: HubScan, folder: Path) -> Mapping[Identity, Sighting]:
    """Keep a scan by Security Hub; since when each of its findings is known. Where our newest scan says otherwise of
    a thing and still rules, the ledger stays with ours: else both would take turns in it."""
    header = scan.outcome.header
    snapshots = Snapshots(folder)
    own = snapshots.newest(Source.ISHIGAKI)
    ours = own if own is not None and own_rules(own.at, header.at) else None
    ruled = {k.finding.identity: k.finding.status for k in _kept(folder, ours)} if ours else {}
    findings = scan.outcome.findings
    agreed = [f for f in findings if ruled.get(f.identity, f.status) in (f.status, Status.NOT_AVAILABLE)]
    with opened(folder) as database:
        ledger = Ledger(database)
        sightings = dict(ledger.record(agreed, scan=header.id, at=header.at))
        if len(agreed) < len(findings):
            sightings = {**ledger.known(), **sightings}
    results.write(folder, header.id, (_as_kept(f, sightings.get(f.identity), scan) for f in findings))
    snapshots.write_header(header)
    return sightings


def _as_kept(finding: Finding, sighting: Sighting | None, scan: HubScan) -> Kept:
    told = scan.told[finding.identity]
    return results.dated(Kept(finding, tags=told.tags, hub=told.marks), sighting)


def _kept(folder: Path, header: ScanHeader) -> list[Kept]:
    return list(results.read(folder, header.id))


def witnessed(own: Sequence[Kept] | None, hub: Sequence[Kept] | None) -> list[Kept]:
    """The kept findings of both as one list: what rules of each thing, with the other's part where it is one thing.

    Whoever passes a scan of ours says that it still rules (`core.witness.own_rules`); None: there is none. What only
    says that there is nothing of a kind is taken from us where we looked.
    """
    ours = {k.finding.identity: k for k in own or ()}
    theirs = {k.finding.identity: k for k in hub or ()}
    if not theirs:
        return list(ours.values())
    looked = {_spot(k.finding) for k in ours.values()}
    told = [k for k in theirs.values() if not (empty(k.finding) and _spot(k.finding) in looked)]
    return [_ruling(each, ours, theirs) for each in joined(ours.values(), told)]


def _ruling(each: Witnessed, ours: Mapping[Identity, Kept], theirs: Mapping[Identity, Kept]) -> Kept:
    mine = ours[each.own.identity] if each.own else None
    other = theirs[each.hub.finding.identity] if each.hub else None
    if mine is None or other is None:
        one = mine or other
        if one is None:
            raise ValueError("nobody has seen it")
        return one
    rules = mine if each.finding is each.own else other
    return msgspec.structs.replace(
        rules,
        finding=msgspec.structs.replace(rules.finding, resource=mine.finding.resource),
        tags=mine.tags if mine.tags is not None else other.tags,
        shipped=mine.shipped,
        hub=other.hub,
    )


def joined(own: Iterable[Kept], hub: Iterable[Kept]) -> list[Witnessed]:
    """What both kept, thing by thing."""
    return join((k.finding for k in own), (as_told(k) for k in hub))


def with_ours(hub: Iterable[Kept], own: Iterable[Kept]) -> list[Kept]:
    """What was kept of Security Hub's, with what only we know of a thing: its tags, and the exception that AWS asks
    for where it is proven."""
    known = {k.finding.identity: k for k in own}
    return [_with(k, known.get(k.finding.identity)) for k in hub]


def _with(told: Kept, ours: Kept | None) -> Kept:
    if ours is None:
        return told
    tags = told.tags if told.tags is not None else ours.tags
    return msgspec.structs.replace(told, tags=tags, shipped=ours.shipped)


def as_told(kept: Kept) -> Told:
    """A kept finding of Security Hub's as it was told."""
    return Told(kept.finding, kept.hub, kept.tags)


def _spot(finding: Finding) -> tuple[str, str, str]:
    return finding.control, finding.account, finding.region


def compare(folder: Path, *, own: str = "", hub: str = "") -> Compared:
    """Compare two scans by their ids (default: the newest of each source). Raises `UsageError` where there is none."""
    snapshots = Snapshots(folder)
    first = _scan(snapshots, own, Source.ISHIGAKI)
    second = _scan(snapshots, hub, Source.SECURITY_HUB)
    ours, theirs = _kept(folder, first), _kept(folder, second)
    pairs = [w for w in joined(ours, theirs) if not empty(w.finding)]
    both = [w for w in pairs if w.own and w.hub]
    return Compared(
        first.id,
        first.at,
        second.id,
        second.at,
        {a.id: a.name for header in (second, first) for a in header.accounts},
        tuple(w for w in both if w.differs),
        tuple(w for w in both if w.written_otherwise),
        sum(w.alike for w in both),
        tuple(_alone((w for w in pairs if w.hub is None), (k.finding for k in theirs))),
        tuple(_alone((w for w in pairs if w.own is None), (k.finding for k in ours))),
    )


def _scan(snapshots: Snapshots, scan: str, source: Source) -> ScanHeader:
    found = snapshots.header(scan) if scan else snapshots.newest(source)
    if found is None or found.source != source:
        raise UsageError(MISSING[source], scan=scan or "-")
    return found


def _alone(one_sided: Iterable[Witnessed], other: Iterable[Finding]) -> Iterator[Witnessed]:
    """The failures of a control in a place of which the other one says something, too."""
    looked = {_spot(f) for f in other}
    return (w for w in one_sided if w.finding.status in OPEN and _spot(w.finding) in looked)
