"""Exceptions as a user meets them: shipped, written, checked, in force, expired; in every form of the result."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ishigaki.demo.accounts import log_archive
from tests.journeys.test_scan import Desk

ID = log_archive.ID
LOGS = f"arn:aws:s3:::{log_archive.ACCESS_LOGS}"
HERE = ["--account", ID, "--region", "ap-northeast-1"]
TODAY = datetime.now(UTC).date()
NOBODY = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}


@pytest.fixture
def desk(company: Any, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, company.running.url)
    yield made
    made.control("faults", method="DELETE")


def write(desk: Desk, *, days: int = 90, ago: int = 10, scope: str = f'resource = "{LOGS}"') -> None:
    """A file with one exception, approved some days ago for so many days."""
    approved = TODAY - timedelta(days=ago)
    text = f"""\
[[waivers]]
control = "S3.11"
account = "{ID}"
{scope}
reason = "Nobody waits for events of this bucket"
owner = "logs@example.com"
approver = "security@example.com"
approved = {approved}
expires = {approved + timedelta(days=days)}
"""
    (desk.folder / "waivers.toml").write_text(text, encoding="utf-8")


def of(findings: list[dict[str, Any]], resource: str = LOGS) -> dict[str, Any]:
    (found,) = [f for f in findings if f["resource"] == resource]
    return found


def judged(desk: Desk, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    done = desk.run("judge", "--format", "json", *arguments, **NOBODY)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_the_bucket_that_others_log_to_fails_and_is_hidden_with_the_reason_of_aws(desk: Desk) -> None:
    code, findings, _ = desk.findings(*HERE, "--control", "S3.9", "--fail-on", "LOW")
    log = of(findings)
    assert (code, log["status"], log["workflow"]) == (0, "FAILED", "SUPPRESSED")
    assert (log["waiver"]["rule"], "suppress findings" in log["waiver"]["en"]) == (
        "receives_access_logs",
        True,
    )
    assert log["waiver"]["source"].startswith("https://docs.aws.amazon.com/securityhub/")
    assert [f for f in findings if f["workflow"] == "SUPPRESSED"] == [log]
    done = desk.run("judge", "--format", "table", **NOBODY, COLUMNS="160")
    assert "honest score 0/1 = 0 %" in done.stdout
    assert "Actions for today" not in done.stdout


def test_an_exception_is_written_checked_in_force_and_expires_loudly(desk: Desk) -> None:
    asked = [*HERE, "--control", "S3.11"]
    code, before, _ = desk.findings(*asked, "--fail-on", "LOW")
    assert (code, of(before)["workflow"]) == (1, "NEW")
    assert desk.run("waivers", "init").returncode == 0
    assert desk.run("waivers", "init").returncode == 2
    assert desk.run("waivers", "check").returncode == 0

    write(desk)
    checked = desk.run("waivers", "check")
    assert checked.returncode == 0, checked.stderr
    assert "in force: S3.11" in checked.stdout
    assert "findings hidden in the newest scan" in checked.stdout
    code, now, told = judged(desk)
    hidden = of(now)
    assert (hidden["status"], hidden["workflow"], hidden["waiver"]["owner"]) == (
        "FAILED",
        "SUPPRESSED",
        "logs@example.com",
    )
    assert [f for f in now if f != hidden] == [f for f in before if f["resource"] != LOGS]
    assert "EXPIRED" not in told

    write(desk, ago=20, days=10)
    code, again, told = judged(desk, "--fail-on", "LOW")
    assert (code, of(again)["workflow"], of(again)["waiver"]) == (1, "NEW", None)
    assert "EXCEPTION EXPIRED" in told
    assert LOGS in told
    japanese = desk.run("judge", "--lang", "ja", **NOBODY)
    assert "例外の期限切れ" in japanese.stderr
    assert "期限切れ" in japanese.stdout
    late = desk.run("waivers", "check", "--lang", "ja")
    assert (late.returncode, "期限切れ: S3.11" in late.stdout) == (1, True)


def test_every_form_of_the_result_names_the_exception(desk: Desk) -> None:
    write(desk)
    assert desk.run("scan", *HERE, "--control", "S3.11").returncode == 0
    forms = {f: desk.run("judge", "--format", f, **NOBODY).stdout for f in ("csv", "asff", "sarif", "table")}
    rows = list(csv.DictReader(io.StringIO(forms["csv"].lstrip("\ufeff"), newline="")))
    assert [r["waiver_owner"] for r in rows if r["workflow"] == "SUPPRESSED"] == ["logs@example.com"]
    sent = [f for line in forms["asff"].splitlines() for f in json.loads(line)["Findings"]]
    (note,) = [f["Note"]["Text"] for f in sent if f["Workflow"]["Status"] == "SUPPRESSED"]
    assert "Nobody waits for events" in note
    results = json.loads(forms["sarif"])["runs"][0]["results"]
    (suppressed,) = [s for r in results for s in r.get("suppressions", ())]
    assert (suppressed["kind"], suppressed["status"]) == ("external", "accepted")
    assert "logs@example.com" in forms["table"]
    assert desk.run("judge", "--format", "html", "--out", "report.html", **NOBODY).returncode == 0
    html = (desk.folder / "report.html").read_text(encoding="utf-8")
    assert "Nobody waits for events" in html[html.index('<section id="exceptions"') :]


def test_a_mistake_in_the_file_ends_the_command_before_anything_is_asked(desk: Desk) -> None:
    write(desk, days=400)
    desk.control("requests", method="DELETE")
    done = desk.run("scan", *HERE, "--control", "S3.11")
    assert (done.returncode, "waivers.toml, line 9" in done.stderr) == (2, True)
    assert desk.control("requests", method="GET")["counts"] == []
    assert desk.run("diff", "--waivers", "none.toml").returncode == 2


def test_an_exception_by_tag_hides_nothing_where_the_tag_is_another_or_was_not_seen(desk: Desk) -> None:
    write(desk, scope='tag = "purpose=logs"')
    code, seen, told = desk.findings(*HERE, "--control", "S3.11")
    assert (code, {f["workflow"] for f in seen}) == (0, {"NEW"})
    assert "hides nothing in this scan" in told
    desk.control("faults", {"operation": "GetResources", "kind": "denied"})
    code, denied, told = desk.findings(*HERE, "--control", "S3.11")
    assert (code, {f["workflow"] for f in denied}) == (3, {"NEW"})
    assert "tag:GetResources" in told


def test_a_comparison_leaves_out_what_is_excepted(desk: Desk) -> None:
    for _ in range(2):
        desk.findings(*HERE, "--control", "S3.11", "--control", "S3.9")
    write(desk)
    done = desk.run("diff", "--format", "json")
    excepted = {(f["control"], f["resource"]) for f in json.loads(done.stdout)["excepted"]}
    assert excepted == {("S3.9", LOGS), ("S3.11", LOGS)}
    assert "2 excepted" in desk.run("diff").stdout
