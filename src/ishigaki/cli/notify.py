"""`notify`: the file of destinations begun and proven, and each destination proved by a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ishigaki.cli.language import choose, language, say, words
from ishigaki.cli.options import NOTIFY, beginning, common, estate_of, now, zone_of
from ishigaki.cli.output import begin
from ishigaki.core.usage import UsageError

if TYPE_CHECKING:
    from ishigaki.core.destination import Destination
    from ishigaki.flows.destinations import Proof, Proved, Secrets
    from ishigaki.store.proofs import Proof as Proven

FAILED = 1
SILENT = timedelta(days=31)  # a destination that took nothing for so long is to be proved again
AGAIN = timedelta(days=7)  # how far back what did not arrive is sent again

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
    """Where messages go: write, check and test the file."""


@notify.command()
@beginning(NOTIFY)
def init(out: Path, lang: str | None) -> int:
    """Write a first file of destinations, with every key explained."""
    from ishigaki.flows.destinations import template

    choose(lang or "")
    return begin(out, template(language()))


@notify.command()
@file
@common
def check(notify_file: Path, store: Path, lang: str | None) -> int:
    """Prove the file, and show what arrived last. Sends nothing."""
    from ishigaki.flows.destinations import audience, proofs_of, read, told_of
    from ishigaki.notify.secrets import reader
    from ishigaki.notify.send import prepare

    zone = zone_of(estate_of(None, lang))
    found, secrets = read(notify_file), reader(notify_file.parent)
    proofs = proofs_of(store)
    for each in found:
        who = audience(each, language())
        say("notify_entry", name=each.name, channel=each.channel, language=each.language, audience=who)
        for line in told_of(each, language())[1:]:
            click.echo(f"  {line}")
        click.echo(f"  {_proven(proofs.get(each.name), zone)}")
    _warn(found, secrets)
    for each in found:
        proof = proofs.get(each.name)
        if proof and now() - proof.at > SILENT:
            say("notify_silent", err=True, name=each.name, days=(now() - proof.at).days)
        prepare(each, secrets=secrets)
    say("notify_checked", count=len(found))
    return 0


@notify.command()
@file
@click.option("--only", metavar="NAME", default="", help="Only this destination.")
@common
def test(notify_file: Path, only: str, store: Path, lang: str | None) -> int:
    """Send a test message to every destination.

    Exits with 1 where one failed; that is told at another one. What arrived is noted in the store: `ishigaki notify
    check` shows it. What a destination did not take before, and is not over, is sent there again by the next run.
    """
    from ishigaki.store import outbox
    from ishigaki.store.database import opened
    from ishigaki.store.proofs import proved

    estate_of(None, lang)
    kept: dict[str, int] = {}

    def arrived(name: str, at: datetime) -> None:
        proved(engine, name, at)
        kept[name] = outbox.again(engine, name, since=at - AGAIN, now=at)

    with opened(store) as engine:
        code = try_out(notify_file, only=only, proved=arrived)
    for name, count in kept.items():
        if count:
            say("notify_again", name=name, count=count)
    return code


def _proven(proof: Proven | None, zone: tzinfo | None) -> str:
    from ishigaki.report.words import moment

    if proof is None:
        return words("notify_unproved")
    return words("notify_proved", at=moment(proof.at, zone)[language()], how=words(f"notify_by_{proof.kind}"))


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
