"""What is set is read back, service by service."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.conftest import MANAGEMENT, Aws, Control

SHARING = "/ssm/documents/console/public-sharing-permission"


def test_ec2_settings_are_switched_and_switched_back(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    ec2.enable_snapshot_block_public_access(State="block-new-sharing")
    assert ec2.get_snapshot_block_public_access_state()["State"] == "block-new-sharing"
    ec2.disable_snapshot_block_public_access()
    assert ec2.get_snapshot_block_public_access_state()["State"] == "unblocked"
    ec2.disable_image_block_public_access()
    assert ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "unblocked"
    ec2.enable_serial_console_access()
    assert ec2.get_serial_console_access_status()["SerialConsoleAccessEnabled"] is True
    ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-ingress")
    options = ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert options["InternetGatewayBlockMode"] == "block-ingress"
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        ec2.enable_snapshot_block_public_access(State="unblocked")


def test_instance_metadata_defaults_change_only_what_is_given(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=2)
    ec2.modify_instance_metadata_defaults(HttpPutResponseHopLimit=-1)
    level = ec2.get_instance_metadata_defaults()["AccountLevel"]
    assert level == {"HttpTokens": "required", "ManagedBy": "account"}


def test_the_default_key_of_ebs_is_chosen_and_reset(aws: Aws) -> None:
    ec2, key = aws.client("ec2"), aws.client("kms").create_key()["KeyMetadata"]
    ec2.modify_ebs_default_kms_key_id(KmsKeyId=key["KeyId"])
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == key["Arn"]
    ec2.reset_ebs_default_kms_key_id()
    assert ec2.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"


def features(aws: Aws, detector: str) -> dict[str, str]:
    """A detector's features and their state."""
    answer = aws.client("guardduty").get_detector(DetectorId=detector)
    return {feature["Name"]: feature["Status"] for feature in answer["Features"]}


def test_a_detector_has_features(aws: Aws) -> None:
    guardduty = aws.client("guardduty")
    off = [{"Name": "RDS_LOGIN_EVENTS", "Status": "DISABLED"}]
    detector = guardduty.create_detector(Enable=True, Features=off)["DetectorId"]
    found = features(aws, detector)
    assert (found["S3_DATA_EVENTS"], found["RDS_LOGIN_EVENTS"]) == ("ENABLED", "DISABLED")
    assert (found["RUNTIME_MONITORING"], found["CLOUD_TRAIL"]) == ("DISABLED", "ENABLED")
    agent = [{"Name": "EC2_AGENT_MANAGEMENT", "Status": "ENABLED"}]
    on = {"Name": "RUNTIME_MONITORING", "Status": "ENABLED", "AdditionalConfiguration": agent}
    guardduty.update_detector(DetectorId=detector, Features=[on])
    answer = guardduty.get_detector(DetectorId=detector)
    runtime = next(f for f in answer["Features"] if f["Name"] == "RUNTIME_MONITORING")
    agents = {part["Name"]: part["Status"] for part in runtime["AdditionalConfiguration"]}
    assert (runtime["Status"], agents["EC2_AGENT_MANAGEMENT"]) == ("ENABLED", "ENABLED")
    assert agents["EKS_ADDON_MANAGEMENT"] == "DISABLED"
    with pytest.raises(ClientError, match="already exists"):
        guardduty.create_detector(Enable=True)
    with pytest.raises(ClientError, match="not owned"):
        guardduty.get_detector(DetectorId="0" * 32)


def test_standards_are_enabled_and_disabled(aws: Aws) -> None:
    hub = aws.client("securityhub")
    hub.enable_security_hub(EnableDefaultStandards=False)
    assert hub.get_enabled_standards()["StandardsSubscriptions"] == []
    arn = "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"
    hub.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": arn}])
    (new,) = hub.get_enabled_standards()["StandardsSubscriptions"]
    (on,) = hub.get_enabled_standards()["StandardsSubscriptions"]
    assert (new["StandardsStatus"], new["StandardsControlsUpdatable"]) == ("PENDING", "NOT_READY_FOR_UPDATES")
    assert (on["StandardsArn"], on["StandardsStatus"]) == (arn, "READY")
    hub.batch_disable_standards(StandardsSubscriptionArns=[on["StandardsSubscriptionArn"]])
    assert hub.get_enabled_standards()["StandardsSubscriptions"] == []
    with pytest.raises(ClientError, match="InvalidInput"):
        hub.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": arn + "x"}])


