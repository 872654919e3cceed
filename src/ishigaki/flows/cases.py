"""Cases as commands use them: listed, shown, and acted upon by people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from ishigaki.core.case import Case, Event, Item
from ishigaki.core.handling import Handled
from ishigaki.report.cases import Listed
from ishigaki.store import cases as kept
from ishigaki.texts import Words

Act = Callable[[Case, Iterable[Item]], Handled]


def listed(
    engine: sa.Engine,
    *,
    titles: Callable[[str], Words],
    names: Mapping[str, str],
    owner: str = "",
    account: str = "",
    kind: str = "",
    closed: bool = False,
    due_before: datetime | None = None,
) -> list[Listed]:
    """Cases, the most pressing first."""
    with engine.connect() as connection:
        found = kept.overview(
            connection, owner=owner, account=account, kind=kind, closed=closed, due_before=due_before
        )
    return [
        Listed(x.case, x.things, tuple(names.get(a, a) for a in x.accounts), titles(x.case.kind))
        for x in found
    ]


def one(engine: sa.Engine, beginning: str) -> tuple[Case, list[Item], list[Event]]:
    """A case by the beginning of its id, what is in it, and its history. Raises `UsageError`."""
    with engine.connect() as connection:
        case = kept.find(connection, beginning)
        items = kept.items(connection, cases=[case.id])
        return case, list(items.values()), kept.events(connection, case=case.id)


def act(engine: sa.Engine, beginning: str, do: Act) -> Case:
    """Let somebody act on a case. Raises `UsageError`."""
    with engine.begin() as connection:
        case = kept.find(connection, beginning)
        handled = do(case, kept.items(connection, cases=[case.id]).values())
        kept.save(connection, items=handled.items, cases=[handled.case], events=[handled.event])
    return handled.case
