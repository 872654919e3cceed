"""Commands that messages, reports and errors tell people to type: each exists, with its options and arguments."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest

from ishigaki.cli.commands import program
from ishigaki.core.case import Case, State
from ishigaki.core.finding import Severity
from ishigaki.report.cases import commands

SOURCE = Path(__file__).parents[2] / "src" / "ishigaki"
T = datetime(2026, 11, 23, tzinfo=UTC)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


ALL = [t for p in SOURCE.rglob("*.toml") for t in texts(tomllib.loads(p.read_text(encoding="utf-8")))]
QUOTED = sorted({line for text in ALL for line in re.findall(r"`(ishigaki [^`]+)`", text)})


def command_of(line: str) -> tuple[click.Command, list[str], click.Context]:
    """The command that a line names, with what follows it."""
    _, *arguments = shlex.split(line)
    command: click.Command = program
    context = click.Context(program, info_name="ishigaki", **program.context_settings)
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        found = command.get_command(context, arguments[0])
        assert found is not None, line
        command, arguments = found, arguments[1:]
    return command, arguments, context


@pytest.mark.parametrize("line", QUOTED)
def test_a_command_in_a_text_exists_with_its_options(line: str) -> None:
    command, arguments, _ = command_of(line)
    known = {o for p in command.params for o in p.opts}
    assert {a for a in arguments if a.startswith("-")} <= known


def case(kind: str) -> Case:
    return Case("abcd2345", kind, "a", "production", Severity.HIGH, False, State.NEW, T, T, T, T)


ACTIONS = tomllib.loads((SOURCE / "texts" / "notices.toml").read_text(encoding="utf-8"))["action"]
WHOLE = sorted(
    {
        m.group()
        for words in ACTIONS.values()
        for t in words.values()
        for m in [re.search(r"ishigaki [^()]*", t)]
        if m
    }
    | {f"ishigaki {line}" for kind in ("EC2.19", "root_sign_in") for _, line in commands(case(kind), [])}
)


@pytest.mark.parametrize("line", WHOLE)
def test_what_can_be_done_can_be_typed(line: str) -> None:
    typed = re.sub(r"\{\w+\}", "abcd2345", line).replace("YYYY-MM-DD", "2026-12-24")
    command, arguments, context = command_of(typed.partition(" で確認")[0])
    command.make_context(line, arguments, parent=context)
