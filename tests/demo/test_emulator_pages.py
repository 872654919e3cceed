"""Short pages: cut by the layer, with tokens that lead through everything exactly once."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ishigaki.demo.emulator.pages import Paginator, cut, paginator
from tests.demo.conftest import Aws, Control


def furnish(aws: Aws) -> None:
    """Eight of each thing."""
    for number in range(8):
        aws.client("iam").create_user(UserName=f"user-{number}")
        aws.client("kms").create_key(Description=f"key-{number}")
        aws.client("sqs").create_queue(QueueName=f"queue-{number}")
        aws.client("ec2").create_volume(AvailabilityZone="us-east-1a", Size=1)
        aws.client("s3").create_bucket(Bucket=f"bucket-{number}")
        aws.client("sns").create_topic(Name=f"topic-{number}")
        aws.client("dynamodb").create_table(
            TableName=f"table-{number}",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )


@pytest.mark.parametrize("size", [1, 3, 100])
def test_pages_lead_through_everything_once(aws: Aws, control: Control, size: int) -> None:
    furnish(aws)
    control("PUT", "pages", {"size": size})
    listings = [
        ("iam", "list_users", "Users", "UserName"),
        ("kms", "list_keys", "Keys", "KeyId"),
        ("sqs", "list_queues", "QueueUrls", None),
        ("ec2", "describe_volumes", "Volumes", "VolumeId"),
        ("s3", "list_buckets", "Buckets", "Name"),
        ("sns", "list_topics", "Topics", "TopicArn"),
        ("dynamodb", "list_tables", "TableNames", None),
    ]
    for service, listing, member, name in listings:
        pages = list(aws.client(service).get_paginator(listing).paginate())
        items = [item[name] if name else item for page in pages for item in page.get(member, [])]
        assert len(items) == len(set(items)) == 8, listing
        assert all(len(page.get(member, [])) <= size for page in pages), listing
        assert len(pages) == -(-8 // size), listing


def test_a_callers_own_limit_makes_pages_shorter_still(aws: Aws, control: Control) -> None:
    furnish(aws)
    control("PUT", "pages", {"size": 5})
    page = aws.client("iam").list_users(MaxItems=2)
    assert (len(page["Users"]), page["IsTruncated"]) == (2, True)
    rest = aws.client("iam").list_users(Marker=page["Marker"])
    assert (len(rest["Users"]), rest["IsTruncated"]) == (5, True)


def test_several_lists_in_one_answer_are_cut_together(aws: Aws, control: Control) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    for number in range(3):
        aws.client("iam").create_user(UserName=f"user-{number}")
        aws.client("iam").create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=document)
    control("PUT", "pages", {"size": 2})
    pages = list(aws.client("iam").get_paginator("get_account_authorization_details").paginate())
    users = [user["UserName"] for page in pages for user in page["UserDetailList"]]
    roles = [role for page in pages for role in page["RoleDetailList"]]
    assert sorted(users) == ["user-0", "user-1", "user-2"]
    assert len({role["RoleName"] for role in roles}) == len(roles) == 5
    assert roles[0]["AssumeRolePolicyDocument"]["Statement"]


def test_buckets_tell_their_regions_in_short_pages_too(aws: Aws, control: Control) -> None:
    for number in range(3):
        aws.client("s3").create_bucket(Bucket=f"bucket-{number}")
    control("PUT", "pages", {"size": 2})
    pages = list(aws.client("s3").get_paginator("list_buckets").paginate(MaxBuckets=1000))
    assert [[bucket["BucketRegion"] for bucket in page["Buckets"]] for page in pages] == [
        ["us-east-1", "us-east-1"],
        ["us-east-1"],
    ]
    assert "BucketRegion" not in aws.client("s3").list_buckets()["Buckets"][0]


def test_a_token_that_nobody_gave_out_is_refused(aws: Aws, control: Control) -> None:
    control("PUT", "pages", {"size": 2})
    with pytest.raises(ClientError, match="token"):
        aws.client("iam").list_users(Marker="forged")


def test_a_size_that_is_no_size_is_refused(running: Any, aws: Aws, control: Control) -> None:
    with pytest.raises(OSError, match="400"):
        control("PUT", "pages", {"size": 0})


def test_an_operation_without_plain_tokens_is_left_whole() -> None:
    assert paginator("s3", "ListObjects") is None
    assert paginator("sts", "GetCallerIdentity") is None
    assert paginator("no-such-service", "List") is None


def test_an_operations_own_pages_are_gathered_before_they_are_cut() -> None:
    whole = list(range(7))

    def ask(params: Any) -> dict[str, Any]:
        start = int(params.get("Token", 0))
        page = {"Items": whole[start : start + 3]}
        return page | ({"Token": str(start + 3)} if start + 3 < len(whole) else {})

    paged = Paginator(inputs=("Token",), outputs=("Token",), results=("Items",), limit="Max", more=None)
    first = cut(ask=ask, params={}, paged=paged, size=4)
    assert first["Items"] == [0, 1, 2, 3]
    second = cut(ask=ask, params={"Token": first["Token"]}, paged=paged, size=4)
    assert second == {"Items": [4, 5, 6]}
