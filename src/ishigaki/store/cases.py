"""Cases, the things in them, and their history, as the store keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
import sqlalchemy as sa

from ishigaki.core.case import CLOSED, Case, Event, Item, Standing
from ishigaki.core.concern import Identity
from ishigaki.core.finding import SEVERITIES, Severity
from ishigaki.core.usage import UsageError
from ishigaki.store.schema import CASES, EVENTS, ITEMS, MARKS
from ishigaki.store.transactions import insert

BATCH = 5_000
AS_JSON = ("why", "audience")
SEVERITY, STANDING = (Item.__struct_fields__.index(name) for name in ("severity", "standing"))


class Counted(msgspec.Struct, frozen=True):
    """A case, how many things are open in it (were, once it is closed), and in which accounts."""

    case: Case
    things: int
    accounts: tuple[str, ...]


def items(connection: sa.Connection, *, cases: Collection[str] | None = None) -> dict[Identity, Item]:
    """What is known, by identity: all of it, or that of some cases."""
    chosen = sa.select(*(ITEMS.c[name] for name in Item.__struct_fields__))
    if cases is not None:
        chosen = chosen.where(ITEMS.c.case.in_(cases))
    found = [_item(row) for row in connection.execute(chosen)]
    return {i.identity: i for i in found}


def _item(row: sa.Row[Any]) -> Item:
    """An item from its columns in the struct's order: there may be a hundred thousand of them."""
    values = list(row)
    values[SEVERITY], values[STANDING] = Severity(values[SEVERITY]), Standing(values[STANDING])
    return Item(*values)


def cases(connection: sa.Connection, *, only_open: bool = False) -> dict[str, Case]:
    """Cases by id."""
    chosen = sa.select(CASES).where(_is_open()) if only_open else sa.select(CASES)
    found = [_case(row) for row in connection.execute(chosen).mappings()]
    return {c.id: c for c in found}


def find(connection: sa.Connection, beginning: str) -> Case:
    """The case whose id begins so. Raises `UsageError` where it is none, or not only one."""
    begins = CASES.c.id.startswith(beginning, autoescape=True)
    rows = connection.execute(sa.select(CASES).where(begins).limit(2)).mappings().all()
    if len(rows) != 1 or not beginning:
        raise UsageError("unknown_case" if not rows else "case_not_one", case=beginning)
    return _case(rows[0])


def overview(
    connection: sa.Connection,
    *,
    owner: str = "",
    account: str = "",
    kind: str = "",
    closed: bool = False,
    overdue: datetime | None = None,
) -> list[Counted]:
    """Cases with what is in them, the most pressing first; where asked for, what was closed last comes after. Of
    `owner` (or of whom a case is assigned to) a part of the name is enough; with a moment as `overdue` only what is
    open and was due by then."""
    chosen = sa.select(CASES).where(*_about(account, kind))
    if not closed or overdue is not None:
        chosen = chosen.where(_is_open())
    if owner:
        names = (CASES.c.owner, CASES.c.assignee)
        chosen = chosen.where(sa.or_(*(n.icontains(owner, autoescape=True) for n in names)))
    if overdue is not None:
        chosen = chosen.where(CASES.c.due <= overdue)
    here = _counts(connection)
    found = sorted((_case(row) for row in connection.execute(chosen).mappings()), key=_pressing)
    return [_counted(c, here.get(c.id, {})) for c in found]


def _about(account: str, kind: str) -> Iterator[sa.ColumnElement[bool]]:
    """That something in a case is of this account, and of this kind."""
    for column, value in ((ITEMS.c.account, account), (ITEMS.c.kind, kind)):
        if value:
            named = sa.func.lower(column) == value.lower()
            yield CASES.c.id.in_(sa.select(ITEMS.c.case).where(named))


def _pressing(case: Case) -> tuple[object, ...]:
    ended = 0.0 if case.open else -(case.closed or case.since).timestamp()
    return not case.open, ended, case.due, SEVERITIES.index(case.severity), case.id


def _counted(case: Case, here: Mapping[str, tuple[int, int]]) -> Counted:
    """A case with what is open in it, or once it is closed with what was in it."""
    things = {account: still if case.open else every for account, (every, still) in here.items()}
    return Counted(case, sum(things.values()), tuple(sorted(a for a, count in things.items() if count)))


def _counts(connection: sa.Connection) -> dict[str, dict[str, tuple[int, int]]]:
    """How many things there are, and how many are open, by case and account."""
    by = ITEMS.c.case, ITEMS.c.standing, ITEMS.c.account  # as the index has them: nothing is sorted
    counted = sa.select(*by, sa.func.count()).where(ITEMS.c.case != "").group_by(*by)
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for case, standing, account, count in connection.execute(counted):
        here = found.setdefault(case, {})
        every, still = here.get(account, (0, 0))
        here[account] = every + count, still + count * (standing == Standing.OPEN)
    return found


def events(connection: sa.Connection, *, case: str = "", since: datetime | None = None) -> list[Event]:
    """History in its order: of one case, or of all since a moment."""
    t = EVENTS.c
    chosen = sa.select(t.case, t.at, t.who, t.what, t.facts).order_by(t.id)
    if case:
        chosen = chosen.where(t.case == case)
    if since is not None:
        chosen = chosen.where(t.at > since)
    rows = connection.execute(chosen)
    return [Event(r.case, r.at, r.who, r.what, msgspec.json.decode(r.facts)) for r in rows]


def save(
    connection: sa.Connection,
    *,
    items: Iterable[Item] = (),
    cases: Iterable[Case] = (),
    events: Iterable[Event] = (),
) -> None:
    """Keep what changed, in the caller's transaction."""
    _upsert(connection, CASES, [_row(c) for c in cases])
    _upsert(connection, ITEMS, [_row(i) for i in items])
    told = [{**msgspec.structs.asdict(e), "facts": _json(e.facts)} for e in events]
    if told:
        connection.execute(EVENTS.insert(), told)


def accounts_known(connection: sa.Connection, *, sources: Collection[str]) -> set[str]:
    """The accounts of which these sources ever told anything."""
    told = sa.select(ITEMS.c.account).where(ITEMS.c.source.in_(sources)).distinct()
    return set(connection.execute(told).scalars())


def mark(connection: sa.Connection, name: str) -> str:
    """What was noted under a name; empty where nothing was."""
    return connection.execute(sa.select(MARKS.c.value).where(MARKS.c.name == name)).scalar() or ""


def set_mark(connection: sa.Connection, name: str, value: str) -> None:
    _upsert(connection, MARKS, [{"name": name, "value": value}])


def _is_open() -> sa.ColumnElement[bool]:
    return CASES.c.state.not_in([s.value for s in CLOSED])


def _upsert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Enter rows, over those that have the same key."""
    if not rows:
        return
    statement = insert(connection, table)
    keys = [c.name for c in table.primary_key.columns]
    update = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    statement = statement.on_conflict_do_update(index_elements=keys, set_=update)
    for start in range(0, len(rows), BATCH):
        connection.execute(statement, rows[start : start + BATCH])


def _row(value: Case | Item) -> dict[str, Any]:
    found = {k: v.value if isinstance(v, Enum) else v for k, v in msgspec.structs.asdict(value).items()}
    for field in AS_JSON:
        if field in found:
            found[field] = _json(found[field])
    if "urgent" in found:
        found["urgent"] = int(found["urgent"])
    return found


def _case(row: Mapping[Any, Any]) -> Case:
    found = {str(name): value for name, value in row.items()}
    found |= {field: msgspec.json.decode(found[field]) for field in AS_JSON}
    return msgspec.convert(found, Case, strict=False)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
