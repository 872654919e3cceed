"""Scanning as a user does it, over HTTP: options, formats, partial views, exit codes, interrupts."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from ishigaki.demo.company import COMPANY, estate

PROGRAM = [sys.executable, "-c", "from ishigaki.cli.main import run; run()"]
NEW = COMPANY[-1].id
QUICK = [
    "--account",
    NEW,
    "--region",
    "ap-northeast-1",
    "--control",
    "EC2.*",
    "--control",
    "S3.1",
    "--control",
    "IAM.7",
]


def interruptible() -> None:
    """A child of a background job inherits that Ctrl-C is ignored; a user's terminal does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Desk:
    """A folder with the company's estate file, and the program run in it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        (folder / "estate.toml").write_text(estate("en"), encoding="utf-8")

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "LANG": "en_US.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path), **environment}
        return subprocess.run(
            [*PROGRAM, *arguments], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )

    def control(self, path: str, body: Mapping[str, Any] | None = None, method: str = "POST") -> Any:
        data = json.dumps(body).encode() if body is not None else None
        with urlopen(Request(f"{self.url}/_ishigaki/{path}", data=data, method=method), timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def findings(self, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        done = self.run("scan", *arguments, "--format", "json")
        return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture
def desk(company: Any, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, company.running.url)
    yield made
    made.control("faults", method="DELETE")


def statuses(findings: list[dict[str, Any]]) -> dict[tuple[str, str, str], str]:
    return {(f["control"], f["region"], f["resource"]): f["status"] for f in findings}


def test_json_says_what_is_promised(desk: Desk) -> None:
    code, findings, _ = desk.findings(*QUICK)
    assert code == 0
    promised = {
        "control",
        "standards",
        "severity",
        "category",
        "account",
        "account_name",
        "environment",
        "region",
    }
    promised |= {"resource_type", "resource", "status", "faults", "reason", "first_seen", "scan_id"}
    assert all(promised <= f.keys() for f in findings)
    failed = [f for f in findings if f["status"] == "FAILED"]
    assert failed
    assert all({"code", "facts", "en", "ja"} <= fault.keys() for f in failed for fault in f["faults"])
    assert {f["account"] for f in findings} == {NEW}
    assert {f["region"] for f in findings} == {"ap-northeast-1", "aws-global"}


def test_csv_opens_in_a_spreadsheet(desk: Desk) -> None:
    done = desk.run("scan", *QUICK, "--format", "csv", "--out", "out.csv")
    assert done.returncode == 0
    raw = (desk.folder / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) > 10
    assert len({len(r) for r in rows}) == 1


def test_fail_on_decides_between_0_and_1(desk: Desk) -> None:
    assert desk.run("scan", *QUICK, "--fail-on", "CRITICAL").returncode == 0
    assert desk.run("scan", *QUICK, "--fail-on", "MEDIUM").returncode == 1


def test_a_dry_run_calls_nothing_but_identity_roles_and_regions(desk: Desk) -> None:
    desk.control("requests", method="DELETE")
    done = desk.run("scan", "--account", NEW, "--dry-run")
    assert done.returncode == 0
    assert "1 accounts × 3 Regions" in done.stdout
    called = {entry["operation"] for entry in desk.control("requests", method="GET")["counts"]}
    assert called <= {"GetCallerIdentity", "AssumeRole", "DescribeRegions"}
    assert not (desk.folder / ".ishigaki" / "snapshots").exists()


def test_one_control_asks_for_nothing_else(desk: Desk) -> None:
    """Nothing but what judging it needs and, since it fails, planning its fix: all three contacts."""
    desk.control("requests", method="DELETE")
    assert desk.run("scan", "--account", NEW, "--control", "Account.1").returncode == 0
    counts = {e["operation"]: e["count"] for e in desk.control("requests", method="GET")["counts"]}
    for always in ("GetCallerIdentity", "AssumeRole", "DescribeRegions"):
        counts.pop(always, None)
    assert counts == {"GetAlternateContact": 3}


@pytest.mark.parametrize("kind", ["denied", "throttle", "unavailable"])
def test_one_operation_that_fails_is_not_available_and_the_rest_stands(desk: Desk, kind: str) -> None:
    _, before, _ = desk.findings(*QUICK)
    desk.control("faults", {"service": "ec2", "operation": "DescribeVpcs", "kind": kind})
    code, after, told = desk.findings(*QUICK)
    assert code == 3
    assert "partly seen" in told
    assert "DescribeVpcs" in told
    blind = {f["control"] for f in after if f["status"] == "NOT_AVAILABLE"}
    assert {"EC2.6", "EC2.10"} <= blind
    assert all(f["reason"]["code"] for f in after if f["status"] == "NOT_AVAILABLE")
    rest = {k: v for k, v in statuses(before).items() if k[0] not in blind}
    assert rest
    assert rest.items() <= statuses(after).items()


def test_a_dead_region_is_named_and_the_others_go_on(desk: Desk) -> None:
    desk.control("faults", {"region": "us-east-1", "service": "ec2", "kind": "unavailable"})
    code, findings, told = desk.findings("--account", NEW, "--control", "EC2.7")
    assert code == 3
    assert "us-east-1" in told
    assert {(f["region"], f["status"]) for f in findings} >= {
        ("us-east-1", "NOT_AVAILABLE"),
        ("ap-northeast-1", "FAILED"),
    }


def test_a_role_that_cannot_be_assumed_is_named_and_the_rest_goes_on(desk: Desk) -> None:
    text = (desk.folder / "estate.toml").read_text()
    (desk.folder / "estate.toml").write_text(
        text + '\n[[accounts]]\nid = "121212121212"\nname = "gone"\nrole = "Nobody"\n'
    )
    code, findings, told = desk.findings("--control", "IAM.7", "--account", NEW, "--account", "121212121212")
    assert code == 3
    assert "gone (121212121212)" in told
    assert {f["account"] for f in findings} == {NEW}


def test_a_suspended_account_is_named_and_not_entered(desk: Desk) -> None:
    text = (desk.folder / "estate.toml").read_text()
    more = '\n[[accounts]]\nid = "121212121212"\nname = "closed"\nsuspended = true\n'
    (desk.folder / "estate.toml").write_text(text + more)
    code, _, told = desk.findings("--control", "IAM.7", "--account", NEW, "--account", "121212121212")
    assert code == 3
    assert "closed (121212121212)" in told
    assert "is suspended" in told


def test_an_expired_token_is_a_mistake_with_a_remedy(desk: Desk) -> None:
    expired = {
        "service": "sts",
        "operation": "GetCallerIdentity",
        "kind": "error",
        "code": "ExpiredToken",
        "status": 403,
    }
    desk.control("faults", expired)
    done = desk.run("scan", "--control", "IAM.7")
    assert done.returncode == 2
    assert "ExpiredToken" in done.stderr
    assert "aws sso login" in done.stderr
    assert not (desk.folder / ".ishigaki" / "snapshots").exists()


def test_a_region_that_is_not_enabled_is_named(desk: Desk) -> None:
    code, _, told = desk.findings(
        "--account", NEW, "--control", "EC2.7", "--region", "ap-northeast-1", "--region", "af-south-1"
    )
    assert code == 3
    assert "af-south-1" in told


def test_an_unknown_region_is_a_mistake(desk: Desk) -> None:
    done = desk.run("scan", "--region", "mars-north-1")
    assert done.returncode == 2
    assert "mars-north-1" in done.stderr
    assert not (desk.folder / ".ishigaki" / "snapshots").exists()


def test_a_snapshot_is_judged_again_without_credentials(desk: Desk) -> None:
    _, findings, _ = desk.findings(*QUICK)
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    again = desk.run(
        "judge", "--control", "EC2.*", "--control", "S3.1", "--control", "IAM.7", "--format", "json", **nobody
    )
    assert again.returncode == 0, again.stderr
    assert statuses(json.loads(again.stdout)) == statuses(findings)


def test_two_scans_are_compared(desk: Desk) -> None:
    desk.findings(*QUICK)
    desk.findings(*QUICK)
    done = desk.run("diff", "--format", "json")
    groups = ("new", "reopened", "fixed", "gone", "excepted", "by_policy")
    assert json.loads(done.stdout) == {group: [] for group in groups}
    assert "0 new, 0 fixed" in desk.run("diff").stdout


def test_the_inventory_counts_what_is_there(desk: Desk) -> None:
    desk.findings(*QUICK)
    rows = json.loads(desk.run("inventory", "--format", "json").stdout)
    held = {(r["region"], r["resource_type"]): r["count"] for r in rows}
    assert held["ap-northeast-1", "AWS::EC2::VPC"] == 1
    assert held["ap-northeast-1", "AWS::EC2::SecurityGroup"] == 1


def test_progress_is_plain_lines_when_piped(desk: Desk) -> None:
    done = desk.run("scan", *QUICK, "--format", "json")
    assert "\x1b" not in done.stderr


def test_an_interrupt_leaves_a_readable_partial_snapshot(desk: Desk) -> None:
    desk.control("faults", {"region": "us-east-1", "kind": "latency", "milliseconds": 1500})
    desk.control("requests", method="DELETE")
    env = {**os.environ, "LANG": "en_US.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [*PROGRAM, "scan", "--account", NEW, "--control", "EC2.*", "--format", "json"]
    scan = subprocess.Popen(
        command,
        cwd=desk.folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,
    )
    deadline = time.monotonic() + 60
    asked, before = 0, -1
    while (asked < 20 or asked != before) and time.monotonic() < deadline:
        time.sleep(0.6)  # two Regions have answered, the third takes its time
        asked, before = desk.control("requests", method="GET")["total"], asked
    scan.send_signal(signal.SIGINT)
    out, err = scan.communicate(timeout=90)
    assert scan.returncode == 130, err
    assert "Traceback" not in err
    assert json.loads(out)
    again = desk.run("judge", "--control", "EC2.*", "--format", "json")
    assert statuses(json.loads(again.stdout)) == statuses(json.loads(out))


def test_estate_check_proves_roles_and_names_missing_permissions(desk: Desk) -> None:
    good = desk.run("estate", "check", "--account", NEW, "--control", "EC2.7")
    assert good.returncode == 0
    assert "every permission is there" in good.stdout
    desk.control("faults", {"operation": "GetEbsEncryptionByDefault", "kind": "denied"})
    bad = desk.run("estate", "check", "--account", NEW, "--control", "EC2.7")
    assert bad.returncode == 3
    assert "ec2:GetEbsEncryptionByDefault" in bad.stdout


def test_estate_init_writes_a_file_that_is_valid(desk: Desk) -> None:
    assert desk.run("estate", "init", "--out", "mine.toml").returncode == 0
    assert desk.run("scan", "--estate", "mine.toml", "--control", "EC2.7", "--dry-run").returncode == 0
    assert desk.run("estate", "init", "--out", "mine.toml").returncode == 2


def test_secrets_never_reach_the_snapshot(desk: Desk) -> None:
    desk.findings("--control", "Lambda.1", "--control", "ECS.8", "--control", "EC2.8")
    import gzip

    kept = b"".join(gzip.decompress(p.read_bytes()) for p in (desk.folder / ".ishigaki").rglob("*.jsonl.gz"))
    assert b"redacted:" in kept
    assert b"hunter2" not in kept
