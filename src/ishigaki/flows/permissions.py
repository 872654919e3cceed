"""Which permissions are missing where: every listing asked once, in every account and Region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ishigaki.aws.access import Access, NoEntry, Role
from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import Gap
from ishigaki.core.estate import Account
from ishigaki.core.unseen import NOT_OFFERED
from ishigaki.flows.scan import SUSPENDED
from ishigaki.flows.units import places, questions
from ishigaki.standards.choice import Ask


def missing(
    access: Access, accounts: Iterable[Account], asked: Ask
) -> Iterator[tuple[Account, NoEntry | None, tuple[Gap, ...]]]:
    """For each account why it cannot be entered, or each permission that it refuses, once, with a Region."""
    for account in accounts:
        if account.suspended:
            yield account, NoEntry(SUSPENDED, ""), ()
            continue
        try:
            target = access.enter(
                account.id, Role(account.role, account.external_id) if account.role else None
            )
            enabled = [r.name for r in access.regions(target) if r.enabled]
        except NoEntry as no:
            yield account, no, ()
            continue
        regions = [r for r in account.regions or enabled if r in enabled]
        here = places(account.id, regions, partition=access.partition, asked=asked)
        units = [Unit(p, questions(p, asked), access.performing(target)) for p in here]
        gaps: dict[str, Gap] = {}
        for done in drive(units):
            for gathered in done.results.values():
                for gap in gathered.gaps:
                    if gap.code != NOT_OFFERED:
                        gaps.setdefault(gap.permission, gap)
        yield account, None, tuple(gaps.values())
