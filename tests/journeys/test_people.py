"""The stock-take on the emulator: an organization of three accounts, one of them a jump account, with SSO beside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import Request, urlopen

import botocore.session
import pytest

from ishigaki.core.people import VIEWS, Assignment, Key, Person, Row, Trust, Visit
from ishigaki.demo.emulator.server import start
from ishigaki.store.lake import History

pytest.importorskip("duckdb")
R = TypeVar("R", bound=Row)
PROGRAM = [sys.executable, "-c", "from ishigaki.cli.main import run; run()"]
MANAGEMENT, HOME, ROLE = "123456789012", "ap-northeast-1", "OrganizationAccountAccessRole"
PARTNER = "999988887777"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC).isoformat()
BARE = f"""
[estate]
discover = "organizations"
home_region = "{HOME}"
regions = ["{HOME}"]
role = "{ROLE}"
time_zone = "Asia/Tokyo"
"""
ESTATE = f"""{BARE}
[people]
history = "s3://stock-takes/keys"
"""


@cache
def client(url: str, service: str, account: str, region: str) -> Any:
    """Made once: that takes longer than most calls."""
    return botocore.session.get_session().create_client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=account,
        aws_secret_access_key="none",
    )


@dataclass
class World:
    """The emulator, its members by name, and a desk at which the program runs."""

    url: str
    members: dict[str, str]
    folder: Path

    def client(self, service: str, account: str, region: str = HOME) -> Any:
        return client(self.url, service, account, region)

    def control(self, path: str, *, method: str = "PUT", body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/_ishigaki/{path}", data=data, method=method), timeout=30) as answer:
            return json.loads(answer.read())

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": MANAGEMENT,
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(self.folder / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "none"),
            "LANG": "en_US.UTF-8",
            "COLUMNS": "120",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        return subprocess.run(
            [*PROGRAM, *arguments], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )

    def collect(self, *arguments: str, code: int = 0) -> str:
        """What a stock-take says, by its exit code."""
        done = self.run("people", "collect", *arguments)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    @property
    def history(self) -> History:
        return History(self.folder / ".ishigaki")

    def rows(self, kind: type[R]) -> list[R]:
        return self.history.read(kind, self.history.days()[-1])


def trusting(principal: Any, **condition: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def policy(statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def jump_account(world: World) -> None:
    """Three people who sign in, by three kinds of MFA; and an instance that has no business there."""
    iam, account = world.client("iam", world.members["jump"]), world.members["jump"]
    devices = {
        "hanako.sato": f"arn:aws:iam::{account}:mfa/hanako",
        "jiro": f"arn:aws:iam::{account}:u2f/user/jiro/touch-id-1",
        "kazuko": "GAHT12345678",
    }
    iam.create_group(GroupName="operators")
    iam.attach_group_policy(GroupName="operators", PolicyArn=ADMINISTRATOR)
    for name, serial in devices.items():
        iam.create_user(UserName=name, Tags=[{"Key": "owner", "Value": "ops"}])
        iam.create_login_profile(UserName=name, Password="A-long-Passw0rd-1")
        if serial.startswith("arn") and ":mfa/" in serial:
            serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="hanako")["VirtualMFADevice"][
                "SerialNumber"
            ]
        codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
        iam.enable_mfa_device(UserName=name, SerialNumber=serial, **codes)
    iam.add_user_to_group(GroupName="operators", UserName="jiro")
    world.client("ec2", account).run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)


def shop_account(world: World) -> None:
    """A program with an old key and one that was disabled, an administrator by an inline policy, and open roles."""
    account, jump = world.members["shop"], world.members["jump"]
    iam = world.client("iam", account)
    iam.create_user(UserName="deploy-bot")
    keys = [iam.create_access_key(UserName="deploy-bot")["AccessKey"]["AccessKeyId"] for _ in range(2)]
    iam.update_access_key(UserName="deploy-bot", AccessKeyId=keys[1], Status="Inactive")
    used = {"created": LONG_AGO, "last_used": LONG_AGO, "service": "s3", "region": "eu-west-1"}
    world.control("ages", body={"account": account, "access_keys": dict.fromkeys(keys, used)})
    iam.create_service_specific_credential(UserName="deploy-bot", ServiceName="codecommit.amazonaws.com")
    iam.create_user(UserName="taro")
    iam.create_login_profile(UserName="taro", Password="A-long-Passw0rd-1")
    iam.put_user_policy(UserName="taro", PolicyName="all", PolicyDocument=policy(EVERYTHING))
    iam.create_policy(PolicyName="bound", PolicyDocument=policy({**EVERYTHING, "Action": "s3:*"}))
    iam.put_user_permissions_boundary(
        UserName="taro", PermissionsBoundary=f"arn:aws:iam::{account}:policy/bound"
    )
    roles = {
        "switch": trusting({"AWS": f"arn:aws:iam::{jump}:root"}),
        "partner": trusting({"AWS": PARTNER}),
        "anyone": trusting("*"),
        "service": trusting({"Service": "ec2.amazonaws.com"}),
    }
    for name, document in roles.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)


def management_account(world: World) -> None:
    """A role for the jump account with MFA, and Identity Center: a person, a group of one, two permission sets."""
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    document = trusting({"AWS": f"arn:aws:iam::{world.members['jump']}:user/jiro"}, **mfa)
    world.client("iam", MANAGEMENT).create_role(RoleName="switch", AssumeRolePolicyDocument=document)
    world.control("identity-center", body={"account": MANAGEMENT, "region": HOME})
    sso, directory = world.client("sso-admin", MANAGEMENT), world.client("identitystore", MANAGEMENT)
    (instance,) = sso.list_instances()["Instances"]
    arn, store = instance["InstanceArn"], instance["IdentityStoreId"]
    name = {"GivenName": "花子", "FamilyName": "佐藤"}
    people = {
        user: directory.create_user(IdentityStoreId=store, UserName=user, DisplayName=user, Name=name)[
            "UserId"
        ]
        for user in ("hanako@example.com", "nobody@example.com")
    }
    group = directory.create_group(IdentityStoreId=store, DisplayName="readers")["GroupId"]
    member = {"UserId": people["hanako@example.com"]}
    directory.create_group_membership(IdentityStoreId=store, GroupId=group, MemberId=member)
    for set_name, kind, principal in (("Admin", "USER", member["UserId"]), ("ReadOnly", "GROUP", group)):
        made = sso.create_permission_set(InstanceArn=arn, Name=set_name)["PermissionSet"]["PermissionSetArn"]
        if set_name == "Admin":
            sso.attach_managed_policy_to_permission_set(
                InstanceArn=arn, PermissionSetArn=made, ManagedPolicyArn=ADMINISTRATOR
            )
        taken = sso.create_account_assignment(
            InstanceArn=arn,
            PermissionSetArn=made,
            PrincipalType=kind,
            PrincipalId=principal,
            TargetType="AWS_ACCOUNT",
            TargetId=world.members["shop"],
        )["AccountAssignmentCreationStatus"]
        while taken["Status"] == "IN_PROGRESS":  # AWS makes the account's role meanwhile
            taken = sso.describe_account_assignment_creation_status(
                InstanceArn=arn, AccountAssignmentCreationRequestId=taken["RequestId"]
            )["AccountAssignmentCreationStatus"]
    world.client("s3", MANAGEMENT).create_bucket(
        Bucket="stock-takes", CreateBucketConfiguration={"LocationConstraint": HOME}
    )


@pytest.fixture(scope="module")
def founded() -> Iterator[World]:
    running = start()
    try:
        world = World(running.url, {}, Path())
        organizations = world.client("organizations", MANAGEMENT)
        organizations.create_organization(FeatureSet="ALL")
        for name in ("jump", "shop"):
            made = organizations.create_account(Email=f"{name}@example.com", AccountName=name)
            world.members[name] = made["CreateAccountStatus"]["AccountId"]
        jump_account(world)
        shop_account(world)
        management_account(world)
        yield world
    finally:
        running.stop()


@pytest.fixture
def world(founded: World, tmp_path: Path) -> Iterator[World]:
    """The organization at a desk of its own; faults and reports end with the test."""
    (tmp_path / "estate.toml").write_text(BARE, encoding="utf-8")
    yield World(founded.url, founded.members, tmp_path)
    founded.control("faults", method="DELETE")
    founded.control("credential-report", body={"lifetime_seconds": 4 * 3600})


@pytest.fixture(scope="module")
def taken(founded: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, str]:
    """One stock-take for all tests that only read it."""
    folder = tmp_path_factory.mktemp("taken")
    (folder / "estate.toml").write_text(ESTATE, encoding="utf-8")
    world = World(founded.url, founded.members, folder)
    return world, world.collect()


def person(world: World, name: str) -> Person:
    (found,) = [row for row in world.rows(Person) if row.user_name == name]
    return found


@pytest.mark.parametrize(
    ("name", "kind"), [("hanako.sato", "virtual"), ("jiro", "passkey"), ("kazuko", "hardware")]
)
def test_people_who_sign_in_by_their_kind_of_mfa(taken: tuple[World, str], name: str, kind: str) -> None:
    found = person(taken[0], name)
    assert (found.used_by, found.console, found.mfa, found.mfa_kinds) == ("human", True, True, (kind,))
    assert found.tags == {"owner": "ops"}
    assert found.report_age_minutes == 0
    assert found.idle_days == 0


def test_administrators_by_a_group_and_by_an_inline_policy_with_its_boundary(
    taken: tuple[World, str],
) -> None:
    jiro, taro, hanako = (person(taken[0], name) for name in ("jiro", "taro", "hanako.sato"))
    assert (jiro.groups, jiro.admin_by) == (("operators",), (f"group:operators/{ADMINISTRATOR}",))
    assert (taro.admin, taro.admin_by) == (True, ("inline:all",))
    assert taro.boundary.endswith(":policy/bound")
    assert (hanako.admin, hanako.policies) == (False, ())


def test_a_program_its_keys_and_its_service_credential(taken: tuple[World, str]) -> None:
    bot = person(taken[0], "deploy-bot")
    assert (bot.used_by, bot.active_keys, bot.inactive_keys) == ("machine", 1, 1)
    assert bot.evidence == ("key_used", "key_only", "service_credential", "name_machine")
    assert bot.service_credentials == ("codecommit.amazonaws.com",)
    keys = {key.status: key for key in taken[0].rows(Key)}
    assert keys.keys() == {"Active", "Inactive"}
    assert (keys["Active"].told_by, keys["Inactive"].told_by) == (
        "report",
        "iam",
    )  # the report has no dates of it
    for key in keys.values():
        assert key.key_id.startswith("AKIA")
        assert (key.used_service, key.used_region, key.used_by) == ("s3", "eu-west-1", "machine")
        assert key.used_at == datetime.fromisoformat(LONG_AGO)
        assert key.age_days == key.idle_days == (datetime.now(UTC) - key.used_at).days


def test_who_may_come_in_and_which_roles_let_anyone(taken: tuple[World, str]) -> None:
    world = taken[0]
    found = {(row.account, row.role_name): row for row in world.rows(Trust)}
    shop, jump = world.members["shop"], world.members["jump"]
    assert (shop, "service") not in found
    assert found[shop, "switch"].faults == ("whole_account",)
    assert (found[shop, "switch"].principal_account, found[shop, "switch"].principal_name) == (jump, "jump")
    assert (found[shop, "partner"].outside, found[shop, "partner"].faults) == (
        True,
        ("outside_unconditional",),
    )
    assert found[shop, "anyone"].faults == ("anyone",)
    assert (found[MANAGEMENT, "switch"].needs_mfa, found[MANAGEMENT, "switch"].faults) == (True, ())


def test_a_jump_account_is_known_by_who_trusts_it_and_must_be_empty(taken: tuple[World, str]) -> None:
    world, said = taken
    visits = {visit.account_name: visit for visit in world.rows(Visit)}
    assert [name for name, visit in visits.items() if visit.is_jump] == ["jump"]
    assert visits["jump"].workload == (f"AWS::EC2::Instance {HOME}: 1",)
    assert "Jump account jump" in said


def test_who_has_what_by_sso_as_the_management_account_sees_it(taken: tuple[World, str]) -> None:
    world, said = taken
    given = sorted(world.rows(Assignment), key=lambda a: a.permission_set)
    assert [(a.permission_set, a.admin, a.user_name, a.group_name) for a in given] == [
        ("Admin", True, "hanako@example.com", ""),
        ("ReadOnly", False, "hanako@example.com", "readers"),
    ]
    assert {a.account_name for a in world.rows(Assignment)} == {"shop"}
    assert {p.user_name for p in world.rows(Person) if p.what == "sso_user"} == {
        "hanako@example.com",
        "nobody@example.com",
    }
    codes = {visit.account_name: visit.sso for visit in world.rows(Visit)}
    assert codes == {"master": "read", "jump": "AccessDeniedException", "shop": "AccessDeniedException"}
    assert "IAM Identity Center: 2 users, 2 assignments" in said


def test_root_users_are_part_of_it(taken: tuple[World, str]) -> None:
    roots = [row for row in taken[0].rows(Person) if row.what == "root"]
    assert {root.account_name for root in roots} == {"master", "jump", "shop"}
    assert {(root.mfa, root.active_keys, root.used_by) for root in roots} == {(False, 0, "root")}


def test_the_date_is_the_estates_and_the_copy_is_put(taken: tuple[World, str]) -> None:
    world, _ = taken
    (day,) = world.history.days()
    assert abs(day - datetime.now(UTC).date()) <= timedelta(days=1)
    listed = world.client("s3", MANAGEMENT).list_objects_v2(Bucket="stock-takes")["Contents"]
    assert f"keys/people/date={day}/part-0.parquet" in {found["Key"] for found in listed}
    body = (
        world.client("s3", MANAGEMENT).get_object(Bucket="stock-takes", Key=listed[0]["Key"])["Body"].read()
    )
    assert body == world.history.path(day).read_bytes()


def copied(world: World, url: str = "stock-takes") -> None:
    """Let the desk keep a copy in S3."""
    (world.folder / "estate.toml").write_text(ESTATE.replace("stock-takes", url), encoding="utf-8")


def test_a_second_machine_fetches_what_it_lacks(taken: tuple[World, str], world: World) -> None:
    copied(world)
    done = world.run("people", "sync")
    assert done.returncode == 0, done.stderr
    assert "0 dates put, 1 date fetched" in done.stdout
    assert world.rows(Person) == taken[0].rows(Person)
    assert "0 dates put, 0 dates fetched" in world.run("people", "sync").stdout


def test_a_bucket_that_is_not_there_leaves_the_store_whole(world: World) -> None:
    copied(world, "no-such-bucket")
    done = world.run("people", "collect", "--account", world.members["shop"])
    assert done.returncode == 2
    assert "no-such-bucket" in done.stderr
    assert "s3:GetBucketLocation" in done.stderr
    assert person(world, "deploy-bot")


def test_an_unreadable_account_is_a_row_that_says_when_it_was_last_seen(world: World) -> None:
    before = datetime.now(UTC).date() - timedelta(days=9)
    world.history.write(before, [visit(world, "shop"), visit(world, "jump")])
    world.control(
        "faults", method="POST", body={"kind": "denied", "account": world.members["shop"], "service": "iam"}
    )
    said = world.collect(code=3)
    (shop,) = [row for row in world.rows(Visit) if row.account_name == "shop"]
    assert (shop.seen, shop.code, shop.last_good) == (False, "AccessDenied", before)
    assert {row.account_name for row in world.rows(Person) if row.what != "sso_user"} == {"master", "jump"}
    assert "2 of 3 accounts seen" in said
    assert "1 account was not seen" in said
    assert f"last seen {before}" in said
    answered = world.run("people", "query", "admins", "--format", "csv")
    assert answered.returncode == 0
    assert f"shop ({before})" in answered.stderr
    assert "taro" not in answered.stdout


def test_who_was_seen_today_and_is_not_any_more_keeps_the_rows_of_then(
    taken: tuple[World, str], world: World
) -> None:
    first = {kind: taken[0].rows(kind) for kind in VIEWS.values()}
    world.history.write(taken[0].history.days()[-1], [row for rows in first.values() for row in rows])
    shop = world.members["shop"]
    world.control("faults", method="POST", body={"kind": "denied", "account": shop, "service": "iam"})
    said = world.collect(code=3)
    (visited,) = [row for row in world.rows(Visit) if row.account == shop]
    (before,) = [row for row in first[Visit] if row.account == shop]
    assert (visited.seen, visited.code, visited.collected_at) == (True, "AccessDenied", before.collected_at)
    assert visited.tried_at is not None
    assert visited.tried_at > visited.collected_at
    for kind in (Person, Key, Trust):
        then, now = ([r for r in rows if r.account == shop] for rows in (first[kind], world.rows(kind)))
        assert sorted(map(repr, now)) == sorted(map(repr, then))
    assert "3 of 3 accounts seen" in said
    assert "the rows of" in said[said.index("What was not seen") :]
    assert "the rows of" in world.run("people", "show").stdout
    page = world.folder / "people.html"
    assert world.run("people", "report").returncode == 0
    assert "AccessDenied" in page.read_text(encoding="utf-8")


def test_another_machine_adds_to_the_copys_day_and_does_not_replace_it(
    taken: tuple[World, str], world: World
) -> None:
    copied(world)
    world.collect("--account", world.members["shop"])
    assert {v.account_name for v in world.rows(Visit)} == {"master", "jump", "shop"}
    listed = world.client("s3", MANAGEMENT).list_objects_v2(Bucket="stock-takes")["Contents"]
    assert [found["Size"] for found in listed] == [
        world.history.path(world.history.days()[-1]).stat().st_size
    ]


def test_a_day_that_could_not_be_put_is_put_by_the_next_sync(world: World) -> None:
    copied(world)
    world.control("faults", method="POST", body={"kind": "denied", "service": "s3", "operation": "PutObject"})
    done = world.run("people", "collect", "--account", world.members["shop"])
    assert done.returncode == 2, done.stderr
    world.control("faults", method="DELETE")
    assert "1 date put" in world.run("people", "sync").stdout
    assert "0 dates put" in world.run("people", "sync").stdout


def visit(world: World, name: str) -> Visit:
    return Visit(account=world.members[name], account_name=name, collected_at=datetime.now(UTC), seen=True)


def test_an_account_that_cannot_be_entered_is_said(world: World) -> None:
    denied = {"kind": "denied", "service": "sts", "operation": "AssumeRole", "times": 1}
    world.control("faults", method="POST", body=denied)
    world.collect(code=3)
    assert [(v.seen, v.code) for v in world.rows(Visit) if not v.seen] == [(False, "AccessDenied")]
    (lost,) = [v.account for v in world.rows(Visit) if not v.seen]
    other = next(v.account for v in world.rows(Visit) if v.seen)
    world.collect("--account", other)  # of this account everything was seen
    world.collect("--account", lost)
    assert all(v.seen for v in world.rows(Visit))


def test_what_is_refused_of_an_account_is_a_gap_and_nobodys_lack(world: World) -> None:
    shop = world.members["shop"]
    refused = ("ListAccessKeys", "ListMFADevices", "ListServiceSpecificCredentials")
    faults = [{"kind": "denied", "account": shop, "service": "iam", "operation": o} for o in refused]
    world.control("faults", method="POST", body=faults)
    said = world.collect("--account", shop, code=3)
    (visited,) = world.rows(Visit)
    assert set(visited.gaps) == {f"iam:{o}: AccessDenied" for o in refused} - {
        "iam:ListMFADevices: AccessDenied"
    }
    bot = person(world, "deploy-bot")
    assert (bot.active_keys, bot.inactive_keys, bot.service_credentials) == (1, None, None)
    (key,) = world.rows(Key)
    assert (key.key_id, key.used_service) == ("", "s3")  # as the report has it, which knows no ids
    assert "iam:ListAccessKeys: AccessDenied" in said


@pytest.mark.parametrize("code", ["BrokenReport", "WrongReport"])
def test_a_bad_report_is_that_accounts_error_and_history_stays(
    taken: tuple[World, str], world: World, code: str
) -> None:
    """Half a report, and another account's: the day says so of that account, the days before stay as they are."""
    earlier = taken[0].history.path(taken[0].history.days()[-1]).read_bytes()
    yesterday = taken[0].history.days()[-1] - timedelta(days=1)
    world.history.path(yesterday).parent.mkdir(parents=True)
    world.history.path(yesterday).write_bytes(earlier)
    shop, jump = world.members["shop"], world.members["jump"]
    texts = {}
    for account in (shop, jump):
        iam = world.client("iam", account)
        iam.generate_credential_report()
        texts[account] = iam.get_credential_report()["Content"].decode()
    bad = texts[jump] if code == "WrongReport" else texts[shop][: len(texts[shop]) // 2]
    world.control("credential-report", body={"account": shop, "content": bad})
    try:
        said = world.collect(code=3)
    finally:
        world.control("credential-report", body={"account": shop, "content": texts[shop]})
    (visited,) = [row for row in world.rows(Visit) if row.account_name == "shop"]
    assert (visited.seen, visited.code, visited.last_good) == (False, code, yesterday)
    assert "shop" in said[said.index("What was not seen") :]
    assert person(world, "jiro")
    assert world.history.path(yesterday).read_bytes() == earlier


def test_a_new_user_is_there_before_the_report_knows_it(world: World) -> None:
    iam = world.client("iam", world.members["shop"])
    iam.generate_credential_report()
    iam.create_user(UserName="new")
    try:
        iam.create_login_profile(UserName="new", Password="A-long-Passw0rd-1")
        key = iam.create_access_key(UserName="new")["AccessKey"]["AccessKeyId"]
        world.collect("--account", world.members["shop"])
        new = person(world, "new")
        assert (new.notes, new.report_at, new.report_age_minutes) == (("not_in_report",), None, None)
        assert (new.console, new.mfa, new.active_keys, new.idle_days) == (True, False, 1, 0)
        assert [k.told_by for k in world.rows(Key) if k.key_id == key] == ["iam"]
    finally:
        iam.delete_access_key(UserName="new", AccessKeyId=key)
        iam.delete_login_profile(UserName="new")
        iam.delete_user(UserName="new")


def test_the_same_day_again_replaces_it_and_one_account_alone_keeps_the_others(
    taken: tuple[World, str], world: World
) -> None:
    first = {kind: taken[0].rows(kind) for kind in VIEWS.values()}
    world.history.write(taken[0].history.days()[-1], [row for rows in first.values() for row in rows])
    world.collect("--account", world.members["shop"])
    assert len(world.history.days()) == 1
    for kind, rows in first.items():
        assert [r.account for r in world.rows(kind)] == [r.account for r in rows]
    moments = {row.account_name: row.collected_at for row in world.rows(Visit)}
    assert moments["shop"] > moments["jump"] == moments["master"]


def test_questions_are_answered_from_the_history(taken: tuple[World, str]) -> None:
    world, _ = taken
    done = world.run("people", "query", "admins", "--format", "json")
    assert {row["user_name"] for row in json.loads(done.stdout)} == {"jiro", "taro", "hanako@example.com"}
    done = world.run(
        "query", "SELECT count(*) AS users FROM people WHERE what = 'iam_user'", "--format", "csv"
    )
    assert done.stdout.split() == ["\ufeffusers", "5"]


def test_what_was_taken_is_shown_again_without_aws(taken: tuple[World, str]) -> None:
    world, said = taken
    shown = world.run("people", "show")
    assert shown.returncode == 0
    assert said.startswith(shown.stdout)
    one = json.loads(
        world.run("people", "show", "--account", world.members["jump"], "--format", "json").stdout
    )
    assert {row["account"] for row in one} == {world.members["jump"]}
