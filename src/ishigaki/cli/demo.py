"""`ishigaki demo`: an invented company on this machine, scanned as a user would."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ishigaki.cli.language import choose, language, say
from ishigaki.cli.options import STORE, access_of, now

if TYPE_CHECKING:
    from ishigaki.core.notice import Message
    from ishigaki.demo.road import Walked
    from ishigaki.flows.scan import Outcome
    from ishigaki.report.picture import Picture

USAGE = 2
EXTRA = ("moto", "flask", "duckdb")  # what ishigaki[demo] adds
MESSAGES, PEOPLE = "messages.html", "people.html"
DOCUMENTS = {"html": "report.html", "json": "findings.json", "summary": "summary.json"}


@click.command()
@click.option(
    "-o",
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
    picture, outcome, walked = _shown(out)
    return _told(picture, outcome, walked, out)


def _shown(out: Path) -> tuple[Picture, Outcome, Walked | None]:
    """The company scanned by its estate file, every account entered by its role; its users taken stock of; then its new
    account's road."""
    from ishigaki.cli.scan import watching
    from ishigaki.demo.company import COMPANY, NEW_VENTURE
    from ishigaki.demo.credentials import take_stock
    from ishigaki.demo.embedded import embedded
    from ishigaki.demo.road import walk_new_account
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
        asked = choice.choose(names=estate.estate.standards, parameters=estate.parameters)
        outcome = scan(access, accounts, asked, folder=store, now=now(), watch=watching())
        walked = None
        if not outcome.header.interrupted:
            take_stock(access, accounts, store=store, now=now())
            new = next(a for a in accounts if a.id == NEW_VENTURE.id)
            click.echo(said("walking", language(), account=new.name), err=True)
            kept = store / "new_account"
            walked = walk_new_account(access, new, asked, estate=estate, folder=kept, language=language())
    seen = pictures.keep(outcome, store)
    at = outcome.header.at.astimezone(ZoneInfo("Asia/Tokyo"))
    return pictures.draw(outcome, seen, language=language(), zone=at, answers=estate.answers), outcome, walked


def _told(picture: Picture, outcome: Outcome, walked: Walked | None, out: Path) -> int:
    """Print the scores and the worst findings, write the documents, name what to try next; the exit code."""
    from ishigaki.cli.scan import INCOMPLETE, INTERRUPTED, tell_unseen
    from ishigaki.demo.words import said
    from ishigaki.flows import documents
    from ishigaki.flows import picture as pictures

    documents.print_table(picture)
    tell_unseen(outcome)
    for form, name in DOCUMENTS.items():
        text = documents.write(picture, form)
        if form == "summary" and walked is not None:
            text = _with_road(text, walked)
        (out / name).write_text(text, encoding="utf-8", newline="")
        say("written", err=True, path=out / name)
    if outcome.header.interrupted:
        return INTERRUPTED
    if pictures.incomplete(picture):
        click.echo(said("incomplete", language()), err=True)
        return INCOMPLETE
    if walked is not None:
        _tell_road(walked)
    _tell_messages(out)
    _tell_people(out)
    click.echo("\n" + said("open_report", language(), path=out / DOCUMENTS["html"]))
    _tell_next(out / STORE)
    click.echo("\n" + said("own_account", language(), command=f"{_program()} scan"))
    return 0


def _with_road(text: str, walked: Walked) -> str:
    """The summary with the new account's road."""
    from ishigaki.demo.road import figures

    summary = {**json.loads(text), "new_account": figures(walked, language())}
    return json.dumps(summary, ensure_ascii=False, indent=2) + "\n"


def _tell_road(walked: Walked) -> None:
    """Before and after, what was done, and what stays with its reason."""
    from ishigaki.demo.road import figures
    from ishigaki.demo.words import said
    from ishigaki.report.words import score_words, title_of
    from ishigaki.standards import standard

    road, spoken = figures(walked, language()), language()
    click.echo("\n" + said("road", spoken))
    for name, before in walked.road.before.scores.items():
        title = standard(name).title_ja if spoken == "ja" else standard(name).title_en
        after = walked.excepted.scores[name]
        click.echo(f"  {title}: {score_words(before)[spoken]} → {score_words(after)[spoken]}")
    click.echo("  " + said("road_done", spoken, applied=road["applied"], undone=road["undone"]))
    click.echo("  " + said("road_excepted", spoken, controls=", ".join(road["excepted"])))
    for left in road["residuals"]:
        title = title_of(left["control"])[spoken]
        command = f"{_program()} explain {left['control']} --lang {spoken}"
        click.echo("  " + said("road_left", spoken, control=left["control"], title=title, command=command))


def _tell_messages(out: Path) -> None:
    """The messages that this scan would have sent by the shipped policy: the first ones here, all as a page."""
    from ishigaki.demo.messages import messages
    from ishigaki.demo.words import said
    from ishigaki.flows import estate as estates
    from ishigaki.report.message import as_text
    from ishigaki.report.messages import page

    accounts = estates.read(out / "estate.toml").accounts
    told = messages(out / STORE, accounts, language=language(), now=now())
    width = min(shutil.get_terminal_size((100, 24)).columns, 100)
    click.echo("\n" + said("messages", language(), count=len(told)))
    first: dict[str, tuple[str, Message]] = {}
    for destination, message in told:  # one of each kind; all are in the page
        first.setdefault(message.kind, (destination, message))
    for destination, message in first.values():
        click.echo("\n" + said("message_to", language(), destination=destination))
        click.echo(textwrap.indent(as_text(message, width - 4), "  │ ", lambda _: True), nl=False)
    (out / MESSAGES).write_text(page(told, language()), encoding="utf-8")
    click.echo("\n" + said("messages_all", language(), path=out / MESSAGES))


def _tell_people(out: Path) -> None:
    """The users and keys of the company: the numbers here, all of it as a page."""
    from ishigaki.demo.credentials import page, told
    from ishigaki.demo.words import said

    spoken = language()
    width = min(shutil.get_terminal_size((100, 24)).columns, 100)
    click.echo("\n" + said("people", spoken))
    click.echo(textwrap.indent(told(out / STORE, language=spoken, width=width - 2), "  "), nl=False)
    (out / PEOPLE).write_text(page(out / STORE, language=spoken), encoding="utf-8")
    click.echo("\n" + said("people_all", spoken, path=out / PEOPLE))


def _tell_next(store: Path) -> None:
    """Commands that work on what was scanned, with what each shows."""
    from ishigaki.demo.company import NEW_VENTURE
    from ishigaki.demo.words import said

    account = f"--account {NEW_VENTURE.id}"
    click.echo("\n" + said("try_next", language()))
    for key, command in (
        ("try_judge", "judge --severity CRITICAL"),
        ("try_route", f"route {account}"),
        ("try_plan", f"plan {account}"),
        ("try_cases", "cases list"),
        ("try_people", "people show"),
    ):
        click.echo(f"  {_program()} {command} --store {store} --lang {language()}")
        click.echo(f"      {said(key, language())}")


def _program() -> str:
    """How this program is started from here."""
    if shutil.which("ishigaki"):
        return "ishigaki"
    return os.path.relpath(sys.argv[0])
