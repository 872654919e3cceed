"""Write back to Security Hub: workflows with a note, within its limits, and the way back from what was suppressed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from ishigaki.aws.access import Access, Role
from ishigaki.aws.throttle import PUBLISHED, Bucket
from ishigaki.core.answer import Answer
from ishigaki.core.call import Call, call
from ishigaki.core.estate import Account, Estate, accounts_of
from ishigaki.core.outcome import Failure, classify, unsure
from ishigaki.core.usage import UsageError
from ishigaki.core.writeback import (
    DONE,
    OURS,
    UNDONE,
    Decide,
    Intent,
    Written,
    batches,
    intend,
    is_ours,
    note_of,
)
from ishigaki.flows.hub_seat import Perform, enter
from ishigaki.intake.securityhub import read
from ishigaki.store import results
from ishigaki.store.database import opened
from ishigaki.store.snapshots import ScanHeader
from ishigaki.store.writeback import Writebacks

TRIES = 5
IDS = 20  # values that a filter of GetFindings takes
Send = Callable[[Call], Answer]


class Refused(msgspec.Struct, frozen=True):
    """A write that was not made, and why: Security Hub's code and words, or `changed` or `gone` where what we
    suppressed is no longer as we left it."""

    write: Written
    code: str
    message: str = ""


class Result(msgspec.Struct, frozen=True):
    """What was written, and what was not."""

    written: tuple[Written, ...] = ()
    refused: tuple[Refused, ...] = ()


class Hand:
    """Sends updates, not faster than Security Hub takes them, again where it throttles."""

    def __init__(self, send: Send, *, sleep: Callable[[float], None] = time.sleep) -> None:
        rate, burst = PUBLISHED["securityhub", "BatchUpdateFindings"]
        self._send, self._sleep = send, sleep
        self._bucket = Bucket(time.monotonic, fastest=rate, burst=burst)

    def __call__(self, asked: Call) -> Answer:
        for attempt in range(1, TRIES + 1):
            self._sleep(self._bucket.reserve())
            answer = self._send(asked)
            throttled = answer.error and classify(answer.error, answer.message) is Failure.THROTTLED
            if not throttled or attempt == TRIES:
                return answer
            self._bucket.throttled()
            self._sleep(2.0**attempt)
        raise AssertionError("the last attempt returns")


def intent(folder: Path, header: ScanHeader, decide: Decide, *, now: datetime) -> Intent:
    """What writing back a scan by Security Hub would do. Raises `UsageError`."""
    with opened(folder) as database:
        written = Writebacks(database).all()
    told = ((k.finding, k.hub) for k in results.read(folder, header.id))
    return intend(told, decide, written, looked=header.at, now=now)


def write(folder: Path, writes: Iterable[Written], hand: Send) -> Result:
    """Set the workflows: each batch is noted before it is sent, and after."""
    done: list[Written] = []
    refused: list[Refused] = []
    with opened(folder) as database:
        kept = Writebacks(database)
        before = kept.all()
        for batch in batches(writes):
            kept.note(batch)
            taken, not_taken = _sent(batch, hand, workflow=batch[0].workflow, note=batch[0].note)
            kept.note(msgspec.structs.replace(w, state=DONE) for w in taken)
            kept.forget((r.write for r in not_taken if not _unsure(r)), before)
            done += taken
            refused += not_taken
    return Result(tuple(done), tuple(refused))


def _sent(
    batch: Sequence[Written], hand: Send, *, workflow: str, note: str
) -> tuple[list[Written], list[Refused]]:
    """Send one batch; what was taken and what was not."""
    answer = hand(update_of(batch, workflow=workflow, note=note))
    if answer.error:
        return [], [Refused(w, answer.error, answer.message) for w in batch]
    said = answer.merged
    missed = {
        (u["FindingIdentifier"]["ProductArn"], u["FindingIdentifier"]["Id"]): u
        for u in said.get("UnprocessedFindings", ())
    }
    taken = {(p["ProductArn"], p["Id"]) for p in said.get("ProcessedFindings", ())} - missed.keys()
    return (
        [w for w in batch if w.key in taken],
        [_unprocessed(w, missed.get(w.key, {})) for w in batch if w.key not in taken],
    )


def _unprocessed(write: Written, said: Mapping[str, str]) -> Refused:
    return Refused(write, said.get("ErrorCode", "Unprocessed"), said.get("ErrorMessage", ""))


def _unsure(refused: Refused) -> bool:
    return unsure(refused.code, classify(refused.code, refused.message))


def update_of(batch: Sequence[Written], *, workflow: str, note: str) -> Call:
    """The call that sets one workflow and note on several findings."""
    return call(
        "securityhub",
        "BatchUpdateFindings",
        region=batch[0].asked,
        FindingIdentifiers=[{"Id": w.id, "ProductArn": w.product} for w in batch],
        Workflow={"Status": workflow},
        Note={"Text": note, "UpdatedBy": OURS},
    )


def suppressed(folder: Path) -> list[Written]:
    """What we suppressed and have not taken back."""
    with opened(folder) as database:
        return [w for w in Writebacks(database).all().values() if w.workflow == "SUPPRESSED"]


def still(writes: Sequence[Written], perform: Perform) -> Result:
    """Which of these are still as we left them; of the others, what they are now. Raises `UsageError` where Security Hub
    cannot be asked."""
    own: list[Written] = []
    others: list[Refused] = []
    for part in _parts(writes):
        asked = call("securityhub", "GetFindings", region=part[0].asked, Filters=_named(part), MaxResults=100)
        answer = perform(asked)
        if answer.error:
            raise UsageError("hub_unasked", region=part[0].asked, code=answer.error, detail=answer.message)
        listed = read(f for page in answer.pages for f in page.get("Findings", ()))
        marks = {(m.product, m.id): m for told in listed.findings for m in told.marks}
        for each in part:
            mark = marks.get(each.key)
            if mark is not None and is_ours(mark, each):
                own.append(each)
            elif mark is None:
                others.append(Refused(each, "gone"))
            else:
                others.append(Refused(each, "changed", f"{mark.workflow} {mark.noted_by}: {mark.note}"))
    return Result(tuple(own), tuple(others))


def _parts(writes: Sequence[Written]) -> Iterator[Sequence[Written]]:
    by_region: dict[str, list[Written]] = {}
    for each in writes:
        by_region.setdefault(each.asked, []).append(each)
    for group in by_region.values():
        yield from (group[start : start + IDS] for start in range(0, len(group), IDS))


def _named(part: Sequence[Written]) -> Mapping[str, object]:
    return {"Id": [{"Comparison": "EQUALS", "Value": w.id} for w in part]}


def undo(folder: Path, own: Sequence[Written], hand: Send, *, note: str) -> Result:
    """Take back what we suppressed: each to what it was before."""
    done: list[Written] = []
    refused: list[Refused] = []
    with opened(folder) as database:
        kept = Writebacks(database)
        back = {w.key: w for w in own}
        for batch in batches(msgspec.structs.replace(w, workflow=w.before, note=note_of(note)) for w in own):
            taken, not_taken = _sent(batch, hand, workflow=batch[0].workflow, note=batch[0].note)
            kept.note(msgspec.structs.replace(w, state=UNDONE) for w in taken)
            done += [back[w.key] for w in taken]
            refused += [msgspec.structs.replace(r, write=back[r.write.key]) for r in not_taken]
    return Result(tuple(done), tuple(refused))


def seat_of(access: Access, estate: Estate | None, account: str) -> tuple[Perform, Send]:
    """How Security Hub's administrator account is read, and how it is written to. Raises `NoEntry`."""
    known = {a.id: a for a in accounts_of(estate)} if estate else {}
    target = enter(access, account, known.values())
    return access.performing(target), access.writer(
        account, writing_role(access, known.get(account), account)
    )


def writing_role(access: Access, known: Account | None, account: str) -> Role | None:
    """The role by which an account is changed; none for the one that we are in already."""
    if known is None or account == access.caller():
        return None
    name = known.write_role or known.role
    return Role(name, known.external_id) if name else None
