"""`policy init`: the file of one's own response policy, begun."""

from __future__ import annotations

from pathlib import Path

import click

from ishigaki.cli.language import choose, language, say
from ishigaki.cli.options import POLICY, now


@click.command()
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=POLICY,
    show_default=True,
    help="Where to write it.",
)
@click.option(
    "--lang", type=click.Choice(["en", "ja"]), help="Language of its comments (default: by locale)."
)
def init(out: Path, lang: str | None) -> int:
    """Write a first policy of your own, all of it commented out."""
    from ishigaki.flows.policy_template import write_template

    choose(lang or "")
    write_template(out, language=language(), today=now().date())
    say("written", path=out)
    return 0
