"""What keeping works with: the store, the policy, the calendar, and where messages go."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from ishigaki.core.deadline import Calendar, due, parse_within
from ishigaki.core.destination import Destination, recipients, resting
from ishigaki.core.estate import Account
from ishigaki.core.notice import Notice
from ishigaki.core.response import Policy
from ishigaki.core.waiver import Waiver
from ishigaki.store import lease, outbox
from ishigaki.store.snapshots import Entered, Snapshots
from ishigaki.store.transactions import writing
from ishigaki.texts import Language

TICK = "tick"  # the lease under which one program decides
LEASE = timedelta(minutes=10)


class Elsewhere(Exception):
    """Another program has taken over: nothing was written."""


class Keeper(msgspec.Struct, frozen=True):
    """`accounts` are the estate's by id; `holder` tells this program from others that keep the same store."""

    engine: sa.Engine
    store: Path
    policy: Policy
    calendar: Calendar
    destinations: tuple[Destination, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    accounts: Mapping[str, Account] = {}
    language: Language = "en"
    holder: str = ""

    def due(self, start: datetime, within: str) -> datetime:
        """The deadline that a time from a moment has."""
        return due(start, parse_within(within), self.calendar)

    def zone(self) -> ZoneInfo:
        zone = self.calendar.zone
        return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


class Postbox(msgspec.Struct, frozen=True):
    """Where notices are put for others to send: to whom they are addressed, and when these are left in peace."""

    destinations: tuple[Destination, ...] = ()
    calendar: Calendar = Calendar()

    def put(self, connection: sa.Connection, notices: Iterable[Notice], *, now: datetime) -> int:
        """Address notices and enter them into the outbox, in the caller's transaction; how many letters that are."""
        letters = []
        for notice in notices:
            for destination in recipients(notice, self.destinations):
                until = resting(destination, self.calendar.local(now), urgent=notice.urgent)
                letters.append(outbox.letter(destination.name, notice, not_before=until or now))
        outbox.put(connection, letters, now=now)
        return len(letters)


@contextmanager
def deciding(keeper: Keeper, now: datetime) -> Iterator[sa.Connection]:
    """The transaction of a decision, made only while the lease on deciding is ours. Raises `Elsewhere`."""
    with writing(keeper.engine) as connection:
        if not lease.renew(connection, TICK, keeper.holder, for_=LEASE, now=now):
            raise Elsewhere(TICK)
        yield connection


def holder() -> str:
    """A name that no other program has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def known_accounts(keeper: Keeper) -> Mapping[str, Account | Entered]:
    """What is known of accounts: by the estate, else (where it discovers them) as the newest scan met them."""
    snapshots = Snapshots(keeper.store)
    met: dict[str, Account | Entered] = (
        {a.id: a for a in snapshots.header().accounts} if snapshots.scans() else {}
    )
    return met | dict(keeper.accounts)


def post(keeper: Keeper, connection: sa.Connection, notices: list[Notice], *, now: datetime) -> int:
    """Address notices and enter them into the outbox, in the caller's transaction; how many letters that are."""
    return Postbox(keeper.destinations, keeper.calendar).put(connection, notices, now=now)
