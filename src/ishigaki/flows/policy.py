"""The response policy as commands use it: read, proven, and tried on the findings of today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path

import msgspec

from ishigaki import standards
from ishigaki.core.catalogue import plain
from ishigaki.core.concern import Category, Concern, Identity
from ishigaki.core.estate import NON_PRODUCTION, PRODUCTION, Estate
from ishigaki.core.finding import SEVERITIES, Finding, Severity, Status
from ishigaki.core.response import TRACK, Decision, Policy, Row, Suppression, decisions, fits, lapsed
from ishigaki.core.response_file import KINDS, is_detection, parse
from ishigaki.core.score import Score, score
from ishigaki.core.usage import UsageError
from ishigaki.core.waiver import Overlay, Waiver, suppressed
from ishigaki.flows.concerns import Whose, concerns
from ishigaki.flows.scan import Outcome
from ishigaki.flows.waivers import lay_over_kept, tags_of, with_findings, with_tags
from ishigaki.standards import catalogue, standard
from ishigaki.standards.categories import category_of
from ishigaki.standards.choice import Ask
from ishigaki.store import results
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import ScanHeader, Snapshots
from ishigaki.texts import Language

ENVIRONMENTS = (PRODUCTION, NON_PRODUCTION)
SOME_KIND = "Recon:EC2/Portscan"  # stands for every finding of GuardDuty that no row names


@cache
def default() -> Policy:
    """The shipped policy."""
    text = files(standards.__name__).joinpath("policy.toml").read_text(encoding="utf-8")
    return parse(text, file="policy.toml", known=catalogue())


def read(path: Path, *, four_eyes: bool = True) -> Policy:
    """The policy of a file, on top of the shipped one unless it says otherwise. Raises `UsageError`."""
    if not path.is_file():
        raise UsageError("policy_missing", file=str(path))
    text = path.read_text(encoding="utf-8")
    return parse(text, file=str(path), known=catalogue(), default=default(), four_eyes=four_eyes)


def asking(asked: Ask, policy: Policy) -> Ask:
    """The questions of a scan, and the tags of the things that a row by tag may be about."""
    return with_tags(asked, by_tag(asked, policy))


def by_tag(asked: Ask, policy: Policy) -> set[str]:
    """The controls that are asked for and that a row by tag may be about."""
    rows = [row.conditions for row in policy.rows if "tag" in row.conditions]
    return {q.id for q in asked.questions if any(_about(c, q.id) for c in rows)}


def _about(conditions: Mapping[str, frozenset[str]], control: str) -> bool:
    named, filed = conditions.get("control"), conditions.get("category")
    return (named is None or plain(control) in named) and (filed is None or category_of(control) in filed)


def lay_policy(
    overlay: Overlay, kept: Iterable[Kept], accounts: Mapping[str, Whose], policy: Policy
) -> Overlay:
    """What exceptions left, under the policy: what it tells once or leaves is hidden for as long as it says so. `kept`
    are the findings with the tags of their things."""
    open_ = [c for c in concerns(kept, accounts, overlay) if not c.excepted]
    decided = dict(zip((c.identity for c in open_), decisions(open_, policy), strict=True))
    told = {
        i: decision for i, decision in quiet(overlay.findings, decided).items() if i not in overlay.hidden
    }
    return msgspec.structs.replace(
        overlay, findings=_without(overlay.findings, told), hidden={**overlay.hidden, **told}
    )


def under(outcome: Outcome, overlay: Overlay, policy: Policy) -> tuple[Outcome, Overlay]:
    """A judged scan on which exceptions lie, under the policy, too."""
    failed = (f for f in outcome.findings if f.status is Status.FAILED)
    kept = (Kept(f, tags=tags_of(outcome, f)) for f in failed)
    laid = lay_policy(overlay, kept, {a.id: a for a in outcome.header.accounts}, policy)
    return with_findings(outcome, laid.findings), laid


def quiet(findings: Iterable[Finding], decided: Mapping[Identity, Decision]) -> dict[Identity, Decision]:
    """Which failures are told once or left, by what decision. What was decided of a control holds for its older
    meaning, too, which may pass where today's fails."""
    found = {}
    for finding in findings:
        if finding.status is not Status.FAILED:
            continue
        account, region, resource, control = identity = finding.identity
        decision = decided.get(identity) or decided.get((account, region, resource, plain(control)))
        if decision is not None and decision.action != TRACK:
            found[identity] = decision
    return found


def suppress(findings: Sequence[Finding], decided: Mapping[Identity, Decision]) -> tuple[Finding, ...]:
    """The findings as the ledger has them: what is told once or left is SUPPRESSED, so that it leaves the score as
    AWS counts it, and not the honest one."""
    return _without(findings, quiet(findings, decided))


def _without(findings: Iterable[Finding], told: Mapping[Identity, Decision]) -> tuple[Finding, ...]:
    return tuple(suppressed(f) if f.identity in told else f for f in findings)


class Today(msgspec.Struct, frozen=True):
    """The newest scan as it was kept, under the exceptions of today."""

    header: ScanHeader
    findings: tuple[Finding, ...]
    concerns: tuple[Concern, ...]


