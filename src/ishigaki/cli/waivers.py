"""`waivers`: the file of exceptions, begun and proven."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import choose, language, say, words
from ishigaki.cli.options import WAIVERS, beginning, common, estate_of, excepting, now, waivers_of
from ishigaki.cli.output import begin

if TYPE_CHECKING:
    from ishigaki.core.waiver import Entry, Overlay, Waiver

EXPIRED = 1
SHOWN = 5  # findings that an exception names; the rest is a number


@click.group()
def waivers() -> None:
    """Write and check the file of exceptions."""


@waivers.command()
@beginning(WAIVERS)
def init(out: Path, lang: str | None) -> int:
    """Write a first file of exceptions, all of it commented out."""
    from ishigaki.flows.waivers import template

    choose(lang or "")
    return begin(out, template(language(), now().date()))


@waivers.command()
@excepting
@common
def check(waivers_file: Path | None, store: Path, lang: str | None) -> int:
    """Prove the file, and list what each exception hides in the newest scan. Exits with 1 where one has expired."""
    from ishigaki.core.waiver import entries
    from ishigaki.core.written import State

    found = waivers_of(waivers_file or WAIVERS, estate_of(None, lang))
    scan, overlay = _newest(found, store)
    listed = entries(found, overlay, today=now().date())
    for entry in listed:
        _tell(entry, scan)
    say("waivers_checked", count=len(found))
    return EXPIRED if any(e.state is State.EXPIRED for e in listed) else 0


def _newest(found: tuple[Waiver, ...], store: Path) -> tuple[str, Overlay]:
    """The newest scan, judged again, under the exceptions; nothing where there is no scan yet."""
    from ishigaki.core.waiver import Overlay
    from ishigaki.flows.scan import asked_again
    from ishigaki.flows.waivers import lay, rejudged
    from ishigaki.store.snapshots import Snapshots

    snapshots = Snapshots(store)
    if not snapshots.scans():
        return "", Overlay()
    header = snapshots.header()
    outcome = rejudged(snapshots, header, asked_again(header), found)
    return header.id, lay(outcome, found, now=now())[1]


def _tell(entry: Entry, scan: str) -> None:
    from ishigaki.core.waiver import Shipped
    from ishigaki.core.written import State

    waiver = entry.waiver
    if isinstance(waiver, Shipped):
        say("waiver_shipped", control=waiver.control, as_of=waiver.as_of, source=waiver.source)
        click.echo(f"  {waiver.reason_ja if language() == 'ja' else waiver.reason_en}")
    else:
        say(
            "waiver_entry",
            state=words(entry.state),
            control=", ".join(waiver.controls),
            scope=waiver.scope,
            expires=waiver.expires,
            owner=waiver.owner,
            approver=waiver.approver or "–",
        )
        click.echo(f"  {waiver.reason}")
        if waiver.compensating_measure:
            click.echo(f"  {words('waiver_instead', measure=waiver.compensating_measure)}")
    if not scan:
        return
    expired = entry.state is State.EXPIRED
    count = len(entry.findings)
    click.echo(f"  {words('waiver_bears' if expired else 'waiver_hides', count=count, scan=scan)}")
    for finding in entry.findings[:SHOWN]:
        click.echo(f"    {finding.control}  {finding.account} {finding.region}  {finding.resource}")
    if count > SHOWN:
        click.echo(f"    {words('and_more', count=count - SHOWN)}")
