"""What became of users who are retired, as the store keeps it: events, each written once."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from ishigaki.core.retirement import Event, Retirement, State, follow
from ishigaki.store.schema import RETIREMENTS

Of = tuple[str, str]  # an account, and a user's name in it


def events(connection: sa.Connection, *, account: str = "", user: str = "") -> dict[Of, list[Event]]:
    """The history of each user, in its order: of all, of an account, or of one user in it."""
    t = RETIREMENTS.c
    chosen = sa.select(t.account, t.user, t.at, t.who, t.what, t.why, t.facts).order_by(t.id)
    for column, value in ((t.account, account), (t.user, user)):
        if value:
            chosen = chosen.where(column == value)
    found: dict[Of, list[Event]] = {}
    for row in connection.execute(chosen).mappings():
        event = Event(
            row["account"],
            row["user"],
            row["at"],
            row["who"],
            State(row["what"]),
            row["why"],
            msgspec.json.decode(row["facts"]),
        )
        found.setdefault((event.account, event.user), []).append(event)
    return found


def standing(connection: sa.Connection, *, account: str = "", user: str = "") -> dict[Of, Retirement]:
    """Where each user stands."""
    found = {of: follow(told) for of, told in events(connection, account=account, user=user).items()}
    return {of: each for of, each in found.items() if each is not None}


def add(connection: sa.Connection, new: Iterable[Event]) -> None:
    """Enter events, in the caller's transaction."""
    rows = [
        {
            **{n: getattr(e, n) for n in ("account", "user", "at", "who", "why")},
            "what": e.what.value,
            "facts": msgspec.json.encode(e.facts).decode(),
        }
        for e in new
    ]
    if rows:
        connection.execute(RETIREMENTS.insert(), rows)
