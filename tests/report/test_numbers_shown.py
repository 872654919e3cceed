"""The numbers as they are shown: goldens, no figure without data, one page of paper, a section of the report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from ishigaki.core.numbers import Numbers, Period, Spread, Summary, summary
from ishigaki.report import html
from ishigaki.report.numbers import By, page, render, share_words, span_words, to_json, view
from ishigaki.texts import LANGUAGES, Language
from tests.report import golden
from tests.report.browser import Page, address, browser
from tests.report.histories import NAMES, NOVEMBER, NOW, november, story

ESTATE = "青嶺フーズ株式会社"
NONE = summary([], [], NOVEMBER, now=NOW, accounts={})


@pytest.fixture(autouse=True)
def words() -> None:
    """The controls' own words, unlike in the other documents' tests."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_the_numbers_are_as_they_were_and_fit(language: Language, width: int) -> None:
    shown = render(view(november(), names=NAMES), language=language, width=width)
    assert all(cell_len(line) <= width for line in shown.splitlines())
    assert "\x1b" not in shown
    golden.check(f"stats.{language}.{width}.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_as_it_was(language: Language) -> None:
    golden.check(
        f"monthly.{language}.html", page(view(november(), names=NAMES), language=language, estate=ESTATE)
    )


def test_json_is_as_it_was() -> None:
    golden.check("stats.json", to_json(november()))


@pytest.mark.parametrize("by", ["owner", "control", "account", "environment"])
def test_one_grouping_is_shown_whole(by: By) -> None:
    (only,) = view(november(), by=by).groups
    assert (only.by, only.more, len(only.rows)) == (by, 0, len(getattr(november(), f"by_{by}")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_data_nothing_is_0_or_100(language: Language) -> None:
    text = render(view(NONE), language=language, width=80)
    shown = page(view(NONE), language=language)
    assert not re.search(r"\b(0|100) ?%", text + re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL))
    said = json.loads(to_json(NONE))
    assert (said["total"]["share"], said["total"]["to_fix"], said["before"]) == (None, None, None)


@pytest.mark.parametrize(
    ("acted", "due", "said"),
    [(0, 0, "–"), (0, 3, "0%"), (3, 3, "100%"), (1, 1000, "1%"), (999, 1000, "99%"), (2, 3, "67%")],
)
def test_a_share_is_not_rounded_to_all_or_none(acted: int, due: int, said: str) -> None:
    assert share_words(Numbers(acted=acted, due=due))["ja"] == said


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0.0, "0 分"), (0.5, "30 分"), (1.0, "1 時間"), (47.94, "47.9 時間"), (72.0, "3 日"), (60.0, "2.5 日")],
)
def test_a_time_has_the_unit_that_people_think_in(hours: float, said: str) -> None:
    assert span_words(hours)["ja"] == said


def moved(now: Numbers, then: Numbers) -> dict[str, tuple[str, bool | None]]:
    shown = view(Summary(NOVEMBER, NOW, now, then))
    return {f.name: (f.change["ja"], f.better) for f in shown.figures}


def test_what_moved_says_by_how_much_and_whether_it_is_better() -> None:
    then = Numbers(due=10, acted=5, to_fix=Spread(5, 30.0, 40.0), overdue=3, open=4)
    now = Numbers(due=10, acted=8, to_fix=Spread(5, 20.0, 40.0), overdue=5, open=6)
    told = moved(now, then)
    assert told["share"] == ("前月比 +30 ポイント", True)
    assert told["to_fix"] == ("前月比 −10 時間", True)
    assert told["overdue"] == ("前月比 +2 件", False)
    assert told["to_acknowledge"] == ("比較対象なし", None)
    assert moved(now, now)["share"] == ("前月比 増減なし", None)


def test_a_period_that_is_no_month_is_called_so_and_says_that_it_runs() -> None:
    cases, events, accounts = story()
    period = Period(NOVEMBER.since, NOW.replace(day=15, hour=0))
    made = summary(cases, events, period, now=NOW, accounts=accounts)
    shown = view(made)
    assert shown.title["ja"] == "対応状況のまとめ"
    assert "途中" in shown.note["ja"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_name_stays_text(language: Language) -> None:
    name = "<script>alert(1)</script>\x1b[31m"
    made = replace(november(), by_owner={name: Numbers(due=1, open=1)})
    assert "<script>" not in page(view(made), language=language)
    assert "\x1b" not in render(view(made), language=language, width=80)


def test_the_section_stands_in_the_report() -> None:
    made = view(november(), names=NAMES)
    section = html._environment().get_template("numbers.html.j2").render(numbers=made)
    assert '<section id="numbers"' in section
    assert section.count('lang="ja"') == section.count('lang="en"') > 20
    assert "444455556666" in section


@pytest.fixture(scope="module")
def chromium() -> Iterator[Page]:
    with browser() as opened:
        yield opened


def long_names() -> Summary:
    """As many rows as a page shows and more, each with a name as long as names become."""
    many = {
        f"とても長い名前の部署の第{n}チーム <a-very-long-team-name-{n}@example.co.jp>": Numbers(due=n, open=n)
        for n in range(1, 15)
    }
    return replace(
        november(), by_owner=many, by_account={f"{n:012}": Numbers(due=1, open=n) for n in range(1, 15)}
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_page_of_a4_whatever_names_there_are(
    chromium: Page, tmp_path: Path, language: Language
) -> None:
    path = tmp_path / "monthly.html"
    names = {f"{n:012}": "とても長いアカウントの名前 production" * 2 for n in range(15)}
    path.write_text(page(view(long_names(), names=names), language=language, estate=ESTATE), encoding="utf-8")
    chromium.console.clear()
    chromium.open(address(path), width=794, height=1123)
    assert chromium.ask("document.documentElement.scrollHeight") <= 1123
    assert chromium.ask("document.documentElement.scrollWidth") <= 794
    assert not chromium.console
    paper = chromium.paper()
    assert len(re.findall(rb"/Type /Page\b", paper)) == 1
    assert b"/MediaBox [0 0 594" in paper or b"/MediaBox [0 0 595" in paper
