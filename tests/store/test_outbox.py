"""The outbox: once per key and destination, each letter by one sender, and nothing lost when a sender dies."""

from __future__ import annotations

import os
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from ishigaki.core.notice import Notice
from ishigaki.core.warning import Posted
from ishigaki.store import outbox
from ishigaki.store.database import engine
from ishigaki.store.outbox import Letter
from ishigaki.store.proofs import Proof, proofs, proved
from ishigaki.store.schema import OUTBOX
from ishigaki.store.transactions import reading, within, writing
from tests.store.processes import at_once

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def letter(
    key: str, destination: str = "slack", *, thread: str = "", at: datetime = NOW, urgent: bool = False
) -> Letter:
    notice = Notice(key, "opened", at, ("owner",), thread=thread, urgent=urgent, facts={"語": "値\0"})
    return outbox.letter(destination, notice, not_before=at)


def enter(database: sa.Engine, *letters: Letter) -> None:
    with writing(database) as connection:
        outbox.put(connection, letters, now=NOW)


def claim(
    database: sa.Engine, holder: str = "one", *, now: datetime = NOW, limit: int = 100
) -> tuple[Letter, ...]:
    return outbox.claim(database, holder, now=now, limit=limit, lease_s=60)


def states(database: sa.Engine) -> Counter[str]:
    with reading(database) as connection:
        return Counter(connection.execute(sa.select(OUTBOX.c.state)).scalars())


def test_the_same_key_goes_to_a_destination_once(database: sa.Engine) -> None:
    enter(database, letter("a"), letter("a", "mail"), letter("b"), letter("b"))
    for taken in claim(database):
        outbox.sent(database, taken.id, at=NOW)
    enter(database, letter("a", at=NOW + MINUTE), letter("c"))
    assert [(each.key, each.destination) for each in outbox.waiting(database)] == [("c", "slack")]
    assert states(database) == {"sent": 3, "waiting": 1}


def test_a_letter_holds_the_notice_as_it_was(database: sa.Engine) -> None:
    made = letter("a", thread="case:1")
    enter(database, made)
    (taken,) = claim(database)
    assert taken.notice == made.notice
    assert (taken.id, taken.kind, taken.thread, taken.not_before) == (made.id, "opened", "case:1", NOW)
    with pytest.raises(msgspec.DecodeError):
        _ = msgspec.structs.replace(taken, body='{"key": 1}').notice


