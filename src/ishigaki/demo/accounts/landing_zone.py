"""What the company's security team gives an account: parts that an account takes or leaves."""

from __future__ import annotations

from collections.abc import Iterable

from ishigaki.demo.steps import IRELAND, REGIONS, TOKYO, VIRGINIA, Do, Of, account_trust, each, trust

LOG_BUCKET = "aomine-foods-cloudtrail"
CONFIG_BUCKET = "aomine-foods-config"
RECORDER_ROLE = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
DEFAULT_SUBNETS = {TOKYO: 3, IRELAND: 3, VIRGINIA: 6}  # one in each Availability Zone
CSIRT = "csirt@aomine-foods.example"
ROOT_USE = (
    '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}'
)
DENIED = '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}'
MANAGEMENT_EVENTS = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
PASSWORD_POLICY = {
    "MinimumPasswordLength": 14,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": True,
    "MaxPasswordAge": 90,
    "PasswordReusePrevention": 24,
}


def trail(account: str) -> tuple[Do, ...]:
    """A multi-Region trail, encrypted, validated and read by CloudWatch Logs."""
    group = f"arn:aws:logs:{TOKYO}:{account}:log-group:/aws/cloudtrail/aomine"
    return (
        Do(TOKYO, "logs:CreateLogGroup", {"logGroupName": "/aws/cloudtrail/aomine"}),
        Do(
            TOKYO,
            "iam:CreateRole",
            {"RoleName": "CloudTrailToLogs", "AssumeRolePolicyDocument": trust("cloudtrail")},
            "trail-role",
        ),
        *customer_key("trail-key", "CloudTrail"),
        Do(
            TOKYO,
            "cloudtrail:CreateTrail",
            {
                "Name": "aomine-trail",
                "S3BucketName": LOG_BUCKET,
                "IsMultiRegionTrail": True,
                "IncludeGlobalServiceEvents": True,
                "EnableLogFileValidation": True,
                "KmsKeyId": Of("trail-key", "KeyMetadata.Arn"),
                "CloudWatchLogsLogGroupArn": f"{group}:*",
                "CloudWatchLogsRoleArn": Of("trail-role", "Role.Arn"),
            },
        ),
        *_logging("aomine-trail"),
    )


def plain_trail() -> tuple[Do, ...]:
    """A multi-Region trail as it was made years ago: not encrypted, not validated, read by nobody."""
    params = {"Name": "trail-2016", "S3BucketName": LOG_BUCKET, "IsMultiRegionTrail": True}
    return (Do(TOKYO, "cloudtrail:CreateTrail", params), *_logging("trail-2016"))


def _logging(name: str) -> tuple[Do, ...]:
    selectors = {"TrailName": name, "EventSelectors": MANAGEMENT_EVENTS}
    return (
        Do(TOKYO, "cloudtrail:PutEventSelectors", selectors),
        Do(TOKYO, "cloudtrail:StartLogging", {"Name": name}),
    )


def recorders(account: str, regions: Iterable[str] = REGIONS) -> tuple[Do, ...]:
    """Config records everything, by its service-linked role."""
    linked = {"AWSServiceName": "config.amazonaws.com"}
    role = Do(TOKYO, "iam:CreateServiceLinkedRole", linked)
    return (role, *(step for region in regions for step in _recorder(account, region)))


def _recorder(account: str, region: str) -> tuple[Do, ...]:
    recorder = {
        "name": "default",
        "roleARN": f"arn:aws:iam::{account}:role/{RECORDER_ROLE}",
        "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
    }
    channel = {"name": "default", "s3BucketName": CONFIG_BUCKET}
    return (
        Do(region, "config:PutConfigurationRecorder", {"ConfigurationRecorder": recorder}),
        Do(region, "config:PutDeliveryChannel", {"DeliveryChannel": channel}),
        Do(region, "config:StartConfigurationRecorder", {"ConfigurationRecorderName": "default"}),
    )


def threat_detection(regions: Iterable[str] = REGIONS) -> tuple[Do, ...]:
    """GuardDuty with what is on by default."""
    return each(regions, "guardduty:CreateDetector", {"Enable": True})


def whole_threat_detection(regions: Iterable[str] = REGIONS) -> tuple[Do, ...]:
    """GuardDuty with runtime monitoring and its agents too."""
    agents = [
        {"Name": name, "Status": "ENABLED"}
        for name in ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")
    ]
    runtime = {"Name": "RUNTIME_MONITORING", "Status": "ENABLED", "AdditionalConfiguration": agents}
    return each(regions, "guardduty:CreateDetector", {"Enable": True, "Features": [runtime]})


def closed_defaults(account: str, regions: Iterable[str] = REGIONS) -> tuple[Do, ...]:
    """Public access to objects, snapshots and documents blocked, volumes encrypted, and no default VPC."""
    blocked = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    whole = {"AccountId": account, "PublicAccessBlockConfiguration": blocked}
    return (
        Do(TOKYO, "s3control:PutPublicAccessBlock", whole),
        *each(regions, "ec2:EnableEbsEncryptionByDefault"),
        *each(regions, "ec2:EnableSnapshotBlockPublicAccess", {"State": "block-all-sharing"}),
        *(_unshared_documents(account, region) for region in regions),
        *(step for region in regions for step in without_default_vpc(region)),
    )


