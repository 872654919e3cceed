"""From a judged scan to the picture that every document shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from ishigaki.core.answer import GLOBAL
from ishigaki.core.catalogue import Standard, plain
from ishigaki.core.checklist import Checked, check
from ishigaki.core.estate import Answer
from ishigaki.core.finding import Finding, Reason, Severity, Status, Unjudged
from ishigaki.core.response import Policy
from ishigaki.core.score import Score, score
from ishigaki.core.today import actions
from ishigaki.core.unseen import NOT_OFFERED
from ishigaki.core.waiver import Hider, Overlay, Waiver
from ishigaki.flows.policy import under
from ishigaki.flows.scan import Outcome
from ishigaki.flows.waivers import lay, rule_of, tags_of
from ishigaki.report.picture import AccountPicture, Picture, Row, Scores, Seen
from ishigaki.services import controls
from ishigaki.standards import CHECKLISTS, catalogue, checklist, severity, standard
from ishigaki.store import results
from ishigaki.store.database import opened
from ishigaki.store.ledger import Identity, Ledger, Sighting
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import Entered
from ishigaki.texts import Language, control_text


def keep(outcome: Outcome, folder: Path) -> Mapping[Identity, Sighting]:
    """Enter the findings into the ledger and keep them beside the snapshot; since when each is known."""
    header = outcome.header
    with opened(folder) as database:
        sightings = Ledger(database).record(outcome.findings, scan=header.id, at=header.at)
    results.write(folder, header.id, (_kept(f, sightings.get(f.identity), outcome) for f in outcome.findings))
    return sightings


def _kept(finding: Finding, sighting: Sighting | None, outcome: Outcome) -> Kept:
    kept = Kept(finding, tags=tags_of(outcome, finding), shipped=rule_of(outcome, finding))
    return results.dated(kept, sighting)


def draw(
    outcome: Outcome,
    sightings: Mapping[Identity, Sighting],
    *,
    language: Language,
    zone: datetime,
    waivers: Sequence[Waiver] = (),
    policy: Policy | None = None,
    answers: Sequence[Answer] = (),
    now: datetime | None = None,
) -> Picture:
    """The picture of a scan under exceptions as of `now` (by default the scan's own moment), and under a response
    policy where there is one; times are shown in the zone of `zone`, which is the scan's own moment."""
    outcome, overlay = _laid(outcome, waivers, policy, now=now or zone)
    header = outcome.header
    chosen = [standard(name) for name in header.standards]
    asked = frozenset(header.controls)
    findings, unjudged = outcome.findings, outcome.unjudged
    environments = {a.id: a.environment for a in header.accounts}
    return Picture(
        scan_id=header.id,
        at=zone,
        product_version=header.version,
        standards=tuple(chosen),
        accounts=tuple(_account(a, outcome, chosen, asked) for a in header.accounts),
        estate_scores=_scores(findings, unjudged, chosen, asked),
        region_scores=_by_region(outcome, chosen, asked),
        findings=[
            _row(f, environments[f.account], sightings.get(f.identity), zone, overlay.hidden.get(f.identity))
            for f in sorted(findings, key=lambda f: f.identity)
        ],
        unjudged=unjudged,
        gaps=[(account, gap) for account, gap in outcome.gaps() if gap.code != NOT_OFFERED],
        actions=actions(
            findings,
            unjudged=unjudged,
            standards=chosen,
            severity=severity,
            minutes={c: control_text(c).minutes for c in header.controls if c in controls()},
        ),
        checklists={
            name: ticks(name, outcome, answers=answers, today=(now or zone).date()) for name in CHECKLISTS
        },
        calls=header.calls,
        wall_s=header.wall_s,
        language=language,
        exceptions=overlay,
        today=(now or zone).date(),
        source=header.source,
    )


def _laid(
    outcome: Outcome, waivers: Sequence[Waiver], policy: Policy | None, *, now: datetime
) -> tuple[Outcome, Overlay]:
    outcome, overlay = lay(outcome, waivers, now=now)
    return under(outcome, overlay, policy) if policy else (outcome, overlay)


def ticks(name: str, outcome: Outcome, *, answers: Iterable[Answer], today: date) -> tuple[Checked, ...]:
    """How the lines of a checklist stand, as far as the scan was asked for them."""
    header = outcome.header
    return check(
        checklist(name).lines,
        outcome.findings,
        unjudged=outcome.unjudged,
        accounts=[a.id for a in header.accounts],
        asked=frozenset(header.controls),
        answers=answers,
        today=today,
    )


def _scores(
    findings: Iterable[Finding],
    unjudged: Iterable[Unjudged],
    chosen: Iterable[Standard],
    asked: Collection[str],
) -> Scores:
    pool, waiting = list(findings), list(unjudged)
    return {s.id: score(pool, waiting, [c for c in s.controls if c in asked]) for s in chosen}


def _by_region(
    outcome: Outcome, chosen: Sequence[Standard], asked: Collection[str]
) -> Mapping[str, Mapping[str, Score]]:
    """Scores Region by Region; global things count in the home Region, as Security Hub is best set up to do."""
    home = outcome.header.home
    pools: dict[str, tuple[list[Finding], list[Unjudged]]] = {}
    for finding in outcome.findings:
        pools.setdefault(home if finding.region == GLOBAL else finding.region, ([], []))[0].append(finding)
    for waiting in outcome.unjudged:
        pools.setdefault(home if waiting.region == GLOBAL else waiting.region, ([], []))[1].append(waiting)
    return {region: _scores(*pools[region], chosen, asked) for region in sorted(pools)}


def _account(
    account: Entered, outcome: Outcome, chosen: Sequence[Standard], asked: Collection[str]
) -> AccountPicture:
    judged = outcome.judged.get(account.id)
    gaps = [g for g in judged.gaps if g.code != NOT_OFFERED] if judged else []
    seen: Seen = (
        "unseen"
        if judged is None
        else "partial"
        if gaps or account.trouble or account.not_enabled
        else "complete"
    )
    reason = Reason(account.trouble, account.message) if account.trouble else None
    if reason is None and gaps:
        reason = Reason(gaps[0].code, gaps[0].operation)
    if reason is None and account.not_enabled:
        reason = Reason("RegionNotEnabled", ", ".join(account.not_enabled))
    return AccountPicture(
        id=account.id,
        name=account.name,
        environment=account.environment,
        owner=account.owner,
        seen=seen,
        reason=reason,
        scores=_scores(judged.findings if judged else (), judged.unjudged if judged else (), chosen, asked),
        partition=outcome.header.partition,
    )


def _row(
    finding: Finding,
    environment: str,
    sighting: Sighting | None,
    at: datetime,
    hidden_by: Hider | None,
) -> Row:
    first, since = (sighting.first_seen, sighting.since) if sighting else ("", "")
    return Row(
        finding=finding,
        facts=catalogue()[plain(finding.control)],
        environment=environment,
        first_seen=datetime.fromisoformat(first) if first else at,
        since=datetime.fromisoformat(since) if since else at,
        hidden_by=hidden_by,
    )


def incomplete(picture: Picture) -> bool:
    """Whether something that was asked for could not be seen: the command ends with exit code 3."""
    unseen = any(a.seen != "complete" for a in picture.accounts)
    return unseen or any(r.finding.status is Status.NOT_AVAILABLE for r in picture.findings)


def failing(picture: Picture, least: Severity) -> bool:
    """Whether a finding of this severity or worse failed."""
    worst = list(Severity)[: list(Severity).index(least) + 1]
    return any(
        r.finding.status is Status.FAILED and r.severity in worst and not r.suppressed
        for r in picture.findings
    )
