"""`ishigaki stats`: what of that which people were told was acted upon, how soon, and what is left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import language, say
from ishigaki.cli.options import common, estate_of, in_estate, now, to_file, zone_of
from ishigaki.cli.output import colored, deliver, in_a_folder, width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ishigaki.core.estate import Estate
    from ishigaki.core.numbers import Summary
    from ishigaki.report.numbers import By


@click.command()
@click.option(
    "--month", "month_text", default="", metavar="YYYY-MM", help="A month (default: the present one)."
)
@click.option(
    "--since", default="", metavar="YYYY-MM-DD", help="From this day until today, instead of a month."
)
@click.option(
    "--by",
    type=click.Choice(["owner", "control", "account", "environment"]),
    help="All of one grouping, instead of the first of each.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "html"]),
    default="table",
    show_default=True,
    help="html is one A4 page to print or to forward.",
)
@to_file
@in_estate
@common
def stats(
    month_text: str,
    since: str,
    by: By | None,
    form: str,
    out: Path | None,
    estate_file: Path | None,
    store: Path,
    lang: str | None,
) -> int:
    """Show the acted-on share, the time it takes, and what is overdue.

    A share is of the cases whose deadline was in the period, so each case counts once, and a month that is over does
    not change any more. What there is no data for is shown as such, never as 0 or 100.
    """
    from ishigaki.flows.estate import known
    from ishigaki.flows.stats import history, period_of, summed
    from ishigaki.store.database import opened

    estate = estate_of(estate_file, lang)
    period = period_of(month_text=month_text, since=since, zone=zone_of(estate), now=now())
    in_a_folder(out)
    with opened(store) as engine:
        told = history(engine)
    if not told.cases:
        say("stats_none", err=True)
    names = {a.id: a.name for a in known(estate, store).values()}
    deliver(_shown(summed(told, period, now=now()), estate, names=names, form=form, by=by, out=out), out)
    return 0


def _shown(
    made: Summary,
    estate: Estate | None,
    *,
    names: Mapping[str, str],
    form: str,
    by: By | None,
    out: Path | None,
) -> str:
    from ishigaki.report.numbers import page, render, to_json, view

    if form == "json":
        return to_json(made)
    shown = view(made, names=names, by=by)
    if form == "html":
        return page(shown, language=language(), estate=estate.estate.name if estate else "")
    columns = width(100) if out is None else 80
    return render(shown, language=language(), width=columns, color=colored(out))
