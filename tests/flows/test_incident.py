"""The card: what is typed is found in the kept scan, what was not seen is said as unseen, and commands are filled in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ishigaki.core.estate import Account, Estate, Settings
from ishigaki.core.incident import Card, Kind, subject_of
from ishigaki.core.usage import UsageError
from ishigaki.flows import incident
from ishigaki.store.snapshots import Entered
from tests.core.key_ids import key_id
from tests.flows.incident_store import (
    AT,
    BUCKET,
    EMPTY,
    ENTERED,
    INSTANCE,
    KEY,
    LAB,
    OTHER,
    REGION,
    SHOP,
    UPLOADER,
    keep,
    pages,
)

NOW = AT + timedelta(hours=2)


def made(store: Path, text: str, *, estate: Estate | None = None, kind: Kind | None = None) -> Card:
    return incident.card(subject_of(text, kind=kind), store=store, estate=estate, since=NOW, now=NOW)


def facts(card: Card) -> dict[str, Any]:
    return {f.name: f"unseen: {f.unseen}" if f.unseen else f.value for f in card.facts}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    keep(folder)
    return folder


def test_a_key_is_found_with_its_user_its_use_and_what_it_may_do(store: Path) -> None:
    card = made(store, KEY)
    told = facts(card)
    assert (card.subject.kind, card.subject.account) == (Kind.ACCESS_KEY, SHOP)
    assert told["account"] == f"shop-prod ({SHOP})"
    assert (told["owner"], told["environment"]) == ("shop@example.com", "production")
    assert told["user"] == "uploader"
    assert (told["key_status"], told["key_service"], told["key_region"]) == ("Active", "s3", "eu-west-1")
    assert told["key_used"].isoformat() == "2026-11-23T22:00:00+00:00"
    assert told["other_keys"] == (f"{OTHER} (Inactive)",)
    assert (told["console_password"], told["mfa"]) == (False, False)
    assert told["administrator"] == ("shop-all",)
    assert told["quarantine"] == ("AWSCompromisedKeyQuarantineV3",)
    assert told["trail"] is True
    assert [f.control for f in card.findings] == ["IAM.3"]
    assert card.values["USER_ARN"] == UPLOADER
    assert (card.values["USER"], card.values["REGION"]) == ("uploader", "eu-west-1")
    assert (card.values["START_DATE"], card.values["END_DATE"]) == ("2026-11-10", "2026-11-25")


def test_a_key_that_is_not_the_reports_has_no_use(store: Path) -> None:
    told = facts(made(store, OTHER))
    assert (told["key_status"], told["key_used"]) == ("Inactive", None)


@pytest.mark.parametrize("text", ["uploader", UPLOADER])
def test_a_user_is_found_by_name_or_arn(store: Path, text: str) -> None:
    card = made(store, text)
    assert (card.subject.kind, card.subject.account) == (Kind.USER, SHOP)
    assert facts(card)["keys"] == (f"{KEY} (Active)", f"{OTHER} (Inactive)")
    assert card.values["USER_ARN"] == UPLOADER


def test_an_instance_is_found_with_its_role_and_what_opens_it(store: Path) -> None:
    card = made(store, INSTANCE)
    told = facts(card)
    assert (card.subject.account, card.subject.region) == (SHOP, REGION)
    assert told["security_groups"] == ("sg-0123456789abcdef0 (web)",)
    assert (told["public_addresses"], told["volumes"]) == (("198.51.100.7",), ("vol-0a1b2c3d",))
    assert (told["role"], told["administrator"], told["imdsv2"]) == ("web", ("inline",), False)
    assert [f.control for f in card.findings] == ["EC2.13"]
    assert (card.values["VPC_ID"], card.values["ROLE"]) == ("vpc-0a1b2c3d", "web")


def test_a_bucket_says_who_can_come_in_and_what_would_show_it(store: Path) -> None:
    card = made(store, f"arn:aws:s3:::{BUCKET}")
    told = facts(card)
    assert card.subject.account == SHOP
    assert (told["bucket_block"], told["account_block"]) == (False, False)
    assert (told["open_policy"], told["open_acl"]) == (("Site",), ())
    assert (told["versioning"], told["access_logs"]) == (False, None)
    assert told["encryption"] == "unseen: AccessDenied"
    assert told["tags"] == "unseen: AccessDenied"
    assert told["reads_recorded"] is False
    assert told["writes_recorded"] == "unseen: NotCollected"
    assert card.values["REGION"] == REGION


def test_the_root_user_is_told_by_the_account(store: Path) -> None:
    card = made(store, f"arn:aws:iam::{SHOP}:root")
    told = facts(card)
    assert (told["root_keys"], told["mfa"]) == (True, False)
    assert told["password_used"].isoformat() == "2026-11-01T00:00:00+00:00"
    assert [f.control for f in card.findings] == ["IAM.4"]


def test_a_role_says_who_may_assume_it(store: Path) -> None:
    told = facts(made(store, f"arn:aws:sts::{SHOP}:assumed-role/web/i-1"))
    assert told["trusts"] == ("ec2.amazonaws.com", f"arn:aws:iam::{LAB}:root")
    assert told["role_used"].isoformat() == "2026-11-24T01:00:00+00:00"


def test_a_session_is_not_listed_and_its_account_is_told_all_the_same(store: Path) -> None:
    told = facts(made(store, key_id(SHOP, 1, "ASIA")))
    assert told["account"] == f"shop-prod ({SHOP})"
    assert told["thing"] == "unseen: SessionsAreNotListed"


def test_a_key_of_another_account_is_not_of_the_estate(store: Path) -> None:
    told = facts(made(store, key_id("111122223333", 1, "ASIA")))
    assert (told["account"], told["in_estate"]) == ("111122223333", False)


def test_a_key_that_no_user_has_is_said_to_be_so(store: Path) -> None:
    card = made(store, key_id(SHOP, 3))
    assert facts(card)["thing"] == "unseen: NotInLastScan"
    assert card.notes == ("key_of_no_user",)
    assert not card.judged


def test_the_example_of_documentation_is_said_to_be_one(store: Path) -> None:
    card = made(store, "AKIAIOSFODNN7EXAMPLE")
    assert "example" in card.notes
    assert "ACCOUNT_ID" not in card.values


def test_a_name_that_nothing_has_leads_to_the_general_flow(store: Path) -> None:
    card = made(store, "nobody")
    assert (card.subject.kind, card.notes) == (Kind.UNKNOWN, ("no_such_name",))
    assert made(store, "nobody", kind=Kind.USER).subject.kind is Kind.USER


def test_without_a_scan_everything_is_unseen_and_nothing_absent(tmp_path: Path) -> None:
    card = made(tmp_path, KEY)
    told = facts(card)
    assert (card.notes, card.scan, card.judged) == (("no_scan",), "", False)
    assert told["account"] == SHOP
    assert {told[name] for name in ("in_estate", "thing", "trail")} == {"unseen: NoScanKept"}


def test_the_estate_file_outweighs_what_the_scan_was_told(store: Path) -> None:
    own = Account(SHOP, "EC", environment="prod", owner="ec@example.com", contacts=("03-0000-0000",))
    told = facts(made(store, KEY, estate=Estate(accounts=(own,))))
    assert (told["account"], told["owner"], told["contacts"]) == (
        f"EC ({SHOP})",
        "ec@example.com",
        ("03-0000-0000",),
    )


@pytest.mark.parametrize(("discover", "found"), [("", False), ("organizations", "unseen: NoScanKept")])
def test_an_account_may_be_of_an_estate_that_was_not_discovered_yet(
    tmp_path: Path, discover: Any, found: Any
) -> None:
    estate = Estate(estate=Settings(discover=discover), accounts=(Account(LAB),))
    assert facts(made(tmp_path, KEY, estate=estate))["in_estate"] == found


def test_what_was_denied_is_unseen_fact_by_fact(tmp_path: Path) -> None:
    blind = {
        k: v for k, v in pages(SHOP).items() if k not in ("GetCredentialReport", "GenerateCredentialReport")
    }
    keep(tmp_path, {SHOP: blind})
    told = facts(made(tmp_path, KEY))
    assert (told["user"], told["key_status"]) == ("uploader", "Active")
    assert {told[n] for n in ("key_used", "mfa", "console_password")} == {"unseen: AccessDenied"}
    assert told["administrator"] == ("shop-all",)


def test_keys_that_could_not_be_listed_are_unseen_rather_than_nobodys(tmp_path: Path) -> None:
    keep(tmp_path, {SHOP: pages(SHOP) | {"ListAccessKeys": "AccessDenied"}})
    card = made(tmp_path, KEY)
    assert facts(card)["thing"] == "unseen: AccessDenied"
    assert card.notes == ()


def test_a_policy_that_was_not_seen_leaves_open_who_is_administrator(tmp_path: Path) -> None:
    whole = pages(SHOP)
    whole["GetAccountAuthorizationDetails"] = whole["GetAccountAuthorizationDetails"] | {"Policies": []}
    keep(tmp_path, {SHOP: whole})
    assert facts(made(tmp_path, KEY))["administrator"] == "unseen: NotInAnswer"


def test_an_account_that_could_not_be_entered_says_why(tmp_path: Path) -> None:
    shut = ENTERED | {SHOP: Entered(SHOP, "shop-prod", "production", "", trouble="AccessDenied")}
    keep(tmp_path, {LAB: EMPTY}, entered=shut)
    assert facts(made(tmp_path, KEY))["thing"] == "unseen: AccessDenied"


def test_findings_that_were_not_kept_prove_nothing(tmp_path: Path) -> None:
    header = keep(tmp_path)
    (tmp_path / "findings" / f"{header.id}.jsonl.gz").unlink()
    card = made(tmp_path, KEY)
    assert not card.judged
    assert facts(card)["trail"] == "unseen: NoScanKept"


def test_a_name_of_several_things_is_asked_about(tmp_path: Path) -> None:
    keep(tmp_path, {SHOP: pages(SHOP), LAB: pages(LAB)})
    with pytest.raises(UsageError) as several:
        made(tmp_path, "uploader")
    assert several.value.code == "incident_several"
    assert UPLOADER in several.value.facts["ids"]
    assert facts(made(tmp_path, UPLOADER))["account"] == f"shop-prod ({SHOP})"
