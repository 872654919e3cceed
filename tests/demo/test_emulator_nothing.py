"""What is answered empty cannot have been made; what nothing implements says so."""

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from ishigaki.demo.emulator.nothing import nothing_made
from ishigaki.demo.emulator.shapes import mismatches
from tests.demo.conftest import Aws


def dummy(shape: Any, seen: tuple[str, ...] = ()) -> Any:
    """The least value that a shape admits."""
    match shape.type_name:
        case "structure":
            names = [] if shape.name in seen else shape.required_members
            return {name: dummy(shape.members[name], (*seen, shape.name)) for name in names}
        case "list":
            return [dummy(shape.member, seen)]
        case "map":
            return {}
        case "string":
            return shape.enum[0] if shape.enum else "x" * max(4, int(shape.metadata.get("min", 4)))
        case "blob":
            return b"x"
        case "timestamp":
            return "2026-01-01T00:00:00Z"
        case "boolean":
            return True
    return max(1, shape.metadata.get("min", 1))


def attempt(aws: Aws, service: str, operation: str) -> dict[str, Any]:
    """The answer to a call with the least parameters."""
    client = aws.client(service, validate=False)
    model = client.meta.service_model.operation_model(operation)
    params = dummy(model.input_shape) if model.input_shape else {}
    answer: dict[str, Any] = getattr(client, xform_name(operation))(**params)
    answer.pop("ResponseMetadata")
    return answer


def switched_on(aws: Aws) -> None:
    """Services whose operations are all refused while they are off."""
    aws.client("securityhub").enable_security_hub()
    aws.client("macie2").enable_macie()


def test_an_empty_listing_is_empty_because_nothing_can_have_been_made(aws: Aws) -> None:
    switched_on(aws)
    for service, maker in sorted({(service, maker) for (service, _), maker in nothing_made().items()}):
        with pytest.raises(ClientError) as refused:
            attempt(aws, service, maker)
        status = refused.value.response["ResponseMetadata"]["HTTPStatusCode"]
        assert (service, maker, status) == (service, maker, 501)


def test_an_empty_listing_has_its_shape_and_nothing_in_it(aws: Aws) -> None:
    switched_on(aws)
    for service, listing in nothing_made():
        answer = attempt(aws, service, listing)
        shape = aws.client(service, validate=False).meta.service_model.operation_model(listing).output_shape
        lists = {name for name, member in shape.members.items() if member.type_name == "list"}
        on_the_wire = {name for name in lists if not shape.members[name].serialization.get("flattened")}
        assert not list(mismatches(answer, shape)), (service, listing)
        assert on_the_wire <= set(answer), (service, listing)  # a flattened list of nothing leaves no trace
        assert [answer.get(name) or [] for name in lists] == [[]] * len(lists), (service, listing)


def test_a_call_without_what_it_requires_is_refused(aws: Aws) -> None:
    with pytest.raises(ClientError, match=r"ValidationException.*SettingId"):
        aws.client("ssm", validate=False).get_service_setting()


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("rds", "DescribeDBRecommendations"),  # query, in moto
        ("ec2", "DescribeFpgaImages"),  # ec2
        ("glue", "ListConnectionTypes"),  # json
        ("codebuild", "ListCuratedEnvironmentImages"),  # json in place of CBOR
        ("cloudfront", "ListCachePolicies"),  # rest-xml
        ("detective", "ListDatasourcePackages"),  # rest-json, a service moto does not have
        ("redshift-serverless", "ListTracks"),  # json, likewise
    ],
)
def test_what_nothing_implements_is_a_501_in_the_services_own_form(
    aws: Aws, service: str, operation: str
) -> None:
    with pytest.raises(ClientError) as refused:
        attempt(aws, service, operation)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    assert operation in refused.value.response["Error"]["Message"]
