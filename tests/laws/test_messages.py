"""Every message of the command line exists in English and Japanese with the same blanks, and is used."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "ishigaki"
MESSAGES = tomllib.loads((SOURCE / "texts" / "messages.toml").read_text(encoding="utf-8"))


def blanks(text: str) -> set[str]:
    return {b for _, b, _, _ in string.Formatter().parse(text) if b}


@pytest.mark.parametrize("code", MESSAGES)
def test_a_message_exists_in_both_languages(code: str) -> None:
    words = MESSAGES[code]
    assert words.keys() == {"en", "ja"}
    assert blanks(words["en"]) == blanks(words["ja"])
    assert not re.search(r"して下さい|既定|ホワイトリスト", words["ja"])


def test_every_message_is_said_and_every_said_message_exists() -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in SOURCE.rglob("*.py"))
    said = set(re.findall(r"(?:say|words|UsageError)\(\s*\"(\w+)\"", code))
    assert said <= MESSAGES.keys()
    families = (
        "diff_",
        "explain_",
        "baseline_",
        "delivery_",
        "notify_by_",
    )  # messages whose code is put together
    unsaid = {
        m
        for m in MESSAGES
        if not any(re.search(rf"[\"'](?:{f})?{m.removeprefix(f)}[\"']", code) for f in families)
    }
    assert not unsaid