def _unshared_documents(account: str, region: str) -> Do:
    setting = f"arn:aws:ssm:{region}:{account}:servicesetting/ssm/documents/console/public-sharing-permission"
    return Do(region, "ssm:UpdateServiceSetting", {"SettingId": setting, "SettingValue": "Disable"})


def without_default_vpc(region: str) -> tuple[Do, ...]:
    """The default VPC deleted, with its subnets and its internet gateway."""
    vpc = {"VpcId": Of("default-vpc", "Vpcs[0].VpcId")}
    gateway = {"InternetGatewayId": Of("default-gateway", "InternetGateways[0].InternetGatewayId")}
    return (
        Do(
            region,
            "ec2:DescribeVpcs",
            {"Filters": [{"Name": "is-default", "Values": ["true"]}]},
            "default-vpc",
        ),
        Do(region, "ec2:DescribeSubnets", {}, "default-subnets"),
        Do(region, "ec2:DescribeInternetGateways", {}, "default-gateway"),
        *(
            Do(region, "ec2:DeleteSubnet", {"SubnetId": Of("default-subnets", f"Subnets[{n}].SubnetId")})
            for n in range(DEFAULT_SUBNETS[region])
        ),
        Do(region, "ec2:DetachInternetGateway", {**gateway, **vpc}),
        Do(region, "ec2:DeleteInternetGateway", gateway),
        Do(region, "ec2:DeleteVpc", vpc),
    )


def identity(account: str) -> tuple[Do, ...]:
    """A strong password policy and a role for AWS Support."""
    role = {"RoleName": "SupportAccess", "AssumeRolePolicyDocument": account_trust(account)}
    attached = {"RoleName": "SupportAccess", "PolicyArn": "arn:aws:iam::aws:policy/AWSSupportAccess"}
    return (
        Do(TOKYO, "iam:UpdateAccountPasswordPolicy", PASSWORD_POLICY),
        Do(TOKYO, "iam:CreateRole", role),
        Do(TOKYO, "iam:AttachRolePolicy", attached),
    )


def security_contact() -> tuple[Do, ...]:
    """Whom AWS writes to when something is wrong."""
    contact = {
        "AlternateContactType": "SECURITY",
        "Name": "青木 遥 (Haruka Aoki)",
        "Title": "CSIRT",
        "EmailAddress": CSIRT,
        "PhoneNumber": "+81-3-0000-0000",
    }
    return (Do(TOKYO, "account:PutAlternateContact", contact),)


def analyzers(regions: Iterable[str] = REGIONS) -> tuple[Do, ...]:
    """Access Analyzer for external access."""
    return each(regions, "accessanalyzer:CreateAnalyzer", {"analyzerName": "external", "type": "ACCOUNT"})


def vulnerability_scans(account: str, regions: Iterable[str] = REGIONS) -> tuple[Do, ...]:
    """Inspector for instances, images and functions."""
    kinds = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]
    return each(regions, "inspector2:Enable", {"accountIds": [account], "resourceTypes": kinds})


def customer_key(keep: str, description: str, *, region: str = TOKYO) -> tuple[Do, ...]:
    """A key of the customer's own that rotates every year."""
    return (
        Do(region, "kms:CreateKey", {"Description": description}, keep),
        Do(region, "kms:EnableKeyRotation", {"KeyId": Of(keep, "KeyMetadata.KeyId")}),
    )


def alarms() -> tuple[Do, ...]:
    """Mail to the security team when the root user is used or many calls are refused."""
    group = "/aws/cloudtrail/aomine"
    mail = {"TopicArn": Of("alarm-topic", "TopicArn"), "Protocol": "email", "Endpoint": CSIRT}
    return (
        Do(TOKYO, "sns:CreateTopic", {"Name": "security-alarms"}, "alarm-topic"),
        Do(TOKYO, "sns:Subscribe", mail),
        *(
            step
            for name, pattern in (("RootUse", ROOT_USE), ("DeniedCalls", DENIED))
            for step in _alarm(group, name, pattern)
        ),
    )


def _alarm(group: str, name: str, pattern: str) -> tuple[Do, ...]:
    metric = {"metricName": name, "metricNamespace": "Security", "metricValue": "1"}
    filter_ = {"filterName": name, "filterPattern": pattern, "metricTransformations": [metric]}
    alarm = {
        "AlarmName": name,
        "AlarmActions": [Of("alarm-topic", "TopicArn")],
        "MetricName": name,
        "Namespace": "Security",
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }
    return (
        Do(TOKYO, "logs:PutMetricFilter", {"logGroupName": group, **filter_}),
        Do(TOKYO, "cloudwatch:PutMetricAlarm", alarm),
    )
