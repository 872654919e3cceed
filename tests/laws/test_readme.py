"""What the READMEs claim: their commands exist with those options, their figures are the product's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from ishigaki.cli.commands import program
from ishigaki.flows.catalogue import described

ROOT = Path(__file__).parents[2]
READMES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md")}


def commands(text: str) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line] + re.findall(r"`(ishigaki [^`]+)`", text)


EVERY = [(name, line) for name, text in READMES.items() for line in commands(text)]


@pytest.mark.parametrize(("name", "line"), EVERY)
def test_a_command_of_the_readme_exists(name: str, line: str) -> None:
    first, *arguments = shlex.split(line)
    if first == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return
    assert first == "ishigaki"
    command: click.Command = program
    context = click.Context(program, info_name="ishigaki", **program.context_settings)
    while isinstance(command, click.Group) and arguments:
        found = command.get_command(context, arguments[0])
        assert found is not None, f"{name}: {line}"
        command, arguments = found, arguments[1:]
    if not isinstance(command, click.Group):
        command.make_context(line, list(arguments), parent=context)


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_stand_at_the_top(name: str) -> None:
    assert commands(READMES[name])[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("name", READMES)
def test_the_figures_are_current(name: str) -> None:
    rows = described(names=(), globs=(), severities=())
    judged = sum(r["state"] == "implemented" for r in rows)
    for figure in (len(rows), judged, len(rows) - judged):
        assert re.search(rf"\b{figure}\b", READMES[name]), figure


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", READMES[name]):
        assert (ROOT / target).exists(), target


def test_both_languages_show_the_same_commands() -> None:
    def plain(text: str) -> set[str]:
        return {c.replace(" --lang ja", "") for c in commands(text)}

    assert plain(READMES["README.md"]) == plain(READMES["README.ja.md"])
