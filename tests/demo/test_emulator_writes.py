"""What a fix writes is seen by the next read, and undone exactly."""

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.conftest import MANAGEMENT, Aws, Control, refused

FSBP = "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"


def switched(hub: Any, subscription: str) -> dict[str, str]:
    """The controls of a standard that are off, and why."""
    pages = hub.get_paginator("describe_standards_controls").paginate(StandardsSubscriptionArn=subscription)
    controls = [control for page in pages for control in page["Controls"]]
    return {c["ControlId"]: c["DisabledReason"] for c in controls if c["ControlStatus"] == "DISABLED"}


def test_the_hub_is_set_and_enabled_once(aws: Aws) -> None:
    hub = aws.client("securityhub")
    refused("InvalidAccessException", hub.describe_hub)
    hub.enable_security_hub(EnableDefaultStandards=False, ControlFindingGenerator="STANDARD_CONTROL")
    refused("ResourceConflictException", hub.enable_security_hub)
    hub.update_security_hub_configuration(AutoEnableControls=False)
    shown = hub.describe_hub()
    assert (shown["AutoEnableControls"], shown["ControlFindingGenerator"]) == (False, "STANDARD_CONTROL")
    with pytest.raises(ClientError, match=r"InvalidAccess.*is not an administrator"):
        hub.describe_organization_configuration()


def test_controls_are_switched_once_their_standard_is_ready(aws: Aws) -> None:
    hub = aws.client("securityhub")
    hub.enable_security_hub(EnableDefaultStandards=False)
    made = hub.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": FSBP}])
    (on,) = made["StandardsSubscriptions"]
    off = {"StandardsArn": FSBP, "AssociationStatus": "DISABLED", "UpdatedReason": "no keys"}
    updates = [{**off, "SecurityControlId": control} for control in ("IAM.6", "IAM.999")]
    change = hub.batch_update_standards_control_associations
    refused("ResourceNotFoundException", change, StandardsControlAssociationUpdates=updates)
    hub.get_enabled_standards()
    (unprocessed,) = change(StandardsControlAssociationUpdates=updates)["UnprocessedAssociationUpdates"]
    assert unprocessed["StandardsControlAssociationUpdate"]["SecurityControlId"] == "IAM.999"
    assert switched(hub, on["StandardsSubscriptionArn"]) == {"IAM.6": "no keys"}
    hub.batch_disable_standards(StandardsSubscriptionArns=[on["StandardsSubscriptionArn"]])
    (unprocessed, _) = change(StandardsControlAssociationUpdates=updates)["UnprocessedAssociationUpdates"]
    assert unprocessed["ErrorCode"] == "NOT_FOUND"


def test_nobody_administers_inspector(aws: Aws) -> None:
    refused("ResourceNotFoundException", aws.client("inspector2").get_delegated_admin_account)


