"""What came in from AWS's watchers, and what was set aside.

Messages come twice and out of order. So what is kept of a thing is the greatest of all that was told of it, by time,
then closed before open, then by the watcher itself before a copy: whatever the order, and however often, the same
messages leave the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from ishigaki.core.concern import Detection, Identity
from ishigaki.core.finding import SEVERITIES
from ishigaki.core.intake import HubFinding, Kept, Listing, Read, SetAside
from ishigaki.store.schema import ASIDE, DETECTIONS, HUB_FINDINGS
from ishigaki.store.transactions import insert

LARGEST = 65_536  # bytes that are kept of a message
LAG = timedelta(hours=1)  # a listing may not show yet what an event has told already
_KEY = ("source", "account", "region", "id")
_SECRET = re.compile(
    r"secret|password|token|private_?key|credential", re.IGNORECASE
)  # in the name of a member
_LOOSE = re.compile(
    rf"""((?:{_SECRET.pattern})\w*\W{{1,6}})[^\s"',;&}}]+""", re.IGNORECASE
)  # in what is no JSON


def enter(connection: sa.Connection, message_id: str, read: Read, at: datetime) -> None:
    """Enter what a message told; entering it again changes nothing. That it was set aside once is over."""
    _enter(connection, read.detections)
    _enter_hub(connection, read.hub, at)
    forget_aside(connection, message_id)


def set_aside(
    connection: sa.Connection, message_id: str, found: SetAside, *, body: str, at: datetime
) -> None:
    """Keep a message that could not be read, without what may be a secret."""
    kept = redacted(body).encode("utf-8", "replace").replace(b"\x00", b" ")
    row = {
        "id": message_id,
        "received_at": at,
        "reason": found.reason,
        "detail": found.detail,
        "body": kept[:LARGEST].decode("utf-8", "ignore"),
        "cut": len(kept) > LARGEST,
    }
    statement = insert(connection, ASIDE)
    again = {name: statement.excluded[name] for name in ("reason", "detail")}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=again), [row])


