"""`ishigaki policy init`: what it writes is valid as it is, and with all its examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import ishigaki

pytestmark = pytest.mark.usefixtures("alone")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_it_begins_is_valid(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    assert ishigaki(monkeypatch, "policy", "init", "--lang", language) == 0
    assert ishigaki(monkeypatch, "policy", "check", "--lang", "en") == 0
    assert "0 rows and 0 suppressions of yours" in capsys.readouterr().out
    path = alone / "policy.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    examples = [line.removeprefix("# ") for line in lines if " = " in line or line.startswith("# [")]
    path.write_text("\n".join(examples), encoding="utf-8")
    assert ishigaki(monkeypatch, "policy", "check", "--lang", "en") == 0
    assert "2 rows and 1 suppression" in capsys.readouterr().out


def test_a_policy_that_is_there_is_left_as_it_is(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "policy.toml").write_text("# mine\n")
    assert ishigaki(monkeypatch, "policy", "init") == 2
    assert "--out" in capsys.readouterr().err
    assert (alone / "policy.toml").read_text() == "# mine\n"
    assert ishigaki(monkeypatch, "policy", "init", "-o", "other.toml") == 0
