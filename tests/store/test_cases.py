"""Cases in the store, on both databases: what went in comes out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from ishigaki.core.case import Event, Standing, State
from ishigaki.core.usage import UsageError
from ishigaki.store import cases as kept
from ishigaki.store.transactions import reading, writing
from tests.core import cases as sample
from tests.core.cases import DAY, T

CASE = replace(
    sample.CASE,
    owner="EC 事業部 <shop@example.com>",
    urgent=True,
    row="essential",
    why={"en": "because", "ja": "理由"},
    audience=("owner", "security"),
)
ITEM = replace(sample.ITEM, owner=CASE.owner, row="essential")
EVENT = Event(CASE.id, T, "ishigaki", "opened", {"within": "7 days"})


def test_what_went_in_comes_out_and_the_later_overwrites(database: sa.Engine) -> None:
    with writing(database) as connection:
        kept.save(connection, cases=[CASE], items=[ITEM], events=[EVENT])
    later = replace(ITEM, standing=Standing.FIXED, since=T + DAY)
    done = replace(CASE, state=State.DONE, closed=T + DAY)
    with writing(database) as connection:
        assert kept.cases(connection) == {CASE.id: CASE}
        assert kept.items(connection) == {ITEM.identity: ITEM}
        kept.save(connection, cases=[done], items=[later], events=[replace(EVENT, what="done", facts={})])
    with reading(database) as connection:
        assert kept.cases(connection) == {CASE.id: done}
        assert kept.cases(connection, only_open=True) == {}
        assert kept.items(connection, cases=[CASE.id]) == {ITEM.identity: later}
        assert [e.what for e in kept.events(connection, case=CASE.id)] == ["opened", "done"]
        assert kept.events(connection)[0] == EVENT
        assert kept.accounts_known(connection, sources=["ishigaki"]) == {ITEM.account}
        assert kept.accounts_known(connection, sources=["guardduty"]) == set()


def test_cases_are_listed_by_what_presses_with_what_is_open_in_them(database: sa.Engine) -> None:
    other = replace(CASE, id="bcde2345", owner="orders", due=T + DAY)
    over = replace(CASE, id="cdef2345", state=State.DONE, assignee="Sato")
    items = [
        replace(ITEM, resource=str(n), account=a, case=c, standing=s)
        for n, (a, c, s) in enumerate(
            [
                ("1" * 12, CASE.id, Standing.OPEN),
                ("2" * 12, CASE.id, Standing.OPEN),
                ("2" * 12, CASE.id, Standing.FIXED),
                ("3" * 12, other.id, Standing.OPEN),
                ("3" * 12, over.id, Standing.FIXED),
            ]
        )
    ]
    with writing(database) as connection:
        kept.save(connection, cases=[CASE, other, over], items=items)
    with reading(database) as connection:
        found = [(x.case.id, x.things, x.accounts) for x in kept.overview(connection)]
        assert found == [(other.id, 1, ("3" * 12,)), (CASE.id, 2, ("1" * 12, "2" * 12))]
        assert [x.case.id for x in kept.overview(connection, account="2" * 12)] == [CASE.id]
        assert [x.case.id for x in kept.overview(connection, owner="orders")] == [other.id]
        assert [x.case.id for x in kept.overview(connection, overdue=T + 2 * DAY)] == [other.id]
        assert [x.case.id for x in kept.overview(connection, kind=ITEM.kind.lower())] == [other.id, CASE.id]
        assert kept.overview(connection, owner="%") == kept.overview(connection, owner="sato") == []
        everything = kept.overview(connection, closed=True)
        assert [(x.case.id, x.things) for x in everything] == [(other.id, 1), (CASE.id, 2), (over.id, 1)]
        assert [x.case.id for x in kept.overview(connection, closed=True, owner="sato")] == [over.id]
        assert over.id not in {x.case.id for x in kept.overview(connection, closed=True, overdue=T + 9 * DAY)}


@pytest.mark.parametrize(
    ("beginning", "code"),
    [("", "case_not_one"), ("x", "unknown_case"), ("ab", "case_not_one"), ("%", "unknown_case")],
)
def test_a_beginning_that_is_not_one_case_is_refused(database: sa.Engine, beginning: str, code: str) -> None:
    with writing(database) as connection:
        kept.save(connection, cases=[CASE, replace(CASE, id="abce2345")])
        assert kept.find(connection, "abcd") == CASE
        with pytest.raises(UsageError) as no:
            kept.find(connection, beginning)
    assert no.value.code == code


def test_what_a_tick_notes_is_there_for_the_next(database: sa.Engine) -> None:
    with writing(database) as connection:
        assert kept.mark(connection, "digest") == ""
        kept.set_mark(connection, "digest", "1")
        kept.set_mark(connection, "digest", "2")
    with reading(database) as connection:
        assert kept.mark(connection, "digest") == "2"
