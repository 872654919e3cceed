"""Every operation that the layer adds answers in botocore's shape; what nothing implements says so."""

import json
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.handlers import json_decode_policies

from ishigaki.demo.emulator.handlers import HANDLERS
from ishigaki.demo.emulator.nothing import nothing_made
from ishigaki.demo.emulator.server import Running
from ishigaki.demo.emulator.shapes import mismatches
from tests.demo.conftest import MANAGEMENT, Aws, ask

BUCKET, TRAIL, ANALYZER = "answers-bucket", "answers-trail", "answers"
TRUST = json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}})
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


def detection(do: Script) -> None:
    """The services that watch: trails, Config, detectors, hubs, analyzers."""
    do.call("s3", "CreateBucket", Bucket=BUCKET)
    trail = do.call("cloudtrail", "CreateTrail", Name=TRAIL, S3BucketName=BUCKET)["TrailARN"]
    insights = [{"InsightType": "ApiCallRateInsight"}]
    do.call("cloudtrail", "PutInsightSelectors", TrailName=TRAIL, InsightSelectors=insights)
    do.call("cloudtrail", "StartLogging", Name=TRAIL)
    do.calls("cloudtrail", "DescribeTrails", "ListTrails")
    do.calls("cloudtrail", "GetTrail", "GetTrailStatus", Name=trail)
    do.calls("cloudtrail", "GetEventSelectors", "GetInsightSelectors", TrailName=trail)
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
    hub = ("EnableSecurityHub", "DescribeStandards", "GetEnabledStandards")
    do.calls("securityhub", *hub)
    standards = do.answers["securityhub", "DescribeStandards"][1]["Standards"]
    wanted = [{"StandardsArn": standards[-1]["StandardsArn"]}]
    on = do.call("securityhub", "BatchEnableStandards", StandardsSubscriptionRequests=wanted)
    arns = [one["StandardsSubscriptionArn"] for one in on["StandardsSubscriptions"]]
    do.call("securityhub", "BatchDisableStandards", StandardsSubscriptionArns=arns)
    aggregator = do.call("securityhub", "CreateFindingAggregator", RegionLinkingMode="ALL_REGIONS")
    arn = aggregator["FindingAggregatorArn"]
    do.call("securityhub", "GetFindingAggregator", FindingAggregatorArn=arn)
    do.calls("securityhub", "ListFindingAggregators", "DisableSecurityHub")
    do.call("accessanalyzer", "CreateAnalyzer", analyzerName=ANALYZER, type="ACCOUNT")
    do.call("accessanalyzer", "ListAnalyzers")
    do.calls("accessanalyzer", "GetAnalyzer", "DeleteAnalyzer", analyzerName=ANALYZER)
    do.calls("inspector2", "Enable", "Disable", resourceTypes=["EC2"])
    do.call("inspector2", "BatchGetAccountStatus")
    do.calls("macie2", "EnableMacie", "UpdateMacieSession", "GetMacieSession")
    do.call("macie2", "UpdateAutomatedDiscoveryConfiguration", status="ENABLED")
    do.calls("macie2", "GetAutomatedDiscoveryConfiguration", "DisableMacie")


def settings(do: Script) -> None:
    """EC2's, S3's and Systems Manager's settings, and the single corrections."""
    key = do.call("kms", "CreateKey")["KeyMetadata"]["KeyId"]
    do.call("kms", "GetKeyPolicy", KeyId=key)
    do.call("kms", "ListAliases")
    do.call("ec2", "ModifyInstanceMetadataDefaults", HttpTokens="required")
    do.call("ec2", "ModifyVpcBlockPublicAccessOptions", InternetGatewayBlockMode="block-ingress")
    do.call("ec2", "EnableSnapshotBlockPublicAccess", State="block-all-sharing")
    new = "block-new-sharing"
    do.call("ec2", "EnableImageBlockPublicAccess", ImageBlockPublicAccessState=new)
    do.call("ec2", "EnableAllowedImagesSettings", AllowedImagesSettingsState="enabled")
    plain = [op for service, op in HANDLERS if service == "ec2" and ("ec2", op) not in do.answers]
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
    topic = do.call("sns", "CreateTopic", Name="topic")["TopicArn"]
    do.call("sns", "GetTopicAttributes", TopicArn=topic)
    do.call("ecs", "DescribeCapacityProviders")


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
    do.call("sagemaker", "ListFeatureGroups")
    tools = [op for service, op in HANDLERS if service == "bedrock-agentcore-control"]
    do.calls("bedrock-agentcore-control", *tools)


@pytest.fixture(scope="module")
def answers(running: Running, clients: Aws) -> Answers:
    """What every handler answered, in one account, one after the other."""
    ask(running.url, "POST", "reset")
    do = Script(clients)
    events = clients.client(
        "iam"
    ).meta.events  # botocore unpacks policies; here the wire's own form is wanted
    events.unregister("after-call.iam", json_decode_policies)
    for part in (identity, detection, settings, listings):
        part(do)
    events.register("after-call.iam", json_decode_policies)
    return do.answers


@pytest.mark.parametrize("named", sorted(HANDLERS), ids="{0[0]}:{0[1]}".format)
def test_every_handler_answers_in_botocores_shape(answers: Answers, named: tuple[str, str]) -> None:
    shape, answer = answers[named]
    assert answer == {} if shape is None else not list(mismatches(answer, shape))


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
