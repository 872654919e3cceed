"""What is open to others, as AWS writes it: ACLs, function policies, snapshots; and who may change it."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.conftest import MANAGEMENT, Aws

OTHER = "222222222222"
GROUPS = "http://acs.amazonaws.com/groups/"
BUCKET: Any = {"Bucket": "some-bucket"}


def owned(rule: str) -> Any:
    """Ownership controls with that one rule."""
    return {"Rules": [{"ObjectOwnership": rule}]}


def opened(aws: Aws) -> Any:
    """S3 with a bucket whose ACL can be set and made public."""
    s3 = aws.client("s3")
    s3.create_bucket(**BUCKET)
    s3.put_bucket_ownership_controls(**BUCKET, OwnershipControls=owned("ObjectWriter"))
    s3.delete_public_access_block(**BUCKET)
    return s3


def grants(s3: Any) -> list[tuple[str, str]]:
    """Who beside the owner has which permission by the bucket's ACL."""
    found = s3.get_bucket_acl(**BUCKET)
    pairs = [
        (grant["Grantee"].get("URI", grant["Grantee"].get("ID")), grant["Permission"])
        for grant in found["Grants"]
    ]
    own = (found["Owner"]["ID"], "FULL_CONTROL")
    return [(name.removeprefix(GROUPS), what) for name, what in pairs if (name, what) != own]


@pytest.mark.parametrize(
    ("canned", "shown"),
    [
        ("private", []),
        ("public-read", [("global/AllUsers", "READ")]),
        ("public-read-write", [("global/AllUsers", "READ"), ("global/AllUsers", "WRITE")]),
        ("authenticated-read", [("global/AuthenticatedUsers", "READ")]),
        ("log-delivery-write", [("s3/LogDelivery", "READ_ACP"), ("s3/LogDelivery", "WRITE")]),
        ("bucket-owner-read", []),  # speaks of objects
        ("bucket-owner-full-control", []),
    ],
)
def test_a_canned_acl_is_written_out(aws: Aws, canned: str, shown: list[tuple[str, str]]) -> None:
    s3 = opened(aws)
    s3.put_bucket_acl(**BUCKET, ACL=canned)
    assert grants(s3) == shown


def test_every_grantee_has_a_grant(aws: Aws) -> None:
    s3 = opened(aws)
    s3.put_bucket_acl(**BUCKET, GrantRead=f'uri="{GROUPS}global/AllUsers", id="somebody"')
    assert grants(s3) == [("global/AllUsers", "READ"), ("somebody", "READ")]


def refusal(call: Any, **params: Any) -> str:
    """The code that a call is refused with."""
    with pytest.raises(ClientError) as refused:
        call(**params)
    return str(refused.value.response["Error"]["Code"])


