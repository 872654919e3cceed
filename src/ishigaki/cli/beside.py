"""What `ishigaki plan` makes beside the plan: the announcement of it, and what security services cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ishigaki.cli.language import language, say
from ishigaki.cli.options import access_of, entering, now
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.core.estate import Estate
    from ishigaki.core.plan import Plan

F = TypeVar("F", bound=Callable[..., Any])
NOTICE = "announcement.md"


def beside(command: F) -> F:
    """The options of what is made beside a plan."""
    for option in (
        click.option("--profile", default="", help="AWS profile to use for --spend."),
        click.option(
            "--spend",
            is_flag=True,
            help="Ask Cost Explorer what security services cost now (USD 0.01 for each account).",
        ),
        click.option("--contact", default="", metavar="TEXT", help="Whom the announcement names."),
        click.option("--when", default="", metavar="TEXT", help="The time the announcement names."),
        click.option(
            "--announce",
            "notice",
            type=click.Path(path_type=Path, dir_okay=False),
            is_flag=False,
            flag_value=NOTICE,
            metavar="[FILE]",
            help="Write the announcement of the plan, in Japanese and English (default: announcement.md).",
        ),
    ):
        command = option(command)
    return command


def announce(
    made: Plan,
    notice: Path | None,
    *,
    when: str,
    contact: str,
    estate: Estate | None,
    owners: Mapping[str, str],
) -> None:
    """Write the announcement where it is asked for; it names the estate's contacts, else the accounts' owners.
    Raises `UsageError`."""
    if notice is None:
        if when or contact:
            raise UsageError("announce_missing")
        return
    from ishigaki.report.announce import announcement

    if notice.is_dir() or not notice.parent.is_dir():
        raise UsageError("announce_nowhere", path=str(notice))
    named = {a.id: ", ".join(a.contacts) for a in estate.accounts if a.contacts} if estate else {}
    contacts = {**owners, **named}
    notice.write_text(announcement(made, when=when, contact=contact, contacts=contacts), encoding="utf-8")
    say("announced", err=True, path=notice)


def spend(made: Plan, *, asked: bool, estate: Estate | None, profile: str, store: Path) -> None:
    """Say what the plan commits to by contract; and, where it is asked for, what security services cost."""
    from ishigaki.report.spend import commitment_lines, lines

    for line in commitment_lines(made, language()):
        click.echo(line, err=True)
    if not asked:
        return
    from ishigaki.flows import estate as estates
    from ishigaki.flows.spend import REQUEST_USD, spends

    access = access_of(profile, estate, store)
    with entering():
        accounts = estates.accounts(access, estate, only=tuple(made.around))
    say("spend_costs", err=True, count=len(accounts), usd=f"{REQUEST_USD * len(accounts):.2f}")
    for line in lines(made, spends(access, accounts, today=now().date()), language()):
        click.echo(line)
