"""A new account, VPC and bucket, as AWS makes them."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.demo.conftest import MANAGEMENT, Aws


def test_the_default_security_group_admits_itself(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    groups = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])
    assert vpc in {group["VpcId"] for group in groups["SecurityGroups"]}
    for group in groups["SecurityGroups"]:
        (inbound,) = group["IpPermissions"]
        assert inbound["IpProtocol"] == "-1"
        assert [pair["GroupId"] for pair in inbound["UserIdGroupPairs"]] == [group["GroupId"]]
        assert group["IpPermissionsEgress"][0]["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}]


def test_the_default_vpc_reaches_the_internet(aws: Aws) -> None:
    ec2 = aws.client("ec2", region="ap-northeast-1")
    (gateway,) = ec2.describe_internet_gateways()["InternetGateways"]
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    assert vpc["CidrBlock"] == "172.31.0.0/16"
    assert [attached["VpcId"] for attached in gateway["Attachments"]] == [vpc["VpcId"]]
    (table,) = ec2.describe_route_tables()["RouteTables"]
    ways = {route["DestinationCidrBlock"]: route["GatewayId"] for route in table["Routes"]}
    assert ways["0.0.0.0/0"] == gateway["InternetGatewayId"]


def test_there_are_no_images_and_no_snapshots(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    assert ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"] == []
    assert ec2.describe_images(Owners=["self"])["Images"] == []


def test_ec2s_account_settings_are_aws_defaults(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "block-new-sharing"
    assert ec2.get_serial_console_access_status()["SerialConsoleAccessEnabled"] is False
    assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"
    assert ec2.get_instance_metadata_defaults()["AccountLevel"] == {}
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (options["State"], options["InternetGatewayBlockMode"]) == ("default-state", "off")


def test_a_new_volume_is_encrypted_once_that_is_the_default(aws: Aws) -> None:
    ec2, where = aws.client("ec2"), {"AvailabilityZone": "us-east-1a", "Size": 1}
    assert ec2.create_volume(**where)["Encrypted"] is False
    ec2.enable_ebs_encryption_by_default()
    volume = ec2.create_volume(**where)
    assert volume["Encrypted"] is True
    assert aws.client("kms").describe_key(KeyId=volume["KmsKeyId"])["KeyMetadata"]["KeyManager"] == "AWS"
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"


def test_a_new_bucket_is_closed(aws: Aws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="new-bucket")
    (rule,) = s3.get_bucket_encryption(Bucket="new-bucket")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    block = s3.get_public_access_block(Bucket="new-bucket")["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    (owner,) = s3.get_bucket_ownership_controls(Bucket="new-bucket")["OwnershipControls"]["Rules"]
    assert owner["ObjectOwnership"] == "BucketOwnerEnforced"


def test_a_closed_bucket_refuses_to_be_opened(aws: Aws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="new-bucket")
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    policy = {"Bucket": "new-bucket", "Policy": json.dumps({"Statement": [anyone]})}
    with pytest.raises(ClientError, match="AccessControlListNotSupported"):
        s3.put_bucket_acl(Bucket="new-bucket", ACL="public-read")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_bucket_policy(**policy)
    s3.delete_public_access_block(Bucket="new-bucket")
    s3.put_bucket_policy(**policy)
    assert s3.get_bucket_policy_status(Bucket="new-bucket")["PolicyStatus"]["IsPublic"] is True
    everything = {"BlockPublicPolicy": True}
    control = aws.client("s3control")
    control.put_public_access_block(AccountId=MANAGEMENT, PublicAccessBlockConfiguration=everything)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_bucket_policy(**policy)


def test_list_buckets_tells_the_region_only_when_asked_with_a_parameter(aws: Aws) -> None:
    s3, tokyo = aws.client("s3"), aws.client("s3", region="ap-northeast-1")
    s3.create_bucket(Bucket="bucket-a")
    place = {"LocationConstraint": "ap-northeast-1"}
    tokyo.create_bucket(Bucket="bucket-b", CreateBucketConfiguration=place)
    assert all("BucketRegion" not in bucket for bucket in s3.list_buckets()["Buckets"])
    first = s3.list_buckets(MaxBuckets=1)
    assert [bucket["BucketRegion"] for bucket in first["Buckets"]] == ["us-east-1"]
    second = s3.list_buckets(MaxBuckets=1, ContinuationToken=first["ContinuationToken"])
    assert [(b["Name"], b["BucketRegion"]) for b in second["Buckets"]] == [("bucket-b", "ap-northeast-1")]
    assert "ContinuationToken" not in second
    only = s3.list_buckets(BucketRegion="ap-northeast-1")["Buckets"]
    assert [bucket["Name"] for bucket in only] == ["bucket-b"]
    assert s3.get_bucket_location(Bucket="bucket-b")["LocationConstraint"] == "ap-northeast-1"


def test_a_directory_bucket_is_refused_rather_than_made_an_ordinary_one(aws: Aws) -> None:
    with pytest.raises(ClientError):
        aws.client("s3").create_bucket(Bucket="name--use1-az4--x-s3")
    assert aws.client("s3").list_buckets()["Buckets"] == []


def test_the_account_has_its_two_service_linked_roles(aws: Aws) -> None:
    names = {role["RoleName"] for role in aws.client("iam").list_roles()["Roles"]}
    assert names == {"AWSServiceRoleForSupport", "AWSServiceRoleForTrustedAdvisor"}


def test_detectors_are_off(aws: Aws) -> None:
    assert aws.client("guardduty").list_detectors()["DetectorIds"] == []
    assert aws.client("cloudtrail").describe_trails()["trailList"] == []
    assert aws.client("config").describe_configuration_recorders()["ConfigurationRecorders"] == []
    assert aws.client("accessanalyzer").list_analyzers()["analyzers"] == []
    (inspector,) = aws.client("inspector2").batch_get_account_status()["accounts"]
    assert {part["status"] for part in inspector["resourceState"].values()} == {"DISABLED"}
    with pytest.raises(ClientError, match="Macie is not enabled"):
        aws.client("macie2").get_macie_session()
    with pytest.raises(ClientError, match="not subscribed"):
        aws.client("securityhub").get_enabled_standards()


def test_keys_of_aws_are_made_by_their_first_use(aws: Aws) -> None:
    kms = aws.client("kms")
    assert kms.list_keys()["Keys"] == []
    assert not [alias for alias in kms.list_aliases()["Aliases"] if "TargetKeyId" in alias]
    key = kms.describe_key(KeyId="alias/aws/rds")["KeyMetadata"]
    assert (key["KeyManager"], key["KeyUsage"]) == ("AWS", "ENCRYPT_DECRYPT")
    used = [alias["AliasName"] for alias in kms.list_aliases()["Aliases"] if "TargetKeyId" in alias]
    assert used == ["alias/aws/rds"]


def test_emr_blocks_public_access_but_for_ssh(aws: Aws) -> None:
    found = aws.client("emr").get_block_public_access_configuration()["BlockPublicAccessConfiguration"]
    assert found["BlockPublicSecurityGroupRules"] is True
    assert found["PermittedPublicSecurityGroupRuleRanges"] == [{"MinRange": 22, "MaxRange": 22}]
