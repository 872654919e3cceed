"""The ledger: since when each finding is known, and since when it is as it is. Both clocks are ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
import sqlalchemy as sa

from ishigaki.core.finding import EMPTY, Finding, Status
from ishigaki.store.schema import SIGHTINGS
from ishigaki.store.transactions import insert, reading, writing

Identity = tuple[str, str, str, str]
BATCH = 5_000


class Sighting(msgspec.Struct, frozen=True):
    """`first_seen` belongs to the identity, `since` to the present status, `first_failed` to the first failure."""

    status: str
    first_seen: str
    since: str
    first_failed: str | None


class Ledger:
    """The sightings in a store's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def record(self, findings: Iterable[Finding], *, scan: str, at: datetime) -> Mapping[Identity, Sighting]:
        """Enter a scan's findings, and say of each since when it is known. A scan entered twice changes nothing."""
        moment = at.isoformat(timespec="seconds")
        real = {f.identity: f for f in findings if f.reason != EMPTY}
        accounts = {f.account for f in real.values()}
        with writing(self._engine) as connection:
            before = self._known(connection, accounts)
            after = {i: _next(before.get(i), f, moment) for i, f in real.items()}
            rows = [_row(i, s, scan) for i, s in after.items() if before.get(i) != s]
            statement = insert(connection, SIGHTINGS)
            update = {c: statement.excluded[c] for c in ("status", "since", "first_failed", "last_scan")}
            statement = statement.on_conflict_do_update(
                index_elements=list(SIGHTINGS.primary_key.columns), set_=update
            )
            for start in range(0, len(rows), BATCH):
                connection.execute(statement, rows[start : start + BATCH])
        return after

    def known(self) -> Mapping[Identity, Sighting]:
        """Everything in the ledger."""
        with reading(self._engine) as connection:
            return self._known(connection, None)

    def _known(self, connection: sa.Connection, accounts: set[str] | None) -> dict[Identity, Sighting]:
        t = SIGHTINGS.c
        chosen = sa.select(
            t.account, t.region, t.resource, t.control, t.status, t.first_seen, t.since, t.first_failed
        )
        rows = connection.execute(chosen if accounts is None else chosen.where(t.account.in_(accounts)))
        return {(r[0], r[1], r[2], r[3]): Sighting(r[4], r[5], r[6], r[7]) for r in rows}


def _next(known: Sighting | None, finding: Finding, moment: str) -> Sighting:
    failed = moment if finding.status is Status.FAILED else None
    if known is None:
        return Sighting(finding.status.value, moment, moment, failed)
    since = known.since if known.status == finding.status.value else moment
    return Sighting(finding.status.value, known.first_seen, since, known.first_failed or failed)


def _row(identity: Identity, sighting: Sighting, scan: str) -> dict[str, str | None]:
    account, region, resource, control = identity
    keys = {"account": account, "region": region, "resource": resource, "control": control}
    return {**keys, **msgspec.structs.asdict(sighting), "last_scan": scan}
