"""Notices of every kind, as the goldens of messages show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from ishigaki.core.case import Item, Standing
from ishigaki.core.digest import Digest, DigestLine, Ending, FirstSummary, Monthly, MonthlyRow
from ishigaki.core.finding import Severity
from ishigaki.core.notice import Kind, Message, Notice
from ishigaki.core.score import Score
from ishigaki.report.message import compose
from ishigaki.texts import Language
from tests.report import going
from tests.report.people_said import NEWS

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 18:00 in Tokyo, a Monday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SALES, SHOP, STAGE = "999999999999", "111111111111", "222222222222"
NAMES = {SALES: "販売管理-本番", SHOP: "shop-production", STAGE: "shop-staging"}
OWNER = "sales-team@example.com"
HIGH, MEDIUM = Severity.HIGH, Severity.MEDIUM


def item(
    kind: str,
    resource: str,
    type: str,
    *,
    name: str = "",
    account: str = SALES,
    region: str = "ap-northeast-1",
    source: str = "ishigaki",
    action: str = "track",
    severity: Severity = HIGH,
    standing: Standing = Standing.OPEN,
    days: int = 0,
) -> Item:
    """A thing as the ledger keeps it."""
    return Item(
        account=account,
        region=region,
        resource=resource,
        kind=kind,
        source=source,
        resource_type=type,
        name=name,
        category="essential",
        severity=severity,
        environment="production",
        owner=OWNER,
        action=action,
        row="essential",
        standing=standing,
        first_seen=NOW - days * DAY,
        since=NOW - days * DAY,
        case="C-1042",
        opened=NOW - days * DAY,
    )


def notice(
    kind: Kind,
    subject: str,
    items: tuple[Item, ...],
    *,
    due: datetime | None = None,
    row: str = "essential",
    why: str = "",
    case: str = "C-1042",
    urgent: bool = False,
    count: int = 0,
    facts: Mapping[str, Any] = {},
) -> Notice:
    """Something to tell about a control or a detection."""
    return Notice(
        key=f"{case or 'once'}-{kind}",
        kind=kind,
        at=NOW,
        audience=("owner",),
        owner=OWNER,
        environment="production",
        subject=subject,
        severity=items[0].severity,
        urgent=urgent,
        due=due,
        case=case,
        thread=case,
        items=items,
        count=count or len(items),
        row=row,
        why=why,
        facts=facts,
    )


GROUP = item(
    "EC2.13",
    f"arn:aws:ec2:ap-northeast-1:{SALES}:security-group/sg-0123456789abcdef0",
    "AWS::EC2::SecurityGroup",
    name="test-sg",
)
BUCKETS = tuple(
    item("S3.8", f"arn:aws:s3:::shop-{n}", "AWS::S3::Bucket", name=f"shop-{n}", account=SHOP, days=1)
    for n in ("assets", "backup", "exports", "invoices", "photos")
)
BALANCER = item(
    "ELB.16",
    f"arn:aws:elasticloadbalancing:ap-northeast-1:{SHOP}:loadbalancer/app/web/50dc6c495c0c9188",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    name="web",
    account=SHOP,
    action="notify_once",
    severity=MEDIUM,
)
MINER = item(
    "CryptoCurrency:EC2/BitcoinTool.B!DNS",
    f"arn:aws:ec2:ap-northeast-1:{SHOP}:instance/i-0abc1234def567890",
    "AWS::EC2::Instance",
    name="web-1",
    account=SHOP,
    source="guardduty",
)
KEY = item(
    "credentials_exposed",
    "AKIAIOSFODNN7EXAMPLE",
    "AWS::IAM::AccessKey",
    name="AKIAIOSFODNN7EXAMPLE",
    account=SHOP,
    region="aws-global",
    source="health",
    severity=Severity.CRITICAL,
)
TIGHT = {"en": "an open port is found within minutes", "ja": "公開されたポートは数分で見つかるため"}


def lines(first: int, *subjects: str, **facts: Any) -> tuple[DigestLine, ...]:
    """Lines of a digest, a case each, numbered from the first."""
    shown = {"severity": HIGH, "environment": "production", "accounts": (SALES,), **facts}
    return tuple(DigestLine(subject=s, case=f"C-{n}", **shown) for n, s in enumerate(subjects, first))


WEEK = Digest(
    since=NOW - 7 * DAY,
    until=NOW,
    fixed=lines(1043, "S3.8", "EC2.19", count=4),
    overdue=lines(1053, "IAM.3", due=NOW - 2 * DAY),
    due_soon=lines(1063, "ELB.1", "CloudTrail.4", due=NOW + 3 * DAY, accounts=(SALES, SHOP, STAGE), count=7),
    awaiting=lines(1073, "IAM.5", at=NOW - HOUR),
    told_once=(DigestLine("ELB.16", MEDIUM, "production", (SHOP,), 2),),
    later=3,
    folded=2,
)
FIRST = FirstSummary(
    accounts=12,
    things=512,
    cases=34,
    by_severity={Severity.CRITICAL: 2, HIGH: 9, MEDIUM: 23},
    urgent=lines(1083, "EC2.13", due=NOW + DAY),
    first=lines(1093, "IAM.6", "S3.8", "RDS.2", "CloudTrail.1", "IAM.5", "EC2.8", due=NOW + 7 * DAY),
    due=NOW + DAY,
    told_once=40,
    left=1203,
)
MONTH = Monthly(
    since=datetime(2026, 10, 1, tzinfo=TOKYO),
    until=datetime(2026, 11, 1, tzinfo=TOKYO),
    told=40,
    acted=36,
    acknowledge_hours=3.2,
    fix_hours=61,
    opened=40,
    closed=33,
    excepted=2,
    reopened=1,
    open=9,
    overdue=1,
    standard="fsbp",
    before=Score(passed=138, failed=35),
    after=Score(passed=162, failed=11),
    owners=(MonthlyRow(OWNER, 22, 21, 3), MonthlyRow("shop@example.com", 18, 15, 6, 1)),
    controls=(MonthlyRow("S3.8", 12, 12), MonthlyRow("IAM.3", 9, 6, 3, 1)),
    accounts=(MonthlyRow(SALES, 22, 21, 3), MonthlyRow(SHOP, 18, 15, 6, 1)),
)


def of_the_product(kind: Kind, **facts: Any) -> Notice:
    """Something to tell that is about no single control."""
    return Notice(key=f"2026w48-{kind}", kind=kind, at=NOW, audience=("owner",), owner=OWNER, facts=facts)


def undelivered(*about: Notice) -> Notice:
    """What one destination did not take, as another is told of it."""
    told = {"destination": "slack", "error": "gone", "detail": "HTTP 404 no_service", "count": len(about)}
    found = of_the_product("undelivered", **told, about=[msgspec.to_builtins(each) for each in about])
    return replace(found, urgent=about[0].urgent, due=about[0].due, case=about[0].case)


def examples(language: Language) -> dict[str, Notice]:
    """Every golden by its name. A policy's reasons are in the language of its author."""
    soon, long_ago, week = NOW + DAY, NOW - 2 * DAY, NOW + 6 * DAY
    buckets: dict[str, Any] = {"subject": "S3.8", "items": BUCKETS, "count": 12}
    return {
        "opened_urgent": notice(
            "opened", "EC2.13", (GROUP,), due=soon, row="EC2.13", why=TIGHT[language], urgent=True
        ),
        "opened_group": notice("opened", **buckets, due=NOW + 7 * DAY),
        "joined": notice("joined", "S3.8", BUCKETS[:2], due=week),
        "told_once": notice("told_once", "ELB.16", (BALANCER,), row="waf", case=""),
        "reminder_half": notice("reminder", **buckets, due=NOW + 3.5 * DAY, facts={"stage": "half"}),
        "reminder_due": notice("reminder", **buckets, due=NOW, facts={"stage": "due"}),
        "reminder_overdue": notice("reminder", **buckets, due=long_ago, facts={"stage": "overdue"}),
        "escalated": notice("escalated", **buckets, due=long_ago, facts={"to": "lead"}),
        "relapsed": notice("relapsed", "EC2.13", (GROUP,), due=soon, row="EC2.13", urgent=True),
        "worsened": notice("worsened", "ELB.16", (BALANCER,), row="waf", case=""),
        "closed": notice("closed", **buckets, due=NOW + 2 * DAY),
        "excepted": notice(
            "excepted",
            **buckets,
            facts={
                "reason": "公開サイトの画像",
                "until": date(2027, 3, 31),
                "approver": "security@example.com",
            },
        ),
        "guardduty_high": notice(
            "opened",
            MINER.kind,
            (MINER,),
            due=soon,
            row="threat",
            urgent=True,
            facts={"title": "Bitcoin-related domain name queried by EC2 instance i-0abc1234def567890."},
        ),
        "exposed_key": notice("opened", KEY.kind, (KEY,), due=soon, row="threat", urgent=True),
        "first_summary": of_the_product("first_summary", first_summary=FIRST),
        "digest": of_the_product("digest", digest=WEEK),
        "monthly": of_the_product("monthly", monthly=MONTH),
        "people": of_the_product("people", people=NEWS),
        "retirement": going.told(NOW, OWNER),
        "exception_ending": of_the_product("exception_ending", ending=ENDING),
        "undelivered": undelivered(
            of_the_product("digest", digest=WEEK),
            notice("opened", **buckets, due=week),
        ),
        "undelivered_urgent": undelivered(
            notice("opened", "EC2.13", (GROUP,), due=soon, row="EC2.13", urgent=True)
        ),
        "set_aside": of_the_product("set_aside", count=2, reason="unknown version 3 of a GuardDuty event"),
        "test": of_the_product("test"),
    }


ENDING = Ending(
    subjects=("S3.8",),
    accounts=(SALES,),
    scope="arn:aws:s3:::sales-website",
    reason="A website for everybody, without anything else in the bucket.",
    expires=date(2026, 12, 1),
    days=7,
    approver="ccoe@example.com",
)


def message(told: Notice, language: Language) -> Message:
    """A notice in words, at its own time."""
    return compose(told, language=language, zone=TOKYO, now=told.at, names=NAMES)
