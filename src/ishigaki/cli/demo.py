"""`ishigaki demo`: an invented company on this machine, scanned as a user would."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ishigaki.cli.language import choose, language, say
from ishigaki.cli.options import STORE, access_of, now

if TYPE_CHECKING:
    from ishigaki.flows.scan import Outcome
    from ishigaki.report.picture import Picture

USAGE = 2
EXTRA = ("moto", "flask")  # what ishigaki[demo] adds
DOCUMENTS = {"html": "report.html", "json": "findings.json", "summary": "summary.json"}


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build/demo"),
    show_default=True,
    help="Folder of the report, the findings and the summary.",
)
@click.option("--lang", type=click.Choice(["en", "ja"]), help="Language of messages (default: by locale).")
def demo(out: Path, lang: str | None) -> int:
    """Set up an invented company on this machine and scan it. Needs no AWS account and no network."""
    from ishigaki.demo.words import said

    choose(lang or "")
    if any(find_spec(module) is None for module in EXTRA):
        click.echo(said("needs_extra", language()), err=True)
        return USAGE
    picture, outcome = _shown(out)
    return _told(picture, outcome, out)


def _shown(out: Path) -> tuple[Picture, Outcome]:
    """The company scanned by its estate file, every account entered by its role."""
    from ishigaki.cli.scan import watching
    from ishigaki.demo.company import COMPANY
    from ishigaki.demo.embedded import embedded
    from ishigaki.demo.steps import REGIONS
    from ishigaki.demo.words import said
    from ishigaki.flows import estate as estates
    from ishigaki.flows import picture as pictures
    from ishigaki.flows.scan import scan
    from ishigaki.standards import choice

    file, store = out / "estate.toml", out / STORE
    click.echo(said("furnishing", language(), accounts=len(COMPANY), regions=len(REGIONS)), err=True)
    with embedded(file, language=language()):
        estate = estates.read(file)
        access = access_of("", estate, store)
        accounts = estates.accounts(access, estate)
        asked = choice.choose(names=estate.estate.standards)
        outcome = scan(access, accounts, asked, folder=store, now=now(), watch=watching())
    seen = pictures.keep(outcome, store)
    at = outcome.header.at.astimezone(ZoneInfo("Asia/Tokyo"))
    return pictures.draw(outcome, seen, language=language(), zone=at), outcome


def _told(picture: Picture, outcome: Outcome, out: Path) -> int:
    """Print the scores and the worst findings, write the documents, name what to try next; the exit code."""
    from ishigaki.cli.scan import INCOMPLETE, INTERRUPTED, tell_unseen
    from ishigaki.demo.words import said
    from ishigaki.flows import documents
    from ishigaki.flows import picture as pictures

    documents.print_table(picture)
    tell_unseen(outcome)
    for form, name in DOCUMENTS.items():
        (out / name).write_text(documents.write(picture, form), encoding="utf-8", newline="")
        say("written", err=True, path=out / name)
    if outcome.header.interrupted:
        return INTERRUPTED
    if pictures.incomplete(picture):
        click.echo(said("incomplete", language()), err=True)
        return INCOMPLETE
    store = out / STORE
    click.echo("\n" + said("open_report", language(), path=out / DOCUMENTS["html"]))
    say("next_command", command=f"{_program()} judge --store {store} --severity CRITICAL --lang {language()}")
    click.echo(said("own_account", language(), command=f"{_program()} scan"))
    return 0


def _program() -> str:
    """How this program is started from here."""
    if shutil.which("ishigaki"):
        return "ishigaki"
    return os.path.relpath(sys.argv[0])
