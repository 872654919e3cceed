"""`people retire`: users counted down to their deletion, a step at a time, each of them a plan that `apply` carries out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.carry import carry_out, login, permitting, postbox_of, way_in
from ishigaki.cli.change import PENDING, told
from ishigaki.cli.language import language, say
from ishigaki.cli.options import (
    common,
    entering,
    estate_of,
    in_estate,
    notifying,
    now,
    plan_to_file,
    profiled,
    zone_of,
)
from ishigaki.cli.output import colored, width
from ishigaki.cli.people_store import reasoning, staying_of, today_of
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.core.estate import Account, Estate
    from ishigaki.flows.retiring import Outcome
    from ishigaki.report.retiring import Shown

FORMS = click.Choice(["text", "json"])


class Retiring(click.Group):
    """A group whose first command goes without saying: `retire USER` is `retire plan USER`."""

    unsaid = "plan"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.unsaid, *args]
        return super().parse_args(ctx, args)


@click.group(cls=Retiring, invoke_without_command=False)
def retire() -> None:
    """Retire IAM users: record, warn, disable the password, deactivate the keys, wait, delete.

    `ishigaki people retire USER… --account ID` records a user, and later plans the step that is due. Nothing is changed
    before `ishigaki apply` carries out that plan, no step is planned before its waiting time is over, and whatever is
    used after it was switched off begins the countdown anew, as a new key or password does. Where messages go
    somewhere (notify.toml), the next `ishigaki run` warns the owner; else warn them, and say so with --warned.
    """


account = click.option("--account", "account_id", required=True, metavar="ID", help="The users' account.")
by = click.option("--by", "who", default="", metavar="NAME", help="Who says so (default: your login name).")


@retire.command()
@click.argument("users", nargs=-1, required=True, metavar="USER…")
@account
@click.option(
    "--step",
    type=click.Choice(["next", "password", "keys", "delete"]),
    default="next",
    show_default=True,
    help="The step that is to be planned; another than the next one is refused.",
)
@click.option("--why", default="", help="Why the user is to go (needed when it is recorded).")
@click.option("--warned", default="", metavar="WHOM", help="Enter that this person has been warned.")
@click.option("--owned", is_flag=True, help="Retire what CloudFormation or Terraform owns, too.")
@plan_to_file
@click.option("--format", "form", type=FORMS, default="text", show_default=True)
@by
@reasoning
@notifying
@in_estate
@profiled
@common
def plan(
    users: tuple[str, ...],
    account_id: str,
    step: str,
    why: str,
    warned: str,
    owned: bool,
    out: Path | None,
    form: str,
    who: str,
    reasons_file: Path | None,
    notify_file: Path | None,
    estate_file: Path | None,
    profile: str,
    store: Path,
    lang: str | None,
) -> int:
    """Record users, or plan the step that is due. Reads AWS, and changes nothing there."""
    from ishigaki.core.retirement import Step
    from ishigaki.flows.retiring import Asked
    from ishigaki.flows.retiring import retire as retiring
    from ishigaki.store.database import opened

    estate = estate_of(estate_file, lang)
    shown = _shown(estate)
    access, accounts = way_in(estate, profile, store)
    asked = Asked(users, who or login(), why, warned, None if step == "next" else Step(step), owned)
    with opened(store) as engine, entering():
        outcome = retiring(
            access,
            _one(accounts, account_id),
            asked,
            engine=engine,
            folder=store,
            waits=shown.waits,
            now=shown.now,
            stays=staying_of(reasons_file, today_of(estate)),
            postbox=postbox_of(notify_file, estate),
        )
    return _tell(outcome, shown, out=out, form=form)


def _one(accounts: tuple[Account, ...], wanted: str) -> Account:
    for each in accounts:
        if each.id == wanted:
            return each
    raise UsageError("unknown_account", account=wanted)


def _shown(estate: Estate | None) -> Shown:
    from ishigaki.core.retirement import Waits
    from ishigaki.report.retiring import Shown

    waits = estate.people.retire if estate else Waits()
    return Shown(language(), zone_of(estate), now(), waits, width(), colored())


def _tell(outcome: Outcome, shown: Shown, *, out: Path | None, form: str) -> int:
    from ishigaki.core.retirement import State
    from ishigaki.report.retiring import render_one, to_json
    from ishigaki.report.warning import warning
    from ishigaki.store.runs import write_plan

    if form == "json":
        click.echo(to_json(outcome), nl=False)
        if out is not None and outcome.plan is not None:
            write_plan(out, outcome.plan)
        return PENDING if outcome.plan is not None and outcome.plan.changes else 0
    planned = {c.target.name for c in outcome.plan.changes} if outcome.plan else set()
    for one in outcome.told:
        stands = one.retirement
        prints = stands.user not in planned
        said = render_one(stands, one.footprint, one.new, shown, prints=prints, queued=one.queued)
        sys.stdout.write(f"{said}\n")
        if stands.state is State.RECORDED and one.footprint is not None:
            if one.queued:
                say("retire_queued", whom=", ".join(one.queued))
            else:
                say("retire_warning")
            sys.stdout.write(f"\n{warning(stands, one.footprint, shown)}\n")
    return told(outcome.plan, out) if outcome.plan is not None else 0


@retire.command()
@click.argument("user", default="")
@click.option("--account", "account_id", default="", metavar="ID", help="Only this account's users.")
@click.option("--format", "form", type=FORMS, default="text", show_default=True)
@common
def status(user: str, account_id: str, form: str, store: Path, lang: str | None) -> int:
    """Show where the users stand who are retired; of one USER the whole history. Asks AWS nothing."""
    from ishigaki.flows import warning
    from ishigaki.flows.settling import settle
    from ishigaki.report.retiring import render_status, to_json
    from ishigaki.store.database import opened
    from ishigaki.store.retirements import events, standing
    from ishigaki.store.transactions import reading

    shown = _shown(estate_of(None, lang))
    with opened(store) as engine:
        settle(engine, store)
        with reading(engine) as connection:
            stand = standing(connection, account=account_id, user=user)
            queued = warning.waiting(connection, stand)
            told_of = events(connection, account=account_id, user=user)
    if form == "json":
        whole = [
            {"stands": r, "events": told_of[of], "queued": queued.get(of, ())} for of, r in stand.items()
        ]
        click.echo(to_json(whole), nl=False)
        return 0
    history = [e for of_user in told_of.values() for e in of_user] if user else []
    sys.stdout.write(render_status(stand, shown, history=history, queued=queued))
    return 0


@retire.command()
@click.argument("user")
@account
@click.option("--why", default="", help="Who missed the user, and for what.")
@by
@permitting
@in_estate
@profiled
@common
def restore(
    user: str,
    account_id: str,
    why: str,
    who: str,
    yes: bool,
    cap: int,
    estate_file: Path | None,
    profile: str,
    store: Path,
    lang: str | None,
) -> int:
    """Take back the newest step of a user, also one made by half, and end its countdown; run again, the step before."""
    from ishigaki.core.retirement import Event, State
    from ishigaki.flows.apply import Permit
    from ishigaki.flows.settling import end, newest_run, settle
    from ishigaki.flows.undo import undo_plan
    from ishigaki.store.database import opened

    estate = estate_of(estate_file, lang)
    name = who or login()
    with opened(store) as engine:
        run, changes = newest_run(engine, store, account=account_id, user=user)
        made = undo_plan(store, run, only=changes, now=now()) if run else None
        code = 0
        if made is not None and made.changes:
            permit = Permit(disruptive=True, cap=cap, by=name)
            code = carry_out(made, permit, estate=estate, profile=profile, store=store, yes=yes)
            settle(engine, store)
        elif made is not None:
            told(made, None)
            if any(each.note.code == "undo_unknown" for each in made.left):
                return PENDING  # the run has to be ended first, which it may only while the countdown goes on
        going_on = end(engine, Event(account_id, user, now(), name, State.RESTORED, why))
    if made is None and not going_on:
        raise UsageError("retire_unknown", user=user, account=account_id)
    if made is None:
        say("retire_stopped", user=user)
    return code or (PENDING if made is not None and made.left else 0)
