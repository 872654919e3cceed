"""Findings become work: what opens, joins, closes and comes back, and what no unseen thing may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ishigaki.core.case import Case, Item, Standing, State
from ishigaki.core.concern import Concern
from ishigaki.core.fault import Fault
from ishigaki.core.finding import Finding, Severity, Status
from ishigaki.core.handling import acknowledge, claim_fixed, extend
from ishigaki.core.response import Decision
from ishigaki.core.triage import Triaged, Verdict, triage, worse
from ishigaki.core.usage import UsageError

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TRACK = Decision("track", "row 1", "because", within="7 days")
URGENT = Decision("track", "row 2", "open", within="24 hours", urgent=True)
ONCE = Decision("notify_once", "row 3", "told")
LEAVE = Decision("leave", "row 4", "left")


def concern(
    resource: str, *, kind: str = "S3.8", owner: str = "shop", faults: int = 1, **more: object
) -> Concern:
    finding = Finding(
        kind,
        "111111111111",
        "ap-northeast-1",
        "AwsS3Bucket",
        resource,
        Status.FAILED,
        tuple(Fault("setting_off") for _ in range(faults)),
    )
    usual = Concern(
        kind,
        "111111111111",
        "ap-northeast-1",
        resource,
        "AwsS3Bucket",
        resource,
        "ishigaki",
        "essential",
        Severity.HIGH,
        "production",
        owner,
        finding=finding,
    )
    return replace(usual, **more)


class Book:
    """Items and cases over several triages."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str, str, str], Item] = {}
        self.cases: dict[str, Case] = {}
        self.now = NOW

    def take(
        self,
        *concerns: Concern,
        decision: Decision | Mapping[str, Decision] = TRACK,
        otherwise: Verdict = "fixed",
        later: timedelta = timedelta(0),
        looked: datetime | None = None,
    ) -> Triaged:
        self.now += later
        hours = {"7 days": 168, "24 hours": 24, "30 days": 720}
        decided = [(c, decision if isinstance(decision, Decision) else decision[c.kind]) for c in concerns]

        def due(start: datetime, within: str) -> datetime:
            return start + timedelta(hours=hours[within])

        found = triage(
            self.items, self.cases, decided, lambda _: otherwise, due, looked=looked or self.now, now=self.now
        )
        self.items |= found.items
        self.cases |= found.cases
        return found

    @property
    def case(self) -> Case:
        (case,) = self.cases.values()
        return case

    def state(self) -> str:
        return self.case.state.value


def whats(found: Triaged) -> list[str]:
    return [t.what for t in found.told]


def test_same_owner_control_and_environment_are_one_case() -> None:
    book = Book()
    found = book.take(concern("a"), concern("b"), concern("c", owner="orders"))
    assert whats(found) == ["opened", "opened"]
    assert {c.owner for c in book.cases.values()} == {"shop", "orders"}
    assert {i.due for i in book.items.values()} == {NOW + 7 * DAY}
    assert whats(book.take(concern("a"), concern("b"), concern("c", owner="orders"))) == []


def test_what_is_urgent_has_a_case_of_its_own() -> None:
    book = Book()
    book.take(concern("a"), concern("b"), decision=URGENT)
    assert len(book.cases) == 2
    assert {c.focus.rpartition("\n")[2] for c in book.cases.values()} == {"a", "b"}


def test_what_one_row_says_of_one_urgent_thing_is_one_case_named_after_the_gravest() -> None:
    book = Book()
    found = book.take(
        concern("sg", kind="EC2.13"),
        concern("sg", kind="EC2.19", severity=Severity.CRITICAL),
        concern("sg", kind="EC2.18"),
        decision=URGENT,
    )
    assert whats(found) == ["opened"]
    assert (book.case.kind, book.case.severity) == ("EC2.19", Severity.CRITICAL)
    book.take(concern("sg", kind="EC2.13"), decision=URGENT, later=DAY)
    assert (book.case.kind, book.case.severity, book.state()) == ("EC2.19", Severity.HIGH, "new")


