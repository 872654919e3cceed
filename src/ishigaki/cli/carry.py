"""Carrying out a plan as a person meets it: what is about to be done, the question, each result, what comes next."""

from __future__ import annotations

import getpass
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import access_of, destinations_of, entering, now
from ishigaki.cli.output import colored, width
from ishigaki.cli.people_store import staying_of, today_of
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.aws.access import Access
    from ishigaki.core.estate import Account, Estate
    from ishigaki.core.plan import Plan, Planned
    from ishigaki.flows.apply import Permit, Run
    from ishigaki.flows.carrying import Result
    from ishigaki.flows.keeper import Postbox

PENDING, INTERRUPTED = 4, 130
NO_SCORE = ("access", "retire")  # plans that are about people, not about controls
MARKS = {"proven": "✓", "waiting": "…", "refused": "–", "failed": "✗", "skipped": "·"}


def permitting(command: Callable[..., int]) -> Callable[..., int]:
    """The options that say how much may be done."""
    for option in (
        click.option("--cap", type=click.IntRange(0), default=0, help="So many changes may be made at once."),
        click.option("--yes", is_flag=True, help="Do not ask."),
    ):
        command = option(command)
    return command


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
    if made.purpose == "retire":
        _still_due(made, access, accounts, estate=estate, store=store)
    made = applying.narrowed(made, only)
    _known(made, accounts, only)
    chosen = applying.permitted(made, permit)
    if not chosen and made.changes:
        say("run_left_out", err=True, count=len(made.changes))
        return PENDING
    if not chosen:
        say("nothing_to_change", err=True)
        return 0
    _confirmed(made, chosen, permit, yes=yes)
    run = applying.apply(access, accounts, made, permit, folder=store, watch=_watching())
    return _ended(run)


def _still_due(
    made: Plan,
    access: Access,
    accounts: tuple[Account, ...],
    *,
    estate: Estate | None,
    store: Path,
    begun: frozenset[str] = frozenset(),
) -> None:
    """Users may have been used since their plan was made. Raises `UsageError`."""
    from ishigaki.core.retirement import Waits
    from ishigaki.flows.retiring import confirm
    from ishigaki.store.database import opened

    waits = estate.people.retire if estate else Waits()
    with opened(store) as engine, entering():
        confirm(
            access,
            accounts,
            made,
            begun=begun,
            engine=engine,
            folder=store,
            waits=waits,
            now=now(),
            who=login(),
            stays=staying_of(None, today_of(estate)),
            postbox=postbox_of(None, estate),
        )


def postbox_of(file: Path | None, estate: Estate | None) -> Postbox:
    """Where what is to be told is put for `ishigaki run` to send. Raises `UsageError`."""
    from ishigaki.flows.calendar import calendar_of
    from ishigaki.flows.keeper import Postbox

    return Postbox(destinations_of(file), calendar_of(estate, holidays=False))


def login() -> str:
    """The login name of whoever runs this; empty where the machine knows none."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""


def go_on(run_id: str, estate: Estate | None, profile: str, store: Path) -> int:
    """Go on with a run that was interrupted; the exit code."""
    from ishigaki.flows.apply import resume
    from ishigaki.flows.settling import rest_of

    access, accounts = way_in(estate, profile, store)
    rest, begun = rest_of(store, run_id)
    if rest.purpose == "retire" and rest.changes:
        _still_due(rest, access, accounts, estate=estate, store=store, begun=begun)
    return _ended(resume(access, accounts, run_id, folder=store, watch=_watching()))


def way_in(estate: Estate | None, profile: str, store: Path) -> tuple[Access, tuple[Account, ...]]:
    """The way into AWS, and the accounts of the estate. Raises `UsageError`."""
    from ishigaki.flows import estate as estates

    access = access_of(profile, estate, store)
    with entering():
        return access, estates.accounts(access, estate)


def _known(made: Plan, accounts: tuple[Account, ...], only: tuple[str, ...]) -> None:
    for account in only:
        if account not in made.around:
            raise UsageError("account_not_planned", account=account)
    known = {a.id for a in accounts}
    for change in made.changes:
        if change.account not in known:
            raise UsageError("plan_of_other_account", account=change.account)


def _confirmed(made: Plan, chosen: list[Planned], permit: Permit, *, yes: bool) -> None:
    """Ask before anything is changed: for a plain yes, and for the number where they are many."""
    from ishigaki.flows.apply import over_caps
    from ishigaki.report.plan import render_chosen, summary
    from ishigaki.texts import note_text

    sys.stdout.write(render_chosen(made, chosen, language=language(), width=width(), color=colored()))
    many = over_caps(made, chosen, cap=permit.cap)
    if many is not None:
        why = note_text(many, language())
        if yes:
            raise UsageError("cap_needed", why=why, count=len(chosen))
        _asked(words("confirm_many", why=why, count=len(chosen)), str(len(chosen)))
        return
    accounts, risky = len({c.account for c in chosen}), summary(made, chosen)["disruptive"]
    if not yes:
        asked = words("confirm_apply", count=len(chosen), accounts=accounts, disruptive=risky)
        _asked(asked, "yes", "はい")


def _asked(question: str, *right: str) -> None:
    """Ask, and go on for a right answer only. Raises `UsageError`, `click.Abort` where nobody answers."""
    try:
        answer = click.prompt(question, err=True)
    except click.Abort:
        click.echo(err=True)
        say("not_answered", err=True)
        raise
    if answer.strip().lower() not in right:
        raise UsageError("not_confirmed")


def _watching() -> Callable[[Planned, Result], None]:
    """Says of each change how it ended; accounts are changed in threads, which do not know the language."""
    from ishigaki.report.plan import result_line

    spoken = language()

    def show(change: Planned, result: Result) -> None:
        if result.why is None or result.why.code != "not_permitted":
            click.echo(f"{MARKS[result.outcome]} {result_line(change, result.outcome, result.why, spoken)}")

    return show


def _ended(run: Run) -> int:
    counts = Counter(r.outcome.value for r in run.results.values())
    outcomes: dict[str, Any] = {o: counts.get(o, 0) for o in MARKS}
    if run.interrupted:
        say("run_interrupted", err=True, run=run.id)
        return INTERRUPTED
    say("run_done", run=run.id, **outcomes)
    if outcomes["refused"] or outcomes["failed"] or outcomes["waiting"]:
        say("run_why", run=run.id)
    left_out = sum(r.why is not None and r.why.code == "not_permitted" for r in run.results.values())
    if left_out and not run.permit.only:
        say("run_left_out", count=left_out)
    if outcomes["proven"] or outcomes["waiting"] or outcomes["failed"]:
        _tell_back(run)
        if run.plan.purpose not in NO_SCORE:
            say("run_verify")
    _tell_delay(run)
    return 0 if run.whole else PENDING


def _tell_back(run: Run) -> None:
    """How what was done is taken back; users by their own command, which ends their countdown, too."""
    if run.plan.purpose == "retire":
        for change in run.plan.changes:
            if run.results[change.id].outcome.value == "proven":
                say("run_restore", user=change.target.name, account=change.account)
    elif run.plan.purpose != "undo":
        say("run_undo", run=run.id)


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
