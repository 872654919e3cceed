"""The data documents: goldens, schemas, and names that mean harm."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import jsonschema
import msgspec
import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from ishigaki.core.answer import GLOBAL
from ishigaki.core.fault import fault
from ishigaki.core.finding import Status
from ishigaki.report import asff, csv_, json_, sarif, summary
from ishigaki.report.picture import AccountPicture, Picture
from ishigaki.standards import catalogue
from ishigaki.standards.asff_types import RENAMED
from ishigaki.texts import LANGUAGES, Language
from tests.report import golden
from tests.report.estate import ACCOUNTS, AT, large, row, small

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "arn:aws:s3:::\u202egnp.exe\u2028\u2029",
    "x" * 300,
    "🪣-バケット-دلو",
    "a\nb\tc\x1b[31m",
    '"quoted", and; split',
)


def test_the_json_is_as_it_was() -> None:
    golden.check("findings.json", json_.render(small()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_csv_is_as_it_was(language: Language) -> None:
    golden.check(f"findings.{language}.csv", csv_.render(small(language)))


def test_the_summary_is_as_it_was() -> None:
    golden.check("summary.json", summary.render(small()))


def test_the_sarif_is_as_it_was() -> None:
    golden.check("findings.sarif", sarif.render(small()))


def test_the_asff_is_as_it_was() -> None:
    golden.check("findings.asff.jsonl", asff.render(small("ja")))


def test_the_summary_counts_every_current_finding_once() -> None:
    picture = large()
    counted = summary.figures(picture)["findings"]
    assert counted == {s.value: sum(r.finding.status is s for r in picture.findings) for s in Status}
    unseen = summary.figures(picture)["accounts"][5]
    assert (unseen["seen"], unseen["scores"]["fsbp"]["score"]) == ("unseen", None)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_comes_back_as_it_was(name: str) -> None:
    picture = small(
        rows=[row("S3.8", Status.FAILED, resource=name, faults=(fault("setting_off", setting=name),))]
    )
    (read,) = json.loads(json_.render(picture))
    assert (read["resource"], read["faults"][0]["facts"]["setting"]) == (name, name)
    _, line = list(csv.reader(io.StringIO(csv_.render(picture).removeprefix(csv_.BOM), newline="")))
    assert line[csv_.COLUMNS.index("resource")] == name
    (result,) = json.loads(sarif.render(picture))["runs"][0]["results"]
    assert name in result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
    _check(picture)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    name = f"{start}HYPERLINK(1)"
    picture = small(rows=[row("S3.8", Status.FAILED, resource=name)])
    _, line = list(csv.reader(io.StringIO(csv_.render(picture).removeprefix(csv_.BOM), newline="")))
    assert line[csv_.COLUMNS.index("resource")] == f"'{name}"


def _check(picture: Picture) -> list[dict[str, Any]]:
    validator = jsonschema.Draft202012Validator(asff.schema())
    found = list(asff.findings(picture))
    for each in found:
        validator.validate(each)
        assert len(msgspec.json.encode(each)) <= 240_000
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_asff_keeps_the_formats_lengths_values_and_forms(language: Language) -> None:
    found = _check(large(language))
    ids = Counter(f["Id"] for f in found)
    assert ids.total() == 6000
    assert max(ids.values()) == 1
    shape = Session().get_service_model("securityhub").operation_model("BatchImportFindings").input_shape
    for batch in asff.batches(large(language)):
        assert not ParamValidator().validate({"Findings": batch}, shape).has_errors()
        assert len(batch) <= asff.BATCH
        assert len({(f["AwsAccountId"], f["Region"]) for f in batch}) == 1


def test_a_long_text_is_cut_to_what_aws_takes() -> None:
    faults = tuple(fault("setting_off", setting="長" * 900) for _ in range(40))
    (found,) = _check(small("ja", rows=[row("S3.8", Status.FAILED, resource="n" * 300, faults=faults)]))
    assert len(found["Description"]) == asff.DESCRIPTION
    assert len(found["Compliance"]["StatusReasons"]) == asff.REASONS


@pytest.mark.parametrize(("partition", "home"), asff.HOME.items())
def test_a_global_thing_is_written_in_the_home_region_of_its_partition(partition: str, home: str) -> None:
    account = f"AWS::::Account:{ACCOUNTS[0][0]}"
    picture = small(
        rows=[row("IAM.4", Status.PASSED, region=GLOBAL, type="AWS::::Account", resource=account)]
    )
    accounts = tuple(msgspec.structs.replace(a, partition=partition) for a in picture.accounts)
    (found,) = _check(msgspec.structs.replace(picture, accounts=accounts))
    assert (found["Region"], found["Resources"][0]["Region"]) == (home, home)
    assert found["ProductArn"].startswith(f"arn:{partition}:securityhub:{home}:")
    assert found["Resources"][0]["Type"] == "AwsAccount"


def test_the_severity_is_informational_unless_something_failed() -> None:
    for each in _check(small()):
        failed = each["Compliance"]["Status"] == "FAILED"
        assert (each["Severity"]["Label"] == "INFORMATIONAL") is not failed


def test_the_same_finding_has_the_same_id_in_the_next_scan() -> None:
    picture = small()
    later = msgspec.structs.replace(picture, scan_id="next", at=AT + timedelta(days=1))
    assert [f["Id"] for f in asff.findings(picture)] == [f["Id"] for f in asff.findings(later)]


def test_a_resource_type_is_one_the_format_knows() -> None:
    details = set(Session().get_service_model("securityhub").shape_for("ResourceDetails").members)
    types = {s for facts in catalogue().values() for s in facts.subjects if "::" in s}
    written = {asff.resource_type(t) for t in types}
    assert written <= details | {"AwsAccount", "Other"}
    assert asff.resource_type("AWS::S3::Bucket") == "AwsS3Bucket"
    assert asff.resource_type("AWS::EC2::SecurityGroup") == "AwsEc2SecurityGroup"
    assert asff.resource_type("AWS::ElasticLoadBalancingV2::LoadBalancer") == "AwsElbv2LoadBalancer"
    assert set(RENAMED.values()) <= details | {"AwsAccount"}


TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "shortDescription"],
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "helpUri": {"type": "string", "pattern": "^https://"},
        "defaultConfiguration": {"properties": {"level": {"enum": ["none", "note", "warning", "error"]}}},
        "properties": {"type": "object"},
    },
}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {k: {"type": "string"} for k in ("name", "fullyQualifiedName", "kind")},
}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ruleId", "ruleIndex", "kind", "level", "message", "locations"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {"items": {"properties": {"logicalLocations": {"minItems": 1, "items": LOCATION}}}},
        "partialFingerprints": {"additionalProperties": {"type": "string"}},
        "suppressions": {
            "items": {"required": ["kind"], "properties": {"kind": {"enum": ["inSource", "external"]}}}
        },
        "properties": {"type": "object"},
    },
    "if": {"not": {"properties": {"kind": {"const": "fail"}}}},
    "then": {"properties": {"level": {"const": "none"}}},
}


@pytest.mark.parametrize("picture", [small(), large()], ids=["small", "large"])
def test_the_sarif_keeps_the_standards_values_and_refers_to_its_rules(picture: Picture) -> None:
    log = sarif.log(picture)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver, (japanese,) = run["tool"]["driver"], run["translations"]
    for component in (driver, japanese):
        jsonschema.validate(component["rules"], {"type": "array", "items": RULE, "uniqueItems": True})
    assert [r["id"] for r in driver["rules"]] == [r["id"] for r in japanese["rules"]]
    jsonschema.validate(run["results"], {"type": "array", "items": RESULT})
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    kinds = Counter(r["kind"] for r in run["results"])
    assert kinds["fail"] == sum(r.finding.status is Status.FAILED for r in picture.findings)


def test_a_picture_knows_its_zone_and_its_accounts() -> None:
    with pytest.raises(ValueError, match="zone"):
        msgspec.structs.replace(small(), at=AT.replace(tzinfo=None)).__post_init__()
    account: AccountPicture = small().account(ACCOUNTS[1][0])
    assert account.seen == "partial"
    with pytest.raises(KeyError):
        small().account("999999999999")
