"""Scenes of containers and builds: ECS, ECR, EKS, CodeBuild, Elastic Beanstalk, Lambda, Step Functions."""

from __future__ import annotations

from collections.abc import Mapping

from tests.journeys.scenes.started import made, subnets
from tests.journeys.workshop import Furnish, Workshop


def public_service(workshop: Workshop) -> None:
    """A service that would give its tasks public addresses, and asks for none."""
    made(workshop, "ecs:CreateCluster", clusterName="web")
    container = {"name": "app", "image": "nginx", "memory": 512}
    made(workshop, "ecs:RegisterTaskDefinition", family="app", containerDefinitions=[container])
    addresses = {"subnets": subnets(workshop)[:1], "securityGroups": [], "assignPublicIp": "ENABLED"}
    made(
        workshop,
        "ecs:CreateService",
        cluster="web",
        serviceName="app",
        taskDefinition="app",
        desiredCount=0,
        networkConfiguration={"awsvpcConfiguration": addresses},
    )


def repository(workshop: Workshop) -> None:
    """One repository that nobody scans, and another."""
    for name in ("app", "base"):
        made(workshop, "ecr:CreateRepository", repositoryName=name)


def kubernetes(workshop: Workshop) -> None:
    """A cluster with EKS's defaults."""
    role = "arn:aws:iam::444455556666:role/cluster"
    network = {
        "subnetIds": subnets(workshop)[:2],
        "endpointPublicAccess": True,
        "endpointPrivateAccess": False,
    }
    made(workshop, "eks:CreateCluster", name="apps", roleArn=role, resourcesVpcConfig=network)


def cluster(workshop: Workshop) -> None:
    """A cluster that nothing is observed of."""
    made(workshop, "ecs:CreateCluster", clusterName="apps")


SCENES: Mapping[str, Furnish] = {
    "close_endpoint": kubernetes,
    "fix_tags": repository,
    "log_audit_events": kubernetes,
    "observe_containers": cluster,
    "scan_on_push": repository,
    "take_public_addresses": public_service,
}

# What no account on the emulator asks for.
CANNOT: Mapping[str, str] = {
    "encrypt_build_logs": "it does not know codebuild:UpdateProject",
    "encrypt_reports": "it does not know report groups",
    "log_builds": "it does not know codebuild:UpdateProject",
    "move_to_latest_platform": "its services on Fargate show no platform family, so their version is not judged",
}
