"""Exceptions: failures that somebody decided to bear, of which things, why, and until when. Pure.

An exception hides nothing by ignorance: its control, account and ids are exact, a tag that was not seen does not
match, and once its last day is over what it hid counts again. Days are those of the moment that is passed in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import msgspec

from ishigaki.core.estate import AccountId
from ishigaki.core.finding import Finding, Status
from ishigaki.core.response import Decision
from ishigaki.core.toml_ import read, refuse
from ishigaki.core.written import LONGEST, State, person, state_of

ZONES_AHEAD = timedelta(days=1)  # where the sun rises first it is tomorrow already
HIDEABLE = (Status.FAILED, Status.WARNING)
SUPPRESSED = "SUPPRESSED"
Identity = tuple[str, str, str, str]
Tags = Callable[[Finding], Mapping[str, str] | None]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exception. `control`, `account` and `resource` are exact, one each or a list; instead of `resource` a `tag`
    ("Key=value") may say which things are meant. `approver` is somebody other than `owner`, unless the estate
    says `one_person`. It holds from `approved` through the day `expires`, at most 366 days.
    `compensating_measure` says what is done instead."""

    control: Id | tuple[Id, ...]
    account: AccountId | tuple[AccountId, ...]
    reason: str
    owner: str
    approved: date
    expires: date
    resource: Id | tuple[Id, ...] = ()
    tag: str = ""
    approver: str = ""
    compensating_measure: str = ""

    @property
    def controls(self) -> tuple[str, ...]:
        return _each(self.control)

    @property
    def accounts(self) -> tuple[str, ...]:
        return _each(self.account)

    @property
    def resources(self) -> tuple[str, ...]:
        return _each(self.resource)

    @property
    def scope(self) -> str:
        """What it names beside control and account, in a line."""
        return self.tag or ", ".join(self.resources)

    def expired(self, today: date) -> bool:
        return today > self.expires


class Shipped(msgspec.Struct, frozen=True):
    """An exception that AWS itself asks for, shipped with the product: it holds where it is proven, for as long as
    it is. `as_of` is the day of AWS's words."""

    rule: str
    control: str
    source: str
    as_of: date
    reason_en: str
    reason_ja: str


Hider = Waiver | Shipped | Decision  # what hides a finding: an exception, or the response policy


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    waivers: tuple[Waiver, ...] = ()


class Lapsed(msgspec.Struct, frozen=True):
    """An expired exception, and what counts again because of it."""

    waiver: Waiver
    findings: tuple[Finding, ...]


class Overlay(msgspec.Struct, frozen=True):
    """What exceptions make of findings, and after them the response policy. `unused` hide nothing that was judged;
    `untold` name a tag of things whose tags were not seen, so many of which count as if there were no exception."""

    findings: tuple[Finding, ...] = ()
    hidden: Mapping[Identity, Hider] = {}
    expired: tuple[Lapsed, ...] = ()
    unused: tuple[Waiver, ...] = ()
    untold: tuple[tuple[Waiver, int], ...] = ()

    @property
    def excepted(self) -> dict[Identity, Waiver | Shipped]:
        """What exceptions hide."""
        return {i: by for i, by in self.hidden.items() if not isinstance(by, Decision)}

    @property
    def by_policy(self) -> dict[Identity, Decision]:
        """What the response policy tells once or leaves alone."""
        return {i: by for i, by in self.hidden.items() if isinstance(by, Decision)}


