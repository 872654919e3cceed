"""The register of users that stay: exact, for a while, with every mistake told; who is not in it is a detection."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ishigaki.core.concern import Detection, Source
from ishigaki.core.finding import Severity
from ishigaki.core.people import Person, Row, Visit
from ishigaki.core.reasons import Reason, beside, ending, parse, settled, staying, without_reason
from ishigaki.core.response_file import is_detection
from ishigaki.core.usage import UsageError
from ishigaki.core.written import LONGEST, State
from ishigaki.texts import LANGUAGES, message

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
ONE, TWO = "111122223333", "444455556666"
WHOLE = f"""\
# users that stay
[[keep]]
account = "{ONE}"
user = "backup"
reason = "The backup appliance cannot take a role."
owner = "storage@example.com"
expires = 2027-03-31
review = 2026-12-31

[[keep]]
account = "{TWO}"
user = "smtp"
reason = "SES over SMTP"
owner = "mail@example.com"
expires = 2027-11-25
"""


def read(text: str) -> tuple[Reason, ...]:
    return parse(text, file="people.toml", today=TODAY)


def reason(user: str = "backup", account: str = ONE, *, days: int = 100, review: int | None = None) -> Reason:
    due = None if review is None else TODAY + timedelta(days=review)
    return Reason(account, user, "needed", "storage@example.com", TODAY + timedelta(days=days), due)


def person(user: str, account: str = ONE, **told: Any) -> Person:
    given: dict[str, Any] = {"what": "iam_user", "used_by": "machine", "collected_at": AT, **told}
    return Person(account=account, user_name=user, user_id=f"arn:aws:iam::{account}:user/{user}", **given)


def visit(account: str = ONE, *, seen: bool = True) -> Visit:
    return Visit(account=account, collected_at=AT, seen=seen)


def test_a_register_is_read() -> None:
    one, two = read(WHOLE)
    assert (one.name, one.review) == ((ONE, "backup"), date(2026, 12, 31))
    assert (two.expires - TODAY, two.review) == (LONGEST, None)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (WHOLE + "[[keep", "file_not_toml", "16"),
        (WHOLE.replace('user = "smtp"\n', ""), "reason_lacks", 10),
        (WHOLE.replace('"SES over SMTP"', '" "'), "reason_lacks", 13),
        (WHOLE.replace(f'"{TWO}"', '"production"'), "reasons_invalid", 11),
        (WHOLE.replace("review", "reviewed"), "reasons_invalid", 8),
        (WHOLE.replace('"smtp"', '"smtp-*"'), "reason_pattern", 12),
        (WHOLE.replace(TWO, ONE).replace("smtp", "backup"), "reason_twice", 12),
        (WHOLE.replace("2027-11-25", "2027-11-26"), "reason_period", 15),
        (WHOLE.replace("2026-12-31", "2027-04-01"), "reason_review", 8),
    ],
)
def test_a_mistake_is_told_with_its_line_and_remedy(text: str, code: str, line: object) -> None:
    with pytest.raises(UsageError) as told:
        read(text)
    assert (told.value.code, told.value.facts["line"]) == (code, line)
    for language in LANGUAGES:
        assert "people.toml" in message(code, language, **told.value.facts)


def test_users_are_told_apart_by_their_reasons() -> None:
    rows = [visit(), *(person(n) for n in ("backup", "old", "new", "reviewed"))]
    register = [reason(), reason("old", days=-1), reason("reviewed", days=10, review=0), reason("gone")]
    found = beside(rows, register, today=TODAY)
    assert [(s.person.user_name, s.state, s.review_due) for s in found.stays] == [
        ("backup", State.IN_FORCE, False),
        ("reviewed", State.ENDS_SOON, True),
    ]
    assert [s.person.user_name for s in found.expired] == ["old"]
    assert [p.user_name for p in found.without] == ["new"]
    assert [r.user for r in found.idle] == ["gone"]


def test_a_reason_of_an_account_that_was_not_seen_is_not_idle() -> None:
    assert beside([visit(seen=False)], [reason("gone")], today=TODAY).idle == ()


def test_a_reason_of_an_account_that_is_nowhere_is_idle() -> None:
    assert len(beside([visit(ONE)], [reason("backup", TWO)], today=TODAY).idle) == 1


def test_a_reason_is_of_its_own_account_alone() -> None:
    found = beside([visit(TWO), person("backup", TWO)], [reason("backup", ONE)], today=TODAY)
    assert [p.account for p in found.without] == [TWO]


def test_the_root_user_and_users_of_the_directory_need_no_reason() -> None:
    rows: list[Row] = [
        visit(),
        person("<root_account>", what="root"),
        person("hanako", what="sso_user"),
    ]
    assert without_reason(rows, (), today=TODAY) == []


def test_a_user_without_a_reason_is_a_detection() -> None:
    rows = [visit(), person("backup"), person("chief", admin=True), person("old", idle_days=200)]
    found = without_reason(rows, [reason(), reason("old", days=-1)], today=TODAY)
    chief, old = found
    assert (chief.name, chief.severity, old.severity) == ("chief", Severity.HIGH, Severity.MEDIUM)
    assert old.facts == {"user": "old", "used_by": "machine", "idle_days": 200, "expired": "2026-11-23"}
    assert {d.source for d in found} == {Source.PEOPLE}
    assert len({d.identity for d in found}) == 2
    assert all(is_detection(d.kind) for d in found)


def test_a_reason_holds_through_its_last_day() -> None:
    rows, last = [visit(), person("backup")], [reason(days=0)]
    assert without_reason(rows, last, today=TODAY) == []
    assert len(without_reason(rows, last, today=TODAY + timedelta(days=1))) == 1


def test_a_detection_is_over_when_its_user_has_a_reason_or_is_gone() -> None:
    before = without_reason([visit(), person("a"), person("b"), person("c")], (), today=TODAY)
    rows = [replace(visit(), collected_at=AT + timedelta(days=1)), person("a"), person("b")]
    now = without_reason(rows, [reason("a")], today=TODAY)
    over = settled(before, rows, now)
    assert [(d.name, d.open, d.at) for d in over] == [
        ("a", False, AT + timedelta(days=1)),
        ("c", False, AT + timedelta(days=1)),
    ]


def test_nothing_is_over_in_an_account_that_was_not_seen_nor_what_others_detected() -> None:
    before = without_reason([visit(), person("a")], (), today=TODAY)
    assert settled(before, [visit(seen=False)], []) == []
    other: list[Detection] = [replace(before[0], kind="user_created")]
    assert settled(other, [visit()], []) == []


def test_an_end_is_spoken_of_30_7_and_1_days_before() -> None:
    register = [reason(f"u{days}", days=days) for days in range(40)]
    told = ending(register, since=TODAY - timedelta(days=1), today=TODAY)
    assert [(left, r.user) for left, r in told] == [(1, "u1"), (7, "u7"), (30, "u30")]


def test_an_end_is_not_missed_where_days_were_left_out() -> None:
    register = [reason(f"u{days}", days=days) for days in (-1, 0, 5, 8, 25, 29, 31)]
    told = ending(register, since=TODAY - timedelta(days=4), today=TODAY)
    assert [(left, r.user) for left, r in told] == [(0, "u0"), (5, "u5"), (29, "u29")]


def test_who_stays_is_in_force_through_the_last_day() -> None:
    assert staying([reason("a", days=0), reason("b", days=-1)], today=TODAY) == {(ONE, "a"): "needed"}
