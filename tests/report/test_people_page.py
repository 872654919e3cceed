"""The page about users and keys in Chromium: silent, without scripts, bilingual, on any width and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from ishigaki.core.forecast import Course, Forecast
from ishigaki.core.people import Key, Person
from ishigaki.core.people_changes import Stock
from ishigaki.core.reasons import Register
from ishigaki.core.trend import Count, trend
from ishigaki.report import people_page
from ishigaki.report.people_html import render
from ishigaki.report.people_picture import PeoplePicture
from ishigaki.texts import LANGUAGES
from tests.report.browser import Page, address, browser
from tests.report.people import LAKE, LAST, SHOP, ago, counts, picture

TITLE = "document.querySelector('h1').innerText"
TEXT = "document.body.innerText"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as found:
        yield found


def show(page: Page, path: Path, shown: PeoplePicture, *, width: int = 1280) -> None:
    page.console.clear()
    page.requests.clear()
    path.write_text(render(shown), encoding="utf-8")
    page.open(address(path), width=width)
    assert page.console == []
    assert [r for r in page.requests if not r.startswith("data:")] == [address(path)]


def test_it_runs_no_script_and_speaks_both_languages(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path / "people.html", picture("ja"))
    assert page.ask("document.scripts.length") == 0
    assert page.ask(TITLE) == "IAM の棚卸しレポート"
    page.ask("document.querySelector('label[for=language-en]').click()")
    assert page.ask(TITLE) == "IAM users and access keys"
    shown = page.ask("document.querySelector('main').innerText")
    assert not re.search("アカウント|キー", shown.replace("販売管理-本番", ""))


@pytest.mark.parametrize("width", [375, 800, 1280])
def test_it_fits_any_width(page: Page, tmp_path: Path, width: int) -> None:
    show(page, tmp_path / "people.html", picture("ja"), width=width)
    assert page.ask("document.documentElement.scrollWidth") <= width
    outside = page.ask(
        "[...document.querySelectorAll('.plot text')].filter(t => { const b = t.getBoundingClientRect();"
        " return b.left < 0 || b.right > innerWidth }).length"
    )
    assert outside == 0


def test_it_shows_the_users_the_goal_and_what_was_carried(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path / "people.html", picture("en"))
    for line in ("users", "carried", "goal", "forecast"):
        assert page.ask(f"document.querySelector('.plot .{line}').getBoundingClientRect().width") > 5
    assert f"1 account was not seen on {LAST}" in page.ask(TEXT)
    assert str(ago(3)) in page.ask("document.querySelector('tr.stale').innerText")
    assert "in 7 days" in page.ask(TEXT) or "2026-12-01" in page.ask(TEXT)
    assert len(page.paper()) > 10_000


def test_what_others_have_named_is_text(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path / "people.html", picture("en"))
    assert "trial <b>&" in page.ask(TEXT)
    assert page.ask("document.querySelectorAll('#users bdi b, #news li b').length") == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("days", [1, 2, 8, 30])
def test_a_young_history_is_shown_too(language: str, days: int) -> None:
    text = render(picture("ja" if language == "ja" else "en", days=days))
    assert ('class="plot"' in text) == (days > 1)
    assert ('class="spark' in text) == (days > 1)
    assert ("four weeks" in text) == (days < 25)


def test_an_estate_without_users_has_arrived() -> None:
    full = picture("en")
    gone = trend([Count(c.day, c.account, c.seen) for c in counts(days=30)])
    text = render(
        replace(
            full,
            stock=Stock(day=LAST, visits=full.stock.visits),
            register=Register(),
            reasons=(),
            view=replace(full.view, trend=gone, forecast=Forecast(Course.REACHED)),
        )
    )
    assert "There is no IAM user left." in text
    assert "There is no active access key." in text


def test_users_are_ranked_and_the_rest_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_page, "MOST", 5)
    found = people_page.users(picture("en"))
    assert len(found.rows) == 5
    assert found.all > 20
    assert found.rows[0].wrong[0] == "root_keys"
    assert "5 of" in render(picture("en"))


def test_keys_are_counted_once_by_age_and_last_use() -> None:
    shown = picture("en")
    heat = people_page.key_heat(shown)
    active = [k for k in shown.stock.keys if k.status == "Active"]
    assert sum(n for found in heat.values() for n in found.values()) == len(active)
    assert heat["d90"]["never"] >= 1


@pytest.mark.parametrize(
    ("age", "idle", "never", "told"),
    [
        (90, 45, False, ("d90", "d45")),
        (91, 46, False, ("d180", "d90")),
        (181, 91, False, ("d365", "d365")),
        (366, 366, False, ("older", "older")),
        (0, 0, True, ("d90", "never")),
        (0, 0, None, ("d90", "unknown")),
    ],
)
def test_keys_are_told_apart_by_age_and_use(
    age: int, idle: int, never: bool | None, told: tuple[str, str]
) -> None:
    key: Key = next(k for k in picture("en").stock.keys)
    shown = replace(key, age_days=age, idle_days=idle, never_used=never)
    assert (people_page._age(shown), people_page._use(shown)) == told


def test_a_root_user_that_is_well_is_no_user_to_show() -> None:
    shown = picture("en")
    roots = [r.person for r in people_page.users(shown).rows if r.person.what == "root"]
    assert [p.account for p in roots] == [SHOP]
    row = next(r for r in people_page.account_rows(shown) if r.id == LAKE)
    assert (row.last_good, row.root_mfa) == (ago(3), True)
    assert isinstance(roots[0], Person)
