"""An estate discovered from Organizations: names from AWS, environments and owners by rules, nothing left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import botocore.session
import pytest

from ishigaki.demo.emulator.server import start

PROGRAM = [sys.executable, "-c", "from ishigaki.cli.main import run; run()"]
MANAGEMENT, HOME, ROLE = "123456789012", "ap-northeast-1", "OrganizationAccountAccessRole"
UNITS = {"prod": "Workloads/Prod", "batch": "Workloads/Prod/Batch", "dev": "Workloads/Dev"}
UNITS |= {"locked": "Workloads/Dev", "closed": "Workloads/Dev", "playground": "Sandbox"}
TAGS = {"dev": {"Team": "search"}, "prod": {"Team": "payments"}}
ESTATE = f"""
[estate]
discover = "organizations"
home_region = "{HOME}"
regions = ["{HOME}"]
role = "{ROLE}"

[[rules]]
tag = "Team=search"
owner = "search@example.com"

[[rules]]
ou = "Workloads/Prod"
environment = "production"
owner = "platform@example.com"

[[rules]]
ou = "Workloads/Dev"
environment = "development"
owner = "developers@example.com"

[[rules]]
ou = "Sandbox"
ignore = true
"""


@dataclass(frozen=True)
class Organization:
    """An emulator with an organization, and the ids of its members by name."""

    url: str
    members: Mapping[str, str]

    def control(self, path: str, *, method: str, body: Mapping[str, Any] | None = None) -> Any:
        """One request to the emulator's control endpoint."""
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/_ishigaki/{path}", data=data, method=method), timeout=30) as answer:
            return json.loads(answer.read())


