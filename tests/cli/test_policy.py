"""The response policy as a user meets it: proven, explained, and tried on a kept scan; in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ishigaki.cli.language import CHOSEN
from ishigaki.core.concern import Category
from ishigaki.core.finding import Finding, Status
from ishigaki.store import results
from ishigaki.store.results import Kept
from ishigaki.store.snapshots import Entered, ScanHeader, Snapshots
from tests.cli.shell import ishigaki

PROD, DEV, SCAN = "111122223333", "444455556666", "20261122T090000Z-aaaaaa"
SALES = "arn:aws:s3:::sales"
ESTATE = f"""\
[estate]
language = "en"
time_zone = "Asia/Tokyo"
[[accounts]]
id = "{PROD}"
environment = "production"
[[accounts]]
id = "{DEV}"
environment = "dev"
"""
POLICY = """\
[[rows]]
category = "at_rest"
environment = "production"
decision = "track"
within = "5 business days"
reason = "Customers' data"

[[rows]]
name = "sales_logs"
control = "S3.9"
tag = "team=sales"
decision = "leave"
reason = "Nobody reads these"
"""
RULE = """
[[suppressions]]
kind = "Recon:EC2/Portscan"
facts = { user = "scanner" }
reason = "Our scanner"
owner = "a@example.com"
approver = "b@example.com"
approved = 2026-01-01
expires = 2026-06-01
"""
Run = Callable[..., tuple[int, str, str]]


def kept(control: str, account: str, resource: str, **changes: Any) -> Kept:
    status = changes.pop("status", Status.FAILED)
    return Kept(Finding(control, account, "ap-northeast-1", "AWS::S3::Bucket", resource, status), **changes)


FINDINGS = (
    kept("S3.9", PROD, SALES, tags={"team": "sales"}),
    kept("S3.9", PROD, "arn:aws:s3:::web", tags={"team": "web"}),
    kept("S3.9", PROD, "arn:aws:s3:::logs", shipped="receives_access_logs"),
    kept("S3.9", PROD, "arn:aws:s3:::unseen"),
    kept("S3.9", DEV, "arn:aws:s3:::dev", tags={}),
    kept("RDS.3", PROD, "arn:db"),
    kept("ELB.16", PROD, "arn:lb"),
    kept("EC2.18", DEV, "arn:sg"),
    kept("S3.8", PROD, SALES, status=Status.PASSED),
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in a folder with an estate, a policy and a kept scan."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    Path("estate.toml").write_text(ESTATE, encoding="utf-8")
    Path("policy.toml").write_text(POLICY, encoding="utf-8")
    store = tmp_path / ".ishigaki"
    results.write(store, SCAN, FINDINGS)
    names = (Entered(PROD, "sales", "production", ""), Entered(DEV, "dev", "non-production", ""))
    controls = tuple({k.finding.control for k in FINDINGS})
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    header = ScanHeader(SCAN, at, "0", ("fsbp",), controls, "us-east-1", "aws", names)
    Snapshots(store).write_header(header)

    def program(*arguments: str) -> tuple[int, str, str]:
        CHOSEN.set(None)
        code = ishigaki(monkeypatch, *arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return program


def plain(run: Run, *arguments: str) -> Any:
    code, out, err = run("policy", *arguments, "--format", "json")
    assert err == ""
    return code, json.loads(out)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "2 rows and 0 suppressions of yours"), ("ja", "独自の行 2 件、抑制ルール 0 件")],
)
def test_a_good_policy_is_told_so(run: Run, language: str, said: str) -> None:
    code, out, err = run("policy", "check", "--lang", language)
    assert (code, err) == (0, "")
    assert said in out


def test_without_a_file_the_shipped_policy_holds(run: Run) -> None:
    Path("policy.toml").unlink()
    code, found = plain(run, "check")
    assert (code, found["own"], found["idle"]) == (0, 0, [])
    assert found["shipped"] > 15
    _, (explained,) = plain(run, "explain", "RDS.3")
    assert (explained["decision"], explained["row"]) == ("leave", "default:at_rest")


ODD = (
    f"{POLICY}\n"
    '[[rows]]\ncategory = "logging"\ncontrol = "S3.8"\ndecision = "leave"\nreason = "S3.8 is no logging"\n'
    f'[[rows]]\naccount = ["{PROD}", "999999999999"]\ndecision = "track"\nreason = "all"\n{RULE}'
)


@pytest.mark.parametrize(
    ("language", "expired"), [("en", "ended on 2026-06-01"), ("ja", "2026-06-01 で期限切れ")]
)
def test_what_is_odd_about_a_policy_is_told(run: Run, language: str, expired: str) -> None:
    Path("policy.toml").write_text(ODD, encoding="utf-8")
    code, out, _ = run("policy", "check", "--lang", language)
    assert code == 1
    lines = out.splitlines()
    assert lines[0].startswith("policy.toml:15: ")
    assert (lines[1].startswith("policy.toml:20: "), "999999999999" in lines[1]) == (True, True)
    assert (expired in lines[2], "Recon:EC2/Portscan" in lines[2]) == (True, True)
    assert len(lines) == 4
    code, found = plain(run, "check")
    assert (code, found["idle"], found["unknown_accounts"]) == (
        1,
        ["policy.toml:15"],
        [{"row": "policy.toml:20", "account": "999999999999"}],
    )
    assert [(e["row"], e["expires"]) for e in found["expired"]] == [("policy.toml:25", "2026-06-01")]


def test_a_row_that_others_come_before_everywhere_is_told(run: Run) -> None:
    first = (
        '[[rows]]\ncontrol = ["S3.8", "S3.9"]\nenvironment = "production"\ndecision = "leave"\nreason = "r"\n'
    )
    second = '[[rows]]\ncontrol = "S3.9"\ndecision = "track"\nreason = "r"\n'
    third = '[[rows]]\ncontrol = "S3.9"\nenvironment = "non-production"\ndecision = "leave"\nreason = "r"\n'
    Path("policy.toml").write_text(first + second, encoding="utf-8")
    assert plain(run, "check")[1]["idle"] == []
    Path("policy.toml").write_text(first + second + third, encoding="utf-8")
    assert plain(run, "check")[1]["idle"] == ["policy.toml:6"]


@pytest.mark.parametrize(
    ("language", "remedy"), [("en", "Name the categories"), ("ja", "分類も指定してください")]
)
def test_a_row_of_severity_alone_is_told_what_comes_before_it(run: Run, language: str, remedy: str) -> None:
    low = '[[rows]]\nname = "low"\nseverity = "LOW"\ndecision = "leave"\nreason = "r"\n'
    Path("policy.toml").write_text(low, encoding="utf-8")
    code, out, _ = run("policy", "check", "--lang", language)
    assert (code, remedy in out, 'category = ["essential"' in out) == (1, True, True)
    Path("policy.toml").write_text(f'{low}category = ["essential", "logging"]\n', encoding="utf-8")
    assert plain(run, "check")[1]["idle"] == []


def test_a_mistake_ends_with_its_line_and_remedy(run: Run) -> None:
    Path("other.toml").write_text(
        '[[rows]]\ncategory = "threat"\ndecision = "leave"\nreason = "r"\n', encoding="utf-8"
    )
    for language, said in (("en", "write a suppression"), ("ja", "抑制ルール")):
        code, _, err = run("policy", "check", "--policy", "other.toml", "--lang", language)
        assert code == 2
        assert "other.toml" in err
        assert said in err
    assert run("policy", "check", "--policy", "none.toml")[0] == 2


def test_business_days_want_the_holidays_that_the_estate_names(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("estate.toml").write_text(ESTATE.replace("[estate]", '[estate]\nholidays = "JP"'), encoding="utf-8")
    assert run("policy", "check")[0] == 0
    monkeypatch.setattr("ishigaki.flows.calendar.find_spec", lambda name: None)
    code, _, err = run("policy", "check")
    assert (code, "ishigaki[keep]" in err) == (2, True)
    Path("policy.toml").unlink()
    assert run("policy", "check")[0] == 0


def test_a_finding_is_explained_by_the_row_that_decides_of_it(run: Run) -> None:
    code, out, _ = run("policy", "explain", f"S3.9@{SALES}")
    assert code == 0
    assert out.splitlines()[2:] == [
        f"1 finding of scan {SCAN}; the first: {PROD} ap-northeast-1 {SALES}",
        "  Decision: left alone",
        "  Row: sales_logs (policy.toml:8)",
        "  Reason: Nobody reads these",
        "  Rows about it, in the order in which they are asked:",
        "  ▸ 1. sales_logs (policy.toml:8): left alone",
        "    2. default:logging_in_production (shipped): tracked until fixed, within 7 days",
        "    3. default:no_row (shipped): tracked until fixed, within 7 days",
    ]


def test_things_that_are_decided_alike_are_explained_together(run: Run) -> None:
    _, found = plain(run, "explain", "s3.9")
    told = [([a["resource"] for a in e["about"]], e["decision"], e["row"]) for e in found]
    assert told == [
        ([SALES], "leave", "sales_logs"),
        (["arn:aws:s3:::web"], "track", "default:logging_in_production"),
        (["arn:aws:s3:::logs", "arn:aws:s3:::unseen"], "track", "default:logging_in_production"),
        (["arn:aws:s3:::dev"], "leave", "default:logging_elsewhere"),
    ]
    assert [c["row"] for c in found[2]["considered"] if c["unseen"]] == [
        "sales_logs",
        "default:cdk_bootstrap",
    ]
    assert [a["excepted"][:21] for a in found[2]["about"]] == ["Other buckets deliver", ""]
    assert "Exceptions cover 1 of them: Other buckets deliver" in run("policy", "explain", "S3.9")[1]


def test_what_did_not_fail_is_explained_as_if_it_did(run: Run) -> None:
    code, out, _ = run("policy", "explain", "EC2.53", "--lang", "ja")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "EC2.53 · 高 · 必須サービス・設定 · 本番、本番以外"
    assert lines[2] == f"スキャン {SCAN} に該当する失敗はありません。失敗した場合:"
    assert lines[3] == "  対応方針: 是正まで追跡、24 時間以内"
    assert lines[4].startswith("  いま検出した場合の対応期限: ")
    assert lines[4].endswith(" JST")
    assert (
        lines[6]
        == "  理由: インターネット全体に公開されたポートは、数時間のうちに見つかって攻撃を受けるためです。"
    )
    _, (one,) = plain(run, "explain", f"ELB.16@{DEV}")
    assert (one["decision"], one["row"], one["found"], one["due"]) == (
        "leave",
        "default:waf_elsewhere",
        False,
        None,
    )
    _, (unknown,) = plain(run, "explain", "ELB.16@999999999999")
    assert unknown["row"] == "default:waf_in_production"


def test_a_policy_is_explained_before_the_first_scan(run: Run) -> None:
    code, out, _ = run("policy", "explain", "CloudTrail.1", "--store", "elsewhere")
    assert (code, "No scan yet" in out, "default:trail (shipped)" in out) == (0, True, True)
    code, out, _ = run("policy", "explain", f"S3.8@{DEV}", "--store", "elsewhere")
    assert "essential services and settings · non-production" in out


def test_a_detection_is_explained_with_the_suppressions_of_its_kind(run: Run) -> None:
    Path("policy.toml").write_text(POLICY + RULE, encoding="utf-8")
    code, out, _ = run("policy", "explain", "Recon:EC2/Portscan")
    assert code == 0
    headings = [line for line in out.splitlines() if line.startswith("Recon")]
    assert [h.split(" · ")[1] for h in headings] == ["CRITICAL, HIGH", "MEDIUM", "LOW"]
    assert out.count("  Suppression policy.toml:15, 2026-01-01 to 2026-06-01: Our scanner") == 3
    assert "  Told first: owner, security team" in out


@pytest.mark.parametrize("what", ["S3.999", "S3.999@x", "nothing", "recon:ec2"])
def test_what_is_no_control_is_told(run: Run, what: str) -> None:
    code, _, err = run("policy", "explain", what)
    assert (code, what.partition("@")[0] in err) == (2, True)


@pytest.mark.parametrize("category", Category)
def test_every_category_has_words(run: Run, category: Category) -> None:
    control = {
        "essential": "S3.8",
        "availability": "RDS.5",
        "logging": "S3.9",
        "in_transit": "S3.5",
        "at_rest": "RDS.3",
        "nuisance": "EC2.6",
        "operating_system": "SSM.2",
        "threat": "root_sign_in",
    }[category]
    english, japanese = (
        run("policy", "explain", control, "--lang", lang)[1].splitlines()[0].split(" · ")[2]
        for lang in ("en", "ja")
    )
    assert english != japanese


def test_a_preview_counts_what_would_change_and_what_it_does_to_the_score(run: Run) -> None:
    code, found = plain(run, "preview")
    assert code == 0
    assert (found["scan"], found["excepted"]) == (SCAN, 1)
    assert found["counts"] == {
        "track": {"before": 4, "after": 4},
        "notify_once": {"before": 1, "after": 1},
        "leave": {"before": 2, "after": 2},
    }
    changes = {(c["control"], c["environment"]): c for c in found["changes"]}
    assert changes.keys() == {("RDS.3", "production"), ("S3.9", "production")}
    rds = changes["RDS.3", "production"]
    assert (rds["before"]["row"], rds["after"]["row"]) == ("default:at_rest", "policy.toml:1")
    assert [f["resource"] for f in changes["S3.9", "production"]["findings"]] == [SALES]
    before, after = (found["scores"]["fsbp"][k] for k in ("before", "after"))
    # Judged are S3.8, S3.9, RDS.3 and EC2.18 of the standard; RDS.3 is left at first, and then counts.
    assert before == {"passed": 1, "counted": 3, "score": 33, "honest_score": 25}
    assert after == {"passed": 1, "counted": 4, "score": 25, "honest_score": 25}


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                f"Scan {SCAN}: 7 failures, 1 more covered by exceptions. Nothing is changed by this preview.",
                "  tracked until fixed: 4 → 4",
                "  RDS.3 (production), 1 finding: left alone → tracked until fixed, within 5 business days",
                "    by default:at_rest → policy.toml:1",
                "  AWS Foundational Security Best Practices v1.0.0: 1/3 = 33 % (honest score 1/4 = 25 %) → 1/4 = 25 %",
            ],
        ),
        (
            "ja",
            [
                f"スキャン {SCAN}: 失敗 7 件 (ほかに例外の対象 1 件)。この確認による変更は行いません。",
                "  通知のみ: 1 件 → 1 件",
                "  RDS.3 (本番) 1 件: 対応しない → 是正まで追跡、5 営業日以内",
                "    適用される行: default:at_rest → policy.toml:1",
            ],
        ),
    ],
)
def test_a_preview_is_readable(run: Run, language: str, lines: list[str]) -> None:
    code, out, _ = run("policy", "preview", "--lang", language)
    assert code == 0
    assert [line for line in lines if line not in out.splitlines()] == []


def test_a_policy_is_previewed_against_another(run: Run) -> None:
    Path("new.toml").write_text(POLICY.replace('"5 business days"', '"30 days"'), encoding="utf-8")
    _, found = plain(run, "preview", "--policy", "new.toml", "--against", "policy.toml")
    (change,) = found["changes"]
    assert (change["before"]["within"], change["after"]["within"]) == ("5 business days", "30 days")
    code, out, _ = run("policy", "preview", "--against", "policy.toml")
    assert (code, "Nothing would be decided otherwise." in out) == (0, True)


def test_without_a_scan_there_is_nothing_to_preview(run: Run) -> None:
    code, _, err = run("policy", "preview", "--store", "elsewhere")
    assert (code, "ishigaki scan" in err) == (2, True)


def test_a_long_list_of_changes_is_cut_and_says_so(run: Run) -> None:
    alone = 'extends = "none"\n[[rows]]\ndecision = "track"\nwithin = "90 days"\nreason = "all alike"\n'
    Path("policy.toml").write_text(alone, encoding="utf-8")
    many = [
        kept(c, PROD, f"arn:{c}")
        for c in (f"EC2.{n}" for n in (1, 2, 3, 7, 8, 9, 10, 13, 14, 15, 18, 19, 21))
    ]
    more = [kept(f"IAM.{n}", DEV, f"arn:{n}") for n in range(1, 10)]
    results.write(Path(".ishigaki"), SCAN, [*many, *more])
    _, out, _ = run("policy", "preview")
    assert sum(line.startswith(("  EC2.", "  IAM.")) for line in out.splitlines()) == 20
    assert len(plain(run, "preview")[1]["changes"]) == 22
