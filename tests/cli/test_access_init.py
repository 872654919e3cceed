"""`ishigaki access init`: what it writes is valid as it is, and with all its examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ishigaki.baselines.access import parse
from tests.cli.shell import ishigaki

pytestmark = pytest.mark.usefixtures("alone")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_it_begins_is_valid(alone: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    assert ishigaki(monkeypatch, "access", "init", "--lang", language) == 0
    text = (alone / "access.toml").read_text(encoding="utf-8")
    assert parse(text, file="access.toml").assignments == ()
    lines = text.splitlines()
    examples = [line.removeprefix("# ") for line in lines if " = " in line.split("#")[1] or "# [" in line]
    wanted = parse("\n".join(examples), file="access.toml")
    assert list(wanted.sets) == ["Admin", "PowerUser", "ReadOnly", "Network"]
    assert [a.permission_set for a in wanted.assignments] == ["ReadOnly", "PowerUser", "Admin", "Admin"]
    later = datetime.now(UTC).date() + timedelta(days=60)
    assert all(a.holds_on(later) for a in wanted.assignments)


def test_a_file_that_is_there_is_left_as_it_is(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (alone / "access.toml").write_text("# mine\n")
    assert ishigaki(monkeypatch, "access", "init") == 2
    assert (alone / "access.toml").read_text() == "# mine\n"
