"""The response policy: what is tracked until it is fixed, told once, or left alone. Pure.

A policy is rows. A row says which concerns it is about and what becomes of them; of the rows that fit a concern the
one decides that names the thing most closely: resource, tag, account, control, category, in this order; of those the
user's own before the shipped ones; of those the one with more conditions. Where no row fits, the concern is tracked:
nothing goes silent because nobody thought of it. For the same reason nothing but a reviewed suppression quiets a
detection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any, Literal

import msgspec

from ishigaki.core.catalogue import plain
from ishigaki.core.concern import Category, Concern
from ishigaki.core.deadline import Within

Action = Literal["track", "notify_once", "leave"]
Audience = Literal["owner", "lead", "security"]
Words = Mapping[str, str]  # by language

TRACK: Action = "track"
NEAR: Mapping[str, int] = {  # how closely a condition names a thing
    "environment": 0,
    "severity": 0,
    "category": 1,
    "control": 2,
    "account": 3,
    "tag": 4,
    "resource": 5,
}


class Decision(msgspec.Struct, frozen=True):
    """What a policy decides of one concern.

    `within` is the time there is ("24 hours", "7 days", "5 business days"; empty for what is not tracked), `row` names the
    row that decided, `reason` is its reason in the language of the row's author or of both (`en`, `ja`; see
    `reason_in`). What has hours is `urgent`. `audience` is who is told first.
    """

    action: Action
    row: str
    reason: str | Words
    within: str = ""
    urgent: bool = False
    audience: tuple[Audience, ...] = ("owner",)

    def reason_in(self, language: str) -> str:
        return reason_in(self.reason, language)


class Row(msgspec.Struct, frozen=True):
    """One row. `conditions` are the allowed values by the name of the condition; none: it fits everything. `name` is
    what it is called where it decided, `line` where it stands in its `file`."""

    name: str
    decision: Decision
    conditions: Mapping[str, frozenset[str]] = {}
    shipped: bool = False
    file: str = ""
    line: int = 0

    @property
    def near(self) -> tuple[int, bool, int]:
        """Its rank among rows that fit the same concern."""
        return max((NEAR[c] for c in self.conditions), default=0), not self.shipped, len(self.conditions)

    @property
    def tracks(self) -> bool:
        return self.decision.action == TRACK


class Suppression(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A legitimate cause of detections, reviewed: of exactly this `kind`, about a thing (`resource`, exact, one or a
    list) or with these facts (`facts = {user = "backup"}`), or both. `approver` is somebody other than `owner`,
    unless the estate says `one_person`. It holds from `approved` through the day `expires`, at most 366 days."""

    kind: str
    reason: str
    owner: str
    approved: date
    expires: date
    account: str | tuple[str, ...] = ()
    resource: str | tuple[str, ...] = ()
    facts: Mapping[str, str | int | bool] = {}
    approver: str = ""
    name: str = ""

    @property
    def accounts(self) -> tuple[str, ...]:
        return each(self.account)

    @property
    def resources(self) -> tuple[str, ...]:
        return each(self.resource)

    def expired(self, today: date) -> bool:
        return today > self.expires

    def about(self, concern: Concern) -> bool:
        """Whether it names this detection, whatever the day."""
        seen = concern.detection
        return (
            seen is not None
            and concern.kind == self.kind
            and (not self.accounts or concern.account in self.accounts)
            and (not self.resources or concern.resource in self.resources)
            and all(_same(seen.facts.get(name), value) for name, value in self.facts.items())
        )


def _same(fact: Any, value: Any) -> bool:
    return type(fact) is type(value) and bool(fact == value)


