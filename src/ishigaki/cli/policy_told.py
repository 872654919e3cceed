"""`policy`: how a decision, and what a policy would change, are told: in words, and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ishigaki.cli.language import language, say, words
from ishigaki.core.catalogue import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from ishigaki.core.response import Decision, Row, Suppression
    from ishigaki.core.score import Score
    from ishigaki.flows.policy import Change, Preview, Today
    from ishigaki.flows.policy_explain import Explained

SHOWN = 20  # changes that a preview lists; the rest is a number
DECIDED = {"track": "policy_track", "notify_once": "policy_notify_once", "leave": "policy_leave"}
TIMES = {"hours": "policy_hours", "days": "policy_days", "business days": "policy_business_days"}
PEOPLE = {"owner": "policy_owner", "lead": "policy_lead", "security": "policy_security"}
ENVIRONMENTS = {"production": "policy_production", "non-production": "policy_non_production"}
CATEGORIES = {
    "essential": "policy_category_essential",
    "availability": "policy_category_availability",
    "logging": "policy_category_logging",
    "in_transit": "policy_category_in_transit",
    "at_rest": "policy_category_at_rest",
    "nuisance": "policy_category_nuisance",
    "operating_system": "policy_category_operating_system",
    "threat": "policy_category_threat",
}


def tell(each: Explained, seen: Today | None, zone: tzinfo) -> None:
    """Print what is decided of a kind of finding, why, and which rows stand behind it."""
    from ishigaki.report.words import moment

    for line in _heading(each, seen):
        click.echo(line)
    decision = each.decision
    row = next(c.row for c in each.considered if not c.unseen)
    facts: list[tuple[str, dict[str, object]]] = [("policy_decided", {"decision": _said(decision)})]
    if each.due:
        facts.append(("policy_due", {"due": moment(each.due, zone)[language()]}))
    facts += [
        ("policy_row", {"row": named(row)}),
        ("policy_reason", {"reason": decision.reason_in(language())}),
    ]
    if decision.action != "leave":
        facts.append(("policy_audience", {"audience": _joined(words(PEOPLE[a]) for a in decision.audience)}))
    covered = [c for c in each.concerns if c.excepted]
    if covered:
        facts.append(("policy_excepted", {"count": len(covered), "reason": covered[0].excepted}))
    for code, said in facts:
        click.echo(f"  {words(code, **said)}")
    for rule in each.suppressions:
        click.echo(f"  {_rule(rule)}")
    click.echo(f"  {words('policy_rows')}")
    for number, considered in enumerate(each.considered, 1):
        note = f" ({words('policy_unseen')})" if considered.unseen else ""
        mark = "▸" if considered.row is row else " "
        click.echo(f"  {mark} {number}. {named(considered.row)}: {_said(considered.row.decision)}{note}")


def _heading(each: Explained, seen: Today | None) -> Iterator[str]:
    """What a decision is about: the control, and how much of it there is."""
    from ishigaki.report.words import known, title_of
    from ishigaki.standards import catalogue

    first = each.concerns[0]
    severities = dict.fromkeys(known("severity", c.severity)[language()] for c in each.concerns)
    environments = dict.fromkeys(words(ENVIRONMENTS[c.environment]) for c in each.concerns)
    parts = (first.kind, _joined(severities), words(CATEGORIES[first.category]), _joined(environments))
    yield " · ".join(parts)
    is_control = plain(first.kind) in catalogue()
    if is_control:
        yield title_of(first.kind)[language()]
    if each.found and seen:
        facts = {"account": first.account, "region": first.region, "resource": first.resource}
        yield words("policy_found", count=len(each.concerns), scan=seen.header.id, **facts)
    elif not is_control:
        yield words("policy_if_detected")
    else:
        yield words("policy_none_found", scan=seen.header.id) if seen else words("policy_no_scan")


def _joined(several: Iterable[str]) -> str:
    return ("、" if language() == "ja" else ", ").join(several)


def _rule(rule: Suppression) -> str:
    times = {"approved": rule.approved, "expires": rule.expires}
    return words("policy_rule", row=rule.name, reason=rule.reason, **times)


def named(row: Row) -> str:
    """A row as people find it: its name, and where it stands."""
    if row.shipped:
        return f"{row.name} ({words('policy_shipped')})"
    place = f"{row.file}:{row.line}"
    return place if row.name == place else f"{row.name} ({place})"


def _said(decision: Decision) -> str:
    """A decision in words, with its time."""
    from ishigaki.core.deadline import parse_within

    said = words(DECIDED[decision.action])
    if not decision.within:
        return said
    within = parse_within(decision.within)
    return _joined((said, words(TIMES[within.unit], amount=within.amount)))


def tell_changes(changes: tuple[Change, ...]) -> None:
    """Print what would be decided otherwise, the first ones in full."""
    if not changes:
        say("policy_same")
        return
    say("policy_changes")
    for each in changes[:SHOWN]:
        facts = {"control": each.control, "environment": words(ENVIRONMENTS[each.environment])}
        said = {"before": _said(each.before), "after": _said(each.after)}
        click.echo(f"  {words('policy_change', count=len(each.concerns), **facts, **said)}")
        click.echo(f"    {words('policy_by', before=each.before.row, after=each.after.row)}")
        click.echo(f"    {each.after.reason_in(language())}")
    if len(changes) > SHOWN:
        click.echo(f"  {words('and_more', count=len(changes) - SHOWN)}")


def scored(score: Score) -> str:
    """A score in words, with the honest one where it differs."""
    from ishigaki.report.words import honest_words, score_words

    honest = honest_words(score)
    said = score_words(score)[language()]
    return f"{said} ({honest[language()]})" if honest else said


def _plain_decision(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.action,
        "within": decision.within,
        "urgent": decision.urgent,
        "audience": decision.audience,
        "row": decision.row,
        "reason": decision.reason,
    }


def plain_explained(each: Explained) -> dict[str, Any]:
    """An explanation as data."""
    first = each.concerns[0]
    names = ("account", "region", "resource", "environment", "severity", "excepted")
    return {
        "kind": first.kind,
        "category": first.category,
        "found": each.found,
        "about": [{name: getattr(concern, name) for name in names} for concern in each.concerns],
        **_plain_decision(each.decision),
        "due": each.due,
        "considered": [
            {
                **_plain_decision(c.row.decision),
                "line": c.row.line,
                "shipped": c.row.shipped,
                "unseen": c.unseen,
            }
            for c in each.considered
        ],
        "suppressions": each.suppressions,
    }


def plain_preview(found: Preview) -> dict[str, Any]:
    """What a policy would change, as data."""
    return {
        "scan": found.scan,
        "excepted": found.excepted,
        "counts": {action: {"before": old, "after": new} for action, (old, new) in found.counts.items()},
        "changes": [
            {
                "control": change.control,
                "environment": change.environment,
                "before": _plain_decision(change.before),
                "after": _plain_decision(change.after),
                "findings": [
                    {"account": c.account, "region": c.region, "resource": c.resource}
                    for c in change.concerns
                ],
            }
            for change in found.changes
        ],
        "scores": {
            name: {"before": _plain_score(old), "after": _plain_score(new)}
            for name, (old, new) in found.scores.items()
        },
    }


def _plain_score(score: Score) -> dict[str, Any]:
    return {
        "passed": score.passed,
        "counted": score.counted,
        "score": score.low,
        "honest_score": score.honest,
    }
