"""The outbox: what is to be told, written with the decision to tell it, and marked when it has been.

    put      in the transaction of the decision: a notice's key goes to a destination once, whoever decides again
    claim    some of what is due, for a while; of many programs each gets others
    sent     or `failed`, after the attempt

A program that dies between claiming and marking loses nothing: its claim ends, and another sends. If it had sent already,
that is the one duplicate there can be; the id of a letter is the same both times, so that a receiver may notice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from ishigaki.core.case import CLOSED
from ishigaki.core.notice import Notice
from ishigaki.core.scrub import scrub
from ishigaki.core.warning import Posted
from ishigaki.store.schema import CASES, OUTBOX
from ishigaki.store.transactions import Where, insert, reading, within

ERROR_LENGTH = 500
UNSENT = ("waiting", "sending")


class Letter(msgspec.Struct, frozen=True):
    """A notice for one destination. `tries` counts the claims, this one included; `error` is the last attempt's.
    `state`: waiting · sending · sent · failed (given up) · folded (told as part of another)."""

    id: str
    key: str
    destination: str
    kind: str
    thread: str
    not_before: datetime
    urgent: bool
    body: str
    state: str = "waiting"
    tries: int = 0
    claimed_by: str = ""
    error: str = ""

    @property
    def notice(self) -> Notice:
        """What is to be told. Raises msgspec's error where another version of the program wrote it otherwise."""
        return msgspec.json.decode(self.body, type=Notice)


COLUMNS = tuple(OUTBOX.c[name] for name in Letter.__struct_fields__)
LAST = OUTBOX.c.kind == "undelivered"  # by then it says all that was not taken
ORDER = (OUTBOX.c.urgent.desc(), LAST, OUTBOX.c.not_before, OUTBOX.c.created_at, OUTBOX.c.id)


def letter(destination: str, notice: Notice, *, not_before: datetime) -> Letter:
    """A notice, addressed."""
    return Letter(
        id=hashlib.blake2b(f"{destination}\0{notice.key}".encode(), digest_size=16).hexdigest(),
        key=notice.key,
        destination=destination,
        kind=notice.kind,
        thread=notice.thread,
        not_before=not_before,
        urgent=notice.urgent,
        body=msgspec.json.encode(notice).decode(),
    )


def put(connection: sa.Connection, letters: Iterable[Letter], *, now: datetime) -> None:
    """Enter letters in the caller's transaction. What has been entered before, sent or not, stays as it is."""
    rows = [{**msgspec.structs.asdict(each), "created_at": now} for each in letters]
    if rows:
        connection.execute(insert(connection, OUTBOX).on_conflict_do_nothing(), rows)


def claim(engine: sa.Engine, holder: str, *, now: datetime, limit: int, lease_s: float) -> tuple[Letter, ...]:
    """Take letters that are due, or whose claim has ended: the urgent ones first, then the longest due."""
    due = ((OUTBOX.c.state == "waiting") & (OUTBOX.c.not_before <= now)) | (
        (OUTBOX.c.state == "sending") & (OUTBOX.c.claimed_until <= now)
    )
    free = sa.select(*COLUMNS).where(due).order_by(*ORDER).limit(limit).with_for_update(skip_locked=True)
    with engine.begin() as connection:
        found = _letters(connection, free)
        mine = {"state": "sending", "claimed_by": holder, "tries": OUTBOX.c.tries + 1}
        connection.execute(
            sa.update(OUTBOX)
            .where(OUTBOX.c.id.in_([each.id for each in found]))
            .values(**mine, claimed_until=now + timedelta(seconds=lease_s))
        )
    return tuple(
        msgspec.structs.replace(each, state="sending", claimed_by=holder, tries=each.tries + 1)
        for each in found
    )


def sent(where: Where, id: str, *, reference: Mapping[str, Any] | None = None, at: datetime) -> None:
    """It has arrived, whoever sent it. `reference` is by which the destination knows the message."""
    told = None if reference is None else msgspec.json.encode(reference).decode()
    with within(where) as connection:
        connection.execute(
            sa.update(OUTBOX)
            .where(OUTBOX.c.id == id)
            .values(state="sent", sent_at=at, reference=told, claimed_until=None, error="")
        )


def failed(where: Where, tried: Letter, error: str, *, retry_at: datetime | None = None) -> None:
    """An attempt did not succeed: again at that time, or never. Nothing, if another has taken the letter since."""
    with within(where) as connection:
        after = {"state": "failed"} if retry_at is None else {"state": "waiting", "not_before": retry_at}
        text = scrub(error).replace("\0", "")[:ERROR_LENGTH]
        connection.execute(
            sa.update(OUTBOX).where(*_claimed(tried)).values(**after, claimed_until=None, error=text)
        )


