"""`policy`: the response policy proven, explained, and tried before it applies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import common, deciding, estate_of, excepting, now, policy_of, waivers_of, zone_of
from ishigaki.cli.policy_init import init
from ishigaki.core.catalogue import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from ishigaki.core.estate import Estate
    from ishigaki.core.response import Decision, Policy, Row, Suppression
    from ishigaki.core.score import Score
    from ishigaki.flows.policy import Change, Preview, Today
    from ishigaki.flows.policy_explain import Explained

ODD = 1
SHOWN = 20  # changes that a preview lists; the rest is a number
DEFAULT = "default"
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

form = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
estate_option = click.option(
    "--estate",
    "estate_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Estate file (default: estate.toml, where there is one).",
)


@click.group()
def policy() -> None:
    """The response policy: begun, proven, explained, and tried.

    It says what is tracked until it is fixed, told once, or left alone.
    """


policy.add_command(init)


@policy.command()
@deciding
@estate_option
@form
@common
def check(
    policy_file: Path | None, estate_file: Path | None, form: str, store: Path, lang: str | None
) -> int:
    """Prove the policy, and list what is odd about it.

    That is: rows that can decide nothing, unknown accounts, expired suppressions. Exits with 1 where something is listed.
    """
    from ishigaki.flows.calendar import calendar_of
    from ishigaki.flows.policy import check as look_over

    estate = estate_of(estate_file, lang)
    made = policy_of(policy_file, estate)
    if made.business_days:
        calendar_of(estate)  # what they need is there
    found = look_over(made, estate=estate, today=now().date())
    own = [row for row in made.rows if not row.shipped]
    counts = {
        "own": len(own),
        "rules": len(made.suppressions),
        "shipped": len(made.rows) - len(own),
    }
    if form == "json":
        _print_json(
            {
                **counts,
                "idle": [row.name for row in found.idle],
                "unknown_accounts": [{"row": by.name, "account": a} for by, a in found.strangers],
                "expired": [{"row": s.name, "kind": s.kind, "expires": s.expires} for s in found.expired],
            }
        )
        return 0 if found.fine else ODD
    for row in found.idle:
        say("policy_idle", row=_named(row))
    for by, account in found.strangers:
        say("policy_stranger", row=by.name, account=account)
    for rule in found.expired:
        say("policy_expired", row=rule.name, kind=rule.kind, expires=rule.expires, owner=rule.owner)
    click.echo(words("policy_checked" if found.fine else "policy_odd", **counts))
    return 0 if found.fine else ODD


@policy.command()
@click.argument("what", metavar="CONTROL[@ACCOUNT|@RESOURCE]")
@deciding
@estate_option
@excepting
@form
@common
def explain(
    what: str,
    policy_file: Path | None,
    estate_file: Path | None,
    waivers_file: Path | None,
    form: str,
    store: Path,
    lang: str | None,
) -> int:
    """Explain what is decided of a finding, by which row and why.

    It says until when, and which rows stand behind that. Name a control, or a kind of detection; with an account or a resource of it, as the report shows them: S3.8,
    S3.8@111122223333, S3.8@arn:aws:s3:::name.
    """
    from ishigaki.core.estate import accounts_of
    from ishigaki.flows.calendar import calendar_of
    from ishigaki.flows.policy_explain import asked_of
    from ishigaki.flows.policy_explain import explain as reasons

    estate = estate_of(estate_file, lang)
    made = policy_of(policy_file, estate)
    seen = _newest(store, waivers_file, estate)
    calendar = calendar_of(estate, holidays=made.business_days)
    entered = [(a.id, a) for a in seen.header.accounts] if seen else []
    listed = [(a.id, a) for a in accounts_of(estate)] if estate else []
    found = reasons(
        asked_of(what), made, seen=seen, accounts=[*entered, *listed], calendar=calendar, now=now()
    )
    if form == "json":
        _print_json([_plain_explained(e) for e in found])
        return 0
    for number, each in enumerate(found):
        if number:
            click.echo()
        _tell(each, seen, zone_of(estate) or calendar.zone)
    return 0


def _newest(store: Path, waivers_file: Path | None, estate: Estate | None) -> Today | None:
    """The newest scan, where there is one."""
    from ishigaki.flows.policy import today
    from ishigaki.store.snapshots import Snapshots

    if not Snapshots(store).scans():
        return None
    return today(store, waivers_of(waivers_file, estate), now=now(), language=language())


def _tell(each: Explained, seen: Today | None, zone: tzinfo) -> None:
    from ishigaki.report.words import moment

    for line in _heading(each, seen):
        click.echo(line)
    decision = each.decision
    row = next(c.row for c in each.considered if not c.unseen)
    facts: list[tuple[str, dict[str, object]]] = [("policy_decided", {"decision": _said(decision)})]
    if each.due:
        facts.append(("policy_due", {"due": moment(each.due, zone)[language()]}))
    facts += [
        ("policy_row", {"row": _named(row)}),
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
        click.echo(f"  {mark} {number}. {_named(considered.row)}: {_said(considered.row.decision)}{note}")


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


def _named(row: Row) -> str:
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


@policy.command()
@deciding
@click.option(
    "--against",
    default=DEFAULT,
    show_default=True,
    metavar="FILE|default",
    help="The policy to compare with: another file, or the shipped one.",
)
@estate_option
@excepting
@form
@common
def preview(
    policy_file: Path | None,
    against: str,
    estate_file: Path | None,
    waivers_file: Path | None,
    form: str,
    store: Path,
    lang: str | None,
) -> int:
    """Show what a policy would change, before it applies.

    That is: which findings of the newest scan would be decided otherwise, and the scores.
    """
    from ishigaki.flows.policy import preview as tried
    from ishigaki.flows.policy import today
    from ishigaki.standards import standard

    estate = estate_of(estate_file, lang)
    after = policy_of(policy_file, estate)
    before = _other(against, estate)
    seen = today(store, waivers_of(waivers_file, estate), now=now(), language=language())
    found = tried(seen, before=before, after=after)
    if form == "json":
        _print_json(_plain_preview(found))
        return 0
    count = sum(old for old, _ in found.counts.values())
    say("policy_previewed", scan=found.scan, count=count, excepted=found.excepted)
    for action, (old, new) in found.counts.items():
        click.echo(f"  {words('policy_count', decision=words(DECIDED[action]), before=old, after=new)}")
    click.echo()
    _tell_changes(found.changes)
    click.echo(f"\n{words('policy_scores')}")
    for name, (old_score, new_score) in found.scores.items():
        title = standard(name).title_ja if language() == "ja" else standard(name).title_en
        click.echo(f"  {title}: {_scored(old_score)} → {_scored(new_score)}")
    return 0


def _other(against: str, estate: Estate | None) -> Policy:
    from ishigaki.flows.policy import default

    return default() if against == DEFAULT else policy_of(Path(against), estate)


def _tell_changes(changes: tuple[Change, ...]) -> None:
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


def _scored(score: Score) -> str:
    from ishigaki.report.words import honest_words, score_words

    honest = honest_words(score)
    said = score_words(score)[language()]
    return f"{said} ({honest[language()]})" if honest else said


def _print_json(data: Any) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(data), indent=1).decode())


def _plain_decision(decision: Decision) -> dict[str, Any]:
    return {
        "decision": decision.action,
        "within": decision.within,
        "urgent": decision.urgent,
        "audience": decision.audience,
        "row": decision.row,
        "reason": decision.reason,
    }


def _plain_explained(each: Explained) -> dict[str, Any]:
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


def _plain_preview(found: Preview) -> dict[str, Any]:
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
