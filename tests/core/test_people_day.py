"""A day out of two looks: what was seen earlier stays until something better comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ishigaki.core.people import AnyRow, Assignment, Person, Visit
from ishigaki.core.people_day import together

MORNING = datetime(2026, 11, 24, 0, tzinfo=UTC)
NOON = MORNING + timedelta(hours=3)
A, B, GONE = "111111111111", "222222222222", "333333333333"


def visit(account: str, at: datetime = MORNING, **told: Any) -> Visit:
    return Visit(**{"account": account, "collected_at": at, "seen": True, **told})


def person(account: str, at: datetime = MORNING, what: str = "iam_user") -> Person:
    return Person(
        account=account, collected_at=at, what=what, user_name="u", user_id=account, used_by="human"
    )


def given(at: datetime = MORNING) -> Assignment:
    return Assignment(account=B, collected_at=at, instance="i", permission_set="p", permission_set_id="p")


def lost(account: str, at: datetime = NOON) -> Visit:
    return visit(account, at, seen=False, code="AccessDenied", message="no")


def day(
    earlier: list[AnyRow], later: list[AnyRow], asked: str = f"{A} {B}", estate: str = f"{A} {B}"
) -> list[AnyRow]:
    return together(earlier, later, asked=asked.split(), estate=estate.split())


def test_a_later_look_replaces_the_earlier_one() -> None:
    later: list[AnyRow] = [visit(A, NOON), person(A, NOON), visit(B, NOON)]
    assert day([visit(A), person(A), visit(B), person(B)], later) == later


def test_who_was_not_asked_again_stays_and_who_left_the_estate_goes_with_the_others() -> None:
    before: list[AnyRow] = [visit(A), visit(B), person(B), visit(GONE)]
    assert day(before, [visit(A, NOON)], asked=A) == [visit(B), person(B), visit(GONE), visit(A, NOON)]
    assert day(before, [visit(A, NOON), visit(B, NOON)]) == [visit(A, NOON), visit(B, NOON)]


def test_who_was_seen_earlier_and_is_not_now_keeps_its_rows_and_says_so() -> None:
    marked = visit(A, code="AccessDenied", message="no", tried_at=NOON)
    found = day([visit(A), person(A), visit(B)], [lost(A), visit(B, NOON)])
    assert found == [marked, person(A), visit(B, NOON)]
    again = day(found, [lost(A, NOON + timedelta(hours=1)), visit(B, NOON)])
    assert [v.tried_at for v in again if isinstance(v, Visit) and v.account == A] == [
        NOON + timedelta(hours=1)
    ]
    assert day(again, [visit(A, NOON), visit(B, NOON)]) == [visit(A, NOON), visit(B, NOON)]


def test_who_was_never_seen_that_day_is_as_the_later_look_has_it() -> None:
    assert day([lost(A, MORNING)], [lost(A)], asked=A, estate=A) == [lost(A)]


def test_identity_center_stays_as_who_read_it_left_it() -> None:
    reader, member = visit(A, sso="read"), visit(B, sso="AccessDenied")
    before: list[AnyRow] = [reader, member, person(A, what="sso_user"), given()]
    refused: list[AnyRow] = [visit(A, NOON, sso="AccessDenied"), visit(B, NOON, sso="AccessDenied")]
    found = day(before, refused)
    assert found[:2] == [person(A, what="sso_user"), given()]
    assert found[2] == visit(A, NOON, sso="read", gaps=("sso-admin:ListInstances: AccessDenied",))
    assert found[3] == refused[1]
    one_only = day(before, [visit(B, NOON, sso="AccessDenied")], asked=B)
    assert [r for r in one_only if not isinstance(r, Visit)] == before[2:]
    anew: list[AnyRow] = [visit(A, NOON, sso="read"), visit(B, NOON), given(NOON)]
    assert day(before, anew) == anew
    left_it: list[AnyRow] = [visit(A, NOON, sso="none"), visit(B, NOON, sso="none")]
    assert day(before, left_it) == left_it
    assert day(before, [lost(A), visit(B, NOON)])[1:3] == before[2:]
