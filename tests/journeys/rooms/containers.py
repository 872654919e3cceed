"""Containers, builds and functions: ECS, ECR, EKS, CodeBuild, Lambda."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from tests.journeys.rooms.thing import Make, named, subnets, switched
from tests.journeys.scenes.started import made, trusting
from tests.journeys.workshop import ID, Workshop

ROLE = f"arn:aws:iam::{ID}:role/builder"


def cluster(workshop: Workshop, sound: bool) -> str:
    insights = {"name": "containerInsights", "value": switched(sound).lower()}
    made(workshop, "ecs:CreateCluster", clusterName=named(sound), settings=[insights])
    return named(sound)


def task_definition(workshop: Workshop, sound: bool) -> str:
    container: dict[str, Any] = {"name": "app", "image": "nginx", "memory": 512}
    container |= {"privileged": not sound, "readonlyRootFilesystem": sound}
    container["environment"] = [{"name": "STAGE" if sound else "AWS_SECRET_ACCESS_KEY", "value": "-"}]
    if sound:
        container |= {"user": "1000", "logConfiguration": {"logDriver": "awslogs"}}
    files = {"fileSystemId": "fs-0123456789abcdef0", "transitEncryption": switched(sound)}
    made(
        workshop,
        "ecs:RegisterTaskDefinition",
        family=named(sound),
        pidMode="task" if sound else "host",
        containerDefinitions=[container],
        volumes=[{"name": "shared", "efsVolumeConfiguration": files}],
    )
    return f"task-definition/{named(sound)}:1"


def windows_task(workshop: Workshop, sound: bool) -> str:
    container: dict[str, Any] = {"name": "app", "image": "iis", "memory": 512}
    container["user"] = "ContainerUser" if sound else "ContainerAdministrator"
    system = {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE", "cpuArchitecture": "X86_64"}
    made(
        workshop,
        "ecs:RegisterTaskDefinition",
        family=f"windows-{named(sound)}",
        containerDefinitions=[container],
        runtimePlatform=system,
    )
    return f"task-definition/windows-{named(sound)}:1"


def service(workshop: Workshop, sound: bool) -> str:
    addresses = {"subnets": subnets(workshop)[:1], "securityGroups": []}
    made(
        workshop,
        "ecs:CreateService",
        cluster="sound",
        serviceName=named(sound),
        taskDefinition="sound",
        desiredCount=0,
        networkConfiguration={"awsvpcConfiguration": {**addresses, "assignPublicIp": switched(not sound)}},
    )
    return f"service/sound/{named(sound)}"


def task_set(workshop: Workshop, sound: bool) -> str:
    deployed = f"deployed-{named(sound)}"
    made(
        workshop,
        "ecs:CreateService",
        cluster="sound",
        serviceName=deployed,
        taskDefinition="sound",
        desiredCount=0,
        deploymentController={"type": "EXTERNAL"},
    )
    addresses = {
        "subnets": subnets(workshop)[:1],
        "securityGroups": [],
        "assignPublicIp": switched(not sound),
    }
    arn = made(
        workshop,
        "ecs:CreateTaskSet",
        "taskSet.taskSetArn",
        cluster="sound",
        service=deployed,
        taskDefinition="sound",
        networkConfiguration={"awsvpcConfiguration": addresses},
    )
    return str(arn)


def capacity_provider(workshop: Workshop, sound: bool) -> str:
    group = f"arn:aws:autoscaling:ap-northeast-1:{ID}:autoScalingGroup:1:autoScalingGroupName/hosts"
    protected = {"autoScalingGroupArn": group, "managedTerminationProtection": switched(sound)}
    made(workshop, "ecs:CreateCapacityProvider", name=named(sound), autoScalingGroupProvider=protected)
    return f"capacity-provider/{named(sound)}"


def repository(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "ecr:CreateRepository",
        repositoryName=named(sound),
        imageTagMutability="IMMUTABLE" if sound else "MUTABLE",
    )
    if sound:
        pushed: dict[str, Any] = {"scanFrequency": "SCAN_ON_PUSH"}
        pushed["repositoryFilters"] = [{"filter": named(sound), "filterType": "WILDCARD"}]
        made(workshop, "ecr:PutRegistryScanningConfiguration", scanType="BASIC", rules=[pushed])
        counted = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9}
        expire = {"rulePriority": 1, "action": {"type": "expire"}, "selection": counted}
        text = json.dumps({"rules": [expire]})
        made(workshop, "ecr:PutLifecyclePolicy", repositoryName=named(sound), lifecyclePolicyText=text)
    return f"repository/{named(sound)}"


def kubernetes(workshop: Workshop, sound: bool) -> str:
    network = {"subnetIds": subnets(workshop)[:2], "endpointPrivateAccess": True}
    made(
        workshop,
        "eks:CreateCluster",
        name=named(sound),
        version="1.40" if sound else "1.25",
        roleArn=f"arn:aws:iam::{ID}:role/cluster",
        resourcesVpcConfig={**network, "endpointPublicAccess": not sound},
        logging={"clusterLogging": [{"types": ["audit"], "enabled": sound}]},
    )
    return f"cluster/{named(sound)}"


def nodes(workshop: Workshop, sound: bool) -> str:
    made(
        workshop,
        "eks:CreateNodegroup",
        clusterName="sound",
        nodegroupName=named(sound),
        version="1.40" if sound else "1.25",
        subnets=subnets(workshop)[:2],
        nodeRole=f"arn:aws:iam::{ID}:role/nodes",
    )
    return f"sound/{named(sound)}"


def build(workshop: Workshop, sound: bool) -> str:
    environment: dict[str, Any] = {"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0"}
    environment["computeType"] = "BUILD_GENERAL1_SMALL"
    variable = {"name": "AWS_SECRET_ACCESS_KEY", "value": "key"}
    variable["type"] = "PARAMETER_STORE" if sound else "PLAINTEXT"
    made(
        workshop,
        "codebuild:CreateProject",
        name=named(sound),
        source={
            "type": "BITBUCKET",
            "location": f"https://{'' if sound else 'me:word@'}bitbucket.org/a/b.git",
        },
        artifacts={"type": "NO_ARTIFACTS"},
        environment={**environment, "environmentVariables": [variable]},
        serviceRole=ROLE,
        logsConfig={
            "cloudWatchLogs": {"status": switched(sound)},
            "s3Logs": {"status": switched(sound), "location": "logs/b", "encryptionDisabled": not sound},
        },
    )
    return f"project/{named(sound)}"


def function(workshop: Workshop, sound: bool) -> str:
    name = f"function-{named(sound)}"
    trust = trusting("lambda")
    role = made(workshop, "iam:CreateRole", "Role.Arn", RoleName=name, AssumeRolePolicyDocument=trust)
    archive = io.BytesIO()
    zipfile.ZipFile(archive, "w").close()
    made(
        workshop,
        "lambda:CreateFunction",
        FunctionName=name,
        Role=role,
        Runtime="python3.13" if sound else "python3.8",
        Handler="main.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"DB_SECRET_ARN" if sound else "DB_PASSWORD": "example"}},
        VpcConfig={"SubnetIds": subnets(workshop)[: 2 if sound else 1], "SecurityGroupIds": []},
    )
    caller = {"Principal": "events.amazonaws.com" if sound else "*"}
    made(
        workshop,
        "lambda:AddPermission",
        FunctionName=name,
        StatementId="call",
        Action="lambda:InvokeFunction",
        **caller,
    )
    return name


SHOWN: Mapping[Make, str] = {
    cluster: "ECS.12",
    task_definition: "ECS.3 ECS.4 ECS.5 ECS.8 ECS.9 ECS.18 ECS.20",
    windows_task: "ECS.21",
    service: "ECS.2",
    task_set: "ECS.16",
    capacity_provider: "ECS.19",
    repository: "ECR.1 ECR.2 ECR.3",
    kubernetes: "EKS.1 EKS.2 EKS.8",
    nodes: "EKS.9",
    build: "CodeBuild.1 CodeBuild.2 CodeBuild.3 CodeBuild.4",
    function: "Lambda.1 Lambda.2 Lambda.5 Ishigaki.Lambda.1",
}
CANNOT_SHOW: Mapping[str, str] = {
    "CodeBuild.7": "it does not know report groups",
    "ECS.10": "its services on Fargate show no platform family",
}