def test_a_later_one_joins_with_its_own_deadline() -> None:
    book = Book()
    book.take(concern("a"))
    found = book.take(concern("a"), concern("b"), later=2 * DAY)
    assert whats(found) == ["joined"]
    assert book.case.due == NOW + 7 * DAY
    book.take(concern("b"), later=DAY)
    assert book.case.due == NOW + 9 * DAY


def test_only_a_recheck_closes() -> None:
    book = Book()
    book.take(concern("a"))
    assert whats(book.take(otherwise="unseen", later=DAY)) == []
    assert book.state() == "new"
    found = book.take(later=DAY)
    assert whats(found) == ["closed"]
    assert book.state() == "done"
    assert book.case.closed == NOW + 2 * DAY


def test_what_was_claimed_and_still_fails_goes_on() -> None:
    book = Book()
    book.take(concern("a"))
    book.cases[book.case.id] = claim_fixed(book.case, who="sato", now=NOW).case
    found = book.take(concern("a"), later=DAY)
    assert whats(found) == ["not_confirmed"]
    assert book.state() == "fixing"
    assert whats(book.take(concern("a"), later=DAY)) == []


def test_an_older_look_neither_reopens_nor_contradicts() -> None:
    book = Book()
    book.take(concern("a"))
    seen = book.now
    book.cases[book.case.id] = claim_fixed(book.case, who="sato", now=NOW + DAY / 2).case
    assert whats(book.take(concern("a"), later=DAY, looked=seen)) == []
    assert book.state() == "awaiting_confirmation"
    book.take(later=DAY)
    assert whats(book.take(concern("a"), looked=seen)) == []
    assert book.state() == "done"


def test_a_relapse_reopens_with_its_history() -> None:
    book = Book()
    book.take(concern("a"))
    first = book.case.id
    book.take(later=DAY)
    found = book.take(concern("a"), later=DAY)
    assert whats(found) == ["relapsed"]
    assert (book.case.id, book.case.state, book.case.relapses) == (first, State.RELAPSED, 1)
    assert book.case.due == NOW + 9 * DAY
    assert [e.what for e in found.events] == ["reopened", "relapsed"]


def test_an_exception_takes_the_case_and_its_end_brings_it_back() -> None:
    book = Book()
    book.take(concern("a"))
    assert whats(book.take(concern("a", excepted="decided"), later=DAY)) == ["excepted"]
    assert book.state() == "excepted"
    assert whats(book.take(concern("a"), later=DAY)) == ["exception_ended"]
    assert book.state() == "relapsed"
    assert next(iter(book.items.values())).relapses == 0


def test_what_is_told_once_is_told_once_and_again_when_it_returns_or_worsens() -> None:
    book = Book()
    assert whats(book.take(concern("a"), decision=ONCE)) == ["told_once"]
    assert whats(book.take(concern("a"), decision=ONCE)) == []
    assert whats(book.take(concern("a", faults=2), decision=ONCE)) == ["worsened"]
    assert whats(book.take(decision=ONCE)) == []
    assert whats(book.take(concern("a"), decision=ONCE, later=DAY)) == ["relapsed"]
    assert not book.cases


def test_what_is_left_is_watched_all_the_same() -> None:
    book = Book()
    assert whats(book.take(concern("a"), decision=LEAVE)) == []
    book.take(decision=LEAVE)
    assert whats(book.take(concern("a"), decision=LEAVE, later=DAY)) == ["relapsed"]
    assert whats(book.take(concern("a", severity=Severity.CRITICAL), decision=LEAVE)) == ["worsened"]


def test_a_new_owner_takes_the_thing_with_its_deadline() -> None:
    book = Book()
    book.take(concern("a"))
    found = book.take(concern("a", owner="orders"), later=DAY)
    assert whats(found) == ["opened", "excepted"]  # nothing is left for the first owner to do
    new = next(c for c in book.cases.values() if c.open)
    assert (new.owner, new.due) == ("orders", NOW + 7 * DAY)


