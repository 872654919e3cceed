"""Synthetic pictures: a small one for goldens, and one as large as the demo estate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

import msgspec

from ishigaki.core.answer import GLOBAL, Gap
from ishigaki.core.catalogue import Standard, plain
from ishigaki.core.checklist import check
from ishigaki.core.estate import Answer
from ishigaki.core.fault import Fault, doubt, fault
from ishigaki.core.finding import EMPTY, Finding, Reason, Status, Unjudged
from ishigaki.core.response import Policy
from ishigaki.core.score import Score, score
from ishigaki.core.today import actions
from ishigaki.core.waiver import Shipped, Waiver, lay_over
from ishigaki.flows.policy import default, lay_policy
from ishigaki.report.picture import AccountPicture, Picture, Row
from ishigaki.standards import EXPOSURES, catalogue, checklist, severity, standard
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import Entered
from ishigaki.texts import ControlText, Language

JST = timezone(timedelta(hours=9), "JST")
AT = datetime(2026, 11, 24, 18, 0, tzinfo=JST)
REGIONS = ("ap-northeast-1", "ap-northeast-3", "us-east-1")
ACCOUNTS = (
    ("111111111111", "shop-production", "production"),
    ("222222222222", "shop-staging", "non-production"),
    ("333333333333", "販売管理-本番", "production"),
    ("444444444444", "log-archive", "production"),
    ("555555555555", "sandbox", "non-production"),
    ("666666666666", "legacy", "production"),
)
FAULTS = {
    "setting_off": {"en": "{setting} is off", "ja": "{setting} が無効です"},
    "open": {"en": "port {port} is open to {cidr}", "ja": "ポート {port} が {cidr} に公開されています"},
    "off": {"en": "it is off", "ja": "無効です"},
    "elsewhere": {"en": "the bucket belongs to another account", "ja": "バケットが別のアカウントにあります"},
}

ANSWERS = (
    Answer(question="single_sign_on", answer="yes", by="佐藤", on=date(2026, 11, 2)),
    Answer(question="secret_guard", answer="no", by="Tanaka", on=date(2026, 11, 2)),
)
WAIVERS = (
    Waiver(
        control="IAM.4",
        account="222222222222",
        resource="AWS::::Account:222222222222",
        reason="販売システムの移行が終わるまで、キーを残す必要があるため",
        compensating_measure="利用を CloudTrail で監視している",
        owner="shop@example.com",
        approver="security@example.com",
        approved=date(2026, 10, 1),
        expires=date(2026, 12, 18),
    ),
    Waiver(
        control="S3.8",
        account="111111111111",
        resource="arn:aws:s3:::shop-assets",
        reason="Serves the public website",
        owner="web@example.com",
        approver="security@example.com",
        approved=date(2025, 11, 20),
        expires=date(2026, 11, 20),
    ),
    Waiver(
        control="EC2.13",
        account="222222222222",
        tag="purpose=bastion",
        reason="Bastion host",
        owner="ops@example.com",
        approver="security@example.com",
        approved=date(2026, 11, 1),
        expires=date(2027, 10, 31),
    ),
    Waiver(
        control="S3.8",
        account="111111111111",
        resource="arn:aws:s3:::no-longer-there",
        reason="Serves the public website",
        owner="web@example.com",
        approver="security@example.com",
        approved=date(2026, 11, 1),
        expires=date(2027, 10, 31),
    ),
)


def words_of(control: str) -> ControlText:
    """Words of a usual length, so that documents do not hang on the rooms' present words."""
    command = f"aws example put-setting --control {control} --setting Enabled=true --resource RESOURCE"
    return ControlText(
        why={
            "en": f"Without {control} one mistake opens the resource to the internet, and data leaks unnoticed.",
            "ja": f"{control} の設定がないと、1 つの誤りでリソースがインターネット全体に公開され、"
            "情報が流出しても気付けません。",
        },
        judged={"en": "Passes when the setting is on.", "ja": "設定が有効なら合格です。"},
        fix={"en": f"Run: {command}", "ja": f"次を実行してください: {command}"},
        breaks={
            "en": "A website that is served straight from the resource stops; move it first.",
            "ja": "リソースから直接公開している Web サイトは利用できなくなります。先に切り替えてください。",
        },
        minutes=3,
        fault=FAULTS,
    )


