"""What an incident is about, as far as the text tells, and the deadline that follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.incident import Fact, Kind, deadline_of, fact, subject_of
from ishigaki.core.unseen import Unseen
from ishigaki.core.usage import UsageError
from tests.core.key_ids import key_id

A = "111122223333"
KEY, SESSION = key_id(A, 1), key_id(A, 1, "ASIA")


@pytest.mark.parametrize(
    ("text", "kind", "name", "account", "region"),
    [
        (KEY, Kind.ACCESS_KEY, KEY, A, ""),
        (SESSION, Kind.SESSION, SESSION, A, ""),
        ("AKIAIOSFODNN7EXAMPLE", Kind.ACCESS_KEY, "AKIAIOSFODNN7EXAMPLE", "", ""),
        ("i-0abcdef1234567890", Kind.INSTANCE, "i-0abcdef1234567890", "", ""),
        ("i-1a2b3c4d", Kind.INSTANCE, "i-1a2b3c4d", "", ""),
        ("i-team", Kind.UNKNOWN, "i-team", "", ""),
        (A, Kind.ROOT, A, A, ""),
        (f"arn:aws:iam::{A}:root", Kind.ROOT, A, A, ""),
        (f"arn:aws:iam::{A}:user/team/tanaka", Kind.USER, "tanaka", A, ""),
        (f"arn:aws:iam::{A}:role/service/Deploy", Kind.ROLE, "Deploy", A, ""),
        (f"arn:aws:sts::{A}:assumed-role/Deploy/i-0abcdef1234567890", Kind.SESSION, "Deploy", A, ""),
        (f"arn:aws:ec2:eu-west-1:{A}:instance/i-1a2b3c4d", Kind.INSTANCE, "i-1a2b3c4d", A, "eu-west-1"),
        ("arn:aws:s3:::shop", Kind.BUCKET, "shop", "", ""),
        ("arn:aws:s3:::shop/path/to/object", Kind.BUCKET, "shop", "", ""),
        ("arn:aws-cn:s3:::shop", Kind.BUCKET, "shop", "", ""),
        (f"arn:aws:lambda:eu-west-1:{A}:function:f", Kind.UNKNOWN, "function:f", A, "eu-west-1"),
        ("  tanaka\n", Kind.UNKNOWN, "tanaka", "", ""),
        ("田中", Kind.UNKNOWN, "田中", "", ""),
    ],
)
def test_what_a_text_tells(text: str, kind: Kind, name: str, account: str, region: str) -> None:
    found = subject_of(text)
    assert (found.kind, found.name, found.account, found.region) == (kind, name, account, region)


def test_a_plain_name_is_of_the_kind_that_is_given_and_a_form_outweighs_it() -> None:
    assert subject_of("tanaka", kind=Kind.USER).kind is Kind.USER
    assert subject_of("i-1a2b3c4d", kind=Kind.USER).kind is Kind.INSTANCE


@pytest.mark.parametrize("text", ["", "   ", "a\x1b[31m", "a\nb"])
def test_nothing_and_what_cannot_be_printed_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="incident_empty"):
        subject_of(text)


def test_a_secret_is_refused_and_not_repeated() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"
    with pytest.raises(UsageError) as refused:
        subject_of(secret)
    assert refused.value.code == "incident_secret"
    assert secret not in str(refused.value)


@pytest.mark.parametrize("text", ["a" * 40, "my-very-long-bucket-name-with-forty-chars"[:40]])
def test_a_long_name_is_no_secret(text: str) -> None:
    assert subject_of(text).kind is Kind.UNKNOWN


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York"]),
)
def test_the_deadline_is_24_hours_by_the_clock_also_when_hours_are_moved(when: datetime, zone: str) -> None:
    since = when.replace(tzinfo=ZoneInfo(zone))
    deadline = deadline_of(since)
    assert deadline.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=24)
    assert deadline.tzinfo is since.tzinfo


def test_a_fact_that_was_not_seen_says_why_and_has_no_value() -> None:
    def blind() -> str:
        raise Unseen("User.group_list", "AccessDenied")

    assert fact("groups", blind) == Fact("groups", None, "AccessDenied")
    assert fact("groups", lambda: ("a",)) == Fact("groups", ("a",))
