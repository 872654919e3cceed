"""The file of exceptions: its template is valid in both languages, holds what a user needs, and is never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import ishigaki

pytestmark = pytest.mark.usefixtures("alone")


def uncommented(text: str) -> str:
    """The template's first two examples as a user would switch them on."""
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    start = lines.index("[[waivers]]")
    kept = [line for line in lines[start:] if line.startswith("[[") or " = " in line]
    return "\n".join(line for line in kept if not line.startswith("tag"))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_template_is_valid_as_it_is_and_with_its_examples_switched_on(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    assert ishigaki(monkeypatch, "waivers", "init", "--lang", language) == 0
    file = alone / "waivers.toml"
    assert ishigaki(monkeypatch, "waivers", "check") == 0
    text = uncommented(file.read_text(encoding="utf-8"))
    assert text.count("[[waivers]]") == 2
    file.write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert ishigaki(monkeypatch, "waivers", "check", "--lang", language) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "arn:aws:s3:::www-example" in said.out


def test_a_file_that_is_there_is_left_as_it_is(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "waivers.toml").write_text("# mine\n", encoding="utf-8")
    assert ishigaki(monkeypatch, "waivers", "init") == 2
    assert "--out" in capsys.readouterr().err
    assert (alone / "waivers.toml").read_text(encoding="utf-8") == "# mine\n"


def test_one_person_may_approve_where_the_estate_says_so(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ishigaki(monkeypatch, "waivers", "init")
    file = alone / "waivers.toml"
    text = uncommented(file.read_text(encoding="utf-8")).replace("security@", "web@")
    file.write_text(text, encoding="utf-8")
    assert ishigaki(monkeypatch, "waivers", "check") == 2
    assert "one_person" in capsys.readouterr().err
    account = '[[accounts]]\nid = "111122223333"\n'
    (alone / "estate.toml").write_text(f"[estate]\none_person = true\n{account}", encoding="utf-8")
    assert ishigaki(monkeypatch, "waivers", "check") == 0
    assert capsys.readouterr().err == ""
