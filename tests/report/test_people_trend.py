"""The trend on the terminal and as data: within its columns, and every date of every account in it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ishigaki.core.trend import MEASURES
from ishigaki.report import people_data, people_trend
from ishigaki.report.people_course import signed
from ishigaki.report.people_trend import BARS, sparkline
from ishigaki.texts import LANGUAGES, Language
from tests.report.golden import check
from tests.report.people import DAYS, LAKE, LAST, SHOP, ago, view


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_the_trend_fits_its_columns(language: Language, width: int) -> None:
    text = people_trend.render(view(language), width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    check(f"people_trend.{language}.{width}.txt", text)


def test_a_first_stock_take_is_shown_without_changes() -> None:
    text = people_trend.render(view("en", days=1), width=120)
    assert "A forecast needs four weeks" in text
    assert "±0" not in text


def test_every_date_of_every_account_is_a_line() -> None:
    found = view("en")
    lines = list(csv.DictReader(io.StringIO(people_data.as_csv(found).removeprefix("\ufeff"))))
    assert len(lines) == DAYS * 4
    newest = {line["account"]: line for line in lines if line["date"] == str(LAST)}
    assert newest[LAKE]["figures_of"] == str(ago(3))
    assert newest["total"]["figures_of"] == ""
    assert newest[SHOP]["figures_of"] == str(LAST)
    assert newest["total"]["goal"] == "36"
    total = sum(int(line["users"]) for account, line in newest.items() if account != "total")
    assert int(newest["total"]["users"]) == total


def test_json_says_the_same() -> None:
    found = view("en")
    told = json.loads(people_data.as_json(found))
    assert {a["account"] for a in told["accounts"]} == found.trend.accounts.keys()
    last = told["total"][-1]
    assert {m: last[m] for m in MEASURES} == {m: getattr(found.last.numbers, m) for m in MEASURES}
    assert last["carried"] == {LAKE: str(ago(3))}
    assert told["goal"][0] == {"date": "2026-07-01", "users": 60}
    assert told["forecast"]["course"] == "falling"


@given(st.lists(st.integers(0, 10_000), min_size=1), st.integers(1, 60))
def test_small_bars_are_never_wider_and_end_with_the_newest(values: list[int], width: int) -> None:
    bars = sparkline(values, width)
    assert len(bars) == min(len(values), width)
    assert set(bars) <= set(BARS)
    if values[-1] == max(values):
        assert bars[-1] == (BARS[-1] if values[-1] else BARS[0])


@pytest.mark.parametrize(("change", "said"), [(0, "±0"), (1200, "+1,200"), (-3, "−3")])
def test_a_change_has_its_sign(change: int, said: str) -> None:
    assert signed(change) == said
