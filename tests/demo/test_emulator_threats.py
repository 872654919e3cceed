"""What watchers found, as their APIs list it; patterns of EventBridge that look into lists of objects."""

import json
from typing import Any

from tests.demo.conftest import MANAGEMENT, Aws, Control, refused

PROBE = "Recon:EC2/PortProbeUnprotectedPort"


def detector(aws: Aws) -> tuple[Any, str]:
    client = aws.client("guardduty")
    return client, str(client.create_detector(Enable=True)["DetectorId"])


def unarchived(client: Any, known: str, **criteria: Any) -> list[str]:
    wanted = {"service.archived": {"Eq": ["false"]}, **criteria}
    found = client.list_findings(DetectorId=known, FindingCriteria={"Criterion": wanted})
    return list(found["FindingIds"])


def test_samples_are_listed_by_criteria_and_archived(aws: Aws) -> None:
    client, known = detector(aws)
    client.create_sample_findings(DetectorId=known)
    every = unarchived(client, known)
    assert len(every) == 5
    (probe,) = unarchived(client, known, type={"Eq": [PROBE]})
    assert len(unarchived(client, known, severity={"Gte": 5})) == 4
    client.archive_findings(DetectorId=known, FindingIds=[probe])
    assert probe not in unarchived(client, known)
    (finding,) = client.get_findings(DetectorId=known, FindingIds=[probe, "0" * 32])["Findings"]
    assert (finding["Type"], finding["Service"]["Archived"]) == (PROBE, True)
    assert finding["AccountId"] == MANAGEMENT


def test_more_than_a_page_of_findings(aws: Aws) -> None:
    client, known = detector(aws)
    for _ in range(60):
        client.create_sample_findings(DetectorId=known, FindingTypes=[PROBE])
    first = client.list_findings(DetectorId=known)
    assert len(first["FindingIds"]) == 50
    rest = client.list_findings(DetectorId=known, NextToken=first["NextToken"])["FindingIds"]
    assert len({*first["FindingIds"], *rest}) == 60
    refused(
        "BadRequestException", client.get_findings, DetectorId=known, FindingIds=[*first["FindingIds"], *rest]
    )


def test_a_sample_of_what_the_emulator_does_not_make_is_refused(aws: Aws) -> None:
    client, known = detector(aws)
    refused("BadRequestException", client.create_sample_findings, DetectorId=known, FindingTypes=["X:Y/Z"])
    refused("BadRequestException", client.list_findings, DetectorId="0" * 32)


def test_what_an_analyzer_found_is_listed_by_its_filter(aws: Aws, control: Control) -> None:
    client = aws.client("accessanalyzer")
    arn = client.create_analyzer(analyzerName="a", type="ACCOUNT")["arn"]
    at = "2026-11-22T00:00:00+00:00"
    one = {"analyzedAt": at, "createdAt": at, "updatedAt": at, "resourceType": "AWS::S3::Bucket"}
    one |= {"resourceOwnerAccount": MANAGEMENT, "analyzerArn": arn, "findingType": "ExternalAccess"}
    found = [
        {**one, "id": "1", "resource": "arn:aws:s3:::a", "isPublic": True},
        {**one, "id": "2", "resource": "arn:aws:s3:::b", "isPublic": False},
        {**one, "id": "3", "resource": "arn:aws:s3:::c", "isPublic": True, "status": "ARCHIVED"},
    ]
    control("PUT", "analyzer-findings", {"account": MANAGEMENT, "region": "us-east-1", "findings": found})

    def ids(**wanted: Any) -> list[str]:
        listed = client.list_findings_v2(analyzerArn=arn, filter=wanted)["findings"]
        return [f["id"] for f in listed]

    assert ids(status={"eq": ["ACTIVE"]}) == ["1", "2"]
    assert ids(status={"eq": ["ACTIVE"]}, isPublic={"eq": ["true"]}) == ["1"]
    assert ids(resource={"contains": ["s3:::c"]}, error={"exists": False}) == ["3"]
    refused("ResourceNotFoundException", client.list_findings_v2, analyzerArn=f"{arn}x")


def test_a_pattern_looks_into_lists_of_objects(aws: Aws) -> None:
    client = aws.client("events")
    event = {
        "id": "1",
        "account": MANAGEMENT,
        "source": "aws.securityhub",
        "time": "2026-11-22T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail-type": "x",
        "detail": {
            "findings": [{"Severity": {"Label": "LOW"}}, {"Severity": {"Label": "HIGH"}, "Own": True}]
        },
    }

    def meets(detail: Any) -> bool:
        pattern = json.dumps({"source": ["aws.securityhub"], "detail": detail})
        return bool(client.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"])

    assert meets({"findings": {"Severity": {"Label": ["HIGH"]}}})
    assert meets({"findings": {"Own": [{"exists": True}]}})
    assert not meets({"findings": {"Severity": {"Label": ["CRITICAL"]}}})
    assert not meets({"findings": {"Other": [{"exists": True}]}})
    refused("InvalidEventPatternException", client.test_event_pattern, EventPattern="{", Event="{}")
    refused("ValidationException", client.test_event_pattern, EventPattern="{}", Event="{}")


def test_an_event_in_a_queue_says_whose_account_it_is_of(aws: Aws) -> None:
    events, sqs = aws.client("events"), aws.client("sqs")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    events.put_rule(Name="all", EventPattern=json.dumps({"source": ["own"]}))
    target = {"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:{MANAGEMENT}:events"}
    events.put_targets(Rule="all", Targets=[target])
    events.put_events(Entries=[{"Source": "own", "DetailType": "x", "Detail": "{}"}])
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["account"] == MANAGEMENT
