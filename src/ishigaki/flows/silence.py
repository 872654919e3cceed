"""While there is nobody to tell: since when that is, and what is told first once there is somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from msgspec.structs import replace

from ishigaki.core.case import Case, Item
from ishigaki.core.concern import Identity
from ishigaki.core.telling import unheard
from ishigaki.core.triage import Told
from ishigaki.flows.keeper import Keeper
from ishigaki.store import cases as kept
from ishigaki.store.transactions import reading

SILENT = "silent"


def over(keeper: Keeper) -> bool:
    """Whether there was nobody to tell, and now there is."""
    if not keeper.destinations:
        return False
    with reading(keeper.engine) as connection:
        return bool(kept.mark(connection, SILENT))


def known(connection: sa.Connection) -> list[Item]:
    """What is known; of what came about while there is nobody to tell, nobody has been told."""
    mark = kept.mark(connection, SILENT)
    items = kept.items(connection).values()
    if not mark:
        return list(items)
    since = datetime.fromisoformat(mark)
    return [replace(i, told=None) if i.told is not None and i.told >= since else i for i in items]


def broken(
    keeper: Keeper,
    connection: sa.Connection,
    cases: Mapping[str, Case],
    items: Mapping[Identity, Item],
    *,
    now: datetime,
) -> tuple[list[Told], set[str]]:
    """What came about while there was nobody to tell and is told now, and the accounts of which nobody has heard
    before. Nothing while there is nobody; from when on is noted."""
    mark = kept.mark(connection, SILENT)
    if not keeper.destinations:
        if not mark:
            kept.set_mark(connection, SILENT, now.isoformat())
        return [], set()
    if not mark:
        return [], set()
    kept.set_mark(connection, SILENT, "")
    since = datetime.fromisoformat(mark)
    rows = {row.name: row.decision for row in keeper.policy.rows}
    found = unheard(cases, items.values(), rows, since=since, now=now)
    before = {i.account for i in items.values() if i.first_seen < since}
    return found, {t.item.account for t in found} - before
