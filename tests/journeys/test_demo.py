"""`ishigaki demo` from start to end, and the company's planted faults against what AWS documents of them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ishigaki.demo.accounts import audit, log_archive, orders, sandbox, shop
from ishigaki.demo.company import COMPANY
from ishigaki.demo.steps import IRELAND, REGIONS, TOKYO, VIRGINIA

PROGRAM = [sys.executable, "-c", "from ishigaki.cli.main import run; run()"]
WITHOUT_MOTO = "import sys; sys.modules['moto'] = None; from ishigaki.cli.main import run; run()"
NOBODY = "http://127.0.0.1:9"  # the discard port: whoever asks there gets no answer
GLOBAL = "aws-global"
FAILED, PASSED = "FAILED", "PASSED"
AUDIT, LOGS, ORDERS, SHOP, SANDBOX = audit.ID, log_archive.ID, orders.ID, shop.ID, sandbox.ID
NEW = COMPANY[-1].id
MARK = "ISHIGAKI_TEST_MARK"


def surroundings(mark: str) -> dict[str, str]:
    """A user's environment with AWS settings that the demonstration must not heed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_PROFILE": "no-such-profile",
        "AWS_ENDPOINT_URL": NOBODY,
        "HTTP_PROXY": NOBODY,
        "http_proxy": NOBODY,
        "LANG": "en_US.UTF-8",
        "COLUMNS": "120",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        MARK: mark,
    }


def left(mark: str) -> list[int]:
    """The processes that still carry a mark in their environment."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            carries = wanted in (process / "environ").read_bytes().split(b"\0")
        except OSError:  # ended meanwhile, or somebody else's
            continue
        found += [int(process.name)] if carries else []
    return found


@dataclass(frozen=True)
class Demo:
    """What one run left behind."""

    folder: Path
    mark: str
    code: int
    said: str
    told: str

    def document(self, name: str) -> Any:
        return json.loads((self.folder / "demo" / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder, mark = tmp_path_factory.mktemp("demo"), uuid.uuid4().hex
    done = subprocess.run(
        [*PROGRAM, "demo", "--out", "demo"],
        cwd=folder,
        env=surroundings(mark),
        capture_output=True,
        text=True,
        check=False,
    )
    return Demo(folder, mark, done.returncode, done.stdout, done.stderr)


def test_it_ends_well_and_leaves_no_process(demo: Demo) -> None:
    assert demo.code == 0, demo.told
    assert left(demo.mark) == []
    assert "Traceback" not in demo.told


def test_it_shows_every_account_the_worst_findings_and_the_next_command(demo: Demo) -> None:
    for member in COMPANY:
        assert member.id in demo.said
    assert "Worst findings" in demo.said
    assert "demo/report.html" in demo.said
    following = re.findall(r"^  \S+ ((?:judge|route|plan) .*--store .+)$", demo.said, re.MULTILINE)
    judged, routed, planned = (_try(demo, command.split()) for command in following)
    assert judged.returncode == routed.returncode == 0, judged.stderr + routed.stderr
    assert "IAM.6" in judged.stdout
    assert "EC2.8 " not in judged.stdout
    assert "Route to 100 %" in routed.stdout
    assert planned.returncode == 4, planned.stderr
    assert "IAM.6" in planned.stdout


def _try(demo: Demo, command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *command],
        cwd=demo.folder,
        env=surroundings(uuid.uuid4().hex),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_summary_has_the_figures(demo: Demo) -> None:
    summary = demo.document("summary.json")
    told = {"accounts", "findings", "exceptions", "suppressed_by_policy", "calls", "wall_s", "new_account"}
    assert set(summary) == told
    assert [a["id"] for a in summary["accounts"]] == [m.id for m in COMPANY]
    for account, member in zip(summary["accounts"], COMPANY, strict=True):
        assert set(account) == {"id", "name", "environment", "seen", "scores"}
        assert account["name"] == member.name
        assert account["seen"] == "complete"
        assert set(account["scores"]["fsbp"]) == {"passed", "counted", "score", "honest_score"}
    assert {a["environment"] for a in summary["accounts"]} == {"production", "non-production"}
    assert set(summary["findings"]) == {"PASSED", "FAILED", "WARNING", "NOT_AVAILABLE"}
    assert summary["findings"]["NOT_AVAILABLE"] == 0
    assert summary["calls"] > 1000
    assert summary["wall_s"] > 0
    assert dict(Counter(f["status"] for f in demo.document("findings.json"))) == {
        status: count for status, count in summary["findings"].items() if count
    }


def test_the_new_account_has_a_score_of_passed_out_of_counted(demo: Demo) -> None:
    scores = {a["id"]: a["scores"]["fsbp"] for a in demo.document("summary.json")["accounts"]}
    new = scores[NEW]
    assert 0 < new["passed"] < new["counted"]
    assert new["score"] == round(100 * new["passed"] / new["counted"])
    assert scores[SHOP]["score"] < new["score"] < scores[AUDIT]["score"]


def test_the_new_account_goes_its_road(demo: Demo) -> None:
    """Before, the product's own plan applied and proven, after; what stays is named with its reason."""
    road = demo.document("summary.json")["new_account"]
    before, after = road["before"]["fsbp"], road["after"]["fsbp"]
    assert before["passed"] < before["counted"]
    assert after["passed"] == after["counted"] - 1, "IAM.6; IAM.9 is of CIS alone"
    assert before["score"] < after["honest_score"] < after["score"], "exceptions count in the honest score"
    assert road["applied"] > 50
    assert road["undone"] == 1
    assert {r["control"] for r in road["residuals"]} == {"IAM.6", "IAM.9"}
    assert all(r["reason"] for r in road["residuals"])
    assert {"EC2.172", "Inspector.1", "Macie.1", "S3.9"} <= set(road["excepted"])
    assert f"{road['applied']} changes made and proven" in demo.said


