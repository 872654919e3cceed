"""The owner of a user that is to go, warned by message: when it counts, and what is not sent any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from ishigaki.core.footprint import Footprint
from ishigaki.core.retirement import (
    SIGN_IN,
    Credential,
    Event,
    Retirement,
    Seen,
    Sighting,
    State,
    Waits,
    due,
    recorded,
)
from ishigaki.core.warning import Going, letters_of
from ishigaki.flows import warning
from ishigaki.flows.keeper import Postbox
from ishigaki.flows.settling import end, settle
from ishigaki.notify.undelivered import Undelivered
from ishigaki.store import outbox
from ishigaki.store.database import engine
from ishigaki.store.retirements import add, events, standing
from ishigaki.store.transactions import reading, writing
from tests.flows.keeping import ACCOUNTS, MONDAY, SHOP, Company, destination

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
USER, ARN = "hanako", f"arn:aws:iam::{SHOP}:user/hanako"
MADE = MONDAY - 900 * DAY
OF = (SHOP, USER)


@dataclass
class Leaving(Company):
    """A company that retires a user."""

    def record(self, *, why: str = "left") -> None:
        """What a look at the user enters that begins the countdown, as `retire` does it."""
        password = Credential(SIGN_IN, SIGN_IN, MADE)
        sighting = Sighting(self.now, "AIDA1", ARN, (Seen(password, True),))
        with writing(self.engine) as connection:
            add(connection, [recorded(SHOP, USER, sighting, who="taro", why=why)])
            self._written(connection)

    def look(self) -> tuple[str, ...]:
        """For which destinations a warning waits after another look."""
        settle(self.engine, self.store)
        with writing(self.engine) as connection:
            return self._written(connection)

    def _written(self, connection: sa.Connection) -> tuple[str, ...]:
        stands = standing(connection)[OF]
        going = Going(stands, Footprint(SHOP, USER, ARN, MADE), Waits(), "shop")
        warning.withdraw(connection, stands)
        return warning.write(connection, Postbox(self.destinations), going, ACCOUNTS[SHOP], now=self.now)

    @property
    def stands(self) -> Retirement:
        settle(self.engine, self.store)
        with reading(self.engine) as connection:
            return standing(connection)[OF]

    @property
    def history(self) -> list[Event]:
        with reading(self.engine) as connection:
            return events(connection)[OF]

    def queued(self) -> list[str]:
        return [f"{each.destination} {each.key[-1]}" for each in outbox.waiting(self.engine)]


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Leaving]:
    made = engine(tmp_path / "store")
    yield Leaving(made, tmp_path / "store", destinations=(destination("chat"),))
    made.dispose()


def test_queued_is_not_warned_and_sent_is_from_that_time_on(company: Leaving) -> None:
    company.record()
    assert company.queued() == ["chat 1"]
    company.now += 2 * DAY
    assert company.stands.state is State.RECORDED
    assert company.tick() == ["chat: retirement"]
    sent = company.now
    ((_, message),) = company.told
    assert message.due == sent + 7 * DAY, "what was told"
    assert message.assignee == "shop team"
    company.now += DAY
    stands = company.stands
    assert (stands.state, stands.since, due(stands, Waits())) == (State.WARNED, sent, message.due)
    assert company.history[-1].facts["warned"] == "chat"
    assert company.tick(DAY) == []
    assert company.stands == stands, "once"
    assert len(company.history) == 2


class Killed(BaseException):
    """The program ends here, as by a signal."""


def test_killed_before_it_was_marked_it_is_sent_again_and_counts_once(
    company: Leaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*_: object, **__: object) -> None:
        raise Killed

    company.record()
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "sent", dying)
        with pytest.raises(Killed):
            company.tick()
    assert [m.kind for _, m in company.told] == ["retirement"]
    assert company.stands.state is State.RECORDED, "nobody knows that it arrived"
    assert company.tick(HOUR) == ["chat: retirement"]
    again = company.now
    company.tick(HOUR)
    assert (company.stands.state, company.stands.since) == (State.WARNED, again)
    assert [e.what for e in company.history] == [State.RECORDED, State.WARNED]


def test_whoever_is_told_later_has_the_whole_waiting_time_too(company: Leaving) -> None:
    company.destinations = (destination("chat"), destination("mail"))
    company.failing["mail"] = Undelivered("busy")
    company.record()
    assert company.tick() == ["chat: retirement"]
    assert company.stands.state is State.RECORDED
    company.failing.clear()
    assert company.tick(2 * HOUR) == ["mail: retirement"]
    assert (company.stands.state, company.stands.since) == (State.WARNED, company.now)
    assert company.history[-1].facts["warned"] == "chat, mail"


def test_what_nobody_took_warns_nobody(company: Leaving) -> None:
    company.failing["chat"] = Undelivered("gone", permanent=True)
    company.record()
    assert company.tick() == []
    assert company.stands.state is State.RECORDED
    with reading(company.engine) as connection:
        assert warning.waiting(connection, standing(connection)) == {}


def told_otherwise(company: Leaving) -> None:
    with writing(company.engine) as connection:
        add(connection, [Event(SHOP, USER, company.now, "taro", State.WARNED)])
    company.look()


def stays(company: Leaving) -> None:
    assert end(company.engine, Event(SHOP, USER, company.now, "taro", State.RESTORED))


def begins_anew(company: Leaving) -> None:
    company.record(why="new_key")


@pytest.mark.parametrize(
    ("happens", "left"),
    [(told_otherwise, []), (stays, []), (begins_anew, ["chat 2"])],
    ids=["told otherwise", "stays", "begins anew"],
)
def test_what_does_not_hold_any_more_is_not_sent(
    company: Leaving, happens: Callable[[Leaving], None], left: list[str]
) -> None:
    company.record()
    company.now += HOUR
    happens(company)
    assert company.queued() == left
    company.tick()
    assert len(company.told) == len(left)


def test_another_user_whose_name_begins_so_keeps_its_letter(company: Leaving) -> None:
    company.record()
    for name in ("hanako2", "hanak_"):
        with writing(company.engine) as connection:
            outbox.withdraw(connection, letters_of(SHOP, name))
    assert company.queued() == ["chat 1"]
    assert company.look() == ("chat",)


def test_without_destinations_nothing_waits(company: Leaving) -> None:
    company.destinations = ()
    company.record()
    assert company.queued() == []
    company.destinations = (destination("chat"),)
    assert company.look() == ("chat",), "it goes out once there is one"
