"""`people retire` as a user types it: recorded, warned, planned, applied, restored; in both languages, at two widths."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from ishigaki.cli import carry, change, people_store, retire
from ishigaki.cli.commands import program
from ishigaki.core.usage import UsageError
from ishigaki.flows import apply as applying
from ishigaki.store import outbox
from ishigaki.store.database import opened
from ishigaki.store.runs import Journal, Runs, read_plan
from tests.journeys.scenes.leavers import NAME, leaver
from tests.journeys.workshop import ID, TOKYO, Entered, Workshop

RETIRE = ("people", "retire")
THERE = ("--account", ID)


class Desk:
    """The program run in a folder, at a time that the test sets."""

    def __init__(self, folder: Path, out: Callable[[], str]) -> None:
        self.folder, self._out = folder, out
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def run(self, *words: str, lang: str = "en") -> tuple[int, str]:
        """The exit code and what was printed."""
        store = str(self.folder / "store")
        code = program.main([*words, "--store", store, "--lang", lang], standalone_mode=False)
        return int(code), self._out()


@pytest.fixture
def desk(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    leaver(Entered(workshop.running, workshop.folder))
    desk = Desk(tmp_path, lambda: "".join(capsys.readouterr()))
    for module in (retire, carry, change, people_store):
        monkeypatch.setattr(module, "now", desk.now)
    machine = partial(applying.Machine, clock=desk.now, sleep=lambda _: None)
    monkeypatch.setattr(applying, "Machine", machine)
    monkeypatch.setenv("AWS_REGION", TOKYO)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "estate.toml").write_text(
        f'[estate]\nhome_region = "{TOKYO}"\n[[accounts]]\nid = "{ID}"\nenvironment = "sandbox"\n'
        "[people.retire]\nafter_warning_days = 3\n",
        encoding="utf-8",
    )
    return desk


def test_from_the_record_to_the_way_back(desk: Desk) -> None:
    with pytest.raises(UsageError, match="retire_why"):
        desk.run(*RETIRE, NAME, *THERE)
    code, said = desk.run(*RETIRE, NAME, *THERE, "--why", "left the company", "--by", "jiro")
    assert code == 0
    for part in ("recorded: left the company · jiro", "a scream test", "What would break", "What is known"):
        assert part in said
    desk.run(*RETIRE, NAME, *THERE, "--warned", "hanako@example.com")
    file = str(desk.folder / "plan.json")
    desk.at += timedelta(days=3)
    code, said = desk.run(*RETIRE, NAME, *THERE, "-o", file)
    assert code == 4
    assert "Keep the user hanako out of the console" in said
    plan = read_plan(Path(file))
    assert (plan.purpose, [n.code for n in plan.changes[0].notes][:1]) == ("retire", ["retire_is"])
    code, said = desk.run("apply", file, "--disruptive", "--yes")
    assert (code, "score" in said) == (0, False)
    with pytest.raises(UsageError, match="retire_moved"):
        desk.run("apply", file, "--disruptive", "--yes")
    (told,) = json.loads(desk.run(*RETIRE, "status", "--format", "json")[1])
    assert told["stands"]["state"] == "password_disabled"
    assert [e["what"] for e in told["events"]] == ["recorded", "warned", "password_disabled"]
    code, said = desk.run(*RETIRE, "restore", NAME, *THERE, "--yes")
    assert code == 0
    assert "Take back: Keep the user hanako out" in said
    _, said = desk.run(*RETIRE, "status", NAME)
    assert "restored: taken back" in said
    with pytest.raises(UsageError, match="retire_unknown"):
        desk.run(*RETIRE, "restore", NAME, *THERE, "--yes")


def test_who_is_registered_to_stay_stays_though_planned_for(desk: Desk) -> None:
    file = planned(desk)
    entry = f'[[keep]]\naccount = "{ID}"\nuser = "{NAME}"\nreason = "break-glass"\nowner = "security"\n'
    ends = desk.at.date() + timedelta(days=30)
    (desk.folder / "people.toml").write_text(f"{entry}expires = {ends}\n", encoding="utf-8")
    for words in ((*RETIRE, NAME, *THERE), ("apply", file, "--disruptive", "--yes")):
        with pytest.raises(UsageError, match="retire_kept"):
            desk.run(*words)
    (desk.folder / "people.toml").write_text(f"{entry}expires = {desk.at.date() - timedelta(1)}\n")
    assert desk.run("apply", file, "--disruptive", "--yes")[0] == 0


def planned(desk: Desk) -> str:
    """The plan of the first step, in a file."""
    desk.run(*RETIRE, NAME, *THERE, "--why", "left")
    desk.run(*RETIRE, NAME, *THERE, "--warned", "hanako@example.com")
    desk.at += timedelta(days=3)
    file = str(desk.folder / "plan.json")
    assert desk.run(*RETIRE, NAME, *THERE, "-o", file)[0] == 4
    return file


class Killed(BaseException):
    """The process is gone: nothing catches it."""


@pytest.mark.parametrize("kind", ["call", "answer"])
def test_a_run_that_was_killed_goes_on_unless_the_user_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Before the call nothing is known to be done; after it nobody heard the answer."""
    file, write = planned(desk), Journal.write

    def dying(self: Journal, what: Any, *args: Any, **more: Any) -> Any:
        if what == kind:
            raise Killed
        return write(self, what, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "write", dying)
        with pytest.raises(Killed):
            desk.run("apply", file, "--disruptive", "--yes")
    (run,) = Runs(desk.folder / "store").ids()
    if kind == "answer":
        code, said = desk.run(*RETIRE, "restore", NAME, *THERE, "--yes")
        assert (code, "--resume" in said) == (4, True), "whether it was done has to be known first"
        assert desk.run("apply", "--resume", run)[0] == 0
        assert desk.run(*RETIRE, "restore", NAME, *THERE, "--yes", "--why", "on leave")[0] == 0
        assert "on leave" in desk.run(*RETIRE, "status", NAME)[1]
        return
    assert desk.run(*RETIRE, "restore", NAME, *THERE)[0] == 0
    with pytest.raises(UsageError, match="retire_moved"):
        desk.run("apply", "--resume", run)


