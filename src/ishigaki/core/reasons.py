"""The register of IAM users that stay: why, who answers for each, until when, and when it is looked at again. Pure.

A user without a reason in force is something to act upon, a detection like those of other watchers. A reason names one
user of one account exactly; what it does not name has none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from ishigaki.core.answer import GLOBAL
from ishigaki.core.concern import Detection, Source
from ishigaki.core.estate import AccountId
from ishigaki.core.finding import Severity
from ishigaki.core.people import IAM_USER, Person, Row, Visit
from ishigaki.core.toml_ import read, refuse
from ishigaki.core.written import LONGEST, WARNED, State, state_of

USER_WITHOUT_REASON = "user_without_reason"
USER_TYPE = "AWS::IAM::User"
Name = tuple[str, str]  # an account's id and a user's name


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One user that stays. It holds through the day `expires`, at most 366 days from today; on `review` somebody asks
    again whether it is still true."""

    account: AccountId
    user: str
    reason: str
    owner: str
    expires: date
    review: date | None = None

    @property
    def name(self) -> Name:
        return self.account, self.user


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keep: tuple[Reason, ...] = ()


class Stays(msgspec.Struct, frozen=True):
    """A user with its reason, and how that stands."""

    person: Person
    reason: Reason
    state: State
    review_due: bool = False


class Register(msgspec.Struct, frozen=True):
    """The users of a stock-take beside the register: those with a reason in force, those whose reason has expired, and
    those without. `idle` are reasons for users that are not there, or in no account of the stock-take."""

    stays: tuple[Stays, ...] = ()
    expired: tuple[Stays, ...] = ()
    without: tuple[Person, ...] = ()
    idle: tuple[Reason, ...] = ()


def parse(text: str, *, file: str, today: date) -> tuple[Reason, ...]:
    """The register from TOML. Raises `UsageError` that names file, line and remedy."""
    reasons = read(text, _File, file=file, invalid="reasons_invalid", lacks="reason_lacks").keep
    met: set[Name] = set()
    for number, each in enumerate(reasons):
        refuse(_mistakes(each, met, today=today), text=text, file=file, at=f"$.keep[{number}]")
        met.add(each.name)
    return reasons


def staying(reasons: Iterable[Reason], *, today: date) -> Mapping[Name, str]:
    """Why each user stays whose reason is in force."""
    return {r.name: r.reason for r in reasons if state_of(r.expires, today) is not State.EXPIRED}


def _mistakes(
    each: Reason, met: Collection[Name], *, today: date
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is wrong with a reason: the message, the key it is about, and its facts."""
    for field in ("user", "reason", "owner"):
        if not getattr(each, field).strip():
            yield "reason_lacks", field, {"field": field}
    if re.search(r"[*?]", each.user):
        yield "reason_pattern", "user", {"user": each.user}
    if each.name in met:
        yield "reason_twice", "user", {"user": each.user, "account": each.account}
    if each.expires > today + LONGEST:
        yield "reason_period", "expires", {"expires": each.expires, "latest": today + LONGEST}
    if each.review is not None and each.review > each.expires:
        yield "reason_review", "review", {"review": each.review, "expires": each.expires}


def beside(rows: Iterable[Row], reasons: Sequence[Reason], *, today: date) -> Register:
    """A stock-take's IAM users beside their reasons."""
    pool = list(rows)
    unseen = {row.account for row in pool if isinstance(row, Visit) and not row.seen}
    by_name = {reason.name: reason for reason in reasons}
    met: set[Name] = set()
    found: list[Stays] = []
    without: list[Person] = []
    for person in users(pool):
        reason = by_name.get((person.account, person.user_name))
        if reason is None:
            without.append(person)
            continue
        met.add(reason.name)
        due = reason.review is not None and reason.review <= today
        found.append(Stays(person, reason, state_of(reason.expires, today), due))
    return Register(
        stays=tuple(s for s in found if s.state is not State.EXPIRED),
        expired=tuple(s for s in found if s.state is State.EXPIRED),
        without=tuple(without),
        idle=tuple(r for r in reasons if r.account not in unseen and r.name not in met),
    )


def users(rows: Iterable[Row]) -> Iterator[Person]:
    """The IAM users among the rows of a stock-take."""
    return (row for row in rows if isinstance(row, Person) and row.what == IAM_USER)


def without_reason(rows: Iterable[Row], reasons: Sequence[Reason], *, today: date) -> list[Detection]:
    """Every user without a reason in force as a detection, to be tracked until it has one or is gone."""
    register = beside(rows, reasons, today=today)
    return [
        *(_detection(person, {}) for person in register.without),
        *(_detection(s.person, {"expired": s.reason.expires.isoformat()}) for s in register.expired),
    ]


def _detection(person: Person, facts: dict[str, Any]) -> Detection:
    """An administrator whom nobody answers for weighs more."""
    about = {"user": person.user_name, "used_by": person.used_by, "idle_days": person.idle_days}
    return Detection(
        source=Source.PEOPLE.value,
        kind=USER_WITHOUT_REASON,
        id=f"{USER_WITHOUT_REASON}:{person.user_id}",
        account=person.account,
        region=GLOBAL,
        resource=person.user_id,
        resource_type=USER_TYPE,
        severity=Severity.HIGH if person.admin else Severity.MEDIUM,
        title="",
        first_at=person.created_at or person.collected_at,
        at=person.collected_at,
        name=person.user_name,
        facts={**{k: v for k, v in about.items() if v is not None}, **facts},
    )


def settled(known: Iterable[Detection], rows: Iterable[Row], open_: Iterable[Detection]) -> list[Detection]:
    """The detections that are over: their user has a reason by now or is gone, in an account that was seen."""
    visits = {row.account: row for row in rows if isinstance(row, Visit) and row.seen}
    still = {d.identity for d in open_}
    return [
        replace(d, open=False, at=visits[d.account].collected_at)
        for d in known
        if d.kind == USER_WITHOUT_REASON and d.account in visits and d.identity not in still
    ]


def ending(reasons: Iterable[Reason], *, since: date, today: date) -> list[tuple[int, Reason]]:
    """The reasons that have come since a date to 30, 7 or 1 days before their end, with the days that are left; the
    first to end first."""
    found = []
    for reason in reasons:
        before, left = ((reason.expires - day).days for day in (since, today))
        if left >= 0 and any(left <= stage < before for stage in WARNED):
            found.append((left, reason))
    return sorted(found, key=lambda pair: (pair[0], pair[1].name))