def test_a_changed_policy_never_makes_work_overdue_at_once() -> None:
    book = Book()
    book.take(concern("a"))
    book.take(concern("a"), decision=URGENT, later=5 * DAY)
    assert next(iter(book.items.values())).due == NOW + 6 * DAY
    longer = Decision("track", "row 9", "longer", within="30 days")
    book.take(concern("a"), decision=longer)
    assert next(iter(book.items.values())).due == NOW + 30 * DAY


def test_a_policy_that_lets_go_closes_the_case_as_excepted() -> None:
    book = Book()
    book.take(concern("a"))
    assert whats(book.take(concern("a"), decision=LEAVE, later=DAY)) == ["excepted"]
    assert book.state() == "excepted"


def test_an_extension_moves_what_is_open_and_needs_a_reason() -> None:
    book = Book()
    book.take(concern("a"), concern("b"))
    later = book.case.due + 3 * DAY
    with pytest.raises(UsageError) as no:
        extend(book.case, book.items.values(), until=later, reason=" ", who="sato", now=NOW)
    assert no.value.code == "extension_reason"
    handled = extend(
        book.case, book.items.values(), until=later, reason="release freeze", who="sato", now=NOW
    )
    book.cases[handled.case.id] = handled.case
    book.items |= {i.identity: i for i in handled.items}
    book.take(concern("a"), later=DAY)
    assert book.case.due == later
    with pytest.raises(UsageError):
        extend(book.case, (), until=NOW, reason="x", who="sato", now=NOW)


def test_a_closed_case_takes_no_more_words() -> None:
    book = Book()
    book.take(concern("a"))
    book.take()
    with pytest.raises(UsageError) as no:
        acknowledge(book.case, who="sato", now=NOW)
    assert no.value.code == "case_closed"


def test_worse_is_more_severe_or_more_faults() -> None:
    assert worse("HIGH a:1", "MEDIUM a:1")
    assert worse("HIGH a:1 b:1", "HIGH a:1")
    assert worse("HIGH a:2", "HIGH a:1")
    assert not worse("HIGH a:1", "HIGH a:1 b:1")
    assert not worse("LOW a:1", "HIGH a:1")


def _tomorrow(start: datetime, _: str) -> datetime:
    return start + DAY


Scan = st.dictionaries(
    st.sampled_from("abcd"), st.sampled_from(["fails", "passes", "unseen", "excepted"]), max_size=4
)


@given(st.lists(st.tuples(Scan, st.sampled_from([TRACK, URGENT, ONCE, LEAVE])), max_size=8))
def test_whatever_happens_the_ledger_is_whole(scans: Iterable[tuple[Mapping[str, str], Decision]]) -> None:
    book = Book()
    for scan, decision in scans:
        told = {n: s for n, s in scan.items() if s in ("fails", "excepted")}
        concerns = [concern(n, excepted="x" if s == "excepted" else "") for n, s in told.items()]
        decided = [(c, decision) for c in concerns]
        book.now += DAY

        def verdict(item: Item, scan: Mapping[str, str] = scan) -> Verdict:
            return "fixed" if scan.get(item.resource) == "passes" else "unseen"

        before = dict(book.items)
        found = triage(book.items, book.cases, decided, verdict, _tomorrow, looked=book.now, now=book.now)
        book.items |= found.items
        book.cases |= found.cases
        again = triage(book.items, book.cases, decided, verdict, _tomorrow, looked=book.now, now=book.now)
        assert (again.items, again.cases, again.events, again.told) == ({}, {}, (), ())
        for item in book.items.values():
            was = before.get(item.identity)
            if scan.get(item.resource, "unseen") == "unseen" and was is not None:
                assert item == was
            if item.case and item.standing is Standing.OPEN:
                case = book.cases[item.case]
                assert case.open
                assert item.due is not None
                assert case.due <= item.due
        for case in book.cases.values():
            left = [i for i in book.items.values() if i.case == case.id and i.standing is Standing.OPEN]
            assert case.open == bool(left)
