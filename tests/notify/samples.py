"""Three messages as they are told: an urgent case, a digest, a closed case; in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from ishigaki.core.destination import Apprise, Backlog, Destination, Email, Slack, Teams, Webhook
from ishigaki.core.finding import Severity
from ishigaki.core.notice import Link, Message, Part

DUE = datetime(2026, 11, 24, 18, tzinfo=ZoneInfo("Asia/Tokyo"))
CASE = "https://ishigaki.example.com/cases/C-0042"

URGENT_JA = Message(
    id="C-0042/opened",
    thread="C-0042",
    kind="opened",
    language="ja",
    title="24時間以内に対応してください (期限 2026-11-24 (火) 18:00 JST) · 重要度: 高 · 本番 · 1 件",
    parts=(
        Part(
            text="SSH がインターネット全体に公開されており、総当たり攻撃や不正アクセスの入口になります。\n"
            "アタッチされているリソースに SSH で接続している方を確認してください。"
        ),
        Part(bullets=("販売管理-本番 (999999999999): ap-northeast-1: test-sg",)),
        Part(
            heading="対応",
            text="SSH のポートを特定の IP アドレスに絞るか、閉じてください。\n"
            "より安全な方法: Session Manager を使うと、ポートを閉じたままシェルを利用できます。",
            links=(Link("手順を見る", "https://ishigaki.example.com/controls/EC2.13?lang=ja&from=mail"),),
        ),
    ),
    actions=(
        Link("対応中", f"{CASE}/ack"),
        Link("期限延長", f"{CASE}/extend"),
        Link("担当違い", f"{CASE}/assign"),
        Link("ishigaki cases ack C-0042", ""),
    ),
    footer=("対応方針: 是正まで追跡 (EC2.13)", "案件 C-0042 · 初回検出 2026-11-23 18:00 JST"),
    severity=Severity.HIGH,
    urgent=True,
    due=DUE,
    assignee="hanako@example.com",
)
URGENT_EN = Message(
    id="C-0042/opened",
    thread="C-0042",
    kind="opened",
    language="en",
    title="Act within 24 hours (by Tue 2026-11-24 18:00 JST) · severity high · production · 1 resource",
    parts=(
        Part(
            text="SSH is open to the whole internet: a way in for brute force and intruders.\n"
            "Who connects to the attached resources by SSH? Please find out."
        ),
        Part(bullets=("Sales production (999999999999): ap-northeast-1: test-sg",)),
        Part(
            heading="What to do",
            text="Narrow the SSH port to certain addresses, or close it.\n"
            "A safer alternative: Session Manager gives you a shell while the port stays closed.",
            links=(Link("Step by step", "https://ishigaki.example.com/controls/EC2.13?lang=en&from=mail"),),
        ),
    ),
    actions=(
        Link("I am on it", f"{CASE}/ack"),
        Link("Extend the deadline", f"{CASE}/extend"),
        Link("Not mine", f"{CASE}/assign"),
        Link("ishigaki cases ack C-0042", ""),
    ),
    footer=("Response policy: tracked until fixed (EC2.13)", "Case C-0042 · first seen 2026-11-23 18:00 JST"),
    severity=Severity.HIGH,
    urgent=True,
    due=DUE,
    assignee="hanako@example.com",
)
DIGEST_JA = Message(
    id="digest/hanako/2026-11-23",
    thread="",
    kind="digest",
    language="ja",
    title="週次まとめ: 是正 3 件、期限が近い案件 2 件、期限超過 1 件",
    parts=(
        Part(
            heading="先週から是正されたもの",
            text="対応ありがとうございます。",
            bullets=("S3.8 販売管理-本番: 2 件", "IAM.6 サンドボックス: 1 件"),
        ),
        Part(
            heading="期限が近い案件",
            bullets=(
                "C-0042 EC2.13 SSH がインターネット全体に公開 · 期限 2026-11-24 (火) 18:00 JST",
                "C-0040 RDS.3 保管時の暗号化が無効 · 期限 2026-11-27 (金) 18:00 JST",
            ),
            links=(Link("すべての案件を見る", "https://ishigaki.example.com/cases"),),
        ),
        Part(heading="期限超過", bullets=("C-0031 CloudTrail.1 証跡が無効 · 3 日超過",), more=4),
    ),
    actions=(Link("ishigaki cases list --owner hanako@example.com", ""),),
    footer=("2026-11-23 (月) 09:00 JST",),
)
DIGEST_EN = Message(
    id="digest/hanako/2026-11-23",
    thread="",
    kind="digest",
    language="en",
    title="Weekly digest: 3 fixed, 2 due soon, 1 overdue",
    parts=(
        Part(
            heading="Fixed since last week",
            text="Thank you.",
            bullets=("S3.8 Sales production: 2", "IAM.6 Test: 1"),
        ),
        Part(
            heading="Due soon",
            bullets=(
                "C-0042 EC2.13 SSH open to the world · due Tue 2026-11-24 18:00 JST",
                "C-0040 RDS.3 not encrypted at rest · due Fri 2026-11-27 18:00 JST",
            ),
            links=(Link("All cases", "https://ishigaki.example.com/cases"),),
        ),
        Part(heading="Overdue", bullets=("C-0031 CloudTrail.1 no trail · by 3 days",), more=4),
    ),
    actions=(Link("ishigaki cases list --owner hanako@example.com", ""),),
    footer=("Mon 2026-11-23 09:00 JST",),
)
CLOSED_JA = Message(
    id="C-0042/closed",
    thread="C-0042",
    kind="closed",
    language="ja",
    title="完了: SSH の公開が閉じられました。対応ありがとうございます · 販売管理-本番",
    parts=(
        Part(text="再確認で合格しました。追加の対応は不要です。"),
        Part(bullets=("販売管理-本番 (999999999999): ap-northeast-1: test-sg",)),
    ),
    footer=("案件 C-0042 · 5 時間で是正",),
    severity=Severity.HIGH,
    assignee="hanako@example.com",
    done=True,
)
CLOSED_EN = Message(
    id="C-0042/closed",
    thread="C-0042",
    kind="closed",
    language="en",
    title="Done: SSH is closed again, thank you · Sales production",
    parts=(
        Part(text="The re-check passed. Nothing more needs to be done."),
        Part(bullets=("Sales production (999999999999): ap-northeast-1: test-sg",)),
    ),
    footer=("Case C-0042 · fixed in 5 hours",),
    severity=Severity.HIGH,
    assignee="hanako@example.com",
    done=True,
)
LANGUAGES: tuple[Literal["ja", "en"], ...] = ("ja", "en")
SAMPLES: Mapping[str, Mapping[str, Message]] = {
    "ja": {"urgent": URGENT_JA, "digest": DIGEST_JA, "closed": CLOSED_JA},
    "en": {"urgent": URGENT_EN, "digest": DIGEST_EN, "closed": CLOSED_EN},
}


def destinations(language: Literal["ja", "en"] = "ja") -> Mapping[str, Destination]:
    """One destination of every channel, of which none is anywhere."""
    return {
        "slack": Slack(name="chat", language=language, webhook="env:SLACK"),
        "email": Email(
            name="mail",
            language=language,
            host="mail.example.com",
            sender="ishigaki@example.com",
            to=("security@example.com",),
        ),
        "backlog": Backlog(
            name="tracker",
            language=language,
            url="https://example.backlog.com",
            key="env:BACKLOG",
            project="SEC",
            assignees={"hanako@example.com": 7},
        ),
        "teams": Teams(name="teams", language=language, webhook="env:TEAMS"),
        "webhook": Webhook(
            name="hook", language=language, url="https://ops.example.com/in", secret="env:HOOK"
        ),
        "apprise": Apprise(name="else", language=language, url="env:APPRISE"),
    }
