"""Which permissions are missing where: every listing asked once, in every account and Region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ishigaki.aws.access import Access
from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import Gap
from ishigaki.core.estate import Account
from ishigaki.core.unseen import NOT_OFFERED
from ishigaki.flows.scan import enter
from ishigaki.flows.units import places, questions
from ishigaki.standards.choice import Ask
from ishigaki.store.snapshots import Entered


def missing(
    access: Access, accounts: Iterable[Account], asked: Ask
) -> Iterator[tuple[Entered, tuple[Gap, ...]]]:
    """For each account why it cannot be entered (its `trouble`), or each permission that it refuses, once, with a
    Region."""
    for account in accounts:
        entered, target = enter(access, account, ())
        gaps: dict[str, Gap] = {}
        if target is not None:
            here = places(entered.id, entered.regions, partition=access.partition, asked=asked)
            units = [Unit(p, questions(p, asked), access.performing(target)) for p in here]
            for done in drive(units):
                for gathered in done.results.values():
                    for gap in gathered.gaps:
                        if gap.code != NOT_OFFERED:
                            gaps.setdefault(gap.permission, gap)
        yield entered, tuple(gaps.values())
