"""Security Hub as the other witness: `scan --source securityhub`, and `disagreements`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import common, entering, estate_of, in_form, now
from ishigaki.cli.output import colored, width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ishigaki.aws.access import Access
    from ishigaki.core.estate import Estate
    from ishigaki.flows.hub import HubScan
    from ishigaki.flows.scan import Outcome
    from ishigaki.standards.choice import Ask
    from ishigaki.store.ledger import Identity, Sighting

ASIDE = {
    "malformed": "hub_malformed",
    "schema": "hub_schema",
    "status": "hub_status",
    "control": "hub_control",
}
LEFT = {
    "operating_system": "hub_operating_system",
    "own": "hub_own",
    "other_product": "hub_other_product",
    "not_asked": "hub_not_asked",
}
NAMED = 3  # of the findings that were set aside for one reason


def look(
    access: Access,
    estate: Estate | None,
    asked: Ask,
    where: tuple[tuple[str, ...], tuple[str, ...]],
    *,
    whole: bool,
    store: Path,
    dry_run: bool,
) -> tuple[Outcome, Mapping[Identity, Sighting]] | None:
    """Ask Security Hub, and keep what it says; nothing where only its cost is wanted."""
    from ishigaki.cli.scan import watching
    from ishigaki.flows import hub
    from ishigaki.flows.witness import keep
    from ishigaki.standards.permissions import HUB_READS

    if dry_run:
        click.echo(words("hub_dry_run", permissions=", ".join(HUB_READS)))
        return None
    only, regions = where
    wanted = hub.Wanted(asked, whole, only, regions)
    with entering():
        scan = hub.look(access, estate, wanted, now=now(), watch=watching())
    seen = keep(scan, store)
    if scan.outcome.header.interrupted:
        say("interrupted", err=True, scan=scan.outcome.header.id)
    _tell(scan)
    return scan.outcome, seen


def _tell(scan: HubScan) -> None:
    """Say on standard error what was not taken, and which accounts nobody asked about."""
    for reason in dict.fromkeys(a.reason for a in scan.aside):
        ones = [a for a in scan.aside if a.reason == reason]
        say(
            "hub_aside",
            err=True,
            count=len(ones),
            reason=words(ASIDE[reason]),
            examples="; ".join(f"{a.id or '-'} ({a.detail})" for a in ones[:NAMED]),
        )
    left = scan.outcome.header.hub.left if scan.outcome.header.hub else {}
    for why, count in left.items():
        say(LEFT[why], err=True, count=count)
    if scan.others:
        say("hub_others", err=True, count=len(scan.others))
    if scan.unlisted:
        say("hub_unlisted", err=True, accounts=", ".join(scan.unlisted))


@click.command()
@click.argument("own", default="")
@click.argument("hub", default="")
@in_form
@common
def disagreements(own: str, hub: str, form: str, store: Path, lang: str | None) -> int:
    """Show where our verdicts and Security Hub's differ (default: the newest scan of each).

    OWN and HUB are ids of scans. Asks AWS nothing. Security Hub may take up to 24 hours to look again: the times say
    who looked last.
    """
    from ishigaki.flows.witness import compare
    from ishigaki.report.disagreements import objects, render

    estate_of(None, lang)
    compared = compare(store, own=own, hub=hub)
    if form == "json":
        click.echo(json.dumps(objects(compared), ensure_ascii=False, indent=1))
        return 0
    sys.stdout.write(render(compared, language=language(), width=width(), color=colored()))
    return 0
