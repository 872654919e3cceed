"""Networks, instances and load balancers: what is written is read back, and undone exactly."""

from typing import Any

from tests.demo.conftest import MANAGEMENT, Aws, refused

ANYBODY: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}


def test_rules_of_a_security_group_come_back_with_their_descriptions(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    entries = {"MaxEntries": 1, "AddressFamily": "IPv4"}
    prefixes = ec2.create_managed_prefix_list(PrefixListName="office", **entries)["PrefixList"][
        "PrefixListId"
    ]
    (group,) = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"]
    itself = group["GroupId"]
    sources = {
        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}],
        "PrefixListIds": [{"PrefixListId": prefixes, "Description": "office"}],
        "UserIdGroupPairs": [{"GroupId": itself, "UserId": MANAGEMENT, "Description": "itself"}],
    }
    ec2.authorize_security_group_ingress(GroupId=itself, IpPermissions=[{**ANYBODY, **sources}])

    def shown() -> dict[str, Any]:
        (found,) = ec2.describe_security_groups(GroupIds=[itself])["SecurityGroups"]
        return next(rule for rule in found["IpPermissions"] if rule.get("FromPort") == 22)

    before = shown()
    assert {name: before[name] for name in sources} == sources
    without = [{k: v for k, v in one.items() if k != "Description"} for one in sources["UserIdGroupPairs"]]
    ec2.revoke_security_group_ingress(
        GroupId=itself, IpPermissions=[{**ANYBODY, "UserIdGroupPairs": without}]
    )
    assert shown()["UserIdGroupPairs"] == []
    pairs = {"UserIdGroupPairs": sources["UserIdGroupPairs"]}
    ec2.authorize_security_group_ingress(GroupId=itself, IpPermissions=[{**ANYBODY, **pairs}])
    assert shown() == before


def test_a_security_group_in_use_stays(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    (subnet, *_) = ec2.describe_subnets()["Subnets"]
    group = ec2.create_security_group(GroupName="endpoint", Description="e", VpcId=subnet["VpcId"])["GroupId"]
    endpoint = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=subnet["VpcId"],
        ServiceName="com.amazonaws.us-east-1.ec2",
        SubnetIds=[subnet["SubnetId"]],
        SecurityGroupIds=[group],
    )["VpcEndpoint"]["VpcEndpointId"]
    refused("DependencyViolation", ec2.delete_security_group, GroupId=group)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    ec2.delete_security_group(GroupId=group)


