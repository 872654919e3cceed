"""The flows of incidents: every command exists, every blank is explained, both languages are there, nothing is unused."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from ishigaki.cli.commands import COMMANDS
from ishigaki.core.incident import Kind
from ishigaki.texts import LANGUAGES, incidents, steps
from tests.laws.test_fix_commands import commands, known_options
from tests.laws.test_steps import CAPITALS

FILE = tomllib.loads(files("ishigaki.texts").joinpath("incidents.toml").read_text(encoding="utf-8"))
STEPS = sorted(FILE["steps"])
EVERY = [(name, command) for name in STEPS for command in FILE["steps"][name].get("commands", ())]
PAGING = {"max-items"}  # the CLI's own, wherever it pages
# What stands in capitals in a command and is meant as it stands.
MEANT = {"AWS", "DAILY", "DIMENSION", "SECURITY", "SERVICE"}
# The order that is not to be left: what undoes the later if it comes first.
BEFORE = [
    ("answer_aws", "keep_evidence"),
    ("keep_evidence", "deactivate"),
    ("second_key", "switch_workload"),
    ("switch_workload", "deactivate"),
    ("deactivate", "watch_errors"),
    ("watch_errors", "delete_"),
    ("snapshot_volumes", "isolate_instance"),
    ("take_out_of_group", "isolate_instance"),
    ("keep_memory", "isolate_instance"),
    ("isolate_instance", "rebuild_instance"),
    ("keep_evidence", "block_public_access"),
]


def test_every_kind_has_its_flow_and_every_step_is_used() -> None:
    assert FILE["kinds"].keys() == {kind.value for kind in Kind}
    assert {step for kind in FILE["kinds"].values() for step in kind["steps"]} == FILE["steps"].keys()


@pytest.mark.parametrize("kind", Kind)
def test_a_flow_begins_with_the_answer_and_ends_with_the_write_up(kind: Kind) -> None:
    order = FILE["kinds"][kind]["steps"]
    assert (order[0], order[-1]) == ("answer_aws", "write_up")
    assert len(order) == len(set(order))
    for earlier, later in BEFORE:
        places = [[n for n, step in enumerate(order) if step.startswith(part)] for part in (earlier, later)]
        assert all(a < b for a in places[0] for b in places[1]), f"{earlier} comes before {later}"


@pytest.mark.parametrize(("step", "command"), EVERY)
def test_a_command_exists_with_its_options(step: str, command: str) -> None:
    if command.startswith("ishigaki "):
        assert command.split()[1] in COMMANDS
        return
    ((service, operation, options),) = commands(command)
    assert not options - known_options(service, operation) - PAGING


@pytest.mark.parametrize(("step", "command"), EVERY)
def test_what_a_command_leaves_open_is_explained(step: str, command: str) -> None:
    # What stands in quotes is JSON or a name of AWS's, and holds blanks of ours only.
    assert set(CAPITALS.findall(command)) - MEANT <= incidents.still_open([command]).keys()


def test_every_explained_blank_is_used() -> None:
    assert incidents.still_open([command for _, command in EVERY]).keys() == FILE["open"].keys()


@pytest.mark.parametrize("step", STEPS)
def test_a_step_says_the_same_in_both_languages(step: str) -> None:
    words = {k: v for k, v in FILE["steps"][step].items() if isinstance(v, dict)}
    assert {"title", "what"} <= words.keys()
    for said in words.values():
        assert said.keys() == set(LANGUAGES)
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", said["ja"])
        assert not re.search(
            r"して下さい|既定|漏えい|ルートアカウント|ユーザ[^ー]|サーバ[^ー]|オーナー", said["ja"]
        )
        ticks = [sorted(re.findall(r"`([^`]+)`", said[language])) for language in LANGUAGES]
        assert ticks[0] == ticks[1]


@pytest.mark.parametrize("step", STEPS)
def test_what_changes_something_says_what_it_breaks_and_who_decides(step: str) -> None:
    said = FILE["steps"][step]
    changing = any(incidents.changes(command) for command in said.get("commands", ()))
    assert "breaks" in said or not changing
    assert "decides" in said or "breaks" not in said


@pytest.mark.parametrize(
    ("command", "changing"),
    [
        ("aws iam update-access-key --user-name a", True),
        ("aws ec2 terminate-instances --instance-ids i", True),
        ("aws iam generate-credential-report", False),
        ("aws cloudtrail lookup-events", False),
        ("ishigaki scan", False),
    ],
)
def test_a_command_that_changes_something_is_told_from_one_that_looks(
    command: str, *, changing: bool
) -> None:
    assert incidents.changes(command) is changing


def test_no_flow_terminates_an_instance_or_detaches_the_quarantine() -> None:
    said = " ".join(command for _, command in EVERY)
    assert "terminate-instances" not in said
    assert "detach-user-policy" not in said


@pytest.mark.parametrize("name", ["a'; rm -rf ~ #", "$(id)", "--all"])
def test_a_hostile_name_reaches_the_shell_as_it_is_or_not_at_all(name: str) -> None:
    for step in incidents.steps_of(Kind.USER, {"USER": name}):
        for command in step.commands:
            assert name not in command or steps.option("--user-name", name) in command


def test_the_flows_were_not_checked_in_the_future() -> None:
    assert incidents.valid_on() <= datetime.now(UTC).date()
