"""The road of the demonstration's new account: before, plan, apply, after, one change taken back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from ishigaki.aws.access import Access
from ishigaki.baselines.desired import parse
from ishigaki.core.estate import Account, Estate
from ishigaki.core.score import Score
from ishigaki.core.waiver import Waiver
from ishigaki.flows.apply import Machine, Permit, Run, apply
from ishigaki.flows.road import Residual, Road, Stage, Traveller, look, stage, walk
from ishigaki.flows.undo import undo_plan
from ishigaki.standards.choice import Ask
from ishigaki.texts import Language, control_text, note_text

NAP = 0.05  # AWS on this machine is consistent at once: nothing has to be waited for
# What only the company can know: whom AWS should call.
CONTACTS = "".join(
    f"""
[items.contacts.{kind}]
name = "{name}"
title = "{title}"
email = "{kind}@aomine-foods.example"
phone = "+81-3-0000-0000"
"""
    for kind, name, title in (
        ("security", "CCoE", "Security"),
        ("operations", "CCoE", "Operations"),
        ("billing", "Finance", "Billing"),
    )
)
# What this company decides not to do in an account for trials, and writes down.
DECIDED: Mapping[str, Mapping[Language, str]] = {
    "endpoints": {
        "en": "The default VPC carries nothing; an interface endpoint costs from 7 USD a month and zone.",
        "ja": "デフォルト VPC は使っておらず、インターフェイスエンドポイントは AZ ごとに月額 7 USD 以上かかるためです。",
    },
    "services": {
        "en": "Not bought for an account without workload; decided again when it goes into production.",
        "ja": "ワークロードのないアカウントでは契約しません。本番利用を始めるときに改めて判断します。",
    },
    "gateways": {
        "en": "It would stop every internet gateway of the Region; open groups are found by EC2.18 and EC2.19.",
        "ja": "リージョン内のインターネットゲートウェイがすべて止まるため見送り、公開設定は EC2.18 と EC2.19 で検出します。",
    },
}
EXCEPTED: Mapping[str, str] = {
    **dict.fromkeys(("EC2.10", "EC2.55", "EC2.56", "EC2.57", "EC2.58", "EC2.60"), "endpoints"),
    **dict.fromkeys(("Inspector.1", "Inspector.2", "Inspector.3", "Inspector.4"), "services"),
    **dict.fromkeys(("Macie.1", "Macie.2"), "services"),
    "EC2.172": "gateways",
}


class Walked(msgspec.Struct, frozen=True):
    """The road, the account once its exceptions are written down, and the run that took one change back."""

    road: Road
    excepted: Stage
    residuals: tuple[Residual, ...]
    undone: Run


def walk_new_account(
    access: Access, account: Account, asked: Ask, *, estate: Estate, folder: Path, language: Language
) -> Walked:
    """Walk the new account's road on the embedded estate."""
    who = Traveller(
        access,
        account,
        asked,
        estate,
        folder,
        lambda: datetime.now(UTC),
        Machine(sleep=lambda seconds: time.sleep(min(seconds, NAP))),
        wanted=parse(f'profile = "none"\n{CONTACTS}', file="baseline.toml"),
    )
    road = walk(who)
    seen = look(who)
    waivers = tuple(_written(seen.findings, account, language))
    excepted = stage(seen, msgspec.structs.replace(who, excepted=waivers))
    left = tuple(r for r in road.residuals if r.control in excepted.failing)
    return Walked(road, excepted, left, _one_back(who, road))


def _written(findings: Any, account: Account, language: Language) -> list[Waiver]:
    """Each decision as an exception of exactly the resources that fail."""
    ids: dict[str, set[str]] = {}
    for finding in findings:
        if finding.control in EXCEPTED and finding.status == "FAILED":
            ids.setdefault(finding.control, set()).add(finding.resource)
    today = datetime.now(UTC).date()
    return [
        Waiver(
            control=control,
            account=account.id,
            reason=DECIDED[EXCEPTED[control]][language],
            owner=account.owner,
            approved=today,
            expires=today + timedelta(days=180),
            resource=tuple(sorted(resources)),
            approver="ccoe@aomine-foods.example",
        )
        for control, resources in sorted(ids.items())
    ]


def _one_back(who: Traveller, road: Road) -> Run:
    """Take one change back: the password policy's, which nobody feels."""
    run = road.runs[0]
    change = [c for c in run.plan.changes if c.remediation == "strengthen_password_policy"][-1]
    back = undo_plan(who.folder, run.id, only=(change.id,), now=who.clock())
    return apply(
        who.access, [who.account], back, Permit(disruptive=True), folder=who.folder, machine=who.machine
    )


def figures(walked: Walked, language: Language) -> dict[str, Any]:
    """The road as the summary shows it."""
    road = walked.road
    outcomes = Counter(r.outcome.value for r in walked.undone.results.values())
    return {
        "before": _scores(road.before.scores),
        "after": _scores(walked.excepted.scores),
        "applied": road.applied,
        "manual": len({x.control for x in road.plans[-1].left}),
        "excepted": list(walked.excepted.excepted),
        "residuals": [{"control": r.control, "reason": _reason(r, language)} for r in walked.residuals],
        "undone": outcomes["proven"],
    }


def _reason(left: Residual, language: Language) -> str:
    """Why a control still fails: what was said of it, else what a person has to do."""
    if left.reason.code == "manual":
        return control_text(left.control).fix[language]
    return note_text(left.reason, language)


def _scores(scores: Mapping[str, Score]) -> dict[str, Any]:
    return {
        name: {"passed": s.passed, "counted": s.counted, "score": s.low, "honest_score": s.honest}
        for name, s in scores.items()
    }
