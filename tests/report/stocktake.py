"""A stock-take of three accounts to be shown: one in order, one that is not, one that was not seen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from ishigaki.core.people import AnyRow, Assignment, Key, Person, Trust, Visit
from ishigaki.report.people import Shown
from ishigaki.texts import Language

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
MADE = AT - timedelta(hours=2, minutes=5)
JUMP, SHOP, LOST = "111111111111", "222222222222", "333333333333"
NAMES = {JUMP: "踏み台 jump", SHOP: "通販-本番 shop-prod", LOST: "受発注-本番 orders-prod"}
KEY = "AKIAIOSFODNN7EXAMPLE"


def of(account: str) -> dict[str, Any]:
    return {"account": account, "account_name": NAMES[account], "collected_at": AT}


def visit(account: str, **told: Any) -> Visit:
    return Visit(**of(account), **{"seen": True, "report_at": MADE, "sso": "AccessDeniedException", **told})


def person(account: str, name: str, **told: Any) -> Person:
    plain = {
        "what": "iam_user",
        "user_id": f"arn:aws:iam::{account}:user/{name}",
        "used_by": "human",
        "evidence": ("signed_in", "console_password"),
        "console": True,
        "mfa": True,
        "active_keys": 0,
        "inactive_keys": 0,
        "admin": False,
        "used_at": AT - timedelta(days=3),
        "idle_days": 3,
    }
    return Person(**of(account), user_name=name, **{**plain, **told})


def root(account: str, **told: Any) -> Person:
    plain = {"what": "root", "used_by": "root", "evidence": ("root_user",), "admin": True, "used_at": None}
    return person(account, "<root_account>", **{**plain, "idle_days": 900, **told})


def key(account: str, name: str, **told: Any) -> Key:
    plain = {"what": "iam_user", "user_id": f"arn:aws:iam::{account}:user/{name}", "used_by": "machine"}
    return Key(**of(account), user_name=name, key_id=KEY, status="Active", **{**plain, **told})


def trust(account: str, role: str, *faults: str, **told: Any) -> Trust:
    return Trust(
        **of(account), role_name=role, role_id=f"arn:aws:iam::{account}:role/{role}", faults=faults, **told
    )


BOT = {
    "used_by": "machine",
    "evidence": ("key_used", "key_only", "name_machine"),
    "console": False,
    "mfa": False,
}


def rows() -> list[AnyRow]:
    return [
        visit(JUMP, sso="read", is_jump=True, workload=("AWS::EC2::Instance ap-northeast-1: 2",)),
        visit(SHOP, gaps=("iam:ListServiceSpecificCredentials: AccessDenied",)),
        visit(LOST, seen=False, code="WrongReport", message="it is of account 999999999999", last_good=date(2026, 11, 20)),
        root(JUMP),
        root(SHOP, mfa=False, active_keys=1),
        person(JUMP, "hanako.sato", evidence=("signed_in", "console_password", "mfa_device", "name_person")),
        person(JUMP, "jiro", mfa=False, used_at=None, idle_days=400),
        person(SHOP, "deploy-bot", **BOT, active_keys=1, inactive_keys=1, used_service="s3", used_region="eu-west-1"),
        person(SHOP, "=cmd|calc", used_by="shared", evidence=("console_password",), admin=True, notes=("use_hole_2018",)),
        person(SHOP, "new\x1b[31m", used_by="unknown", evidence=("not_seen",), console=None, notes=("not_in_report",)),
        Person(**of(JUMP), what="sso_user", user_name="h@example.com", user_id="u1", used_by="human"),
        key(SHOP, "deploy-bot", age_days=800, idle_days=120),
        trust(
            SHOP,
            "switch",
            "whole_account",
            principal=f"arn:aws:iam::{JUMP}:root",
            principal_kind="account",
            principal_account=JUMP,
            principal_name=NAMES[JUMP],
            outside=False,
        ),
        trust(SHOP, "open", "anyone", principal="*", principal_kind="everyone", outside=True),
        trust(SHOP, "partner", principal="arn:aws:iam::999999999999:root", principal_kind="account", outside=True),
        Assignment(**of(SHOP), instance="i", permission_set="Admin", permission_set_id="p", user_id="u1"),
    ]  # fmt: skip


def shown(
    language: Language = "en", *, only: tuple[str, ...] = (), rows_of: list[AnyRow] | None = None
) -> Shown:
    return Shown(day=DAY, rows=rows() if rows_of is None else rows_of, language=language, only=only)
