"""The announcement of a plan: goldens, and what it must and must not say."""

from __future__ import annotations

import msgspec
import pytest

from ishigaki.core.change import Safety
from ishigaki.report.announce import announcement, escaped
from tests.report import golden
from tests.report.plans import CHANGES, SANDBOX, SHOP, change, plan, speak

CONTACTS = {SHOP: "shop@example.com", SANDBOX: "shop@example.com"}


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch)


def test_the_announcement_is_as_it_was() -> None:
    notice = announcement(plan(*CHANGES), when="2026-12-01 10:00 JST", contacts=CONTACTS)
    golden.check("announcement.md", notice)


def test_what_is_left_open_says_so_with_the_end_of_the_plan() -> None:
    notice = announcement(plan(*CHANGES))
    assert "2026-11-25 09:00 UTC" in notice
    assert "(Write a contact here.)" in notice
    assert "(お問い合わせ先を記入してください)" in notice


def test_one_contact_stands_for_all() -> None:
    notice = announcement(plan(*CHANGES), contact="#security", contacts=CONTACTS)
    assert "shop@example.com" not in notice
    assert r"\#security" in notice


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("sns:Subscribe", "Subscription Confirmation"),
        ("config:StartConfigurationRecorder", "AWS Config records every resource"),
        ("iam:UpdateAccessKey", "InvalidClientTokenId"),
    ],
)
def test_the_messages_to_expect_are_those_of_its_calls(call: str, said: str) -> None:
    assert said in announcement(plan(change(1, "strengthen_password_policy", call)))
    assert said not in announcement(plan(*CHANGES))


def test_shield_advanced_is_named_with_its_price_before_anything_is_done() -> None:
    subscribe = change(1, "strengthen_password_policy", "shield:CreateSubscription", safety=Safety.DISRUPTIVE)
    notice = announcement(plan(subscribe))
    assert "USD 3,000.00 a month" in notice
    assert "月額 3,000.00 USD" in notice
    assert "Shield" not in announcement(plan(*CHANGES))


def test_a_plan_without_changes_announces_nothing() -> None:
    notice = announcement(plan())
    assert "Nothing changes." in notice
    assert "変更はありません。" in notice


def test_a_name_is_no_markdown_and_no_control_sequence() -> None:
    assert escaped("*a*[b](c)<d>\x1b") == r"\*a\*\[b\](c)\<d\>" + "\ufffd"


def test_accounts_beyond_the_first_few_are_a_number() -> None:
    ids = [f"{number:012}" for number in range(20)]
    changes = tuple(change(1, "watch_for_threats", "guardduty:CreateDetector", account=each) for each in ids)
    around = dict.fromkeys(ids, plan().around[SHOP])
    notice = announcement(msgspec.structs.replace(plan(), around=around, changes=changes))
    assert "12 more accounts" in notice
    assert "ほか 12 アカウント" in notice
