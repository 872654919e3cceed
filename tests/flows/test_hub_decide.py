"""How Security Hub's findings should stand: an exception first, then our re-check, then the response policy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from ishigaki.core.case import Item, Standing
from ishigaki.core.finding import Finding, Severity, Status
from ishigaki.core.response import Decision, Policy, Row
from ishigaki.core.waiver import Overlay, Shipped, Waiver
from ishigaki.core.witness import Mark, Told, Witnessed
from ishigaki.flows.hub_decide import as_hub_writes, decided, deciding, rechecked
from ishigaki.store.snapshots import ScanHeader

ID, TOKYO = "111122223333", "ap-northeast-1"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = date(2026, 11, 22)
FINDING = Finding("S3.9", ID, TOKYO, "AWS::S3::Bucket", "arn:aws:s3:::web", Status.FAILED)
WAIVER = Waiver("S3.9", ID, "nobody asks", "web@example.com", DAY, DAY, resource="arn:aws:s3:::web")
SHIPPED = Shipped("r", "S3.9", "https://docs", DAY, "logs to itself", "自身に記録")
LEAVE = Decision("leave", "availability", "covered elsewhere")
TRACK = Decision("track", "logging in production", "the trail of an attack", within="7 days")
PASSED = {FINDING.identity: ("scan", AT)}


def test_an_exception_outranks_the_rest_and_is_named() -> None:
    for exception, named in ((WAIVER, "web@example.com"), (SHIPPED, "https://docs")):
        overlay = Overlay(hidden={FINDING.identity: exception})
        decide = deciding(overlay, passed=PASSED, decisions={FINDING.identity: TRACK}, language="en")
        workflow, note = decide(FINDING)
        assert (workflow, named in note) == ("SUPPRESSED", True)


def test_a_re_check_outranks_the_policy_and_the_policy_names_its_row() -> None:
    decisions = {FINDING.identity: TRACK}
    workflow, note = deciding(Overlay(), passed=PASSED, decisions=decisions, language="ja")(FINDING)
    assert (workflow, "再確認" in note, "scan" in note) == ("RESOLVED", True, True)
    for decision, wanted in ((TRACK, "NOTIFIED"), (LEAVE, "SUPPRESSED")):
        by_policy = deciding(Overlay(), passed={}, decisions={FINDING.identity: decision}, language="en")
        workflow, note = by_policy(FINDING)
        assert (workflow, decision.row in note) == (wanted, True)
    assert deciding(Overlay(), passed={}, decisions={}, language="en")(FINDING) == ("", "")


def item(control: str, action: str, *, told: bool = True, **changes: Any) -> Item:
    return Item(
        ID, TOKYO, "arn:aws:s3:::web", control, source="securityhub", resource_type="", name="", category="logging",
        severity=Severity.LOW, environment="production", owner="", action=action, row=changes.pop("row", action),
        standing=changes.pop("standing", Standing.OPEN), first_seen=AT, since=AT, told=AT if told else None,
    )  # fmt: skip


ROWS = tuple(Row(d.action, d) for d in (TRACK, LEAVE, Decision("notify_once", "waf", "its owner decides")))


@pytest.mark.parametrize("own", [True, False])
def test_what_was_decided_is_written_once_it_was_told(own: bool) -> None:
    items = [
        item("S3.1", "track"),
        item("S3.2", "track", told=False),
        item("S3.3", "notify_once"),
        item("S3.4", "notify_once", told=False),
        item("S3.5", "leave", told=False),
        item("S3.6", "track", standing=Standing.EXCEPTED),
        item("S3.7", "leave", standing=Standing.FIXED),
        item("S3.8", "leave", row="policy.toml:3"),
    ]
    found = decided(items, Policy(rows=ROWS, own=own))
    said = {identity[3]: (d.action, d.reason) for identity, d in found.items()}
    tracked = {"S3.1": ("track", TRACK.reason)}
    quiet = {
        "S3.3": ("notify_once", "its owner decides"),
        "S3.5": ("leave", LEAVE.reason),
        "S3.8": ("leave", ""),
    }
    assert said == ({**tracked, **quiet} if own else tracked)


def test_a_row_that_is_gone_is_named_without_a_reason_and_what_did_not_fail_is_left_alone() -> None:
    gone = {FINDING.identity: Decision("leave", "policy.toml:3", "")}
    decide = deciding(Overlay(), passed={}, decisions=gone, language="en")
    assert decide(FINDING) == ("SUPPRESSED", "Response policy: left alone, by row policy.toml:3")
    assert decide(msgspec.structs.replace(FINDING, status=Status.NOT_AVAILABLE)) == ("", "")


def test_a_decision_holds_whatever_form_security_hub_gives_the_id() -> None:
    ours = msgspec.structs.replace(FINDING, resource="web")
    pair = Witnessed(ours, Told(FINDING, ()))
    assert as_hub_writes([pair], {ours.identity: LEAVE})[FINDING.identity] == LEAVE


def test_only_a_later_look_of_ours_is_a_re_check() -> None:
    passed = Finding("S3.9", ID, TOKYO, "AWS::S3::Bucket", "arn:aws:s3:::web", Status.PASSED)
    mark = Mark("f", "p", AT, Status.FAILED, FINDING.resource)
    pair = Witnessed(passed, Told(FINDING, (mark,)))

    def header(at: datetime) -> ScanHeader:
        return ScanHeader("scan", at, "1", (), (), TOKYO, "aws", ())

    assert rechecked([pair], header(AT + timedelta(hours=1))) == {
        FINDING.identity: ("scan", AT + timedelta(hours=1))
    }
    assert rechecked([pair], header(AT - timedelta(hours=1))) == {}
    assert rechecked([Witnessed(FINDING, pair.hub)], header(AT + timedelta(hours=1))) == {}
