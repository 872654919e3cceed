"""`estate`, `permissions`, `bootstrap`, `prune`: what is needed before a scan, and tidying after it."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from ishigaki.cli.language import language, say
from ishigaki.cli.options import HERE, access_of, choosing, common, estate_of, now, reaching, refused


@click.group()
def estate() -> None:
    """Write and check the estate file."""


@estate.command()
@click.option("--profile", default="", help="AWS profile to use (default: as the AWS CLI).")
@click.option(
    "--out", type=click.Path(path_type=Path), default=HERE, show_default=True, help="Where to write it."
)
@common
def init(profile: str, out: Path, store: Path, lang: str | None) -> int:
    """Write a first estate file for the account of the credentials at hand."""
    from ishigaki.aws.access import NoEntry
    from ishigaki.cli.language import choose
    from ishigaki.flows.estate import write_template

    choose(lang or "")
    try:
        account = access_of(profile, None, store).caller()
    except NoEntry as no:
        raise refused(no) from None
    write_template(out, account=account, language=language(), external_id=secrets.token_hex(16))
    say("written", path=out)
    return 0


@estate.command()
@reaching
@choosing
@common
def check(
    estate_file: Path | None,
    only_accounts: tuple[str, ...],
    profile: str,
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
    store: Path,
    lang: str | None,
) -> int:
    """Prove that every role can be assumed, and say which permission is missing where."""
    from ishigaki.aws.access import NoEntry
    from ishigaki.core.finding import Severity
    from ishigaki.flows import estate as estates
    from ishigaki.flows.permissions import missing
    from ishigaki.standards.choice import choose

    found = estate_of(estate_file, lang)
    asked = choose(names=standards, globs=globs, severities=[Severity(s.upper()) for s in severities])
    access = access_of(profile, found, store)
    try:
        accounts = estates.accounts(access, found, only=only_accounts)
    except NoEntry as no:
        raise refused(no) from None
    whole = True
    for account, gaps in missing(access, accounts, asked):
        who: dict[str, Any] = {"name": account.name, "id": account.id}
        if account.trouble:
            say("unseen_account", **who, code=account.trouble, message=account.message)
        elif not gaps:
            say("check_ok", **who)
        for gap in gaps:
            say("check_missing", **who, permission=gap.permission, region=gap.region, code=gap.code)
        whole = whole and not account.trouble and not gaps
    return 0 if whole else 3


@estate.command()
def schema() -> int:
    """Print the JSON schema of the estate file."""
    from ishigaki.core.estate import json_schema

    click.echo(json.dumps(json_schema(), indent=1))
    return 0


@click.group()
def permissions() -> None:
    """Print the exact permissions that a command needs."""


@permissions.command("scan")
@choosing
def permissions_scan(standards: tuple[str, ...], globs: tuple[str, ...], severities: tuple[str, ...]) -> int:
    """Print the read-only IAM policy that a scan of the chosen controls needs."""
    from ishigaki.core.finding import Severity
    from ishigaki.standards import permissions as needed
    from ishigaki.standards.choice import choose

    asked = choose(names=standards, globs=globs, severities=[Severity(s.upper()) for s in severities])
    click.echo(json.dumps(needed.policy(needed.permissions(asked)), indent=2))
    return 0


@click.command()
@click.option(
    "--role", default="IshigakiRead", show_default=True, help="Name of the role in the member accounts."
)
@choosing
def bootstrap(
    role: str, standards: tuple[str, ...], globs: tuple[str, ...], severities: tuple[str, ...]
) -> int:
    """Print the CloudFormation template of the read-only role. A scan assumes it in each account."""
    from ishigaki.core.finding import Severity
    from ishigaki.standards import permissions as needed
    from ishigaki.standards.choice import choose

    asked = choose(names=standards, globs=globs, severities=[Severity(s.upper()) for s in severities])
    click.echo(json.dumps(needed.member_role(needed.permissions(asked), role=role), indent=2))
    return 0


@click.command()
@click.option("--days", default=90, show_default=True, help="Scans older than this go.")
@common
def prune(days: int, store: Path, lang: str | None) -> int:
    """Delete old snapshots from the store."""
    from ishigaki.store.snapshots import Snapshots

    estate_of(None, lang)
    gone = Snapshots(store).prune(older_than=timedelta(days=days), now=now())
    say("pruned", count=len(gone), days=days)
    return 0
