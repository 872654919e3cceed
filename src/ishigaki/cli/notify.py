"""`notify`: the file of destinations begun and proven, and each destination proved by a message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import choose, language, say, words
from ishigaki.cli.options import now
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.core.destination import Destination
    from ishigaki.flows.destinations import Proof, Proved, Secrets

NOTIFY = Path("notify.toml")
FAILED = 1

lang = click.option(
    "--lang", type=click.Choice(["en", "ja"]), help="Language of messages (default: by locale)."
)
file = click.option(
    "--notify",
    "notify_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=NOTIFY,
    show_default=True,
    help="File of destinations.",
)


@click.group()
def notify() -> None:
    """Where messages go: write, check and test the file of destinations."""


@notify.command()
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=NOTIFY,
    show_default=True,
    help="Where to write it.",
)
@lang
def init(out: Path, lang: str | None) -> int:
    """Write a first file of destinations, with every key explained."""
    from ishigaki.flows.destinations import write_template

    choose(lang or "")
    write_template(out, language=language())
    say("written", path=out)
    return 0


@notify.command()
@file
@lang
def check(notify_file: Path, lang: str | None) -> int:
    """Prove the file and its secrets, and list the destinations. Sends nothing."""
    from ishigaki.flows.destinations import audience, read, told_of
    from ishigaki.notify.secrets import reader
    from ishigaki.notify.send import prepare

    choose(lang or "")
    found, secrets = read(notify_file), reader(notify_file.parent)
    for each in found:
        who = audience(each, language())
        say("notify_entry", name=each.name, channel=each.channel, language=each.language, audience=who)
        for line in told_of(each, language())[1:]:
            click.echo(f"  {line}")
    _warn(found, secrets)
    for each in found:
        prepare(each, secrets=secrets)
    say("notify_checked", count=len(found))
    return 0


@notify.command()
@file
@click.option("--only", metavar="NAME", default="", help="Only this destination.")
@lang
def test(notify_file: Path, only: str, lang: str | None) -> int:
    """Send a test message to every destination. Exits with 1 where one failed; that is told at another one."""
    choose(lang or "")
    return try_out(notify_file, only=only)


def try_out(notify_file: Path, *, only: str = "", proved: Proved | None = None) -> int:
    """Test destinations and say how it went; `proved` hears of each that took its message."""
    from ishigaki.flows.destinations import prove, read
    from ishigaki.notify.secrets import reader

    found, secrets = read(notify_file), reader(notify_file.parent)
    chosen = [d for d in found if only in ("", d.name)]
    if not chosen:
        names = ", ".join(d.name for d in found)
        raise UsageError("unknown_destination", file=notify_file, name=only, known=names)
    proofs = []
    for proof in prove(chosen, among=found, secrets=secrets, now=now(), proved=proved):
        _tell(proof)
        proofs.append(proof)
    _warn(found, secrets)
    return FAILED if any(p.failed for p in proofs) else 0


def _tell(proof: Proof) -> None:
    from ishigaki.flows.destinations import reason

    name, channel = proof.destination.name, proof.destination.channel
    if not proof.failed:
        say("notify_sent", name=name, channel=channel)
        return
    say("notify_failed", name=name, channel=channel, reason=reason(proof.failed, language()))
    if proof.told:
        click.echo("  " + words("notify_told", failed=name, name=proof.told))
    else:
        click.echo("  " + words("notify_untold", failed=name))


def _warn(destinations: Sequence[Destination], secrets: Secrets) -> None:
    """Say where one failure could silence everything."""
    from ishigaki.flows.destinations import alike

    same = list(alike(destinations, secrets))
    for first, second in same:
        say("notify_same", err=True, first=first.name, second=second.name)
    channels = {d.channel for d in destinations}
    if len(destinations) < 2:
        say("notify_few", err=True)
    elif len(channels) == 1 and not same:
        say("notify_one_medium", err=True, channel=channels.pop())
