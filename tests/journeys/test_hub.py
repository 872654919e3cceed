"""Security Hub as the other witness: three accounts in two Regions, scanned by both, compared, written back, undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ishigaki.cli.commands import program
from ishigaki.core.usage import UsageError
from ishigaki.demo.emulator.server import Running, start
from tests.demo.conftest import Aws, ask
from tests.intake.hub_findings import as_written, by_standard
from tests.journeys.test_scan import PROGRAM

ADMIN, SHOP, QUIET = "111122223333", "222233334444", "333344445555"
TOKYO, VIRGINIA = "ap-northeast-1", "us-east-1"
BUCKET = ("AwsS3Bucket", "arn:aws:s3:::shop-web")
NOW = datetime.now(UTC)
YESTERDAY = NOW - timedelta(hours=20)
CONTROLS = [x for c in ("EC2.7", "IAM.7", "S3.8", "S3.1") for x in ("--control", c)]
ESTATE = (
    f"""\
[estate]
role = "IshigakiRead"
write_role = "IshigakiRead"
regions = ["{TOKYO}", "{VIRGINIA}"]
home_region = "{TOKYO}"
audit = "{ADMIN}"
one_person = true
accounts = []
""".replace("accounts = []\n", "")
    + "".join(
        f'\n[[accounts]]\nid = "{a}"\nname = "{n}"\nenvironment = "production"\n'
        for a, n in ((ADMIN, "admin"), (SHOP, "shop"), (QUIET, "quiet"))
    )
)
TRUST = json.dumps(
    {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ADMIN}:root"},
            "Action": "sts:AssumeRole",
        }
    }
)


def account(
    control: str, of: str, region: str, status: str, at: datetime = NOW, **more: Any
) -> dict[str, Any]:
    thing = ("AwsAccount", f"AWS::::Account:{of}")
    return as_written(control, account=of, region=region, resource=thing, status=status, at=at, **more)


def bucket(control: str = "S3.8", status: str = "FAILED", at: datetime = NOW, **more: Any) -> dict[str, Any]:
    return as_written(control, account=SHOP, region=TOKYO, resource=BUCKET, status=status, at=at, **more)


@dataclass
class Desk:
    """A folder with an estate, and the program run in it."""

    folder: Path
    running: Running
    aws: Aws

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error; a mistake's message is on the latter."""
        done = CliRunner().invoke(program, [*arguments, "--lang", "en"], standalone_mode=False)
        if isinstance(done.exception, UsageError):
            return 2, done.stdout, f"{done.stderr}{done.exception}"
        if done.exception is not None:
            raise done.exception
        return int(done.return_value or 0), done.stdout, done.stderr

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--format", "json")[1])

    def judge(self, *findings: dict[str, Any]) -> None:
        ask(self.running.url, "POST", "securityhub/findings", {"findings": list(findings)})

    def hub(self, account: str = ADMIN, region: str = TOKYO) -> Any:
        return self.aws.client("securityhub", account=account, region=region)

    def shown(self, control: str, **of: str) -> list[dict[str, Any]]:
        named = {"ComplianceSecurityControlId": control, **of}
        filters = {k: [{"Comparison": "EQUALS", "Value": v}] for k, v in named.items()}
        found: list[dict[str, Any]] = self.hub().get_findings(Filters=filters)["Findings"]
        return found


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    emulator = start()
    yield emulator
    emulator.stop()