class Policy(msgspec.Struct, frozen=True):
    """A response policy: `rows` in the order in which they are asked. `lead` and `security` are people to widen the
    audience to; `overdue_every` is how often what is overdue is told again; the digest comes on `digest_weekday`
    (Monday is 0) `digest_at` local time; a first look at more than `summary_above` concerns is told in one message.
    `own`: somebody has written it; the shipped policy alone suppresses nothing, in no score."""

    rows: tuple[Row, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    lead: str = ""
    security: str = ""
    overdue_every: Within = Within(3, "days")
    digest_weekday: int = 0
    digest_at: time = time(9)
    summary_above: int = 10
    own: bool = False

    @property
    def business_days(self) -> bool:
        """Whether it counts in business days anywhere."""
        times = {r.decision.within for r in self.rows} | {str(self.overdue_every)}
        return any("business" in t for t in times)


FALLBACK = Row(
    "default:no_row",
    Decision(
        TRACK,
        "default:no_row",
        {
            "en": "No row of the policy is about this: it is tracked until somebody decides otherwise.",
            "ja": "該当する対応方針がないため、方針が決まるまで追跡します。",
        },
        "7 days",
    ),
    shipped=True,
)


def each(value: str | tuple[str, ...]) -> tuple[str, ...]:
    """One or several, as a tuple."""
    return (value,) if isinstance(value, str) else value


def reason_in(reason: str | Words, language: str) -> str:
    """A reason in a language, as far as its author wrote it in that."""
    return reason if isinstance(reason, str) else reason[language]


class Considered(msgspec.Struct, frozen=True):
    """A row that is about a concern; `unseen` where that hangs on tags that nobody saw, so that it decides nothing."""

    row: Row
    unseen: bool = False


def fits(row: Row, concern: Concern) -> bool | None:
    """Whether a row is about a concern; None where that hangs on tags that were not seen."""
    if concern.category == Category.THREAT and not row.tracks:
        return False
    seen = True
    for name, allowed in row.conditions.items():
        if name == "tag":
            seen = concern.tags is not None
            if concern.tags is not None and not any(_tagged(concern.tags, tag) for tag in allowed):
                return False
        elif _value(concern, name) not in allowed:
            return False
    return True if seen else None


def _value(concern: Concern, name: str) -> str:
    return plain(concern.kind) if name == "control" else str(getattr(concern, name))


def _tagged(tags: Mapping[str, str], tag: str) -> bool:
    key, _, value = tag.partition("=")
    return tags.get(key) == value


def decide(concern: Concern, policy: Policy) -> Decision:
    """What the policy decides of one concern."""
    return next((row.decision for row in policy.rows if fits(row, concern)), FALLBACK.decision)


def decisions(concerns: Iterable[Concern], policy: Policy) -> Iterator[Decision]:
    """The same of many, in their order. Rows that name things, tags or accounts are asked of these alone, before all
    others, whose answer hangs on little and is worked out once."""
    by_resource, by_account = _by("resource", policy), _by("account", policy)
    by_tag = [r for r in policy.rows if _nearest(r) == "tag"]
    rest = [r for r in policy.rows if _nearest(r) not in ("resource", "tag", "account")]
    known: dict[tuple[str, str, str, str], Decision] = {}
    for concern in concerns:
        near = (by_resource.get(concern.resource, ()), by_tag, by_account.get(concern.account, ()))
        found = next((r.decision for rows in near for r in rows if fits(r, concern)), None)
        if found is None:
            key = concern.kind, concern.category, concern.severity, concern.environment
            found = known.get(key)
        if found is None:
            found = known[key] = next((r.decision for r in rest if fits(r, concern)), FALLBACK.decision)
        yield found


def _by(condition: str, policy: Policy) -> dict[str, list[Row]]:
    """The rows that this condition names a thing most closely for, by its values."""
    found: dict[str, list[Row]] = {}
    for row in policy.rows:
        if _nearest(row) == condition:
            for value in row.conditions[condition]:
                found.setdefault(value, []).append(row)
    return found


def _nearest(row: Row) -> str:
    return max(row.conditions, key=NEAR.__getitem__, default="")


def considered(concern: Concern, policy: Policy) -> tuple[Considered, ...]:
    """The rows that are about a concern, in the order in which they are asked: the first that is not `unseen`
    decides. The last is what holds where no row fits."""
    asked = [(row, fits(row, concern)) for row in (*policy.rows, FALLBACK)]
    return tuple(Considered(row, fit is None) for row, fit in asked if fit is not False)


def suppression_of(concern: Concern, policy: Policy, today: date) -> Suppression | None:
    """The reviewed rule in force that takes a detection for a legitimate cause, if one does."""
    return next(
        (s for s in policy.suppressions if s.approved <= today <= s.expires and s.about(concern)), None
    )


def lapsed(policy: Policy, today: date) -> tuple[Suppression, ...]:
    """The suppressions whose last day is over: they hold no more."""
    return tuple(s for s in policy.suppressions if s.expired(today))