def _each(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def parse(
    text: str, *, file: str, now: datetime, known: Collection[str], four_eyes: bool = True
) -> tuple[Waiver, ...]:
    """Exceptions from TOML; `known` are the ids of controls. Raises `UsageError` that names file, line and remedy."""
    waivers = read(text, _File, file=file, invalid="waivers_invalid", lacks="waiver_lacks").waivers
    for number, waiver in enumerate(waivers):
        wrong = _mistakes(waiver, today=now.date(), known=known, four_eyes=four_eyes)
        refuse(wrong, text=text, file=file, at=f"$.waivers[{number}]")
    return waivers


def _mistakes(
    waiver: Waiver, *, today: date, known: Collection[str], four_eyes: bool
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is wrong with an exception: the message, the key it is about, and its facts."""
    for field in ("control", "account", "reason", "owner", *(("approver",) if four_eyes else ())):
        value = getattr(waiver, field)
        if not (value.strip() if isinstance(value, str) else value):
            yield "waiver_lacks", field, {"field": field}
    for field, names in (("control", waiver.controls), ("resource", waiver.resources)):
        for name in names:
            if re.search(r"[*?]", name):
                yield "waiver_pattern", field, {"name": name}
    for control in waiver.controls:
        if control not in known:
            yield "waiver_control", "control", {"control": control}
    if bool(waiver.resources) == bool(waiver.tag):
        yield "waiver_scope", "tag" if waiver.tag else "", {}
    if waiver.tag and not re.fullmatch(r"[^=*?]+=[^*?]*", waiver.tag):
        yield "waiver_tag", "tag", {"tag": waiver.tag}
    if four_eyes and person(waiver.approver) == person(waiver.owner):
        yield "waiver_same_person", "approver", {"owner": waiver.owner}
    if waiver.approved > today + ZONES_AHEAD:
        yield "waiver_future", "approved", {"approved": waiver.approved}
    if not waiver.approved <= waiver.expires <= waiver.approved + LONGEST:
        yield "waiver_period", "expires", {"expires": waiver.expires, "latest": waiver.approved + LONGEST}


def lay_over(
    findings: Iterable[Finding],
    waivers: Sequence[Waiver],
    *,
    tags: Tags = lambda _: None,
    shipped: Callable[[Finding], Shipped | None] = lambda _: None,
    now: datetime,
) -> Overlay:
    """Hide what exceptions in force are about: failed findings and warnings, never what passed or was not seen.

    `tags` are those of a finding's thing, None where they were not seen; `shipped` is the exception that is proven
    for a finding.
    """
    pool = tuple(findings)
    today = now.date()
    named: dict[tuple[str, str], list[Waiver]] = {}
    for waiver in waivers:
        for account in waiver.accounts:
            for control in waiver.controls:
                named.setdefault((account, control), []).append(waiver)
    hidden: dict[Identity, Hider] = {}
    lapsed: dict[Waiver, list[Finding]] = {}
    untold: Counter[Waiver] = Counter()
    used: set[Waiver] = set()
    for finding in pool:
        if finding.status not in HIDEABLE or finding.record == "ARCHIVED":
            continue
        fits = {w: _fits(w, finding, tags) for w in named.get((finding.account, finding.control), ())}
        holding = [w for w, fit in fits.items() if fit and not w.expired(today)]
        used.update(holding)
        found = holding[0] if holding else shipped(finding)
        if found is not None:
            hidden[finding.identity] = found
            continue
        untold.update(w for w, fit in fits.items() if fit is None)
        for waiver, fit in fits.items():
            if fit:
                lapsed.setdefault(waiver, []).append(finding)
    return Overlay(
        tuple(suppressed(f) if f.identity in hidden else f for f in pool),
        hidden,
        tuple(Lapsed(w, tuple(found)) for w, found in lapsed.items()),
        tuple(_idle(waivers, pool, {*used, *lapsed, *untold})),
        tuple(untold.items()),
    )


def _fits(waiver: Waiver, finding: Finding, tags: Tags) -> bool | None:
    """Whether an exception is about a finding's thing; None where that hangs on tags that were not seen."""
    if not waiver.tag:
        return finding.resource in waiver.resources
    seen = tags(finding)
    key, _, value = waiver.tag.partition("=")
    return None if seen is None else seen.get(key) == value


def suppressed(finding: Finding) -> Finding:
    """A finding as it is in our own ledger once it was decided to bear it."""
    return msgspec.structs.replace(finding, workflow=SUPPRESSED)


def _idle(waivers: Iterable[Waiver], pool: Iterable[Finding], busy: Collection[Waiver]) -> Iterator[Waiver]:
    """The exceptions that hide nothing although all that they name was judged."""
    judged: set[tuple[str, str]] = set()
    blind: set[tuple[str, str]] = set()
    for finding in pool:
        where = blind if finding.status is Status.NOT_AVAILABLE else judged
        where.add((finding.account, finding.control))
    for waiver in waivers:
        named = {(a, c) for a in waiver.accounts for c in waiver.controls}
        if waiver not in busy and named <= judged - blind:
            yield waiver


class Entry(msgspec.Struct, frozen=True):
    """An exception, how it stands, and the findings it hides (of an expired one: those that count again)."""

    waiver: Waiver | Shipped
    state: State
    findings: tuple[Finding, ...]


def entries(waivers: Iterable[Waiver], overlay: Overlay, *, today: date) -> list[Entry]:
    """Every exception of the file in its order, then the shipped ones that hide something."""
    by_waiver: dict[Waiver | Shipped, list[Finding]] = {}
    excepted = overlay.excepted
    for finding in overlay.findings:
        found = excepted.get(finding.identity)
        if found is not None:
            by_waiver.setdefault(found, []).append(finding)
    by_waiver |= {lapsed.waiver: list(lapsed.findings) for lapsed in overlay.expired}
    own = [Entry(w, state_of(w.expires, today), tuple(by_waiver.pop(w, ()))) for w in dict.fromkeys(waivers)]
    return own + [Entry(w, State.IN_FORCE, tuple(found)) for w, found in by_waiver.items()]
