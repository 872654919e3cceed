"""Bad input: one clear line with the remedy, exit code 2, nothing written; and what needs no AWS at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import ishigaki

pytestmark = pytest.mark.usefixtures("alone")

MISTAKES = [
    (["scan", "--profile", "nobody"], "--profile"),
    (["scan"], "SSO"),
    (["scan", "--control", "Nothing.*"], "ishigaki controls"),
    (["scan", "--standard", "nist"], "fsbp"),
    (["scan", "--estate", "missing.toml"], "ishigaki estate init"),
    (["scan", "--format", "html"], "--out"),
    (["scan", "--format", "xml"], "xml"),
    (["scan", "--format", "html", "--out", "no/such/folder.html"], "no/such"),
    (["scan", "--no-such-option"], "--no-such-option"),
    (["judge"], "ishigaki scan"),
    (["judge", "2020"], "2020"),
    (["diff"], "ishigaki scan"),
    (["people", "show"], "ishigaki people collect"),
    (["people", "query", "nobody"], "unused-keys"),
    (["people", "ddl"], "--location"),
    (["people", "ddl", "--location", "bucket"], "s3://bucket/prefix"),
    (["people", "sync"], "[people]"),
    (["query", "SELECT 1"], "ishigaki people collect"),
    (["scan", "--waivers", "missing.toml"], "ishigaki waivers init"),
    (["judge", "--waivers", "missing.toml"], "ishigaki waivers init"),
    (["waivers", "check"], "ishigaki waivers init"),
    (["explain", "S3.999"], "ishigaki controls"),
    (["estate", "init"], "SSO"),
    (["access", "plan"], "ishigaki access init"),
    (["access", "show"], "SSO"),
    (["access", "check", "--file", "missing.toml"], "missing.toml"),
    (["access", "stock-take", "--column", "name=x"], "--column"),
    (["nonsense"], "nonsense"),
]


@pytest.mark.parametrize(
    ("arguments", "remedy"), MISTAKES, ids=lambda v: " ".join(v) if isinstance(v, list) else None
)
def test_a_mistake_is_told_in_a_line_and_nothing_is_written(
    arguments: list[str],
    remedy: str,
    alone: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ishigaki(monkeypatch, *arguments) == 2
    told = capsys.readouterr()
    assert remedy in told.err
    assert "Traceback" not in told.err + told.out
    written = {p.name for p in alone.rglob("*") if p.is_file()} - {"salt"}
    assert not written


def test_mistakes_speak_japanese_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "judge", "--lang", "ja") == 2
    assert "してください" in capsys.readouterr().err


def test_the_locale_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert ishigaki(monkeypatch, "judge") == 2
    assert "してください" in capsys.readouterr().err


def test_an_estate_with_a_mistake_names_file_and_line(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "estate.toml").write_text('[[accounts]]\nid = "12"\n')
    assert ishigaki(monkeypatch, "scan") == 2
    assert "estate.toml, line 2" in capsys.readouterr().err


def test_version_is_answered_without_importing_anything() -> None:
    probe = "import sys; sys.argv[1:] = ['--version']; from ishigaki.cli.main import run; run(); print(sorted(m for m in sys.modules if m.split('.')[0] in ('click', 'msgspec', 'botocore', 'rich', 'sqlalchemy')))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0].startswith("ishigaki ")
    assert done.stdout.splitlines()[1] == "[]"


def test_help_names_every_command_and_imports_no_sdk() -> None:
    probe = "import sys; sys.argv[1:] = ['--help']\nfrom ishigaki.cli.main import run\ntry:\n    run()\nexcept SystemExit:\n    print(sorted(m for m in sys.modules if m in ('botocore', 'sqlalchemy', 'jinja2')))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    for command in (
        "scan",
        "judge",
        "diff",
        "controls",
        "explain",
        "inventory",
        "estate",
        "waivers",
        "permissions",
        "bootstrap",
        "prune",
        "demo",
    ):
        assert f"\n  {command} " in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_controls_lists_every_control_and_what_it_reads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "controls", "--format", "json") == 0
    rows = {row["control"]: row for row in json.loads(capsys.readouterr().out)}
    assert len([r for r in rows.values() if r["standards"]]) == 404
    of_checklists = {c for c, r in rows.items() if not r["standards"]}
    assert of_checklists == {"CloudWatch.16", "Ishigaki.Lambda.1"}
    assert {row["state"] for row in rows.values()} == {"implemented"}
    assert rows["S3.8"]["reads"] == ["s3:GetBucketLocation", "s3:GetPublicAccessBlock", "s3:ListBuckets"]
    assert rows["S3.8"]["permissions"] == [
        "ec2:DescribeRegions",
        "s3:GetBucketLocation",
        "s3:GetBucketPublicAccessBlock",
        "s3:ListAllMyBuckets",
    ]


def test_explain_says_why_and_what_to_do_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "explain", "s3.8") == 0
    english = capsys.readouterr().out
    assert ishigaki(monkeypatch, "explain", "S3.8", "--lang", "ja") == 0
    japanese = capsys.readouterr().out
    assert "How to fix it" in english
    assert "是正手順" in japanese
    assert "put-public-access-block" in english
    assert "put-public-access-block" in japanese


def test_permissions_follow_the_chosen_controls(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "permissions", "scan", "--control", "Account.1") == 0
    (statement,) = json.loads(capsys.readouterr().out)["Statement"]
    assert statement["Action"] == ["account:GetAlternateContact", "ec2:DescribeRegions"]


def test_write_permissions_follow_the_chosen_controls(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = ("--control", "S3.8", "--partition", "aws-cn")
    assert ishigaki(monkeypatch, "permissions", "apply", *chosen) == 0
    found = json.loads(capsys.readouterr().out)
    ((write,),) = [d["Statement"] for d in found["write"]]
    assert (write["Action"], write["Resource"]) == (["s3:PutBucketPublicAccessBlock"], ["arn:aws-cn:s3:::*"])
    ((read,),) = [d["Statement"] for d in found["read"]]
    assert {"s3:GetBucketPublicAccessBlock", "s3:GetBucketWebsite", "sts:GetCallerIdentity"} <= {
        *read["Action"]
    }


def test_write_permissions_of_the_baseline_follow_its_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def actions(*options: str) -> set[str]:
        assert ishigaki(monkeypatch, "permissions", "apply", *options) == 0
        documents = json.loads(capsys.readouterr().out)["write"]
        assert all(len(json.dumps(d, separators=(",", ":"))) <= 6144 for d in documents)
        return {a for d in documents for s in d["Statement"] for a in s["Action"]}

    (tmp_path / "own.toml").write_text('profile = "none"\n[items.serial_console]\n')
    own = actions("--baseline", "--file", str(tmp_path / "own.toml"))
    assert own == {"ec2:DisableSerialConsoleAccess", "ec2:EnableSerialConsoleAccess"}
    assert "cloudtrail:CreateTrail" in actions("--baseline", "--profile-name", "standard")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--control", "IAM.6"), "no permission is needed"),
        (("--control", "S3.8", "--baseline"), "one of the three"),
        (("--account", "111122223333"), "--plan"),
    ],
)
def test_write_permissions_of_nothing_are_a_mistake(
    options: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ishigaki(monkeypatch, "permissions", "apply", *options) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "options", [(), ("--write",), ("--write", "--baseline"), ("--write", "--control", "CloudTrail.*")]
)
def test_the_bootstrap_template_is_clean(
    options: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ishigaki(monkeypatch, "bootstrap", *options) == 0
    template = capsys.readouterr().out
    (tmp_path / "role.json").write_text(template)
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [lint, "--format", "parseable", str(tmp_path / "role.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    resources = json.loads(template)["Resources"]
    policies = [r for r in resources.values() if r["Type"] == "AWS::IAM::ManagedPolicy"]
    for policy in policies:
        document = json.dumps(policy["Properties"]["PolicyDocument"], separators=(",", ":"))
        assert len(document) <= 6144
    assert 0 < len(policies) <= 10
    named = json.loads(template)["Parameters"]["RoleName"]["Default"]
    assert named == ("IshigakiWrite" if options else "IshigakiRead")


def test_a_checklist_that_is_not_known_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ishigaki(monkeypatch, "checklist", "nine_lives") == 2
    assert "ten_practices" in capsys.readouterr().err


def test_an_answer_to_no_question_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    estate = tmp_path / "estate.toml"
    answer = '[[answers]]\nquestion = "why"\nanswer = "yes"\nby = "A"\non = 2026-11-22\n'
    estate.write_text(f'[[accounts]]\nid = "111122223333"\n\n{answer}', encoding="utf-8")
    assert ishigaki(monkeypatch, "checklist", "ten_practices", "--estate", str(estate)) == 2
    said = capsys.readouterr().err
    assert "line 5" in said
    assert "incident_flow" in said
