"""Faults by plan: which calls they hit, what they look like, and that they end."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, HTTPClientError

from ishigaki.demo.emulator.faults import fault_from
from tests.demo.conftest import MANAGEMENT, Aws, Control


def refusal(call: Any, **params: Any) -> tuple[str, int]:
    """Code and HTTP status of a refused call."""
    with pytest.raises(ClientError) as refused:
        call(**params)
    answer = refused.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("kind", "service", "call", "expected"),
    [
        ("denied", "ec2", "describe_vpcs", ("UnauthorizedOperation", 403)),
        ("denied", "s3", "list_buckets", ("AccessDenied", 403)),
        ("denied", "iam", "list_users", ("AccessDenied", 403)),
        ("denied", "kms", "list_keys", ("AccessDeniedException", 400)),
        ("denied", "guardduty", "list_detectors", ("AccessDeniedException", 400)),
        ("throttle", "ec2", "describe_vpcs", ("RequestLimitExceeded", 503)),
        ("throttle", "s3", "list_buckets", ("SlowDown", 503)),
        ("throttle", "iam", "list_users", ("Throttling", 400)),
        ("throttle", "kms", "list_keys", ("ThrottlingException", 400)),
        ("throttle", "lambda", "list_functions", ("TooManyRequestsException", 429)),
        ("unavailable", "sns", "list_topics", ("ServiceUnavailable", 503)),
    ],
)
def test_a_fault_speaks_the_services_own_words(
    aws: Aws, control: Control, kind: str, service: str, call: str, expected: tuple[str, int]
) -> None:
    control("POST", "faults", {"kind": kind})
    assert refusal(getattr(aws.client(service), call)) == expected


def test_a_fault_can_be_any_error(aws: Aws, control: Control) -> None:
    control("POST", "faults", {"kind": "error", "code": "ExpiredToken", "status": 403, "message": "too late"})
    with pytest.raises(ClientError, match=r"ExpiredToken.*too late"):
        aws.client("sts").get_caller_identity()


def test_a_fault_hits_only_what_it_names(aws: Aws, control: Control) -> None:
    where = {"account": "222222222222", "region": "eu-*", "service": "kms", "operation": "List*"}
    control("POST", "faults", {"kind": "denied", **where})
    hit = aws.client("kms", account="222222222222", region="eu-west-1")
    assert refusal(hit.list_keys)[0] == "AccessDeniedException"
    assert hit.describe_key(KeyId="alias/aws/rds")
    assert aws.client("kms", account="222222222222").list_keys()["Keys"] == []
    assert aws.client("kms", region="eu-west-1").list_keys()["Keys"] == []
    assert aws.client("sqs", account="222222222222", region="eu-west-1").list_queues()


def test_a_fault_hits_the_nth_call_and_as_many_as_it_says(aws: Aws, control: Control) -> None:
    control("POST", "faults", {"kind": "throttle", "service": "kms", "first": 2, "times": 2})
    outcomes = []
    for _ in range(4):
        try:
            aws.client("kms").list_keys()
            outcomes.append("ok")
        except ClientError as error:
            outcomes.append(error.response["Error"]["Code"])
    assert outcomes == ["ok", "ThrottlingException", "ThrottlingException", "ok"]


def test_latency_delays_and_answers(aws: Aws, control: Control) -> None:
    control("POST", "faults", {"kind": "latency", "milliseconds": 300})
    began = time.monotonic()
    assert aws.client("kms").list_keys()["Keys"] == []
    assert time.monotonic() - began >= 0.3


def test_a_dropped_connection_is_no_answer(aws: Aws, control: Control) -> None:
    control("POST", "faults", {"kind": "drop", "times": 1})
    with pytest.raises((ConnectionClosedError, EndpointConnectionError, HTTPClientError)):
        aws.client("kms").list_keys()
    assert aws.client("kms").list_keys()["Keys"] == []
    assert [row["error"] for row in control("GET", "requests/log")] == ["dropped", None]


def test_a_refused_write_changes_nothing(aws: Aws, control: Control) -> None:
    control("POST", "faults", {"kind": "unavailable", "operation": "CreateUser"})
    assert refusal(aws.client("iam").create_user, UserName="alice") == ("ServiceUnavailable", 503)
    assert aws.client("iam").list_users()["Users"] == []


def test_faults_end_when_they_are_cleared(aws: Aws, control: Control) -> None:
    control("POST", "faults", [{"kind": "denied", "service": "kms"}, {"kind": "denied", "service": "sqs"}])
    assert len(control("GET", "faults")) == 2
    control("DELETE", "faults")
    assert control("GET", "faults") == []
    assert aws.client("kms").list_keys()["Keys"] == []


@pytest.mark.parametrize("wrong", [{"kind": "error", "when": 3}, {"kind": "meteor"}, {}])
def test_a_plan_that_is_not_understood_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"unknown member|kind must be"):
        fault_from(wrong)


def test_every_request_is_counted_with_its_outcome(aws: Aws, control: Control) -> None:
    aws.client("kms").list_keys()
    aws.client("kms").list_keys()
    aws.client("sqs", region="eu-west-1").list_queues()
    control("POST", "faults", {"kind": "denied", "service": "kms"})
    refusal(aws.client("kms").list_keys)
    counted = control("GET", "requests")
    rows = {(row["region"], row["service"], row["operation"]): row["count"] for row in counted["counts"]}
    assert counted["total"] == 4
    assert rows == {("us-east-1", "kms", "ListKeys"): 3, ("eu-west-1", "sqs", "ListQueues"): 1}
    last = control("GET", "requests/log")[-1]
    assert (last["account"], last["status"], last["error"]) == (MANAGEMENT, 400, "AccessDeniedException")
    control("DELETE", "requests")
    assert control("GET", "requests") == {"total": 0, "counts": []}
