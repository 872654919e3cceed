"""`ishigaki access`: who gets into which account, as it is, as it is wanted, and what nobody uses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ishigaki.cli.baseline import INCOMPLETE, told_states
from ishigaki.cli.carry import carry_out, login, permitting, way_in
from ishigaki.cli.change import told
from ishigaki.cli.language import choose, language, say
from ishigaki.cli.options import (
    beginning,
    common,
    entering,
    estate_of,
    in_estate,
    in_form,
    now,
    plan_to_file,
    profiled,
)
from ishigaki.cli.output import begin, colored, width
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.aws.access import Access as Entrance
    from ishigaki.baselines.access import Access
    from ishigaki.core.estate import Account, Estate
    from ishigaki.core.plan import Plan
    from ishigaki.flows.planning import Items

FILE = Path("access.toml")
LOOKS = "access"  # below the store: looks of these commands, which are no scans to judge or compare


@click.group()
def access() -> None:
    """Who gets into which account: permission sets and assignments, planned, carried out, taken stock of."""


def reaching(command: Callable[..., int]) -> Callable[..., int]:
    """The options of every command here: what is wanted, and how AWS is reached."""
    for option in (
        profiled,
        in_estate,
        click.option(
            "--file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Access file (default: access.toml, where there is one).",
        ),
    ):
        command = option(command)
    return command


@access.command()
@beginning(FILE)
def init(out: Path, lang: str | None) -> int:
    """Write a first access file, all of it commented out."""
    from ishigaki.flows.access_template import template

    choose(lang or "")
    return begin(out, template(language(), now().date()))


@access.command()
@in_form
@reaching
@common
def show(form: str, **given: object) -> int:
    """Show what there is: permission sets, and who has which of them in which account. Changes nothing."""
    from ishigaki.flows.stocktake import present
    from ishigaki.report.access import as_json, render

    wanted, entrance, accounts, _, _ = _given(given, needed=False)
    with entering():
        shown, _ = present(entrance, wanted, accounts)
    names = {account.id: account.name for account in accounts}
    table = render(shown, names=names, language=language(), **_screen())
    sys.stdout.write(as_json(shown) if form == "json" else table)
    return 0


@access.command()
@reaching
@common
def check(**given: object) -> int:
    """Say of every permission set whether it is as the file says. Exits with 4 where something differs, 3 where unseen."""
    from ishigaki.flows.access import states

    items, made, _ = _planned(given)
    return told_states(states(items, made), then="ishigaki access plan -o plan.json")


@access.command()
@plan_to_file
@reaching
@common
def plan(out: Path | None, **given: object) -> int:
    """Look, and plan what would bring access to what the file says. Changes nothing."""
    _, made, _ = _planned(given)
    return told(made, out)


@access.command()
@click.option(
    "--disruptive", is_flag=True, help="DISRUPTIVE changes, too: what takes access away (default: SAFE only)."
)
@permitting
@reaching
@common
def apply(disruptive: bool, yes: bool, cap: int, **given: object) -> int:
    """Bring access to what the file says: look, plan, ask, carry out, prove."""
    from ishigaki.flows.apply import Permit

    _, made, estate = _planned(given)
    return carry_out(
        made,
        Permit(disruptive, (), cap, by=login()),
        estate=estate,
        profile=str(given["profile"]),
        store=Path(str(given["store"])),
        yes=yes,
    )


@access.command("stock-take")
@click.option(
    "--directory",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV export of the company's directory: who is not in it, or has left, is shown.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="WHAT=NAME",
    help="What the export calls `user`, `email` or `status`, for example user=社員ID (repeatable).",
)
@click.option(
    "--left",
    multiple=True,
    metavar="WORD",
    help="A status of those who have left, beside the usual words (repeatable).",
)
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    default=90,
    show_default=True,
    help="Unused for so many days counts as unused.",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
@reaching
@common
def stock_take(
    directory: Path | None,
    columns: tuple[str, ...],
    left: tuple[str, ...],
    days: int,
    form: str,
    **given: object,
) -> int:
    """Take stock: who has what where, what nobody uses, who is not in the directory any more. Changes nothing."""
    from ishigaki.flows.stocktake import read_export, take
    from ishigaki.report.stocktake import as_csv, as_json, render

    choose(str(given["lang"] or ""))
    named = _columns(columns)
    export = read_export(directory, columns=named, left=left) if directory else None
    wanted, entrance, accounts, _, _ = _given(given, needed=False)
    with entering():
        taken = take(entrance, wanted, accounts, export=export, now=now(), days=days)
    if form == "table":
        sys.stdout.write(render(taken, language=language(), **_screen()))
    else:
        sys.stdout.write(as_csv(taken) if form == "csv" else as_json(taken))
    return INCOMPLETE if taken.unseen else 0


def _columns(given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        what, equals, name = each.partition("=")
        if what not in ("user", "email", "status") or not equals or not name.strip():
            raise UsageError("export_column", value=each)
        found[what] = name.strip()
    return found


def _screen() -> dict[str, Any]:
    return {"width": width(), "color": colored()}


def _given(
    given: dict[str, object], *, needed: bool
) -> tuple[Access, Entrance, tuple[Account, ...], Estate | None, Path]:
    """The access file, the way into AWS, and the estate. Raises `UsageError`, also without a file where one is
    `needed`: what nobody wrote down is not planned."""
    from ishigaki.baselines.access import Access
    from ishigaki.flows.access import read

    estate_file, file = given["estate_file"], given["file"]
    estate = estate_of(
        Path(str(estate_file)) if estate_file else None, str(given["lang"]) if given["lang"] else None
    )
    path = Path(str(file)) if file else FILE
    wanted = read(path) if needed or file or path.is_file() else Access()
    entrance, accounts = way_in(estate, str(given["profile"]), Path(str(given["store"])))
    return wanted, entrance, accounts, estate, path


def _planned(given: dict[str, object]) -> tuple[Items, Plan, Estate | None]:
    from ishigaki.cli.scan import settle_collector, tell_trouble, watching
    from ishigaki.flows import access as flow
    from ishigaki.flows.planning import Wishes

    wanted, entrance, accounts, estate, path = _given(given, needed=True)
    idp = flow.metadata(path, wanted)
    for each in flow.expired(wanted, now()):
        say(
            "access_expired", err=True, who=each.user or each.group, set=each.permission_set, day=each.expires
        )
    settle_collector()
    folder = Path(str(given["store"])) / LOOKS
    with entering():
        about = flow.estates(entrance, wanted, accounts, estate)
        seen = flow.look(entrance, wanted, accounts, folder=folder, now=now(), watch=watching())
    tell_trouble(seen.header)
    items = flow.items_of(wanted, seen, about, now=now(), idp=idp)
    return items, flow.plan(items, seen, estate, folder=folder, now=now(), wishes=Wishes()), estate