def test_a_key_is_scheduled_for_deletion_by_its_arn_and_kept(aws: Aws) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.enable_key_rotation(KeyId=key)
    refused("KMSInvalidStateException", kms.cancel_key_deletion, KeyId=key)
    scheduled = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert (scheduled["KeyId"], scheduled["KeyState"]) == (key, "PendingDeletion")
    refused("KMSInvalidStateException", kms.enable_key_rotation, KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    kms.cancel_key_deletion(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"
    refused("DisabledException", kms.disable_key_rotation, KeyId=key)
    kms.enable_key(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True


def test_a_trail_is_changed_at_home_and_restored(aws: Aws) -> None:
    trails, elsewhere = aws.client("cloudtrail"), aws.client("cloudtrail", region="eu-west-1")
    aws.client("s3").create_bucket(Bucket="closed-bucket")
    refused(
        "InsufficientS3BucketPolicyException", trails.create_trail, Name="one", S3BucketName="closed-bucket"
    )
    bucket = aws.log_bucket("trail-bucket", "cloudtrail")
    arn = trails.create_trail(Name="one", S3BucketName=bucket, IsMultiRegionTrail=True)["TrailARN"]
    refused("TrailAlreadyExistsException", trails.create_trail, Name="one", S3BucketName=bucket)
    before = trails.describe_trails()["trailList"]
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    aws.client("kms").create_alias(AliasName="alias/trail", TargetKeyId=key)
    aws.client("logs").create_log_group(logGroupName="trail")
    group = f"arn:aws:logs:us-east-1:{MANAGEMENT}:log-group:trail:*"
    logged = {"CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": "arn:aws:iam::1:role/r"}
    trails.update_trail(Name=arn, KmsKeyId="alias/trail", **logged)
    (changed,) = trails.describe_trails()["trailList"]
    assert (changed["KmsKeyId"], changed["CloudWatchLogsLogGroupArn"]) == (key, group)
    refused("InvalidHomeRegionException", elsewhere.update_trail, Name=arn, EnableLogFileValidation=True)
    refused("KmsKeyNotFoundException", trails.update_trail, Name=arn, KmsKeyId="alias/none")
    trails.update_trail(Name=arn, KmsKeyId="", CloudWatchLogsLogGroupArn="", CloudWatchLogsRoleArn="")
    assert trails.describe_trails()["trailList"] == before
    trails.delete_trail(Name=arn)
    assert trails.describe_trails()["trailList"] == []


def test_event_selectors_of_one_kind_take_the_place_of_the_other(aws: Aws) -> None:
    trails = aws.client("cloudtrail")
    trails.create_trail(Name="one", S3BucketName=aws.log_bucket("trail-bucket", "cloudtrail"))
    before = trails.get_event_selectors(TrailName="one")["EventSelectors"]
    field = {"Field": "eventCategory", "Equals": ["Management"]}
    advanced = [{"Name": "management", "FieldSelectors": [field]}]
    trails.put_event_selectors(TrailName="one", AdvancedEventSelectors=advanced)
    assert "EventSelectors" not in trails.get_event_selectors(TrailName="one")
    trails.put_event_selectors(TrailName="one", EventSelectors=before)
    after = trails.get_event_selectors(TrailName="one")
    assert (after["EventSelectors"], after.get("AdvancedEventSelectors")) == (before, None)


def test_config_delivers_to_a_bucket_that_takes_it_by_its_own_role(aws: Aws) -> None:
    config, iam = aws.client("config"), aws.client("iam")
    role = iam.create_service_linked_role(AWSServiceName="config.amazonaws.com")["Role"]
    assert role["RoleName"] == "AWSServiceRoleForConfig"
    refused("InvalidInput", iam.create_service_linked_role, AWSServiceName="config.amazonaws.com")
    recorder = {"name": "default", "roleARN": role["Arn"], "recordingGroup": {"allSupported": True}}
    config.put_configuration_recorder(ConfigurationRecorder=recorder)
    channel = {"name": "default", "s3BucketName": "log-bucket"}
    refused("NoSuchBucketException", config.put_delivery_channel, DeliveryChannel=channel)
    aws.client("s3").create_bucket(Bucket="log-bucket")
    refused("InsufficientDeliveryPolicyException", config.put_delivery_channel, DeliveryChannel=channel)
    aws.log_bucket("log-bucket", "config")  # it is there already: the policy is put
    config.put_delivery_channel(DeliveryChannel=channel)
    deletion = iam.delete_service_linked_role(RoleName=role["RoleName"])["DeletionTaskId"]
    status = iam.get_service_linked_role_deletion_status(DeletionTaskId=deletion)
    assert (status["Status"], bool(iam.get_role(RoleName=role["RoleName"]))) == ("FAILED", True)
    config.delete_configuration_recorder(ConfigurationRecorderName="default")
    iam.delete_service_linked_role(RoleName=role["RoleName"])
    refused("NoSuchEntity", iam.get_role, RoleName=role["RoleName"])


def test_a_buckets_settings_come_back_as_they_were_put(aws: Aws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    rule: dict[str, Any] = {
        "ID": "old",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "x/", "ObjectSizeGreaterThan": 5}},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 400, "NewerNoncurrentVersions": 3},
    }
    s3.put_bucket_lifecycle_configuration(Bucket="bucket", LifecycleConfiguration={"Rules": [rule]})
    assert s3.get_bucket_lifecycle_configuration(Bucket="bucket")["Rules"] == [rule]
    s3.delete_bucket_lifecycle(Bucket="bucket")
    refused("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket="bucket")
    s3.delete_bucket_encryption(Bucket="bucket")
    (default,) = s3.get_bucket_encryption(Bucket="bucket")["ServerSideEncryptionConfiguration"]["Rules"]
    assert default["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    topic = {"TopicArn": f"arn:aws:sns:us-east-1:{MANAGEMENT}:none", "Events": ["s3:ObjectCreated:*"]}
    wanted = {"TopicConfigurations": [topic]}
    put = s3.put_bucket_notification_configuration
    refused("InvalidArgument", put, Bucket="bucket", NotificationConfiguration=wanted)


def test_access_logs_are_sent_where_the_policy_lets_them_and_not_at_once(aws: Aws) -> None:
    s3 = aws.client("s3")
    logs = aws.log_bucket("log-bucket", "logging.s3")
    policy = json.loads(s3.get_bucket_policy(Bucket=logs)["Policy"])
    tls_only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{logs}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy["Statement"].insert(0, tls_only)
    s3.put_bucket_policy(Bucket=logs, Policy=json.dumps(policy))
    s3.create_bucket(Bucket="bucket")
    by_day = {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}
    enabled = {"TargetBucket": logs, "TargetPrefix": "bucket/", "TargetObjectKeyFormat": by_day}
    s3.put_bucket_logging(Bucket="bucket", BucketLoggingStatus={"LoggingEnabled": enabled})
    assert s3.get_bucket_logging(Bucket="bucket")["LoggingEnabled"] == enabled
    s3.put_bucket_logging(Bucket="bucket", BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket="bucket")
    s3.delete_bucket(Bucket=logs)  # empty: nothing was delivered yet


def test_a_metric_filter_is_replaced_by_its_name(aws: Aws) -> None:
    logs = aws.client("logs")
    metric = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    wanted = {"logGroupName": "g", "filterName": "f", "metricTransformations": [metric]}
    refused("ResourceNotFoundException", logs.put_metric_filter, **wanted, filterPattern="a")
    logs.create_log_group(logGroupName="g")
    for pattern in ("a", "b"):
        logs.put_metric_filter(**wanted, filterPattern=pattern)
    assert [one["filterPattern"] for one in logs.describe_metric_filters()["metricFilters"]] == ["b"]
    logs.delete_metric_filter(logGroupName="g", filterName="f")
    refused("ResourceNotFoundException", logs.delete_metric_filter, logGroupName="g", filterName="f")
    refused("InvalidParameterException", logs.put_retention_policy, logGroupName="g", retentionInDays=364)


def test_a_log_groups_key_is_set_and_taken_away(aws: Aws) -> None:
    logs, key = aws.client("logs"), aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    logs.create_log_group(logGroupName="g")
    before = logs.describe_log_groups()["logGroups"]
    logs.associate_kms_key(logGroupName="g", kmsKeyId=key)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key
    logs.disassociate_kms_key(logGroupName="g")
    assert logs.describe_log_groups()["logGroups"] == before
    refused("InvalidParameterException", logs.associate_kms_key, logGroupName="g", kmsKeyId=key + "0")


def test_a_subscription_by_mail_waits_for_its_confirmation(aws: Aws, control: Control) -> None:
    sns = aws.client("sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    told = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    assert told["SubscriptionArn"] == "pending confirmation"
    (waiting,) = sns.list_subscriptions()["Subscriptions"]
    assert waiting["SubscriptionArn"] == "PendingConfirmation"
    here = {"account": MANAGEMENT, "region": "us-east-1", "topic": topic}
    assert control("PUT", "subscriptions", here) == ["a@example.com"]
    (active,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert active["SubscriptionArn"].startswith(topic)
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"] == "1"


def test_a_group_goes_once_it_is_empty(aws: Aws) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="alice")
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="alice")
    refused("DeleteConflict", iam.delete_group, GroupName="g")
    iam.remove_user_from_group(GroupName="g", UserName="alice")
    allowed = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=policy)
    refused("DeleteConflict", iam.delete_group, GroupName="g")
    iam.delete_group_policy(GroupName="g", PolicyName="p")
    iam.delete_group(GroupName="g")


def test_what_a_service_keeps_cannot_be_deleted(aws: Aws) -> None:
    iam = aws.client("iam")
    refused("UnmodifiableEntity", iam.delete_role, RoleName="AWSServiceRoleForSupport")
    contact = {"AlternateContactType": "SECURITY"}
    refused("ResourceNotFoundException", aws.client("account").delete_alternate_contact, **contact)
    iam.update_account_password_policy(MinimumPasswordLength=14)
    assert "MaxPasswordAge" not in iam.get_account_password_policy()["PasswordPolicy"]


def test_a_work_group_is_changed_and_changed_back(aws: Aws) -> None:
    athena = aws.client("athena")
    before = athena.get_work_group(WorkGroup="primary")["WorkGroup"]
    for on in (True, False):
        updates = {"PublishCloudWatchMetricsEnabled": on}
        athena.update_work_group(WorkGroup="primary", ConfigurationUpdates=updates)
        shown = athena.get_work_group(WorkGroup="primary")["WorkGroup"]
        assert shown["Configuration"]["PublishCloudWatchMetricsEnabled"] is on
    assert shown == before


def test_a_detectors_answer_does_not_change_by_itself(aws: Aws) -> None:
    guardduty = aws.client("guardduty")
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    seen = [guardduty.get_detector(DetectorId=detector)["Features"] for _ in range(2)]
    assert seen[0] == seen[1]
    guardduty.delete_detector(DetectorId=detector)
    refused("BadRequestException", guardduty.delete_detector, DetectorId=detector)
    assert guardduty.list_detectors()["DetectorIds"] == []


def test_a_function_statement_serves_once(aws: Aws, function: str) -> None:
    functions = aws.client("lambda")
    allow = {"StatementId": "all", "Action": "lambda:InvokeFunction", "Principal": "*"}
    functions.add_permission(FunctionName=function, **allow)
    refused("ResourceConflictException", functions.add_permission, FunctionName=function, **allow)
    functions.remove_permission(FunctionName=function, StatementId="all")
    refused("ResourceNotFoundException", functions.get_policy, FunctionName=function)


@pytest.fixture
def function(aws: Aws) -> str:
    """A function without a policy."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = aws.client("iam").create_role(RoleName="function", AssumeRolePolicyDocument=document)["Role"]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("f.py", "")
    made = aws.client("lambda").create_function(
        FunctionName="f",
        Role=role["Arn"],
        Code={"ZipFile": content.getvalue()},
        Runtime="python3.12",
        Handler="f.f",
    )
    return str(made["FunctionName"])