def _claimed(tried: Letter) -> tuple[sa.ColumnElement[bool], ...]:
    """That a letter is still claimed as it was for this attempt."""
    mine = (OUTBOX.c.claimed_by == tried.claimed_by, OUTBOX.c.tries == tried.tries)
    return (OUTBOX.c.id == tried.id, OUTBOX.c.state == "sending", *mine)


def fold(where: Where, tried: Letter) -> None:
    """It is told as part of the next digest instead. Nothing, if another has taken the letter since."""
    with within(where) as connection:
        folding = sa.update(OUTBOX).where(*_claimed(tried)).values(state="folded", claimed_until=None)
        connection.execute(folding)


def unsent(connection: sa.Connection, destination: str, *, key: str) -> Letter | None:
    """A letter to a destination that nobody has begun to send, and whose key begins so."""
    begins = OUTBOX.c.key.startswith(key, autoescape=True)
    chosen = sa.select(*COLUMNS).where(
        OUTBOX.c.destination == destination, OUTBOX.c.state == "waiting", begins
    )
    return next(iter(_letters(connection, chosen.limit(1).with_for_update())), None)


def rewrite(connection: sa.Connection, letter: Letter, notice: Notice) -> None:
    """Say more in a letter that is not sent yet."""
    body = msgspec.json.encode(notice).decode()
    connection.execute(sa.update(OUTBOX).where(OUTBOX.c.id == letter.id).values(body=body))


def posted(connection: sa.Connection, keys: Collection[str]) -> tuple[Posted, ...]:
    """What became of the letters of some notices."""
    if not keys:
        return ()
    t = OUTBOX.c
    asked = sa.select(t.key, t.destination, t.state, t.sent_at).where(t.key.in_(keys)).order_by(t.destination)
    return tuple(
        Posted(key, destination, state in UNSENT, sent_at if state == "sent" else None)
        for key, destination, state, sent_at in connection.execute(asked)
    )


def withdraw(connection: sa.Connection, begins: str, *, but: str = "") -> None:
    """Take back letters whose key begins so, as far as they are not sent; those of one key stay."""
    chosen = (OUTBOX.c.key.startswith(begins, autoescape=True), OUTBOX.c.key != but, OUTBOX.c.state != "sent")
    connection.execute(sa.delete(OUTBOX).where(*chosen))


def again(where: Where, destination: str, *, since: datetime, now: datetime) -> int:
    """Send once more what a destination did not take since, as far as it is not over; how many letters that are."""
    over = sa.select(CASES.c.id).where(CASES.c.state.in_([s.value for s in CLOSED]))
    about = (OUTBOX.c.kind != "undelivered", OUTBOX.c.thread.not_in(over))
    chosen = (OUTBOX.c.destination == destination, OUTBOX.c.state == "failed", OUTBOX.c.created_at >= since)
    values = {"state": "waiting", "not_before": now, "tries": 0, "error": ""}
    with within(where) as connection:
        return connection.execute(sa.update(OUTBOX).where(*chosen, *about).values(**values)).rowcount


def folded(connection: sa.Connection, *, since: datetime) -> Mapping[str, int]:
    """How many letters were folded since, by the owner they are about: what a digest has to say of them."""
    chosen = sa.select(*COLUMNS).where(OUTBOX.c.state == "folded", OUTBOX.c.created_at > since)
    return Counter(each.notice.owner for each in _letters(connection, chosen))


def waiting(where: Where) -> tuple[Letter, ...]:
    """What has not been sent yet and still will be, in its order."""
    chosen = sa.select(*COLUMNS).where(OUTBOX.c.state.in_(UNSENT)).order_by(*ORDER)
    with reading(where) as connection:
        return _letters(connection, chosen)


def sent_today(where: Where, destination: str, day_start: datetime) -> int:
    """How many letters have arrived at a destination since."""
    counted = sa.select(sa.func.count()).where(
        OUTBOX.c.destination == destination, OUTBOX.c.sent_at >= day_start, OUTBOX.c.state == "sent"
    )
    with reading(where) as connection:
        return connection.execute(counted).scalar_one()


def reference_of(where: Where, destination: str, thread: str) -> Mapping[str, Any] | None:
    """By what a destination knows the first message of a thread that it has told of; None where there is none."""
    first = (
        sa.select(OUTBOX.c.reference)
        .where(OUTBOX.c.destination == destination, OUTBOX.c.thread == thread, OUTBOX.c.state == "sent")
        .where(OUTBOX.c.reference.is_not(None))
        .order_by(OUTBOX.c.sent_at, OUTBOX.c.id)
        .limit(1)
    )
    with reading(where) as connection:
        found = connection.execute(first).scalar()
    return None if found is None else msgspec.json.decode(found, type=dict[str, Any])


def _letters(connection: sa.Connection, chosen: sa.Select[Any]) -> tuple[Letter, ...]:
    return tuple(Letter(*row) for row in connection.execute(chosen))
