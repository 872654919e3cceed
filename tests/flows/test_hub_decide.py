"""How Security Hub's findings should stand: an exception first, then our re-check, then the response policy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from ishigaki.core.finding import Finding, Status
from ishigaki.core.response import Decision
from ishigaki.core.waiver import Overlay, Shipped, Waiver
from ishigaki.core.witness import Mark, Told, Witnessed
from ishigaki.flows.hub_decide import deciding, rechecked
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
