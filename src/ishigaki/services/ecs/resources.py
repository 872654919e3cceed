"""ECS: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Batch, Resource, Source, resource


class Setting(Value):
    """A setting of a cluster."""

    name: str
    value: str = member(values=("enabled", "enhanced", "disabled"))


@resource(
    "AWS::ECS::Cluster",
    listed_by=call("ecs", "ListClusters", maxResults=100),
    at="clusterArns",
    id="{}",
    name="{!name}",
    detail=Source(
        call("ecs", "DescribeClusters", include=["SETTINGS"]),
        "clusters",
        Batch(param="clusters", of="{}", size=100, by="{clusterArn}"),
    ),
)
class Cluster(Resource):
    """A cluster."""

    settings: tuple[Setting, ...]


class Addresses(Value):
    """Where tasks with a network interface of their own lie, and whether they get public addresses."""

    assign_public_ip: str = member(
        absent="DISABLED",
        why="When you use create-service or update-service, the default is DISABLED",
        values=("ENABLED", "DISABLED"),
    )
    subnets: tuple[str, ...]


class Share(Value):
    """How much of a service runs on one capacity provider."""

    capacity_provider: str


AWSVPC = "networkConfiguration.awsvpcConfiguration"
NO_NETWORK = (
    "A network configuration is for tasks that receive their own network interface, by the awsvpc mode"
)
# One call shows up to ten services of one cluster, and their task sets.
DESCRIBED = call(
    "ecs",
    "DescribeServices",
    cluster="{parent.}",
    secret=("services[].deployments[].serviceConnectConfiguration.logConfiguration.options.*",),
)
AT_ONCE = 10
LISTED = call("ecs", "ListServices", cluster="{}", maxResults=100)


@resource(
    "AWS::ECS::Service",
    listed_by=LISTED,
    at="serviceArns",
    id="{}",
    name="{!name}",
    over=Cluster,
    detail=Source(DESCRIBED, "services", Batch(param="services", of="{}", size=AT_ONCE, by="{serviceArn}")),
)
class Service(Resource):
    """A service."""

    cluster_arn: str
    addresses: Addresses | None = member(at=AWSVPC, absent=None, why=NO_NETWORK)
    deployment_controller: str = member(
        at="deploymentController.type",
        absent="ECS",
        why="If no deployment controller is specified, the default value of ECS is used",
    )
    launch_type: str | None = member(
        absent=None, why="Omitted if the service was created using a capacity provider strategy"
    )
    capacity_provider_strategy: tuple[Share, ...] = member(
        absent=(), why="A service has a launch type or a capacity provider strategy, not both"
    )
    platform_version: str = member(
        absent="LATEST", why="If one isn't specified, the LATEST platform version is used"
    )
    platform_family: str = member(
        absent="", why="A platform family is specified only for tasks using the Fargate launch type"
    )


def together(page: Mapping[str, Any]) -> list[Any]:
    """The services of a page, as many together as one call describes, in the order in which a batch has them; each
    lot goes by its first one."""
    arns = page.get("serviceArns", [])
    lots = [arns[start : start + AT_ONCE] for start in range(0, len(arns), AT_ONCE)]
    return [{"": lot[0], "arns": lot} for lot in lots]


@resource(
    "ecs_services",
    listed_by=LISTED,
    at=together,
    id="{}",
    over=Cluster,
)
class Services(Resource):
    """Some services of a cluster: only their descriptions tell which of them have task sets."""


@resource(
    "AWS::ECS::TaskSet",
    # Asked of the services: DescribeTaskSets is for services that another controller deploys.
    listed_by=replace(DESCRIBED, params={**DESCRIBED.params, "services": "{arns}"}),
    at="services[?deploymentController.type=='EXTERNAL'].taskSets[]",
    id="{taskSetArn}",
    name="{id}",
    over=Services,
)
class TaskSet(Resource):
    """A set of tasks of a service whose deployments an external controller makes."""

    addresses: Addresses | None = member(at=AWSVPC, absent=None, why=NO_NETWORK)


@resource(
    "ecs_task_definition_family",
    listed_by=call("ecs", "ListTaskDefinitionFamilies", status="ACTIVE", maxResults=100),
    at="families",
    id="arn:{partition}:ecs:{region}:{account}:task-definition/{}",
    name="{}",
)
class TaskDefinitionFamily(Resource):
    """The revisions of a task definition, at least one of them active."""


class Variable(Value):
    """An environment variable; its value is never kept."""

    name: str


class Logging(Value):
    log_driver: str | None = member(absent=None, why="ECS.9 counts a logDriver that is null as missing")


class Container(Value):
    """A container as the task definition describes it."""

    name: str
    user: str = member(absent="", why="ECS.20 and ECS.21 ask whether the user configuration is absent")
    privileged: bool = member(
        absent=False, why="A container is given elevated privileges when this parameter is true"
    )
    readonly_root_filesystem: bool = member(
        absent=False, why="ECS.5 fails where the parameter does not exist"
    )
    environment: tuple[Variable, ...] = member(absent=(), why="The environment variables are optional")
    log_configuration: Logging | None = member(
        absent=None, why="By default, containers use the logging driver of the Docker daemon"
    )


class EfsVolume(Value):
    transit_encryption: str = member(
        absent="DISABLED",
        why="If this parameter is omitted, the default value of DISABLED is used",
        values=("ENABLED", "DISABLED"),
    )


class Volume(Value):
    name: str
    efs: EfsVolume | None = member(
        at="efsVolumeConfiguration", absent=None, why="Specified when you use an EFS file system"
    )


@resource(
    "AWS::ECS::TaskDefinition",
    # Security Hub judges the latest active revision only; AWS answers with it when asked by the family.
    listed_by=call(
        "ecs",
        "DescribeTaskDefinition",
        taskDefinition="{}",
        secret=(
            "taskDefinition.containerDefinitions[].environment[].value",
            "taskDefinition.containerDefinitions[].command[]",
            "taskDefinition.containerDefinitions[].entryPoint[]",
            "taskDefinition.containerDefinitions[].healthCheck.command[]",
            "taskDefinition.containerDefinitions[].dockerLabels.*",
            "taskDefinition.containerDefinitions[].logConfiguration.options.*",
            "taskDefinition.containerDefinitions[].firelensConfiguration.options.*",
            "taskDefinition.volumes[].dockerVolumeConfiguration.driverOpts.*",
        ),
    ),
    at="taskDefinition",
    id="{taskDefinitionArn}",
    name="{family}",
    over=TaskDefinitionFamily,
)
class TaskDefinition(Resource):
    """The latest active revision of a task definition."""

    container_definitions: tuple[Container, ...]
    volumes: tuple[Volume, ...] = member(absent=(), why="The list of data volumes is optional")
    pid_mode: str = member(
        absent="",
        why="If no value is specified, the default is a private namespace for each container",
        values=("host", "task"),
    )
    system: str = member(
        at="runtimePlatform.operatingSystemFamily", absent="", why="Needed for tasks on Fargate only"
    )

    @property
    def on_windows(self) -> bool:
        """Whether the task definition says that it is for Windows."""
        return self.system.upper().startswith("WINDOWS")


class ScalingGroup(Value):
    """The Auto Scaling group behind a capacity provider."""

    managed_termination_protection: str = member(
        absent="DISABLED", why="The default is off", values=("ENABLED", "DISABLED")
    )


@resource(
    "AWS::ECS::CapacityProvider",
    listed_by=call("ecs", "DescribeCapacityProviders", include=["TAGS"]),
    # FARGATE and FARGATE_SPOT are AWS's own; a deleted provider stays as INACTIVE.
    at="capacityProviders[?name!='FARGATE' && name!='FARGATE_SPOT' && status!='INACTIVE']",
    id="{capacityProviderArn}",
    name="{name}",
    tags="tags",
)
class CapacityProvider(Resource):
    """A capacity provider of the account."""

    auto_scaling_group_provider: ScalingGroup | None = member(
        absent=None, why="A capacity provider has an Auto Scaling group or manages its instances itself"
    )
