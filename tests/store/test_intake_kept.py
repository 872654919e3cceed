"""What came in is kept once, whatever the order and however often it was told; on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ishigaki.core.concern import Detection, Source
from ishigaki.core.finding import Severity
from ishigaki.core.intake import Listing, Read, SetAside
from ishigaki.intake.events import read
from ishigaki.store import intake
from ishigaki.store.schema import ASIDE, DETECTIONS, HUB_FINDINGS
from ishigaki.store.transactions import reading, writing
from tests.intake.sample import NAMES, body, one, taken

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def everything(database: sa.Engine) -> list[Any]:
    with reading(database) as connection:
        return [
            sorted(tuple(row) for row in connection.execute(sa.select(table)))
            for table in (DETECTIONS, HUB_FINDINGS, ASIDE)
        ]


def enter(database: sa.Engine, *names: str) -> None:
    for number, name in enumerate(names):
        with writing(database) as connection:
            intake.enter(connection, f"m{number}", taken(name), NOW)


def open_now(database: sa.Engine) -> list[Detection]:
    with reading(database) as connection:
        return intake.open_detections(connection)


def test_every_sample_is_kept_as_it_was_read_and_twice_changes_nothing(database: sa.Engine) -> None:
    enter(database, *NAMES)
    first = everything(database)
    enter(database, *reversed(NAMES), *NAMES)
    assert everything(database) == first
    kept = {d.identity: d for d in open_now(database)}
    probed = one("guardduty_ssh_brute_force")
    assert kept[probed.identity] == probed


def test_any_order_leaves_the_same_rows(database: sa.Engine) -> None:
    names = ("guardduty_port_probe", "guardduty_archived", "hub_copy_of_guardduty")
    left = []
    for order in permutations(names):
        with writing(database) as connection:
            connection.execute(DETECTIONS.delete())
        enter(database, *order)
        left.append(everything(database))
    assert all(each == left[0] for each in left)
    assert open_now(database) == []


def test_what_the_watcher_itself_said_outweighs_a_copy(database: sa.Engine) -> None:
    enter(database, "hub_copy_of_guardduty", "guardduty_port_probe", "hub_copy_of_guardduty")
    assert open_now(database) == [one("guardduty_port_probe")]


def test_administrator_member_and_both_hubs_tell_of_one(database: sa.Engine) -> None:
    enter(database, "guardduty_key_from_administrator", "guardduty_key_from_member", "hub_v2_guardduty")
    assert open_now(database) == [one("guardduty_key_from_member")]


def test_several_moments_of_one_thing_are_one_and_counted(database: sa.Engine) -> None:
    enter(database, "root_sign_in_failed", "root_sign_in", "root_sign_in_failed")
    (found,) = open_now(database)
    assert (found.count, found.severity, found.facts["outcome"]) == (2, Severity.HIGH, "Success")


def test_dealt_with_is_over_until_it_is_told_anew(database: sa.Engine) -> None:
    first = one("root_sign_in")
    later = replace(first, id="another", at=first.at + timedelta(days=1))
    enter(database, "root_sign_in")
    with writing(database) as connection:
        intake.settle(connection, first.identity, first.at + timedelta(hours=1))
    assert open_now(database) == []
    enter(database, "root_sign_in")  # the same message again
    assert open_now(database) == []
    with writing(database) as connection:
        intake.enter(connection, "m", Read((later,)), NOW)
    assert open_now(database) == [later]


def test_findings_of_controls_are_kept_as_they_were_told_last(database: sa.Engine) -> None:
    (told,) = taken("hub_control").hub
    older = replace(told, at=told.at - timedelta(days=1), body='{"older": true}')
    for each in (told, older):
        with writing(database) as connection:
            intake.enter(connection, "m", Read(hub=(each,)), NOW)
    with reading(database) as connection:
        assert intake.hub_findings(connection) == [json.loads(told.body)]
        assert intake.hub_findings(connection, since=NOW) == [json.loads(told.body)]
        assert intake.hub_findings(connection, since=NOW + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            '{"secretAccessKey": "abc\\"def", "userName": "u"}',
            '{"secretAccessKey":"redacted","userName":"u"}',
        ),
        ('{"a": [{"sessionToken": "abc"}]}', '{"a":[{"sessionToken":"redacted"}]}'),
        (
            json.dumps({"Message": json.dumps({"password": "abc"})}),
            json.dumps({"Message": '{"password":"redacted"}'}, separators=(",", ":")),
        ),
        ("secretAccessKey=abc, then more", "secretAccessKey=redacted, then more"),
        ('{"SecretAccessKey": "abc" broken', '{"SecretAccessKey": "redacted" broken'),
    ],
)
def test_no_secret_of_a_message_is_kept(text: str, kept: str) -> None:
    assert intake.redacted(text) == kept


def test_a_message_is_set_aside_once_and_taken_back_when_it_can_be_read(database: sa.Engine) -> None:
    found = SetAside("not_json", "malformed")
    for _ in range(2):
        with writing(database) as connection:
            intake.set_aside(connection, "m0", found, body="zero \x00 byte", at=NOW)
            intake.set_aside(connection, "m1", found, body="界" * 50_000, at=NOW)
    with reading(database) as connection:
        first, second = intake.set_aside_list(connection)
    assert (first.id, first.reason, first.received_at, first.cut) == ("m0", "not_json", NOW, False)
    assert (first.body, second.cut) == ("zero   byte", True)
    assert len(second.body.encode()) <= intake.LARGEST
    enter(database, "root_sign_in")  # as m0
    with reading(database) as connection:
        assert [k.id for k in intake.set_aside_list(connection)] == ["m1"]


@given(text=st.text() | st.sampled_from(NAMES).map(body))
@settings(max_examples=60)
def test_any_message_can_be_kept(text: str) -> None:
    assert isinstance(intake.redacted(text), str)
    read(intake.redacted(text))


def test_what_a_listing_shows_no_more_is_over(database: sa.Engine) -> None:
    here, there = one("guardduty_port_probe"), one("guardduty_key_from_member")
    late = replace(here, id="late", resource="other", at=NOW - timedelta(minutes=5))
    bucket, role = one("access_analyzer_public"), one("access_analyzer_role")
    other = replace(role, id="o", facts={"analyzer": "another"})
    with writing(database) as connection:
        intake.enter(connection, "m", Read((here, there, late, bucket, role, other)), NOW)
        listings = [
            Listing(Source.GUARDDUTY, "ap-northeast-1", accounts=("111122223333",)),
            Listing(Source.ACCESS_ANALYZER, "ap-northeast-1", analyzer=str(role.facts["analyzer"])),
        ]
        intake.enter_listing(connection, listings, [role], NOW)
        left = {d.id for d in intake.detections(connection)}
    assert left == {there.id, late.id, role.id, other.id}


def test_a_listing_of_one_region_says_nothing_of_another(database: sa.Engine) -> None:
    here = one("guardduty_port_probe")
    with writing(database) as connection:
        intake.enter(connection, "m", Read((here,)), NOW)
        elsewhere = Listing(Source.GUARDDUTY, "eu-west-1", accounts=(here.account,))
        intake.enter_listing(connection, [elsewhere], [], NOW)
    assert open_now(database) == [here]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
@settings(max_examples=20)
def test_in_whatever_order_the_newest_counts(order: list[int]) -> None:
    made = sa.create_engine("sqlite://")
    first = one("guardduty_port_probe")
    told = [
        replace(first, at=first.at + timedelta(hours=n // 2), open=not n % 2, count=n + 1) for n in range(4)
    ]
    with made.begin() as connection:
        DETECTIONS.create(connection)
        for n in order:
            intake.enter_listing(connection, [], [told[n]], NOW)
        (kept,) = intake.detections(connection, over=True)
    assert kept == told[max(order)]
    made.dispose()
