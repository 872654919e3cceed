"""Invented histories of cases: two months of a company that gets better at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ishigaki.core.case import Case, Event, State
from ishigaki.core.finding import Severity
from ishigaki.core.numbers import Summary, month, summary

TOKYO = ZoneInfo("Asia/Tokyo")
NOVEMBER = month(2026, 11, TOKYO)
NOW = datetime(2026, 12, 1, 9, tzinfo=TOKYO)
NAMES = {
    "111122223333": "販売管理-本番",
    "222233334444": "販売管理-開発",
    "333344445555": "受発注-本番",
    "444455556666": "データ分析",
}
OWNERS = (
    "販売管理課 <sales@example.com>",
    "受発注システム課 <orders@example.com>",
    "データ基盤チーム",
    "情報システム部",
    "",
)
KINDS = ("EC2.13", "S3.8", "CloudTrail.1", "IAM.3", "RDS.3", "GuardDuty.1", "EC2.8", "S3.5")


def story(count: int = 60) -> tuple[list[Case], list[Event], dict[str, list[str]]]:
    """Cases from the middle of September on, by plain arithmetic: the same every time."""
    cases, events, accounts = [], [], {}
    start = datetime(2026, 9, 12, 10, tzinfo=TOKYO)
    for n in range(count):
        opened = start + timedelta(hours=29 * n)
        due = opened + (timedelta(hours=24) if n % 8 == 0 else timedelta(days=7))
        kind, owner = KINDS[n * 5 % len(KINDS)], OWNERS[n * 3 % len(OWNERS)]
        id = f"case-{n:03}"
        told: list[tuple[str, float, dict[str, str]]] = [
            ("opened", 0, {"due": due.isoformat()}),
            ("told", 0, {}),
        ]
        pace = 70 - n  # they get quicker
        if n % 9 != 4:
            told.append(("acknowledged", 2 + pace * (1 + n % 3) / 4, {}))
        if n % 7 == 3:
            told.append(("extended", 30, {"due": (due + timedelta(days=14)).isoformat()}))
        if n % 6 == 5:
            told.append(("excepted", 60, {}))
        elif n % 9 != 4:
            told.append(("done", 20 + pace * (1 + n % 4), {}))
        if n % 20 == 1:
            told.append(("relapsed", 400, {"due": (opened + timedelta(hours=568)).isoformat()}))
        made = [Event(id, opened + timedelta(hours=h), "x", what, facts) for what, h, facts in told]
        cases.append(_case(id, kind, owner, opened, due))
        events += [e for e in made if e.at <= NOW]
        accounts[id] = [list(NAMES)[n * 7 % len(NAMES)]]
    return cases, events, accounts


def _case(id: str, kind: str, owner: str, opened: datetime, due: datetime) -> Case:
    facts: dict[str, Any] = {
        "severity": Severity.HIGH,
        "urgent": False,
        "state": State.NEW,
        "since": opened,
        "clock": opened,
    }
    return Case(id, kind, owner, "production", opened=opened, due=due, **facts)


def november(count: int = 60) -> Summary:
    cases, events, accounts = story(count)
    return summary(cases, events, NOVEMBER, now=NOW, accounts=accounts)
