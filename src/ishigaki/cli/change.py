"""`ishigaki plan`, `apply`, `undo` and `runs`: what would change, changing it, taking it back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli import beside
from ishigaki.cli.carry import MARKS, carry_out, go_on, login, permitting
from ishigaki.cli.language import language, say
from ishigaki.cli.options import (
    choosing,
    common,
    deciding,
    estate_of,
    excepting,
    in_estate,
    kept_of,
    now,
    of_accounts,
    own_policy_of,
    plan_to_file,
    reaching,
    waivers_of,
)
from ishigaki.cli.output import colored, width
from ishigaki.cli.untracked import planned_controls, tagged_by, tell_untracked
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.core.estate import Estate
    from ishigaki.core.plan import Plan
    from ishigaki.flows.planning import Items
    from ishigaki.store.snapshots import ScanHeader, Snapshots

BASELINE = Path("baseline.toml")
PENDING = 4


@click.command()
@click.argument("snapshot", default="")
@plan_to_file
@of_accounts
@click.option("--region", "regions", multiple=True, help="Only what lies in this Region (repeatable).")
@click.option("--environment", default="", help="What accounts are for that the estate file says nothing of.")
@click.option("--owned", is_flag=True, help="Change what CloudFormation or Terraform owns, too.")
@in_estate
@click.option(
    "--baseline",
    "baseline_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Values wanted, such as contacts (default: baseline.toml, where there is one).",
)
@beside.beside
@choosing
@deciding
@excepting
@common
def plan(
    snapshot: str,
    out: Path | None,
    notice: Path | None,
    when: str,
    contact: str,
    spend: bool,
    profile: str,
    only_accounts: tuple[str, ...],
    regions: tuple[str, ...],
    environment: str,
    owned: bool,
    estate_file: Path | None,
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
    policy_file: Path | None,
    waivers_file: Path | None,
    baseline_file: Path | None,
    store: Path,
    lang: str | None,
) -> int:
    """Plan what would put failed findings right (default: of the newest scan). Changes nothing.

    Asks AWS nothing, except with --spend. What your policy.toml tells once or leaves alone is planned too, and named.
    """
    from ishigaki.flows import waivers
    from ishigaki.flows.planning import Wishes, make_plan
    from ishigaki.store.snapshots import Snapshots

    estate = estate_of(estate_file, lang)
    environment_known(environment, estate)
    snapshots = Snapshots(store)
    header = _planned_from(snapshots, snapshot)
    accounts_known(only_accounts, header)
    asked = kept_of(header, standards, globs, severities, estate)
    excepted, policy = waivers_of(waivers_file, estate), own_policy_of(policy_file, estate)
    outcome = waivers.rejudged(snapshots, header, asked, excepted, tagged=tagged_by(asked, policy))
    hide = waivers.hiding(outcome, excepted, now=now())
    wishes = Wishes(only_accounts, environment, owned, regions=regions)
    made = make_plan(
        snapshots,
        header,
        asked,
        estate=estate,
        now=now(),
        wishes=wishes,
        items=wanted_of(baseline_file),
        hide=hide,
    )
    code = told(made, out)
    tell_untracked(outcome, excepted, policy, accounts=only_accounts, controls=planned_controls(made))
    owners = {a.id: a.owner for a in header.accounts}
    beside.announce(made, notice, when=when, contact=contact, estate=estate, owners=owners)
    beside.spend(made, asked=spend, estate=estate, profile=profile, store=store)
    return code


def _planned_from(snapshots: Snapshots, scan: str) -> ScanHeader:
    """The scan that is named, else the newest of ours: from Security Hub's only what people do can be planned."""
    from ishigaki.core.concern import Source

    return snapshots.header(scan) if scan else snapshots.newest(Source.ISHIGAKI) or snapshots.header()


def wanted_of(file: Path | None) -> Items:
    """The values that a baseline file wants of an account; the remediations' own where there is no file."""
    from ishigaki.baselines.desired import resolve
    from ishigaki.flows.baseline import read

    path = file or (BASELINE if BASELINE.is_file() else None)
    if path is None:
        return lambda _: ()
    wanted = read(path)
    return lambda around: [r.item for r in resolve(wanted, around)]