def test_before_anything_is_done_restoring_is_stopping(desk: Desk) -> None:
    desk.run(*RETIRE, NAME, *THERE, "--why", "left")
    assert desk.run(*RETIRE, "restore", NAME, *THERE, "--why", "she came back")[0] == 0
    assert "she came back" in desk.run(*RETIRE, "status", NAME)[1]


def test_where_messages_go_somewhere_the_owner_is_warned_by_one(desk: Desk) -> None:
    hook = 'channel = "webhook"\nlanguage = "en"\nurl = "http://127.0.0.1:9"\nsecret = "env:HOOK"\n'
    (desk.folder / "notify.toml").write_text(f'[[destinations]]\nname = "chat"\n{hook}', encoding="utf-8")
    code, said = desk.run(*RETIRE, NAME, *THERE, "--why", "left", "--by", "jiro")
    assert code == 0
    for part in (
        "It goes to chat with the next `ishigaki run`",
        "Reason: left",
        "Next: the owner is warned: a message",
    ):
        assert part in said
    (told,) = json.loads(desk.run(*RETIRE, "status", "--format", "json")[1])
    assert (told["queued"], told["stands"]["state"]) == (["chat"], "recorded")
    assert (
        "次回の `ishigaki run` で、担当者への予告を chat に送信します"
        in desk.run(*RETIRE, NAME, *THERE, lang="ja")[1]
    )
    desk.at += timedelta(days=1)
    with opened(desk.folder / "store") as engine:
        (letter,) = outbox.waiting(engine)
        outbox.sent(engine, letter.id, at=desk.at)
    assert "warned (chat)" in desk.run(*RETIRE, "status", NAME)[1]
    desk.at += timedelta(days=3) - timedelta(minutes=1)
    with pytest.raises(UsageError, match="retire_too_early"):
        desk.run(*RETIRE, NAME, *THERE, "--step", "password")
    desk.at += timedelta(minutes=1)
    assert desk.run(*RETIRE, NAME, *THERE, "--step", "password")[0] == 4


def test_what_is_seen_is_told_as_json(desk: Desk) -> None:
    code, said = desk.run(*RETIRE, NAME, *THERE, "--why", "left", "--format", "json")
    told: Any = json.loads(said)
    assert (code, told["plan"], told["told"][0]["next"]) == (0, None, None)
    assert told["told"][0]["footprint"]["policies"] == ["ReadOnlyAccess", "upload"]
    assert {t["region"] for t in told["told"][0]["footprint"]["trails"]} == {TOKYO, "us-east-1"}


def test_it_fits_the_terminal_and_speaks_the_language(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run(*RETIRE, NAME, *THERE, "--why", "left")
    for lang, width in product(("en", "ja"), (80, 120)):
        monkeypatch.setenv("COLUMNS", str(width))
        _, said = desk.run(*RETIRE, NAME, *THERE, lang=lang)
        shown = said.split("\n\n")[0]  # the message below it is to be sent, as it is
        _, status = desk.run(*RETIRE, "status", NAME, lang=lang)
        assert [line for line in f"{shown}\n{status}".splitlines() if cell_len(line) > width] == []
        assert ("無効化による影響確認" in said) is (lang == "ja")
        assert ("記録" in status) is (lang == "ja")
