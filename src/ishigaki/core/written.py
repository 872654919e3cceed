"""What people decide and write down in TOML, for a reason and until a day. Pure.

Exceptions, suppressions, allowed secrets and users that stay are one idea: somebody bears something, says why and who
answers for it, and it ends by itself. What they share is here: how long an entry holds.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

LONGEST = timedelta(days=366)
SOON = timedelta(days=30)
WARNED = (1, 7, 30)  # days before its end on which an entry is spoken of


class State(StrEnum):
    """How an entry stands on a day."""

    IN_FORCE = "in_force"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"


def state_of(expires: date, today: date) -> State:
    """Whether what holds through `expires` holds on this day, and beyond the month that follows."""
    if today > expires:
        return State.EXPIRED
    return State.ENDS_SOON if today + SOON > expires else State.IN_FORCE


def person(name: str) -> str:
    """A person's name as it is compared: whatever its case and spaces."""
    return " ".join(name.casefold().split())
