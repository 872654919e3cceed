"""The named questions: each is understood, and answers what its title says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ishigaki.store.lake import History
from ishigaki.texts.queries import queries
from tests.report.stocktake import DAY, JUMP, LOST, SHOP, person, rows, visit

pytest.importorskip("duckdb")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Yesterday `left` was there and nobody newer, and all accounts were seen; today is the stock-take that is shown."""
    kept = History(tmp_path_factory.mktemp("history"))
    before = [
        person(JUMP, "left"),
        person(JUMP, "jiro"),
        person(SHOP, "deploy-bot"),
        person(LOST, "unknown now"),
    ]
    kept.write(DAY - timedelta(days=1), [*map(visit, (JUMP, SHOP, LOST)), *before])
    kept.write(DAY, rows())
    return kept


def ask(history: History, name: str) -> list[dict[str, Any]]:
    found = history.ask(queries()[name].sql)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "unused_keys": [("deploy-bot", 120)],
    "old_keys": [("deploy-bot", 800)],
    "without_mfa": [("<root_account>", "root"), ("jiro", "human")],
    "without_console": [("deploy-bot", 3)],
    "admins": [("=cmd|calc", False)],
    "outside_trust": [("open", "*"), ("switch", f"arn:aws:iam::{JUMP}:root"), ("partner", "arn:aws:iam::999999999999:root")],
    "access": [("Admin", "")],
    "changes": [("new", "=cmd|calc"), ("new", "hanako.sato"), ("new", "new\x1b[31m"), ("gone", "left")],
    "by_account": [(SHOP, 3, 1, 1, 0, 1), (JUMP, 2, 0, 0, 1, 0), (LOST, None, None, None, None, None)],
}  # fmt: skip
SHOWN = {
    "unused_keys": ("user_name", "idle_days"),
    "old_keys": ("user_name", "age_days"),
    "without_mfa": ("user_name", "used_by"),
    "without_console": ("user_name", "idle_days"),
    "admins": ("user_name", "admin_by"),
    "outside_trust": ("role_name", "principal"),
    "access": ("permission_set", "user_name"),
    "changes": ("change", "user_name"),
    "by_account": ("account", "users", "keys", "old_keys", "without_mfa", "admins"),
}


@pytest.mark.parametrize("name", queries())
def test_it_answers_what_it_says(history: History, name: str) -> None:
    found = [tuple(row[column] for column in SHOWN[name]) for row in ask(history, name)]
    if name == "admins":
        found = [(user, bool(by)) for user, by in found]
    assert sorted(found, key=str) == sorted(ANSWERS[name], key=str)


def test_an_account_that_was_not_seen_says_when_it_was(history: History) -> None:
    lost = next(row for row in ask(history, "by_account") if row["account"] == LOST)
    assert lost["last_good"].isoformat() == "2026-11-20"
    assert not [
        row for row in ask(history, "changes") if row["account"] == LOST
    ]  # nobody left: nobody looked