@pytest.fixture
def desk(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    ask(running.url, "POST", "reset")
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    given = {
        "AWS_ENDPOINT_URL": running.url,
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_ACCESS_KEY_ID": ADMIN,
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "estate.toml").write_text(ESTATE, encoding="utf-8")
    made = Desk(tmp_path, running, Aws(running.url))
    for one in (ADMIN, SHOP, QUIET):
        for region in (TOKYO, VIRGINIA):
            made.hub(one, region).enable_security_hub(EnableDefaultStandards=False)
    for region in (TOKYO, VIRGINIA):
        members = [{"AccountId": a, "Email": f"{a}@example.com"} for a in (SHOP, QUIET)]
        made.hub(ADMIN, region).create_members(AccountDetails=members)
    made.hub().create_finding_aggregator(RegionLinkingMode="SPECIFIED_REGIONS", Regions=[VIRGINIA])
    return made


def furnish(desk: Desk) -> None:
    """Roles for our own scans, and a bucket that is not as S3.8 wants it."""
    for one in (SHOP, QUIET):
        iam = desk.aws.client("iam", account=one)
        iam.create_role(RoleName="IshigakiRead", AssumeRolePolicyDocument=TRUST)
    s3 = desk.aws.client("s3", account=SHOP, region=TOKYO)
    s3.create_bucket(Bucket="shop-web", CreateBucketConfiguration={"LocationConstraint": TOKYO})
    s3.delete_public_access_block(Bucket="shop-web")


def tell(desk: Desk) -> None:
    """What Security Hub says: of two accounts, with one verdict that ours will not share."""
    desk.judge(
        account("IAM.7", ADMIN, TOKYO, "FAILED"),
        account("EC2.7", ADMIN, TOKYO, "FAILED"),
        account("IAM.7", SHOP, TOKYO, "PASSED"),
        account("IAM.7", SHOP, VIRGINIA, "FAILED"),
        account("EC2.7", SHOP, TOKYO, "PASSED", YESTERDAY),
        account("EC2.7", SHOP, VIRGINIA, "FAILED", tags={"a": "b"}),
        bucket(tags={"Owner": "web"}),
        bucket("S3.9", reasons=["SOMETHING_NEW"]),
    )


def test_security_hub_alone_gives_findings_score_report_and_a_ledger(desk: Desk) -> None:
    tell(desk)
    strange = {**bucket("S3.5"), "SchemaVersion": "2031-01-01"}
    guard = {
        **bucket(),
        "Id": "g",
        "ProductName": "GuardDuty",
        "ProductArn": f"arn:aws:securityhub:{TOKYO}::product/aws/guardduty",
    }
    desk.judge(strange, guard)
    code, out, told = desk.run("scan", "--source", "securityhub", "--format", "json")
    found = {(f["control"], f["account"], f["region"]): f for f in json.loads(out)}
    assert set(found) == {
        ("IAM.7", ADMIN, "aws-global"),
        ("EC2.7", ADMIN, TOKYO),
        ("IAM.7", SHOP, "aws-global"),
        ("EC2.7", SHOP, TOKYO),
        ("EC2.7", SHOP, VIRGINIA),
        ("S3.8", SHOP, TOKYO),
        ("S3.9", SHOP, TOKYO),
    }
    assert found["IAM.7", SHOP, "aws-global"]["status"] == "FAILED"  # in one Region it failed
    assert found["S3.8", SHOP, TOKYO]["resource"] == BUCKET[1]
    assert found["S3.8", SHOP, TOKYO]["severity"] == "HIGH"
    assert found["S3.9", SHOP, TOKYO]["reason"] == {"code": "SECURITY_HUB", "what": "SOMETHING_NEW"}
    assert code == 3
    assert "quiet (333344445555): Security Hub shows no finding" in told
    assert "1 findings of Security Hub were set aside: a version" in told
    assert "1 findings of GuardDuty" in told
    header = json.loads(next((desk.folder / ".ishigaki/scans").iterdir()).read_text())
    assert (header["source"], header["standards"]) == ("securityhub", ["fsbp"])
    assert (header["hub"]["account"], header["hub"]["asked"]) == (ADMIN, [TOKYO])
    log = ask(desk.running.url, "GET", "requests/log")
    assert not {e["service"] for e in log if e["account"] == SHOP} - {"securityhub"}
    table = desk.run("judge")[1]
    assert "Source: Security Hub" in table
    for form in ("csv", "asff", "sarif", "json"):
        assert BUCKET[1] in desk.run("judge", "--format", form)[1]
    assert desk.run("judge", "--format", "html", "--out", "report.html")[0] == 3
    report = (desk.folder / "report.html").read_text(encoding="utf-8")
    assert ("Security Hub (its findings" in report, 'id="numbers"' in report) == (True, False)
    again = {(f["control"], f["region"]): f for f in desk.json("judge", "--control", "S3.8")}
    assert again["S3.8", TOKYO]["first_seen"] == header["at"].replace("Z", "+00:00")[:19] + "+00:00"


def test_what_needs_the_configuration_says_so_and_the_rest_works(desk: Desk) -> None:
    tell(desk)
    desk.run("scan", "--source", "securityhub")
    code, plan, _ = desk.run("plan", "--out", "plan.json")
    assert code == 0
    assert "the configuration of the accounts was not read" in plan
    assert "put-public-access-block --bucket shop-web" in plan
    assert json.loads((desk.folder / "plan.json").read_text())["changes"] == []
    for command in ("route", "inventory"):
        code, _, told = desk.run(command)
        assert (code, "scan_without_configuration" in told) == (2, True)
    assert desk.run("checklist", "must_fix")[0] == 0
    assert desk.run("diff")[0] == 2
    desk.judge(bucket(status="PASSED"))
    desk.run("scan", "--source", "securityhub")
    changed = desk.json("diff")
    assert [f["control"] for f in changed["fixed"]] == ["S3.8"]
    code, out, _ = desk.run("scan", "--source", "securityhub", "--dry-run")
    assert (code, "securityhub:GetFindings" in out) == (0, True)


def test_one_for_each_standard_and_region_by_region_without_an_aggregator(desk: Desk) -> None:
    aggregator = desk.running.url
    ask(aggregator, "POST", "reset")
    for region in (TOKYO, VIRGINIA):
        desk.hub(ADMIN, region).enable_security_hub(EnableDefaultStandards=False)
    whole = account("EC2.7", ADMIN, VIRGINIA, "FAILED")
    cis = by_standard(whole, standard="cis-aws-foundations-benchmark/v/1.4.0", rule="2.2.1")
    desk.judge(by_standard(whole), cis)
    (found,) = desk.json("scan", "--source", "securityhub", "--account", ADMIN)
    assert (found["control"], found["region"], found["standards"]) == (
        "EC2.7",
        VIRGINIA,
        ["fsbp", "cis_1_4"],
    )
    counts = ask(aggregator, "GET", "requests")["counts"]
    asked = {c["region"] for c in counts if c["operation"] == "GetFindings"}
    assert asked == {TOKYO, VIRGINIA}


def test_without_an_estate_every_member_is_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / "estate.toml").unlink()
    monkeypatch.setenv("AWS_REGION", TOKYO)
    desk.judge({**bucket(), "AwsAccountName": "shop"}, account("EC2.7", ADMIN, TOKYO, "PASSED"))
    code, out, told = desk.run("scan", "--source", "securityhub", "--region", TOKYO, "--format", "json")
    assert {(f["account"], f["account_name"]) for f in json.loads(out)} == {(SHOP, "shop"), (ADMIN, ADMIN)}
    assert (code, f"{QUIET} ({QUIET}): Security Hub shows no finding" in told) == (3, True)
    code, out, _ = desk.run("scan", "--source", "securityhub", "--account", SHOP, "--control", "S3.9")
    assert code == 3  # Regions in which its hub is off
    denied = {"kind": "denied", "service": "securityhub", "operation": "GetFindings"}
    ask(desk.running.url, "POST", "faults", denied)
    code, out, told = desk.run("scan", "--source", "securityhub", "--region", TOKYO)
    assert (code, "Security Hub refused the question for its findings: AccessDenied" in told) == (3, True)
    ask(desk.running.url, "DELETE", "faults")


