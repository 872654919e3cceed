"""`ishigaki route`: which fixes, in which order, bring the score where it should be."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ishigaki.cli.change import accounts_known, environment_known
from ishigaki.cli.language import language, say
from ishigaki.cli.options import (
    choosing,
    common,
    deciding,
    estate_of,
    excepting,
    in_estate,
    in_form,
    kept_of,
    now,
    of_accounts,
    own_policy_of,
    waivers_of,
)
from ishigaki.cli.output import colored, width
from ishigaki.cli.untracked import tagged_by, tell_untracked


@click.command()
@click.argument("snapshot", default="")
@click.option(
    "--to",
    type=click.IntRange(1, 100),
    default=100,
    show_default=True,
    help="The score to reach, in percent.",
)
@of_accounts
@click.option("--environment", default="", help="What accounts are for that the estate file says nothing of.")
@click.option("--owned", is_flag=True, help="Count on changing what CloudFormation or Terraform owns, too.")
@in_form
@in_estate
@deciding
@excepting
@choosing
@common
def route(
    snapshot: str,
    to: int,
    only_accounts: tuple[str, ...],
    environment: str,
    owned: bool,
    form: str,
    estate_file: Path | None,
    policy_file: Path | None,
    waivers_file: Path | None,
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
    store: Path,
    lang: str | None,
) -> int:
    """Simulate, on a scan (default: the newest), which fixes move the score by how much, in which order.

    Changes nothing, asks AWS nothing. Says of every step its class, a person's time and its cost, and of what no
    call can fix the reason and what to write down. What your policy.toml tells once or leaves alone counts, and is named.
    """
    from ishigaki.flows import waivers as exceptions
    from ishigaki.flows.planning import Wishes
    from ishigaki.flows.route import routes
    from ishigaki.report.route import render, to_json
    from ishigaki.store.snapshots import Snapshots

    estate = estate_of(estate_file, lang)
    environment_known(environment, estate)
    snapshots = Snapshots(store)
    header = snapshots.own(snapshot)
    accounts_known(only_accounts, header)
    asked = kept_of(header, standards, globs, severities, estate)
    wishes = Wishes(only_accounts, environment, owned)
    waivers, policy = waivers_of(waivers_file, estate), own_policy_of(policy_file, estate)
    found = routes(snapshots, header, asked, estate=estate, now=now(), to=to, wishes=wishes, waivers=waivers)
    if form == "json":
        click.echo(to_json(found, scan=header.id))
        return 0
    shown = render(
        found, scan=header.id, home=header.home, language=language(), width=width(), color=colored()
    )
    sys.stdout.write(shown)
    if policy:
        outcome = exceptions.rejudged(snapshots, header, asked, waivers, tagged=tagged_by(asked, policy))
        tell_untracked(outcome, waivers, policy, accounts=only_accounts)
    if any(found_one.legs for found_one in found):
        say("next_command", err=True, command="ishigaki plan -o plan.json")
    return 0