def test_acls_are_refused_while_they_are_off(aws: Aws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(**BUCKET)
    for canned in ("private", "public-read"):
        assert refusal(s3.put_bucket_acl, **BUCKET, ACL=canned) == "AccessControlListNotSupported"
    s3.put_bucket_acl(**BUCKET, ACL="bucket-owner-full-control")
    wrong = "InvalidBucketAclWithObjectOwnership"
    assert refusal(s3.create_bucket, Bucket="other-bucket", ACL="log-delivery-write") == wrong
    s3 = opened(aws)
    s3.put_bucket_acl(**BUCKET, ACL="log-delivery-write")
    back = owned("BucketOwnerEnforced")
    assert refusal(s3.put_bucket_ownership_controls, **BUCKET, OwnershipControls=back) == wrong
    s3.put_bucket_acl(**BUCKET, ACL="private")
    s3.put_bucket_ownership_controls(**BUCKET, OwnershipControls=back)


@pytest.mark.parametrize(
    "acl",
    [
        {"ACL": "public-read"},
        {"ACL": "authenticated-read"},
        {"GrantWrite": f'uri="{GROUPS}global/AllUsers"'},
    ],
    ids=lambda acl: "".join(acl.values()),
)
def test_public_acls_are_refused_while_they_are_blocked(aws: Aws, acl: dict[str, str]) -> None:
    s3, block = opened(aws), {"BlockPublicAcls": True}
    s3.put_public_access_block(**BUCKET, PublicAccessBlockConfiguration=block)
    assert refusal(s3.put_bucket_acl, **BUCKET, **acl) == "AccessDenied"
    s3.delete_public_access_block(**BUCKET)
    account = aws.client("s3control")
    account.put_public_access_block(AccountId=MANAGEMENT, PublicAccessBlockConfiguration=block)
    assert refusal(s3.put_bucket_acl, **BUCKET, **acl) == "AccessDenied"
    account.delete_public_access_block(AccountId=MANAGEMENT)
    s3.put_bucket_acl(**BUCKET, **acl)
    new: Any = {"Bucket": "other-bucket", "ObjectOwnership": "ObjectWriter", **acl}
    assert refusal(s3.create_bucket, **new) == "InvalidBucketAclWithBlockPublicAccessError"


def function(aws: Aws) -> Any:
    """Lambda with a function `f`."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.client("iam").create_role(
        RoleName="role", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("f.py", "")
    functions = aws.client("lambda")
    functions.create_function(
        FunctionName="f",
        Runtime="python3.13",
        Handler="f.f",
        Role=role["Role"]["Arn"],
        Code={"ZipFile": packed.getvalue()},
    )
    return functions


@pytest.mark.parametrize(
    ("given", "principal", "condition"),
    [
        ({"Principal": "*"}, "*", None),
        ({"Principal": OTHER}, {"AWS": f"arn:aws:iam::{OTHER}:root"}, None),
        (
            {"Principal": f"arn:aws:iam::{OTHER}:role/reader"},
            {"AWS": f"arn:aws:iam::{OTHER}:role/reader"},
            None,
        ),
        (
            {"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::b", "SourceAccount": OTHER},
            {"Service": "s3.amazonaws.com"},
            {"StringEquals": {"AWS:SourceAccount": OTHER}, "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}},
        ),
        (
            {"Principal": "*", "PrincipalOrgID": "o-0123456789", "SourceAccount": OTHER},
            "*",
            {"StringEquals": {"aws:PrincipalOrgID": "o-0123456789", "AWS:SourceAccount": OTHER}},
        ),
        (
            {"Principal": "*", "FunctionUrlAuthType": "NONE"},
            "*",
            {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        ),
        (
            {"Principal": "*", "InvokedViaFunctionUrl": True},
            "*",
            {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
        ),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, Mapping) else "",
)
def test_a_functions_policy_is_written_as_lambda_writes_it(
    aws: Aws, given: dict[str, Any], principal: Any, condition: Any
) -> None:
    functions = function(aws)
    added = functions.add_permission(
        FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", **given
    )
    policy = json.loads(functions.get_policy(FunctionName="f")["Policy"])
    arn = f"arn:aws:lambda:us-east-1:{MANAGEMENT}:function:f"
    expected = {"Sid": "s", "Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction"}
    expected |= {"Resource": arn} | ({"Condition": condition} if condition else {})
    assert policy["Statement"] == [expected]
    assert json.loads(added["Statement"]) == expected


def snapshots(aws: Aws, account: str, *, shared: Mapping[str, Mapping[str, list[str]]]) -> dict[str, str]:
    """Snapshots of an account: how each is shared, its name by its id."""
    ec2, made = aws.client("ec2", account=account), {}
    for name, to in shared.items():
        volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
        tags = [{"ResourceType": "snapshot", "Tags": [{"Key": "Name", "Value": name}]}]
        snapshot = ec2.create_snapshot(VolumeId=volume, TagSpecifications=tags)["SnapshotId"]
        made[snapshot] = name
        if to:
            ec2.modify_snapshot_attribute(SnapshotId=snapshot, OperationType="add", **to)
    return made


def test_snapshots_are_shown_to_whom_they_are_shared_with(aws: Aws) -> None:
    public = {"GroupNames": ["all"]}
    names = snapshots(aws, MANAGEMENT, shared={"own": {}, "lent": {"UserIds": [OTHER]}, "open": public})
    names |= snapshots(aws, OTHER, shared={"secret": {}, "given": {"UserIds": [MANAGEMENT]}, "free": public})

    def shown(**params: Any) -> set[str]:
        found = aws.client("ec2").describe_snapshots(**params)["Snapshots"]
        return {names[snapshot["SnapshotId"]] for snapshot in found}

    assert shown() == {"own", "lent", "open", "given", "free"}
    assert shown(OwnerIds=["self"]) == {"own", "lent", "open"}
    assert shown(OwnerIds=[OTHER]) == {"given", "free"}
    assert shown(RestorableByUserIds=["all"]) == {"open", "free"}
    assert shown(RestorableByUserIds=["all"], OwnerIds=["self"]) == {"open"}
    assert shown(RestorableByUserIds=["self"]) == {"own", "lent", "open", "given"}
    assert shown(RestorableByUserIds=[OTHER]) == {"lent"}
    secret = next(snapshot for snapshot, name in names.items() if name == "secret")
    assert shown(SnapshotIds=[secret]) == set()
    assert shown(Filters=[{"Name": "owner-id", "Values": [OTHER]}]) == {"given", "free"}
    assert shown(Filters=[{"Name": "tag-key", "Values": ["Name"]}]) == {"own", "lent", "open"}
    found = aws.client("ec2").describe_snapshots()["Snapshots"]
    assert {snapshot["OwnerId"] for snapshot in found if "Tags" in snapshot} == {MANAGEMENT}
    nothing = "snap-00000000000000000"
    assert refusal(aws.client("ec2").describe_snapshots, SnapshotIds=[nothing]) == "InvalidSnapshot.NotFound"
    assert aws.client("ec2", region="eu-west-1").describe_snapshots()["Snapshots"] == []


def test_directory_buckets_are_not_ordinary_ones(aws: Aws) -> None:
    client = aws.client("s3")
    client.create_bucket(Bucket="ordinary-bucket")
    assert client.list_directory_buckets()["Buckets"] == []
    assert "ordinary-bucket" in {b["Name"] for b in client.list_buckets()["Buckets"]}