def told(made: Plan, out: Path | None) -> int:
    """Show a plan, write it where that is asked for; the exit code."""
    from ishigaki.report.plan import render, summary
    from ishigaki.store.runs import write_plan

    sys.stdout.write(render(made, language=language(), width=width(), color=colored()))
    unknown = [a.name or a.account for a in made.around.values() if not a.kind]
    if unknown and made.changes and made.purpose != "retire":  # whatever the account is for, that disturbs
        say("unknown_environment", err=True, accounts=", ".join(unknown[:5]))
    if out is not None:
        if out.is_dir():
            raise UsageError("out_is_folder", path=str(out))
        write_plan(out, made)
        say("plan_written", err=True, path=out, until=f"{made.expires:%Y-%m-%d %H:%M} UTC")
    if not made.changes:
        say("nothing_to_change", err=True)
        return 0
    if out is None:
        say("plan_unwritten", err=True)
    else:
        safe = summary(made)["safe"]
        key = "plan_next" if safe else "plan_next_none_safe"
        say(key, err=True, command=f"ishigaki apply {out}", safe=safe)
    return PENDING


def accounts_known(chosen: tuple[str, ...], header: ScanHeader) -> None:
    """Raises `UsageError` for an account that the scan did not look at: of it nothing can be said."""
    for account in chosen:
        if account not in {a.id for a in header.accounts}:
            raise UsageError("account_not_scanned", account=account, scan=header.id)


def environment_known(word: str, estate: Estate | None) -> None:
    """Raises `UsageError` for a word that stands for no environment."""
    from ishigaki.core.estate import Estate, environment_of

    if word and environment_of(word, estate or Estate()) is None:
        raise UsageError("estate_environment", file="--environment", line="-", word=word)


@click.command()
@click.argument("plan_file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--disruptive", is_flag=True, help="DISRUPTIVE changes, too (default: SAFE ones only).")
@click.option("--only", multiple=True, metavar="ID", help="Only this change of the plan (repeatable).")
@click.option("--resume", "run_id", default="", metavar="RUN", help="Go on with a run that was interrupted.")
@permitting
@reaching
@common
def apply(
    plan_file: Path | None,
    disruptive: bool,
    only: tuple[str, ...],
    run_id: str,
    yes: bool,
    cap: int,
    estate_file: Path | None,
    only_accounts: tuple[str, ...],
    profile: str,
    store: Path,
    lang: str | None,
) -> int:
    """Carry out a plan: every target looked at again, every call in a journal first, every result proven."""
    from ishigaki.flows.apply import Permit
    from ishigaki.store.runs import read_plan

    estate = estate_of(estate_file, lang)
    if run_id and (plan_file is not None or disruptive or only or only_accounts or cap):
        raise UsageError("resume_alone")
    if run_id:
        return go_on(run_id, estate, profile, store)
    if plan_file is None:
        raise UsageError("apply_needs_plan")
    made = read_plan(plan_file)
    permit = Permit(disruptive, only, cap, by=login())
    return carry_out(made, permit, estate=estate, profile=profile, store=store, yes=yes, only=only_accounts)


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option(
    "--change",
    "only",
    multiple=True,
    metavar="ID",
    help="Only this change and what stands on it (repeatable).",
)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan; change nothing."
)
@permitting
@reaching
@common
def undo(
    run_id: str,
    only: tuple[str, ...],
    out: Path | None,
    yes: bool,
    cap: int,
    estate_file: Path | None,
    only_accounts: tuple[str, ...],
    profile: str,
    store: Path,
    lang: str | None,
) -> int:
    """Take a run back, last change first, to what AWS said before it. What has changed since is left alone."""
    from ishigaki.flows.apply import Permit
    from ishigaki.flows.undo import undo_plan

    estate = estate_of(estate_file, lang)
    made = undo_plan(store, run_id, only=only, now=now())
    if out is not None:
        return told(made, out)
    if not made.changes:
        told(made, None)
        return PENDING if made.left else 0
    permit = Permit(disruptive=True, only=(), cap=cap, by=login())
    code = carry_out(made, permit, estate=estate, profile=profile, store=store, yes=yes, only=only_accounts)
    return code or (PENDING if made.left else 0)


@click.command()
@click.argument("run_id", metavar="[RUN]", default="")
@common
def runs(run_id: str, store: Path, lang: str | None) -> int:
    """List the runs, or say of one (its id or the start of it) what became of each change."""
    from ishigaki.cli.language import choose
    from ishigaki.report.plan import outcome_counts, result_line
    from ishigaki.store.runs import Runs, told

    choose(lang or "")
    kept = Runs(store)
    if not run_id:
        if not kept.ids():
            say("no_runs", err=True)
        for each in kept.ids():
            ends = [d.outcome for d in told(kept.entries(each)).values()]
            click.echo(f"{each}  {outcome_counts(ends, language())}")
        return 0
    name = kept.find(run_id)
    if not told(kept.entries(name)):
        say("nothing_changed", err=True)
    for done in told(kept.entries(name)).values():
        click.echo(
            f"{MARKS.get(done.outcome, '?')} {result_line(done.change, done.outcome, done.why, language())}"
        )
    return 0
