"""Scenes of the first remediations: storage, network, identities, detection."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ishigaki.core.answer import search
from tests.journeys.workshop import ID, TOKYO, Furnish, Workshop

ANYWHERE = "0.0.0.0/0"
OPEN = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)
OTHER = "arn:aws:iam::999988887777:root"
YEARS_AGO = (datetime.now(UTC) - timedelta(days=800)).isoformat()


def made(workshop: Workshop, call: str, at: str = "", **params: Any) -> Any:
    """One call that must succeed; what lies in its answer."""
    service, operation = call.split(":")
    answer = workshop.do(service, operation, **params)
    assert not answer.error, (call, answer.error, answer.message)
    return search(at, answer.merged) if at else answer.merged


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(action: str, resource: str, principal: Any = "*") -> dict[str, Any]:
    return {"Sid": "Open", "Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}


def trusting(service: str) -> str:
    principal = {"Service": f"{service}.amazonaws.com"}
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def untouched(_: Workshop) -> None:
    """An account as AWS hands it over."""


def bucket(workshop: Workshop, name: str = "data") -> None:
    made(workshop, "s3:CreateBucket", Bucket=name, CreateBucketConfiguration={"LocationConstraint": TOKYO})


def open_bucket(workshop: Workshop, name: str = "data") -> None:
    bucket(workshop, name)
    made(workshop, "s3:PutPublicAccessBlock", Bucket=name, PublicAccessBlockConfiguration=OPEN)


def bucket_with_void_grants(workshop: Workshop) -> None:
    """A grant to the public from before public ACLs were ignored."""
    open_bucket(workshop)
    control = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    made(workshop, "s3:PutBucketOwnershipControls", Bucket="data", OwnershipControls=control)
    made(workshop, "s3:PutBucketAcl", Bucket="data", ACL="public-read")
    ignored = {**OPEN, "IgnorePublicAcls": True}
    made(workshop, "s3:PutPublicAccessBlock", Bucket="data", PublicAccessBlockConfiguration=ignored)


def bucket_for_another_account(workshop: Workshop) -> None:
    bucket(workshop)
    granted = allow("s3:PutBucketPolicy", "arn:aws:s3:::data", {"AWS": OTHER})
    made(workshop, "s3:PutBucketPolicy", Bucket="data", Policy=policy(granted))


def trail(workshop: Workshop) -> None:
    """One that records, and whose bucket lacks what a bucket can lack."""
    open_bucket(workshop, "logs")
    service = {"Service": "cloudtrail.amazonaws.com"}
    written = (
        allow("s3:GetBucketAcl", "arn:aws:s3:::logs", service),
        allow("s3:PutObject", f"arn:aws:s3:::logs/AWSLogs/{ID}/*", service),
    )
    made(workshop, "s3:PutBucketPolicy", Bucket="logs", Policy=policy(*written))
    made(workshop, "cloudtrail:CreateTrail", Name="main", S3BucketName="logs", IsMultiRegionTrail=True)
    made(workshop, "cloudtrail:StartLogging", Name="main")


def trail_into_public_bucket(workshop: Workshop) -> None:
    trail(workshop)
    control = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    made(workshop, "s3:PutBucketOwnershipControls", Bucket="logs", OwnershipControls=control)
    made(workshop, "s3:PutBucketAcl", Bucket="logs", ACL="public-read")


def trail_that_is_heard(workshop: Workshop) -> None:
    """A trail into a log group, and somebody who has confirmed to read the alerts."""
    trail(workshop)
    group = "trail"
    made(workshop, "logs:CreateLogGroup", logGroupName=group)
    role = made(
        workshop,
        "iam:CreateRole",
        "Role.Arn",
        RoleName="trail-to-logs",
        AssumeRolePolicyDocument=trusting("cloudtrail"),
    )
    made(
        workshop,
        "cloudtrail:UpdateTrail",
        Name="main",
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:{TOKYO}:{ID}:log-group:{group}:*",
        CloudWatchLogsRoleArn=role,
    )
    topic = made(workshop, "sns:CreateTopic", "TopicArn", Name="ishigaki-alerts")
    made(workshop, "sns:Subscribe", TopicArn=topic, Protocol="email", Endpoint="security@example.com")
    workshop.control("PUT", "subscriptions", {"account": ID, "region": TOKYO, "topic": topic})


def topic(workshop: Workshop) -> None:
    made(workshop, "sns:CreateTopic", Name="news")


def open_topic(workshop: Workshop) -> None:
    arn = made(workshop, "sns:CreateTopic", "TopicArn", Name="news")
    value = policy(allow("sns:Publish", arn))
    made(workshop, "sns:SetTopicAttributes", TopicArn=arn, AttributeName="Policy", AttributeValue=value)


def open_function(workshop: Workshop) -> None:
    role = made(
        workshop,
        "iam:CreateRole",
        "Role.Arn",
        RoleName="hello",
        AssumeRolePolicyDocument=trusting("lambda"),
    )
    archive = io.BytesIO()
    zipfile.ZipFile(archive, "w").close()
    code: dict[str, Any] = {"FunctionName": "hello", "Runtime": "python3.12", "Handler": "main.handler"}
    made(workshop, "lambda:CreateFunction", Role=role, Code={"ZipFile": archive.getvalue()}, **code)
    everyone = {"StatementId": "open", "Action": "lambda:InvokeFunction", "Principal": "*"}
    made(workshop, "lambda:AddPermission", FunctionName="hello", **everyone)


def user(workshop: Workshop) -> None:
    made(workshop, "iam:CreateUser", UserName="hanako")


def user_with_policy(workshop: Workshop, name: str = "ReadOnlyAccess") -> None:
    user(workshop)
    made(workshop, "iam:AttachUserPolicy", UserName="hanako", PolicyArn=f"arn:aws:iam::aws:policy/{name}")


def user_with_cloudshell(workshop: Workshop) -> None:
    user_with_policy(workshop, "AWSCloudShellFullAccess")


def user_with_old_key(workshop: Workshop) -> None:
    user(workshop)
    key = made(workshop, "iam:CreateAccessKey", "AccessKey.AccessKeyId", UserName="hanako")
    ages = {"account": ID, "users": {"hanako": {"created": YEARS_AGO}}}
    workshop.control("PUT", "ages", {**ages, "access_keys": {key: {"created": YEARS_AGO}}})


def expired_certificate(workshop: Workshop) -> None:
    """Whatever is uploaded to the emulator expired in 2012."""
    parts = {"CertificateBody": "-", "PrivateKey": "-"}
    made(workshop, "iam:UploadServerCertificate", ServerCertificateName="www", **parts)


def key(workshop: Workshop) -> None:
    made(workshop, "kms:CreateKey")


def open_key(workshop: Workshop) -> None:
    own = allow("kms:*", "*", {"AWS": f"arn:aws:iam::{ID}:root"})
    made(workshop, "kms:CreateKey", Policy=policy({**own, "Sid": "Own"}, allow("kms:Decrypt", "*")))


def dying_key(workshop: Workshop) -> None:
    id = made(workshop, "kms:CreateKey", "KeyMetadata.KeyId")
    made(workshop, "kms:ScheduleKeyDeletion", KeyId=id, PendingWindowInDays=30)


def vpc(workshop: Workshop) -> str:
    """The default VPC."""
    return str(made(workshop, "ec2:DescribeVpcs", "Vpcs[0].VpcId"))


def subnets(workshop: Workshop) -> list[str]:
    return [*made(workshop, "ec2:DescribeSubnets", "Subnets[].SubnetId")]


def open_group(workshop: Workshop, port: int = 22) -> None:
    named = {"GroupName": "open", "Description": "-", "VpcId": vpc(workshop)}
    group = made(workshop, "ec2:CreateSecurityGroup", "GroupId", **named)
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": ANYWHERE}]}
    made(workshop, "ec2:AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[rule])


def group_with_odd_port(workshop: Workshop) -> None:
    open_group(workshop, 9999)


def network_acl(workshop: Workshop) -> str:
    return str(made(workshop, "ec2:CreateNetworkAcl", "NetworkAcl.NetworkAclId", VpcId=vpc(workshop)))


def unused_network_acl(workshop: Workshop) -> None:
    network_acl(workshop)


def open_network_acl(workshop: Workshop) -> None:
    entry: dict[str, Any] = {"RuleNumber": 100, "RuleAction": "allow", "Protocol": "6", "CidrBlock": ANYWHERE}
    made(
        workshop,
        "ec2:CreateNetworkAclEntry",
        NetworkAclId=network_acl(workshop),
        Egress=False,
        PortRange={"From": 20, "To": 30},
        **entry,
    )


def public_images(workshop: Workshop) -> None:
    made(workshop, "ec2:DisableImageBlockPublicAccess")


def serial_console(workshop: Workshop) -> None:
    made(workshop, "ec2:EnableSerialConsoleAccess")


def shared_snapshot(workshop: Workshop) -> None:
    volume = made(workshop, "ec2:CreateVolume", "VolumeId", AvailabilityZone=f"{TOKYO}a", Size=1)
    snapshot = made(workshop, "ec2:CreateSnapshot", "SnapshotId", VolumeId=volume)
    made(
        workshop,
        "ec2:ModifySnapshotAttribute",
        SnapshotId=snapshot,
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=["all"],
    )


def instance(workshop: Workshop) -> None:
    image = made(workshop, "ec2:DescribeImages", "Images[0].ImageId", Owners=["amazon"])
    made(workshop, "ec2:RunInstances", ImageId=image, MinCount=1, MaxCount=1, InstanceType="t3.micro")


def load_balancer(workshop: Workshop) -> None:
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    named: dict[str, Any] = {
        "LoadBalancerName": "web",
        "Subnets": subnets(workshop)[:1],
        "Listeners": [listener],
    }
    made(workshop, "elb:CreateLoadBalancer", **named)


def public_clusters(workshop: Workshop) -> None:
    settings = {"BlockPublicSecurityGroupRules": False, "PermittedPublicSecurityGroupRuleRanges": []}
    made(
        workshop,
        "emr:PutBlockPublicAccessConfiguration",
        BlockPublicAccessConfiguration=settings,
    )


def short_log_group(workshop: Workshop) -> None:
    made(workshop, "logs:CreateLogGroup", logGroupName="short")
    made(workshop, "logs:PutRetentionPolicy", logGroupName="short", retentionInDays=7)


def recorder(workshop: Workshop) -> None:
    """Config records, as Security Hub needs it."""
    bucket(workshop, "config")
    service = {"Service": "config.amazonaws.com"}
    written = allow("s3:PutObject", f"arn:aws:s3:::config/AWSLogs/{ID}/Config/*", service)
    seen = allow("s3:GetBucketAcl", "arn:aws:s3:::config", service)
    made(workshop, "s3:PutBucketPolicy", Bucket="config", Policy=policy(seen, written))
    role = f"arn:aws:iam::{ID}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    group = {"allSupported": True, "includeGlobalResourceTypes": True}
    recording = {"name": "default", "roleARN": role, "recordingGroup": group}
    made(workshop, "config:PutConfigurationRecorder", ConfigurationRecorder=recording)
    channel = {"name": "default", "s3BucketName": "config"}
    made(workshop, "config:PutDeliveryChannel", DeliveryChannel=channel)
    made(workshop, "config:StartConfigurationRecorder", ConfigurationRecorderName="default")


def detector(workshop: Workshop) -> None:
    names = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS")
    off = [{"Name": n, "Status": "DISABLED"} for n in names]
    made(workshop, "guardduty:CreateDetector", Enable=True, Features=off)


def macie(workshop: Workshop) -> None:
    made(workshop, "macie2:EnableMacie", status="ENABLED")


def shared_document(workshop: Workshop) -> None:
    content = json.dumps(
        {
            "schemaVersion": "2.2",
            "description": "-",
            "mainSteps": [
                {"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": ["true"]}}
            ],
        }
    )
    made(workshop, "ssm:CreateDocument", Name="run", Content=content, DocumentType="Command")
    everyone: dict[str, Any] = {"PermissionType": "Share", "AccountIdsToAdd": ["all"]}
    made(workshop, "ssm:ModifyDocumentPermission", Name="run", **everyone)


SCENES: Mapping[str, Furnish] = {
    "alert_on_events": trail_that_is_heard,
    "alert_on_root_use": untouched,
    "analyze_external_access": untouched,
    "block_public_access_of_account": untouched,
    "block_public_access_of_bucket": open_bucket,
    "block_public_clusters": public_clusters,
    "block_public_documents": untouched,
    "block_public_images": public_images,
    "block_public_snapshots": untouched,
    "cancel_key_deletion": dying_key,
    "close_function": open_function,
    "close_ports": open_group,
    "close_serial_console": serial_console,
    "close_topic": open_topic,
    "close_trail_bucket": trail_into_public_bucket,
    "close_unauthorized_ports": group_with_odd_port,
    "deactivate_old_keys": user_with_old_key,
    "deactivate_unused_keys": user_with_old_key,
    "delete_expired_certificate": expired_certificate,
    "delete_unused_network_acl": unused_network_acl,
    "deny_risky_actions_to_others": bucket_for_another_account,
    "detach_full_cloudshell": user_with_cloudshell,
    "discover_sensitive_data": macie,
    "empty_default_security_group": untouched,
    "encrypt_topic": topic,
    "encrypt_trail": trail,
    "encrypt_volumes_by_default": untouched,
    "judge_by_security_hub": recorder,
    "keep_administration_ports_closed": open_network_acl,
    "keep_log_groups": short_log_group,
    "keep_logs": untouched,
    "log_access_to_trail_bucket": trail,
    "log_automation_scripts": untouched,
    "log_failed_deliveries": topic,
    "log_rejected_traffic": untouched,
    "log_requests": load_balancer,
    "log_server_access": bucket,
    "look_for_sensitive_data": untouched,
    "make_document_private": shared_document,
    "make_snapshots_private": shared_snapshot,
    "make_support_role": untouched,
    "move_policies_to_group": user_with_policy,
    "narrow_key_policy": open_key,
    "notify_of_events": bucket,
    "open_interface_endpoints": untouched,
    "publish_query_metrics": untouched,
    "record_all_management_events": untouched,
    "record_configuration": untouched,
    "record_object_events": trail,
    "register_contacts": untouched,
    "remove_unfinished_uploads": bucket,
    "remove_void_grants": bucket_with_void_grants,
    "require_imdsv2": instance,
    "require_imdsv2_by_default": untouched,
    "require_tls": bucket,
    "rotate_key": key,
    "scan_function_code": untouched,
    "scan_functions": untouched,
    "scan_images": untouched,
    "scan_instances": untouched,
    "send_trail_to_logs": trail,
    "set_budget_alarm": untouched,
    "stop_public_addresses": untouched,
    "strengthen_password_policy": untouched,
    "switch_on_protection": detector,
    "validate_log_files": trail,
    "watch_cost_anomalies": untouched,
    "watch_for_threats": untouched,
}

# What no account on the emulator asks for.
CANNOT: Mapping[str, str] = {
    "encrypt_by_default": "since 2023 S3 encrypts every bucket: none can be made, or be left, without it",
}