def row(
    control: str,
    status: Status,
    *,
    account: str = ACCOUNTS[0][0],
    region: str = REGIONS[0],
    resource: str = "arn:aws:s3:::shop-assets",
    type: str = "AWS::S3::Bucket",
    faults: tuple[Fault, ...] = (),
    reason: Reason | None = None,
    workflow: str = "NEW",
    days: int = 12,
) -> Row:
    """A finding with its surroundings."""
    name = resource.rpartition(":")[2]
    finding = Finding(control, account, region, type, resource, status, faults, reason, name, workflow)
    environment = next(e for a, _, e in ACCOUNTS if a == account)
    seen = AT - timedelta(days=days)
    return Row(finding, catalogue()[plain(control)], environment, seen, seen)


def small(language: Language = "en", rows: Sequence[Row] | None = None) -> Picture:
    """Two accounts, one of them only partly seen, and one of every kind of finding."""
    two = ACCOUNTS[1][0]
    denied = Reason("AccessDenied", "s3:GetBucketPublicAccessBlock")
    on_account: dict[str, Any] = {"type": "AWS::::Account", "region": GLOBAL}
    found = [
        row("S3.8", Status.FAILED, faults=(fault("setting_off", setting="BlockPublicAcls"),)),
        row("S3.8", Status.PASSED, resource="arn:aws:s3:::shop-logs"),
        row("S3.8", Status.NOT_AVAILABLE, account=two, resource="arn:aws:s3:::stage", reason=denied),
        row(
            "EC2.13",
            Status.FAILED,
            account=two,
            resource=f"arn:aws:ec2:ap-northeast-1:{two}:security-group/sg-0123",
            type="AWS::EC2::SecurityGroup",
            faults=(fault("open", port=22, cidr="0.0.0.0/0"),),
        ),
        row("EC2.13", Status.PASSED, **on_account, resource=f"AWS::::Account:{ACCOUNTS[0][0]}", reason=EMPTY),
        row(
            "IAM.4",
            Status.FAILED,
            account=two,
            **on_account,
            resource=f"AWS::::Account:{two}",
            faults=(fault("setting_off", setting="root"),),
        ),
        row("IAM.4", Status.PASSED, **on_account, resource=f"AWS::::Account:{ACCOUNTS[0][0]}"),
        row("CloudTrail.6", Status.WARNING, resource="arn:aws:s3:::trail", faults=(doubt("elsewhere"),)),
        row("S3.9", Status.FAILED, account=two, resource="arn:aws:s3:::stage", faults=(fault("off"),)),
        row(
            "ELB.16",
            Status.FAILED,
            resource=f"arn:aws:elasticloadbalancing:ap-northeast-1:{ACCOUNTS[0][0]}:loadbalancer/app/shop/0f1e",
            type="AWS::ElasticLoadBalancingV2::LoadBalancer",
            faults=(fault("off"),),
        ),
    ]
    gap = Gap("AWS::S3::Bucket", "s3:GetPublicAccessBlock", denied.what, denied.code, REGIONS[0], "stage")
    waiting = [Unjudged("CloudTrail.1", two, GLOBAL, 1)]
    return picture(
        found if rows is None else rows,
        language=language,
        accounts=2,
        unjudged=waiting,
        gaps=[(two, gap)],
        waivers=WAIVERS if rows is None else (),
        policy=default() if rows is None else None,
    )


