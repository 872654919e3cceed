"""A hand-made plan, and a route over the same accounts, for what is shown of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ishigaki.core.change import Note, Safety
from ishigaki.core.plan import SCHEMA, Cost, Plan, Planned, Request, Step, Touched, sealed
from ishigaki.core.remediation import Around
from ishigaki.core.route import ByHand, Leg, Route, Work
from ishigaki.core.score import Score
from ishigaki.report import announce, route
from ishigaki.texts import RemediationText

SAID = {
    "strengthen_password_policy": RemediationText(
        does={"en": "Raise the password policy", "ja": "パスワードポリシーを強化する"},
        breaks={"en": "Present passwords go on working.", "ja": "現在のパスワードはそのまま使えます。"},
    ),
    "watch_for_threats": RemediationText(
        does={"en": "Switch on GuardDuty in the Region", "ja": "リージョンで GuardDuty を有効にする"},
        breaks={"en": "Nothing stops.", "ja": "動作中のシステムは停止しません。"},
    ),
    "block_public_access_of_bucket": RemediationText(
        does={
            "en": "Block public access of {name}",
            "ja": "バケット {name} のブロックパブリックアクセスを有効にする",
        },
        breaks={
            "en": "Websites served from the bucket stop.",
            "ja": "バケットから公開している Web サイトは利用できなくなります。",
        },
    ),
}
NOTES = {
    "manual": {"en": "A person follows the steps", "ja": "手順に沿って人が対応します"},
    "website_is_public": {"en": "The bucket serves a website", "ja": "バケットで Web サイトを公開しています"},
}


def speak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of a usual length, so that what is shown does not hang on the rooms' present words."""
    for module in (announce, route):
        monkeypatch.setattr(module, "remediation_text", SAID.__getitem__)
    monkeypatch.setattr(route, "note_text", lambda note, language: NOTES[note.code][language])


AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SHOP, SANDBOX = "111111111111", "555555555555"


def change(
    number: int,
    remediation: str,
    call: str,
    *,
    account: str = SHOP,
    name: str = "shop-production",
    safety: Safety = Safety.SAFE,
    reversible: bool = True,
    cost: Cost | None = None,
) -> Planned:
    service, _, operation = call.partition(":")
    touch = Touched("alter", "AWS::::Account", f"AWS::::Account:{account}", name, "ap-northeast-1")
    undo = (Request(service, operation, "ap-northeast-1", {}),) if reversible else ()
    return Planned(
        id=f"{number:012x}",
        account=account,
        place="ap-northeast-1",
        subject=touch.id,
        remediation=remediation,
        touches=(touch,),
        steps=(Step("one", Request(service, operation, "ap-northeast-1", {}), undo),),
        safety=safety,
        disruption="none" if safety is Safety.SAFE else "high",
        reversible=reversible,
        cost=cost,
    )


CHANGES = (
    change(1, "strengthen_password_policy", "iam:UpdateAccountPasswordPolicy"),
    change(
        2, "strengthen_password_policy", "iam:UpdateAccountPasswordPolicy", account=SANDBOX, name="sandbox"
    ),
    change(
        3,
        "watch_for_threats",
        "guardduty:CreateDetector",
        cost=Cost(3.54, ("guardduty_region", "guardduty_traffic")),
    ),
    change(
        4,
        "block_public_access_of_bucket",
        "s3:PutPublicAccessBlock",
        name="*photos*",
        safety=Safety.DISRUPTIVE,
        reversible=False,
    ),
)


def plan(*changes: Planned) -> Plan:
    around = {
        SHOP: Around(account=SHOP, name="販売管理-本番", environment="production", kind="production"),
        SANDBOX: Around(account=SANDBOX, name="sandbox", environment="sandbox", kind="non-production"),
    }
    return sealed(
        Plan(
            schema=SCHEMA,
            version="0",
            purpose="plan",
            scan="20261124T090000Z-abcdef",
            at=AT,
            expires=AT.replace(day=25),
            home="ap-northeast-1",
            partition="aws",
            around=around,
            changes=changes,
        )
    )


ROUTE = Route(
    standard="fsbp",
    to=100,
    start=Score(passed=162, failed=4, unjudged=6),
    legs=(
        Leg(
            work=(
                Work("watch_for_threats", "ap-northeast-1", 3),
                Work("strengthen_password_policy", "sandbox", 1),
            ),
            accounts=(SHOP, SANDBOX),
            safe=4,
            disruptive=0,
            for_good=0,
            monthly=10.62,
            facts=("guardduty_region", "guardduty_traffic"),
            minutes=1,
            wins=("GuardDuty.1", "IAM.7"),
            brings=("IAM.7",),
            before=Score(passed=162, failed=4, unjudged=6),
            after=Score(passed=164, failed=2, unjudged=6),
        ),
        Leg(
            work=(Work("block_public_access_of_bucket", "\x1b[31m*photos*", 12),),
            accounts=(SHOP,),
            safe=2,
            disruptive=10,
            for_good=1,
            monthly=0.0,
            facts=(),
            minutes=20,
            loses=("S3.2",),
            before=Score(passed=164, failed=2, unjudged=6),
            after=Score(passed=163, failed=2, unknown=1, unjudged=6),
        ),
    ),
    by_hand=(
        ByHand(
            control="IAM.6",
            accounts=(SHOP, SANDBOX),
            resources=2,
            reasons=(Note("manual"),),
            minutes=60,
            before=Score(passed=163, failed=2, unknown=1, unjudged=6),
            after=Score(passed=164, failed=1, unknown=1, unjudged=6),
        ),
        ByHand(
            control="S3.8",
            accounts=(SHOP,),
            resources=100,
            reasons=(Note("website_is_public"),),
            minutes=500,
            before=Score(passed=164, failed=1, unknown=1, unjudged=6),
            after=Score(passed=165, unknown=1, unjudged=6),
        ),
    ),
    unknown=("S3.2",),
    unjudged=("A.1", "A.2", "A.3", "A.4", "A.5", "A.6"),
    excepted={"S3.9": 6},
)
