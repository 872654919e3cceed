"""`people trend`, `changes`, `report` and `reasons` over a kept history: what they print, write, refuse and exit with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ishigaki.cli import people_store
from ishigaki.store.lake import History
from tests.cli.shell import ishigaki
from tests.report.people import DAYS, LAKE, LAST, SALES, SHOP, ago, rows

pytest.importorskip("duckdb")
ESTATE = """\
[estate]
discover = "organizations"
time_zone = "Asia/Tokyo"

[people]
goal = [{ date = 2026-07-01, users = 60 }, { date = 2026-12-31, users = 20 }]
"""
REGISTER = f"""\
[[keep]]
account = "{SALES}"
user = "backup-0"
reason = "The appliance cannot take a role"
owner = "it@example.com"
expires = 2027-03-31
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    history = History(folder)
    for days in (0, 1, 7, 30, 60, DAYS - 1):
        history.write(ago(days), rows(days))
    return folder


@pytest.fixture(autouse=True)
def on_the_last_day(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(people_store, "today_of", lambda _: LAST)


def run(monkeypatch: pytest.MonkeyPatch, kept: Path, *arguments: str) -> int:
    return ishigaki(monkeypatch, "people", *arguments, "--store", str(kept))


def test_the_trend_is_measured_by_the_goal_of_the_estate(
    alone: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "estate.toml").write_text(ESTATE, encoding="utf-8")
    assert run(monkeypatch, kept, "trend") == 0
    said = capsys.readouterr().out
    assert "The goal for 2026-11-24 is 28 or fewer" in said
    assert f"1 account was not seen on {LAST}" in said


def test_one_account_has_a_trend_and_no_goal(
    alone: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "estate.toml").write_text(ESTATE, encoding="utf-8")
    assert run(monkeypatch, kept, "trend", "--account", LAKE, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [a["account"] for a in told["accounts"]] == [LAKE]
    assert (told["goal"], told["forecast"]) == ([], None)
    assert told["total"][-1]["carried"] == {LAKE: str(ago(7))}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("trend", "--account", "000000000000"), "knows nothing of 000000000000"),
        (("trend", "--since", "2027-01-01"), "There is no stock-take since 2027-01-01"),
        (("changes", "--since", "noon"), "--since takes yesterday, week or a date"),
        (("reasons", "check", "--reasons", "nowhere.toml"), "nowhere.toml does not exist"),
        (("report", "-o", "."), "is a folder"),
        (("report", "-o", "no/where.html"), "does not exist"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert run(monkeypatch, kept, *arguments) == 2
    assert said in capsys.readouterr().err


def test_without_a_history_there_is_nothing_to_show(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (("trend",), ("changes",), ("report",), ("reasons", "check")):
        assert run(monkeypatch, alone / "empty", *command) == 2
        assert "There is no stock-take yet" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("since", "said"),
    [("yesterday", "since yesterday"), ("week", "since last week"), ("2026-11-01", "since 2026-10-25")],
)
def test_what_changed_is_told_since_then_or_the_stock_take_before(
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    since: str,
    said: str,
) -> None:
    assert run(monkeypatch, kept, "changes", "--since", since) == 0
    told = capsys.readouterr().out
    assert said in told
    assert "trial <b>& (human" in told
    assert f"last seen on {ago(7)}" in told


def test_there_may_be_nothing_to_compare_with(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, kept, "changes", "--since", "2020-01-01") == 0
    assert "nothing to compare" in capsys.readouterr().out


def test_the_page_is_written(
    alone: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "people.toml").write_text(REGISTER, encoding="utf-8")
    assert run(monkeypatch, kept, "report", "--lang", "ja", "--since", str(ago(30))) == 0
    text = (alone / "people.html").read_text(encoding="utf-8")
    assert "The appliance cannot take a role" in text
    assert "<script" not in text
    assert "people.html" in capsys.readouterr().out


def test_users_without_a_reason_are_a_finding_the_new_ones_first(
    alone: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "people.toml").write_text(REGISTER, encoding="utf-8")
    assert run(monkeypatch, kept, "reasons", "check") == 1
    said = capsys.readouterr().out
    assert "1 entry checked: 1 user with a reason, 0 expired" in said
    assert said.index("trial <b>&") < said.index("Without a reason")
    assert f"{SHOP}" in said


def test_the_missing_entries_are_valid_once_they_are_filled_in(
    alone: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, kept, "reasons", "check", "--entries") == 0
    entries = capsys.readouterr().out
    file = alone / "people.toml"
    file.write_text(entries, encoding="utf-8")
    assert run(monkeypatch, kept, "reasons", "check") == 2
    assert "does not say its reason" in capsys.readouterr().err
    filled = entries.replace('reason = ""', 'reason = "needed"').replace(
        'owner = ""', 'owner = "x@example.com"'
    )
    file.write_text(filled, encoding="utf-8")
    assert run(monkeypatch, kept, "reasons", "check") == 0


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_template_is_valid_with_its_example_switched_on(
    alone: Path,
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
) -> None:
    assert ishigaki(monkeypatch, "people", "reasons", "init", "--lang", language) == 0
    assert ishigaki(monkeypatch, "people", "reasons", "init", "--lang", language) == 2
    file = alone / "people.toml"
    lines = [line.removeprefix("# ") for line in file.read_text(encoding="utf-8").splitlines()]
    file.write_text("\n".join(lines[lines.index("[[keep]]") :]), encoding="utf-8")
    capsys.readouterr()
    assert run(monkeypatch, kept, "reasons", "check") == 1
    assert "111122223333" in capsys.readouterr().out  # an account that no stock-take knows
