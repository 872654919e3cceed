"""`secrets`: keys kept out of code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import language, say
from ishigaki.cli.options import common, estate_of, in_estate, now, to_file
from ishigaki.cli.output import colored, deliver, in_a_folder, width
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.core.keyforms import Found
    from ishigaki.core.secret import Looked
    from ishigaki.report.secrets import Findings

FOUND, INCOMPLETE = 1, 3
WIDTH = 100
listing = click.option(
    "--allow-list",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Allow list (default: secrets.toml at the repository's root, where there is one).",
)


@click.group()
def secrets() -> None:
    """Keep keys out of code: find them in files, before a commit, and in history.

    \b
    As a hook of git, in .git/hooks/pre-commit (executable):
      #!/bin/sh
      exec ishigaki secrets scan --staged
    \b
    By pre-commit, in .pre-commit-config.yaml, with this repository and a revision of it:
      hooks:
        - id: ishigaki-secrets
    """  # noqa: D301 - click's mark for lines to be left as they are


@secrets.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--staged", is_flag=True, help="What is staged in git and not in HEAD yet: for a hook.")
@click.option("--history", is_flag=True, help="Every version of every file, over all branches and tags.")
@click.option("--ignored", is_flag=True, help="Files that git ignores, too.")
@click.option(
    "--engine/--no-engine",
    default=True,
    show_default=True,
    help="Look for keys of other makers, too, where the extra 'secrets' is installed.",
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "sarif"]), default="table", show_default=True
)
@to_file
@listing
@in_estate
@common
def scan(
    paths: tuple[Path, ...],
    staged: bool,
    history: bool,
    ignored: bool,
    engine: bool,
    form: str,
    out: Path | None,
    file: Path | None,
    estate_file: Path | None,
    store: Path,
    lang: str | None,
) -> int:
    """Look for keys in files and folders (default: the working folder), and say whose they are.

    Whose a key is, whether it works and what it can do is read from the newest stock-take of users
    (`ishigaki people collect`) and the newest kept scan; AWS is not asked. Exits with
    1 where a key was found, with 3 where not everything could be read.
    """
    from ishigaki.core.secret import sort
    from ishigaki.flows.leaked import register
    from ishigaki.flows.secrets import FILE, allowed, finding, root_of
    from ishigaki.report.secrets import Findings

    estate = estate_of(estate_file, lang)
    in_a_folder(out)
    moment = now().astimezone()
    first = paths[0] if paths else Path()
    root = root_of(first)
    entries = allowed(file or root / FILE, today=moment.date(), named=file is not None)
    other = _engine() if engine else None
    looked = _look(paths, staged, history, ignored, root, finding(other))
    sorted_ = sort(looked.hits, entries, today=moment.date())
    told = Findings(
        looked,
        sorted_,
        register(sorted_.counted, store=store, estate=estate),
        moment,
        history=history,
        engine=other is not None,
    )
    deliver(_shown(told, form, out), out)
    if looked.unread:
        return INCOMPLETE
    return FOUND if sorted_.counted else 0


def _look(
    paths: tuple[Path, ...],
    staged: bool,
    history: bool,
    ignored: bool,
    root: Path,
    find: Callable[[str, str], list[Found]],
) -> Looked:
    from ishigaki.flows.secrets import in_files, in_history, in_index
    from ishigaki.source.git import required_top

    if staged + history > 1 or (staged and paths) or (len(paths) > 1 and history):
        raise UsageError("secrets_one_place")
    if staged:
        return in_index(required_top(root), find)
    if history:
        return in_history(required_top(root), find)
    return in_files(paths or (Path(),), find, root=root, ignored=ignored)


def _engine() -> Callable[[str, str], list[Found]] | None:
    """The engine of the extra, where it is installed."""
    if find_spec("kingfisher_sdk") is None:
        return None
    from ishigaki.source.engine import finder

    return finder()


def _shown(told: Findings, form: str, out: Path | None) -> str:
    from ishigaki.report import secrets as document
    from ishigaki.report import secrets_sarif

    if form == "json":
        return document.to_json(told)
    if form == "sarif":
        return secrets_sarif.render(told)
    columns = width(WIDTH) if out is None else WIDTH
    return document.render(told, language=language(), width=columns, color=colored(out))


@secrets.command()
@click.argument("fingerprint", default="")
@click.option("--rule", default="", help="Instead of a fingerprint: everything of this rule …")
@click.option("--path", default="", help="… in this path; * stands for anything.")
@click.option("--reason", required=True, help="Why it may stay.")
@click.option("--owner", default="", help="Who answers for it (default: git's user.email).")
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=180,
    show_default=True,
    help="For how long; then it counts again.",
)
@listing
@common
def allow(
    fingerprint: str,
    rule: str,
    path: str,
    reason: str,
    owner: str,
    days: int,
    file: Path | None,
    store: Path,
    lang: str | None,
) -> int:
    """Let a secret stay: append an entry to the allow list, with a reason, an owner and an end."""
    from ishigaki.core.secret import Allowed
    from ishigaki.flows.secrets import FILE, root_of
    from ishigaki.flows.secrets import allow as append
    from ishigaki.source.git import setting

    estate_of(None, lang)
    today = now().astimezone().date()
    owner = owner or setting(Path(), "user.email")
    if not owner:
        raise UsageError("secret_no_owner")
    if bool(fingerprint) == bool(rule and path) or bool(rule) != bool(path):
        raise UsageError("secret_which")
    entry = Allowed(reason, owner, today + timedelta(days=days), fingerprint, rule, path)
    target = file or root_of(Path()) / FILE
    append(target, entry, language=language(), today=today)
    say("secret_allowed", file=target, expires=entry.expires)
    return 0