def test_mistakes_are_told_with_their_remedy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    estate = (desk.folder / "estate.toml").read_text().replace(f'audit = "{ADMIN}"\n', "")
    (desk.folder / "estate.toml").write_text(estate)
    assert desk.run("disagreements")[2].startswith("no_own_scan")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", SHOP)
    code, _, told = desk.run("scan", "--source", "securityhub")
    assert (code, "hub_of_member" in told, ADMIN in told) == (2, True, True)
    assert desk.run("scan", "--source", "securityhub", "--account", SHOP)[0] == 3
    for region in (TOKYO, VIRGINIA):
        desk.hub(SHOP, region).disable_security_hub()
    code, _, told = desk.run("scan", "--source", "securityhub")
    assert (code, "hub_off" in told) == (2, True)


def write_exception(desk: Desk) -> None:
    day = NOW.date()
    (desk.folder / "waivers.toml").write_text(
        f"""\
[[waivers]]
control = ["S3.8", "S3.9"]
account = "{SHOP}"
resource = "{BUCKET[1]}"
reason = "Serves the public site"
owner = "web@example.com"
approved = {day - timedelta(days=2)}
expires = {day + timedelta(days=30)}
""",
        encoding="utf-8",
    )


def test_both_witnesses_are_compared_and_what_was_written_back_is_undone(desk: Desk) -> None:
    furnish(desk)
    tell(desk)
    assert desk.run("scan", *CONTROLS)[0] == 0
    desk.run("scan", "--source", "securityhub")
    compared = desk.json("disagreements")
    (differs,) = compared["differing"]
    assert (differs["control"], differs["account"], differs["region"]) == ("EC2.7", SHOP, TOKYO)
    assert (differs["own"]["status"], differs["hub"]["status"]) == ("FAILED", "PASSED")
    assert compared["agreed"] == 5
    shown = desk.run("disagreements")[1]
    assert "Security Hub has not looked since ours" in shown
    assert "shop (222233334444): ap-northeast-1" in shown

    desk.judge(account("EC2.7", SHOP, VIRGINIA, "FAILED", YESTERDAY))
    ec2 = desk.aws.client("ec2", account=SHOP, region=VIRGINIA)
    ec2.enable_ebs_encryption_by_default()
    write_exception(desk)
    assert desk.run("scan", *CONTROLS)[0] == 0
    desk.run("scan", "--source", "securityhub")
    code, out, _ = desk.run("hub", "write")
    assert (code, "SUPPRESSED  2 findings" in out, "RESOLVED  1 finding" in out) == (4, True, True)
    assert {f["Workflow"]["Status"] for f in desk.shown("S3.8")} == {"NEW"}
    code, out, _ = desk.run("hub", "write", "--apply")
    assert (code, "Written to Security Hub: 3 findings" in out) == (0, True)
    (held,) = desk.shown("S3.8")
    assert (held["Workflow"]["Status"], held["Note"]["UpdatedBy"]) == ("SUPPRESSED", "ishigaki")
    assert "web@example.com" in held["Note"]["Text"]
    (resolved,) = desk.shown("EC2.7", AwsAccountId=SHOP, Region=VIRGINIA)
    assert resolved["Workflow"]["Status"] == "RESOLVED"
    desk.run("scan", "--source", "securityhub")
    assert "nothing to write" in desk.run("hub", "write")[2]

    (other,) = desk.shown("S3.9")
    one = {"Id": other["Id"], "ProductArn": other["ProductArn"]}
    mine = {"Text": "ours to keep", "UpdatedBy": "hanako"}
    desk.hub().batch_update_findings(FindingIdentifiers=[one], Note=mine)
    code, out, told = desk.run("hub", "undo", "--apply")
    assert (code, "Taken back in Security Hub: 1 finding" in out) == (4, True)
    assert "ours to keep" in told
    assert desk.shown("S3.8")[0]["Workflow"]["Status"] == "NEW"
    assert desk.shown("S3.9")[0]["Workflow"]["Status"] == "SUPPRESSED"
    assert desk.shown("EC2.7", AwsAccountId=SHOP, Region=VIRGINIA)[0]["Workflow"]["Status"] == "RESOLVED"


