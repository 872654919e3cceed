"""The file of the response policy: read, and every mistake told with its line and remedy. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import time
from itertools import combinations, groupby
from typing import Annotated, Any, Literal

import msgspec

from ishigaki.core.catalogue import plain
from ishigaki.core.concern import Category
from ishigaki.core.deadline import WEEKDAYS, Within, parse_within
from ishigaki.core.finding import Severity
from ishigaki.core.response import (
    NEAR,
    TRACK,
    Action,
    Audience,
    Decision,
    Policy,
    Row,
    Suppression,
    each,
)
from ishigaki.core.toml_ import line_of, read, refuse
from ishigaki.core.usage import UsageError
from ishigaki.core.written import LONGEST, person

KINDS = (  # of detections that are no finding of GuardDuty
    "external_access",
    "root_sign_in",
    "root_activity",
    "user_created",
    "access_key_created",
    "credentials_exposed",
    "quarantine_policy",
    "user_without_reason",
)
GUARDDUTY = re.compile(r"\w+:\w+/[\w.!-]+")  # `Recon:EC2/Portscan`
PATTERN = re.compile(r"[*?]")
USUAL = "7 days"
Environment = Literal["production", "non-production"]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Written(_Table, frozen=True):
    """One row. `category`, `environment`, `severity`, `control` (for a detection: its kind), `account` and `resource` are
    exact, one each or a list, and `tag` is "Key=value": all that are given must hold. `decision` is `track`,
    `notify_once` or `leave`; what is tracked has `within` ("24 hours", "7 days", "5 business days"; default 7 days) and
    tells the `audience` first (`owner`, `lead`, `security`; default owner). Of the rows that hold, the one decides that
    names the thing most closely (resource, tag, account, control, category), then one of yours before the shipped,
    then the one with more conditions. Nothing but `track` holds for detections."""

    decision: Action
    reason: str | dict[Literal["en", "ja"], str]
    within: str = ""
    audience: Audience | tuple[Audience, ...] = ()
    name: str = ""
    category: Category | tuple[Category, ...] = ()
    environment: Environment | tuple[Environment, ...] = ()
    severity: Severity | tuple[Severity, ...] = ()
    control: str | tuple[str, ...] = ()
    account: str | tuple[str, ...] = ()
    tag: str = ""
    resource: str | tuple[str, ...] = ()


class People(_Table, frozen=True):
    """Whom escalation reaches after the owner."""

    lead: str = ""
    security: str = ""


class Reminders(_Table, frozen=True):
    """How often what is overdue is told again (default "3 days")."""

    overdue_every: str = ""


class Digest(_Table, frozen=True):
    """When the weekly digest comes, in the estate's time zone (default `monday`, "09:00"); where that day is not worked, on
    the next that is."""

    weekday: Literal["", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = ""
    at: str = ""


class FirstSummary(_Table, frozen=True):
    """Above how many findings a first look is told in one message (default 10)."""

    above: Annotated[int, msgspec.Meta(ge=0)] | None = None


class PolicyFile(_Table, frozen=True):
    """`extends = "default"` (the default) adds to the shipped policy, `"none"` stands alone."""

    extends: Literal["default", "none"] = "default"
    people: People = People()
    reminders: Reminders = Reminders()
    digest: Digest = Digest()
    first_summary: FirstSummary = FirstSummary()
    rows: tuple[Written, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


class _Text(msgspec.Struct, frozen=True):
    """A policy's text and what it may name."""

    text: str
    file: str
    known: Collection[str]
    four_eyes: bool
    shipped: bool

    def wrong(self, code: str, at: str, /, **facts: Any) -> UsageError:
        return UsageError(code, file=self.file, line=line_of(self.text, at), **facts)

    def named(self, name: str, line: int) -> str:
        """What is called so, or stands there, as people find it."""
        if self.shipped:
            return f"default:{name or line}"
        return name or f"{self.file}:{line}"


def parse(
    text: str,
    *,
    file: str,
    known: Collection[str],
    default: Policy | None = None,
    four_eyes: bool = True,
) -> Policy:
    """A policy from TOML; `known` are the ids of controls. It adds to the `default`, the shipped policy, unless it
    says `extends = "none"`; the shipped one itself is read with none. Raises `UsageError` with file, line and remedy.
    """
    source = _Text(text, file, known, four_eyes, default is None)
    written = read(source.text, PolicyFile, file=source.file, invalid="policy_invalid", lacks="policy_lacks")
    base = default if default is not None and written.extends == "default" else Policy()
    own = [_row(row, number, source) for number, row in enumerate(written.rows)]
    _no_conflict(own, source)
    rows = sorted((*own, *base.rows), key=lambda r: r.near, reverse=True)
    suppressions = [_suppression(s, number, source) for number, s in enumerate(written.suppressions)]
    return Policy(
        rows=tuple(rows),
        suppressions=(*suppressions, *base.suppressions),
        lead=written.people.lead or base.lead,
        security=written.people.security or base.security,
        overdue_every=_time(written.reminders.overdue_every, "$.reminders.overdue_every", source)
        or base.overdue_every,
        digest_weekday=WEEKDAYS.index(written.digest.weekday)
        if written.digest.weekday
        else base.digest_weekday,
        digest_at=_clock(written.digest.at, source) or base.digest_at,
        summary_above=base.summary_above
        if written.first_summary.above is None
        else written.first_summary.above,
        own=default is not None,
    )