def test_findings_are_aggregated_in_one_region(aws: Aws) -> None:
    hub, elsewhere = aws.client("securityhub"), aws.client("securityhub", region="eu-west-1")
    with pytest.raises(ClientError, match="InvalidAccess"):
        hub.list_finding_aggregators()
    hub.enable_security_hub()
    elsewhere.enable_security_hub()
    assert hub.list_finding_aggregators()["FindingAggregators"] == []
    for mode, named in (("SPECIFIED_REGIONS", {}), ("ALL_REGIONS", {"Regions": ["eu-west-1"]}), ("SOME", {})):
        with pytest.raises(ClientError, match="InvalidInput"):
            hub.create_finding_aggregator(RegionLinkingMode=mode, **named)
    linked: Any = {"RegionLinkingMode": "SPECIFIED_REGIONS", "Regions": ["eu-west-1"]}
    arn = hub.create_finding_aggregator(**linked)["FindingAggregatorArn"]
    for anywhere in (hub, elsewhere):
        assert anywhere.list_finding_aggregators()["FindingAggregators"] == [{"FindingAggregatorArn": arn}]
        found = anywhere.get_finding_aggregator(FindingAggregatorArn=arn)
        assert found | linked == found
        assert found["FindingAggregationRegion"] == "us-east-1"
    with pytest.raises(ClientError, match="LimitExceeded"):
        elsewhere.create_finding_aggregator(RegionLinkingMode="ALL_REGIONS")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        hub.get_finding_aggregator(FindingAggregatorArn=arn + "0")
    hub.disable_security_hub()
    assert elsewhere.list_finding_aggregators()["FindingAggregators"] == []


@pytest.mark.parametrize("protocol", ["HTTP", "Firehose", "Lambda", "Application", "SQS"])
def test_a_topics_delivery_status_logging_is_given_back(aws: Aws, protocol: str) -> None:
    sns = aws.client("sns")
    role, failed = f"{protocol}SuccessFeedbackRoleArn", f"{protocol}FailureFeedbackRoleArn"
    rate, log = f"{protocol}SuccessFeedbackSampleRate", f"arn:aws:iam::{MANAGEMENT}:role/log"
    topic = sns.create_topic(Name="topic", Attributes={role: log})["TopicArn"]
    for name, value in ((rate, "50"), (failed, log), ("TracingConfig", "Active")):
        sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=value)
    kept = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert {name: value for name, value in kept.items() if "Feedback" in name or name == "TracingConfig"} == {
        role: log,
        rate: "50",
        failed: log,
        "TracingConfig": "Active",
    }
    sns.set_topic_attributes(TopicArn=topic, AttributeName=role, AttributeValue="")
    assert role not in sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert "DeliveryPolicy" not in kept


def test_nobody_is_a_member_of_a_detector(aws: Aws) -> None:
    guardduty = aws.client("guardduty")
    named: Any = {"DetectorId": guardduty.create_detector(Enable=True)["DetectorId"]}
    answer = guardduty.get_member_detectors(**named, AccountIds=["222222222222"])
    assert answer["MemberDataSourceConfigurations"] == []
    assert [account["AccountId"] for account in answer["UnprocessedAccounts"]] == ["222222222222"]


def test_node_groups_are_those_of_a_cluster_that_exists(aws: Aws) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        aws.client("eks").list_nodegroups(clusterName="none")


