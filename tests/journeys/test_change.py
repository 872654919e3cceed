"""Plan, apply, undo as a user does it: commands, exit codes, questions, and a process that is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.workshop import ID, TOKYO, Workshop, furnish_simply

PROGRAM = [sys.executable, "-c", "from ishigaki.cli.main import run; run()"]
ESTATE = f"""
[estate]
home_region = "{TOKYO}"
regions = ["{TOKYO}"]
[[accounts]]
id = "{ID}"
name = "workshop"
environment = "sandbox"
"""
QUICK = ("--control", "S3.8", "--control", "IAM.7")


class Desk:
    """A folder with an estate file and a first scan, and the program run in it."""

    def __init__(self, folder: Path, workshop: Workshop) -> None:
        self.folder, self.workshop = folder, workshop
        (folder / "estate.toml").write_text(ESTATE, encoding="utf-8")

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            "LANG": "en_US.UTF-8",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "COLUMNS": "100",
        }

    def run(self, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            cwd=self.folder,
            env=self.env,
            input=answer,
            capture_output=True,
            text=True,
            check=False,
        )

    def block(self, bucket: str) -> Any:
        return self.workshop.do("s3", "GetPublicAccessBlock", Bucket=bucket).merged

    @property
    def newest(self) -> str:
        return self.run("runs").stdout.splitlines()[-1].split()[0]


@pytest.fixture
def desk(workshop: Workshop, tmp_path: Path) -> Desk:
    furnish_simply(workshop)
    desk = Desk(tmp_path, workshop)
    assert desk.run("scan", *QUICK).returncode == 0
    return desk


def test_plan_apply_undo(desk: Desk) -> None:
    planned = desk.run("plan", "-o", "plan.json")
    assert planned.returncode == 4, planned.stderr
    assert "3 changes in 1 account" in planned.stdout
    assert "BlockPublicAcls: false → true" in planned.stdout
    assert (desk.folder / "plan.json").stat().st_mode & 0o777 == 0o600
    before = desk.block("alpha-data")

    refused = desk.run("apply", "plan.json", answer="no\n")
    assert refused.returncode == 2
    assert "Not confirmed" in refused.stderr
    assert desk.block("alpha-data") == before

    safe = desk.run("apply", "plan.json", answer="yes\n")
    assert safe.returncode == 0, safe.stdout + safe.stderr
    assert "1 proven" in safe.stdout
    assert "within 24 hours: IAM.7" in safe.stdout
    assert desk.block("alpha-data") == before, "DISRUPTIVE is not done unless it is asked for"

    rest = desk.run("apply", "plan.json", "--disruptive", "--yes")
    assert rest.returncode == 0, rest.stdout + rest.stderr
    assert "2 proven" in rest.stdout
    assert "within minutes" in rest.stdout
    assert desk.block("alpha-data") != before
    name = desk.newest
    assert desk.run("runs", name).stdout.count("proven") == 2

    desk.run("scan", *QUICK)
    assert desk.run("plan").returncode == 0, "nothing is left to change"
    assert desk.run("plan", "--region", "eu-west-1").returncode == 0

    shown = desk.run("undo", name, "-o", "undo.json")
    assert shown.returncode == 4
    assert "Take back" in shown.stdout
    assert desk.block("alpha-data") != before
    undone = desk.run("undo", name, "--yes")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert desk.block("alpha-data") == before


def test_what_is_read_only_changes_nothing(desk: Desk) -> None:
    desk.workshop.control("DELETE", "requests")
    for command in (("plan",), ("route",), ("baseline", "check"), ("baseline", "discover"), ("scan", *QUICK)):
        assert desk.run(*command).returncode in (0, 4), command
    log = desk.workshop.control("GET", "requests/log")
    assert log
    wrote = {
        e["operation"]
        for e in log
        if not e["operation"].startswith(("Get", "List", "Describe", "Batch", "Search"))
    }
    assert wrote <= {"GenerateCredentialReport", "AssumeRole"}


def test_mistakes_are_refused_plainly(desk: Desk) -> None:
    desk.run("plan", "-o", "plan.json")
    plan = json.loads((desk.folder / "plan.json").read_text(encoding="utf-8"))
    edited = json.dumps({**plan, "expires": "2099-01-01T00:00:00Z"})
    (desk.folder / "edited.json").write_text(edited, encoding="utf-8")
    for arguments, said in (
        (("apply",), "Name a plan file"),
        (("apply", "none.json", "--yes"), "cannot be read"),
        (("apply", "estate.toml", "--yes"), "is not a plan"),
        (("apply", "edited.json", "--yes"), "not as it was written"),
        (("apply", "plan.json", "--yes", "--only", "0123"), "There is no change 0123"),
        (("apply", "plan.json", "--yes", "--disruptive", "--cap", "1"), "more than the 1"),
        (("apply", "--resume", "2020"), "No run called 2020"),
        (("undo", "2020"), "No run called 2020"),
        (("plan", "--environment", "moon"), "moon"),
    ):
        done = desk.run(*arguments)
        assert done.returncode == 2, (arguments, done.stdout, done.stderr)
        assert said in done.stderr, (arguments, done.stderr)
        assert "Traceback" not in done.stderr
    assert "No run yet" in desk.run("runs").stderr


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_an_interrupted_run_is_gone_on_with(desk: Desk, sent: signal.Signals) -> None:
    desk.run("plan", "-o", "plan.json")
    desk.workshop.control(
        "POST",
        "faults",
        {"kind": "latency", "service": "s3", "operation": "PutPublicAccessBlock", "milliseconds": 2500},
    )
    going = subprocess.Popen(
        [*PROGRAM, "apply", "plan.json", "--disruptive", "--yes"],
        cwd=desk.folder,
        env=desk.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
    )
    journals = desk.folder / ".ishigaki" / "runs"
    for _ in range(600):
        lines = [p.read_text(encoding="utf-8") for p in journals.glob("*.jsonl")]
        if any('"kind":"call"' in text and "PutPublicAccessBlock" in text for text in lines):
            break
        time.sleep(0.05)
    going.send_signal(sent)
    _, told = going.communicate(timeout=60)
    if sent is signal.SIGINT:
        assert going.returncode == 130, told
        assert "--resume" in told
    desk.workshop.control("DELETE", "faults")
    ended = desk.run("apply", "--resume", desk.newest)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for bucket in ("alpha-data", "beta-data"):
        assert set(desk.block(bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    desk.run("scan", *QUICK)
    assert desk.run("plan").returncode == 0
