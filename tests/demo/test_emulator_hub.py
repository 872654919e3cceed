"""Security Hub's findings: filters, who sees them, imports, updates, and what becomes of the workflow."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

from tests.demo.conftest import MANAGEMENT, Aws, Control, refused
from tests.intake.hub_findings import as_written

MEMBER, STRANGER = "222222222222", "333333333333"
HOME, LINKED = "us-east-1", "eu-west-1"
NOW = datetime.now(UTC)
BUCKET = ("AwsS3Bucket", "arn:aws:s3:::a")


def on(aws: Aws, *places: tuple[str, str]) -> None:
    for account, region in places or [(MANAGEMENT, HOME)]:
        aws.client("securityhub", account=account, region=region).enable_security_hub(
            EnableDefaultStandards=False
        )


def finding(control: str = "S3.8", **given: Any) -> dict[str, Any]:
    asked = {"account": MANAGEMENT, "region": HOME, "resource": BUCKET, "status": "FAILED", "at": NOW}
    return as_written(control, **{**asked, **given})


def put(control: Control, *findings: dict[str, Any]) -> list[str]:
    """The workflow status of each after Security Hub has written it."""
    return [f["Workflow"] for f in control("POST", "securityhub/findings", {"findings": list(findings)})]


def ids(hub: Any, **asked: Any) -> list[str]:
    return [f["Resources"][0]["Id"] for f in hub.get_findings(**asked)["Findings"]]


def text(field: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    return {"Filters": {field: [{"Comparison": c, "Value": v} for c, v in pairs]}}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (text("ResourceId", ("EQUALS", "arn:aws:s3:::ab")), ["ab"]),
        (text("ResourceId", ("EQUALS", "arn:aws:s3:::ab"), ("EQUALS", "arn:aws:s3:::b")), ["ab", "b"]),
        (text("ResourceId", ("PREFIX", "arn:aws:s3:::a")), ["a", "ab"]),
        (text("ResourceId", ("NOT_EQUALS", "arn:aws:s3:::a"), ("NOT_EQUALS", "arn:aws:s3:::b")), ["ab"]),
        (text("ResourceId", ("PREFIX", "arn:aws:s3:::a"), ("NOT_EQUALS", "arn:aws:s3:::ab")), ["a"]),
        (text("ResourceId", ("PREFIX_NOT_EQUALS", "arn:aws:s3:::a")), ["b"]),
        (text("GeneratorId", ("CONTAINS", "S3.1")), ["b"]),  # S3.13
        (text("ComplianceSecurityControlId", ("EQUALS", "S3.1")), []),
        (text("ComplianceStatus", ("NOT_CONTAINS", "PASS")), ["a", "ab"]),
        (text("WorkflowStatus", ("EQUALS", "RESOLVED")), ["b"]),
        ({"Filters": {"UpdatedAt": [{"DateRange": {"Value": 2, "Unit": "DAYS"}}]}}, ["a", "b"]),
        ({"Filters": {"UpdatedAt": [{"End": (NOW - timedelta(days=3)).isoformat()}]}}, ["ab"]),
        ({"Filters": {"ResourceTags": [{"Key": "Owner", "Value": "web", "Comparison": "EQUALS"}]}}, ["ab"]),
        (text("AwsAccountId", ("EQUALS", STRANGER)), []),
    ],
)
def test_a_filter_means_what_aws_documents(aws: Aws, control: Control, asked: Any, found: list[str]) -> None:
    on(aws)
    put(
        control,
        finding(),
        finding(resource=(BUCKET[0], "arn:aws:s3:::ab"), at=NOW - timedelta(days=5), tags={"Owner": "web"}),
        finding("S3.13", resource=(BUCKET[0], "arn:aws:s3:::b"), status="PASSED"),
    )
    assert sorted(ids(aws.client("securityhub"), **asked)) == [f"arn:aws:s3:::{name}" for name in found]


def test_what_is_not_imitated_or_wrong_is_refused(aws: Aws) -> None:
    on(aws)
    hub = aws.client("securityhub", validate=False)
    refused("NotImplemented", hub.get_findings, Filters={"Criticality": [{"Gte": 1.0}]})
    clash = text("Id", ("EQUALS", "a"), ("NOT_EQUALS", "b"))
    refused("InvalidInputException", hub.get_findings, **clash)
    refused("InvalidInputException", hub.get_findings, **text("Id", *[("EQUALS", str(n)) for n in range(21)]))
    refused("InvalidInputException", hub.get_findings, MaxResults=101)
    refused("InvalidInputException", hub.get_findings, NextToken="elsewhere")
    off = aws.client("securityhub", region=LINKED)
    refused("InvalidAccessException", off.get_findings)


def test_pages_and_order(aws: Aws, control: Control) -> None:
    on(aws)
    many = [finding(resource=(BUCKET[0], f"arn:aws:s3:::b{n:03}")) for n in range(120)]
    put(control, *many)
    hub = aws.client("securityhub")
    first = hub.get_findings(SortCriteria=[{"Field": "ResourceId", "SortOrder": "desc"}])
    assert (len(first["Findings"]), first["Findings"][0]["Resources"][0]["Id"][-4:]) == (100, "b119")
    pages = hub.get_paginator("get_findings").paginate(PaginationConfig={"PageSize": 50})
    assert [len(p["Findings"]) for p in pages] == [50, 50, 20]


def test_an_administrator_sees_its_members_and_in_the_home_region_the_linked_ones(
    aws: Aws, control: Control
) -> None:
    on(aws, *((a, r) for a in (MANAGEMENT, MEMBER, STRANGER) for r in (HOME, LINKED)))
    admin = aws.client("securityhub")
    for region in (HOME, LINKED):
        members = [{"AccountId": MEMBER, "Email": "m@example.com"}]
        aws.client("securityhub", region=region).create_members(AccountDetails=members)
    put(control, *(finding(account=a, region=r) for a in (MEMBER, STRANGER) for r in (HOME, LINKED)))

    def seen(client: Any) -> list[tuple[str, str]]:
        return sorted((f["AwsAccountId"], f["Region"]) for f in client.get_findings()["Findings"])

    assert seen(admin) == [(MEMBER, HOME)]
    assert seen(aws.client("securityhub", account=MEMBER)) == [(MEMBER, HOME)]
    admin.create_finding_aggregator(RegionLinkingMode="ALL_REGIONS")
    assert seen(admin) == [(MEMBER, LINKED), (MEMBER, HOME)]
    assert seen(aws.client("securityhub", region=LINKED)) == [(MEMBER, LINKED)]
    named = aws.client("securityhub", account=MEMBER).get_administrator_account()
    assert named["Administrator"]["AccountId"] == MANAGEMENT
    assert "Administrator" not in admin.get_administrator_account()


def update(hub: Any, *found: dict[str, Any], **what: Any) -> Any:
    names = [{"Id": f["Id"], "ProductArn": f["ProductArn"]} for f in found]
    return hub.batch_update_findings(FindingIdentifiers=names, **what)


@pytest.mark.parametrize(
    ("set_by_hand", "then", "becomes"),
    [
        ("NOTIFIED", [{"status": "FAILED"}], "NOTIFIED"),  # the check only repeats itself
        ("NOTIFIED", [{"status": "PASSED"}], "RESOLVED"),
        ("NEW", [{"status": "PASSED"}, {"status": "FAILED"}], "NEW"),
        ("NEW", [{"status": "PASSED"}, {"status": "WARNING"}], "NEW"),
        ("NOTIFIED", [{"record": "ARCHIVED"}, {"record": "ACTIVE"}], "NEW"),
        ("SUPPRESSED", [{"record": "ARCHIVED"}, {"record": "ACTIVE"}], "SUPPRESSED"),
        ("SUPPRESSED", [{"status": "WARNING"}, {"status": "FAILED"}], "SUPPRESSED"),
        ("SUPPRESSED", [{"status": "PASSED"}], "RESOLVED"),
        ("RESOLVED", [{"status": "FAILED"}], "RESOLVED"),
    ],
)
def test_the_workflow_goes_as_the_user_guide_says(
    aws: Aws, control: Control, set_by_hand: str, then: list[dict[str, str]], becomes: str
) -> None:
    on(aws)
    put(control, finding())
    update(aws.client("securityhub"), finding(), Workflow={"Status": set_by_hand})
    for what in then:
        last = put(control, finding(**{"status": "FAILED", **what}))
    assert last == [becomes]


def test_an_update_touches_what_people_set_and_names_what_is_not_there(aws: Aws, control: Control) -> None:
    on(aws)
    put(control, finding(at=NOW - timedelta(days=2)))
    hub = aws.client("securityhub")
    note = {"Text": "told", "UpdatedBy": "ishigaki"}
    gone = finding("S3.9")
    done = update(hub, finding(), gone, Note=note, Workflow={"Status": "NOTIFIED"})
    assert [p["Id"] for p in done["ProcessedFindings"]] == [finding()["Id"]]
    (missing,) = done["UnprocessedFindings"]
    assert (missing["FindingIdentifier"]["Id"], missing["ErrorCode"]) == (gone["Id"], "FindingNotFound")
    (shown,) = hub.get_findings()["Findings"]
    assert (shown["Workflow"]["Status"], shown["Note"]["Text"]) == ("NOTIFIED", "told")
    assert datetime.fromisoformat(shown["UpdatedAt"]) < NOW - timedelta(days=1)
    one = {"Id": shown["Id"], "ProductArn": shown["ProductArn"]}
    (record,) = hub.get_finding_history(FindingIdentifier=one)["Records"]
    changed = {u["UpdatedField"]: json.loads(u["NewValue"]) for u in record["Updates"]}
    assert changed["Workflow"] == {"Status": "NOTIFIED"}
    with pytest.raises(ClientError, match="512"):
        update(hub, finding(), Note={"Text": "x" * 513, "UpdatedBy": "i"})
    with pytest.raises(ClientError, match="100"):
        update(hub, *[finding()] * 101, Workflow={"Status": "NEW"})


def own(**given: Any) -> dict[str, Any]:
    made = finding(**given)
    arn = f"arn:aws:securityhub:{HOME}:{MANAGEMENT}:product/{MANAGEMENT}/default"
    return {**made, "Id": "ishigaki/1", "ProductArn": arn, "ProductName": "ishigaki"}


def test_an_import_takes_own_findings_and_leaves_what_people_set(aws: Aws, control: Control) -> None:
    on(aws)
    hub = aws.client("securityhub")
    foreign = {**own(), "ProductArn": finding()["ProductArn"], "Id": "b"}
    large = {**own(), "Id": "c", "UserDefinedFields": {"a": "x" * 250_000}}
    answer = hub.batch_import_findings(Findings=[own(), foreign, large])
    assert (answer["SuccessCount"], answer["FailedCount"]) == (1, 2)
    assert [f["Id"] for f in answer["FailedFindings"]] == ["b", "c"]
    update(hub, own(), Workflow={"Status": "SUPPRESSED"})
    hub.batch_import_findings(Findings=[{**own(), "Title": "anew", "Workflow": {"Status": "NEW"}}])
    (shown,) = hub.get_findings()["Findings"]
    assert (shown["Title"], shown["Workflow"]["Status"]) == ("anew", "SUPPRESSED")
    refused("InvalidInputException", hub.batch_import_findings, Findings=[own()] * 101)


def test_the_control_endpoint_takes_the_format_only_and_only_where_the_hub_is_on(
    aws: Aws, control: Control
) -> None:
    on(aws)
    for wrong in ({**finding(), "Verdict": "bad"}, finding(account=MEMBER)):
        with pytest.raises(HTTPError) as error:
            put(control, finding("S3.1"), wrong)
        assert error.value.code == 400
    assert aws.client("securityhub").get_findings()["Findings"] == []
