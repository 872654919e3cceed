"""Security Hub's findings become ours, in both formats; nothing is lost without a word, and nothing raises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.finding import EMPTY, Status
from ishigaki.intake.securityhub import _cis_rules, read
from ishigaki.services import controls
from ishigaki.standards import catalogue, standard
from tests.intake.hub_findings import as_written, by_standard

ID, TOKYO = "111122223333", "ap-northeast-1"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
BUCKET = ("AwsS3Bucket", "arn:aws:s3:::web")


def made(control: str = "S3.8", **given: Any) -> dict[str, Any]:
    asked = {"account": ID, "region": TOKYO, "resource": BUCKET, "status": "FAILED", "at": AT}
    return as_written(control, **{**asked, **given})


def one(*items: Any) -> Any:
    reading = read(items)
    assert reading.aside == ()
    (told,) = reading.findings
    return told


def test_a_consolidated_finding_is_ours() -> None:
    told = one(made(reasons=["S3_BUCKET_CROSS_ACCOUNT_CROSS_REGION"], tags={"Owner": "web"}))
    finding = told.finding
    assert finding.identity == (ID, TOKYO, "arn:aws:s3:::web", "S3.8")
    assert (finding.resource_type, finding.name, finding.status) == ("AWS::S3::Bucket", "web", Status.FAILED)
    assert (finding.workflow, finding.record) == ("NEW", "ACTIVE")
    assert finding.reason
    assert finding.reason.code == "S3_BUCKET_CROSS_ACCOUNT_CROSS_REGION"
    assert told.tags == {"Owner": "web"}
    assert told.standards == {"standards/aws-foundational-security-best-practices/v/1.0.0"}
    (mark,) = told.marks
    assert (mark.updated, mark.product) == (AT, f"arn:aws:securityhub:{TOKYO}::product/aws/securityhub")


@pytest.mark.parametrize(
    ("control", "region", "resource", "becomes"),
    [
        ("IAM.1", "us-east-1", ("AwsIamPolicy", f"arn:aws:iam::{ID}:policy/all"), "aws-global"),
        ("CloudFront.1", "us-east-1", ("AwsCloudFrontDistribution", f"arn:aws:cloudfront::{ID}:distribution/E1"),
         "aws-global"),
        ("IAM.7", TOKYO, ("AwsAccount", f"AWS::::Account:{ID}"), "aws-global"),
        ("S3.1", TOKYO, ("AwsAccount", f"AWS::::Account:{ID}"), "aws-global"),
        ("S3.8", "eu-west-1", BUCKET, "eu-west-1"),
        ("EC2.7", TOKYO, ("AwsAccount", f"AWS::::Account:{ID}"), TOKYO),
        ("EC2.2", TOKYO, ("AwsEc2SecurityGroup", f"arn:aws:ec2:{TOKYO}:{ID}:security-group/sg-1"), TOKYO),
        ("CloudTrail.2", "us-east-1", ("AwsCloudTrailTrail", f"arn:aws:cloudtrail:{TOKYO}:{ID}:trail/all"), TOKYO),
        ("WAF.10", "us-east-1", ("AwsWafv2WebAcl", f"arn:aws:wafv2:us-east-1:{ID}:global/webacl/a/b"), "aws-global"),
        ("WAF.10", TOKYO, ("AwsWafv2WebAcl", f"arn:aws:wafv2:{TOKYO}:{ID}:regional/webacl/a/b"), TOKYO),
    ],
)  # fmt: skip
def test_it_lies_where_ours_lies(control: str, region: str, resource: tuple[str, str], becomes: str) -> None:
    finding = one(made(control, region=region, resource=resource)).finding
    assert (finding.region, finding.resource) == (becomes, resource[1])


def test_what_ours_says_of_the_account_is_where_security_hubs_is() -> None:
    """Every implemented control about the account, or without a thing of its kind, lies where its subjects are
    listed."""
    for control in controls().values():
        if "@" in control.id or catalogue()[control.id].own:
            continue
        account = ("AwsAccount", f"AWS::::Account:{ID}")
        told = one(made(control.id, resource=account, status="PASSED", reasons=[EMPTY.code]))
        scopes = {kind.scope for kind in control.subjects}
        wanted = {"aws-global"} if scopes == {"global"} else {TOKYO}
        assert {told.finding.region} == wanted, control.id
        assert told.finding.reason == EMPTY


def test_one_for_each_standard_are_one() -> None:
    whole = made()
    cis = by_standard(whole, standard="cis-aws-foundations-benchmark/v/1.4.0", rule="2.1.5.2")
    newer = {**by_standard(whole), "UpdatedAt": (AT + timedelta(hours=1)).isoformat()}
    told = one(cis, newer)
    assert told.finding.control == "S3.8"
    assert {m.id for m in told.marks} == {cis["Id"], newer["Id"]}
    assert len(told.standards) == 2


def test_of_several_the_worst_that_counts_is_told() -> None:
    failed = made()
    passed = {**made(status="PASSED"), "Id": "b"}
    assert one(passed, failed).finding.status is Status.FAILED
    hidden = {**failed, "Workflow": {"Status": "SUPPRESSED"}}
    assert one(passed, hidden).finding.status is Status.PASSED
    assert one(hidden).finding.workflow == "SUPPRESSED"
    gone = {**failed, "RecordState": "ARCHIVED"}
    assert one(passed, gone).finding.status is Status.PASSED


@pytest.mark.parametrize(("version", "name"), [("1.2.0", "cis_1_2"), ("1.4.0", "cis_1_4")])
def test_every_rule_of_cis_is_found(version: str, name: str) -> None:
    rules = _cis_rules()[version]
    for rule, control in rules.items():
        assert control in catalogue()
        of_rule = by_standard(made(control), standard=f"cis-aws-foundations-benchmark/v/{version}", rule=rule)
        assert one(of_rule).finding.control == control
    # What has come into a benchmark since then is named by AWS's control alone.
    assert {c for c in rules.values() if not catalogue()[c].retired} <= {*standard(name).controls, "S3.9"}
    missing = {*standard(name).controls} - {*rules.values()}
    assert missing <= {"CloudTrail.6", "CloudTrail.7", "IAM.22", "S3.20"}


def ocsf(**given: Any) -> dict[str, Any]:
    return {
        "class_uid": 2003,
        "metadata": {
            "version": "1.6.0",
            "product": {"uid": f"arn:aws:securityhub:{TOKYO}::productv2/aws/securityhub"},
        },
        "cloud": {"account": {"uid": ID, "name": "web"}, "region": TOKYO},
        "finding_info": {"uid": "arn:1", "modified_time_dt": "2026-11-22T09:00:00Z"},
        "compliance": {"control": "S3.8", "status": "Fail", "status_id": 3},
        "resources": [
            {"uid": BUCKET[1], "type": "AWS::S3::Bucket", "tags": [{"name": "Owner", "value": "web"}]}
        ],
        "status_id": 1,
        **given,
    }


def test_the_new_security_hubs_findings_are_the_same() -> None:
    told, older = one(ocsf()), one(made(tags={"Owner": "web"}))
    assert told.finding.identity == older.finding.identity
    assert (told.finding.status, told.tags) == (Status.FAILED, older.tags)
    assert one(ocsf(status_id=3)).finding.workflow == "SUPPRESSED"
    assert one(ocsf(status_id=5)).finding.record == "ARCHIVED"
    passed = {"control": "S3.8", "status_id": 1}
    assert one(ocsf(compliance=passed)).finding.status is Status.PASSED


@pytest.mark.parametrize(
    "times",
    [
        {
            "finding_info": {
                "uid": "arn:1",
                "modified_time_dt": "2026-11-22T18:00:00+09:00",
                "modified_time": 1,
            }
        },
        {"finding_info": {"uid": "arn:1", "modified_time": 1795338000000}},
        {"finding_info": {"uid": "arn:1", "modified_time_dt": "?", "modified_time": 1795338000000}},
        {
            "finding_info": {"uid": "arn:1", "last_seen_time": 1795338000000},
            "time_dt": "2026-11-23T09:00:00Z",
        },
        {"finding_info": {"uid": "arn:1", "modified_time": 10**40}, "time": 1795338000000},
    ],
)
def test_the_new_security_hub_may_tell_its_times_in_words_or_in_milliseconds(times: dict[str, Any]) -> None:
    assert [m.updated for m in one(ocsf(**times)).marks] == [AT]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"SchemaVersion": "2031-01-01"}, "schema"),
        ({"UpdatedAt": "yesterday"}, "malformed"),
        ({"Resources": []}, "malformed"),
        ({"AwsAccountId": "12"}, "malformed"),
        ({"Compliance": {"Status": "MAYBE", "SecurityControlId": "S3.8"}}, "status"),
        ({"Compliance": {"SecurityControlId": "S3.8"}}, "status"),
        ({"Compliance": {"Status": "FAILED", "SecurityControlId": "Quantum.1"}}, "control"),
    ],
)
def test_what_cannot_be_taken_is_set_aside_with_its_reason(wrong: dict[str, Any], reason: str) -> None:
    reading = read([{**made(), **wrong}, made("S3.9")])
    assert [a.reason for a in reading.aside] == [reason]
    assert reading.aside[0].id == made()["Id"]
    assert [t.finding.control for t in reading.findings] == ["S3.9"]


def test_other_products_are_told_apart() -> None:
    def of(product: str, **more: Any) -> dict[str, Any]:
        return {**made(), "ProductArn": f"arn:aws:securityhub:{TOKYO}::product/{product}", **more}

    own = of(f"{ID}/default", GeneratorId="ishigaki/S3.8")
    guard = {**of("aws/guardduty"), "Compliance": None}
    inspector = ocsf(
        metadata={"version": "1.6.0", "product": {"uid": "arn:aws:securityhub:r::productv2/aws/inspector"}}
    )
    reading = read([guard, of("aws/access-analyzer"), inspector, own, of("aws/macie"), None, {}])
    assert reading.findings == ()
    assert [o["ProductArn"].rpartition("/")[2] for o in reading.others] == ["guardduty", "access-analyzer"]
    assert reading.left == {"operating_system": 1, "own": 1, "other_product": 1}
    assert [a.reason for a in reading.aside] == ["malformed", "malformed"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(made())), JSON, st.sampled_from(sorted(ocsf())), JSON)
def test_nothing_raises_whatever_comes(member: str, value: Any, of_new: str, other: Any) -> None:
    items = [{**made(), member: value}, {**ocsf(), of_new: other}, value]
    reading = read(items)
    counted = len(reading.findings) + len(reading.others) + len(reading.aside) + sum(reading.left.values())
    assert 1 <= counted <= 3
