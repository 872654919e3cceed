"""Every operation that the layer adds answers in botocore's shape."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore import xform_name
from botocore.handlers import json_decode_policies

from ishigaki.demo.emulator.handlers import HANDLERS
from ishigaki.demo.emulator.handlers.ec2 import HANDLERS as EC2_SETTINGS
from ishigaki.demo.emulator.server import Running
from ishigaki.demo.emulator.shapes import mismatches
from tests.demo.conftest import MANAGEMENT, Aws, ask
from tests.intake.hub_findings import as_written

BUCKET, TRAIL, ANALYZER = "answers-bucket", "answers-trail", "answers"
TRUST = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}})
DELIVERY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/*",
        },
    }
)
POLICY = "arn:aws:iam::aws:policy/AWSSupportAccess"
PUBLIC_SHARING = "/ssm/documents/console/public-sharing-permission"
Answers = dict[tuple[str, str], tuple[Any, dict[str, Any]]]


class Script:
    """Calls in their order, each answer kept."""

    def __init__(self, aws: Aws) -> None:
        self.aws, self.answers = aws, Answers()

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """One call; its answer under its name."""
        client = self.aws.client(service)
        answer: dict[str, Any] = getattr(client, xform_name(operation))(**params)
        answer.pop("ResponseMetadata")
        shape = client.meta.service_model.operation_model(operation).output_shape
        self.answers[service, operation] = (shape, answer)
        return answer

    def calls(self, service: str, *operations: str, **params: Any) -> None:
        """Several calls of one service with the same parameters."""
        for operation in operations:
            self.call(service, operation, **params)


def identity(do: Script) -> None:
    """IAM, STS, Organizations and the account itself."""
    do.call("iam", "CreateUser", UserName="alice")
    for change in ("CreateLoginProfile", "UpdateLoginProfile"):
        do.call("iam", change, UserName="alice", Password="Some-Password-1", PasswordResetRequired=True)
    do.calls("iam", "GetLoginProfile", "DeleteLoginProfile", UserName="alice")
    do.calls("iam", "GenerateCredentialReport", "GetCredentialReport", "GetAccountSummary")
    do.calls("iam", "GetAccountAuthorizationDetails", "ListVirtualMFADevices")
    do.call("iam", "CreateRole", RoleName="role", AssumeRolePolicyDocument=TRUST)
    do.call("iam", "CreateGroup", GroupName="group")
    do.call("iam", "AttachRolePolicy", RoleName="role", PolicyArn=POLICY)
    do.call("iam", "AttachUserPolicy", UserName="alice", PolicyArn=POLICY)
    do.call("iam", "AttachGroupPolicy", GroupName="group", PolicyArn=POLICY)
    do.calls("iam", "GetPolicy", "ListEntitiesForPolicy", "ListPolicyVersions", PolicyArn=POLICY)
    do.call("iam", "PutRolePermissionsBoundary", RoleName="role", PermissionsBoundary=POLICY)
    do.call("iam", "PutUserPermissionsBoundary", UserName="alice", PermissionsBoundary=POLICY)
    do.call("iam", "DeleteUserPermissionsBoundary", UserName="alice")
    do.call(
        "iam", "DeleteGroup", GroupName=do.call("iam", "CreateGroup", GroupName="gone")["Group"]["GroupName"]
    )
    do.call("iam", "CreateRole", RoleName="gone", AssumeRolePolicyDocument=TRUST)
    do.call("iam", "DeleteRole", RoleName="gone")
    linked = do.call("iam", "CreateServiceLinkedRole", AWSServiceName="config.amazonaws.com")["Role"]
    task = do.call("iam", "DeleteServiceLinkedRole", RoleName=linked["RoleName"])
    do.call("iam", "GetServiceLinkedRoleDeletionStatus", **task)
    do.call("iam", "UpdateAccountPasswordPolicy", MinimumPasswordLength=14)
    do.call("iam", "GetAccountPasswordPolicy")
    version = do.answers["iam", "GetPolicy"][1]["Policy"]["DefaultVersionId"]
    do.call("iam", "GetPolicyVersion", PolicyArn=POLICY, VersionId=version)
    do.call("iam", "ListPolicies", Scope="Local")
    do.call("sts", "GetCallerIdentity")
    do.call("sts", "AssumeRole", RoleArn=f"arn:aws:iam::{MANAGEMENT}:role/role", RoleSessionName="test")
    do.call("organizations", "CreateOrganization", FeatureSet="ALL")
    made = do.call("organizations", "CreateAccount", Email="a@example.com", AccountName="a")
    do.call("organizations", "CloseAccount", AccountId=made["CreateAccountStatus"]["AccountId"])
    do.calls("account", "EnableRegion", "GetRegionOptStatus", "DisableRegion", RegionName="me-south-1")
    do.call("account", "ListRegions")
    contact = {"AddressLine1": "1", "City": "Kyoto", "CountryCode": "JP", "FullName": "A", "PhoneNumber": "1"}
    do.call("account", "PutContactInformation", ContactInformation={**contact, "PostalCode": "600"})
    do.call("account", "GetContactInformation")
    alternate = {"AlternateContactType": "SECURITY", "EmailAddress": "a@example.com", "Name": "A"}
    do.call("account", "PutAlternateContact", **alternate, PhoneNumber="1", Title="T")
    do.call("account", "DeleteAlternateContact", AlternateContactType="SECURITY")


def detection(do: Script) -> None:
    """The services that watch: trails, Config, detectors, hubs, analyzers."""
    do.call("s3", "CreateBucket", Bucket=BUCKET)
    do.call("s3", "PutBucketPolicy", Bucket=BUCKET, Policy=DELIVERY)
    trail = do.call("cloudtrail", "CreateTrail", Name=TRAIL, S3BucketName=BUCKET)["TrailARN"]
    insights = [{"InsightType": "ApiCallRateInsight"}]
    do.call("cloudtrail", "PutInsightSelectors", TrailName=TRAIL, InsightSelectors=insights)
    do.calls("cloudtrail", "StartLogging", "UpdateTrail", Name=TRAIL)
    everything = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]
    do.call("cloudtrail", "PutEventSelectors", TrailName=TRAIL, EventSelectors=everything)
    do.calls("cloudtrail", "DescribeTrails", "ListTrails", "LookupEvents")
    do.calls("cloudtrail", "GetTrail", "GetTrailStatus", Name=trail)
    do.calls("cloudtrail", "GetEventSelectors", "GetInsightSelectors", TrailName=trail)
    do.calls("cloudtrail", "StopLogging", "DeleteTrail", Name=TRAIL)
    role = f"arn:aws:iam::{MANAGEMENT}:role/config"
    recorder = {"name": "default", "roleARN": role, "recordingGroup": {"allSupported": True}}
    do.call("config", "PutConfigurationRecorder", ConfigurationRecorder=recorder)
    do.call("config", "PutDeliveryChannel", DeliveryChannel={"name": "default", "s3BucketName": BUCKET})
    recorders = ("DescribeConfigurationRecorders", "ListConfigurationRecorders")
    do.calls("config", *recorders, "DescribeConfigurationRecorderStatus")
    do.call("config", "DescribeDeliveryChannelStatus")
    detector = do.call("guardduty", "CreateDetector", Enable=True)["DetectorId"]
    reads = ("GetDetector", "ListFilters", "ListMembers", "GetAdministratorAccount", "GetMasterAccount")
    do.calls("guardduty", "UpdateDetector", *reads, DetectorId=detector)
    do.call("guardduty", "GetMemberDetectors", DetectorId=detector, AccountIds=["222222222222"])
    threats(do, detector)
    do.call("guardduty", "DeleteDetector", DetectorId=detector)
    watch_by_hub(do)
    do.call("accessanalyzer", "CreateAnalyzer", analyzerName=ANALYZER, type="ACCOUNT")
    do.call("accessanalyzer", "ListAnalyzers")
    analyzer = f"arn:aws:access-analyzer:us-east-1:{MANAGEMENT}:analyzer/{ANALYZER}"
    do.call("accessanalyzer", "ListFindingsV2", analyzerArn=analyzer)
    do.calls("accessanalyzer", "GetAnalyzer", "DeleteAnalyzer", analyzerName=ANALYZER)
    do.calls("inspector2", "Enable", "Disable", resourceTypes=["EC2"])
    do.call("inspector2", "BatchGetAccountStatus")
    do.call("inspector2", "EnableDelegatedAdminAccount", delegatedAdminAccountId=MANAGEMENT)
    do.call("inspector2", "GetDelegatedAdminAccount")
    do.calls("macie2", "EnableMacie", "UpdateMacieSession", "GetMacieSession")
    do.call("macie2", "UpdateAutomatedDiscoveryConfiguration", status="ENABLED")
    do.calls("macie2", "GetAutomatedDiscoveryConfiguration", "DisableMacie")


def threats(do: Script, detector: str) -> None:
    """What GuardDuty found, and whether an event meets a pattern."""
    do.call("guardduty", "CreateSampleFindings", DetectorId=detector)
    ids = do.call("guardduty", "ListFindings", DetectorId=detector)["FindingIds"]
    do.call("guardduty", "GetFindings", DetectorId=detector, FindingIds=ids)
    do.calls("guardduty", "ArchiveFindings", "UnarchiveFindings", DetectorId=detector, FindingIds=ids)
    event: dict[str, Any] = dict.fromkeys(
        ("id", "account", "source", "time", "region", "detail-type"), "x"
    ) | {"resources": []}
    pattern = json.dumps({"source": ["x"]})
    do.call("events", "TestEventPattern", EventPattern=pattern, Event=json.dumps(event))


def watch_by_hub(do: Script) -> None:
    """Security Hub: standards, controls, the aggregator."""
    hub = ("EnableSecurityHub", "DescribeHub", "DescribeStandards", "UpdateSecurityHubConfiguration")
    do.calls("securityhub", *hub)
    standards = do.answers["securityhub", "DescribeStandards"][1]["Standards"]
    wanted = [{"StandardsArn": standards[0]["StandardsArn"]}]
    on = do.call("securityhub", "BatchEnableStandards", StandardsSubscriptionRequests=wanted)
    arns = [one["StandardsSubscriptionArn"] for one in on["StandardsSubscriptions"]]
    do.call("securityhub", "GetEnabledStandards")
    do.call("securityhub", "DescribeStandardsControls", StandardsSubscriptionArn=arns[0])
    off = {**wanted[0], "SecurityControlId": "IAM.6", "AssociationStatus": "DISABLED"}
    updates = {"StandardsControlAssociationUpdates": [off]}
    do.call("securityhub", "BatchUpdateStandardsControlAssociations", **updates)
    do.call("securityhub", "ListSecurityControlDefinitions")
    longer = {"MaxPasswordAge": {"ValueType": "CUSTOM", "Value": {"Integer": 90}}}
    do.call("securityhub", "UpdateSecurityControl", SecurityControlId="IAM.7", Parameters=longer)
    do.call("securityhub", "BatchGetSecurityControls", SecurityControlIds=["IAM.7"])
    admin = {"AdminAccountId": MANAGEMENT}
    do.call("securityhub", "EnableOrganizationAdminAccount", **admin)
    do.call("securityhub", "DescribeOrganizationConfiguration")
    do.call("securityhub", "BatchDisableStandards", StandardsSubscriptionArns=arns)
    aggregator = do.call("securityhub", "CreateFindingAggregator", RegionLinkingMode="ALL_REGIONS")
    arn = aggregator["FindingAggregatorArn"]
    do.call("securityhub", "GetFindingAggregator", FindingAggregatorArn=arn)
    product = f"arn:aws:securityhub:us-east-1:{MANAGEMENT}:product/{MANAGEMENT}/default"
    of: dict[str, Any] = {
        "account": MANAGEMENT,
        "region": "us-east-1",
        "resource": ("AwsS3Bucket", f"arn:aws:s3:::{BUCKET}"),
    }
    found = {**as_written("S3.8", **of, status="FAILED", at=datetime.now(UTC)), "ProductArn": product}
    do.call("securityhub", "BatchImportFindings", Findings=[found])
    one = {"Id": found["Id"], "ProductArn": product}
    told = {"Note": {"Text": "told", "UpdatedBy": "ishigaki"}, "Workflow": {"Status": "NOTIFIED"}}
    do.call("securityhub", "BatchUpdateFindings", FindingIdentifiers=[one], **told)
    do.call("securityhub", "GetFindingHistory", FindingIdentifier=one)
    do.calls("securityhub", "GetFindings", "GetAdministratorAccount")
    do.calls("securityhub", "ListFindingAggregators", "DisableSecurityHub")


def settings(do: Script) -> None:
    """EC2's, S3's and Systems Manager's settings, and the single corrections."""
    key = do.call("kms", "CreateKey")["KeyMetadata"]["KeyId"]
    do.call("kms", "GetKeyPolicy", KeyId=key)
    do.call("kms", "ListAliases")
    do.call("kms", "CreateAlias", AliasName="alias/answers", TargetKeyId=key)
    do.call("kms", "TagResource", KeyId=key, Tags=[{"TagKey": "a", "TagValue": "b"}])
    do.call("kms", "UntagResource", KeyId=key, TagKeys=["a"])
    do.call("kms", "PutKeyPolicy", KeyId=key, Policy=do.answers["kms", "GetKeyPolicy"][1]["Policy"])
    do.calls("kms", "EnableKeyRotation", "GetKeyRotationStatus", "DisableKeyRotation", KeyId=key)
    do.calls("kms", "DisableKey", "EnableKey", "ScheduleKeyDeletion", "CancelKeyDeletion", KeyId=key)
    logs(do)
    networks(do)
    money(do)
    do.call("ec2", "ModifyInstanceMetadataDefaults", HttpTokens="required")
    do.call("ec2", "ModifyVpcBlockPublicAccessOptions", InternetGatewayBlockMode="block-ingress")
    do.call("ec2", "EnableSnapshotBlockPublicAccess", State="block-all-sharing")
    new = "block-new-sharing"
    do.call("ec2", "EnableImageBlockPublicAccess", ImageBlockPublicAccessState=new)
    do.call("ec2", "EnableAllowedImagesSettings", AllowedImagesSettingsState="enabled")
    plain = [op for op in EC2_SETTINGS if ("ec2", op) not in do.answers]
    do.calls("ec2", *plain)
    do.calls("s3", "ListBuckets", "ListDirectoryBuckets")
    do.call("s3", "DeletePublicAccessBlock", Bucket=BUCKET)
    writer: Any = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    do.call("s3", "PutBucketOwnershipControls", Bucket=BUCKET, OwnershipControls=writer)
    do.call("s3", "PutBucketAcl", Bucket=BUCKET, ACL="private")
    do.call("s3", "PutBucketPolicy", Bucket=BUCKET, Policy=json.dumps({"Statement": []}))
    told: dict[str, Any] = {"EventBridgeConfiguration": {}}
    do.call("s3", "PutBucketNotificationConfiguration", Bucket=BUCKET, NotificationConfiguration=told)
    do.call("s3", "GetBucketNotificationConfiguration", Bucket=BUCKET)
    rule = {"Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    rules: Any = {"LifecycleConfiguration": {"Rules": [rule]}}
    do.call("s3", "PutBucketLifecycleConfiguration", Bucket=BUCKET, **rules)
    do.call("s3", "PutBucketLogging", Bucket=BUCKET, BucketLoggingStatus={})
    reads = ("GetBucketLifecycleConfiguration", "GetBucketLogging", "DeleteBucketEncryption")
    do.calls("s3", *reads, Bucket=BUCKET)
    do.call("ssm", "UpdateServiceSetting", SettingId=PUBLIC_SHARING, SettingValue="Disable")
    do.calls("ssm", "GetServiceSetting", "ResetServiceSetting", SettingId=PUBLIC_SHARING)
    report = {"ResourceId": "i-1", "ResourceType": "ManagedInstance", "ComplianceType": "Patch"}
    items = [{"Id": "1", "Severity": "HIGH", "Status": "NON_COMPLIANT"}]
    summary = {"ExecutionTime": "2026-01-01T00:00:00Z"}
    do.call("ssm", "PutComplianceItems", **report, ExecutionSummary=summary, Items=items)
    do.calls("ssm", "DescribeInstanceInformation", "ListComplianceItems", "ListResourceComplianceSummaries")
    block = {"BlockPublicSecurityGroupRules": False}
    do.call("emr", "PutBlockPublicAccessConfiguration", BlockPublicAccessConfiguration=block)
    do.call("emr", "GetBlockPublicAccessConfiguration")
    do.call("athena", "ListDataCatalogs")
    do.calls("athena", "UpdateWorkGroup", "GetWorkGroup", WorkGroup="primary")
    topic = do.call("sns", "CreateTopic", Name="topic")["TopicArn"]
    do.call("sns", "GetTopicAttributes", TopicArn=topic)
    do.call("sns", "Subscribe", TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    do.call("sns", "ListSubscriptions")
    do.call("sns", "ListSubscriptionsByTopic", TopicArn=topic)
    do.call("ecs", "DescribeCapacityProviders")
    do.call("ecs", "CreateCluster", clusterName="apps")
    insights = {"name": "containerInsights", "value": "enabled"}
    do.call("ecs", "UpdateClusterSettings", cluster="apps", settings=[insights])
    cache = {"CacheClusterId": "cache"}
    node = {"CacheNodeType": "cache.t3.micro", "NumCacheNodes": 1}
    do.call("elasticache", "CreateCacheCluster", **cache, Engine="redis", **node)
    do.call("elasticache", "ModifyCacheCluster", **cache, SnapshotRetentionLimit=1)
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    do.call("cloudformation", "CreateStack", StackName="stack", TemplateBody=template)
    protected = {"StackName": "stack", "EnableTerminationProtection": True}
    do.call("cloudformation", "UpdateTerminationProtection", **protected)


def logs(do: Script) -> None:
    """CloudWatch Logs, and a function's policy."""
    group: dict[str, Any] = {"logGroupName": "answers"}
    do.call("logs", "CreateLogGroup", **group)
    key = do.call("kms", "CreateKey")["KeyMetadata"]["Arn"]
    do.call("logs", "AssociateKmsKey", **group, kmsKeyId=key)
    do.call("logs", "DisassociateKmsKey", **group)
    do.call("logs", "PutRetentionPolicy", **group, retentionInDays=365)
    metric = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    wanted = {"filterName": "f", "filterPattern": "p", "metricTransformations": [metric]}
    do.call("logs", "PutMetricFilter", **group, **wanted)
    do.call("logs", "DeleteMetricFilter", **group, filterName="f")
    do.call("logs", "DeleteLogGroup", **group)
    code, role = {"ZipFile": empty_archive()}, f"arn:aws:iam::{MANAGEMENT}:role/role"
    runtime = {"Runtime": "python3.12", "Handler": "f.f"}
    do.call("lambda", "CreateFunction", FunctionName="f", Role=role, Code=code, **runtime)
    allow = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "*"}
    do.call("lambda", "AddPermission", FunctionName="f", **allow)


def empty_archive() -> bytes:
    """A ZIP file with nothing in it."""
    content = io.BytesIO()
    zipfile.ZipFile(content, "w").close()
    return content.getvalue()


def networks(do: Script) -> None:
    """EC2's networks, instances and snapshots."""
    subnet = do.call("ec2", "DescribeSubnets")["Subnets"][0]
    here = {"VpcId": subnet["VpcId"]}
    group = do.call("ec2", "CreateSecurityGroup", GroupName="g", Description="g", **here)["GroupId"]
    interface = {"VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.us-east-1.ec2", **here}
    made = do.call("ec2", "CreateVpcEndpoint", **interface, SubnetIds=[subnet["SubnetId"]])
    do.call("ec2", "DeleteVpcEndpoints", VpcEndpointIds=[made["VpcEndpoint"]["VpcEndpointId"]])
    do.call("ec2", "DeleteSecurityGroup", GroupId=group)
    acl = do.call("ec2", "CreateNetworkAcl", **here)["NetworkAcl"]["NetworkAclId"]
    at: dict[str, Any] = {"NetworkAclId": acl, "RuleNumber": 90, "Egress": False}
    rule = {"Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}
    do.calls("ec2", "CreateNetworkAclEntry", "ReplaceNetworkAclEntry", **at, **rule)
    do.call("ec2", "DeleteNetworkAclEntry", **at)
    flows = {"ResourceType": "VPC", "ResourceIds": [subnet["VpcId"]], "TrafficType": "ALL"}
    where = {"LogDestinationType": "s3", "LogDestination": f"arn:aws:s3:::{BUCKET}/flows/"}
    do.call("ec2", "CreateFlowLogs", **flows, **where)
    do.call("ec2", "DescribeFlowLogs")
    instance = do.call("ec2", "RunInstances", ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"][0]
    do.call("ec2", "ModifyInstanceMetadataOptions", InstanceId=instance["InstanceId"], HttpTokens="required")
    volume = do.call("ec2", "CreateVolume", AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    snapshot = do.call("ec2", "CreateSnapshot", VolumeId=volume)["SnapshotId"]
    public = {"Add": [{"Group": "all"}]}
    do.call("ec2", "DescribeSnapshots", OwnerIds=["self"])
    do.call("ec2", "ModifySnapshotAttribute", SnapshotId=snapshot, CreateVolumePermission=public)


def money(do: Script) -> None:
    """Budgets and Cost Explorer."""
    account: dict[str, Any] = {"AccountId": MANAGEMENT}
    limit = {"BudgetLimit": {"Amount": "1", "Unit": "USD"}, "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    do.call("budgets", "CreateBudget", **account, Budget={"BudgetName": "b", **limit})
    do.call("budgets", "UpdateBudget", **account, NewBudget={"BudgetName": "b", **limit})
    of = {**account, "BudgetName": "b"}
    actual = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80}
    one, two = ({"SubscriptionType": "EMAIL", "Address": f"{name}@example.com"} for name in "ab")
    do.call("budgets", "CreateNotification", **of, Notification=actual, Subscribers=[one])
    do.calls("budgets", "CreateSubscriber", "DeleteSubscriber", **of, Notification=actual, Subscriber=two)
    do.call("budgets", "DescribeSubscribersForNotification", **of, Notification=actual)
    do.call("budgets", "DescribeNotificationsForBudget", **of)
    do.call("budgets", "DescribeBudgetNotificationsForAccount", **account)
    do.call("budgets", "DeleteNotification", **of, Notification=actual)
    period = {"Start": "2026-01-01", "End": "2026-02-01"}
    do.call("ce", "GetCostAndUsage", TimePeriod=period, Granularity="DAILY", Metrics=["UnblendedCost"])
    services = {"MonitorName": "m", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    monitor = do.call("ce", "CreateAnomalyMonitor", AnomalyMonitor=services)["MonitorArn"]
    told: dict[str, Any] = {"Subscribers": [{"Type": "EMAIL", "Address": "a@example.com"}]}
    told |= {"MonitorArnList": [monitor], "SubscriptionName": "s", "Frequency": "DAILY", "Threshold": 1.0}
    made = do.call("ce", "CreateAnomalySubscription", AnomalySubscription=told)
    do.calls("ce", "GetAnomalyMonitors", "GetAnomalySubscriptions")
    do.call("ce", "GetAnomalies", DateInterval={"StartDate": "2026-01-01"})
    do.calls("ce", "UpdateAnomalySubscription", "DeleteAnomalySubscription", **made)
    do.calls("ce", "UpdateAnomalyMonitor", "DeleteAnomalyMonitor", MonitorArn=monitor)


def listings(do: Script) -> None:
    """Listings with one thing in each."""
    subnets = [subnet["SubnetId"] for subnet in do.call("ec2", "DescribeSubnets")["Subnets"][:2]]
    balancer = do.call("elbv2", "CreateLoadBalancer", Name="balancer", Subnets=subnets)["LoadBalancers"][0]
    do.call("elbv2", "DescribeLoadBalancerAttributes", LoadBalancerArn=balancer["LoadBalancerArn"])
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    classic: dict[str, Any] = {"LoadBalancerName": "classic"}
    do.call(
        "elb", "CreateLoadBalancer", **classic, Listeners=[listener], AvailabilityZones=["us-east-1a"]
    )  # fmt: skip
    do.call("elb", "DescribeLoadBalancerAttributes", **classic)
    draining = {"ConnectionDraining": {"Enabled": True, "Timeout": 60}}
    do.call("elb", "ModifyLoadBalancerAttributes", **classic, LoadBalancerAttributes=draining)
    idle = {"Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}]}
    arn = balancer["LoadBalancerArn"]
    do.call("elbv2", "ModifyLoadBalancerAttributes", LoadBalancerArn=arn, **idle)
    role = f"arn:aws:iam::{MANAGEMENT}:role/eks"
    do.call("eks", "CreateCluster", name="cluster", roleArn=role, resourcesVpcConfig={"subnetIds": subnets})
    do.call("eks", "ListNodegroups", clusterName="cluster")
    do.call("emr", "CreateSecurityConfiguration", Name="secure", SecurityConfiguration="{}")
    do.call("emr", "ListSecurityConfigurations")
    do.call("appconfig", "CreateApplication", Name="application", Description="one")
    do.call("appconfig", "ListApplications")
    matches = {"TransformType": "FIND_MATCHES", "FindMatchesParameters": {}}
    tables = [{"DatabaseName": "d", "TableName": "t"}]
    do.call("glue", "CreateMLTransform", Name="m", InputRecordTables=tables, Parameters=matches, Role="r")
    do.call("glue", "ListMLTransforms")
    named = {"RecordIdentifierFeatureName": "id", "EventTimeFeatureName": "at"}
    features = [
        {"FeatureName": "id", "FeatureType": "String"},
        {"FeatureName": "at", "FeatureType": "String"},
    ]
    do.call(
        "sagemaker", "CreateFeatureGroup", FeatureGroupName="g", **named, FeatureDefinitions=features,
        RoleArn=f"arn:aws:iam::{MANAGEMENT}:role/feature-store",
        OfflineStoreConfig={"S3StorageConfig": {"S3Uri": f"s3://{BUCKET}"}},
    )  # fmt: skip
    listed = do.call("sagemaker", "ListFeatureGroups")["FeatureGroupSummaries"]
    do.call("sagemaker", "DescribeFeatureGroup", FeatureGroupName=listed[0]["FeatureGroupArn"])
    tools = [op for service, op in HANDLERS if service == "bedrock-agentcore-control"]
    do.calls("bedrock-agentcore-control", *tools)


def directory(do: Script) -> None:
    """Credentials for single services."""
    made = do.call(
        "iam", "CreateServiceSpecificCredential", UserName="alice", ServiceName="codecommit.amazonaws.com"
    )
    id = made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    do.call("iam", "ListServiceSpecificCredentials", AllUsers=True)
    do.call("iam", "UpdateServiceSpecificCredential", ServiceSpecificCredentialId=id, Status="Inactive")
    do.call("iam", "DeleteServiceSpecificCredential", ServiceSpecificCredentialId=id)


def access(do: Script, url: str) -> None:
    """IAM Identity Center: a permission set made, changed, assigned, provisioned and taken away again."""
    center = ask(url, "PUT", "identity-center", {"account": MANAGEMENT, "region": "us-east-1"})
    store = {"IdentityStoreId": center["IdentityStoreId"]}
    group = do.aws.client("identitystore").create_group(**store, DisplayName="cloud")["GroupId"]
    instance = {"InstanceArn": center["InstanceArn"]}
    made = do.call("sso-admin", "CreatePermissionSet", **instance, Name="Admin")["PermissionSet"]
    one = {**instance, "PermissionSetArn": made["PermissionSetArn"]}
    policy = "arn:aws:iam::aws:policy/AdministratorAccess"
    do.call("sso-admin", "AttachManagedPolicyToPermissionSet", **one, ManagedPolicyArn=policy)
    do.call("sso-admin", "UpdatePermissionSet", **one, SessionDuration="PT4H")
    do.call("sso-admin", "PutInlinePolicyToPermissionSet", **one, InlinePolicy="{}")
    bound = {"ManagedPolicyArn": policy}
    do.call("sso-admin", "PutPermissionsBoundaryToPermissionSet", **one, PermissionsBoundary=bound)
    to = {"TargetId": MANAGEMENT, "TargetType": "AWS_ACCOUNT", "PrincipalType": "GROUP", "PrincipalId": group}
    for order in ("Creation", "Deletion"):
        name = f"{order.replace('Creation', 'Create').replace('Deletion', 'Delete')}AccountAssignment"
        asked = do.call("sso-admin", name, **one, **to)[f"AccountAssignment{order}Status"]["RequestId"]
        for _ in range(2):
            request = {f"AccountAssignment{order}RequestId": asked}
            do.call("sso-admin", f"DescribeAccountAssignment{order}Status", **instance, **request)
        if order == "Creation":
            do.call("sso-admin", "ListAccountAssignments", **one, AccountId=MANAGEMENT)
            do.call("sso-admin", "ListPermissionSetsProvisionedToAccount", **instance, AccountId=MANAGEMENT)
            who = {"PrincipalType": "GROUP", "PrincipalId": group}
            do.call("sso-admin", "ListAccountAssignmentsForPrincipal", **instance, **who)
            everywhere = {"TargetType": "ALL_PROVISIONED_ACCOUNTS"}
            taken = do.call("sso-admin", "ProvisionPermissionSet", **one, **everywhere)
            request = taken["PermissionSetProvisioningStatus"]["RequestId"]
            asked_for = {"ProvisionPermissionSetRequestId": request}
            for _ in range(2):
                do.call("sso-admin", "DescribePermissionSetProvisioningStatus", **instance, **asked_for)
    tagged = {**instance, "ResourceArn": made["PermissionSetArn"]}
    do.call("sso-admin", "TagResource", **tagged, Tags=[{"Key": "team", "Value": "cloud"}])
    do.call("sso-admin", "ListTagsForResource", **tagged)
    do.call("sso-admin", "UntagResource", **tagged, TagKeys=["team"])
    reads = ("ListManagedPoliciesInPermissionSet", "GetInlinePolicyForPermissionSet", "DescribePermissionSet")
    more = ("GetPermissionsBoundaryForPermissionSet", "ListAccountsForProvisionedPermissionSet")
    do.calls("sso-admin", *reads, *more, **one)
    do.calls("sso-admin", "ListPermissionSets", **instance)
    do.call("sso-admin", "ListInstances")
    own = {"CustomerManagedPolicyReference": {"Name": "own", "Path": "/"}}
    do.call("sso-admin", "AttachCustomerManagedPolicyReferenceToPermissionSet", **one, **own)
    do.call("sso-admin", "ListCustomerManagedPolicyReferencesInPermissionSet", **one)
    do.call("sso-admin", "DetachCustomerManagedPolicyReferenceFromPermissionSet", **one, **own)
    do.call("sso-admin", "DetachManagedPolicyFromPermissionSet", **one, ManagedPolicyArn=policy)
    last = ("DeleteInlinePolicyFromPermissionSet", "DeletePermissionsBoundaryFromPermissionSet")
    do.calls("sso-admin", *last, "DeletePermissionSet", **one)


@pytest.fixture(scope="module")
def answers(running: Running, clients: Aws) -> Answers:
    """What every handler answered, in one account, one after the other."""
    ask(running.url, "POST", "reset")
    do = Script(clients)
    events = clients.client(
        "iam"
    ).meta.events  # botocore unpacks policies; here the wire's own form is wanted
    events.unregister("after-call.iam", json_decode_policies)
    for part in (identity, directory, detection, settings, listings):
        part(do)
    access(do, running.url)
    events.register("after-call.iam", json_decode_policies)
    return do.answers


@pytest.mark.parametrize("named", sorted(HANDLERS), ids="{0[0]}:{0[1]}".format)
def test_every_handler_answers_in_botocores_shape(answers: Answers, named: tuple[str, str]) -> None:
    shape, answer = answers[named]
    assert answer == {} if shape is None else not list(mismatches(answer, shape))
