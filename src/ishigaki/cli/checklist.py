"""`checklist`: how its lines stand by a kept scan and by what people answered."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ishigaki.cli.language import language
from ishigaki.cli.options import answers_of, common, estate_of, in_form, kept_of, now
from ishigaki.cli.output import colored, width
from ishigaki.core.usage import UsageError


@click.command()
@click.argument("name", default="eight_exposures")
@click.argument("snapshot", default="")
@in_form
@click.option(
    "--estate",
    "estate_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Estate file with the answers (default: estate.toml, where there is one).",
)
@common
def checklist(
    name: str, snapshot: str, form: str, estate_file: Path | None, store: Path, lang: str | None
) -> int:
    """Show how a checklist stands by a kept scan (default: the newest).

    NAME is eight_exposures, must_fix, seven_checks or ten_practices. Asks AWS nothing. Questions that only a
    person can answer are answered in the estate file.
    """
    from ishigaki.flows.picture import ticks
    from ishigaki.flows.scan import rejudge
    from ishigaki.report.checklist import render, to_json
    from ishigaki.standards import CHECKLISTS
    from ishigaki.standards import checklist as known
    from ishigaki.store.snapshots import Snapshots

    estate = estate_of(estate_file, lang)
    if name not in CHECKLISTS:
        raise UsageError("unknown_checklist", name=name, known=", ".join(CHECKLISTS))
    snapshots = Snapshots(store)
    header = snapshots.header(snapshot)
    outcome = rejudge(snapshots, header, kept_of(header, (), (), (), estate))
    lines = ticks(name, outcome, answers=answers_of(estate), today=now().date())
    if form == "json":
        click.echo(to_json(known(name), lines, scan=header.id), nl=False)
        return 0
    shown = render(known(name), lines, language=language(), width=width(), color=colored())
    sys.stdout.write(shown)
    return 0
