"""The incident card as it is shown: goldens, commands that can be copied, and names that mean harm."""

from __future__ import annotations

import json
import re
import shlex
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from ishigaki.core.incident import Card, Fact, Kind, Subject, deadline_of, subject_of
from ishigaki.flows.incident import card
from ishigaki.report.incident import render, shell_lines, to_json, to_markdown
from ishigaki.texts import LANGUAGES, Language, incidents, steps
from tests.core.key_ids import key_id
from tests.flows.incident_store import AT, BUCKET, INSTANCE, KEY, SHOP, keep
from tests.report import golden

NOW = (AT + timedelta(hours=2)).astimezone(ZoneInfo("Asia/Tokyo"))
THINGS = {
    "access_key": KEY,
    "user": "uploader",
    "root": f"arn:aws:iam::{SHOP}:root",
    "role": f"arn:aws:iam::{SHOP}:role/web",
    "session": key_id("111122223333", 1, "ASIA"),
    "instance": INSTANCE,
    "bucket": f"arn:aws:s3:::{BUCKET}",
    "unknown": "nobody",
}


@pytest.fixture(autouse=True)
def words() -> None:
    """The controls' own words, unlike in the other documents' tests."""


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Card]:
    store: Path = tmp_path_factory.mktemp("kept")
    keep(store)
    since = NOW - timedelta(hours=3, minutes=20)
    return {
        kind: card(subject_of(text), store=store, estate=None, since=since, now=NOW)
        for kind, text in THINGS.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_the_card_of_a_key_is_as_it_was(cards: dict[str, Card], language: Language, width: int) -> None:
    shown = render(cards["access_key"], language=language, width=width)
    assert "\x1b" not in shown
    golden.check(f"incident.{language}.{width}.txt", shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_of_a_key_is_as_it_was_in_markdown(cards: dict[str, Card], language: Language) -> None:
    golden.check(f"incident.{language}.md", to_markdown(cards["access_key"], language=language))


@pytest.mark.parametrize("kind", ["instance", "bucket", "root"])
def test_other_cards_are_as_they_were(cards: dict[str, Card], kind: str) -> None:
    golden.check(f"incident_{kind}.ja.80.txt", render(cards[kind], language="ja", width=80))


@pytest.mark.parametrize("kind", THINGS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(
    cards: dict[str, Card], kind: str, language: Language, width: int
) -> None:
    shown = render(cards[kind], language=language, width=width)
    assert all(cell_len(line) <= width for line in shown.splitlines())


@pytest.mark.parametrize("kind", THINGS)
def test_json_holds_every_step_and_says_which_command_changes_something(
    cards: dict[str, Card], kind: str
) -> None:
    said = json.loads(to_json(cards[kind]))
    assert said["subject"]["kind"] == kind
    assert said["deadline"] == "2026-11-25T10:40:00+09:00"
    assert len(said["steps"]) == len(incidents.steps_of(Kind(kind), {}))
    for step in said["steps"]:
        changing = [c["command"] for c in step["commands"] if c["changes"]]
        assert not changing or step["breaks"]["ja"]


def test_a_deadline_that_is_past_says_so(cards: dict[str, Card]) -> None:
    since = NOW - timedelta(hours=30)
    late = replace(cards["user"], since=since, deadline=deadline_of(since))
    assert "the deadline was 2026-11-24 (Tue) 08:00 JST" in render(late, language="en", width=120)
    assert "返信期限を過ぎています" in to_markdown(late, language="ja")


def test_what_was_not_seen_is_never_shown_as_absent(cards: dict[str, Card]) -> None:
    blind = replace(cards["access_key"], facts=(Fact("groups", unseen="AccessDenied"), Fact("groups", ())))
    shown = render(blind, language="ja", width=80)
    assert re.search(r"グループ +権限不足のため未確認 \(AccessDenied\)", shown)
    assert re.search(r"グループ +なし", shown)
    unlisted = replace(blind, findings=(), judged=False)
    assert "対象がスキャン結果にないため未確認" in render(unlisted, language="ja", width=80)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_name_steers_neither_terminal_nor_markdown(
    cards: dict[str, Card], language: Language
) -> None:
    name = "x`$(id)`\u202e [a](http://b)"
    card = replace(cards["user"], subject=Subject(name, Kind.USER, name), facts=(Fact("user", name),))
    assert "\u202e" not in render(card, language=language, width=80)
    assert "[a](http" not in to_markdown(card, language=language)


@pytest.mark.parametrize("kind", THINGS)
@pytest.mark.parametrize("width", [40, 76, 116])
def test_a_command_over_several_lines_is_the_same_command(
    cards: dict[str, Card], kind: str, width: int
) -> None:
    for step in incidents.steps_of(Kind(kind), cards[kind].values):
        for command in step.commands:
            lines = shell_lines(command, width)
            assert [_meant(w) for w in typed(lines)] == [_meant(w) for w in shlex.split(command)]


def typed(lines: list[str]) -> list[str]:
    """What a shell makes of these lines: `shlex` alone does not join what a backslash ends."""
    return shlex.split("\n".join(lines).replace(" \\\n", " "))


def _meant(word: str) -> object:
    return json.loads(word) if word.startswith("{") else word


@given(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60), st.integers(30, 100))
def test_any_name_comes_through_the_lines_unharmed(name: str, width: int) -> None:
    command = steps.filled("aws iam delete-access-key --user-name USER --access-key-id AKIA", {"USER": name})
    assert typed(shell_lines(command, width)) == shlex.split(command)