@dataclass(frozen=True)
class Desk:
    """A folder with the estate file, and the program run in it by the administrator of an account."""

    organization: Organization
    folder: Path

    def run(self, *arguments: str, account: str = MANAGEMENT) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
            "AWS_ENDPOINT_URL": self.organization.url,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(self.folder / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "none"),
            "LANG": "en_US.UTF-8",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        return subprocess.run(
            [*PROGRAM, *arguments], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )

    def scan(self, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        """Exit code, findings and what was said beside them."""
        done = self.run("scan", "--control", "IAM.7", "--format", "json", *arguments)
        return done.returncode, json.loads(done.stdout), done.stderr

    def owners(self) -> dict[str, str]:
        """Whose each account is, as the newest scan has kept it."""
        newest = max((self.folder / ".ishigaki" / "scans").glob("*.json"))
        return {account["id"]: account["owner"] for account in json.loads(newest.read_text())["accounts"]}


def administrator(url: str, service: str, account: str) -> Any:
    """A client of an account's administrator."""
    return botocore.session.get_session().create_client(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=account,
        aws_secret_access_key="none",
    )


def founded(url: str) -> dict[str, str]:
    """Make the organization: its units, its tagged members in them, one without the role, one closed."""
    organizations = administrator(url, "organizations", MANAGEMENT)
    organizations.create_organization(FeatureSet="ALL")
    units = {"": organizations.list_roots()["Roots"][0]["Id"]}
    for path in ("Workloads", "Workloads/Prod", "Workloads/Prod/Batch", "Workloads/Dev", "Sandbox"):
        above, _, name = path.rpartition("/")
        unit = organizations.create_organizational_unit(ParentId=units[above], Name=name)
        units[path] = unit["OrganizationalUnit"]["Id"]
    members = {}
    for name, path in UNITS.items():
        tags = [{"Key": key, "Value": value} for key, value in TAGS.get(name, {}).items()]
        made = organizations.create_account(Email=f"{name}@example.com", AccountName=name, Tags=tags)
        members[name] = made["CreateAccountStatus"]["AccountId"]
        organizations.move_account(
            AccountId=members[name], SourceParentId=units[""], DestinationParentId=units[path]
        )
    administrator(url, "iam", members["locked"]).delete_role(RoleName=ROLE)
    organizations.close_account(AccountId=members["closed"])
    return members


@pytest.fixture(scope="module")
def organization() -> Iterator[Organization]:
    running = start()
    try:
        yield Organization(running.url, founded(running.url))
    finally:
        running.stop()


@pytest.fixture
def desk(organization: Organization, tmp_path: Path) -> Desk:
    (tmp_path / "estate.toml").write_text(ESTATE, encoding="utf-8")
    return Desk(organization, tmp_path)


def named(desk: Desk, *members: str) -> list[str]:
    """The options that choose these members."""
    return [part for name in members for part in ("--account", desk.organization.members[name])]


def test_names_come_from_aws_and_environments_and_owners_by_rules(desk: Desk) -> None:
    code, findings, told = desk.scan(*named(desk, "prod", "batch", "dev"), "--account", MANAGEMENT)
    assert (code, told) == (0, "")
    met = {(finding["account_name"], finding["environment"]) for finding in findings}
    assert met == {
        ("master", ""),  # of no rule's
        ("prod", "production"),
        ("batch", "production"),  # of a unit below the rule's
        ("dev", "non-production"),
    }
    members, owners = desk.organization.members, desk.owners()
    assert {name: owners[members[name]] for name in ("prod", "batch", "dev")} == {
        "prod": "platform@example.com",
        "batch": "platform@example.com",
        "dev": "search@example.com",  # by its tag, the rule of which comes first
    }
    assert {finding["status"] for finding in findings} == {"FAILED"}  # nobody has a password policy yet


def test_the_whole_organization_is_seen_but_for_what_is_named(desk: Desk) -> None:
    members = desk.organization.members
    desk.organization.control("requests", method="DELETE")
    code, findings, told = desk.scan()
    assert code == 3
    assert {finding["account_name"] for finding in findings} == {"master", "prod", "batch", "dev"}
    assert f"closed ({members['closed']}) is suspended" in told
    assert f"locked ({members['locked']}) could not be entered: AccessDenied" in told
    assert len(told.splitlines()) == 2
    requests = desk.organization.control("requests", method="GET")["counts"]
    assert {entry["account"] for entry in requests} == {
        MANAGEMENT,
        *(members[m] for m in ("prod", "batch", "dev")),
    }


def test_what_a_rule_ignores_is_not_of_the_estate(desk: Desk) -> None:
    done = desk.run("scan", "--control", "IAM.7", *named(desk, "playground"))
    assert done.returncode == 2
    assert desk.organization.members["playground"] in done.stderr
    desk.scan()
    assert desk.organization.members["playground"] not in desk.owners()


def test_an_organization_in_short_pages_is_the_same(desk: Desk) -> None:
    _, whole, _ = desk.scan()
    desk.organization.control("pages", method="PUT", body={"size": 1})
    try:
        _, cut, _ = desk.scan()
    finally:
        desk.organization.control("pages", method="PUT", body={"size": None})
    assert whole
    assert {finding["account"] for finding in cut} == {finding["account"] for finding in whole}


def test_a_member_account_is_told_so_in_one_line(desk: Desk) -> None:
    done = desk.run("scan", "--control", "IAM.7", account=desk.organization.members["dev"])
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "AccessDeniedException" in line
    assert "management account or a delegated administrator" in line
    assert not (desk.folder / ".ishigaki" / "scans").exists()


def test_a_delegated_administrator_discovers_the_organization(desk: Desk) -> None:
    own = desk.organization.members["prod"]
    services: Any = {"AccountId": own, "ServicePrincipal": "config.amazonaws.com"}
    management = administrator(desk.organization.url, "organizations", MANAGEMENT)
    management.register_delegated_administrator(**services)
    try:
        done = desk.run("scan", "--control", "IAM.7", "--format", "json", "--account", own, account=own)
    finally:
        management.deregister_delegated_administrator(**services)
    assert (done.returncode, done.stderr) == (0, "")
    assert [(f["account_name"], f["environment"]) for f in json.loads(done.stdout)] == [
        ("prod", "production")
    ]
