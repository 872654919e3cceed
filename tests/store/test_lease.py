"""Leases: one holder at a time, until its time is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import sqlalchemy as sa

from ishigaki.store.database import engine
from ishigaki.store.lease import release, renew, take
from ishigaki.store.transactions import writing
from tests.store.processes import at_once

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TOKYO = timezone(timedelta(hours=9))


def test_a_lease_has_one_holder_until_it_ends(database: sa.Engine) -> None:
    assert take(database, "tick", "a", for_=MINUTE, now=NOW)
    assert not take(database, "tick", "b", for_=MINUTE, now=NOW + MINUTE / 2)
    assert take(database, "tick", "a", for_=MINUTE, now=NOW)
    assert take(database, "digest", "b", for_=MINUTE, now=NOW)
    assert take(database, "tick", "b", for_=MINUTE, now=NOW + MINUTE)
    assert not renew(database, "tick", "a", for_=MINUTE, now=NOW + MINUTE)
    assert not take(database, "tick", "a", for_=MINUTE, now=NOW + MINUTE)


def test_a_lease_that_is_renewed_lasts_and_one_given_back_is_free(database: sa.Engine) -> None:
    assert not renew(database, "tick", "a", for_=MINUTE, now=NOW)
    assert take(database, "tick", "a", for_=MINUTE, now=NOW)
    with writing(database) as connection:
        assert renew(connection, "tick", "a", for_=MINUTE, now=NOW + MINUTE)
    assert not take(database, "tick", "b", for_=MINUTE, now=NOW + MINUTE)
    release(database, "tick", "b")
    assert not take(database, "tick", "b", for_=MINUTE, now=NOW + MINUTE)
    release(database, "tick", "a")
    assert take(database, "tick", "b", for_=MINUTE, now=NOW)


def test_times_are_compared_whatever_their_zones(database: sa.Engine) -> None:
    tokyo = NOW.astimezone(TOKYO)
    assert take(database, "tick", "a", for_=MINUTE, now=tokyo)
    assert not take(database, "tick", "b", for_=MINUTE, now=NOW + MINUTE / 2)
    assert take(database, "tick", "b", for_=MINUTE, now=tokyo + MINUTE)


def _try(place: Path | str, holder: str, won: Path) -> None:
    made = engine(place)
    for tick in range(20):
        if take(made, f"tick{tick}", holder, for_=MINUTE, now=NOW):
            with won.open("a", encoding="ascii") as line:
                line.write(f"{tick}\n")
    made.dispose()


def test_of_many_at_once_one_gets_the_lease(place: Path | str, tmp_path: Path) -> None:
    engine(place).dispose()
    won = tmp_path / "won"
    assert set(at_once([(_try, (place, str(n), won)) for n in range(4)])) == {0}
    assert sorted(map(int, won.read_text().split())) == list(range(20))
