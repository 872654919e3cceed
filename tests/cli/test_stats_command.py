"""`ishigaki stats` as it is typed: an empty store, its forms, and mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import ishigaki

pytestmark = pytest.mark.usefixtures("alone")


def test_where_no_case_is_nothing_is_counted_and_it_says_what_opens_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "stats", "--lang", "ja") == 0
    said = capsys.readouterr()
    assert "ishigaki run --once" in said.err
    assert "比較対象なし" in said.out


def test_json_is_for_programs_and_html_for_paper(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "stats", "--month", "2026-01", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["total"]["share"] is None
    (alone / "estate.toml").write_text(
        '[estate]\nname = "Aomine"\ntime_zone = "Asia/Tokyo"\n[[accounts]]\nid = "111122223333"\n',
        encoding="utf-8",
    )
    code = ishigaki(monkeypatch, "stats", "--month", "2026-01", "--format", "html", "-o", "page.html")
    written = (alone / "page.html").read_text(encoding="utf-8")
    assert (code, "Aomine" in written, "2026-01-31 (JST)" in written) == (0, True, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--month", "2026"], "--month 2026 is not a month"),
        (["--since", "soon"], "--since soon is not a day"),
        (["--month", "2999-01"], "lies ahead"),
        (["--month", "2026-01", "--since", "2026-01-01"], "not both"),
        (["-o", "nowhere/page.html"], "nowhere"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert ishigaki(monkeypatch, "stats", *arguments) == 2
    assert told in capsys.readouterr().err
