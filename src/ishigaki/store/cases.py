"""Cases, the things in them, and their history, as the store keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from ishigaki.core.case import CLOSED, Case, Event, Item, Standing
from ishigaki.core.concern import Identity
from ishigaki.core.usage import UsageError
from ishigaki.store.database import upsert
from ishigaki.store.schema import CASE_EVENTS, CASES, ITEMS, MARKS

T = TypeVar("T", Case, Item)


class Counted(msgspec.Struct, frozen=True):
    """A case, how many of its things are open, and in which accounts."""

    case: Case
    things: int
    accounts: tuple[str, ...]


def items(connection: sa.Connection, *, cases: Collection[str] | None = None) -> dict[Identity, Item]:
    """What is known, by identity; only of some cases where they are named."""
    chosen = sa.select(ITEMS)
    if cases is not None:
        chosen = chosen.where(ITEMS.c.case.in_(cases))
    found = [_of_row(Item, row) for row in connection.execute(chosen)]
    return {i.identity: i for i in found}


def cases(
    connection: sa.Connection, *, ids: Collection[str] | None = None, closed_since: datetime | None = None
) -> dict[str, Case]:
    """Cases by id: those named, or every open one and, where a moment is given, those closed since; else all."""
    chosen = sa.select(CASES)
    if ids is not None:
        chosen = chosen.where(CASES.c.id.in_(ids))
    elif closed_since is not None:
        open_ = CASES.c.state.not_in([s.value for s in CLOSED])
        chosen = chosen.where(open_ | (CASES.c.closed > closed_since.isoformat()))
    found = [_of_row(Case, row) for row in connection.execute(chosen)]
    return {c.id: c for c in found}


def find(connection: sa.Connection, beginning: str) -> Case:
    """The case whose id begins so. Raises `UsageError` where it is none, or not only one."""
    pattern = beginning.replace("%", "").replace("_", "") + "%"
    rows = connection.execute(sa.select(CASES).where(CASES.c.id.like(pattern)).limit(2)).all()
    if len(rows) != 1 or not beginning:
        raise UsageError("unknown_case" if not rows else "case_not_one", case=beginning)
    return _of_row(Case, rows[0])


def overview(
    connection: sa.Connection,
    *,
    owner: str = "",
    account: str = "",
    kind: str = "",
    closed: bool = False,
    due_before: datetime | None = None,
) -> list[Counted]:
    """Cases with what is open in them, the most pressing first; `closed` ones too where asked for."""
    chosen = sa.select(CASES)
    if not closed:
        chosen = chosen.where(CASES.c.state.not_in([s.value for s in CLOSED]))
    for column, value in ((CASES.c.owner, owner), (CASES.c.kind, kind)):
        if value:
            chosen = chosen.where(column == value)
    if due_before is not None:
        chosen = chosen.where(CASES.c.due <= due_before.isoformat())
    if account:
        chosen = chosen.where(CASES.c.id.in_(sa.select(ITEMS.c.case).where(ITEMS.c.account == account)))
    i = ITEMS.c
    counted = (
        sa.select(i.case, i.account, sa.func.count())
        .where(i.standing == Standing.OPEN.value, i.case != "")
        .group_by(i.case, i.account)
    )
    here: dict[str, dict[str, int]] = {}
    for case, where, count in connection.execute(counted):
        here.setdefault(case, {})[where] = count
    rows = connection.execute(chosen.order_by(CASES.c.due, CASES.c.id))
    found = [_of_row(Case, row) for row in rows]
    return [Counted(c, sum(here.get(c.id, {}).values()), tuple(sorted(here.get(c.id, ())))) for c in found]


def events(connection: sa.Connection, *, case: str = "", since: datetime | None = None) -> list[Event]:
    """History in its order: of one case, or of all since a moment."""
    t = CASE_EVENTS.c
    chosen = sa.select(t.case, t.at, t.who, t.what, t.facts).order_by(t.id)
    if case:
        chosen = chosen.where(t.case == case)
    if since is not None:
        chosen = chosen.where(t.at > since.isoformat())
    return [
        Event(row[0], datetime.fromisoformat(row[1]), row[2], row[3], msgspec.json.decode(row[4]))
        for row in connection.execute(chosen)
    ]


def save(
    connection: sa.Connection,
    *,
    items: Iterable[Item] = (),
    cases: Iterable[Case] = (),
    events: Iterable[Event] = (),
) -> None:
    """Keep what changed, in the caller's transaction."""
    upsert(connection, CASES, [_row(c) for c in cases])
    upsert(connection, ITEMS, [_row(i) for i in items])
    told = [
        {"case": e.case, "at": e.at.isoformat(), "who": e.who, "what": e.what, "facts": _json(e.facts)}
        for e in events
    ]
    if told:
        connection.execute(CASE_EVENTS.insert(), told)


def accounts_known(connection: sa.Connection) -> set[str]:
    """The accounts of which anything was ever entered."""
    return set(connection.execute(sa.select(ITEMS.c.account).distinct()).scalars())


def mark(connection: sa.Connection, name: str) -> str:
    """What was noted under a name; empty where nothing was."""
    found = connection.execute(sa.select(MARKS.c.value).where(MARKS.c.name == name)).scalar()
    return found or ""


def set_mark(connection: sa.Connection, name: str, value: str) -> None:
    upsert(connection, MARKS, [{"name": name, "value": value}])


def _row(value: Case | Item) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(value)
    for field, one in found.items():
        if isinstance(one, (list, dict)):
            found[field] = _json(one)
    for field in _moments(type(value)):
        moment = getattr(value, field)
        found[field] = moment.astimezone(UTC).isoformat() if moment is not None else None
    return found


def _of_row(kind: type[T], row: sa.Row[Any]) -> T:
    found = dict(row._mapping)
    if kind is Case:
        found["audience"] = msgspec.json.decode(found["audience"])
    return msgspec.convert(found, kind, strict=False)


def _moments(kind: type[msgspec.Struct]) -> Iterator[str]:
    yield from (f.name for f in msgspec.structs.fields(kind) if "datetime" in str(f.type))


def _json(value: Mapping[str, Any] | list[Any]) -> str:
    return msgspec.json.encode(value).decode()
