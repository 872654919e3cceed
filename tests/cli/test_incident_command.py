"""`ishigaki incident` as it is typed: without credentials, a network or a scan, and with mistakes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from ishigaki.core.incident import ANSWER_WITHIN
from tests.cli.shell import ishigaki
from tests.flows.incident_store import KEY, SHOP, keep


@pytest.fixture(autouse=True)
def wide(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def test_the_card_needs_neither_scan_nor_credentials(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "incident", KEY, "--lang", "ja") == 0
    shown = capsys.readouterr().out
    assert "スキャンを待たずに、手順を始めてください" in shown
    assert SHOP in shown
    assert "JST" in shown


def test_the_card_is_written_with_what_the_newest_scan_knows(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(alone / ".ishigaki")
    code = ishigaki(monkeypatch, "incident", "uploader", "--format", "md", "--lang", "ja", "-o", "card.md")
    assert code == 0
    assert "card.md" in capsys.readouterr().out
    written = (alone / "card.md").read_text(encoding="utf-8")
    assert "aws iam delete-login-profile --user-name uploader" in written
    assert "- [ ]" in written or "### [ ]" in written


def test_24_hours_count_from_when_aws_wrote(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = ishigaki(
        monkeypatch, "incident", KEY, "--since", "2026-01-05T18:00", "--format", "json", "--lang", "ja"
    )
    said = json.loads(capsys.readouterr().out)
    assert (code, said["deadline"]) == (0, "2026-01-06T18:00:00+09:00")
    assert ishigaki(monkeypatch, "incident", KEY, "--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    left = datetime.fromisoformat(said["deadline"]) - datetime.fromisoformat(said["since"])
    assert left == ANSWER_WITHIN


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"], "secret access key"),
        ([" "], "Name what the incident is about"),
        ([KEY, "--since", "yesterday"], "--since yesterday is not a time"),
        ([KEY, "--since", "2999-01-01"], "lies ahead"),
        ([KEY, "-o", "nowhere/card.md"], "nowhere"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert ishigaki(monkeypatch, "incident", *arguments) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert "bPxRfiCY" not in said.err + said.out


def test_the_store_is_left_as_it_is(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(alone / ".ishigaki")
    before = {p: p.stat().st_mtime_ns for p in alone.rglob("*") if p.is_file()}
    assert ishigaki(monkeypatch, "incident", KEY, "--since", "2026-11-20T09:00") == 0
    assert {p: p.stat().st_mtime_ns for p in alone.rglob("*") if p.is_file()} == before
