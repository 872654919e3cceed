"""Lambda: policies that AWS calls public, and those it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ishigaki.core.control import EXAMPLE_NOW, Example
from ishigaki.core.evaluate import judge_example
from ishigaki.core.finding import Status
from ishigaki.services import controls
from ishigaki.services.lambda_.resources import Function

URL = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
# What AWS writes beside it for a function URL since October 2025.
INVOKED_BY_URL = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
S3 = {"Service": "s3.amazonaws.com"}


def faults(*statements: dict[str, Any]) -> list[str] | Status:
    whole = [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*", **s} for s in statements]
    policy = json.dumps({"Version": "2012-10-17", "Statement": whole})
    example = Example(Function(policy=policy), (), None)
    finding = judge_example(controls()["Lambda.1"], example, now=EXAMPLE_NOW)
    assert finding is not None
    return [fault.code for fault in finding.faults] or finding.status


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([{"Principal": {"AWS": ["*"]}}], ["open_to_everyone"]),
        ([{"Principal": "*", "Action": "lambda:InvokeFunctionUrl", "Condition": URL}], ["open_to_everyone"]),
        ([{"Principal": "*", "Condition": INVOKED_BY_URL}], ["open_to_everyone"]),
        ([{"Principal": "*"}, {"Principal": S3}], ["open_to_everyone", "open_to_any_bucket"]),
        ([{"Principal": "*"}, {"Effect": "Deny", "Principal": "*", "Action": "*"}], Status.PASSED),
        (
            [{"Principal": S3, "Condition": {"StringLike": {"AWS:SourceAccount": "*"}}}],
            ["open_to_any_bucket"],
        ),
        (
            [{"Principal": S3, "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}],
            Status.PASSED,
        ),
        ([{"Principal": {"Service": ["sns.amazonaws.com", "s3.amazonaws.com"]}}], ["open_to_any_bucket"]),
        ([{"Principal": {"Service": "apigateway.amazonaws.com"}}], Status.PASSED),
        ([{"Principal": "*", "Condition": {"OddOperator": {"a": "b"}}}], Status.NOT_AVAILABLE),
    ],
)
def test_a_function_policy(statements: list[dict[str, Any]], expected: list[str] | Status) -> None:
    assert faults(*statements) == expected
