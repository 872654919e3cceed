"""The company: its members, its words, and that the emulator holds what the steps say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any

import pytest

from ishigaki.core.estate import accounts_of, parse
from ishigaki.demo.accounts import orders, sandbox, shop
from ishigaki.demo.accounts.landing_zone import LOG_BUCKET
from ishigaki.demo.company import COMPANY, EXTERNAL_ID, ROLE, TOOLING, estate
from ishigaki.demo.emulator.server import start
from ishigaki.demo.furnish import furnish
from ishigaki.demo.steps import IRELAND, REGIONS, TOKYO, Do, Member, Of
from ishigaki.demo.surroundings import aws_is_at, without_aws
from ishigaki.demo.words import words
from tests.demo.conftest import Aws

NEW = COMPANY[-1]


@pytest.fixture(scope="module")
def furnished() -> Iterator[tuple[Aws, str]]:
    """The company, and the access key of its tooling account's user."""
    with without_aws():
        emulator = start()
        try:
            aws_is_at(emulator.url)
            keys = furnish(emulator.url)
            yield Aws(emulator.url), keys.access_key
        finally:
            emulator.stop()


def test_the_company_has_six_accounts_of_two_environments_in_three_regions() -> None:
    accounts = accounts_of(parse(estate("ja"), file="estate.toml"))
    assert len({a.id for a in accounts}) == len(accounts) == 6
    assert [a.environment for a in accounts].count("production") == 4
    assert [a.environment for a in accounts].count("non-production") == 2
    assert {a.regions for a in accounts} == {REGIONS}
    assert {a.role for a in accounts} == {ROLE}
    assert TOOLING not in {a.id for a in accounts}
    assert NEW.steps == ()


def references(value: Any) -> Iterator[Of]:
    """Every reference within a step's parameters."""
    if isinstance(value, Of):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from references(part)


@pytest.mark.parametrize("member", COMPANY, ids=lambda m: m.id)
def test_every_reference_is_to_an_answer_that_is_kept_by_then(member: Member) -> None:
    kept: set[str] = set()
    for step in member.steps:
        named = references(step.params if isinstance(step, Do) else step.of)
        assert {reference.name for reference in named} <= kept
        kept |= {step.keep} if isinstance(step, Do) else set()


def test_every_word_exists_in_both_languages_with_the_same_blanks() -> None:
    for said in words().values():
        assert said.keys() == {"en", "ja"}
        blanks = [{b for _, b, _, _ in Formatter().parse(text) if b} for text in said.values()]
        assert blanks[0] == blanks[1]


def test_every_account_is_entered_by_its_role_and_the_external_id(furnished: tuple[Aws, str]) -> None:
    aws, key = furnished
    sts = aws.client("sts", account=key)
    for member in COMPANY:
        arn = f"arn:aws:iam::{member.id}:role/{ROLE}"
        session = sts.assume_role(RoleArn=arn, RoleSessionName="test", ExternalId=EXTERNAL_ID)
        assert session["AssumedRoleUser"]["Arn"].split(":")[4] == member.id
        with pytest.raises(sts.exceptions.ClientError, match="AccessDenied"):
            sts.assume_role(RoleArn=arn, RoleSessionName="test")


def test_trails_deliver_to_the_log_archive(furnished: tuple[Aws, str]) -> None:
    aws, _ = furnished
    for member in (orders.ORDERS, shop.SHOP):
        trails = aws.client("cloudtrail", account=member.id, region=IRELAND).describe_trails()["trailList"]
        assert [(t["HomeRegion"], t["S3BucketName"]) for t in trails] == [(TOKYO, LOG_BUCKET)]


def test_the_new_account_holds_nothing_but_the_roles_of_the_entrance(furnished: tuple[Aws, str]) -> None:
    aws, _ = furnished
    assert aws.client("s3", account=NEW.id).list_buckets()["Buckets"] == []
    assert aws.client("cloudtrail", account=NEW.id, region=TOKYO).describe_trails()["trailList"] == []
    roles = aws.client("iam", account=NEW.id).list_roles()["Roles"]
    assert {r["RoleName"] for r in roles if not r["Path"].startswith("/aws-service-role/")} == {
        ROLE,
        "StackDeployment",
    }


def test_the_good_account_has_no_default_vpc_and_the_grown_one_has(furnished: tuple[Aws, str]) -> None:
    aws, _ = furnished
    for region in REGIONS:
        default = {
            member.id: [
                vpc["IsDefault"]
                for vpc in aws.client("ec2", account=member.id, region=region).describe_vpcs()["Vpcs"]
            ]
            for member in (orders.ORDERS, shop.SHOP)
        }
        assert True not in default[orders.ID]
        assert True in default[shop.ID]


def test_old_keys_are_old_and_admins_are_admins(furnished: tuple[Aws, str]) -> None:
    aws, _ = furnished
    iam = aws.client("iam", account=shop.ID)
    key = iam.list_access_keys(UserName="--shop-uploader")["AccessKeyMetadata"][0]
    assert datetime.now(UTC) - key["CreateDate"] > timedelta(days=1999)
    groups = aws.client("iam", account=sandbox.ID).list_groups_for_user(UserName="sato")["Groups"]
    assert [g["GroupName"] for g in groups] == ["everybody"]


def test_the_shop_is_open_where_it_should_be(furnished: tuple[Aws, str]) -> None:
    aws, _ = furnished
    ec2 = aws.client("ec2", account=shop.ID, region=TOKYO)
    groups = {g["GroupName"]: g for g in ec2.describe_security_groups()["SecurityGroups"]}
    rule = groups["=SUM(1+1)*test-sg"]["IpPermissions"][0]
    assert (rule["FromPort"], rule["IpRanges"][0]["CidrIp"]) == (22, "0.0.0.0/0")
    status = aws.client("s3", account=shop.ID, region=TOKYO).get_bucket_policy_status(Bucket=shop.IMAGES)
    assert status["PolicyStatus"]["IsPublic"]
    shared = ec2.describe_snapshots(RestorableByUserIds=["all"], OwnerIds=["self"])["Snapshots"]
    assert [s["Description"] for s in shared] == ["before 2019"]
