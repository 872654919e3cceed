"""Our own findings brought into Security Hub: what failed, and what failed before and has been put right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from ishigaki.aws.access import Access, NoEntry
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call, call
from ishigaki.core.estate import Account
from ishigaki.core.finding import Status
from ishigaki.core.waiver import HIDEABLE
from ishigaki.core.witness import ARCHIVED
from ishigaki.flows.writeback import Hand, writing_role
from ishigaki.report.asff import batches
from ishigaki.report.picture import Picture, Row
from ishigaki.store.ledger import Identity, Sighting

Batch = list[dict[str, Any]]
Send = Callable[[Call], Answer]


class Brought(msgspec.Struct, frozen=True):
    """What became of one account and Region: how many findings Security Hub took, and how many it did not, with the
    first reason."""

    account: str
    region: str
    taken: int
    refused: int = 0
    code: str = ""
    message: str = ""


def worth(picture: Picture, sightings: Mapping[Identity, Sighting]) -> Picture:
    """What is brought there of a scan: failures and warnings, and archived what was one and passes now. The rest
    would only cost."""
    return msgspec.structs.replace(picture, findings=list(_worth(picture.findings, sightings)))


def _worth(rows: Iterable[Row], sightings: Mapping[Identity, Sighting]) -> Iterator[Row]:
    for row in rows:
        known = sightings.get(row.finding.identity)
        if row.finding.status in HIDEABLE:
            yield row
        elif row.finding.status is Status.PASSED and known is not None and known.first_failed:
            gone = msgspec.structs.replace(row.finding, record=ARCHIVED)
            yield msgspec.structs.replace(row, finding=gone)


def bring(
    access: Access, accounts: Iterable[Account], picture: Picture, *, only: Iterable[str] = ()
) -> Iterator[Brought]:
    """Bring a picture's findings there, each account's by its own role: Security Hub takes them from nobody else."""
    known, wanted = {a.id: a for a in accounts}, set(only)
    hands: dict[str, Hand | NoEntry] = {}
    for batch in batches(picture):
        account, region = batch[0]["AwsAccountId"], batch[0]["Region"]
        if wanted and account not in wanted:
            continue
        if account not in hands:
            hands[account] = _hand(access, known.get(account), account)
        hand = hands[account]
        if isinstance(hand, NoEntry):
            yield Brought(account, region, 0, len(batch), hand.code, hand.message)
        else:
            yield _brought(account, region, batch, hand(sending(batch)))


def _hand(access: Access, known: Account | None, account: str) -> Hand | NoEntry:
    try:
        return Hand(access.writer(account, writing_role(access, known, account)))
    except NoEntry as no:
        return no


def sending(batch: Batch) -> Call:
    return call("securityhub", "BatchImportFindings", region=batch[0]["Region"], Findings=batch)


def _brought(account: str, region: str, batch: Batch, answer: Answer) -> Brought:
    if answer.error:
        return Brought(account, region, 0, len(batch), answer.error, answer.message)
    said = answer.merged
    failed = said.get("FailedFindings") or [{}]
    code, message = failed[0].get("ErrorCode", ""), failed[0].get("ErrorMessage", "")
    return Brought(account, region, int(said["SuccessCount"]), int(said["FailedCount"]), code, message)
