"""Retirements in the store, on both databases: what went in comes out, in its order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from ishigaki.core.retirement import Credential, Event, Seen, Sighting, State, follow, recorded
from ishigaki.store.retirements import add, events, standing
from ishigaki.store.transactions import reading, writing

T = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ACCOUNT, OTHER = "111111111111", "222222222222"
KEY = Credential("access_key", "AKIAIOSFODNN7EXAMPLE", T - timedelta(days=400))


def begun(account: str, user: str) -> Event:
    sighting = Sighting(T, f"AIDA-{user}", f"arn:aws:iam::{account}:user/{user}", (Seen(KEY, False),))
    return recorded(account, user, sighting, who="太郎", why="退職のため")


def test_what_went_in_comes_out_in_its_order(database: sa.Engine) -> None:
    warned = Event(ACCOUNT, "hanako", T, "taro", State.WARNED, "", {"warned": "hanako@example.com"})
    told = [begun(ACCOUNT, "hanako"), begun(ACCOUNT, "taro"), begun(OTHER, "hanako"), warned]
    with writing(database) as connection:
        add(connection, told)
        add(connection, [])
    with reading(database) as connection:
        assert events(connection)[ACCOUNT, "hanako"] == [told[0], warned]
        assert events(connection, account=OTHER) == {(OTHER, "hanako"): [told[2]]}
        assert events(connection, user="taro") == {(ACCOUNT, "taro"): [told[1]]}
        stand = standing(connection, account=ACCOUNT)
    assert stand[ACCOUNT, "hanako"] == follow([told[0], warned])
    assert stand[ACCOUNT, "hanako"].off == (KEY,)
    assert stand[ACCOUNT, "taro"].state is State.RECORDED
