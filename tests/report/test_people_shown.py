"""The stock-take on a terminal, and answers of the history as a table, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from rich.cells import cell_len

from ishigaki.core.credential_report import BROKEN, WRONG
from ishigaki.core.people import AnyRow, Person, Visit
from ishigaki.core.trust import entrances
from ishigaki.core.used_by import UsedBy
from ishigaki.report.people import render, wrong
from ishigaki.report.result import render as answer
from ishigaki.report.words import words
from ishigaki.texts import LANGUAGES, Language
from ishigaki.texts.queries import queries
from tests.report import golden
from tests.report.stocktake import AT, JUMP, LOST, SHOP, person, root, rows, shown, trust, visit


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_it_is_as_it_was(language: Language, width: int) -> None:
    text = render(shown(language), width=width)
    golden.check(f"people.{language}.{width}.txt", text)
    assert all(cell_len(line) <= width for line in text.splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_account_is_shown_whole(language: Language) -> None:
    golden.check(f"people.account.{language}.txt", render(shown(language, only=(JUMP,)), width=100))


def test_a_name_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in render(shown(), width=120)


def test_totals_say_that_an_account_is_missing_from_them() -> None:
    assert "1 account was not seen" in render(shown(), width=120)
    whole = [row for row in rows() if not isinstance(row, Visit) or row.seen]
    assert "not seen." not in render(shown(rows_of=whole), width=120)


def test_long_lists_end_in_a_number() -> None:
    many: list[AnyRow] = [visit(SHOP), *(person(SHOP, f"u{n:02}", mfa=False) for n in range(20))]
    text = render(shown(rows_of=many), width=120)
    assert "and 5 more" in text
    assert "u14" in text
    assert "u15" not in text


def test_of_many_accounts_those_with_trouble_come_first_and_then_those_with_most_users() -> None:
    many: list[AnyRow] = []
    for n in range(40):
        of: dict[str, Any] = {"account": f"{n:012}", "account_name": f"a{n:02}", "collected_at": AT}
        lost = n == 39
        many.append(Visit(**of, seen=not lost, code="AccessDenied" if lost else ""))
        if n == 38:
            many.append(Person(**of, what="iam_user", user_name="u", user_id="38", used_by="human"))
    text = render(shown(rows_of=many), width=120)
    assert text.index("a39") < text.index("a38") < text.index("a00")
    assert "and 10 more" in text
    assert "a28" not in text


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("none",), "not in use"),
        (("AccessDeniedException", "none"), "not seen (AccessDeniedException)"),
        (("AccessDeniedException", "read"), "0 users, 0 assignments"),
    ],
)
def test_what_is_known_of_identity_center(codes: tuple[str, ...], said: str) -> None:
    text = render(shown(rows_of=[visit(SHOP, sso=code) for code in codes]), width=120)
    assert said in text


def test_the_worst_comes_first() -> None:
    assert wrong(root(SHOP, mfa=False, active_keys=1), ()) == ("root_keys", "without_mfa")
    assert wrong(person(SHOP, "u", idle_days=91), ()) == ("unused:91",)
    assert wrong(person(SHOP, "u"), ()) == ()
    held = ("arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV4",)
    assert wrong(person(SHOP, "u", mfa=False, policies=held), ()) == ("quarantine", "without_mfa")
    assert wrong(person(SHOP, "u", admin=True, boundary="arn:b"), ()) == ("admin_bounded",)


def test_a_root_user_is_to_lie_unused() -> None:
    assert wrong(root(SHOP, idle_days=90, used_at=AT - timedelta(days=90)), ()) == ("root_used:90",)
    assert wrong(root(SHOP, idle_days=91, used_at=AT - timedelta(days=91)), ()) == ()
    assert wrong(root(SHOP, idle_days=3), ()) == ()  # three days old, and never used


def test_an_account_that_was_seen_earlier_and_not_again_says_so() -> None:
    kept = visit(SHOP, code="AccessDenied", message="no", tried_at=AT + timedelta(hours=5))
    text = render(shown(rows_of=[kept, person(SHOP, "hanako")]), width=120)
    assert "1 of 1 account seen" in text
    assert "of earlier" in text
    assert "(AccessDenied): no · the rows of 2026-11-24 00:30 UTC stay" in " ".join(text.split())


def test_the_gravest_role_comes_first_and_the_same_mistake_in_many_accounts_once() -> None:
    same: Any = {"principal": f"arn:aws:iam::{JUMP}:root", "principal_kind": "account"}
    many = [trust(a, "OrganizationAccountAccessRole", "whole_account", **same) for a in (SHOP, LOST)]
    grave = trust(SHOP, "open", "anyone", principal="*", principal_kind="everyone")
    text = render(shown(rows_of=[visit(SHOP), *many, grave]), width=120)
    assert text.index("open") < text.index("OrganizationAccountAccessRole")
    assert text.count("OrganizationAccountAccessRole") == 1
    assert "in 2 accounts" in text


def test_every_code_has_its_words() -> None:
    evidence = UsedBy.__doc__ or ""
    for code in evidence[evidence.index("first:") + 6 :].strip(". \n").replace("\n", " ").split(", "):
        assert code.strip().strip(".") in words()["people_evidence"], code
    told = {"anyone", "whole_account", "outside_unconditional", "open_provider", "unreadable"}
    assert words()["people_fault"].keys() == told
    assert entrances.__doc__
    assert {BROKEN, WRONG} <= words()["people_code"].keys()
    assert words()["people_use"].keys() == {"human", "machine", "shared", "unknown", "root"}


COLUMNS = ("account", "user_name", "used_at", "kinds", "idle_days", "admin")
ROWS = [
    ("111122223333", "=1+1", AT.replace(tzinfo=None), ["virtual", "passkey"], 1200, True),
    ("111122223333", "[bold]\x1b", None, [], 0, None),
]


def test_an_answer_as_a_table_keeps_its_words_whole() -> None:
    text = answer(COLUMNS, ROWS, form="table", width=100)
    assert "2026-11-24 00:30Z" in text
    assert "virtual; passkey" in text
    assert "[bold]" in text
    assert "\x1b" not in text
    assert len({line.index("111122223333") for line in text.splitlines() if "111122223333" in line}) == 1


def test_an_answer_wider_than_the_terminal_is_told_in_blocks() -> None:
    text = answer(COLUMNS, ROWS, form="table", width=50)
    assert [line.split()[0] for line in text.splitlines() if line][:3] == ["account", "user_name", "used_at"]
    assert all(cell_len(line) <= 50 for line in text.splitlines())


def test_an_answer_as_json_keeps_types_and_says_the_zone() -> None:
    first, second = json.loads(answer(COLUMNS, ROWS, form="json", width=0))
    assert first["used_at"] == "2026-11-24T00:30:00+00:00"
    assert (first["kinds"], first["idle_days"], first["admin"]) == (["virtual", "passkey"], 1200, True)
    assert (second["used_at"], second["admin"]) == (None, None)
    assert json.loads(answer(("d",), [(date(2026, 11, 24),)], form="json", width=0)) == [{"d": "2026-11-24"}]
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    assert json.loads(answer(("d",), [(moment,)], form="json", width=0)) == [
        {"d": "2026-11-24T00:00:00+00:00"}
    ]


def test_an_answer_as_csv_is_no_formula() -> None:
    text = answer(COLUMNS, ROWS, form="csv", width=0)
    assert text.startswith("\ufeff")
    _, first, second = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert first[1] == "'=1+1"
    assert first[2:] == ["2026-11-24T00:30:00+00:00", "virtual; passkey", "1200", "true"]
    assert second[2:] == ["", "", "0", ""]


@pytest.mark.parametrize("name", queries())
def test_a_named_question_has_its_title_in_both_languages(name: str) -> None:
    query = queries()[name]
    assert set(query.title) == set(LANGUAGES)
    assert "--" not in query.sql
