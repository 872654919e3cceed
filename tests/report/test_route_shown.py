"""The route and the cost of security services as they are shown."""

from __future__ import annotations

import json
from datetime import date

import msgspec
import pytest
from rich.cells import cell_len

from ishigaki.core.score import Score
from ishigaki.core.spend import Spend
from ishigaki.report.route import render, to_json
from ishigaki.report.spend import lines
from ishigaki.texts import LANGUAGES, Language
from tests.report import golden
from tests.report.plans import CHANGES, ROUTE, SANDBOX, SHOP, plan, speak

SCAN = "20261124T090000Z-abcdef"


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_the_route_is_as_it_was_and_fits(language: Language, width: int) -> None:
    shown = render([ROUTE], scan=SCAN, home="ap-northeast-1", language=language, width=width)
    assert all(cell_len(line) <= width for line in shown.splitlines())
    assert "\x1b" not in shown
    golden.check(f"route.{language}.{width}.txt", shown)


def test_a_score_that_is_there_needs_no_steps() -> None:
    there = msgspec.structs.replace(
        ROUTE, start=Score(passed=10), legs=(), by_hand=(), unknown=(), unjudged=()
    )
    assert "The score is there already." in render(
        [there], scan=SCAN, home="us-east-1", language="en", width=80
    )


def test_what_lies_beyond_the_aim_is_a_number() -> None:
    near = msgspec.structs.replace(ROUTE, to=95, by_hand=(), legs=ROUTE.legs[:1], more=3)
    shown = render([near], scan=SCAN, home="us-east-1", language="en", width=120)
    assert "These steps reach 95 %. Left out beyond it: 3 steps." in shown


def test_json_holds_every_step_with_its_scores() -> None:
    said = json.loads(to_json([ROUTE], scan=SCAN))
    (only,) = said["routes"]
    assert (said["scan"], only["start"]["low"], only["end"]["passed"]) == (SCAN, 94, 165)
    assert [leg["safety"] for leg in only["legs"]] == ["SAFE", "DISRUPTIVE"]
    assert only["legs"][0]["after"]["passed"] == 164
    assert only["by_hand"][0]["safety"] == "MANUAL"
    assert "waivers" not in only["by_hand"][0]["write_down"]["en"]
    assert "waivers.toml" in only["by_hand"][1]["write_down"]["en"]


def spent(account: str, total: float, error: str = "", **services: float) -> Spend:
    return Spend(account, date(2026, 10, 1), total, services, error)


def test_the_share_is_told_now_and_with_the_plan_against_the_aim() -> None:
    spends = [spent(SHOP, 100.0, Config=4.0), spent(SANDBOX, 0.0, "AccessDeniedException")]
    told = "\n".join(lines(plan(*CHANGES), spends, "en"))
    assert "2026-10" in told
    assert "now USD 4.00 of USD 100.00 in all = 4.0 %" in told
    assert "about USD 7.54 of USD 103.54 = 7.3 %" in told
    assert "OVER 5 %" in told
    assert "not seen (AccessDeniedException)" in told
    assert "ce:GetCostAndUsage" in told


def test_a_month_without_cost_has_no_share() -> None:
    told = "\n".join(lines(plan(), [spent(SHOP, 0.0)], "ja"))
    assert "割合は計算できません" in told