def picture(
    rows: Sequence[Row],
    *,
    language: Language,
    accounts: int,
    unjudged: Sequence[Unjudged] = (),
    gaps: Sequence[tuple[str, Gap]] = (),
    waivers: Sequence[Waiver] = (),
    shipped: Callable[[Finding], Shipped | None] = lambda _: None,
    policy: Policy | None = None,
) -> Picture:
    """A picture of these rows under exceptions and a response policy, scored and with its actions chosen."""
    standards = (standard("fsbp"), standard("cis_5_0"))
    overlay = lay_over([r.finding for r in rows], waivers, shipped=shipped, now=AT)
    if policy:
        met = {a: Entered(a, name, environment, "", ()) for a, name, environment in ACCOUNTS}
        overlay = lay_policy(overlay, [Kept(r.finding, tags={}) for r in rows], met, policy)
    findings = list(overlay.findings)
    rows = [
        msgspec.structs.replace(r, finding=f, hidden_by=overlay.hidden.get(f.identity))
        for r, f in zip(rows, findings, strict=True)
    ]
    ids = [a for a, _, _ in ACCOUNTS[:accounts]]
    asked = (*standards, standard(EXPOSURES))
    chosen = actions(
        findings,
        unjudged=unjudged,
        standards=asked,
        severity=severity,
        minutes=dict.fromkeys((c for s in asked for c in s.controls), 3),
    )
    return Picture(
        scan_id="20261124T090000Z-1f3a",
        at=AT,
        product_version="0.1.0",
        standards=standards,
        accounts=tuple(_account(a, findings, unjudged, gaps, standards) for a in ids),
        estate_scores=_scores(findings, unjudged, standards),
        region_scores={
            region: _scores([f for f in findings if f.region == region], unjudged, standards)
            for region in REGIONS
        },
        findings=rows,
        unjudged=unjudged,
        gaps=gaps,
        actions=chosen,
        checklists={
            name: check(
                checklist(name).lines,
                findings,
                unjudged=unjudged,
                accounts=ids,
                asked=frozenset(c for s in asked for c in s.controls),
                answers=ANSWERS,
                today=AT.date(),
            )
            for name in (EXPOSURES, "seven_checks")
        },
        calls=1234,
        wall_s=8.25,
        language=language,
        exceptions=overlay,
        today=AT.date(),
    )


def _account(
    id: str,
    findings: Sequence[Finding],
    unjudged: Sequence[Unjudged],
    gaps: Sequence[tuple[str, Gap]],
    standards: Sequence[Standard],
) -> AccountPicture:
    _, name, environment = next(a for a in ACCOUNTS if a[0] == id)
    own = [f for f in findings if f.account == id]
    met = next((g for a, g in gaps if a == id), None)
    return AccountPicture(
        id,
        name,
        environment,
        "platform-team@example.com",
        "partial" if met and own else "unseen" if met else "complete",
        Reason(met.code, met.permission) if met else None,
        _scores(own, [u for u in unjudged if u.account == id], standards),
    )


def _scores(
    findings: Sequence[Finding], unjudged: Sequence[Unjudged], standards: Sequence[Standard]
) -> dict[str, Score]:
    return {s.id: score(findings, unjudged, s.controls) for s in standards}


def large(language: Language = "ja") -> Picture:
    """Six accounts, three Regions, about 6,000 findings, 1,200 of them failed, one account unseen."""
    controls = standard("fsbp").controls
    rows: list[Row] = []
    for number in range(6000):
        control = controls[number % len(controls)]
        account = ACCOUNTS[number // 7 % 5][0]
        region = REGIONS[number // 3 % 3]
        facts = catalogue()[plain(control)]
        type = next((s for s in facts.subjects if "::" in s), "AWS::::Account")
        service = type.split("::")[1].lower() or "iam"
        resource = f"arn:aws:{service}:{region}:{account}:thing/shop-{service}-{number:05d}-4f1c2d"
        kind = number % 10 if number % len(controls) % 3 == 0 else 9
        status = (
            Status.FAILED
            if kind < 6
            else Status.NOT_AVAILABLE
            if kind == 6 and number % 3 == 0
            else Status.PASSED
        )
        faults = (fault("setting_off", setting="BlockPublicAcls"), fault("open", port=22, cidr="0.0.0.0/0"))
        rows.append(
            row(
                control,
                status,
                account=account,
                region=region,
                resource=resource,
                type=type,
                faults=faults[: 1 + number % 2] if status is Status.FAILED else (),
                reason=Reason("AccessDenied", f"{service}:GetThing")
                if status is Status.NOT_AVAILABLE
                else None,
                workflow="SUPPRESSED" if kind == 5 and number % 7 == 0 else "NEW",
                days=number % 90,
            )
        )
    gaps = [
        (ACCOUNTS[2][0], Gap("AWS::KMS::Key", "kms:GetKeyPolicy", "kms:GetKeyPolicy", "AccessDenied", r, "k"))
        for r in REGIONS
    ] + [(ACCOUNTS[5][0], Gap("", "sts:AssumeRole", "sts:AssumeRole", "AccessDenied", "aws-global"))]
    waiting = [Unjudged(c, ACCOUNTS[0][0], REGIONS[0], 4) for c in controls[10:16]]
    return picture(rows, language=language, accounts=6, unjudged=waiting, gaps=gaps)
