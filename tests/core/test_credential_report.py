"""The credential report: read as what it says, whatever columns there are; refused where it cannot be relied on."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.credential_report import REQUIRED, BadReport, Report, lacking, moment, read

ACCOUNT = "111122223333"
MADE = datetime(2026, 11, 24, 3, tzinfo=UTC)
KEY = {
    "active": "false",
    "last_rotated": "N/A",
    "last_used_date": "N/A",
    "last_used_region": "N/A",
    "last_used_service": "N/A",
}
ROOT = {
    "user": "<root_account>",
    "arn": f"arn:aws:iam::{ACCOUNT}:root",
    "user_creation_time": "2019-01-01T00:00:00+00:00",
    "password_enabled": "not_supported",
    "password_last_used": "no_information",
    "password_last_changed": "not_supported",
    "password_next_rotation": "not_supported",
    "mfa_active": "true",
    **{f"access_key_{n}_{name}": word for n in (1, 2) for name, word in KEY.items()},
    **{
        f"cert_{n}_{name}": word
        for n in (1, 2)
        for name, word in (("active", "false"), ("last_rotated", "N/A"))
    },
}


def user(name: str = "hanako", **told: str) -> dict[str, str]:
    here = {"user": name, "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}"}
    plain = {"password_enabled": "false", "password_last_used": "N/A", "password_last_changed": "N/A"}
    return {**ROOT, **here, **plain, "password_next_rotation": "N/A", "mfa_active": "false", **told}


def written(*rows: Mapping[str, str], columns: list[str] | None = None, end: str = "\n") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=columns or list(rows[0]), restval="N/A", lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def taken(*rows: Mapping[str, str]) -> Report:
    return read(written(ROOT, *rows), account=ACCOUNT, made_at=MADE)


def test_what_is_not_there_is_data() -> None:
    root, hanako = taken(user()).rows
    assert (root.is_root, root.console, root.password_used_at, root.mfa) == (True, None, None, True)
    assert (hanako.console, hanako.mfa, hanako.password_used_at) == (False, False, None)
    assert [key.active for key in hanako.keys] == [False, False]
    assert hanako.keys[0].rotated_at is None
    assert hanako.keys[0].used_service == ""


def test_the_root_user_without_a_password() -> None:
    """Accounts whose root credentials are managed centrally say false where others say not_supported."""
    report = read(written({**ROOT, "password_enabled": "FALSE"}), account=ACCOUNT, made_at=MADE)
    assert report.rows[0].console is False


@pytest.mark.parametrize(
    "word", ["2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05Z", "2026-01-02T12:04:05+09:00"]
)
def test_both_forms_of_time(word: str) -> None:
    used = {"access_key_1_active": "true", "access_key_1_last_rotated": word, "password_last_used": word}
    row = taken(user(**used)).rows[1]
    assert row.keys[0].rotated_at == row.password_used_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_columns_may_be_moved_and_added() -> None:
    rows = [{**row, "additional_credentials_info": "N/A", "novelty": "x,y"} for row in (ROOT, user())]
    moved = written(*rows, columns=sorted(rows[0], reverse=True))
    assert read(moved, account=ACCOUNT, made_at=MADE).rows == taken(user()).rows


def test_more_credentials_than_columns_are_told() -> None:
    rows = [
        {**ROOT, "additional_credentials_info": "N/A"},
        {**user(), "additional_credentials_info": "1 key"},
    ]
    report = read(written(*rows), account=ACCOUNT, made_at=MADE)
    assert [row.extra for row in report.rows] == [False, True]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_bytes_base64_and_marks_are_the_same(end: str) -> None:
    content = written(ROOT, user(), end=end)
    report = taken(user())
    for form in (content, base64.b64encode(content).decode(), b"\xef\xbb\xbf" + content, content.rstrip()):
        assert read(form, account=ACCOUNT, made_at=MADE) == report


def test_anothers_report_says_whose() -> None:
    stranger = {**user(), "arn": "arn:aws:iam::444455556666:user/hanako"}
    with pytest.raises(BadReport, match="444455556666") as wrong:
        taken(stranger)
    assert wrong.value.code == "WrongReport"


BROKEN: Mapping[str, tuple[bytes | str, str]] = {
    "empty": (b"", "empty"),
    "not text": (b"\xff\xfe\x00", "not text"),
    "not base64": ("%%%", "not text"),
    "a page of a proxy": (b"<html><body>Sign in</body></html>", "no column user"),
    "a header cut short": (written(ROOT)[:60], "no column"),
    "a line cut short": (written(ROOT, user())[:-40], "line 3 has"),
    "an open quote": (written(ROOT) + b'"hanako', "line"),
    "no root user": (written(user()), "root user"),
    "a user twice": (written(ROOT, user(), user()), "twice"),
    "neither true nor false": (written(ROOT, user(mfa_active="perhaps")), "perhaps"),
    "no date": (written(ROOT, user(password_last_used="yesterday")), "line 3"),
    "half a date": (written(ROOT, user(password_last_used="2026-01-02T03:04")), "not a time"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_relied_on_is_refused_with_the_place(name: str) -> None:
    content, says = BROKEN[name]
    with pytest.raises(BadReport, match=says) as wrong:
        read(content, account=ACCOUNT, made_at=MADE)
    assert wrong.value.code == "BrokenReport"


@pytest.mark.parametrize("column", REQUIRED)
def test_a_column_that_is_needed_is_missed(column: str) -> None:
    rows = [{k: v for k, v in row.items() if k != column} for row in (ROOT, user())]
    with pytest.raises(BadReport, match=column):
        read(written(*rows), account=ACCOUNT, made_at=MADE)


@given(st.integers(min_value=0, max_value=len(written(ROOT, user("a"), user("b"))) - 1))
def test_a_report_cut_anywhere_is_refused_or_misses_whole_users(length: int) -> None:
    """Half a report never reads as another report: what is left of it is right, and the rest is missed."""
    whole = taken(user("a"), user("b"))
    try:
        part = read(written(ROOT, user("a"), user("b"))[:length], account=ACCOUNT, made_at=MADE)
    except BadReport:
        return
    # The last column may be cut inside its word: it holds nothing that is read.
    assert list(part.rows) == list(whole.rows[: len(part.rows)])
    listed = [(row.arn, datetime(2020, 1, 1 + n, tzinfo=UTC)) for n, row in enumerate(whole.rows[1:])]
    assert len(lacking(part, listed)) == len(whole.rows) - len(part.rows)


def test_users_newer_than_the_report_are_not_missed() -> None:
    report, arn = taken(user()), f"arn:aws:iam::{ACCOUNT}:user/new"
    assert lacking(report, [(arn, MADE + timedelta(minutes=1))]) == []
    assert lacking(report, [(arn, MADE - timedelta(minutes=5))]) == []  # IAM is not that quick
    assert lacking(report, [(arn, MADE - timedelta(days=1))]) == [arn]


def test_a_renamed_user_is_known_by_its_creation() -> None:
    made = moment(ROOT["user_creation_time"])
    assert made is not None
    assert lacking(taken(user()), [(f"arn:aws:iam::{ACCOUNT}:user/married", made)]) == []


@pytest.mark.parametrize(
    ("created", "used", "hidden"),
    [
        ("2017-01-01T00:00:00Z", "2018-05-03T22:00:00Z", True),
        ("2017-01-01T00:00:00Z", "no_information", True),
        ("2017-01-01T00:00:00Z", "2018-06-01T00:00:00Z", False),
        ("2018-06-01T00:00:00Z", "no_information", False),
    ],
)
def test_the_weeks_of_which_nothing_was_recorded(created: str, used: str, hidden: bool) -> None:
    row = taken(user(user_creation_time=created, password_enabled="true", password_last_used=used)).rows[1]
    assert row.in_the_hole is hidden


WORDS = st.sampled_from(["N/A", "no_information", "not_supported"])
DATES = st.datetimes(min_value=MADE.replace(tzinfo=None, year=2000)).map(lambda d: d.replace(microsecond=0))


@given(
    st.one_of(WORDS, DATES.map(lambda d: d.isoformat() + "Z"), DATES.map(lambda d: d.isoformat() + "+00:00"))
)
def test_every_word_of_a_date_is_a_moment_or_none(word: str) -> None:
    found = moment(word)
    assert (found is None) == (not word[0].isdigit())
    if found is not None:
        assert found.isoformat()[:19] == word[:19]


@given(st.permutations(list(ROOT)), st.lists(st.text("abcdefg", min_size=1), max_size=3, unique=True))
def test_no_order_of_columns_changes_what_is_read(order: list[str], added: list[str]) -> None:
    columns = [*order, *(f"new_{name}" for name in added)]
    report = read(written(ROOT, user(), columns=columns), account=ACCOUNT, made_at=MADE)
    assert report == taken(user())


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_be_refused(content: bytes) -> None:
    with pytest.raises(BadReport):
        read(content, account=ACCOUNT, made_at=MADE)
