"""`diff`, `controls`, `explain`, `inventory`: what is known already, said."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import (
    choosing,
    common,
    deciding,
    estate_of,
    excepting,
    in_form,
    now,
    own_policy_of,
    waivers_of,
)


@click.command()
@click.argument("before", default="")
@click.argument("after", default="")
@in_form
@deciding
@excepting
@common
def diff(
    before: str,
    after: str,
    form: str,
    policy_file: Path | None,
    waivers_file: Path | None,
    store: Path,
    lang: str | None,
) -> int:
    """What is new, fixed and reopened between two scans (default: the two newest).

    What an exception or your policy.toml hides is listed apart.
    """
    from ishigaki.flows.history import compare

    estate = estate_of(None, lang)
    waivers, policy = waivers_of(waivers_file, estate), own_policy_of(policy_file, estate)
    first, second, changed = compare(
        store, before=before, after=after, waivers=waivers, policy=policy, now=now()
    )
    names = ("new", "reopened", "fixed", "gone", "excepted", "by_policy")
    parts = {name: getattr(changed, name) for name in names}
    if form == "json":
        from ishigaki.flows.documents import plain_finding

        click.echo(
            json.dumps(
                {n: [plain_finding(f) for f in found] for n, found in parts.items()}, ensure_ascii=False
            )
        )
        return 0
    counts: dict[str, object] = {
        name: len(getattr(changed, name)) for name in ("new", "fixed", "reopened", "remaining", "excepted")
    }
    heading = words("diff_heading", before=first, after=second, **counts)
    quiet = words("diff_quiet", count=len(changed.by_policy)) if changed.by_policy else ""
    click.echo(heading + quiet)
    for name, found in parts.items():
        if found:
            click.echo(f"\n{words(f'diff_{name}')}")
            for finding in found:
                click.echo(f"  {finding.control}  {finding.account} {finding.region}  {finding.resource}")
    return 0


@click.command()
@choosing
@in_form
@common
def controls(
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
    form: str,
    store: Path,
    lang: str | None,
) -> int:
    """List controls: what is judged, and what is only listed so far."""
    from ishigaki.core.finding import Severity
    from ishigaki.flows.catalogue import described
    from ishigaki.report.words import known

    estate_of(None, lang)
    rows = described(names=standards, globs=globs, severities=[Severity(s.upper()) for s in severities])
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    table = Table(box=None, pad_edge=False)
    for code in ("control_column", "severity_column", "standards_column", "state_column"):
        table.add_column(words(code), no_wrap=code in ("control_column", "severity_column"))
    for row in rows:
        severity = known("severity", row["severity"])[language()]
        table.add_row(row["control"], severity, " ".join(row["standards"]), words(row["state"]))
    Console().print(table)
    judged = sum(row["state"] == "implemented" for row in rows)
    say("controls_count", implemented=judged, all=len(rows))
    return 0


@click.command()
@click.argument("control")
@common
def explain(control: str, store: Path, lang: str | None) -> int:
    """Explain a control: what it requires, why, and how to fix it. Also how it is judged, and what could break."""
    from ishigaki.flows.catalogue import explained

    estate_of(None, lang)
    click.echo(explained(control, language()))
    return 0


@click.command()
@click.argument("snapshot", default="")
@in_form
@common
def inventory(snapshot: str, form: str, store: Path, lang: str | None) -> int:
    """Count what an estate holds, from a kept snapshot (default: the newest)."""
    from ishigaki.flows.history import held

    estate_of(None, lang)
    rows = held(store, snapshot)
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False))
        return 0
    table = Table(box=None, pad_edge=False)
    for code in ("account_column", "region_column", "type_column"):
        table.add_column(words(code))
    table.add_column(words("count_column"), justify="right")
    for row in rows:
        table.add_row(
            f"{row['account_name']} ({row['account']})",
            row["region"],
            row["resource_type"],
            str(row["count"]),
        )
    Console().print(table)
    return 0
