"""`intake`: what AWS's watchers told, what could not be read, and taking it in now."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ishigaki.cli.language import language, say, words
from ishigaki.cli.options import (
    access_of,
    common,
    entering,
    estate_of,
    in_estate,
    now,
    profiled,
    reaching,
    zone_of,
)

if TYPE_CHECKING:
    from datetime import tzinfo

    from ishigaki.core.answer import Gap
    from ishigaki.core.concern import Detection
    from ishigaki.flows.intake import Drained

INCOMPLETE = 3
FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
TOLD = (
    "user",
    "access_key",
    "new_access_key",
    "policy",
    "ip",
    "country",
    "port",
    "api",
    "principal",
    "public",
)


@click.group()
def intake() -> None:
    """Show and take in what AWS's watchers report.

    These are GuardDuty, Access Analyzer, Security Hub, CloudTrail and Health.
    """


@intake.command()
@click.option("--all", "over", is_flag=True, help="Also what is over (archived, resolved, dealt with).")
@FORMAT
@common
def show(over: bool, form: str, store: Path, lang: str | None) -> int:
    """Show what came in and is open, newest first."""
    from ishigaki.store.database import opened
    from ishigaki.store.intake import detections
    from ishigaki.store.transactions import reading

    zone = zone_of(estate_of(None, lang))
    with opened(store) as engine, reading(engine) as connection:
        found = detections(connection, over=over)
    if form == "json":
        _print_json(found)
        return 0
    for each in found:
        _tell(each, zone)
    counts = Counter(d.source for d in found)
    listed = ", ".join(f"{source} {count}" for source, count in sorted(counts.items()))
    if found:
        say("intake_shown", count=len(found), sources=listed)
    else:
        say("intake_nothing")
    return 0


def _tell(found: Detection, zone: tzinfo | None) -> None:
    from ishigaki.report.words import known, moment

    say(
        "intake_event" if found.open else "intake_event_over",
        severity=known("severity", found.severity)[language()],
        kind=found.kind,
        account=found.account,
        region=found.region,
        resource=found.resource,
        times=found.count,
        first=moment(found.first_at, zone)[language()],
        last=moment(found.at, zone)[language()],
    )
    facts = [f"{name}={found.facts[name]}" for name in TOLD if name in found.facts]
    if facts:
        click.echo(f"  {' '.join(facts)}")


@intake.command("set-aside")
@FORMAT
@common
def set_aside(form: str, store: Path, lang: str | None) -> int:
    """Show the messages that could not be read, each with its reason."""
    from ishigaki.report.words import moment
    from ishigaki.store.database import opened
    from ishigaki.store.intake import set_aside_list
    from ishigaki.store.transactions import reading

    zone = zone_of(estate_of(None, lang))
    with opened(store) as engine, reading(engine) as connection:
        found = set_aside_list(connection)
    if form == "json":
        _print_json(found)
        return 0
    for kept in found:
        at = moment(kept.received_at, zone)[language()]
        say("intake_aside", id=kept.id, at=at, reason=_reason(kept.reason, kept.detail))
    if found:
        say("intake_aside_count", count=len(found))
    else:
        say("intake_none_aside")
    return 0


@intake.command()
@click.argument("message_id", metavar="ID")
@common
def retry(message_id: str, store: Path, lang: str | None) -> int:
    """Read a message anew that was set aside.

    After an upgrade it may be understood.
    """
    from ishigaki.core.intake import SetAside
    from ishigaki.flows.intake import retry as again
    from ishigaki.store.database import opened

    estate_of(None, lang)
    with opened(store) as engine:
        kept, found = again(engine, message_id, at=now())
    if isinstance(found, SetAside):
        say("intake_still_aside", id=kept.id, reason=_reason(found.reason, found.detail))
        return INCOMPLETE
    say("intake_taken", id=kept.id, count=len(found.detections) + len(found.hub))
    return 0


@intake.command()
@profiled
@in_estate
@click.option(
    "--most", type=click.IntRange(1), default=1_000, show_default=True, help="At most so many messages."
)
@click.option("--seconds", type=click.IntRange(1), default=60, show_default=True, help="For at most so long.")
@click.option(
    "--wait",
    type=click.IntRange(0, 10),
    default=5,
    show_default=True,
    help="Seconds to wait for the first message.",
)
@common
def drain(
    profile: str, estate_file: Path | None, most: int, seconds: int, wait: int, store: Path, lang: str | None
) -> int:
    """Take in what the queue of the estate holds now."""
    from ishigaki.flows import intake as flow
    from ishigaki.store.database import opened

    estate = estate_of(estate_file, lang)
    queue = flow.queue(estate)
    with entering():
        perform = flow.performing(access_of(profile, estate, store))
    with opened(store) as engine:
        done = flow.drain(perform, queue, engine, at=now(), wait=wait, most=most, seconds=seconds)
    return _drained(done)


def _drained(done: Drained) -> int:
    say("intake_drained", count=done.messages, detections=done.detections, hub=done.hub)
    for reason, count in sorted(done.aside.items()):
        say("intake_put_aside", count=count, reason=words(reason))
    if done.more:
        say("intake_more")
    if done.error:
        say("intake_error", err=True, code=done.error, detail=done.message)
        return INCOMPLETE
    return 0


@intake.command()
@reaching
@common
def pull(
    profile: str, estate_file: Path | None, only_accounts: tuple[str, ...], store: Path, lang: str | None
) -> int:
    """Ask GuardDuty and Access Analyzer what they hold open.

    Of every account; for where no queue brings it.
    """
    from ishigaki.flows import estate as estates
    from ishigaki.flows import intake as flow
    from ishigaki.store.database import opened

    estate = estate_of(estate_file, lang)
    access = access_of(profile, estate, store)
    with entering():
        accounts = estates.accounts(access, estate, only=only_accounts)
    seen = flow.pull(access, accounts)
    with opened(store) as engine:
        flow.enter_pulled(engine, seen, at=now())
    say("intake_pulled", count=len(seen.detections), accounts=len(accounts))
    for gap in seen.gaps:
        _tell_gap(gap)
    return INCOMPLETE if seen.gaps else 0


def _tell_gap(gap: Gap) -> None:
    say(
        "intake_gap",
        err=True,
        what=gap.operation,
        region=gap.region or "–",
        code=gap.code,
        item=gap.item or "–",
    )


def _reason(code: str, detail: str) -> str:
    return f"{words(code)}: {detail}" if detail else words(code)


def _print_json(found: Any) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1))
