"""`regions`: which controls Security Hub does not offer where."""

from __future__ import annotations

from pathlib import Path

import click

from ishigaki.cli.language import say
from ishigaki.cli.options import access_of, common, entering, estate_of, now, profiled

INCOMPLETE = 3


@click.command()
@profiled
@click.option(
    "--region", "chosen", multiple=True, help="Only this Region (repeatable; default: every enabled one)."
)
@common
def regions(profile: str, chosen: tuple[str, ...], store: Path, lang: str | None) -> int:
    """Ask Security Hub which controls it does not offer in which Region, and keep the answer.

    Scans go by it: a control that a Region does not offer gives no finding there. The account of the
    credentials must have Security Hub on. Needs securityhub:ListSecurityControlDefinitions; changes nothing.
    """
    from ishigaki.flows.regions import ask
    from ishigaki.store.offers import write

    estate = estate_of(None, lang)
    access = access_of(profile, estate, store)
    with entering():
        known = access.regions(access.enter(access.caller(), None))
    enabled = [r.name for r in known if r.enabled and (not chosen or r.name in chosen)]
    offers, unseen = ask(access, enabled, now=now())
    for region, missing in offers.missing.items():
        say("region_offers", region=region, count=len(missing))
    for region, code in unseen.items():
        say("region_unseen", err=True, region=region, code=code)
    say("written", err=True, path=write(store, offers))
    return INCOMPLETE if unseen else 0