def test_entries_of_a_network_acl_are_put_back(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    acl = ec2.create_network_acl(VpcId=vpc["VpcId"])["NetworkAcl"]
    assert {(e["RuleNumber"], e["Egress"], e["RuleAction"]) for e in acl["Entries"]} == {
        (32767, True, "deny"),
        (32767, False, "deny"),
    }
    here = {"NetworkAclId": acl["NetworkAclId"], "Egress": False, "RuleNumber": 90}
    ping = {"Protocol": "1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
    ec2.create_network_acl_entry(**here, **ping, IcmpTypeCode={"Type": 8, "Code": -1})
    (found,) = ec2.describe_network_acls(NetworkAclIds=[acl["NetworkAclId"]])["NetworkAcls"]
    entry = next(entry for entry in found["Entries"] if entry["RuleNumber"] == 90)
    assert entry["IcmpTypeCode"] == {"Type": 8, "Code": -1}
    ec2.delete_network_acl_entry(**here)
    refused("InvalidNetworkAclEntry.NotFound", ec2.delete_network_acl_entry, **here)


def test_flow_logs_go_to_a_folder_of_a_bucket(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    aws.client("s3").create_bucket(Bucket="flow-bucket")
    parquet = {"FileFormat": "parquet", "HiveCompatiblePartitions": True, "PerHourPartition": True}
    wanted = {
        "ResourceType": "VPC",
        "ResourceIds": [vpc["VpcId"]],
        "TrafficType": "REJECT",
        "LogDestinationType": "s3",
        "LogDestination": "arn:aws:s3:::flow-bucket/flows/",
        "DestinationOptions": parquet,
    }
    made = ec2.create_flow_logs(**wanted)["FlowLogIds"]
    (shown,) = ec2.describe_flow_logs()["FlowLogs"]
    assert (shown["LogDestination"], shown["DestinationOptions"]) == (wanted["LogDestination"], parquet)
    refused("FlowLogAlreadyExists", ec2.create_flow_logs, **wanted)
    ec2.delete_flow_logs(FlowLogIds=made)
    assert ec2.describe_flow_logs()["FlowLogs"] == []


def test_an_instances_metadata_options_change_only_where_given(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    options = {"HttpTokens": "optional", "HttpPutResponseHopLimit": 2}
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, MetadataOptions=options)
    (instance,) = made["Instances"]
    before = instance["MetadataOptions"]
    for tokens in ("required", "optional"):
        ec2.modify_instance_metadata_options(InstanceId=instance["InstanceId"], HttpTokens=tokens)
        (shown,) = ec2.describe_instances()["Reservations"][0]["Instances"]
        assert shown["MetadataOptions"] == {**before, "HttpTokens": tokens}


def test_a_snapshot_is_made_private_in_either_form(aws: Aws) -> None:
    ec2 = aws.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    snapshot = {"SnapshotId": ec2.create_snapshot(VolumeId=volume)["SnapshotId"]}
    ec2.modify_snapshot_attribute(**snapshot, CreateVolumePermission={"Add": [{"Group": "all"}]})
    permissions = {**snapshot, "Attribute": "createVolumePermission"}
    shown = ec2.describe_snapshot_attribute(**permissions)["CreateVolumePermissions"]
    assert shown == [{"Group": "all"}]
    ec2.modify_snapshot_attribute(**permissions, OperationType="remove", GroupNames=["all"])
    assert ec2.describe_snapshot_attribute(**permissions)["CreateVolumePermissions"] == []


def test_load_balancers_log_only_where_they_may(aws: Aws) -> None:
    subnets = [subnet["SubnetId"] for subnet in aws.client("ec2").describe_subnets()["Subnets"][:2]]
    elbv2, elb = aws.client("elbv2"), aws.client("elb")
    made = elbv2.create_load_balancer(Name="balancer", Subnets=subnets)["LoadBalancers"]
    here = {"LoadBalancerArn": made[0]["LoadBalancerArn"]}
    aws.client("s3").create_bucket(Bucket="log-bucket")
    on = [
        {"Key": "access_logs.s3.enabled", "Value": "true"},
        {"Key": "access_logs.s3.bucket", "Value": "log-bucket"},
    ]
    refused("InvalidConfigurationRequest", elbv2.modify_load_balancer_attributes, **here, Attributes=on)
    aws.log_bucket("log-bucket", "logdelivery.elasticloadbalancing")
    before = elbv2.describe_load_balancer_attributes(**here)["Attributes"]
    elbv2.modify_load_balancer_attributes(**here, Attributes=on)
    off = [{"Key": one["Key"], "Value": "false" if "enabled" in one["Key"] else ""} for one in on]
    elbv2.modify_load_balancer_attributes(**here, Attributes=off)
    assert elbv2.describe_load_balancer_attributes(**here)["Attributes"] == before
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    classic = {"LoadBalancerName": "classic"}
    elb.create_load_balancer(**classic, Listeners=[listener], AvailabilityZones=["us-east-1a"])
    first = elb.describe_load_balancer_attributes(**classic)["LoadBalancerAttributes"]
    log = {"Enabled": True, "S3BucketName": "log-bucket", "EmitInterval": 60, "S3BucketPrefix": ""}
    for access_log in (log, {"Enabled": False}):
        elb.modify_load_balancer_attributes(**classic, LoadBalancerAttributes={"AccessLog": access_log})
    assert elb.describe_load_balancer_attributes(**classic)["LoadBalancerAttributes"] == first
