"""`people` and `query`: the daily stock-take of credentials, and its history."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import access_of, common, entering, estate_of, in_form, now, profiled, reaching
from ishigaki.cli.output import colored, width
from ishigaki.cli.people_store import history_of, today_of
from ishigaki.cli.people_trend import changes, report, trend
from ishigaki.cli.reasons import reasons
from ishigaki.cli.retire import retire
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ishigaki.core.estate import Estate
    from ishigaki.core.people import AnyRow
    from ishigaki.store.lake import Asked, History

INCOMPLETE = 3
NAMED = 5  # of the accounts that an answer lacks
FORMS = click.Choice(["table", "json", "csv"])


@click.group()
def people() -> None:
    """Take stock of credentials: users, keys, MFA, who may come in, and who has what by SSO; and retire users."""


for each in (trend, changes, report, reasons, retire):
    people.add_command(each)


@people.command()
@reaching
@common
def collect(
    estate_file: Path | None, only_accounts: tuple[str, ...], profile: str, store: Path, lang: str | None
) -> int:
    """Take today's stock in every account, in the place of an earlier one of today. Exits with 3 where something was
    not seen."""
    from ishigaki.flows.people_daily import take_stock

    estate = estate_of(estate_file, lang)
    history, access = history_of(store), access_of(profile, estate, store)
    with entering():
        taken, trouble = take_stock(
            access,
            estate,
            history=history,
            day=today_of(estate),
            now=now(),
            only=only_accounts,
            watch=_watching(),
        )
    _print(taken.rows, taken.day, only_accounts)
    say("people_collected", file=history.path(taken.day))
    if trouble:
        raise trouble
    if estate and estate.people.history:
        say("people_copied", url=estate.people.history, put=1, fetched=0)
    return 0 if taken.whole else INCOMPLETE


def _watching() -> Callable[[int, int], None]:
    """A line on standard error that says how far it is, where somebody looks."""
    if not sys.stderr.isatty():
        return lambda *_: None

    def show(done: int, every: int) -> None:
        click.echo(f"\r{words('people_progress', done=done, all=every)}", err=True, nl=done == every)

    return show


def _print(rows: Sequence[AnyRow], day: date, only: tuple[str, ...]) -> None:
    from ishigaki.report.people import Shown, render

    shown = Shown(day=day, rows=rows, language=language(), only=only)
    sys.stdout.write(render(shown, width=width(), color=colored()))


@people.command()
@click.option("--account", "only_accounts", multiple=True, metavar="ID", help="Only this account, all of it.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Of this date (default: the newest).")
@in_form
@common
def show(
    only_accounts: tuple[str, ...], day: datetime | None, form: str, store: Path, lang: str | None
) -> int:
    """Show a stock-take: its numbers, who needs attention, and what was not seen. Asks AWS nothing."""
    import msgspec

    from ishigaki.flows.people import newest, of_day

    estate_of(None, lang)
    history = history_of(store)
    chosen = newest(history, day.date() if day else None)
    rows = [row for row in of_day(history, chosen) if not only_accounts or row.account in only_accounts]
    if only_accounts and not rows:
        raise UsageError("people_no_account", accounts=", ".join(only_accounts), day=chosen)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=1).decode())
        return 0
    _print(rows, chosen, only_accounts)
    return 0


@people.command(name="query")
@click.argument("name", default="")
@click.option(
    "--sql", is_flag=True, help="Print the question itself, to be changed and asked by `ishigaki query`."
)
@click.option("--format", "form", type=FORMS, default="table", show_default=True)
@common
def named(name: str, sql: bool, form: str, store: Path, lang: str | None) -> int:
    """Ask the history one of the named questions; without a name, list them."""
    from ishigaki.texts.queries import queries

    estate_of(None, lang)
    known = {each.replace("_", "-"): query for each, query in queries().items()}
    if not name:
        for each, query in known.items():
            click.echo(f"{each:<16} {query.title[language()]}")
        return 0
    if name not in known:
        raise UsageError("unknown_query", name=name, known=", ".join(known))
    if sql:
        click.echo(known[name].sql)
        return 0
    history = history_of(store)
    found = history.ask(known[name].sql)
    if form == "table":
        click.echo(known[name].title[language()])
    _shown(found, form)
    _without(history)
    return 0


def _without(history: History) -> None:
    """Say on standard error whose rows a named question had nothing of: it asks the newest date."""
    from ishigaki.core.people import Visit

    day = history.days()[-1]
    unseen = [v for v in history.read(Visit, day) if not v.seen]
    if not unseen:
        return
    names = [f"{v.account_name or v.account} ({v.last_good or '–'})" for v in unseen[:NAMED]]
    more = [words("people_more", count=len(unseen) - NAMED)] if len(unseen) > NAMED else []
    said = words("people_without", day=day, names=", ".join([*names, *more]))
    click.echo(said, err=True)


def _shown(found: Asked, form: str) -> int:
    from ishigaki.report.result import render

    sys.stdout.write(render(found.columns, found.rows, form=form, width=width()))
    return 0


@people.command()
@click.option(
    "--location",
    default="",
    metavar="URL",
    help="Where the copy is (default: the estate's [people] history).",
)
@common
def ddl(location: str, store: Path, lang: str | None) -> int:
    """Print the statements by which Amazon Athena reads the copy of the history in S3: a table and its views."""
    from ishigaki.store.athena import ddl as statements
    from ishigaki.store.lake import History

    estate = estate_of(None, lang)
    days = History(store).days()
    first = days[0] if days else today_of(estate)
    click.echo(";\n\n".join(statements(location or _url(estate), since=first)) + ";")
    return 0


def _url(estate: Estate | None) -> str:
    if estate is None or not estate.people.history:
        raise UsageError("people_no_copy")
    return estate.people.history


@people.command()
@profiled
@common
def sync(profile: str, store: Path, lang: str | None) -> int:
    """Bring the store and its copy in S3 together: each gets the dates that it lacks. A date that both have stays."""
    from ishigaki.flows.people_copy import Copy

    estate = estate_of(None, lang)
    url = _url(estate)
    access = access_of(profile, estate, store)
    with entering():
        done = Copy(access, url).exchange(history_of(store))
    say("people_copied", url=url, put=len(done.put), fetched=len(done.fetched))
    return 0


@click.command()
@click.argument("sql")
@click.option("--format", "form", type=FORMS, default="table", show_default=True)
@common
def query(sql: str, form: str, store: Path, lang: str | None) -> int:
    """Ask the history of stock-takes a question in SQL, which can only read.

    The views are accounts, people, keys, trust and assignments, each with a column date; `DESCRIBE people` lists the
    columns of one.
    """
    estate_of(None, lang)
    return _shown(history_of(store).ask(sql), form)