def _row(row: Written, number: int, source: _Text) -> Row:
    """A row as it decides."""
    at = f"$.rows[{number}]"
    refuse(_mistakes(row, source.known), text=source.text, file=source.file, at=at)
    within = _time(row.within or USUAL, f"{at}.within", source) if row.decision == TRACK else None
    line = line_of(source.text, at)
    name = source.named(row.name, line)
    decision = Decision(
        row.decision,
        name,
        row.reason if isinstance(row.reason, str) else {str(lang): said for lang, said in row.reason.items()},
        within=str(within or ""),
        urgent=within is not None and within.urgent,
        audience=_audience(row.audience),
    )
    given = {field: frozenset(map(str, each(getattr(row, field) or ()))) for field in NEAR}
    conditions = {field: values for field, values in given.items() if values}
    return Row(name, decision, conditions, source.shipped, source.file, line)


def _audience(said: Audience | tuple[Audience, ...]) -> tuple[Audience, ...]:
    several: tuple[Audience, ...] = said if isinstance(said, tuple) else (said,)
    return several or ("owner",)


def _mistakes(row: Written, known: Collection[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is wrong with a row: the message, the key it is about, and its facts."""
    words = (
        [row.reason] if isinstance(row.reason, str) else [row.reason.get("en", ""), row.reason.get("ja", "")]
    )
    if not all(w.strip() for w in words):
        yield "policy_lacks", "reason", {"field": "reason"}
    for control in each(row.control):
        if not (is_detection(control) or plain(control) in known):
            yield "policy_control", "control", {"control": control}
        if "@" in control:
            yield "policy_variant", "control", {"control": control, "plain": plain(control)}
    yield from _inexact(row.account, row.resource)
    if row.tag and not re.fullmatch(r"[^=*?]+=[^*?]*", row.tag):
        yield "policy_tag", "tag", {"tag": row.tag}
    if row.decision != TRACK:
        if row.within:
            yield "policy_within_needless", "within", {"decision": row.decision}
        if Category.THREAT in each(row.category) or any(is_detection(c) for c in each(row.control)):
            yield "policy_threat", "decision", {"decision": row.decision}


def _inexact(
    account: str | tuple[str, ...], resource: str | tuple[str, ...]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Which accounts and things are not named exactly."""
    # The form of an account's id is proven here: msgspec #717, a pattern in a union crashes when the program ends.
    for name in each(account):
        if not re.fullmatch(r"\d{12}", name):
            yield "policy_account", "account", {"account": name}
    for name in each(resource):
        if PATTERN.search(name) or not name.strip():
            yield "policy_pattern", "resource", {"name": name}


def is_detection(kind: str) -> bool:
    """Whether this is the kind of a detection, not a control's id."""
    return kind in KINDS or GUARDDUTY.fullmatch(kind) is not None


def _time(text: str, at: str, source: _Text) -> Within | None:
    if not text:
        return None
    try:
        return parse_within(text)
    except ValueError:
        raise source.wrong("policy_within", at, text=text) from None


def _clock(text: str, source: _Text) -> time | None:
    if not text:
        return None
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise source.wrong("policy_clock", "$.digest.at", text=text)
    return time.fromisoformat(text)


def _suppression(rule: Suppression, number: int, source: _Text) -> Suppression:
    at = f"$.suppressions[{number}]"
    refuse(_faults(rule, four_eyes=source.four_eyes), text=source.text, file=source.file, at=at)
    return msgspec.structs.replace(rule, name=source.named(rule.name, line_of(source.text, at)))


def _faults(rule: Suppression, *, four_eyes: bool) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is wrong with a suppression."""
    for field in ("kind", "reason", "owner", *(("approver",) if four_eyes else ())):
        if not getattr(rule, field).strip():
            yield "policy_lacks", field, {"field": field}
    if not is_detection(rule.kind):
        yield "suppression_kind", "kind", {"kind": rule.kind}
    yield from _inexact(rule.account, rule.resource)
    for value in rule.facts.values():
        if isinstance(value, str) and (PATTERN.search(value) or not value.strip()):
            yield "policy_pattern", "facts", {"name": value}
    if not (rule.resources or rule.facts):
        yield "suppression_scope", "", {}
    if four_eyes and person(rule.approver) == person(rule.owner):
        yield "suppression_same_person", "approver", {"owner": rule.owner}
    if not rule.approved <= rule.expires <= rule.approved + LONGEST:
        latest = rule.approved + LONGEST
        yield "suppression_period", "expires", {"expires": rule.expires, "latest": latest}


def _no_conflict(rows: Sequence[Row], source: _Text) -> None:
    """No two rows of one file may be equally close to a thing and say different things of it."""
    for _, equal in groupby(sorted(rows, key=lambda r: r.near), key=lambda r: r.near):
        for first, second in combinations(sorted(equal, key=lambda r: r.line), 2):
            if _says(first) != _says(second) and overlap(first.conditions, second.conditions):
                raise UsageError(
                    "policy_conflict",
                    file=source.file,
                    line=second.line,
                    other=first.line,
                    says=_told(second),
                    other_says=_told(first),
                )


def _says(row: Row) -> tuple[str, str, tuple[str, ...]]:
    return row.decision.action, row.decision.within, row.decision.audience


def _told(row: Row) -> str:
    return f"{row.decision.action} {row.decision.within}".strip()


def overlap(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> bool:
    """Whether something may fit both conditions."""
    return all(_meet(name, one[name], other[name]) for name in one.keys() & other.keys())


def _meet(name: str, one: Iterable[str], other: Iterable[str]) -> bool:
    if name == "tag":  # a thing has one value of a key, and may have both of two keys
        mine, theirs = (dict(t.partition("=")[::2] for t in tags) for tags in (one, other))
        return all(mine[key] == theirs[key] for key in mine.keys() & theirs.keys())
    return bool(set(one) & set(other))
