"""`estate`, `permissions`, `bootstrap`, `prune`: what is needed before a scan, and tidying after it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ishigaki.cli.language import language, say
from ishigaki.cli.options import (
    HERE,
    LOOKS,
    access_of,
    choosing,
    chosen_of,
    common,
    entering,
    estate_of,
    now,
    profiled,
    reaching,
)
from ishigaki.cli.output import begin
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.core.plan import Plan
    from ishigaki.flows.permissions import Needs


@click.group()
def estate() -> None:
    """Write and check the estate file."""


@estate.command()
@profiled
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), default=HERE, show_default=True, help="Where to write it."
)
@common
def init(profile: str, out: Path, store: Path, lang: str | None) -> int:
    """Write a first estate file for the account of the credentials at hand."""
    from ishigaki.cli.language import choose
    from ishigaki.flows.estate import template

    choose(lang or "")
    with entering():
        account = access_of(profile, None, store).caller()
    text = template(account=account, language=language(), external_id=secrets.token_hex(16))
    return begin(out, text)


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
    from ishigaki.flows import estate as estates
    from ishigaki.flows.permissions import missing

    found = estate_of(estate_file, lang)
    asked = chosen_of(standards, globs, severities, found)
    access = access_of(profile, found, store)
    with entering():
        accounts = estates.accounts(access, found, only=only_accounts)
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
    from ishigaki.standards import permissions as needed
    from ishigaki.standards.choice import with_fixes

    asked = chosen_of(standards, globs, severities)
    click.echo(json.dumps(needed.policy(needed.permissions(with_fixes(asked))), indent=2))
    return 0


@permissions.command("intake")
def permissions_intake() -> int:
    """Print the read-only IAM policy that `intake pull` needs in each account. A queue has a policy of its own."""
    from ishigaki.intake.listing import CALLS
    from ishigaki.standards import permissions as needed

    actions = {*needed.ALWAYS, *(p for call in CALLS for p in call.permissions)}
    click.echo(json.dumps(needed.policy(sorted(actions, key=str.lower)), indent=2))
    return 0


@permissions.command("hub")
@click.option(
    "--partition",
    type=click.Choice(["aws", "aws-cn", "aws-us-gov"]),
    default="aws",
    show_default=True,
    help="The partition of the accounts.",
)
def permissions_hub(partition: str) -> int:
    """Print the IAM policies for Security Hub as a source and for writing back to it.

    `read` (scan --source securityhub) and `workflow` (hub write, hub undo) are for its administrator account alone,
    `import` (hub import) for each account whose findings are brought there.
    """
    from ishigaki.flows.permissions import of_hub

    click.echo(json.dumps(of_hub(partition), indent=2))
    return 0


@permissions.command("people")
def permissions_people() -> int:
    """Print the read-only IAM policy that the stock-take of credentials needs in each account.

    Only the management account and a delegated administrator of IAM Identity Center can use what it reads there.
    """
    from ishigaki.flows.permissions import of_people
    from ishigaki.standards import permissions as needed

    click.echo(json.dumps(needed.policy(of_people()), indent=2))
    return 0


def changing(command: Callable[..., int]) -> Callable[..., int]:
    """The options that choose what is changed: controls, the baseline, or a plan."""
    for option in (
        choosing,
        click.option(
            "--file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Baseline file (default: baseline.toml, where there is one).",
        ),
        click.option(
            "--profile-name",
            type=click.Choice(["standard", "production", "sandbox"]),
            help="This baseline profile, without a file.",
        ),
        click.option("--baseline", is_flag=True, help="What the baseline needs, not what controls need."),
        click.option(
            "--plan",
            "plan_file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="What this plan needs and no more.",
        ),
    ):
        command = option(command)
    return command


def _needs(
    plan_file: Path | None,
    baseline: bool,
    profile_name: str | None,
    file: Path | None,
    *,
    chosen: tuple[tuple[str, ...], ...],
    only: tuple[str, ...] = (),
) -> tuple[Needs, Plan | None]:
    """What the options choose needs, and the plan if it is one. Raises `UsageError`."""
    from ishigaki.flows import permissions as flow

    whole = baseline or bool(profile_name or file)
    if sum((plan_file is not None, whole, any(chosen))) > 1:
        raise UsageError("one_choice")
    if only and plan_file is None:
        raise UsageError("account_of_plan")
    if plan_file is not None:
        from ishigaki.flows.apply import narrowed
        from ishigaki.store.runs import read_plan

        plan = narrowed(read_plan(plan_file), only)
        return flow.of_plan(plan), plan
    if whole:
        from ishigaki.cli.baseline import wanted_of

        return flow.of_baseline(wanted_of(file, profile_name)), None
    standards, globs, severities = chosen
    asked = chosen_of(standards, globs, severities)
    return flow.of_chosen(asked), None


@permissions.command("apply")
@click.option(
    "--account",
    "only_accounts",
    multiple=True,
    metavar="ID",
    help="Of a plan only this account (repeatable).",
)
@click.option(
    "--partition",
    type=click.Choice(["aws", "aws-cn", "aws-us-gov"]),
    default="aws",
    show_default=True,
    help="The partition of the accounts (a plan knows its own).",
)
@changing
def permissions_apply(
    only_accounts: tuple[str, ...],
    partition: str,
    plan_file: Path | None,
    baseline: bool,
    profile_name: str | None,
    file: Path | None,
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
) -> int:
    """Print the IAM policies that carrying out and undoing the chosen changes needs.

    `write` is for the role that changes, `read` for the one that looks at every target before and after; each
    document fits into one managed policy.
    """
    from ishigaki.standards import permissions as needed
    from ishigaki.standards import write_permissions as writing

    chosen = (standards, globs, severities)
    needs, plan = _needs(plan_file, baseline, profile_name, file, chosen=chosen, only=only_accounts)
    if not needs.write:
        raise UsageError("nothing_written")
    documents = {
        "write": writing.policies(needs.write, partition=plan.partition if plan else partition),
        "read": needed.policies(needs.read),
    }
    click.echo(json.dumps(documents, indent=2))
    return 0


@permissions.command("access")
@click.option(
    "--way",
    type=click.Choice(["identity_center", "saml", "oidc", "jump"]),
    default="identity_center",
    show_default=True,
    help="How people come in, as the access file says.",
)
@click.option("--partition", default="aws", show_default=True, help="The partition of the accounts.")
def permissions_access(way: str, partition: str) -> int:
    """Print the IAM policies that `ishigaki access` needs: to look and take stock, and to carry out and undo.

    Roles with other policies than the shipped ones need those of their plan: `permissions apply --plan`.
    """
    from ishigaki.flows.permissions import of_access
    from ishigaki.standards import permissions as needed
    from ishigaki.standards import write_permissions as writing

    needs = of_access(way)
    documents = {
        "write": writing.policies(needs.write, partition=partition),
        "read": needed.policies(needs.read),
    }
    click.echo(json.dumps(documents, indent=2))
    return 0


@click.group(invoke_without_command=True)
@click.option(
    "--role",
    default="",
    help="Name of the role in the member accounts (default: IshigakiRead, with --write IshigakiWrite).",
)
@click.option("--write", is_flag=True, help="The role that changes, apart from the one that reads.")
@click.option("--people", is_flag=True, help="The role that reads may take stock of credentials, too.")
@changing
@click.pass_context
def bootstrap(
    context: click.Context,
    role: str,
    write: bool,
    people: bool,
    plan_file: Path | None,
    baseline: bool,
    profile_name: str | None,
    file: Path | None,
    standards: tuple[str, ...],
    globs: tuple[str, ...],
    severities: tuple[str, ...],
) -> int:
    """Print the CloudFormation template of the role that reads (or --write, that changes) in each account.

    A scan assumes the first (`role` in estate.toml), apply the second, too (`write_role`). Each may do what the
    chosen controls, the baseline or a plan need, and no more. `bootstrap events` is about the queue of events.
    """
    from ishigaki.flows import permissions as flow
    from ishigaki.standards import permissions as needed
    from ishigaki.standards import write_permissions as writing

    chosen = (standards, globs, severities)
    if context.invoked_subcommand:
        if any((role, write, people, plan_file, baseline, profile_name, file, *chosen)):
            raise UsageError("bootstrap_options")
        return 0
    needs, _ = _needs(plan_file, baseline, profile_name, file, chosen=chosen)
    if write and not needs.write:
        raise UsageError("nothing_written")
    read = sorted({*needs.read, *(flow.of_people() if people else ())}, key=str.lower)
    template = (
        writing.write_role(needs.write, role=role or "IshigakiWrite")
        if write
        else needed.member_role(read, role=role or "IshigakiRead")
    )
    click.echo(json.dumps(template, indent=2))
    return 0


@bootstrap.command()
@click.option(
    "--central-bus",
    default="",
    metavar="ARN",
    help="Forward to this bus (output BusArn of the stack that has the queue) instead of making a queue.",
)
def events(central_bus: str) -> int:
    """Print the CloudFormation template that brings events of AWS's watchers into a queue.

    One stack makes the queue. Every other Region and account gets a stack made with --central-bus.
    """
    from ishigaki.intake.template import template

    click.echo(json.dumps(template(central_bus), indent=2))
    return 0


@click.command()
@click.option(
    "--days", type=click.IntRange(0), default=90, show_default=True, help="Scans older than this go."
)
@common
def prune(days: int, store: Path, lang: str | None) -> int:
    """Delete old snapshots from the store."""
    from ishigaki.store.snapshots import Snapshots

    estate_of(None, lang)
    older, at = timedelta(days=days), now()
    gone = sum(len(Snapshots(kept).prune(older_than=older, now=at)) for kept in (store, store / LOOKS))
    say("pruned", count=gone, days=days)
    return 0