def test_the_report_is_one_page_that_shows_unpleasant_names_as_text(demo: Demo) -> None:
    page = (demo.folder / "demo" / "report.html").read_text(encoding="utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "drop-table-customers--1.aomine-shop" in page
    assert "<img src=x onerror" not in page


# Account, Region, control, part of the resource's id, verdict, of how many resources. The verdicts follow from
# what the company's steps make and from AWS's description of the control and of a new account's defaults.
TRUTH: tuple[tuple[str, str, str, str, str, int], ...] = (
    # A new account: no trail, no recorder, no detector; AWS's default VPC with its open default group; root
    # without MFA and without keys; EMR blocks public access from the start.
    (NEW, GLOBAL, "Account.1", "", FAILED, 1),
    (NEW, GLOBAL, "CloudTrail.1", "", FAILED, 1),
    (NEW, GLOBAL, "IAM.4", "", PASSED, 1),
    (NEW, GLOBAL, "IAM.6", "", FAILED, 1),
    (NEW, GLOBAL, "IAM.7", "", FAILED, 1),
    (NEW, GLOBAL, "IAM.9", "", FAILED, 1),
    (NEW, GLOBAL, "S3.1", "", FAILED, 1),
    *((NEW, region, "Config.1", "", FAILED, 1) for region in REGIONS),
    *((NEW, region, "GuardDuty.1", "", FAILED, 1) for region in REGIONS),
    *((NEW, region, "EC2.2", "security-group/", FAILED, 1) for region in REGIONS),
    *((NEW, region, "EC2.6", "vpc/", FAILED, 1) for region in REGIONS),
    *((NEW, region, "EC2.7", "", FAILED, 1) for region in REGIONS),
    *((NEW, region, "EMR.2", "", PASSED, 1) for region in REGIONS),
    (NEW, TOKYO, "EC2.15", "subnet/", FAILED, 3),
    (NEW, VIRGINIA, "EC2.15", "subnet/", FAILED, 6),
    # The account that is looked after.
    (ORDERS, GLOBAL, "Account.1", "", PASSED, 1),
    (ORDERS, GLOBAL, "CloudTrail.1", "", PASSED, 1),
    (ORDERS, TOKYO, "CloudTrail.2", "trail/aomine-trail", PASSED, 1),
    (ORDERS, TOKYO, "CloudTrail.4", "trail/aomine-trail", PASSED, 1),
    (ORDERS, TOKYO, "CloudTrail.5", "trail/aomine-trail", PASSED, 1),
    *((ORDERS, region, "Config.1", "", PASSED, 1) for region in REGIONS),
    *((ORDERS, region, "GuardDuty.1", "", PASSED, 1) for region in REGIONS),
    *((ORDERS, region, "EC2.7", "", PASSED, 1) for region in REGIONS),
    *((ORDERS, region, "EC2.182", "", PASSED, 1) for region in REGIONS),
    (ORDERS, TOKYO, "Inspector.1", "", PASSED, 1),
    (ORDERS, IRELAND, "Inspector.1", "", FAILED, 1),
    (ORDERS, TOKYO, "EC2.2", "security-group/", PASSED, 1),
    (ORDERS, TOKYO, "EC2.6", "vpc/", PASSED, 1),
    (ORDERS, TOKYO, "EC2.8", "instance/", PASSED, 1),
    (ORDERS, TOKYO, "EC2.8", "instance/", FAILED, 1),
    (ORDERS, TOKYO, "EC2.9", "instance/", PASSED, 2),
    (ORDERS, TOKYO, "EC2.10", "vpc/", PASSED, 1),
    (ORDERS, TOKYO, "EC2.18", "security-group/", FAILED, 0),
    (ORDERS, TOKYO, "ELB.5", "orders-alb", PASSED, 1),
    (ORDERS, TOKYO, "KMS.4", "key/", PASSED, 2),
    (ORDERS, TOKYO, "KMS.4", "key/", FAILED, 1),
    (ORDERS, TOKYO, "S3.5", ":::aomine-orders-data", PASSED, 1),
    (ORDERS, TOKYO, "S3.5", ":::aomine-orders-monthly-reports", FAILED, 1),
    (ORDERS, TOKYO, "S3.8", ":::aomine-orders-monthly-reports", PASSED, 1),
    (ORDERS, TOKYO, "S3.9", ":::aomine-orders-data", PASSED, 1),
    (ORDERS, TOKYO, "S3.13", ":::aomine-orders-data", PASSED, 1),
    (ORDERS, TOKYO, "S3.13", ":::aomine-orders-monthly-reports", FAILED, 1),
    (ORDERS, GLOBAL, "IAM.3", "user/deploy-pipeline", FAILED, 1),
    (ORDERS, GLOBAL, "IAM.6", "", PASSED, 1),
    (ORDERS, GLOBAL, "IAM.7", "", PASSED, 1),
    # The account with the classic faults.
    (SHOP, GLOBAL, "CloudTrail.1", "", PASSED, 1),
    (SHOP, TOKYO, "CloudTrail.2", "trail/trail-2016", FAILED, 1),
    (SHOP, TOKYO, "CloudTrail.4", "trail/trail-2016", FAILED, 1),
    (SHOP, TOKYO, "CloudTrail.5", "trail/trail-2016", FAILED, 1),
    (SHOP, TOKYO, "EC2.1", "", FAILED, 1),
    (SHOP, VIRGINIA, "EC2.1", "", PASSED, 1),
    (SHOP, TOKYO, "EC2.3", "volume/", FAILED, 3),
    (SHOP, TOKYO, "EC2.6", "vpc/", FAILED, 2),
    (SHOP, TOKYO, "EC2.8", "instance/", FAILED, 2),
    (SHOP, TOKYO, "EC2.9", "instance/", PASSED, 2),
    (SHOP, TOKYO, "EC2.13", "security-group/", FAILED, 1),
    (SHOP, TOKYO, "EC2.18", "security-group/", FAILED, 1),
    (SHOP, TOKYO, "EC2.19", "security-group/", FAILED, 1),
    (SHOP, TOKYO, "EC2.53", "security-group/", FAILED, 1),
    (SHOP, TOKYO, "ELB.5", "shop-alb", PASSED, 1),
    (SHOP, GLOBAL, "S3.1", "", FAILED, 1),
    (SHOP, TOKYO, "S3.2", shop.IMAGES, FAILED, 1),
    (SHOP, TOKYO, "S3.3", shop.IMAGES, PASSED, 1),
    (SHOP, TOKYO, "S3.8", shop.IMAGES, FAILED, 1),
    (SHOP, TOKYO, "S3.2", shop.LOGS, PASSED, 1),
    (SHOP, GLOBAL, "IAM.1", "policy/shop-everything", FAILED, 1),
    (SHOP, GLOBAL, "IAM.2", "user/=1+1@tanaka", FAILED, 1),
    (SHOP, GLOBAL, "IAM.2", "user/suzuki.ichiro", FAILED, 1),
    (SHOP, GLOBAL, "IAM.2", "user/batch-2019", PASSED, 1),
    (SHOP, GLOBAL, "IAM.3", "user/--shop-uploader", FAILED, 1),
    (SHOP, GLOBAL, "IAM.5", "user/=1+1@tanaka", FAILED, 1),
    (SHOP, GLOBAL, "IAM.8", "user/=1+1@tanaka", PASSED, 1),
    (SHOP, GLOBAL, "IAM.8", "user/suzuki.ichiro", FAILED, 1),
    (SHOP, GLOBAL, "IAM.8", "user/batch-2019", FAILED, 1),
    (SHOP, GLOBAL, "IAM.9", "", FAILED, 1),
    # The sandbox.
    (SANDBOX, GLOBAL, "IAM.2", "user/sato", PASSED, 1),
    (SANDBOX, GLOBAL, "IAM.3", "user/terraform", FAILED, 1),
    (SANDBOX, GLOBAL, "IAM.5", "user/sato", PASSED, 1),
    (SANDBOX, GLOBAL, "IAM.5", "user/intern-2024", FAILED, 1),
    (SANDBOX, GLOBAL, "IAM.6", "", FAILED, 1),
    (SANDBOX, GLOBAL, "IAM.9", "", PASSED, 1),
    (SANDBOX, VIRGINIA, "Lambda.1", "function:slack-echo", PASSED, 1),
    (SANDBOX, TOKYO, "SSM.4", "document/restart-app", FAILED, 1),
    # The security team's own accounts.
    *((AUDIT, region, "IAM.28", "", PASSED, 1) for region in REGIONS),
    *((AUDIT, region, "GuardDuty.11", "", PASSED, 1) for region in REGIONS),
    *((AUDIT, region, "SSM.7", "", PASSED, 1) for region in REGIONS),
    (AUDIT, TOKYO, "Macie.1", "", PASSED, 1),
    (AUDIT, VIRGINIA, "Macie.1", "", FAILED, 1),
    (LOGS, TOKYO, "CloudTrail.7", ":::aomine-foods-cloudtrail", PASSED, 1),
    (LOGS, TOKYO, "S3.9", ":::aomine-foods-access-logs", FAILED, 1),
    *((LOGS, region, "GuardDuty.11", "", FAILED, 1) for region in REGIONS),
)


def test_what_was_planted_is_found(demo: Demo) -> None:
    findings = demo.document("findings.json")
    wrong = [
        (*row, "but", found)
        for row in TRUTH
        for account, region, control, part, verdict, count in [row]
        if (
            found := sum(
                (f["account"], f["region"], f["control"], f["status"]) == (account, region, control, verdict)
                and part in f["resource"]
                for f in findings
            )
        )
        != count
    ]
    assert wrong == []


def test_established_accounts_leave_two_exposures_open(demo: Demo) -> None:
    eight = {"EC2.13", "S3.2", "IAM.4", "ELB.5", "CloudTrail.1", "EC2.9", "GuardDuty.1", "Lambda.1"}
    exposed = {
        f["control"]
        for f in demo.document("findings.json")
        if f["control"] in eight and f["status"] == FAILED and f["account"] != NEW
    }
    assert exposed == {"EC2.13", "S3.2"}


@pytest.mark.parametrize("moment", ["set up", " units, "])
def test_an_interrupt_leaves_no_process(moment: str, tmp_path: Path) -> None:
    mark = uuid.uuid4().hex
    running = subprocess.Popen(
        [*PROGRAM, "demo", "--out", str(tmp_path)],
        env=surroundings(mark),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
    )
    assert running.stderr
    while moment not in running.stderr.readline():
        assert running.poll() is None
    while len(left(mark)) < 2:  # until the emulator runs too
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert left(mark) == []
    assert "Traceback" not in told


def test_an_estate_file_of_the_user_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "estate.toml").write_text("# mine\n", encoding="utf-8")
    done = subprocess.run(
        [*PROGRAM, "demo", "--out", str(tmp_path)],
        env=surroundings(uuid.uuid4().hex),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "estate.toml exists already" in done.stderr
    assert (tmp_path / "estate.toml").read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.parametrize(("language", "word"), [("en", "Install it"), ("ja", "インストールしてください")])
def test_without_the_extra_one_line_says_how_to_install_it(language: str, word: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_MOTO, "demo", "--lang", language, "--out", str(tmp_path)],
        env=surroundings(uuid.uuid4().hex),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert word in done.stderr
    assert "ishigaki[demo]" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_ends_with_the_messages_that_would_be_sent(demo: Demo) -> None:
    page = (demo.folder / "demo" / "messages.html").read_text(encoding="utf-8")
    (told,) = re.findall(r"(\d+) messages would go out", demo.said)
    count = int(told)
    assert count >= len(COMPANY), "a first summary for each owner, and what is urgent, at two destinations"
    assert page.count("<article") == count
    for said in (demo.said, page):
        assert "Please act within 24 hours" in said
        assert "First summary" in said
    assert "Slack #aws-security" in page
    assert "security@aomine-foods.example" in page


def test_it_takes_stock_of_the_users_and_shows_them_on_a_page(demo: Demo) -> None:
    page = (demo.folder / "demo" / "people.html").read_text(encoding="utf-8")
    assert f"{len(COMPANY)} of {len(COMPANY)} accounts seen" in demo.said
    assert "8 IAM users: 4 human, 4 machine" in demo.said
    assert page.lstrip().lower().startswith("<!doctype html>")
    for member in COMPANY:
        assert member.id in page
    shown = _try(demo, ["people", "show", "--store", "demo/.ishigaki"])
    assert "8 IAM users" in shown.stdout, shown.stderr
