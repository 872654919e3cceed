"""`ishigaki plan`, `apply`, `undo` and `runs`: what would change, changing it, taking it back."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ishigaki.cli import beside
from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import (
    access_of,
    choosing,
    common,
    estate_of,
    excepting,
    now,
    reaching,
    refused,
    waivers_of,
)
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.aws.access import Access
    from ishigaki.core.estate import Account, Estate
    from ishigaki.core.plan import Plan, Planned
    from ishigaki.flows.apply import Permit, Run
    from ishigaki.flows.carrying import Result
    from ishigaki.flows.planning import Items
    from ishigaki.standards.choice import Ask
    from ishigaki.store.snapshots import ScanHeader

BASELINE = Path("baseline.toml")
PENDING, INTERRUPTED = 4, 130
MARKS = {"proven": "✓", "waiting": "…", "refused": "–", "failed": "✗", "skipped": "·"}


@click.command()
@click.argument("snapshot", default="")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan to this file."
)
@click.option(
    "--account", "only_accounts", multiple=True, metavar="ID", help="Only this account (repeatable)."
)
@click.option("--region", "regions", multiple=True, help="Only what lies in this Region (repeatable).")
@click.option("--environment", default="", help="What accounts are for that the estate file says nothing of.")
@click.option("--owned", is_flag=True, help="Change what CloudFormation or Terraform owns, too.")
@click.option(
    "--estate",
    "estate_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Estate file (default: estate.toml, where there is one).",
)
@click.option(
    "--baseline",
    "baseline_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Values wanted, such as contacts (default: baseline.toml, where there is one).",
)
@beside.beside
@choosing
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
    waivers_file: Path | None,
    baseline_file: Path | None,
    store: Path,
    lang: str | None,
) -> int:
    """Plan what would put failed findings right (default: of the newest scan). Changes nothing.

    Asks AWS nothing, except with --spend.
    """
    from ishigaki.flows import waivers
    from ishigaki.flows.planning import Wishes, make_plan
    from ishigaki.store.snapshots import Snapshots

    estate = estate_of(estate_file, lang)
    environment_known(environment, estate)
    snapshots = Snapshots(store)
    header = snapshots.header(snapshot)
    asked = asked_of(header, standards, globs, severities)
    excepted = waivers_of(waivers_file, estate)
    hide = waivers.hiding(waivers.rejudged(snapshots, header, asked, excepted), excepted, now=now())
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
    owners = {a.id: a.owner for a in header.accounts}
    beside.announce(made, notice, when=when, contact=contact, estate=estate, owners=owners)
    beside.spend(made, asked=spend, estate=estate, profile=profile, store=store)
    return code


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
    from ishigaki.report.plan import render
    from ishigaki.store.runs import write_plan

    width = shutil.get_terminal_size((120, 24)).columns
    sys.stdout.write(render(made, language=language(), width=width, color=sys.stdout.isatty()))
    unknown = [a.name or a.account for a in made.around.values() if not a.kind]
    if unknown and made.changes:
        say("unknown_environment", err=True, accounts=", ".join(unknown[:5]))
    if out is not None:
        if out.is_dir():
            raise UsageError("out_is_folder", path=str(out))
        write_plan(out, made)
        say("plan_written", err=True, path=out, until=f"{made.expires:%Y-%m-%d %H:%M} UTC")
    if not made.changes:
        say("nothing_to_change", err=True)
    return PENDING if made.changes else 0


def asked_of(
    header: ScanHeader, standards: tuple[str, ...], globs: tuple[str, ...], severities: tuple[str, ...]
) -> Ask:
    """What the options choose of a kept scan: all that it asked, if they choose nothing."""
    from ishigaki.core.finding import Severity
    from ishigaki.standards.choice import ask, choose

    if not (standards or globs or severities):
        return ask(header.controls, names=header.standards)
    names = standards or (() if globs else header.standards)
    return choose(names=names, globs=globs, severities=[Severity(s.upper()) for s in severities])


def environment_known(word: str, estate: Estate | None) -> None:
    """Raises `UsageError` for a word that stands for no environment."""
    from ishigaki.core.estate import Estate, environment_of

    if word and environment_of(word, estate or Estate()) is None:
        raise UsageError("estate_environment", file="--environment", line="-", word=word)


def permitting(command: Callable[..., int]) -> Callable[..., int]:
    """The options that say how much may be done."""
    for option in (
        click.option("--cap", type=click.IntRange(0), default=0, help="So many changes may be made at once."),
        click.option("--yes", is_flag=True, help="Do not ask."),
    ):
        command = option(command)
    return command


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
    if run_id:
        return _resume(run_id, estate, profile, store)
    if plan_file is None:
        raise UsageError("apply_needs_plan")
    made = read_plan(plan_file)
    permit = Permit(disruptive, only, cap)
    return carry_out(made, permit, estate=estate, profile=profile, store=store, yes=yes, only=only_accounts)


def carry_out(
    made: Plan,
    permit: Permit,
    *,
    estate: Estate | None,
    profile: str,
    store: Path,
    yes: bool,
    only: tuple[str, ...] = (),
) -> int:
    """Ask, carry out, tell; the exit code."""
    from ishigaki.flows import apply as applying

    access, accounts = way_in(estate, profile, store)
    applying.check(made, now=now(), partition=access.partition)
    made = applying.narrowed(made, only)
    _known(made, accounts)
    chosen = applying.permitted(made, permit)
    if not chosen:
        say("nothing_to_change", err=True)
        return PENDING if made.changes else 0
    _confirmed(made, chosen, permit, yes=yes)
    run = applying.apply(access, accounts, made, permit, folder=store, watch=_watching)
    return _ended(run)


def _resume(run_id: str, estate: Estate | None, profile: str, store: Path) -> int:
    from ishigaki.flows.apply import resume

    access, accounts = way_in(estate, profile, store)
    return _ended(resume(access, accounts, run_id, folder=store, watch=_watching))


def way_in(estate: Estate | None, profile: str, store: Path) -> tuple[Access, tuple[Account, ...]]:
    from ishigaki.aws.access import NoEntry
    from ishigaki.flows import estate as estates

    access = access_of(profile, estate, store)
    try:
        return access, estates.accounts(access, estate)
    except NoEntry as no:
        raise refused(no) from None


def _known(made: Plan, accounts: tuple[Account, ...]) -> None:
    known = {a.id for a in accounts}
    for change in made.changes:
        if change.account not in known:
            raise UsageError("plan_of_other_account", account=change.account)


def _confirmed(made: Plan, chosen: list[Planned], permit: Permit, *, yes: bool) -> None:
    """Ask before anything is changed: for a plain yes, and for the number where they are many."""
    from ishigaki.flows.apply import over_caps
    from ishigaki.report.plan import render_chosen
    from ishigaki.texts import note_text

    width = shutil.get_terminal_size((120, 24)).columns
    sys.stdout.write(render_chosen(made, chosen, language=language(), width=width, color=sys.stdout.isatty()))
    many = over_caps(made, chosen, cap=permit.cap)
    if many is not None:
        why = note_text(many, language())
        if yes:
            raise UsageError("cap_needed", why=why, count=len(chosen))
        if click.prompt(words("confirm_many", why=why, count=len(chosen)), err=True).strip() != str(
            len(chosen)
        ):
            raise UsageError("not_confirmed")
        return
    accounts = len({c.account for c in chosen})
    if not yes:
        asked = words("confirm_apply", count=len(chosen), accounts=accounts)
        if click.prompt(asked, err=True).strip().lower() not in ("yes", "はい"):
            raise UsageError("not_confirmed")


def _watching(change: Planned, result: Result) -> None:
    from ishigaki.report.plan import result_line

    if result.why is None or result.why.code != "not_permitted":
        click.echo(f"{MARKS[result.outcome]} {result_line(change, result.outcome, result.why, language())}")


def _ended(run: Run) -> int:
    counts = Counter(r.outcome.value for r in run.results.values())
    outcomes: dict[str, Any] = {o: counts.get(o, 0) for o in MARKS}
    if run.interrupted:
        say("run_interrupted", err=True, run=run.id)
        return INTERRUPTED
    say("run_done", run=run.id, **outcomes)
    _tell_delay(run)
    return 0 if run.whole else PENDING


def _tell_delay(run: Run) -> None:
    """When Security Hub will show what was done: what it looks at on a change, and what only once or twice a day."""
    from ishigaki.core.catalogue import order, plain
    from ishigaki.standards import catalogue

    made = [c for c in run.plan.changes if run.results[c.id].outcome.value in ("proven", "waiting")]
    controls = sorted({plain(p) for c in made for p in c.proves}, key=order)
    periodic = [c for c in controls if catalogue()[c].schedule == "periodic"]
    if len(controls) > len(periodic):
        say("hub_follows_changes")
    if periodic:
        say("hub_follows_daily", controls=", ".join(periodic))


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option("--change", "only", multiple=True, metavar="ID", help="Only this change (repeatable).")
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
    permit = Permit(disruptive=True, only=(), cap=cap)
    return carry_out(made, permit, estate=estate, profile=profile, store=store, yes=yes, only=only_accounts)


@click.command()
@click.argument("run_id", metavar="[RUN]", default="")
@common
def runs(run_id: str, store: Path, lang: str | None) -> int:
    """List the runs, or say of one what became of each change."""
    from ishigaki.cli.language import choose
    from ishigaki.report.plan import result_line
    from ishigaki.store.runs import Runs, told

    choose(lang or "")
    kept = Runs(store)
    if not run_id:
        if not kept.ids():
            say("no_runs", err=True)
        for each in kept.ids():
            counts = Counter(d.outcome or "-" for d in told(kept.entries(each)).values())
            click.echo(f"{each}  " + " · ".join(f"{o} {n}" for o, n in sorted(counts.items())))
        return 0
    name = kept.find(run_id)
    for done in told(kept.entries(name)).values():
        click.echo(
            f"{MARKS.get(done.outcome, '?')} {result_line(done.change, done.outcome, done.why, language())}"
        )
    return 0
