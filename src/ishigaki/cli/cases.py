"""`cases`: work that findings became; people say here what they do about it."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from datetime import datetime, time, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import language, say
from ishigaki.cli.options import common, estate_of, in_form, now, zone_of
from ishigaki.cli.output import colored, width
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.core.case import Case
    from ishigaki.core.estate import Estate
    from ishigaki.flows.cases import Act
    from ishigaki.report.cases import Seen


@click.group()
def cases() -> None:
    """Show cases, and say what you do about them. Nothing in AWS is changed."""


def acting(command: Callable[..., int]) -> Callable[..., int]:
    """The options of every command that acts on a case."""
    for option in (
        click.option(
            "--by", "who", default="", metavar="NAME", help="Who says so (default: your login name)."
        ),
        click.argument("case"),
    ):
        command = option(command)
    return command


@cases.command(name="list")
@click.option(
    "--owner", default="", metavar="NAME", help="Only this person's or team's; a part of the name will do."
)
@click.option("--account", default="", metavar="ID", help="Only what is about this account.")
@click.option("--control", default="", metavar="ID", help="Only this control's, or this kind of detection.")
@click.option("--overdue", is_flag=True, help="Only what is overdue.")
@click.option("--closed", is_flag=True, help="What is done or excepted too, after what is open.")
@click.option("--all", "everything", is_flag=True, help="Every one, however many.")
@in_form
@common
def list_(
    owner: str,
    account: str,
    control: str,
    overdue: bool,
    closed: bool,
    everything: bool,
    form: str,
    store: Path,
    lang: str | None,
) -> int:
    """List cases, what presses most first."""
    from ishigaki.flows.cases import listed
    from ishigaki.report.cases import MOST, render, to_json
    from ishigaki.store.database import opened

    estate = estate_of(None, lang)
    until = now() if overdue else None
    with opened(store) as engine:
        found = listed(engine, owner=owner, account=account, kind=control, closed=closed, overdue=until)
    if form == "json":
        click.echo(to_json(found, now=now()), nl=False)
    else:
        most = len(found) if everything else MOST
        sys.stdout.write(render(found, _seen(estate, store), most=most))
    return 0


@cases.command()
@click.argument("case")
@in_form
@common
def show(case: str, form: str, store: Path, lang: str | None) -> int:
    """Show a case: its things, its history, what can be done.

    CASE is its id, or the beginning of it.
    """
    import msgspec

    from ishigaki.flows.cases import one
    from ishigaki.report.cases import render_one
    from ishigaki.store.database import opened

    estate = estate_of(None, lang)
    with opened(store) as engine:
        found, items, events = one(engine, case)
    if form == "json":
        whole = {"case": found, "items": items, "events": events}
        click.echo(msgspec.json.format(msgspec.json.encode(whole), indent=2).decode())
        return 0
    sys.stdout.write(render_one(found, items, events, _seen(estate, store)))
    return 0


@cases.command()
@acting
@click.option("--fixing", is_flag=True, help="You are at work on it already.")
@common
def ack(case: str, who: str, fixing: bool, store: Path, lang: str | None) -> int:
    """Say that you have seen a case."""
    from ishigaki.core.handling import acknowledge

    estate = estate_of(None, lang)
    return _act(store, estate, case, lambda c, _: acknowledge(c, who=_who(who), now=now(), fixing=fixing))


@cases.command()
@acting
@click.option("--note", default="", help="What you did.")
@common
def fixed(case: str, who: str, note: str, store: Path, lang: str | None) -> int:
    """Say that you put it right. The case closes when a re-check passes."""
    from ishigaki.core.handling import claim_fixed

    estate = estate_of(None, lang)
    return _act(store, estate, case, lambda c, _: claim_fixed(c, who=_who(who), now=now(), note=note))


@cases.command()
@acting
@click.option("--until", required=True, metavar="DATE", help="The new deadline: a day (its end) or a moment.")
@click.option("--reason", required=True, help="Why it takes longer.")
@common
def extend(case: str, who: str, until: str, reason: str, store: Path, lang: str | None) -> int:
    """Give a case a later deadline, with the reason. For longer than three months write an exception."""
    from ishigaki.core import handling

    estate = estate_of(None, lang)
    moment = _moment(until, estate)
    return _act(
        store, estate, case, partial(handling.extend, until=moment, reason=reason, who=_who(who), now=now())
    )


@cases.command()
@acting
@click.argument("name")
@common
def assign(case: str, who: str, name: str, store: Path, lang: str | None) -> int:
    """Give a case to somebody in particular: NAME takes it. An empty name ("") gives it back to its owner."""
    from ishigaki.core import handling

    estate = estate_of(None, lang)
    return _act(store, estate, case, lambda c, _: handling.assign(c, to=name, who=_who(who), now=now()))


@cases.command()
@acting
@click.argument("text")
@common
def comment(case: str, who: str, text: str, store: Path, lang: str | None) -> int:
    """Add a comment to a case's history."""
    from ishigaki.core import handling

    estate = estate_of(None, lang)
    return _act(store, estate, case, lambda c, _: handling.comment(c, text=text, who=_who(who), now=now()))


@cases.command()
@acting
@click.option("--reason", required=True, help="What it was, and how it was dealt with.")
@common
def close(case: str, who: str, reason: str, store: Path, lang: str | None) -> int:
    """Close what no re-check can: a detection that was dealt with."""
    from ishigaki.core import handling

    estate = estate_of(None, lang)
    return _act(store, estate, case, partial(handling.close, reason=reason, who=_who(who), now=now()))


def _act(store: Path, estate: Estate | None, case: str, do: Act) -> int:
    from ishigaki.flows.cases import act
    from ishigaki.report.words import known, moment
    from ishigaki.store.database import opened

    zone = zone_of(estate)
    try:
        with opened(store) as engine:
            after: Case = act(engine, case, do)
    except UsageError as no:
        raise UsageError(
            no.code, **{name: _fact(name, value, zone) for name, value in no.facts.items()}
        ) from None
    state = known("case_state", after.state.value)[language()]
    due = moment(after.due, zone)[language()]
    say("case_now" if after.open else "case_over", case=after.id, kind=after.kind, state=state, due=due)
    return 0


def _fact(name: str, value: object, zone: tzinfo) -> object:
    """A fact of a mistake as people read it."""
    from ishigaki.report.words import known, moment

    if isinstance(value, datetime):
        return moment(value, zone)[language()]
    return known("case_state", str(value))[language()] if name == "state" else value


def _who(name: str) -> str:
    """Whoever is named, else whoever is logged in: in a container that may be nobody with a name."""
    try:
        return name.strip() or getpass.getuser()
    except (KeyError, OSError):
        raise UsageError("case_by_whom") from None


def _seen(estate: Estate | None, store: Path) -> Seen:
    from ishigaki.flows.estate import known
    from ishigaki.report.cases import Seen
    from ishigaki.report.reader import Reader

    names = {a.id: a.name for a in known(estate, store).values()}
    return Seen(Reader(language(), zone_of(estate), now(), names), width(), colored())


def _moment(text: str, estate: Estate | None) -> datetime:
    """A day (until its end) or a moment, in the estate's zone where it names none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError("not_a_date", text=text) from None
    if len(text.strip()) <= len("2026-12-24"):
        moment = datetime.combine(moment.date(), time(23, 59))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_of(estate))
