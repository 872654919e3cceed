"""The replay endpoint: answers that botocore reads, for whoever asks, counted; in the clear and over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from bench.endpoint import Endpoint, replaying
from bench.estates import NEAR_EMPTY, REGIONS

ACCOUNT = "111122223333"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    folder: Path = tmp_path_factory.mktemp("endpoint")
    with replaying(NEAR_EMPTY, folder=folder, latency=0.0) as running:
        yield running


def client(endpoint: Endpoint, service: str, *, secured: bool = True) -> Any:
    return botocore.session.get_session().create_client(
        service,
        region_name="eu-west-1",
        endpoint_url=endpoint.https if secured else endpoint.http,
        verify=str(endpoint.certificate),
        aws_access_key_id=f"AKIA{ACCOUNT}",
        aws_secret_access_key="none",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.mark.parametrize("secured", [False, True])
def test_each_protocol_is_answered_and_counted(endpoint: Endpoint, secured: bool) -> None:
    endpoint.counted()
    vpcs = client(endpoint, "ec2", secured=secured).describe_vpcs()["Vpcs"]
    buckets = client(endpoint, "s3", secured=secured).list_buckets()["Buckets"]
    users = client(endpoint, "iam", secured=secured).get_account_authorization_details()["UserDetailList"]
    trails = client(endpoint, "cloudtrail", secured=secured).describe_trails()["trailList"]
    functions = client(endpoint, "lambda", secured=secured).list_functions()["Functions"]
    assert [len(found) for found in (vpcs, buckets, users, trails, functions)] == [1, 6, 3, 0, 0]
    assert endpoint.counted() == {
        "ec2:DescribeVpcs": 1,
        "s3:ListBuckets": 1,
        "iam:GetAccountAuthorizationDetails": 1,
        "cloudtrail:DescribeTrails": 1,
        "lambda:ListFunctions": 1,
    }
    assert endpoint.counted() == {}


def test_an_answer_is_for_the_account_and_the_region_that_ask(endpoint: Endpoint) -> None:
    (user, *_) = client(endpoint, "iam").get_account_authorization_details()["UserDetailList"]
    (vpc,) = client(endpoint, "ec2").describe_vpcs()["Vpcs"]
    assert user["Arn"].split(":")[4] == vpc["OwnerId"] == ACCOUNT
    assert client(endpoint, "s3").list_buckets()["Buckets"][0]["BucketRegion"] == "eu-west-1"


def test_a_role_leads_into_its_own_account(endpoint: Endpoint) -> None:
    role = "arn:aws:iam::444455556666:role/bench"
    entered = client(endpoint, "sts").assume_role(RoleArn=role, RoleSessionName="test")
    assert entered["AssumedRoleUser"]["Arn"].split(":")[4] == "444455556666"
    assert entered["Credentials"]["AccessKeyId"] == "ASIA444455556666"


def test_every_default_region_is_enabled(endpoint: Endpoint) -> None:
    regions = client(endpoint, "ec2").describe_regions()["Regions"]
    assert {r["RegionName"] for r in regions} == set(REGIONS)
    assert len(REGIONS) == 17


def test_an_unprepared_operation_is_an_error(endpoint: Endpoint) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="404"):
        client(endpoint, "route53domains").list_domains()
