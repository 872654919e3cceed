"""`policy`: the response policy proven, explained, and tried before it applies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ishigaki.cli.language import choose, language, say, words
from ishigaki.cli.options import (
    POLICY,
    beginning,
    common,
    deciding,
    estate_of,
    excepting,
    in_estate,
    in_form,
    now,
    policy_of,
    waivers_of,
    zone_of,
)
from ishigaki.cli.output import begin
from ishigaki.cli.policy_told import (
    DECIDED,
    named,
    plain_explained,
    plain_preview,
    scored,
    tell,
    tell_changes,
)

if TYPE_CHECKING:
    from ishigaki.core.estate import Estate
    from ishigaki.core.response import Policy
    from ishigaki.flows.policy import Today

ODD = 1
DEFAULT = "default"


@click.group()
def policy() -> None:
    """The response policy: begun, proven, explained, and tried.

    It says what is tracked until it is fixed, told once, or left alone.
    """


@policy.command()
@beginning(POLICY)
def init(out: Path, lang: str | None) -> int:
    """Write a first policy of your own, all of it commented out."""
    from ishigaki.flows.policy_template import template

    choose(lang or "")
    return begin(out, template(language(), now().date()))


@policy.command()
@deciding
@in_estate
@in_form
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
        broad = row.conditions and not row.near[0]
        say("policy_outranked" if broad else "policy_idle", row=named(row))
    for by, account in found.strangers:
        say("policy_stranger", row=by.name, account=account)
    for rule in found.expired:
        say("policy_expired", row=rule.name, kind=rule.kind, expires=rule.expires, owner=rule.owner)
    click.echo(words("policy_checked" if found.fine else "policy_odd", **counts))
    return 0 if found.fine else ODD


@policy.command()
@click.argument("what", metavar="CONTROL[@ACCOUNT|@RESOURCE]")
@deciding
@in_estate
@excepting
@in_form
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

    It says until when, and which rows stand behind that. Name a control, or a kind of detection; with an account or a
    resource of it, as the report shows them: S3.8, S3.8@111122223333, S3.8@arn:aws:s3:::name.
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
        _print_json([plain_explained(e) for e in found])
        return 0
    for number, each in enumerate(found):
        if number:
            click.echo()
        tell(each, seen, zone_of(estate))
    return 0


def _newest(store: Path, waivers_file: Path | None, estate: Estate | None) -> Today | None:
    """The newest scan, where there is one."""
    from ishigaki.flows.policy import today
    from ishigaki.store.snapshots import Snapshots

    if not Snapshots(store).scans():
        return None
    return today(store, waivers_of(waivers_file, estate), now=now(), language=language())


@policy.command()
@deciding
@click.option(
    "--against",
    default=DEFAULT,
    show_default=True,
    metavar="FILE|default",
    help="The policy to compare with: another file, or the shipped one.",
)
@in_estate
@excepting
@in_form
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
        _print_json(plain_preview(found))
        return 0
    count = sum(old for old, _ in found.counts.values())
    say("policy_previewed", scan=found.scan, count=count, excepted=found.excepted)
    for action, (old, new) in found.counts.items():
        click.echo(f"  {words('policy_count', decision=words(DECIDED[action]), before=old, after=new)}")
    click.echo()
    tell_changes(found.changes)
    click.echo(f"\n{words('policy_scores')}")
    for name, (old_score, new_score) in found.scores.items():
        title = standard(name).title_ja if language() == "ja" else standard(name).title_en
        click.echo(f"  {title}: {scored(old_score)} → {scored(new_score)}")
    return 0


def _other(against: str, estate: Estate | None) -> Policy:
    from ishigaki.flows.policy import default

    return default() if against == DEFAULT else policy_of(Path(against), estate)


def _print_json(data: Any) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(data), indent=1).decode())
