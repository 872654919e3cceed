"""Users and keys, tick by tick: what a stock-take changed is told once, and users without a reason become work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ishigaki.core.people import AnyRow, Person, Visit
from ishigaki.core.reasons import Reason
from ishigaki.flows.people_keeping import keeping
from ishigaki.flows.tick import Outside
from ishigaki.store.database import engine
from ishigaki.store.lake import History
from tests.flows.keeping import MONDAY, ORDERS, SHOP, Company, destination

pytest.importorskip("duckdb")
DAY = timedelta(days=1)


class Estate(Company):
    """A company that takes stock of its users, and keeps a register of them or none."""

    register: tuple[Reason, ...] | None = ()

    def outside(self) -> Outside:
        clock = self.clock
        step = keeping(self.keeper(), None, lambda _: self.register, clock=clock)
        return Outside(send=self.send, clock=clock, people=step)

    def clock(self) -> datetime:
        return self.now

    def take(self, *users: str, unseen: bool = False) -> None:
        """A stock-take of this moment: users of the shop, and one account without any."""
        rows: list[AnyRow] = [self._visit(SHOP, seen=not unseen), self._visit(ORDERS)]
        History(self.store).write(self.now.date(), [*rows, *(self._user(u) for u in users)])

    def _visit(self, account: str, *, seen: bool = True) -> Visit:
        return Visit(account=account, collected_at=self.now, seen=seen)

    def _user(self, name: str) -> Person:
        return Person(
            account=SHOP,
            collected_at=self.now,
            what="iam_user",
            user_name=name,
            user_id=f"arn:aws:iam::{SHOP}:user/{name}",
            used_by="machine",
            inactive_keys=0,
        )


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Estate]:
    made = engine(tmp_path / "store")
    told = (destination("mail", audience=("security",)), destination("chat", audience=("owner",)))
    yield Estate(made, tmp_path / "store", destinations=told)
    made.dispose()


def reason(user: str, *, expires: date = date(2027, 6, 1)) -> Reason:
    return Reason(SHOP, user, "needed", "storage@example.com", expires)


def test_users_without_a_reason_become_one_case_that_closes_when_all_are_settled(estate: Estate) -> None:
    estate.register = (reason("kept"),)
    estate.take("kept", "a", "b")
    assert estate.tick() == ["chat: opened"]
    assert estate.cases() == ["user_without_reason shop team new"]
    assert estate.tick(timedelta(hours=1)) == []
    estate.now += DAY
    estate.register = (reason("kept"), reason("a"))
    estate.take("kept", "a")
    assert estate.tick() == ["chat: closed", "mail: people"]
    assert estate.cases() == ["user_without_reason shop team done"]


def test_a_reason_that_ends_makes_work_on_the_day_after(estate: Estate) -> None:
    estate.register = (reason("a", expires=MONDAY.date()),)
    estate.take("a")
    assert estate.tick() == []
    assert estate.tick(DAY) == ["chat: opened"]


def test_an_account_that_was_not_seen_settles_nothing(estate: Estate) -> None:
    estate.take("a")
    estate.tick()
    estate.now += DAY
    estate.take(unseen=True)
    assert estate.tick() == []
    assert estate.cases() == ["user_without_reason shop team new"]


def test_where_nobody_keeps_a_register_nobody_is_asked_for_reasons(estate: Estate) -> None:
    estate.register = None
    estate.take("a")
    assert estate.tick() == []
    assert estate.cases() == []


def test_what_changed_is_told_once_and_what_a_day_taken_anew_adds_is_told_too(estate: Estate) -> None:
    estate.register = None
    estate.take("a")
    estate.tick()
    estate.now += DAY
    estate.take("a", "new")
    assert estate.tick() == ["mail: people"]
    estate.now += timedelta(hours=2)
    estate.take("a", "new")
    assert estate.tick() == []
    estate.now += timedelta(hours=2)
    estate.take("a", "new", "newer")
    assert estate.tick() == ["mail: people"]
    first, second = (m for _, m in estate.told if m.kind == "people")
    assert first.title == "IAM users: 2 (+1 since yesterday) · 1 new"
    assert second.title == "IAM users: 3 (+2 since yesterday) · 2 new"


def test_a_quiet_day_is_not_told(estate: Estate) -> None:
    estate.register = (reason("a"),)
    for _ in range(3):
        estate.take("a")
        assert estate.tick() == []
        estate.now += DAY


def test_without_a_stock_take_nothing_is_done(estate: Estate) -> None:
    assert estate.tick() == []


def test_an_end_that_comes_near_is_told_with_the_news(estate: Estate) -> None:
    estate.register = (reason("a", expires=MONDAY.date() + 8 * DAY),)
    estate.take("a")
    estate.tick()
    estate.now += DAY
    estate.take("a")
    assert estate.tick() == ["mail: people"]
    (told,) = [m for _, m in estate.told if m.kind == "people"]
    assert "Reasons that end soon" in [part.heading for part in told.parts]


class Daily(Estate):
    """A company whose stock is taken by the ticks themselves."""

    def outside(self) -> Outside:
        return Outside(send=self.send, clock=self.clock, collect=self.collect)

    def collect(self) -> dict[str, object]:
        day = self.keeper().calendar.local(self.now).date()
        History(self.store).write(day, [self._visit(SHOP)])
        return {"stock_take": str(day)}


def test_stock_is_taken_once_a_day_of_the_estates_zone(tmp_path: Path) -> None:
    daily = Daily(engine(tmp_path / "store"), tmp_path / "store")
    midnight = datetime(2026, 11, 24, 15, tzinfo=UTC)  # in Tokyo
    for moment in (midnight - timedelta(hours=14), midnight - timedelta(minutes=1), midnight, midnight + DAY):
        daily.now = moment
        daily.tick()
    taken = [facts["stock_take"] for event, facts in daily.said if event == "collect"]
    assert taken == ["2026-11-24", "2026-11-25", "2026-11-26"]