def tick(desk: Desk, *arguments: str) -> dict[str, dict[str, Any]]:
    """What one tick says of its steps."""
    asked = [*PROGRAM, "run", "--once", "--lang", "en", *arguments]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(asked, cwd=desk.folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stderr.splitlines()]
    return {each["event"]: each.get("facts", {}) for each in said}


NOBODY_ANSWERS = """\
[[destinations]]
name = "elsewhere"
channel = "webhook"
language = "en"
url = "http://127.0.0.1:9/"
secret = "env:NONE"
"""


def test_what_was_decided_and_told_is_written_back_and_goes_back_with_its_policy(desk: Desk) -> None:
    furnish(desk)
    tell(desk)
    desk.run("scan", "--source", "securityhub")
    tick(desk, "--no-scan")
    assert "nothing to write" in desk.run("hub", "write")[2]  # there is nobody to tell yet
    (desk.folder / "notify.toml").write_text(NOBODY_ANSWERS, encoding="utf-8")
    assert tick(desk, "--no-scan")["decide"]["letters"] > 0
    assert desk.run("judge", "--format", "html", "--out", "report.html")[0] == 3
    assert 'id="numbers"' in (desk.folder / "report.html").read_text(encoding="utf-8")
    code, out, _ = desk.run("hub", "write")
    assert (code, "NOTIFIED" in out, "SUPPRESSED" in out) == (4, True, False)  # the shipped policy alone

    (desk.folder / "policy.toml").write_text(
        """[[rows]]
name = "logs_once"
control = "S3.9"
decision = "notify_once"
reason = "Its owner decides"
""",
        encoding="utf-8",
    )
    tick(desk, "--no-scan")
    code, out, _ = desk.run("hub", "write", "--apply")
    assert (code, "Written to Security Hub" in out) == (0, True)
    workflows = {c: {f["Workflow"]["Status"] for f in desk.shown(c)} for c in ("S3.8", "S3.9")}
    assert workflows == {"S3.8": {"NOTIFIED"}, "S3.9": {"SUPPRESSED"}}
    assert desk.shown("S3.9")[0]["Note"]["Text"] == (
        "Response policy: told once, by row logs_once: Its owner decides"
    )
    left = desk.shown("EC2.7", WorkflowStatus="SUPPRESSED")
    assert {f["Note"]["Text"].partition(", by row ")[2].partition(":")[0] for f in left} == {"default"}
    assert "nothing to write" in desk.run("hub", "write")[2]

    with (desk.folder / "estate.toml").open("a", encoding="utf-8") as estate:
        estate.write("\n[run]\nwrite_back = true\n")
    (desk.folder / "policy.toml").unlink()
    assert "write_back" not in tick(desk, "--no-scan")
    said = tick(desk)["write_back"]
    assert (said["written"], said["refused"]) == (len(left) + 1, 0)
    assert desk.shown("EC2.7", WorkflowStatus="SUPPRESSED") == []
    assert desk.shown("S3.9")[0]["Workflow"]["Status"] == "NOTIFIED"  # tracked again by the shipped policy
    assert tick(desk)["write_back"]["written"] == 0


