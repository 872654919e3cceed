"""Route, plan and announcement of the furnished company, from a kept scan alone."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from ishigaki.cli.language import CHOSEN
from ishigaki.cli.main import run
from ishigaki.flows.scan import Outcome
from tests.journeys.conftest import Company


def ishigaki(monkeypatch: pytest.MonkeyPatch, company: Company, *arguments: str) -> int:
    CHOSEN.set(None)
    where = ("--store", str(company.folder / "store"), "--estate", str(company.folder / "estate.toml"))
    monkeypatch.setattr(sys, "argv", ["ishigaki", *arguments, *where])
    with pytest.raises(SystemExit) as ended:
        run()
    return ended.value.code if isinstance(ended.value.code, int) else 0


def test_the_route_of_each_standard_leads_upwards_step_by_step(
    company: Company, seen: Outcome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, company, "route", "--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["scan"] == seen.header.id
    assert [r["standard"] for r in said["routes"]] == list(seen.header.standards)
    for route in said["routes"]:
        steps = [*route["legs"], *route["by_hand"]]
        assert route["legs"]
        assert route["by_hand"]
        assert steps[0]["before"] == route["start"]
        assert all(a["after"] == b["before"] for a, b in pairwise(steps))
        assert route["end"]["passed"] > route["start"]["passed"]
        won = [c for leg in route["legs"] for c in leg["wins"]]
        assert len(won) == len(set(won))
        assert not set(won) & {hand["control"] for hand in route["by_hand"]}


def test_what_only_people_can_do_says_why_and_what_to_write_down(
    company: Company, seen: Outcome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert seen.findings
    assert ishigaki(monkeypatch, company, "route", "--format", "json", "--standard", "fsbp") == 0
    (route,) = json.loads(capsys.readouterr().out)["routes"]
    hands = {hand["control"]: hand for hand in route["by_hand"]}
    assert "software MFA" in hands["IAM.6"]["write_down"]["en"]
    assert all(hand["reasons"] for hand in hands.values())
    assert all(hand["minutes"] > 0 for hand in hands.values())


def test_a_plan_is_announced_to_the_people_of_its_accounts(
    company: Company,
    seen: Outcome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    notice = tmp_path / "notice.md"
    assert ishigaki(monkeypatch, company, "plan", "--announce", str(notice), "--when", "1 December") == 4
    text = notice.read_text(encoding="utf-8")
    assert "# メンテナンスのお知らせ" in text
    assert "1 December" in text
    assert all(a.name in text for a in company.accounts if a.id in seen.judged and not a.suspended)
    assert str(notice) in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--when", "soon"], "--announce"), (["--announce", "no/such/folder.md"], "no/such/folder.md")],
)
def test_a_mistake_about_the_announcement_names_its_remedy(
    options: list[str],
    said: str,
    company: Company,
    seen: Outcome,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert seen.findings
    assert ishigaki(monkeypatch, company, "plan", *options) == 2
    assert said in capsys.readouterr().err
