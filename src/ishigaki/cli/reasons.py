"""`people reasons`: the register of users that stay, begun and proven."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ishigaki.cli.language import choose, language, say
from ishigaki.cli.options import common, estate_of, now
from ishigaki.cli.people_store import REASONS, history_of, reasoning, register_of, today_of, width

WITHOUT = 1


@click.group()
def reasons() -> None:
    """Write and check the register of users that stay: reason, owner, last day, next review."""


@reasons.command()
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=REASONS,
    show_default=True,
    help="Where to write it.",
)
@click.option(
    "--lang", type=click.Choice(["en", "ja"]), help="Language of its comments (default: by locale)."
)
def init(out: Path, lang: str | None) -> int:
    """Write a first register, all of it commented out."""
    from ishigaki.flows.reasons import write_template

    choose(lang or "")
    write_template(out, language=language(), today=now().date())
    say("written", path=out)
    return 0


@reasons.command()
@click.option("--entries", is_flag=True, help="Print the entries that are missing, to be filled in.")
@reasoning
@common
def check(entries: bool, reasons_file: Path | None, store: Path, lang: str | None) -> int:
    """Prove the register, and tell which users have no reason: the new ones first.

    Exits with 1 where a user has none, or an expired one. Asks AWS nothing.
    """
    from ishigaki.flows import reasons as flow
    from ishigaki.report.reasons import render

    estate = estate_of(None, lang)
    today = today_of(estate)
    register = register_of(reasons_file, today)
    found = flow.check(history_of(store), register, today=today)
    bare = found.register.without
    if entries:
        click.echo(flow.entries(bare, today=today), nl=False)
        return 0
    shown = render(
        found.register,
        found.names,
        new=found.new,
        since=found.since,
        unseen=found.unseen,
        entries=len(register),
        language=language(),
        width=width(),
        color=sys.stdout.isatty(),
    )
    sys.stdout.write(shown)
    return WITHOUT if bare or found.register.expired else 0