def redacted(body: str) -> str:
    """A message without the values of members that are named like secrets, also of JSON inside its texts."""
    try:
        return msgspec.json.encode(_redacted(msgspec.json.decode(body))).decode()
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return _LOOSE.sub(r"\1redacted", body)


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        hidden = {k for k, v in value.items() if isinstance(v, str) and _SECRET.search(k)}
        return {k: "redacted" if k in hidden else _redacted(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_redacted(v) for v in value]
    return redacted(value) if isinstance(value, str) and value.startswith(("{", "[")) else value


def set_aside_list(connection: sa.Connection) -> list[Kept]:
    """What is set aside, oldest first."""
    rows = connection.execute(sa.select(ASIDE).order_by(ASIDE.c.received_at, ASIDE.c.id))
    return [Kept(**row) for row in rows.mappings()]


def forget_aside(connection: sa.Connection, message_id: str) -> None:
    connection.execute(ASIDE.delete().where(ASIDE.c.id == message_id))


def detections(connection: sa.Connection, *, over: bool = False) -> list[Detection]:
    """What is open, newest first, each as its watcher told it; with `over` also what is not any more."""
    t = DETECTIONS.c
    chosen = sa.select(t.body, t.first_at, t.open).order_by(t.at.desc(), t.source, t.id)
    rows = connection.execute(chosen if over else chosen.where(t.open))
    return [_detection(body, first_at, is_open) for body, first_at, is_open in rows]


def open_detections(connection: sa.Connection) -> list[Detection]:
    """What is open, one for each identity: what was told of the same thing by several ids (each sign-in of the root
    user has its own; Access Analyzer's and Security Hub's copy) is one, as grave as the gravest."""
    together: dict[Identity, list[Detection]] = {}
    for each in detections(connection):
        together.setdefault(each.identity, []).append(each)
    return [_joined(told) for told in together.values()]


def hub_findings(connection: sa.Connection, *, since: datetime | None = None) -> list[Mapping[str, Any]]:
    """The findings of Security Hub's controls as they were told last: all, or those that came in or changed since."""
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    chosen = sa.select(HUB_FINDINGS.c.body).order_by(HUB_FINDINGS.c.id)
    if since is not None:
        chosen = chosen.where(HUB_FINDINGS.c.entered_at >= since)
    return [decode(body) for (body,) in connection.execute(chosen)]


def settle(connection: sa.Connection, identity: Identity, at: datetime) -> None:
    """Somebody has dealt with it: what was told of it until then is over. What is told later opens it again."""
    account, region, resource, kind = identity
    t = DETECTIONS.c
    same = sa.and_(t.account == account, t.region == region, t.resource == resource, t.kind == kind)
    connection.execute(DETECTIONS.update().where(same, t.open, t.at <= at).values(open=False))


def enter_listing(
    connection: sa.Connection, listings: Iterable[Listing], found: Iterable[Detection], at: datetime
) -> None:
    """Enter what watchers list as open, and close what they list no more, unless it came in just now."""
    told = tuple(found)
    _enter(connection, told)
    known = {(d.source, d.account, d.region, d.id) for d in told}
    t = DETECTIONS.c
    for listing in listings:
        here = sa.and_(t.open, t.source == str(listing.source), t.region == listing.region, t.at < at - LAG)
        chosen = sa.select(t.source, t.account, t.region, t.id, t.body).where(here)
        if listing.accounts:
            chosen = chosen.where(t.account.in_(listing.accounts))
        for *key, body in connection.execute(chosen).all():
            if tuple(key) not in known and _is_of(listing, body):
                one = sa.and_(*(t[name] == value for name, value in zip(_KEY, key, strict=True)))
                connection.execute(DETECTIONS.update().where(one).values(open=False))


def _is_of(listing: Listing, body: str) -> bool:
    facts = msgspec.json.decode(body, type=Detection).facts
    if listing.analyzer:
        return facts.get("analyzer") == listing.analyzer
    return True


def _enter(connection: sa.Connection, told: tuple[Detection, ...]) -> None:
    statement = insert(connection, DETECTIONS)
    t, new = DETECTIONS.c, statement.excluded
    newer = sa.or_(new.rank > t.rank, sa.and_(new.rank == t.rank, new.body > t.body))
    later = ("kind", "resource", "at", "open", "rank", "body")
    update: dict[str, Any] = {name: sa.case((newer, new[name]), else_=t[name]) for name in later}
    update["first_at"] = sa.case((new.first_at < t.first_at, new.first_at), else_=t.first_at)
    statement = statement.on_conflict_do_update(index_elements=list(_KEY), set_=update)
    for each in told:  # two of one statement may not meet on PostgreSQL
        connection.execute(statement, [_row(each)])


def _row(told: Detection) -> dict[str, Any]:
    direct = told.facts.get("via") != "securityhub"
    moment = told.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {
        "source": str(told.source),  # a driver may write the name of an enumeration's member
        "account": told.account,
        "region": told.region,
        "id": told.id,
        "kind": told.kind,
        "resource": told.resource,
        "first_at": told.first_at,
        "at": told.at,
        "open": told.open,
        "rank": f"{moment} {int(not told.open)}{int(direct)}",
        "body": msgspec.json.encode(told, order="deterministic").decode(),
    }


def _enter_hub(connection: sa.Connection, told: tuple[HubFinding, ...], at: datetime) -> None:
    statement = insert(connection, HUB_FINDINGS)
    t, new = HUB_FINDINGS.c, statement.excluded
    newer = sa.or_(new.at > t.at, sa.and_(new.at == t.at, new.body > t.body))
    update = {name: new[name] for name in ("account", "region", "at", "entered_at", "body")}
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=update, where=newer)
    for each in told:
        connection.execute(statement, [{**msgspec.structs.asdict(each), "entered_at": at}])


def _detection(body: str, first_at: datetime, is_open: bool) -> Detection:
    found = msgspec.json.decode(body, type=Detection)
    return msgspec.structs.replace(found, first_at=first_at, open=is_open)


def _joined(told: list[Detection]) -> Detection:
    if len(told) == 1:
        return told[0]
    own = [d for d in told if d.facts.get("via") != "securityhub"] or told
    gravest = min(own, key=lambda d: (SEVERITIES.index(d.severity), -d.at.timestamp()))
    return msgspec.structs.replace(
        gravest,
        first_at=min(d.first_at for d in told),
        at=max(d.at for d in told),
        count=sum(d.count for d in own),
    )
