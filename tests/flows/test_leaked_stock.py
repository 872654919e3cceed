"""Whose a found key is, by the stock-take of users and keys: with no scan, beside an older and beside a newer one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ishigaki.core.leak import Standing, Whose
from ishigaki.core.people import AnyRow, Key, Person, Visit
from ishigaki.core.secret import Hit
from ishigaki.flows.leaked import register
from ishigaki.flows.leaked_stock import better
from ishigaki.store.lake import History

pytest.importorskip("duckdb")
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
SHOP, LOST, OTHER = "111111111111", "222222222222", "333333333333"
ARN = f"arn:aws:iam::{SHOP}:user/bot"
QUARANTINED = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"


def hit(key: str, account: str = SHOP, **told: Any) -> Hit:
    return Hit("aws-access-key", "a.env", 1, 1, key_id=key, account=account, **told)


def taken(store: Path, *more: AnyRow, gaps: tuple[str, ...] = ()) -> None:
    shown: dict[str, Any] = {"account": SHOP, "account_name": "shop", "collected_at": AT}
    who: dict[str, Any] = {"what": "iam_user", "user_name": "bot", "user_id": ARN, "used_by": "machine"}
    use: dict[str, Any] = {
        "used_at": AT - timedelta(days=2),
        "used_service": "s3",
        "used_region": "eu-west-1",
    }
    rows: list[AnyRow] = [
        Visit(**shown, owner="ops@example.com", seen=True, gaps=gaps),
        Visit(account=LOST, collected_at=AT, seen=False, code="AccessDenied"),
        Person(**shown, **who, admin=True, admin_by=("inline:all",), policies=("inline:all", QUARANTINED)),
        Key(**shown, **who, key_id="AKIAACTIVE", status="Active", never_used=False, created_at=AT, **use),
        *more,
    ]
    History(store).write(AT.date(), rows)


def whose(store: Path, found: Hit) -> Whose:
    told = register([found], store=store, estate=None).of(found)
    assert told is not None
    return told


def test_a_key_is_known_by_its_user_its_state_and_what_it_can_do(tmp_path: Path) -> None:
    taken(tmp_path)
    found = whose(tmp_path, hit("AKIAACTIVE"))
    assert (found.standing, found.name, found.owner) == (Standing.OURS, "shop", "ops@example.com")
    assert (found.user, found.active) == ("bot", True)
    assert {f.name: f.value for f in found.facts} == {
        "user": "bot",
        "key_status": "Active",
        "key_created": AT,
        "key_used": AT - timedelta(days=2),
        "key_service": "s3",
        "key_region": "eu-west-1",
        "administrator": ("inline:all",),
        "quarantine": ("AWSCompromisedKeyQuarantineV3",),
    }
    assert register([hit("AKIAACTIVE")], store=tmp_path, estate=None).taken == AT


@pytest.mark.parametrize(
    ("found", "standing", "why"),
    [
        (hit("AKIAGONE"), Standing.NOT_LISTED, ""),
        (hit("ASIASESSION"), Standing.SESSION, ""),
        (hit("AKIAX", LOST), Standing.UNSEEN, "AccessDenied"),
        (hit("AKIAX", OTHER), Standing.NOT_OURS, ""),
        (hit("AKIAOLDFORM", ""), Standing.NO_ACCOUNT, ""),
        (hit("AKIAACTIVE", ""), Standing.OURS, ""),  # it does not tell its account: the list does
        (hit("", user="bot"), Standing.OURS, ""),
    ],
)
def test_how_a_key_stands(tmp_path: Path, found: Hit, standing: Standing, why: str) -> None:
    taken(tmp_path)
    told = whose(tmp_path, found)
    assert (told.standing, told.why) == (standing, why)


def test_where_keys_were_not_listed_a_key_is_not_called_gone(tmp_path: Path) -> None:
    taken(tmp_path, gaps=("iam:ListAccessKeys: AccessDenied",))
    told = whose(tmp_path, hit("AKIAGONE"))
    assert (told.standing, told.why) == (Standing.UNSEEN, "AccessDenied")


def test_what_was_not_seen_of_a_key_and_its_user_is_said(tmp_path: Path) -> None:
    who: dict[str, Any] = {"what": "iam_user", "user_name": "new", "user_id": "n", "used_by": "unknown"}
    shown: dict[str, Any] = {"account": SHOP, "collected_at": AT}
    taken(tmp_path, Person(**shown, **who), Key(**shown, **who, key_id="AKIANEW", status="Inactive"))
    told = whose(tmp_path, hit("AKIANEW"))
    assert told.active is False
    assert {f.name for f in told.facts if f.unseen} == {"key_used", "administrator"}


def test_without_a_stock_take_or_duckdb_nothing_is_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert whose(tmp_path, hit("AKIAACTIVE")).standing is Standing.UNTOLD
    taken(tmp_path)
    path = History(tmp_path).path(AT.date())
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    assert whose(tmp_path, hit("AKIAACTIVE")).standing is Standing.UNTOLD
    path.write_bytes(whole)
    monkeypatch.setattr("ishigaki.flows.leaked_stock.find_spec", lambda _: None)
    assert whose(tmp_path, hit("AKIAACTIVE")).standing is Standing.UNTOLD


def test_of_two_inventories_the_one_that_saw_the_account_tells_and_the_newer_first() -> None:
    ours, gone = Whose(Standing.OURS, SHOP, owner="ops"), Whose(Standing.NOT_LISTED, SHOP, "shop")
    assert better([gone, ours]) == Whose(Standing.NOT_LISTED, SHOP, "shop", "ops")
    assert better([Whose(Standing.UNSEEN, SHOP), ours]) == ours
    assert better([Whose(Standing.NOT_OURS, SHOP), Whose(Standing.UNSEEN, SHOP)]).standing is Standing.UNSEEN
    assert better([Whose(Standing.NO_ACCOUNT), Whose(Standing.UNTOLD)]).standing is Standing.NO_ACCOUNT