def test_macie_and_its_discovery_are_switched(aws: Aws) -> None:
    macie = aws.client("macie2")
    macie.enable_macie()
    assert macie.get_macie_session()["status"] == "ENABLED"
    macie.update_automated_discovery_configuration(status="ENABLED")
    assert macie.get_automated_discovery_configuration()["status"] == "ENABLED"
    macie.disable_macie()
    with pytest.raises(ClientError, match="Macie is not enabled"):
        macie.get_automated_discovery_configuration()


def test_inspector_scans_what_is_enabled_here(aws: Aws) -> None:
    inspector = aws.client("inspector2")
    inspector.enable(resourceTypes=["EC2", "ECR"])
    inspector.disable(resourceTypes=["ECR"])
    (status,) = inspector.batch_get_account_status(accountIds=[MANAGEMENT])["accounts"]
    states = {name: part["status"] for name, part in status["resourceState"].items()}
    assert (states["ec2"], states["ecr"], status["state"]["status"]) == ("ENABLED", "DISABLED", "ENABLED")
    (elsewhere,) = aws.client("inspector2", region="eu-west-1").batch_get_account_status()["accounts"]
    assert elsewhere["state"]["status"] == "DISABLED"
    refused = inspector.batch_get_account_status(accountIds=["222222222222"])["failedAccounts"]
    assert [one["errorCode"] for one in refused] == ["ACCESS_DENIED"]


def test_an_analyzer_is_made_once(aws: Aws) -> None:
    analyzer = aws.client("accessanalyzer")
    analyzer.create_analyzer(analyzerName="one", type="ACCOUNT")
    analyzer.create_analyzer(analyzerName="two", type="ACCOUNT_UNUSED_ACCESS")
    with pytest.raises(ClientError, match="Conflict"):
        analyzer.create_analyzer(analyzerName="one", type="ACCOUNT_UNUSED_ACCESS")
    with pytest.raises(ClientError, match="Quota"):
        analyzer.create_analyzer(analyzerName="three", type="ACCOUNT")
    found = analyzer.list_analyzers(type="ACCOUNT")["analyzers"]
    assert [(one["name"], one["status"]) for one in found] == [("one", "ACTIVE")]


def test_a_running_recorder_delivers(aws: Aws) -> None:
    config = aws.client("config")
    aws.log_bucket("config-bucket", "config")
    role = f"arn:aws:iam::{MANAGEMENT}:role/config"
    group, mode = {"allSupported": True}, {"recordingFrequency": "DAILY"}
    recorder = {"name": "default", "roleARN": role, "recordingGroup": group, "recordingMode": mode}
    config.put_configuration_recorder(ConfigurationRecorder=recorder)
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "config-bucket"})
    (status,) = config.describe_delivery_channel_status()["DeliveryChannelsStatus"]
    assert status["configStreamDeliveryInfo"]["lastStatus"] == "Not_Applicable"
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    (running,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert (running["recording"], running["lastStatus"]) == (True, "SUCCESS")
    (status,) = config.describe_delivery_channel_status()["DeliveryChannelsStatus"]
    assert status["configStreamDeliveryInfo"]["lastStatus"] == "Success"
    (kept,) = config.describe_configuration_recorders()["ConfigurationRecorders"]
    assert kept["recordingMode"]["recordingFrequency"] == "DAILY"


def attributes(aws: Aws, kind: str) -> dict[str, str]:
    """A new load balancer's attributes."""
    subnets = [subnet["SubnetId"] for subnet in aws.client("ec2").describe_subnets()["Subnets"][:2]]
    elb = aws.client("elbv2")
    (made,) = elb.create_load_balancer(Name=kind, Type=kind, Subnets=subnets)["LoadBalancers"]
    drop = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=made["LoadBalancerArn"], Attributes=drop)
    answer = elb.describe_load_balancer_attributes(LoadBalancerArn=made["LoadBalancerArn"])
    return {item["Key"]: item["Value"] for item in answer["Attributes"]}


