"""Warned is only who was really told: when every letter is sent or given up, and never before the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ishigaki.core.destination import Webhook, recipients
from ishigaki.core.estate import Account
from ishigaki.core.footprint import Footprint
from ishigaki.core.retirement import State, after, recorded
from ishigaki.core.warning import Going, Posted, letter_of, notice_of, warned
from tests.core.test_retirement import KEPT_OUT, WARNED, both, stands

T = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHOP = "111122223333"


def posted(name: str, *, waiting: bool = False, hours: int | None = None, number: int = 1) -> Posted:
    sent_at = None if hours is None else T + hours * HOUR
    return Posted(f"retirement:{SHOP}:hanako:{number}", name, waiting, sent_at)


WAITS, GIVEN_UP = posted("mail", waiting=True), posted("mail")
CHAT, LATER = posted("chat", hours=2), posted("mail", hours=5)


@pytest.mark.parametrize(
    ("letters", "hours", "whom"),
    [
        ((), None, ""),
        ((WAITS,), None, ""),
        ((GIVEN_UP,), None, ""),
        ((CHAT,), 2, "chat"),
        ((CHAT, WAITS), None, ""),
        ((CHAT, GIVEN_UP), 2, "chat"),
        ((CHAT, LATER), 5, "chat, mail"),
        ((posted("chat", hours=-3),), 0, "chat"),
        ((posted("chat", hours=2, number=2),), None, ""),
    ],
)
def test_the_waiting_time_counts_from_the_letter_that_was_sent_last(
    letters: tuple[Posted, ...], hours: int | None, whom: str
) -> None:
    event = warned(stands(), letters)
    if hours is None:
        assert event is None
        return
    assert event is not None
    assert (event.what, event.at) == (State.WARNED, T + hours * HOUR)
    assert event.facts == {"warned": whom, "letter": f"retirement:{SHOP}:hanako:1"}
    assert after(stands(), event).state is State.WARNED


def test_who_is_further_is_not_warned_again_and_who_begins_anew_is() -> None:
    assert warned(stands(WARNED), [CHAT]) is None
    anew = stands(WARNED, KEPT_OUT, recorded(SHOP, "hanako", both(T + 9 * HOUR), who="jiro", why="new_key"))
    assert (letter_of(anew), anew.who, anew.why) == (f"retirement:{SHOP}:hanako:2", "taro", "left")
    assert warned(anew, [CHAT]) is None


def test_the_letter_is_for_whom_hears_of_the_owner_and_of_the_account() -> None:
    account = Account(SHOP, environment="production", owner="shop team")
    seen = Footprint(SHOP, "hanako", "arn:aws:iam::111122223333:user/hanako", T)
    told = notice_of(Going(stands(), seen), account, at=T)
    every = [
        Webhook(name=name, language="en", url="http://127.0.0.1:9", secret="env:X", **narrowed)
        for name, narrowed in NARROWED.items()
    ]
    assert [d.name for d in recipients(told, every)] == ["all", "team", "account"]


NARROWED: dict[str, dict[str, Any]] = {
    "lead": {"audience": ("lead",)},
    "all": {},
    "team": {"owners": ("Shop Team",)},
    "other team": {"owners": ("orders team",)},
    "account": {"accounts": (SHOP,)},
    "other account": {"accounts": ("999999999999",)},
}
