"""`ishigaki incident`: what to do now, filled in with what is known already."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ishigaki.cli.language import language
from ishigaki.cli.options import common, estate_of, in_estate, now, to_file, zone_of
from ishigaki.cli.output import colored, deliver, in_a_folder, width
from ishigaki.core.usage import UsageError

WIDTH = 100
KINDS = ("user", "role", "bucket")  # what a plain name may be of


@click.command()
@click.argument("thing")
@click.option(
    "--since",
    default="",
    help="When AWS wrote, or when it was noticed: 24 hours count from then (default: now).",
)
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    help="What a plain name is the name of (default: looked up in the scan).",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "md", "json"]), default="text", show_default=True
)
@to_file
@in_estate
@common
def incident(
    thing: str,
    since: str,
    kind: str | None,
    form: str,
    out: Path | None,
    estate_file: Path | None,
    store: Path,
    lang: str | None,
) -> int:
    """Print what to do in an incident, with what is known of it.

    The card says until when AWS waits for an answer, what is known, and what to do in which order. THING is an access
    key id (AKIA…, ASIA…), the name or ARN of a user, a role or a bucket, an instance id (i-…), or an account's number
    for its root user. Reads the newest kept scan; needs no credentials, asks AWS nothing, and runs none of the commands
    that it shows.
    """
    from ishigaki.core.incident import Kind, subject_of
    from ishigaki.flows.incident import card
    from ishigaki.report.incident import render, to_json, to_markdown

    estate = estate_of(estate_file, lang)
    in_a_folder(out)
    here = now().astimezone(zone_of(estate))
    subject = subject_of(thing, kind=Kind(kind) if kind else None)
    made = card(subject, store=store, estate=estate, since=_since(since, here), now=here)
    if form == "json":
        shown = to_json(made)
    elif form == "md":
        shown = to_markdown(made, language=language())
    else:
        columns = width(WIDTH) if out is None else WIDTH
        shown = render(made, language=language(), width=columns, color=colored(out))
    deliver(shown, out)
    return 0


def _since(text: str, now: datetime) -> datetime:
    """The moment that 24 hours count from; a time without a zone is in the reader's. Raises `UsageError`."""
    if not text:
        return now
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("incident_since", text=text) from None
    whole = (told if told.tzinfo else told.replace(tzinfo=now.tzinfo)).astimezone(now.tzinfo)
    if whole > now:
        raise UsageError("incident_future", when=f"{whole:%Y-%m-%d %H:%M %Z}")
    return whole
