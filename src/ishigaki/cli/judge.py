"""`ishigaki judge`: a kept snapshot judged again."""

from __future__ import annotations

from pathlib import Path

import click

from ishigaki.cli.options import (
    choosing,
    common,
    deciding,
    estate_of,
    excepting,
    kept_of,
    own_policy_of,
    waivers_of,
)
from ishigaki.cli.scan import drawn, finish, saying, writable


@click.command()
@click.argument("snapshot", default="")
@choosing
@deciding
@excepting
@saying
@common
def judge(
    snapshot: str,
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
    waivers_file: Path | None,
    policy_file: Path | None,
    form: str,
    out: Path | None,
    fail_on: str | None,
    store: Path,
    lang: str | None,
) -> int:
    """Judge a kept snapshot again (default: the newest). Needs no credentials and asks AWS nothing.

    What your policy.toml tells once or leaves alone is suppressed: it leaves the score, not the honest score. The
    shipped policy alone suppresses nothing.
    """
    from ishigaki.flows import policy as policies
    from ishigaki.flows.waivers import rejudged
    from ishigaki.store.database import opened
    from ishigaki.store.ledger import Ledger
    from ishigaki.store.snapshots import Snapshots

    estate = estate_of(None, lang)
    waivers, policy = waivers_of(waivers_file, estate), own_policy_of(policy_file, estate)
    writable(form, out)
    snapshots = Snapshots(store)
    header = snapshots.header(snapshot)
    asked = kept_of(header, standards, globs, severities, estate)
    tagged = policies.by_tag(asked, policy) if policy else ()
    outcome = rejudged(snapshots, header, asked, waivers, tagged=tagged)
    with opened(store) as database:
        known = Ledger(database).known()
    picture = drawn(outcome, known, estate, waivers, policy, form=form, store=store)
    return finish(picture, outcome, form=form, out=out, fail_on=fail_on, store=store)
