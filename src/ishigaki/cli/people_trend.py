"""`people trend`, `changes` and `report`: where users and keys are going, what is new, and all of it on a page."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import language, say
from ishigaki.cli.options import common, estate_of, now, zone_of
from ishigaki.cli.output import colored, deliver, width
from ishigaki.cli.people_store import history_of, reasoning, register_of, today_of
from ishigaki.cli.scan import writable

if TYPE_CHECKING:
    from ishigaki.report.people_trend import View

SINCE = click.option(
    "--since",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="From this date on (default: all).",
)


@click.command()
@click.option("--account", default="", metavar="ID", help="Only this account.")
@SINCE
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
@common
def trend(account: str, since: datetime | None, form: str, store: Path, lang: str | None) -> int:
    """Show how the numbers of users and keys went, against the goal, and when there will be no user left.

    An account that was not seen counts with its last good figures, and is named. Asks AWS nothing.
    """
    from ishigaki.flows.people_trend import view_of

    estate = estate_of(None, lang)
    found = view_of(
        history_of(store),
        language=language(),
        estate=estate,
        account=account,
        since=since.date() if since else None,
    )
    sys.stdout.write(_written(found, form))
    return 0


def _written(view: View, form: str) -> str:
    from ishigaki.report import people_data, people_trend

    if form == "csv":
        return people_data.as_csv(view)
    if form == "json":
        return people_data.as_json(view)
    return people_trend.render(view, width=width(), color=colored())


@click.command()
@click.option(
    "--since",
    default="yesterday",
    show_default=True,
    metavar="yesterday|week|DATE",
    help="Compare with the stock-take of then, or the newest before.",
)
@reasoning
@common
def changes(since: str, reasons_file: Path | None, store: Path, lang: str | None) -> int:
    """Tell who and what is new, gone or changed: the message that is sent. Asks AWS nothing."""
    from ishigaki.core.people_news import told
    from ishigaki.flows.people_trend import before, news, view_of
    from ishigaki.report.message import as_text, compose

    estate = estate_of(None, lang)
    history = history_of(store)
    view = view_of(history, language=language(), estate=estate)
    until = view.last.day
    then = before(history, day=until, span=since)
    if then is None:
        say("people_nothing_before", day=until, since=since)
        return 0
    today = today_of(estate)
    found = news(history, view, register_of(reasons_file, today), since=then, today=today)
    message = compose(
        told(found, at=now()), language=language(), zone=zone_of(estate), now=now(), names=view.names
    )
    click.echo(as_text(message, width=width()))
    return 0


@click.command()
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=Path("people.html"),
    show_default=True,
    help="Where to write it.",
)
@SINCE
@reasoning
@common
def report(
    out: Path, since: datetime | None, reasons_file: Path | None, store: Path, lang: str | None
) -> int:
    """Write the stock-take, the trend, what is new and the register as one HTML page. Asks AWS nothing."""
    from ishigaki.flows.people_report import picture_of
    from ishigaki.report.people_html import render

    estate = estate_of(None, lang)
    writable("html", out)
    today = today_of(estate)
    picture = picture_of(
        history_of(store),
        register_of(reasons_file, today),
        language=language(),
        estate=estate,
        since=since.date() if since else None,
        today=today,
        zone=zone_of(estate),
    )
    deliver(render(picture), out)
    return 0