def test_load_balancers_have_all_their_attributes(aws: Aws) -> None:
    application, network = attributes(aws, "application"), attributes(aws, "network")
    assert application["access_logs.s3.enabled"] == network["access_logs.s3.enabled"] == "false"
    assert application["routing.http.drop_invalid_header_fields.enabled"] == "false"
    assert application["routing.http.desync_mitigation_mode"] == "defensive"
    assert "routing.http.desync_mitigation_mode" not in network
    cross_zone = "load_balancing.cross_zone.enabled"
    assert (application[cross_zone], network[cross_zone]) == ("true", "false")
    assert application["deletion_protection.enabled"] == network["deletion_protection.enabled"] == "true"


def test_a_classic_load_balancer_has_its_desync_mode(aws: Aws) -> None:
    elb, named = aws.client("elb"), {"LoadBalancerName": "classic"}
    with pytest.raises(ClientError, match="LoadBalancerNotFound"):
        elb.describe_load_balancer_attributes(**named)
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    elb.create_load_balancer(**named, Listeners=[listener], AvailabilityZones=["us-east-1a"])
    found = elb.describe_load_balancer_attributes(**named)["LoadBalancerAttributes"]
    mode = {"Key": "elb.http.desyncmitigationmode", "Value": "defensive"}
    assert found["AdditionalAttributes"] == [mode]
    assert found["AccessLog"]["Enabled"] is False
    stricter = {"AdditionalAttributes": [{**mode, "Value": "strictest"}]}
    elb.modify_load_balancer_attributes(**named, LoadBalancerAttributes=stricter)
    found = elb.describe_load_balancer_attributes(**named)["LoadBalancerAttributes"]
    assert found["AdditionalAttributes"] == [{**mode, "Value": "strictest"}]


def test_aws_own_capacity_providers_are_there(aws: Aws) -> None:
    ecs = aws.client("ecs")
    names = [provider["name"] for provider in ecs.describe_capacity_providers()["capacityProviders"]]
    assert names == ["FARGATE", "FARGATE_SPOT"]
    answer = ecs.describe_capacity_providers(capacityProviders=["FARGATE", "none"])
    assert [provider["name"] for provider in answer["capacityProviders"]] == ["FARGATE"]
    assert [failure["reason"] for failure in answer["failures"]] == ["MISSING"]


def test_a_service_setting_is_customized_and_reset(aws: Aws) -> None:
    ssm = aws.client("ssm")
    assert ssm.get_service_setting(SettingId=SHARING)["ServiceSetting"]["SettingValue"] == "Enable"
    ssm.update_service_setting(SettingId=SHARING, SettingValue="Disable")
    setting = ssm.get_service_setting(SettingId=SHARING)["ServiceSetting"]
    assert (setting["SettingValue"], setting["Status"]) == ("Disable", "Customized")
    assert ssm.get_service_setting(SettingId=setting["ARN"])["ServiceSetting"] == setting
    assert ssm.reset_service_setting(SettingId=SHARING)["ServiceSetting"]["Status"] == "Default"
    with pytest.raises(ClientError, match="ServiceSettingNotFound"):
        ssm.get_service_setting(SettingId="/ssm/no/such")


def test_agents_are_registered_and_report_compliance(aws: Aws, control: Control) -> None:
    ssm = aws.client("ssm")
    assert ssm.describe_instance_information()["InstanceInformationList"] == []
    where = {"account": MANAGEMENT, "region": "us-east-1"}
    instances = [{"InstanceId": "i-1"}, {"InstanceId": "i-2", "PingStatus": "ConnectionLost"}]
    control("PUT", "managed-instances", {**where, "instances": instances})
    online: Any = [{"Key": "PingStatus", "Values": ["Online"]}]
    found = ssm.describe_instance_information(Filters=online)["InstanceInformationList"]
    assert [instance["InstanceId"] for instance in found] == ["i-1"]
    ssm.put_compliance_items(
        ResourceId="i-1",
        ResourceType="ManagedInstance",
        ComplianceType="Patch",
        ExecutionSummary={"ExecutionTime": "2026-01-01T00:00:00Z"},
        Items=[
            {"Id": "1", "Severity": "LOW", "Status": "NON_COMPLIANT"},
            {"Id": "2", "Severity": "HIGH", "Status": "NON_COMPLIANT"},
            {"Id": "3", "Severity": "CRITICAL", "Status": "COMPLIANT"},
        ],
    )
    patch: Any = [{"Key": "ComplianceType", "Values": ["Patch"]}]
    (row,) = ssm.list_resource_compliance_summaries(Filters=patch)["ResourceComplianceSummaryItems"]
    assert (row["Status"], row["OverallSeverity"]) == ("NON_COMPLIANT", "HIGH")
    assert row["NonCompliantSummary"]["NonCompliantCount"] == 2
    assert len(ssm.list_compliance_items(ResourceIds=["i-1"])["ComplianceItems"]) == 3
    assert ssm.list_compliance_items(ResourceIds=["i-2"])["ComplianceItems"] == []


