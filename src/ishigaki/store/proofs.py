"""When a message last arrived at each destination, and what proved it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from ishigaki.store.schema import PROOFS
from ishigaki.store.transactions import Where, insert, reading, within

Kind = Literal["test", "heartbeat"]  # a person asked for it; the product sent something of its own accord


class Proof(msgspec.Struct, frozen=True):
    destination: str
    kind: str
    at: datetime


def proved(where: Where, destination: str, at: datetime, *, kind: Kind = "test") -> None:
    """A message has arrived at a destination. What is known of a later moment stays."""
    with within(where) as connection:
        statement = insert(connection, PROOFS).values(destination=destination, kind=kind, at=at)
        newer = statement.excluded.at > PROOFS.c.at
        keys = list(PROOFS.primary_key.columns)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=keys, set_={"at": statement.excluded.at}, where=newer
            )
        )


def proofs(where: Where) -> tuple[Proof, ...]:
    """The newest proof of each kind for each destination, in their order."""
    ordered = sa.select(PROOFS.c.destination, PROOFS.c.kind, PROOFS.c.at).order_by(
        PROOFS.c.destination, PROOFS.c.at
    )
    with reading(where) as connection:
        return tuple(Proof(*row) for row in connection.execute(ordered))
