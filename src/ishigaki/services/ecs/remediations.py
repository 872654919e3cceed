"""ECS: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.ecs.controls import (
    INSIGHTS,
    LATEST,
    OBSERVED,
    ON_FARGATE,
    PRIVATE,
    PUBLIC,
    UNOBSERVED,
    are_public,
    insights,
    on_fargate,
)
from ishigaki.services.ecs.resources import Cluster, Service

OWN = "ECS"  # the deployment controller of rolling updates and of ECS's own blue/green ones
CLUSTER = "arn:aws:ecs:ap-northeast-1:111122223333:cluster/example"
SHOWN = Service(cluster_arn=CLUSTER, deployment_controller=OWN, addresses=PUBLIC)
OLD = replace(ON_FARGATE, cluster_arn=CLUSTER, deployment_controller=OWN, platform_version="1.3.0")


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(SHOWN),
        leaves(replace(SHOWN, addresses=PRIVATE)),
        leaves(replace(SHOWN, deployment_controller="CODE_DEPLOY"), skip="deployed_by_another"),
    ],
)
def take_public_addresses(service: Service) -> Changes:
    """Sets a service's assignPublicIp to DISABLED, which starts a new deployment.

    The new tasks reach the internet and ECR through a NAT gateway or endpoints only; where there is none they do
    not start, and ECS keeps the old ones as its deployment settings say.
    """
    if not are_public(service.addresses):
        return
    if service.deployment_controller != OWN:
        yield skip("deployed_by_another", service=service.name, controller=service.deployment_controller)
        return
    before = said(service, "addresses")
    after = {**before, "assignPublicIp": "DISABLED"}
    yield change(
        alters(service, addresses=after),
        steps=[
            step(
                "deploy",
                _update(service, networkConfiguration={"awsvpcConfiguration": after}),
                undo=_update(service, networkConfiguration={"awsvpcConfiguration": before}),
                until=_deployed(service),
            )
        ],
        notes=(note("tasks_need_a_way_out", subnets=", ".join(before["subnets"])),),
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(OLD),
        leaves(replace(OLD, platform_version=LATEST)),
        leaves(replace(OLD, launch_type="EC2")),
        leaves(replace(OLD, deployment_controller="EXTERNAL"), skip="deployed_by_another"),
    ],
)
def move_to_latest_platform(service: Service) -> Changes:
    """Lets a service on Fargate ask for the platform version LATEST, which starts a new deployment."""
    if not on_fargate(service) or service.platform_version == LATEST:
        return
    if service.deployment_controller != OWN:
        yield skip("deployed_by_another", service=service.name, controller=service.deployment_controller)
        return
    before = service.platform_version
    yield change(
        alters(service, platform_version=LATEST),
        steps=[
            step(
                "deploy",
                _update(service, platformVersion=LATEST),
                undo=_update(service, platformVersion=before),
                until=_deployed(service),
            )
        ],
    )


def _update(service: Service, **changed: Any) -> Call:
    named = {"cluster": service.cluster_arn, "service": service.name}
    return Call("ecs", "UpdateService", {**named, **changed}, ("ecs:UpdateService",))


def _deployed(service: Service) -> Until:
    """The new tasks have taken over."""
    described = call("ecs", "DescribeServices", cluster=service.cluster_arn, services=[service.name])
    state = "services[0].deployments[?status=='PRIMARY'] | [0].rolloutState"
    return Until(described, state, ("COMPLETED",), seconds=900)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(UNOBSERVED),
        mends(Cluster(settings=())),
        leaves(OBSERVED),
    ],
)
def observe_containers(cluster: Cluster) -> Changes:
    """Switches on a cluster's Container Insights, without the enhanced observability, which costs more."""
    if insights(cluster) != "disabled":
        return
    others = [each for each in said(cluster, "settings") if each["name"] != INSIGHTS]
    yield change(
        alters(cluster, settings=[*others, {"name": INSIGHTS, "value": "enabled"}]),
        steps=[step("insights", _insights(cluster, "enabled"), undo=_insights(cluster, "disabled"))],
    )


def _insights(cluster: Cluster, value: str) -> Call:
    settings = [{"name": INSIGHTS, "value": value}]
    return call("ecs", "UpdateClusterSettings", cluster=cluster.id, settings=settings)


REMEDIATIONS = {
    "ECS.2": take_public_addresses,
    "ECS.10": move_to_latest_platform,
    "ECS.12": observe_containers,
}
