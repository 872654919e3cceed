"""`people reasons`: the register of users that stay, begun and proven."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ishigaki.cli.language import choose, language
from ishigaki.cli.options import beginning, common, estate_of, now
from ishigaki.cli.output import begin, colored, width
from ishigaki.cli.people_store import REASONS, history_of, reasoning, register_of, today_of

WITHOUT = 1


@click.group()
def reasons() -> None:
    """Write and check the register of users that stay: reason, owner, last day, next review."""


@reasons.command()
@beginning(REASONS)
def init(out: Path, lang: str | None) -> int:
    """Write a first register, all of it commented out."""
    from ishigaki.flows.reasons import template

    choose(lang or "")
    return begin(out, template(language(), now().date()))


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
        color=colored(),
    )
    sys.stdout.write(shown)
    return WITHOUT if bare or found.register.expired else 0
