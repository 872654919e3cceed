"""Intake: the queue is drained into the store, and a message is deleted only once what it told is safe there.

Whatever ends a drain, wherever: what was not deleted comes again, and coming again changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from ishigaki.aws.access import Access
from ishigaki.aws.drive import Unit, drive
from ishigaki.core.answer import Answer, Gap
from ishigaki.core.call import Call, call
from ishigaki.core.estate import Account, Estate
from ishigaki.core.intake import Kept, Read, SetAside
from ishigaki.core.queue import Queue, queue_of
from ishigaki.core.usage import UsageError
from ishigaki.flows.scan import enter
from ishigaki.intake import hub_events
from ishigaki.intake.events import read
from ishigaki.intake.listing import Seen, joined, of_access_analyzer, of_guardduty
from ishigaki.intake.members import Unreadable
from ishigaki.store import intake as store
from ishigaki.store.transactions import writing

Perform = Callable[[Call], Answer]
BATCH = 10  # messages that SQS gives, and deletes, at once
LONGEST_POLL_S = 10
VISIBILITY_S = 120  # for which nobody else gets what we are at
MOST, SECONDS = 1_000, 60.0
ENTERED, CUT = "NotEntered", "cut"
RECEIVE = call(
    "sqs",
    "ReceiveMessage",
    QueueUrl="{url}",
    MaxNumberOfMessages="{count}",
    WaitTimeSeconds="{wait}",
    VisibilityTimeout="{visibility}",
)
DELETE = call(
    "sqs", "DeleteMessageBatch", permission="sqs:DeleteMessage", QueueUrl="{url}", Entries="{entries}"
)


class Drained(msgspec.Struct, frozen=True):
    """What a drain took: messages, what they told, and how many were set aside, by their reason. `error` is AWS's code
    where the queue gave no more; `more` says that there may be more."""

    messages: int = 0
    detections: int = 0
    hub: int = 0
    aside: dict[str, int] = {}
    more: bool = False
    error: str = ""
    message: str = ""


class Message(msgspec.Struct, frozen=True):
    """One message of the queue, and what it is."""

    id: str
    receipt: str
    body: str
    found: Read | SetAside


def queue(estate: Estate | None) -> Queue:
    """The queue of the estate. Raises `UsageError` where it names none."""
    found = queue_of(estate.intake.queue) if estate else None
    if found is None:
        raise UsageError("intake_no_queue")
    return found


def performing(access: Access) -> Perform:
    """Who drains the queue: the caller, whose policy `bootstrap events` makes. Raises `NoEntry`."""
    return access.performing(access.enter(access.caller(), None))


def drain(
    perform: Perform,
    source: Queue,
    engine: sa.Engine,
    *,
    at: datetime,
    wait: int = LONGEST_POLL_S,
    visibility: int = VISIBILITY_S,
    most: int = MOST,
    seconds: float = SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Drained:
    """Take what the queue holds, at most so many messages and for so long (a batch that has begun is ended)."""
    how = {"url": source.url, "wait": wait, "visibility": visibility}
    total, until = Drained(), clock() + seconds
    while total.messages < most and clock() < until:
        count = min(BATCH, most - total.messages)
        answer = perform(RECEIVE.filled(how | {"count": count}, region=source.region))
        if answer.error:
            return msgspec.structs.replace(total, error=answer.error, message=answer.message)
        batch = _batch(answer)
        if not batch:
            return total
        _keep(engine, batch, at)
        deleted = perform(_deletion(source, batch))
        total = _counted(total, batch)
        if deleted.error:  # they come again, and change nothing
            return msgspec.structs.replace(total, error=deleted.error, message=deleted.message)
    return msgspec.structs.replace(total, more=True)


def _batch(answer: Answer) -> list[Message]:
    messages = [m for page in answer.pages for m in page.get("Messages", ())]
    return [
        Message(m["MessageId"], m["ReceiptHandle"], m.get("Body", ""), read(m.get("Body", "")))
        for m in messages
    ]


def _keep(engine: sa.Engine, batch: Iterable[Message], at: datetime) -> None:
    """A batch, all of it or nothing."""
    with writing(engine) as connection:
        for message in batch:
            _keep_one(connection, message, at)


def _keep_one(connection: sa.Connection, message: Message, at: datetime) -> None:
    if isinstance(message.found, Read):
        store.enter(connection, message.id, message.found, at)
    else:
        store.set_aside(connection, message.id, message.found, body=message.body, at=at)


def _deletion(source: Queue, batch: Iterable[Message]) -> Call:
    entries = [{"Id": str(n), "ReceiptHandle": m.receipt} for n, m in enumerate(batch)]
    return DELETE.filled({"url": source.url, "entries": entries}, region=source.region)


def _counted(total: Drained, batch: Iterable[Message]) -> Drained:
    aside = dict(total.aside)
    told = []
    messages = total.messages
    for message in batch:
        messages += 1
        if isinstance(message.found, Read):
            told.append(message.found)
        else:
            aside[message.found.reason] = aside.get(message.found.reason, 0) + 1
    return Drained(
        messages,
        total.detections + sum(len(t.detections) for t in told),
        total.hub + sum(len(t.hub) for t in told),
        aside,
    )


def retry(engine: sa.Engine, message_id: str, *, at: datetime) -> tuple[Kept, Read | SetAside]:
    """Read a message anew that was set aside, by its id or the start of it. Raises `UsageError`."""
    with writing(engine) as connection:
        fitting = [k for k in store.set_aside_list(connection) if k.id.startswith(message_id)]
        kept = next((k for k in fitting if k.id == message_id), fitting[0] if len(fitting) == 1 else None)
        if kept is None:
            raise UsageError("intake_unknown", id=message_id, count=len(fitting))
        found = SetAside(CUT, str(store.LARGEST)) if kept.cut else read(kept.body)
        if isinstance(found, Read):
            store.enter(connection, kept.id, found, at)
    return kept, found


def pull(access: Access, accounts: Iterable[Account]) -> Seen:
    """What GuardDuty and Access Analyzer hold open in every Region of the accounts, where no queue brings it."""
    refused: list[Gap] = []
    units: list[Unit[str]] = []
    for account in accounts:
        entered, target = enter(access, account, ())
        if target is None:
            refused.append(Gap("", ENTERED, "", entered.trouble, "", account.id))
            continue
        for region in entered.regions:
            questions = {
                "guardduty": of_guardduty(account.id, region),
                "accessanalyzer": of_access_analyzer(region),
            }
            units.append(Unit(account.id, questions, access.performing(target)))
    found = [seen for done in drive(units) for seen in done.results.values()]
    return joined([*found, Seen(gaps=tuple(refused))])


def enter_from_hub(engine: sa.Engine, others: Iterable[Mapping[str, Any]], *, at: datetime) -> int:
    """Keep what other watchers had told Security Hub, as it told it us; how many could not be read."""
    aside = 0
    with writing(engine) as connection:
        for finding in others:
            id = f"securityhub:{finding.get('Id', '')}"
            try:
                store.enter(connection, id, hub_events.read({"findings": [finding]}), at)
            except Unreadable as no:
                body = msgspec.json.encode(finding).decode()
                store.set_aside(connection, id, SetAside(no.reason, no.detail), body=body, at=at)
                aside += 1
    return aside


def enter_pulled(engine: sa.Engine, seen: Seen, *, at: datetime) -> None:
    """Keep what was listed; what is listed no more is over."""
    with writing(engine) as connection:
        store.enter_listing(connection, seen.listings, seen.detections, at)
