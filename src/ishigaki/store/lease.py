"""Leases: of several programs that could do the same thing at once, one may, for a while.

A lease ends by its time, so that a program that died does not keep it. Whoever holds one renews it in the transaction
whose work it guards: if that fails, another has taken over, and the work is not done. The clocks of the machines may
differ by less than a lease lasts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from ishigaki.store.schema import LEASES
from ishigaki.store.transactions import Where, insert, within


def take(where: Where, name: str, holder: str, *, for_: timedelta, now: datetime) -> bool:
    """Take a lease that is free, has ended, or is one's own already. `holder` is to be unique among programs."""
    with within(where) as connection:
        statement = insert(connection, LEASES).values(name=name, holder=holder, until=now + for_)
        free = (LEASES.c.until <= now) | (LEASES.c.holder == holder)
        changed = {"holder": statement.excluded.holder, "until": statement.excluded.until}
        taken = connection.execute(
            statement.on_conflict_do_update(index_elements=[LEASES.c.name], set_=changed, where=free),
            execution_options={"preserve_rowcount": True},
        )
        return taken.rowcount == 1


def renew(where: Where, name: str, holder: str, *, for_: timedelta, now: datetime) -> bool:
    """Hold on to a lease. False: another has it, or nobody."""
    with within(where) as connection:
        kept = connection.execute(sa.update(LEASES).where(_of(name, holder)).values(until=now + for_))
        return kept.rowcount == 1


def release(where: Where, name: str, holder: str) -> None:
    """Give a lease back, if it is still one's own."""
    with within(where) as connection:
        connection.execute(sa.delete(LEASES).where(_of(name, holder)))


def _of(name: str, holder: str) -> sa.ColumnElement[bool]:
    return (LEASES.c.name == name) & (LEASES.c.holder == holder)
