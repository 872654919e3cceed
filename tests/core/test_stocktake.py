"""The stock-take: what is used, unused, new and unknown; who is counted, and who is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ishigaki.core.export import parse
from ishigaki.core.stocktake import Held, Use, stock_take, used

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (Use(ago(90), ago(300)), "used"),
        (Use(ago(91), ago(300)), "unused"),
        (Use(None, ago(91)), "unused"),
        (Use(None, ago(90)), "new"),
        (Use(None, None), "unused"),
        (Use(code="AccessDenied"), "unknown"),
    ],
)
def test_use_by_the_day(use: Use, said: str) -> None:
    assert used(use, now=NOW, days=90) == said


def test_people_are_counted_once_and_nobody_not_at_all() -> None:
    held = [
        Held("111", "Admin", True, "cloud", "hanako", emails=("h@example.com",)),
        Held("111", "ReadOnly", False, "audit", "hanako"),
        Held("111", "Admin", True, "cloud", "taro", enabled=False),
        Held("111", "Admin", True, "empty"),
        Held("222", "Admin", True, "", "jiro"),
    ]
    uses = {("111", "Admin"): Use(ago(1), ago(300)), ("111", "ReadOnly"): Use(None, ago(300))}
    export = parse(b"email\nh@example.com\n", file="p.csv")
    taken = stock_take(
        held,
        names={"111": "shop"},
        uses=uses,
        unseen={"222": "AccessDenied"},
        export=export,
        now=NOW,
    )
    assert (taken.people, taken.administrators, taken.compared) == (2, 2, 1)
    other, shop = taken.accounts
    assert (other.name, other.unknown, other.leavers) == ("222", 1, 1)
    # hanako is missing once: the export knows the address that only one of the two rows shows
    assert (shop.name, shop.people, shop.administrators, shop.unused, shop.leavers) == ("shop", 1, 1, 1, 1)
    assert {(r.user, r.directory) for r in taken.rows if r.through == "empty"} == {("", "")}


def test_a_role_that_is_not_there_is_unknown() -> None:
    taken = stock_take([Held("111", "Admin", True)], names={}, uses={}, unseen={}, export=None, now=NOW)
    assert [(r.use, r.code, r.directory) for r in taken.rows] == [("unknown", "NoSuchRole", "")]