def today(store: Path, waivers: Sequence[Waiver], *, now: datetime, language: Language = "en") -> Today:
    """The newest scan of the store. Raises `UsageError` where there is none."""
    header = Snapshots(store).header()
    kept = list(results.read(store, header.id))
    overlay = lay_over_kept(kept, waivers, now=now)
    accounts = {a.id: a for a in header.accounts}
    return Today(header, overlay.findings, tuple(concerns(kept, accounts, overlay, language=language)))


class Checked(msgspec.Struct, frozen=True):
    """What is odd about a policy that is valid: rows that can decide nothing, accounts that the estate does not have,
    suppressions that hold no more."""

    idle: tuple[Row, ...] = ()
    strangers: tuple[tuple[Row | Suppression, str], ...] = ()
    expired: tuple[Suppression, ...] = ()

    @property
    def fine(self) -> bool:
        return not (self.idle or self.strangers or self.expired)


def check(policy: Policy, *, estate: Estate | None, today: date) -> Checked:
    """Look a policy over."""
    own = [row for row in policy.rows if not row.shipped]
    listed = {a.id for a in estate.accounts} if estate and not estate.estate.discover else None
    named: list[tuple[Row | Suppression, str]] = [
        *((row, a) for row in own for a in sorted(row.conditions.get("account", ()))),
        *((rule, a) for rule in policy.suppressions for a in rule.accounts),
    ]
    return Checked(
        idle=tuple(row for row in own if not any(_decides(row, c, policy) for c in _imagined(row))),
        strangers=tuple((by, a) for by, a in named if listed is not None and a not in listed),
        expired=lapsed(policy, today),
    )


def _decides(row: Row, concern: Concern, policy: Policy) -> bool:
    if not fits(row, concern):
        return False
    return next(r for r in policy.rows if fits(r, concern)) is row


def _imagined(row: Row) -> Iterator[Concern]:
    """Everything that a row could be about, as far as decisions can tell it apart."""
    wanted = row.conditions
    tags = dict(tag.partition("=")[::2] for tag in wanted.get("tag", ()))
    for kind, environment, account, resource in product(
        sorted(wanted.get("control", {*catalogue(), *KINDS, SOME_KIND})),
        sorted(wanted.get("environment", ENVIRONMENTS)),
        sorted(wanted.get("account", {""})),
        sorted(wanted.get("resource", {""})),
    ):
        for severity in SEVERITIES if is_detection(kind) else (catalogue()[kind].severity,):
            concern = imagined(kind, environment=environment, severity=severity, account=account)
            yield msgspec.structs.replace(concern, resource=resource, tags=tags)


def imagined(kind: str, *, environment: str, severity: Severity, account: str = "") -> Concern:
    """A concern that there could be."""
    return Concern(
        kind=kind,
        account=account,
        region="",
        resource="",
        resource_type="",
        name="",
        source="",
        category=(Category.THREAT if is_detection(kind) else category_of(kind)).value,
        severity=severity,
        environment=environment,
        owner="",
    )


class Change(msgspec.Struct, frozen=True):
    """Concerns of one control and environment of which another policy decides otherwise."""

    control: str
    environment: str
    before: Decision
    after: Decision
    concerns: tuple[Concern, ...]


class Preview(msgspec.Struct, frozen=True):
    """What a policy would do to the findings of a scan: how many of them are decided how, what changes, and the score
    of each standard, before and after. What exceptions cover (`excepted` of them) stays as it is."""

    scan: str
    counts: Mapping[str, tuple[int, int]]
    changes: tuple[Change, ...]
    scores: Mapping[str, tuple[Score, Score]]
    excepted: int = 0


def preview(seen: Today, *, before: Policy, after: Policy) -> Preview:
    """Try a policy on a scan, against another."""
    open_ = [c for c in seen.concerns if not c.excepted]
    old, new = list(decisions(open_, before)), list(decisions(open_, after))
    then, now = Counter(d.action for d in old), Counter(d.action for d in new)
    changed: dict[tuple[str, str, str, str], list[int]] = {}
    for index, concern in enumerate(open_):
        if _says(old[index]) != _says(new[index]):
            key = concern.kind, concern.environment, old[index].row, new[index].row
            changed.setdefault(key, []).append(index)
    return Preview(
        scan=seen.header.id,
        counts={action: (then[action], now[action]) for action in ("track", "notify_once", "leave")},
        changes=tuple(
            Change(kind, environment, old[them[0]], new[them[0]], tuple(open_[i] for i in them))
            for (kind, environment, _, _), them in sorted(changed.items(), key=lambda c: -len(c[1]))
        ),
        scores=_scores(seen, open_, old, new),
        excepted=len(seen.concerns) - len(open_),
    )


def _says(decision: Decision) -> tuple[str, str, tuple[str, ...]]:
    return decision.action, decision.within, decision.audience


def _scores(
    seen: Today, open_: Sequence[Concern], old: Sequence[Decision], new: Sequence[Decision]
) -> dict[str, tuple[Score, Score]]:
    """The score of each standard under both policies, over all accounts together. Kept findings do not say which
    controls were not judged yet: of today's standards, all are."""
    pools = [
        suppress(seen.findings, dict(zip((c.identity for c in open_), decided, strict=True)))
        for decided in (old, new)
    ]
    asked = set(seen.header.controls)
    found = {}
    for name in seen.header.standards:
        counted = [c for c in standard(name).controls if c in asked]
        before, after = (score(pool, (), counted) for pool in pools)
        found[name] = before, after
    return found
