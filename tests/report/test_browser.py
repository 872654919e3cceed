"""The HTML report in Chromium: silent, offline, bilingual, filtered, and readable without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ishigaki.core.fault import fault
from ishigaki.core.finding import Status
from ishigaki.report import html
from tests.report.browser import Page, address, browser
from tests.report.estate import ACCOUNTS, large, row, small

TITLE = "document.querySelector('h1').innerText"
SHOWN = "document.getElementById('shown').textContent"
SET = "(n, v) => { const f = document.getElementById('filter'); f.elements[n].value = v; f.dispatchEvent(new Event('input')); }"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Page]:
    with browser() as page:
        yield page


@pytest.fixture
def page(chromium: Page) -> Page:
    chromium.console.clear()
    chromium.requests.clear()
    return chromium


def show(page: Page, path: Path, text: str, *, width: int = 1280, scripts: bool = True) -> None:
    path.write_text(text, encoding="utf-8")
    page.open(address(path), width=width, scripts=scripts)


def silent(page: Page, path: Path) -> None:
    """Nothing was said on the console, and nothing but the file itself was asked for."""
    assert page.console == []
    assert [r for r in page.requests if not r.startswith("data:")] == [address(path)]


def test_the_language_switches_without_a_reload(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    show(page, path, html.render(small("ja")))
    assert page.ask(TITLE) == "AWS セキュリティレポート"
    page.ask("document.querySelector('label[for=language-en]').click()")
    assert page.ask(TITLE) == "AWS security report"
    assert page.ask("document.documentElement.lang + document.title") == "enAWS security report"
    assert page.ask("document.querySelector('option').textContent") == "All accounts"
    assert page.ask("document.body.innerText.includes('検出結果')") is False
    page.ask("document.querySelector('label[for=language-ja]').click()")
    assert page.ask(TITLE) == "AWS セキュリティレポート"
    silent(page, path)


def test_without_scripts_it_is_read_in_the_language_it_was_made_in(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    show(page, path, html.render(small("en")), scripts=False)
    hidden = "getComputedStyle(document.getElementById('filter')).display"
    assert (page.ask(TITLE), page.ask(hidden)) == ("AWS security report", "none")
    silent(page, path)


def test_findings_are_filtered_by_account_severity_and_text(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    picture = large("en")
    show(page, path, html.render(picture))
    failed = [r for r in picture.findings if r.finding.status is Status.FAILED]
    total = f"{len(failed):,}"
    assert page.ask(SHOWN) == f"{total} / {total}"
    page.ask(f"({SET})('account', '{ACCOUNTS[1][0]}')")
    own = [r for r in failed if r.finding.account == ACCOUNTS[1][0]]
    assert page.ask(SHOWN) == f"{len(own)} / {total}"
    page.ask(f"({SET})('severity', 'HIGH')")
    assert page.ask(SHOWN) == f"{sum(r.severity == 'HIGH' for r in own)} / {total}"
    page.ask(f"({SET})('text', 'no such thing anywhere')")
    assert page.ask(SHOWN) == f"0 / {total}"
    assert page.ask("document.getElementById('none').checkVisibility()") is True
    page.ask(
        "document.querySelector('#filter [type=reset]').click(); new Promise(done => setTimeout(done, 50))"
    )
    assert page.ask(SHOWN) == f"{total} / {total}"
    silent(page, path)


def test_findings_are_filtered_by_what_suppresses_them(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    show(page, path, html.render(small("en")))
    for held, shown in (("open", 3), ("exception", 1), ("policy", 2), ("", 6)):
        page.ask(f"({SET})('held', '{held}')")
        assert page.ask(SHOWN) == f"{shown} / 6"
    silent(page, path)


def test_a_link_to_a_control_opens_it(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    show(page, path, html.render(small("en")))
    page.ask(
        "document.querySelector('a[href=\"#control-S3.8\"]').click(); new Promise(d => setTimeout(d, 50))"
    )
    assert page.ask("document.getElementById('control-S3.8').open") is True
    page.ask("document.getElementById('fold').click()")
    assert page.ask("document.querySelectorAll('details.control:not([open])').length") == 0
    silent(page, path)


def test_a_hostile_name_runs_nothing(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    name = "</script><img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    rows = [row("S3.8", Status.FAILED, resource=name, faults=(fault("setting_off", setting=name),))]
    show(page, path, html.render(small("en", rows)))
    assert page.ask("document.title") == "AWS security report"
    assert page.ask("document.images.length") == 0
    silent(page, path)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(page: Page, tmp_path: Path, width: int) -> None:
    path = tmp_path / "report.html"
    rows = [row("S3.8", Status.FAILED, resource="x" * 300, faults=(fault("setting_off", setting="y" * 300),))]
    show(page, path, html.render(small("ja", rows)), width=width)
    page.ask("document.getElementById('fold').click()")
    assert page.ask("document.documentElement.scrollWidth") <= width
    silent(page, path)


def test_paper_is_a4(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    show(page, path, html.render(small("ja")))
    paper = page.paper()
    assert paper.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 594" in paper or b"/MediaBox [0 0 595" in paper
