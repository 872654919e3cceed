"""The response policy in scores and reports: what it tells once or leaves is suppressed, and every form says why."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ishigaki.demo.accounts import log_archive
from tests.journeys.test_scan import Desk

ID = log_archive.ID
LOGS = f"arn:aws:s3:::{log_archive.ACCESS_LOGS}"
HERE = ["--account", ID, "--region", "ap-northeast-1", "--control", "S3.9"]
NOBODY = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
POLICY = f"""\
[[rows]]
name = "events_of_logs"
control = ["S3.9", "S3.11"]
account = "{ID}"
decision = "leave"
reason.en = "Nobody waits for events of log buckets"
reason.ja = "ログ用バケットのイベントを利用する予定がないため"
"""


@pytest.fixture
def desk(company: Any, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, company.running.url)
    yield made
    made.control("faults", method="DELETE")


def judged(desk: Desk, form: str, *arguments: str) -> str:
    done = desk.run("judge", "--format", form, *arguments, **NOBODY)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_the_policy_leaves_is_suppressed_and_every_form_says_why(desk: Desk) -> None:
    assert desk.run("scan", *HERE).returncode == 0
    code, before, _ = desk.findings(*HERE, "--control", "S3.11", "--fail-on", "LOW")
    failed = {f["resource"] for f in before if (f["control"], f["status"]) == ("S3.11", "FAILED")}
    assert (code, LOGS in failed) == (1, True)  # the shipped policy alone suppresses nothing
    new = json.loads(desk.run("diff", "--format", "json").stdout)
    assert {f["resource"] for f in new["new"]} == failed

    (desk.folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    done = desk.run("judge", "--format", "json", "--fail-on", "LOW", **NOBODY)
    after = {(f["control"], f["resource"]): f for f in json.loads(done.stdout)}
    hidden = {r: f for (c, r), f in after.items() if c == "S3.11" and f["workflow"] == "SUPPRESSED"}
    assert (done.returncode, set(hidden)) == (0, failed)
    assert hidden[LOGS]["policy"] == {
        "row": "events_of_logs",
        "decision": "leave",
        "en": "Nobody waits for events of log buckets",
        "ja": "ログ用バケットのイベントを利用する予定がないため",
    }
    logs = after["S3.9", LOGS]  # an exception comes first
    assert (logs["workflow"], logs["policy"], bool(logs["waiver"])) == ("SUPPRESSED", None, True)

    table = judged(desk, "table", "--lang", "ja")
    assert f"対応方針により抑制 {len(failed)} 件" in table
    assert "実質スコア" in table
    rows = csv.DictReader(io.StringIO(judged(desk, "csv").lstrip("\ufeff"), newline=""))
    assert {r["resource"] for r in rows if r["policy_row"] == "events_of_logs"} == failed
    changed = json.loads(desk.run("diff", "--format", "json").stdout)
    assert ({f["resource"] for f in changed["by_policy"]}, changed["new"]) == (failed, [])
    assert f"{len(failed)} suppressed by the response policy" in desk.run("diff").stdout


def test_a_plan_and_a_route_name_what_the_policy_leaves(desk: Desk) -> None:
    assert desk.run("scan", *HERE, "--control", "S3.11").returncode == 0
    assert "policy" not in desk.run("plan", **NOBODY).stderr  # nobody has written one
    (desk.folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    for command, said in (("plan", "leaves alone are in here, too: S3.11."), ("route", "too: S3.11.")):
        assert said in desk.run(command, "--lang", "en", **NOBODY).stderr
    assert "含まれています: S3.11。" in desk.run("plan", "--account", ID, "--lang", "ja", **NOBODY).stderr


def test_a_row_by_tag_has_tags_asked_for_and_a_mistake_asks_nothing(desk: Desk) -> None:
    tagged = POLICY.replace(f'account = "{ID}"', 'tag = "purpose=logs"')
    (desk.folder / "other.toml").write_text(tagged, encoding="utf-8")
    desk.control("requests", method="DELETE")
    assert desk.findings(*HERE, "--control", "S3.11", "--policy", "other.toml")[0] == 0
    counts = desk.control("requests", method="GET")["counts"]
    assert "GetResources" in {c["operation"] for c in counts}
    desk.control("requests", method="DELETE")
    (desk.folder / "other.toml").write_text(POLICY.replace("leave", "ignore"), encoding="utf-8")
    done = desk.run("scan", *HERE, "--policy", "other.toml")
    assert (done.returncode, "other.toml" in done.stderr) == (2, True)
    assert desk.control("requests", method="GET")["counts"] == []
