"""What the store remembers: two scans compared, and what a snapshot holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ishigaki.core.diff import Difference, difference
from ishigaki.core.response import Policy
from ishigaki.core.usage import UsageError
from ishigaki.core.waiver import Waiver
from ishigaki.flows.policy import lay_policy
from ishigaki.flows.scan import asked_again, rejudge
from ishigaki.flows.waivers import lay_over_kept
from ishigaki.store import results
from ishigaki.store.snapshots import Snapshots


def compare(
    store: Path,
    *,
    before: str,
    after: str,
    waivers: Sequence[Waiver] = (),
    policy: Policy | None = None,
    now: datetime,
) -> tuple[str, str, Difference]:
    """Two scans, by id or the start of it (default: the two newest), and what changed, under the exceptions and the
    response policy of today. Raises `UsageError`."""
    snapshots = Snapshots(store)
    first, second = _two(snapshots, before, after)
    then, latest = list(results.read(store, first)), list(results.read(store, second))
    header = snapshots.header(second)
    moment = header.at.isoformat(timespec="seconds")
    earlier = {k.finding.identity for k in latest if k.first_failed and k.first_failed < moment}
    overlay = lay_over_kept(latest, waivers, now=now)
    if policy:
        overlay = lay_policy(overlay, latest, {a.id: a for a in header.accounts}, policy)
    found = difference(
        (k.finding for k in then), overlay.findings, failed_earlier=earlier, by_policy=overlay.by_policy
    )
    return first, second, found


def _two(snapshots: Snapshots, before: str, after: str) -> tuple[str, str]:
    """Two scans of one source: what two watchers say differently has not changed. Raises `UsageError`."""
    last = snapshots.header(after) if after or snapshots.scans() else None
    alike = [s for s in snapshots.scans() if last and snapshots.header(s).source == last.source]
    if last is None or (len(alike) < 2 and not (before and after)):
        raise UsageError("two_scans", count=len(alike))
    first = snapshots.header(before) if before else snapshots.header(alike[-2])
    if first.source != last.source:
        raise UsageError("two_sources", before=first.id, after=last.id)
    return first.id, last.id


def held(store: Path, snapshot: str) -> list[dict[str, Any]]:
    """How many resources of each type an account's Region holds, as the snapshot shows it."""
    snapshots = Snapshots(store)
    header = snapshots.own(snapshot)
    outcome = rejudge(snapshots, header, asked_again(header))
    names = {a.id: a.name for a in header.accounts}
    return [
        {
            "account": account,
            "account_name": names[account],
            "region": region,
            "resource_type": aws,
            "count": count,
        }
        for account, judged in outcome.judged.items()
        for (region, aws), count in sorted(judged.inventory.items())
        if count
    ]
