"""What was written back is noted before it is sent, and known on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from ishigaki.core.writeback import DONE, UNDONE, Written
from ishigaki.store.writeback import Writebacks

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def write(id: str = "f", workflow: str = "SUPPRESSED") -> Written:
    return Written("p", id, "r", "111122223333", "r", "S3.8", "arn", "NEW", workflow, "why", AT)


def test_what_is_sent_is_noted_and_what_became_of_it(database: sa.Engine) -> None:
    kept = Writebacks(database)
    kept.note([write(), write("g")])
    assert kept.all() == {("p", "f"): write(), ("p", "g"): write("g")}
    kept.note([msgspec.structs.replace(write(), state=DONE)])
    assert kept.all()["p", "f"].state == DONE
    kept.note([msgspec.structs.replace(write(), state=UNDONE)])
    assert list(kept.all()) == [("p", "g")]


def test_what_was_surely_not_taken_is_as_it_was(database: sa.Engine) -> None:
    kept = Writebacks(database)
    first = msgspec.structs.replace(write(workflow="NOTIFIED"), state=DONE)
    kept.note([first])
    before = kept.all()
    kept.note([write(), write("new")])
    kept.forget([write(), write("new")], before)
    assert kept.all() == {first.key: first}