def test_nothing_is_entered_when_the_decision_is_not(database: sa.Engine) -> None:
    def decide() -> None:
        with writing(database) as connection:
            outbox.put(connection, [letter("a")], now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        decide()
    assert outbox.waiting(database) == ()


def test_what_is_due_is_claimed_urgent_first_then_oldest(database: sa.Engine) -> None:
    enter(
        database,
        letter("new", at=NOW),
        letter("old", at=NOW - MINUTE),
        letter("later", at=NOW + MINUTE),
        letter("urgent", at=NOW, urgent=True),
    )
    assert [each.key for each in claim(database, limit=2)] == ["urgent", "old"]
    assert [each.key for each in claim(database, "two")] == ["new"]
    assert [each.key for each in outbox.waiting(database)] == ["urgent", "old", "new", "later"]


def test_a_claim_ends_by_its_time_and_what_the_late_one_says_of_failure_is_not_heard(
    database: sa.Engine,
) -> None:
    enter(database, letter("a"))
    (first,) = claim(database, "first")
    assert claim(database, "second", now=NOW + MINUTE / 2) == ()
    (second,) = claim(database, "second", now=NOW + MINUTE)
    assert (first.tries, second.tries, second.claimed_by) == (1, 2, "second")
    outbox.failed(database, first, "too late", retry_at=NOW)
    assert claim(database, "third", now=NOW + MINUTE) == ()
    outbox.sent(database, second.id, at=NOW)
    outbox.failed(database, second, "after all")
    assert states(database) == {"sent": 1}


def test_what_failed_is_tried_again_at_its_time_or_never(database: sa.Engine) -> None:
    enter(database, letter("a"))
    (taken,) = claim(database)
    secret = "/services/T01234567/B01234567/abcdefghijklmnopqrstuvwx"
    outbox.failed(database, taken, f"url: {secret} \0" + "x" * 900, retry_at=NOW + MINUTE)
    assert claim(database) == ()
    (again,) = claim(database, now=NOW + MINUTE)
    assert again.error.startswith("url: /services/*** x")
    assert len(again.error) == outbox.ERROR_LENGTH
    outbox.failed(database, again, "gone")
    assert states(database) == {"failed": 1}
    assert claim(database, now=NOW + 9 * MINUTE) == ()


def test_what_was_claimed_can_be_folded_into_the_digest(database: sa.Engine) -> None:
    enter(database, letter("a"), letter("b"))
    taken, other = claim(database)
    outbox.fold(database, taken)
    outbox.sent(database, other.id, at=NOW)
    assert states(database) == {"folded": 1, "sent": 1}
    assert claim(database, now=NOW + 9 * MINUTE) == ()
    with reading(database) as connection:
        assert outbox.folded(connection, since=NOW - MINUTE) == {taken.notice.owner: 1}
        assert outbox.folded(connection, since=NOW + MINUTE) == {}


def test_the_first_message_of_a_thread_is_found_and_the_day_counted(database: sa.Engine) -> None:
    assert outbox.reference_of(database, "slack", "t") is None
    enter(
        database,
        *(letter(k, thread="t") for k in "abc"),
        letter("m", "mail", thread="t"),
        letter("o", thread="other"),
    )
    for n, taken in enumerate(sorted(claim(database), key=lambda each: each.key)):
        reference = {"ts": taken.key, "語": "値"} if taken.key != "a" else None
        outbox.sent(database, taken.id, reference=reference, at=NOW + n * MINUTE)
    assert outbox.reference_of(database, "slack", "t") == {"ts": "b", "語": "値"}
    assert outbox.reference_of(database, "mail", "t") == {"ts": "m", "語": "値"}
    assert outbox.reference_of(database, "mail", "other") is None
    assert outbox.sent_today(database, "slack", NOW) == 4
    assert outbox.sent_today(database, "slack", NOW + MINUTE) == 3
    assert outbox.sent_today(database, "mail", NOW + 9 * MINUTE) == 0


def test_destinations_are_proved_and_the_latest_proof_stays(database: sa.Engine) -> None:
    proved(database, "slack", NOW, kind="heartbeat")
    proved(database, "mail", NOW)
    proved(database, "mail", NOW + MINUTE)
    proved(database, "mail", NOW - MINUTE)
    with within(database) as connection:
        proved(connection, "mail", NOW, kind="heartbeat")
        assert len(proofs(connection)) == 3
    assert proofs(database) == (
        Proof("mail", "heartbeat", NOW),
        Proof("mail", "test", NOW + MINUTE),
        Proof("slack", "heartbeat", NOW),
    )


def _send_all(place: Path | str, holder: str, told: Path) -> None:
    """A sender: each letter is a line in the file of what has arrived."""
    made = engine(place)
    with told.open("a", encoding="ascii") as arrived:
        while taken := claim(made, holder, limit=7):
            for each in taken:
                arrived.write(f"{each.id}\n")
                arrived.flush()
                outbox.sent(made, each.id, at=NOW)
    made.dispose()


def test_four_senders_at_once_send_each_letter_once(place: Path | str, tmp_path: Path) -> None:
    made = engine(place)
    enter(made, *(letter(str(n)) for n in range(500)))
    made.dispose()
    files = [tmp_path / f"told{n}" for n in range(4)]
    assert at_once([(_send_all, (place, f.name, f)) for f in files]) == [0] * 4
    told = [line for f in files for line in f.read_text().splitlines()]
    assert Counter(told) == Counter(letter(str(n)).id for n in range(500))
    assert states(made) == {"sent": 500}
    made.dispose()


def _die(place: Path | str, told: Path, after: str) -> None:
    """A sender that is killed with its second letter: after the `claim`, or after the `send`, unmarked."""
    made = engine(place)
    first, second, *_ = claim(made, "dying", limit=5)
    with told.open("a", encoding="ascii") as arrived:
        arrived.write(f"{first.id}\n")
        outbox.sent(made, first.id, at=NOW)
        if after == "send":
            arrived.write(f"{second.id}\n")
        arrived.flush()
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(("after", "duplicates"), [("claim", 0), ("send", 1)])
def test_a_sender_that_is_killed_loses_nothing(
    after: str, duplicates: int, place: Path | str, tmp_path: Path
) -> None:
    made = engine(place)
    letters = [letter(str(n)) for n in range(10)]
    enter(made, *letters)
    made.dispose()
    told = tmp_path / "told"
    assert at_once([(_die, (place, told, after))]) == [-signal.SIGKILL]
    _send_all(place, "early", told)
    assert states(made) == {"sent": 6, "sending": 4}  # the claim of the dead one still runs
    for taken in claim(made, "late", now=NOW + MINUTE):
        with told.open("a", encoding="ascii") as arrived:
            arrived.write(f"{taken.id}\n")
        outbox.sent(made, taken.id, at=NOW)
    counted = Counter(told.read_text().splitlines())
    assert set(counted) == {each.id for each in letters}
    assert sum(counted.values()) - len(letters) == duplicates
    assert states(made) == {"sent": 10}
    made.dispose()


def _die_deciding(place: Path | str) -> None:
    made = engine(place)
    with writing(made) as connection:
        outbox.put(connection, [letter("a")], now=NOW)
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_decision_that_is_killed_leaves_nothing_and_blocks_nobody(place: Path | str) -> None:
    made = engine(place)
    made.dispose()
    assert at_once([(_die_deciding, (place,))]) == [-signal.SIGKILL]
    enter(made, letter("b"))
    assert [each.key for each in outbox.waiting(made)] == ["b"]
    made.dispose()


def test_what_became_of_letters_is_told_and_what_does_not_hold_is_taken_back(database: sa.Engine) -> None:
    enter(database, letter("a_b:1"), letter("a_b:1", "mail"))
    for each in claim(database):
        if each.destination == "slack":
            outbox.sent(database, each.id, at=NOW)
        else:
            outbox.failed(database, each, "gone")
    enter(database, letter("a_b:1", "teams"), letter("a_b:2"), letter("axb:1"))
    keys = ["a_b:1", "a_b:2", "axb:1"]
    with writing(database) as connection:
        assert outbox.posted(connection, []) == ()
        assert outbox.posted(connection, keys[:1]) == (
            Posted("a_b:1", "mail", waiting=False),
            Posted("a_b:1", "slack", waiting=False, sent_at=NOW),
            Posted("a_b:1", "teams", waiting=True),
        )
        outbox.withdraw(connection, "a_b:", but="a_b:2")
        left = sorted((p.key, p.waiting) for p in outbox.posted(connection, keys))
    assert left == [("a_b:1", False), ("a_b:2", True), ("axb:1", True)]
