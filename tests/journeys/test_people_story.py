"""The story of an estate's users on the emulator: a month of stock-takes, a new user noticed, all of it on a page."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from msgspec.structs import replace

from ishigaki.core.people import VIEWS, AnyRow, Person
from tests.journeys.test_people import ESTATE, World, founded, world

pytest.importorskip("duckdb")
__all__ = ["founded", "world"]  # fixtures
GOAL = """
goal = [{ date = 2026-01-01, users = 60 }, { date = 2030-01-01, users = 0 }]
"""


def a_month(world: World) -> None:
    """Ten stock-takes of the month before that of today, each with fewer users than the one before."""
    history = world.history
    today = history.days()[-1]
    rows = [cast("AnyRow", row) for kind in VIEWS.values() for row in history.read(kind, today)]
    one = next(row for row in rows if isinstance(row, Person) and row.what == "iam_user")
    for days in range(1, 31, 3):
        more = [replace(one, user_name=f"old-{n}", user_id=f"{one.user_id}-{n}") for n in range(days - 1)]
        history.write(today - timedelta(days=days), [*rows, *more])


def test_a_month_is_shown_and_a_new_user_is_asked_about(world: World) -> None:
    (world.folder / "estate.toml").write_text(ESTATE + GOAL, encoding="utf-8")
    iam = world.client("iam", world.members["shop"])
    iam.create_user(UserName="batch-job")
    world.collect()
    a_month(world)
    iam.create_user(UserName="surprise")
    world.collect()

    trend = world.run("people", "trend")
    assert trend.returncode == 0, trend.stderr
    assert "zero is reached" in trend.stdout

    changed = world.run("people", "changes")
    assert "(+1 since yesterday) · 1 new" in changed.stdout
    assert "surprise" in changed.stdout
    assert "Who are the new users for" in changed.stdout

    checked = world.run("people", "reasons", "check")
    assert checked.returncode == 1
    assert checked.stdout.index("surprise") < checked.stdout.index("batch-job")
    written = world.run("people", "report", "--lang", "ja")
    assert written.returncode == 0, written.stderr
    page = (world.folder / "people.html").read_text(encoding="utf-8")
    assert 'class="plot"' in page
    assert "surprise" in page