def test_our_own_findings_are_brought_there_and_archived_once_they_pass(desk: Desk) -> None:
    furnish(desk)
    assert desk.run("scan", *CONTROLS)[0] == 0
    code, out, _ = desk.run("hub", "import")
    assert (code, "Would bring" in out) == (4, True)
    assert desk.run("hub", "import", "--apply")[0] == 0
    own = {"ProductName": [{"Comparison": "EQUALS", "Value": "ishigaki"}]}
    before = {f["Title"]: f for f in desk.hub().get_findings(Filters=own)["Findings"]}
    assert {f["RecordState"] for f in before.values()} == {"ACTIVE"}
    assert BUCKET[1] in {f["Resources"][0]["Id"] for f in before.values()}
    s3 = desk.aws.client("s3", account=SHOP, region=TOKYO)
    blocked = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket="shop-web", PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    assert desk.run("scan", *CONTROLS)[0] == 0
    assert desk.run("hub", "import", "--apply")[0] == 0
    (fixed,) = [
        f for f in desk.hub().get_findings(Filters=own)["Findings"] if f["Resources"][0]["Id"] == BUCKET[1]
    ]
    assert (fixed["RecordState"], fixed["Compliance"]["Status"]) == ("ARCHIVED", "PASSED")
    assert desk.json("scan", "--source", "securityhub") == []  # our own are no second witness
