"""Why the response policy decides of something as it does: the row, its reason, the deadline, the rows beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from ishigaki.core.concern import Concern
from ishigaki.core.deadline import Calendar, due, parse_within
from ishigaki.core.finding import SEVERITIES
from ishigaki.core.response import Considered, Decision, Policy, Suppression, considered
from ishigaki.core.response_file import is_detection
from ishigaki.core.usage import UsageError
from ishigaki.flows.concerns import Whose, environment_and_owner
from ishigaki.flows.policy import ENVIRONMENTS, Today, imagined
from ishigaki.services import controls
from ishigaki.standards import catalogue


class Explained(msgspec.Struct, frozen=True):
    """One decision, of all that is decided by the same rows: what was `found`, or else what there could be. `due` is
    the deadline if it began now; `suppressions` name this kind of detection, in force or not."""

    concerns: tuple[Concern, ...]
    found: bool
    decision: Decision
    considered: tuple[Considered, ...]
    due: datetime | None = None
    suppressions: tuple[Suppression, ...] = ()


class Asked(msgspec.Struct, frozen=True):
    """What somebody asks about: a control or a kind of detection, and maybe an account or a thing."""

    kind: str
    account: str = ""
    resource: str = ""


def asked_of(text: str) -> Asked:
    """`S3.8`, `S3.8@111122223333` or `S3.8@arn:aws:s3:::name`. Raises `UsageError` for a control that is none."""
    known = {c.lower(): c for c in (*catalogue(), *controls())}
    whole = known.get(text.lower())
    if whole or is_detection(text):
        return Asked(whole or text)
    name, _, where = text.partition("@")
    kind = known.get(name.lower()) or (name if is_detection(name) else "")
    if not kind:
        raise UsageError("unknown_control", pattern=name)
    is_account = len(where) == 12 and where.isdigit()
    return Asked(kind, account=where) if is_account else Asked(kind, resource=where)


def explain(
    asked: Asked,
    policy: Policy,
    *,
    seen: Today | None,
    accounts: Iterable[tuple[str, Whose]],
    calendar: Calendar,
    now: datetime,
) -> list[Explained]:
    """Why it is decided so: of what the newest scan found, or else of what there could be."""
    found = [c for c in seen.concerns if _is(c, asked)] if seen else []
    alike: dict[tuple[tuple[str, bool], ...], list[Concern]] = {}
    for concern in found or _possible(asked, dict(accounts)):
        rows = considered(concern, policy)
        alike.setdefault(tuple((c.row.name, c.unseen) for c in rows), []).append(concern)
    return [
        _explained(tuple(same), policy, found=bool(found), calendar=calendar, now=now)
        for same in alike.values()
    ]


def _is(concern: Concern, asked: Asked) -> bool:
    return (
        concern.kind == asked.kind
        and asked.account in ("", concern.account)
        and asked.resource in ("", concern.resource, concern.name)
    )


def _possible(asked: Asked, accounts: dict[str, Whose]) -> Iterator[Concern]:
    """What there could be of this: in the environment of its account, or in any; of every severity it may have."""
    environments: tuple[str, ...] = ENVIRONMENTS
    if asked.account:
        environments = (environment_and_owner(accounts.get(asked.account))[0],)
    facts = catalogue().get(asked.kind.partition("@")[0])
    for environment in environments:
        for severity in (facts.severity,) if facts else SEVERITIES:
            concern = imagined(asked.kind, environment=environment, severity=severity, account=asked.account)
            yield msgspec.structs.replace(concern, resource=asked.resource)


def _explained(
    same: tuple[Concern, ...], policy: Policy, *, found: bool, calendar: Calendar, now: datetime
) -> Explained:
    rows = considered(same[0], policy)
    decision = next(c.row.decision for c in rows if not c.unseen)
    end = due(now, parse_within(decision.within), calendar) if decision.within else None
    about = tuple(s for s in policy.suppressions if s.kind == same[0].kind)
    return Explained(same, found, decision, rows, end, about)
