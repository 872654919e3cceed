"""Everything else: queues and streams, files, identities, jobs, plans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.journeys.rooms.thing import Make, named, subnets
from tests.journeys.scenes.started import allow, made, policy, trusting
from tests.journeys.workshop import ID, TOKYO, Workshop

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ROLE = f"arn:aws:iam::{ID}:role/worker"


def queue(workshop: Workshop, sound: bool) -> str:
    attributes = {"SqsManagedSseEnabled": str(sound).lower()}
    if not sound:
        attributes["Policy"] = policy(allow("sqs:SendMessage", f"arn:aws:sqs:{TOKYO}:{ID}:loose"))
    made(workshop, "sqs:CreateQueue", QueueName=named(sound), Attributes=attributes)
    return f"{ID}:{named(sound)}"


def stream(workshop: Workshop, sound: bool) -> str:
    stream: dict[str, Any] = {"StreamName": named(sound)}
    made(workshop, "kinesis:CreateStream", ShardCount=1, **stream)
    if sound:
        made(
            workshop,
            "kinesis:StartStreamEncryption",
            EncryptionType="KMS",
            KeyId="alias/aws/kinesis",
            **stream,
        )
        made(workshop, "kinesis:IncreaseStreamRetentionPeriod", RetentionPeriodHours=168, **stream)
    return f"stream/{named(sound)}"


def document(workshop: Workshop, sound: bool) -> str:
    name = f"{named(sound)}-run"
    step = {"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": ["true"]}}
    content = json.dumps({"schemaVersion": "2.2", "description": "-", "mainSteps": [step]})
    made(workshop, "ssm:CreateDocument", Name=name, Content=content, DocumentType="Command")
    if not sound:
        everyone: dict[str, Any] = {"PermissionType": "Share", "AccountIdsToAdd": ["all"]}
        made(workshop, "ssm:ModifyDocumentPermission", Name=name, **everyone)
    return name


def secret(workshop: Workshop, sound: bool) -> str:
    arn = made(workshop, "secretsmanager:CreateSecret", "ARN", Name=named(sound), SecretString="-")
    if sound:
        made(
            workshop,
            "secretsmanager:RotateSecret",
            SecretId=arn,
            RotationRules={"AutomaticallyAfterDays": 30},
        )
    return str(arn)


def log_group(workshop: Workshop, sound: bool) -> str:
    made(workshop, "logs:CreateLogGroup", logGroupName=named(sound))
    days = 365 if sound else 7
    made(workshop, "logs:PutRetentionPolicy", logGroupName=named(sound), retentionInDays=days)
    return f"log-group:{named(sound)}"


def file_system(workshop: Workshop, sound: bool) -> str:
    settings: dict[str, Any] = {"Encrypted": sound, "Backup": sound}
    found = made(workshop, "efs:CreateFileSystem", "FileSystemId", CreationToken=named(sound), **settings)
    return f"file-system/{found}"


def access_point(workshop: Workshop, sound: bool) -> str:
    found = made(workshop, "efs:CreateFileSystem", "FileSystemId", CreationToken=f"of-{named(sound)}")
    more: dict[str, Any] = {"PosixUser": {"Uid": 1000, "Gid": 1000}, "RootDirectory": {"Path": "/app"}}
    arn = made(
        workshop,
        "efs:CreateAccessPoint",
        "AccessPointArn",
        ClientToken=named(sound),
        FileSystemId=found,
        **(more if sound else {}),
    )
    return str(arn)


def zfs(workshop: Workshop, sound: bool) -> str:
    settings = {"DeploymentType": "MULTI_AZ_1" if sound else "SINGLE_AZ_1", "ThroughputCapacity": 160}
    copied = {"CopyTagsToBackups": sound, "CopyTagsToVolumes": sound}
    return _fsx(workshop, "OPENZFS", OpenZFSConfiguration={**settings, **copied})


def lustre(workshop: Workshop, sound: bool) -> str:
    settings = {"DeploymentType": "PERSISTENT_2", "PerUnitStorageThroughput": 125}
    return _fsx(workshop, "LUSTRE", LustreConfiguration={**settings, "CopyTagsToBackups": sound})


def ontap(workshop: Workshop, sound: bool) -> str:
    settings = {"DeploymentType": "MULTI_AZ_1" if sound else "SINGLE_AZ_1", "ThroughputCapacity": 128}
    return _fsx(workshop, "ONTAP", OntapConfiguration=settings)


def windows_files(workshop: Workshop, sound: bool) -> str:
    settings = {"DeploymentType": "MULTI_AZ_1" if sound else "SINGLE_AZ_2", "ThroughputCapacity": 32}
    return _fsx(workshop, "WINDOWS", WindowsConfiguration=settings)


def _fsx(workshop: Workshop, kind: str, **settings: Any) -> str:
    found = made(
        workshop,
        "fsx:CreateFileSystem",
        "FileSystem.FileSystemId",
        FileSystemType=kind,
        StorageCapacity=1200,
        SubnetIds=subnets(workshop)[:2],
        **settings,
    )
    return str(found)


def user_pool(workshop: Workshop, sound: bool) -> str:
    parts = ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols")
    password = {"MinimumLength": 8, "TemporaryPasswordValidityDays": 7, **dict.fromkeys(parts, sound)}
    found = made(
        workshop,
        "cognito-idp:CreateUserPool",
        "UserPool.Id",
        PoolName=named(sound),
        Policies={"PasswordPolicy": password},
        DeletionProtection="ACTIVE" if sound else "INACTIVE",
        MfaConfiguration="ON" if sound else "OFF",
        UserPoolAddOns={
            "AdvancedSecurityMode": "ENFORCED" if sound else "OFF",
            "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "ENFORCED" if sound else "AUDIT"},
        },
    )
    return str(found)


def identity_pool(workshop: Workshop, sound: bool) -> str:
    found = made(
        workshop,
        "cognito-identity:CreateIdentityPool",
        "IdentityPoolId",
        IdentityPoolName=named(sound),
        AllowUnauthenticatedIdentities=not sound,
    )
    return str(found)


def state_machine(workshop: Workshop, sound: bool) -> str:
    trust = trusting("states")
    name = f"machine-{named(sound)}"
    role = made(workshop, "iam:CreateRole", "Role.Arn", RoleName=name, AssumeRolePolicyDocument=trust)
    group = f"arn:aws:logs:{TOKYO}:{ID}:log-group:machines:*"
    logged: dict[str, Any] = {"level": "ERROR", "includeExecutionData": False}
    logged["destinations"] = [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]
    made(
        workshop,
        "stepfunctions:CreateStateMachine",
        name=named(sound),
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
        roleArn=role,
        loggingConfiguration=logged if sound else {"level": "OFF"},
    )
    return f"stateMachine:{named(sound)}"


def workgroup(workshop: Workshop, sound: bool) -> str:
    settings = {"PublishCloudWatchMetricsEnabled": sound}
    made(workshop, "athena:CreateWorkGroup", Name=named(sound), Configuration=settings)
    return f"workgroup/{named(sound)}"


def job(workshop: Workshop, sound: bool) -> str:
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
    version = "4.0" if sound else "2.0"
    made(workshop, "glue:CreateJob", Name=named(sound), Role=ROLE, Command=command, GlueVersion=version)
    return f"job/{named(sound)}"


def brokers(workshop: Workshop, sound: bool) -> str:
    inside = {"EncryptionInTransit": {"InCluster": sound, "ClientBroker": "TLS"}}
    public = {"PublicAccess": {"Type": "DISABLED" if sound else "SERVICE_PROVIDED_EIPS"}}
    nodes = {"InstanceType": "kafka.m5.large", "ClientSubnets": subnets(workshop)[:2]}
    arn = made(
        workshop,
        "kafka:CreateCluster",
        "ClusterArn",
        ClusterName=named(sound),
        KafkaVersion="3.6.0",
        NumberOfBrokerNodes=2,
        BrokerNodeGroupInfo={**nodes, "ConnectivityInfo": public},
        EncryptionInfo=inside,
        ClientAuthentication={"Unauthenticated": {"Enabled": not sound}},
    )
    return str(arn)


def server(workshop: Workshop, sound: bool) -> str:
    found = made(workshop, "transfer:CreateServer", "ServerId", Protocols=["SFTP" if sound else "FTP"])
    return f"server/{found}"


def workspace(workshop: Workshop, sound: bool) -> str:
    if sound:
        simple: dict[str, Any] = {"Name": "desk.example.com", "Password": "Passw0rd-for-it", "Size": "Small"}
        network = {"VpcId": made(workshop, "ec2:DescribeVpcs", "Vpcs[0].VpcId")}
        network["SubnetIds"] = subnets(workshop)[:2]
        made(workshop, "ds:CreateDirectory", VpcSettings=network, **simple)
    directory = made(workshop, "ds:DescribeDirectories", "DirectoryDescriptions[0].DirectoryId")
    if sound:
        made(
            workshop, "workspaces:RegisterWorkspaceDirectory", DirectoryId=directory, EnableSelfService=False
        )
    asked: dict[str, Any] = {"DirectoryId": directory, "UserName": named(sound), "BundleId": "wsb-0123456789"}
    volumes = {"UserVolumeEncryptionEnabled": sound, "RootVolumeEncryptionEnabled": sound}
    found = made(
        workshop,
        "workspaces:CreateWorkspaces",
        "PendingRequests[0].WorkspaceId",
        Workspaces=[{**asked, **volumes, "VolumeEncryptionKey": "alias/aws/workspaces"}],
    )
    return f"workspace/{found}"


def event_bus(workshop: Workshop, sound: bool) -> str:
    made(workshop, "events:CreateEventBus", Name=named(sound))
    if sound:
        own: dict[str, Any] = {"Action": "events:PutEvents", "Principal": ID, "StatementId": "own"}
        made(workshop, "events:PutPermission", EventBusName=named(sound), **own)
    return f"event-bus/{named(sound)}"


def stack(workshop: Workshop, sound: bool) -> str:
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    found = made(
        workshop,
        "cloudformation:CreateStack",
        "StackId",
        StackName=named(sound),
        TemplateBody=json.dumps(topic),
        EnableTerminationProtection=sound,
        **({"RoleARN": ROLE} if sound else {}),
    )
    return str(found)


def security_configuration(workshop: Workshop, sound: bool) -> str:
    certificates = {"CertificateProviderType": "PEM", "S3Object": "s3://certificates/all.zip"}
    at_rest = {"S3EncryptionConfiguration": {"EncryptionMode": "SSE-S3"}}
    transit = {"TLSCertificateConfiguration": certificates}
    settings: dict[str, Any] = {"EnableInTransitEncryption": sound, "EnableAtRestEncryption": sound}
    if sound:
        settings["InTransitEncryptionConfiguration"] = transit
        settings["AtRestEncryptionConfiguration"] = at_rest
    made(
        workshop,
        "emr:CreateSecurityConfiguration",
        Name=named(sound),
        SecurityConfiguration=json.dumps({"EncryptionConfiguration": settings}),
    )
    return named(sound)


def mount_target(workshop: Workshop, sound: bool) -> str:
    found = made(workshop, "efs:CreateFileSystem", "FileSystemId", CreationToken=f"in-{named(sound)}")
    inner = made(workshop, "ec2:CreateVpc", "Vpc.VpcId", CidrBlock="10.8.0.0/16")
    block: dict[str, Any] = {"VpcId": inner, "CidrBlock": "10.8.1.0/24", "AvailabilityZone": f"{TOKYO}a"}
    subnet = made(workshop, "ec2:CreateSubnet", "Subnet.SubnetId", **block)
    public = {"Value": not sound}
    made(workshop, "ec2:ModifySubnetAttribute", SubnetId=subnet, MapPublicIpOnLaunch=public)
    made(workshop, "efs:CreateMountTarget", FileSystemId=found, SubnetId=subnet)
    return f"file-system/{found}"


def connector(workshop: Workshop, sound: bool) -> str:
    made_for: dict[str, Any] = {"Url": "sftp://partner.example.com", "AccessRole": ROLE}
    if sound:
        made_for["LoggingRole"] = ROLE
    sftp = {"UserSecretId": "partner", "TrustedHostKeys": ["ssh-rsa AAAA"]}
    found = made(workshop, "transfer:CreateConnector", "ConnectorId", SftpConfig=sftp, **made_for)
    return f"connector/{found}"


def agent(workshop: Workshop, sound: bool) -> str:
    """An instance that is a managed node as it is asked for; and one of which it is not known."""
    image = made(workshop, "ec2:DescribeImages", "Images[0].ImageId", Owners=["amazon"])
    run: dict[str, Any] = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    found = made(workshop, "ec2:RunInstances", "Instances[0].InstanceId", **run)
    if sound:
        known = [{"InstanceId": found, "PingStatus": "Online"}]
        workshop.control("PUT", "managed-instances", {"account": ID, "region": TOKYO, "instances": known})
    return f"instance/{found}"


def patched_node(workshop: Workshop, sound: bool) -> str:
    return _complying(workshop, sound, "Patch")


def associated_node(workshop: Workshop, sound: bool) -> str:
    return _complying(workshop, sound, "Association")


def _complying(workshop: Workshop, sound: bool, kind: str) -> str:
    """A managed node that Systems Manager says is, or is not, as it is asked to be."""
    node = f"mi-{kind.lower():0>12.12}{'0000a' if sound else '0000b'}"
    status = "COMPLIANT" if sound else "NON_COMPLIANT"
    made(
        workshop,
        "ssm:PutComplianceItems",
        ResourceId=node,
        ResourceType="ManagedInstance",
        ComplianceType=kind,
        ExecutionSummary={"ExecutionTime": NOON},
        Items=[{"Id": "one", "Severity": "HIGH", "Status": status}],
    )
    return node


def transform(workshop: Workshop, sound: bool) -> str:
    key = {"MlUserDataEncryptionMode": "SSE-KMS" if sound else "DISABLED", "KmsKeyId": "alias/aws/glue"}
    found = made(
        workshop,
        "glue:CreateMLTransform",
        "TransformId",
        Name=named(sound),
        Role=ROLE,
        InputRecordTables=[{"DatabaseName": "orders", "TableName": "orders"}],
        Parameters={"TransformType": "FIND_MATCHES"},
        TransformEncryption={"MlUserDataEncryption": key},
    )
    return str(found)


SHOWN: Mapping[Make, str] = {
    queue: "SQS.1 SQS.3",
    stream: "Kinesis.1 Kinesis.3",
    document: "SSM.4",
    log_group: "CloudWatch.16",
    file_system: "EFS.1 EFS.2 EFS.7 EFS.8",
    access_point: "EFS.3 EFS.4",
    zfs: "FSx.1 FSx.3",
    lustre: "FSx.2",
    ontap: "FSx.4",
    windows_files: "FSx.5",
    user_pool: "Cognito.1 Cognito.3 Cognito.4 Cognito.5 Cognito.6",
    identity_pool: "Cognito.2",
    state_machine: "StepFunctions.1",
    workgroup: "Athena.4",
    job: "Glue.4",
    brokers: "MSK.1 MSK.4 MSK.6",
    server: "Transfer.2",
    workspace: "WorkSpaces.1 WorkSpaces.2",
    event_bus: "EventBridge.3",
    stack: "CloudFormation.3 CloudFormation.4",
    security_configuration: "EMR.3 EMR.4",
    mount_target: "EFS.6",
    connector: "Transfer.3",
    agent: "SSM.1",
    patched_node: "SSM.2",
    associated_node: "SSM.3",
    transform: "Glue.3",
    secret: "SecretsManager.1",
}
ONE_SETTING = "there is one setting in an account and Region; test_every_remediation.py shows it both ways"
NEVER_OLD = "its secrets are never old, and rotated at once"
CANNOT_SHOW: Mapping[str, str] = {
    "Backup.1": "it makes no recovery points",
    "EMR.1": "its clusters have no instances",
    "EMR.2": ONE_SETTING,
    "MSK.3": "it knows no connectors",
    "MSK.5": "it knows no connectors",
    "SSM.6": ONE_SETTING,
    "SSM.7": ONE_SETTING,
    "SecretsManager.2": NEVER_OLD,
    "SecretsManager.3": NEVER_OLD,
    "SecretsManager.4": NEVER_OLD,
}
