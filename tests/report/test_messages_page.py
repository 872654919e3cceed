"""The page of messages: it holds all it shows, shows markup as text, and fits a phone."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import msgspec
import pytest

from ishigaki.report.messages import page
from ishigaki.texts import LANGUAGES, Language
from tests.report.browser import address, browser
from tests.report.notices import examples, message


@pytest.fixture(autouse=True)
def words() -> None:
    """Messages are read with the words that controls really have."""


def sent(language: Language) -> str:
    made = [(f"#{told.kind}", message(told, language)) for told in examples(language).values()]
    return page(made, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_for_nothing_and_runs_nothing(language: Language) -> None:
    text = sent(language)
    assert "default-src 'none'" in unescape(text)
    assert "<script" not in text
    assert " src=" not in text
    assert text.count("<article") == len(examples(language))
    assert f'<html lang="{language}">' in text


def test_markup_in_a_name_is_text() -> None:
    told = examples("en")["opened_urgent"]
    items = tuple(msgspec.structs.replace(i, name="<script>alert(1)</script>") for i in told.items)
    text = page([("<b>#x</b>", message(msgspec.structs.replace(told, items=items), "en"))], "en")
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<b>#x</b>" not in text


def test_no_messages_are_a_page_too() -> None:
    assert "送信するメッセージはありません。" in page([], "ja")


def test_a_browser_shows_it_without_complaint_and_no_wider_than_a_phone(tmp_path: Path) -> None:
    path = tmp_path / "messages.html"
    path.write_text(sent("ja"), encoding="utf-8")
    with browser() as tab:
        for width in (375, 1280):
            tab.open(address(path), width=width)
            assert tab.ask("document.documentElement.scrollWidth") <= width
        assert tab.ask("document.querySelectorAll('article').length") == len(examples("ja"))
        assert not tab.console
        assert all(url.startswith(("file:", "data:", "about:")) for url in tab.requests)
