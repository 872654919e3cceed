"""`ishigaki baseline`: what an account should look like, planned, carried out, checked, found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.carry import carry_out, permitting, way_in
from ishigaki.cli.change import told
from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import LOOKS, common, estate_of, now, plan_to_file, reaching
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.baselines.desired import Baseline
    from ishigaki.core.estate import Estate
    from ishigaki.core.plan import Plan
    from ishigaki.flows.baseline import State
    from ishigaki.standards.choice import Ask
    from ishigaki.store.snapshots import ScanHeader

PENDING, INCOMPLETE = 4, 3
FILE = Path("baseline.toml")
STATE_MARKS = {"holds": "✓", "differs": "✗", "person": "!", "unseen": "?"}


@click.group()
def baseline() -> None:
    """What every account should look like: plan, apply, check, discover."""


def wanting(command: Callable[..., int]) -> Callable[..., int]:
    """The options that say what is wanted of which accounts."""
    for option in (
        click.option(
            "--environment", default="", help="What accounts are for that the estate file says nothing of."
        ),
        click.option(
            "--profile-name",
            type=click.Choice(["standard", "production", "sandbox"]),
            help="This profile, without a file.",
        ),
        click.option(
            "--file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Baseline file (default: baseline.toml, where there is one).",
        ),
    ):
        command = option(command)
    return command


@baseline.command()
@wanting
@plan_to_file
@reaching
@common
def plan(out: Path | None, **given: object) -> int:
    """Look at the accounts and plan what would bring them to their baseline. Changes nothing."""
    _, made, _ = _planned(**given)
    return told(made, out)


@baseline.command()
@wanting
@click.option("--disruptive", is_flag=True, help="DISRUPTIVE changes, too (default: SAFE ones only).")
@permitting
@reaching
@common
def apply(disruptive: bool, yes: bool, cap: int, **given: object) -> int:
    """Bring the accounts to their baseline: look, plan, ask, carry out, prove."""
    from ishigaki.flows.apply import Permit

    _, made, estate = _planned(**given)
    return carry_out(
        made,
        Permit(disruptive, (), cap),
        estate=estate,
        profile=str(given["profile"]),
        store=Path(str(given["store"])),
        yes=yes,
    )


@baseline.command()
@wanting
@reaching
@common
def check(**given: object) -> int:
    """Say of every item whether it holds. Changes nothing; exits with 4 where something differs, 3 where unseen."""
    from ishigaki.flows.baseline import states

    wanted, made, _ = _planned(**given)
    found = states(wanted, made)
    return told_states(found, then="ishigaki baseline plan -o plan.json")


@baseline.command()
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=FILE,
    show_default=True,
    help="Where to write the file.",
)
@click.option("--environment", default="", help="What accounts are for that the estate file says nothing of.")
@reaching
@common
def discover(out: Path, environment: str, **given: object) -> int:
    """Write the baseline file that plans nothing on the accounts as they are. Changes nothing."""
    from ishigaki.flows import baseline as flow
    from ishigaki.flows.planning import Wishes

    if out.exists():
        raise UsageError("file_exists", file=str(out))
    header, asked, estate, store = _look(**given)
    wishes = Wishes(_only(given), environment)
    text, found = flow.discover(
        store, header, asked, estate=estate, now=now(), wishes=wishes, language=language()
    )
    out.write_text(text, encoding="utf-8")
    print_states(found)
    say("written", err=True, path=out)
    say("next_command", err=True, command="ishigaki baseline check")
    return 0


@baseline.command()
@wanting
@click.option("--account", "account", default="", metavar="ID", help="As it is for this account.")
@click.option("--lang", type=click.Choice(["en", "ja"]), help="Language of messages (default: by locale).")
def show(
    account: str, environment: str, profile_name: str | None, file: Path | None, lang: str | None
) -> int:
    """Show every item, its values, and where each value comes from."""
    from ishigaki.baselines.desired import resolve
    from ishigaki.cli.language import choose
    from ishigaki.core.remediation import Around
    from ishigaki.texts import remediation_text

    choose(lang or "")
    for each in resolve(wanted_of(file, profile_name), Around(account, environment=environment)):
        does = remediation_text(each.item.remediation.name).does[language()].format(name=account or "…")
        click.echo(f"{each.item.name}: {does}\n    {each.source[language()]}")
        for name, (value, where) in each.values.items():
            click.echo(f"    {name} = {json.dumps(value, ensure_ascii=False)}  ({where})")
    return 0


def _planned(**given: object) -> tuple[Baseline, Plan, Estate | None]:
    from ishigaki.cli.change import environment_known
    from ishigaki.flows import baseline as flow
    from ishigaki.flows.planning import Wishes

    file, name = given.get("file"), given.get("profile_name")
    wanted = wanted_of(Path(str(file)) if file else None, str(name) if name else None)
    header, asked, estate, store = _look(**given)
    environment = str(given["environment"])
    environment_known(environment, estate)
    wishes = Wishes(_only(given), environment)
    return wanted, flow.plan(wanted, store, header, asked, estate=estate, now=now(), wishes=wishes), estate


def _only(given: dict[str, object]) -> tuple[str, ...]:
    chosen = given["only_accounts"]
    return tuple(str(a) for a in chosen) if isinstance(chosen, (tuple, list)) else ()


def wanted_of(file: Path | None, name: str | None) -> Baseline:
    """The baseline of the options. Raises `UsageError`."""
    from ishigaki.baselines.desired import Baseline
    from ishigaki.flows.baseline import read

    if name:
        return Baseline(profile=name)
    path = file or (FILE if FILE.is_file() else None)
    return read(path) if path else Baseline()


def _look(**given: object) -> tuple[ScanHeader, Ask, Estate | None, Path]:
    from ishigaki.cli.scan import settle_collector, tell_trouble, watching
    from ishigaki.flows.baseline import look

    estate_file = given["estate_file"]
    estate = estate_of(
        Path(str(estate_file)) if estate_file else None, str(given["lang"]) if given["lang"] else None
    )
    store = Path(str(given["store"]))
    access, accounts = way_in(estate, str(given["profile"]), store)
    store /= LOOKS
    only = _only(given)
    chosen = [a for a in accounts if not only or a.id in only]
    for account in only:
        if account not in {a.id for a in accounts}:
            raise UsageError("unknown_account", account=account)
    settle_collector()
    header, asked = look(access, chosen, folder=store, now=now(), watch=watching())
    tell_trouble(header)
    return header, asked, estate, store


def told_states(found: Sequence[State], *, then: str) -> int:
    """Say how each item stands, and what to do `then` where some differ; the exit code."""
    print_states(found)
    counts = Counter(s.state for s in found)
    say(
        "baseline_counts",
        holds=counts["holds"],
        differs=counts["differs"],
        person=counts["person"],
        unseen=counts["unseen"],
    )
    if counts["differs"]:
        say("next_command", err=True, command=then)
    if counts["unseen"]:
        return INCOMPLETE
    return PENDING if counts["differs"] else 0


def print_states(found: Sequence[State]) -> None:
    """How each item stands in each account, with what is to be known of it."""
    from ishigaki.texts import note_text

    for state in found:
        said = words(f"baseline_{state.state}", count=state.changes)
        click.echo(f"{STATE_MARKS[state.state]} {state.account}  {state.item}: {said}")
        for note in state.notes:
            click.echo(f"      {note_text(note, language())}")