def test_a_trail_that_logs_delivers(aws: Aws) -> None:
    aws.log_bucket("trail-bucket", "cloudtrail")
    trails = aws.client("cloudtrail")
    trails.create_trail(Name="trail", S3BucketName="trail-bucket")
    assert trails.get_trail_status(Name="trail")["IsLogging"] is False
    assert "LatestDeliveryTime" not in trails.get_trail_status(Name="trail")
    trails.start_logging(Name="trail")
    assert "LatestDeliveryTime" in trails.get_trail_status(Name="trail")
    assert "LatestCloudWatchLogsDeliveryTime" not in trails.get_trail_status(Name="trail")
    trails.stop_logging(Name="trail")
    assert "StopLoggingTime" in trails.get_trail_status(Name="trail")
    with pytest.raises(ClientError, match="InsightNotEnabled"):
        trails.get_insight_selectors(TrailName="trail")
    writes = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": False}]
    trails.put_event_selectors(TrailName="trail", EventSelectors=writes)
    (selector,) = trails.get_event_selectors(TrailName="trail")["EventSelectors"]
    assert selector["ReadWriteType"] == "WriteOnly"
    assert trails.describe_trails()["trailList"][0]["HasCustomEventSelectors"] is True


def test_an_alternate_contact_is_absent_until_it_is_put(aws: Aws) -> None:
    account = aws.client("account")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        account.get_alternate_contact(AlternateContactType="SECURITY")
    contact = {"EmailAddress": "a@example.com", "Name": "A", "PhoneNumber": "1", "Title": "T"}
    account.put_alternate_contact(AlternateContactType="SECURITY", **contact)
    assert account.get_alternate_contact(AlternateContactType="SECURITY")["AlternateContact"]["Name"] == "A"


def test_a_keys_policy_is_read_without_naming_it(aws: Aws) -> None:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert kms.get_key_policy(KeyId=key) | {"ResponseMetadata": {}} == {
        **kms.get_key_policy(KeyId=key, PolicyName="default"),
        "ResponseMetadata": {},
    }


def test_a_bucket_tells_eventbridge_when_it_is_told_to(aws: Aws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="noisy-bucket")
    named: Any = {"Bucket": "noisy-bucket"}
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(**named)
    told: Any = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(**named, NotificationConfiguration=told)
    assert s3.get_bucket_notification_configuration(**named)["EventBridgeConfiguration"] == {}
    s3.put_bucket_notification_configuration(**named, NotificationConfiguration={})
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(**named)


def test_s3_controls_account_block_is_absent_until_it_is_put(aws: Aws) -> None:
    control = aws.client("s3control")
    with pytest.raises(ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        control.get_public_access_block(AccountId=MANAGEMENT)
    block = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    control.put_public_access_block(AccountId=MANAGEMENT, PublicAccessBlockConfiguration=block)
    assert control.get_public_access_block(AccountId=MANAGEMENT)["PublicAccessBlockConfiguration"] == block
    assert control.list_access_points(AccountId=MANAGEMENT)["AccessPointList"] == []
