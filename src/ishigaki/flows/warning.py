"""Owners warned by message: the letter written with the record, entered as a warning when it was sent.

While a user is recorded and nobody is warned, the outbox holds the letter of that time round and no other; once that
is over (somebody was warned otherwise, began anew, or the user stays) what is not sent is not sent any more, for it would
tell dates that do not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa

from ishigaki.core.estate import Account
from ishigaki.core.retirement import Event, Retirement, State
from ishigaki.core.warning import Going, letter_of, letters_of, notice_of, warned
from ishigaki.flows.keeper import Postbox
from ishigaki.store import outbox
from ishigaki.store.retirements import Of


def write(
    connection: sa.Connection, postbox: Postbox, going: Going, account: Account, *, now: datetime
) -> tuple[str, ...]:
    """Put the letter into the outbox, once for each time round; for which destinations one waits. None does, if the
    owner need not be warned (any more)."""
    if going.stands.state is not State.RECORDED:
        return ()
    postbox.put(connection, [notice_of(going, account, at=now)], now=now)
    of = (going.stands.account, going.stands.user)
    return waiting(connection, {of: going.stands}).get(of, ())


def withdraw(connection: sa.Connection, stands: Retirement) -> None:
    """Send nothing any more that does not hold now."""
    holds = letter_of(stands) if stands.state is State.RECORDED else ""
    outbox.withdraw(connection, letters_of(stands.account, stands.user), but=holds)


def waiting(connection: sa.Connection, stand: Mapping[Of, Retirement]) -> dict[Of, tuple[str, ...]]:
    """The destinations for which a letter waits, by user."""
    keys = {letter_of(r): of for of, r in stand.items() if r.state is State.RECORDED}
    found: dict[Of, tuple[str, ...]] = {}
    for each in outbox.posted(connection, keys):
        if each.waiting:
            found[keys[each.key]] = (*found.get(keys[each.key], ()), each.destination)
    return found


def arrived(connection: sa.Connection, stand: Mapping[Of, Retirement]) -> Iterator[Event]:
    """The warnings that were sent since."""
    recorded = [r for r in stand.values() if r.state is State.RECORDED]
    letters = outbox.posted(connection, [letter_of(r) for r in recorded])
    for each in recorded:
        event = warned(each, letters)
        if event is not None:
            yield event
