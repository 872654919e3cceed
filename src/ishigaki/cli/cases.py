"""`cases`: work that findings became; people say here what they do about it."""

from __future__ import annotations

import getpass
import shutil
import sys
from collections.abc import Callable
from datetime import datetime, time, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ishigaki.cli.language import language, say
from ishigaki.cli.options import common, estate_of, now
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
@click.option("--owner", default="", help="Only this owner's.")
@click.option("--account", default="", metavar="ID", help="Only what is about this account.")
@click.option("--control", default="", metavar="ID", help="Only this control's, or this kind of detection.")
@click.option("--overdue", is_flag=True, help="Only what is overdue.")
@click.option("--closed", is_flag=True, help="What is done or excepted too.")
@click.option("--all", "everything", is_flag=True, help="Every one, however many.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
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
    from ishigaki.report.subject import topic_words
    from ishigaki.store.database import opened

    estate = estate_of(None, lang)
    with opened(store) as engine:
        found = listed(
            engine,
            titles=topic_words,
            names=_names(estate),
            owner=owner,
            account=account,
            kind=control,
            closed=closed,
            due_before=now() if overdue else None,
        )
    if form == "json":
        click.echo(to_json(found, now=now()), nl=False)
    else:
        sys.stdout.write(render(found, _seen(estate), most=len(found) if everything else MOST))
    return 0


@cases.command()
@click.argument("case")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@common
def show(case: str, form: str, store: Path, lang: str | None) -> int:
    """Show a case by its id, or the beginning of it: its things, its history, what can be done."""
    import msgspec

    from ishigaki.flows.cases import one
    from ishigaki.report.cases import Listed, render_one
    from ishigaki.report.subject import topic_words
    from ishigaki.store.database import opened

    estate = estate_of(None, lang)
    with opened(store) as engine:
        found, items, events = one(engine, case)
    if form == "json":
        whole = {"case": found, "items": items, "events": events}
        click.echo(msgspec.json.format(msgspec.json.encode(whole), indent=2).decode())
        return 0
    accounts = tuple(sorted({i.account for i in items}))
    line = Listed(found, len(items), accounts, topic_words(found.kind))
    sys.stdout.write(render_one(line, items, events, _seen(estate), names=_names(estate)))
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
    """Give a case a later deadline, with the reason; for longer than three months write an exception."""
    from ishigaki.core import handling

    estate = estate_of(None, lang)
    moment = _moment(until, estate)
    return _act(
        store, estate, case, partial(handling.extend, until=moment, reason=reason, who=_who(who), now=now())
    )


@cases.command()
@acting
@click.option("--to", required=True, metavar="NAME", help="Who takes it; empty gives it back to its owner.")
@common
def assign(case: str, who: str, to: str, store: Path, lang: str | None) -> int:
    """Give a case to somebody in particular."""
    from ishigaki.core import handling

    estate = estate_of(None, lang)
    return _act(store, estate, case, lambda c, _: handling.assign(c, to=to, who=_who(who), now=now()))


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

    with opened(store) as engine:
        after: Case = act(engine, case, do)
    zone = _zone(estate)
    state = known("case_state", after.state.value)[language()]
    due = moment(after.due, zone)[language()]
    say("case_now" if after.open else "case_over", case=after.id, kind=after.kind, state=state, due=due)
    return 0


def _who(name: str) -> str:
    return name.strip() or getpass.getuser()


def _seen(estate: Estate | None) -> Seen:
    from ishigaki.report.cases import Seen

    width = shutil.get_terminal_size((120, 24)).columns
    return Seen(language(), _zone(estate), now(), width, sys.stdout.isatty())


def _names(estate: Estate | None) -> dict[str, str]:
    return {a.id: a.name for a in estate.accounts if a.name} if estate else {}


def _moment(text: str, estate: Estate | None) -> datetime:
    """A day (until its end) or a moment, in the estate's zone where it names none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("not_a_date", text=text) from None
    if "T" not in text and " " not in text.strip():
        moment = datetime.combine(moment.date(), time(23, 59))
    return moment if moment.tzinfo else moment.replace(tzinfo=_zone(estate))


def _zone(estate: Estate | None) -> tzinfo:
    """The estate's zone; without an estate Japanese readers are shown Japan's time."""
    from ishigaki.flows.calendar import calendar_of

    if estate is None and language() == "ja":
        return ZoneInfo("Asia/Tokyo")
    return calendar_of(estate).zone
