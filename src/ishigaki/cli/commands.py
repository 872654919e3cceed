"""The commands, each imported when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

from ishigaki import __version__

COMMANDS: Mapping[str, str] = {
    "scan": "ishigaki.cli.scan:scan",
    "judge": "ishigaki.cli.judge:judge",
    "disagreements": "ishigaki.cli.hub:disagreements",
    "hub": "ishigaki.cli.hub_write:hub",
    "diff": "ishigaki.cli.look:diff",
    "checklist": "ishigaki.cli.checklist:checklist",
    "route": "ishigaki.cli.route:route",
    "plan": "ishigaki.cli.change:plan",
    "apply": "ishigaki.cli.change:apply",
    "undo": "ishigaki.cli.change:undo",
    "runs": "ishigaki.cli.change:runs",
    "baseline": "ishigaki.cli.baseline:baseline",
    "access": "ishigaki.cli.access:access",
    "cases": "ishigaki.cli.cases:cases",
    "run": "ishigaki.cli.run:run",
    "controls": "ishigaki.cli.look:controls",
    "explain": "ishigaki.cli.look:explain",
    "inventory": "ishigaki.cli.look:inventory",
    "people": "ishigaki.cli.people:people",
    "query": "ishigaki.cli.people:query",
    "incident": "ishigaki.cli.incident:incident",
    "stats": "ishigaki.cli.stats:stats",
    "estate": "ishigaki.cli.setup:estate",
    "waivers": "ishigaki.cli.waivers:waivers",
    "notify": "ishigaki.cli.notify:notify",
    "intake": "ishigaki.cli.intake:intake",
    "policy": "ishigaki.cli.policy:policy",
    "secrets": "ishigaki.cli.secrets:secrets",
    "permissions": "ishigaki.cli.setup:permissions",
    "bootstrap": "ishigaki.cli.setup:bootstrap",
    "regions": "ishigaki.cli.regions:regions",
    "prune": "ishigaki.cli.setup:prune",
    "demo": "ishigaki.cli.demo:demo",
}


class Commands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="ishigaki")
def program() -> None:
    """Secure AWS accounts: built, checked, fixed and kept.

    Start with `ishigaki scan`: it reads, and changes nothing. Without an AWS account, try `ishigaki demo`.
    """
