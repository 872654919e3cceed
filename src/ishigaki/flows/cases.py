"""Cases as commands use them: listed, shown, and acted upon by people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa

from ishigaki.core.case import Case, Event, Item
from ishigaki.core.handling import Handled
from ishigaki.report.cases import Listed
from ishigaki.store import cases as kept
from ishigaki.store import intake
from ishigaki.store.transactions import reading, writing

Act = Callable[[Case, Iterable[Item]], Handled]


def listed(
    engine: sa.Engine,
    *,
    owner: str = "",
    account: str = "",
    kind: str = "",
    closed: bool = False,
    overdue: datetime | None = None,
) -> list[Listed]:
    """Cases, the most pressing first."""
    with reading(engine) as connection:
        found = kept.overview(
            connection, owner=owner, account=account, kind=kind, closed=closed, overdue=overdue
        )
    return [Listed(x.case, x.things, x.accounts) for x in found]


def one(engine: sa.Engine, beginning: str) -> tuple[Case, list[Item], list[Event]]:
    """A case by the beginning of its id, what is in it, and its history. Raises `UsageError`."""
    with reading(engine) as connection:
        case = kept.find(connection, beginning)
        items = kept.items(connection, cases=[case.id])
        return case, list(items.values()), kept.events(connection, case=case.id)


def act(engine: sa.Engine, beginning: str, do: Act) -> Case:
    """Let somebody act on a case. A detection that they closed is settled with it: it is open again only once it is
    told anew. Raises `UsageError`."""
    with writing(engine) as connection:
        case = kept.find(connection, beginning)
        handled = do(case, kept.items(connection, cases=[case.id]).values())
        kept.save(connection, items=handled.items, cases=[handled.case], events=[handled.event])
        for item in () if handled.case.open else handled.items:
            intake.settle(connection, item.identity, handled.event.at)
    return handled.case
