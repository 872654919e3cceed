"""Answers held against shapes: what is wrong is named, what is empty is complete."""

import botocore.session
import pytest

from ishigaki.demo.emulator.shapes import empty, mismatches


def shape(service: str, operation: str) -> object:
    """An operation's output shape."""
    session = botocore.session.get_session()
    return session.get_service_model(service).operation_model(operation).output_shape


def test_a_right_answer_has_no_mismatch() -> None:
    answer = {"KeyId": "k", "KeyRotationEnabled": True, "RotationPeriodInDays": 365}
    assert not list(mismatches(answer, shape("kms", "GetKeyRotationStatus")))


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ({"KeyRotationEnabled": "yes"}, [".KeyRotationEnabled: str instead of boolean"]),
        ({"KeyRotation": True}, [".KeyRotation: unknown"]),
        ([], [".: list instead of structure"]),
    ],
)
def test_a_wrong_answer_is_named(answer: object, wrong: list[str]) -> None:
    assert list(mismatches(answer, shape("kms", "GetKeyRotationStatus"))) == wrong


def test_what_lies_deeper_is_named_with_its_path() -> None:
    answer = {"analyzers": [{"arn": 1, "name": "a", "type": "ACCOUNT", "status": "ACTIVE"}]}
    found = list(mismatches(answer, shape("accessanalyzer", "ListAnalyzers")))
    assert found == [".analyzers[0].createdAt: missing", ".analyzers[0].arn: int instead of string"]


def test_the_empty_answer_has_its_lists_and_what_is_required() -> None:
    assert empty(shape("waf", "ListWebACLs")) == {"WebACLs": []}
    listed = empty(shape("cloudfront", "ListCloudFrontOriginAccessIdentities"))
    assert listed["CloudFrontOriginAccessIdentityList"]["Quantity"] == 0
    assert empty(None) == {}
