"""ECS: what is required."""

from __future__ import annotations

import re

from ishigaki.core.control import cannot_tell, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import chosen, some
from ishigaki.core.record import replace
from ishigaki.core.unseen import NOT_IN_ANSWER, UNKNOWN_VALUE, Unseen
from ishigaki.services.ecs.resources import (
    Addresses,
    CapacityProvider,
    Cluster,
    Container,
    EfsVolume,
    Logging,
    ScalingGroup,
    Service,
    Setting,
    Share,
    TaskDefinition,
    TaskSet,
    Variable,
    Volume,
)

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA")
LATEST = "LATEST"
NEWEST = {"linux": (1, 4, 0), "windows": (1, 0, 0)}  # of Fargate's platform versions, as ECS.10 has them
INSIGHTS = "containerInsights"

PRIVATE = Addresses(assign_public_ip="DISABLED", subnets=("subnet-1",))
PUBLIC = replace(PRIVATE, assign_public_ip="ENABLED")

APP = Container(
    name="app",
    user="1000",
    privileged=False,
    readonly_root_filesystem=True,
    environment=(Variable(name="AWS_REGION"),),
    log_configuration=Logging(log_driver="awslogs"),
)
TASK = TaskDefinition(container_definitions=(APP,), volumes=(), pid_mode="task", system="LINUX")
ON_WINDOWS = replace(
    TASK, system="WINDOWS_SERVER_2022_CORE", container_definitions=(replace(APP, user="ContainerUser"),)
)


def _beside(app: Container = APP, **differs: object) -> TaskDefinition:
    """A task whose first container is as it should be, and whose second differs in one thing."""
    return replace(TASK, container_definitions=(app, replace(app, name="sidecar", **differs)))


def are_public(addresses: Addresses | None) -> bool:
    """Whether the tasks' network interfaces get public addresses; without interfaces of their own they get none."""
    return addresses is not None and addresses.assign_public_ip == "ENABLED"


@control(
    "ECS.2",
    examples=[
        passes(Service(addresses=PRIVATE)),
        passes(Service(addresses=None)),
        fails("public_address", Service(addresses=PUBLIC)),
    ],
)
def gives_tasks_no_public_address(service: Service) -> Faults:
    """A service's tasks are not given public addresses (assignPublicIp).

    Tasks of the other network modes have the addresses of their instances, which EC2.9 is about.
    """
    if are_public(service.addresses):
        yield fault("public_address")


@control(
    "ECS.3",
    examples=[
        passes(TASK),
        passes(replace(TASK, pid_mode="")),
        fails("host_processes", replace(TASK, pid_mode="host")),
    ],
)
def keeps_processes_apart_from_the_host(task: TaskDefinition) -> Faults:
    """The latest active revision does not share the host's process namespace (pidMode host)."""
    if task.pid_mode == "host":
        yield fault("host_processes")


@control("ECS.4", examples=[passes(TASK), fails("privileged", _beside(privileged=True))])
def is_not_privileged(task: TaskDefinition) -> Faults:
    """No container of the latest active revision is privileged."""
    for container in chosen(task.container_definitions, lambda each: each.privileged):
        yield fault("privileged", container=container.name)


@control(
    "ECS.5",
    where=lambda task: not task.on_windows,
    examples=[
        passes(TASK),
        passes(replace(TASK, system="")),
        fails("writable_root", _beside(readonly_root_filesystem=False)),
        fails("writable_root", replace(_beside(readonly_root_filesystem=False), system="")),
        ignores(
            replace(ON_WINDOWS, container_definitions=(replace(APP, readonly_root_filesystem=False),)),
        ),
    ],
)
def has_read_only_root(task: TaskDefinition) -> Faults:
    """Every container of the latest active revision has a read-only root file system; Windows knows none."""
    for container in chosen(task.container_definitions, lambda each: not each.readonly_root_filesystem):
        yield fault("writable_root", container=container.name)


@control(
    "ECS.8",
    examples=[
        passes(TASK),
        # Other names are the product's users' own business: AWS's rule knows these three.
        passes(_beside(environment=(Variable(name="aws_access_key_id"), Variable(name="DB_PASSWORD")))),
        *(
            fails("key_in_variable", _beside(environment=(Variable(name="LANG"), Variable(name=name))))
            for name in KEYS
        ),
    ],
)
def takes_no_keys_from_variables(task: TaskDefinition) -> Faults:
    """No container of the latest active revision gets AWS keys or registry credentials as plain variables.

    AWS names the three variables; they are compared as they are written. Variables that come from a file in S3
    or from `secrets` are not asked about.
    """
    for container in chosen(task.container_definitions, lambda each: some(each.environment, _is_key)):
        for variable in chosen(container.environment, _is_key):
            yield fault("key_in_variable", container=container.name, variable=variable.name)


def _is_key(variable: Variable) -> bool:
    return variable.name in KEYS


@control(
    "ECS.9",
    examples=[
        passes(TASK),
        passes(ON_WINDOWS),
        fails("not_logged", _beside(log_configuration=None)),
        fails("not_logged", _beside(log_configuration=Logging(log_driver=None))),
    ],
)
def logs(task: TaskDefinition) -> Faults:
    """Every container of the latest active revision has a logging configuration with a driver."""
    for container in chosen(task.container_definitions, lambda each: not _is_logged(each)):
        yield fault("not_logged", container=container.name)


def _is_logged(container: Container) -> bool:
    return container.log_configuration is not None and bool(container.log_configuration.log_driver)


ON_FARGATE = Service(
    launch_type="FARGATE",
    capacity_provider_strategy=(),
    platform_version=LATEST,
    platform_family="Linux",
)
WINDOWS_FARGATE = replace(ON_FARGATE, platform_family="WINDOWS_SERVER_2022_CORE", platform_version="1.0.0")
ON_SPOT = replace(
    ON_FARGATE, launch_type=None, capacity_provider_strategy=(Share(capacity_provider="FARGATE_SPOT"),)
)


def on_fargate(service: Service) -> bool:
    """Whether tasks of the service run on Fargate, by its launch type or by a capacity provider."""
    if service.launch_type is not None:
        return service.launch_type == "FARGATE"
    return some(service.capacity_provider_strategy, lambda s: s.capacity_provider.startswith("FARGATE"))


@control(
    "ECS.10",
    where=on_fargate,
    examples=[
        passes(ON_FARGATE),
        passes(replace(ON_FARGATE, platform_version="1.4.0")),
        passes(WINDOWS_FARGATE),
        passes(ON_SPOT),
        fails("old_platform", replace(ON_FARGATE, platform_version="1.3.0")),
        fails("old_platform", replace(ON_FARGATE, platform_version="1.0.0")),
        fails("old_platform", replace(ON_SPOT, platform_version="1.3.0")),
        fails("old_platform", replace(WINDOWS_FARGATE, platform_version="0.9.0")),
        # Without a platform family: 1.0.0 is Windows' newest and Linux' oldest, the others are Linux' alone.
        passes(replace(ON_FARGATE, platform_family="", platform_version="1.4.0")),
        fails("old_platform", replace(ON_SPOT, platform_family="", platform_version="1.3.0")),
        cannot_tell(replace(ON_FARGATE, platform_family="", platform_version="1.0.0")),
        cannot_tell(replace(ON_FARGATE, platform_version="1.5.0")),
        cannot_tell(replace(ON_FARGATE, platform_version="newest")),
        ignores(replace(ON_FARGATE, launch_type="EC2", platform_version="1.3.0")),
        ignores(
            replace(
                ON_FARGATE, launch_type=None, capacity_provider_strategy=(Share(capacity_provider="own"),)
            )
        ),
    ],
)
def runs_on_latest_platform(service: Service) -> Faults:
    """A service on Fargate asks for the platform version LATEST, or for the newest number there is.

    Security Hub's newest are 1.4.0 for Linux and 1.0.0 for Windows; what is newer than that is not known here.
    """
    if service.platform_version == LATEST:
        return
    version = _version(service.platform_version)
    family = service.platform_family
    newest = NEWEST["windows" if family.lower().startswith("windows") else "linux"]
    if not family and version == NEWEST["windows"]:
        raise Unseen("Service.platform_family", NOT_IN_ANSWER)
    if version > newest:
        raise Unseen("Service.platform_version", UNKNOWN_VALUE)
    if version < newest:
        yield fault("old_platform", version=service.platform_version)


def _version(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\d+\.\d+\.\d+", text):
        raise Unseen("Service.platform_version", UNKNOWN_VALUE)
    return tuple(int(part) for part in text.split("."))


OBSERVED = Cluster(settings=(Setting(name=INSIGHTS, value="enabled"),))
UNOBSERVED = Cluster(settings=(Setting(name=INSIGHTS, value="disabled"),))


def insights(cluster: Cluster) -> str:
    """How Container Insights is set. A cluster whose settings are shown, and this one not among them, has it off."""
    for setting in cluster.settings:
        if setting.name == INSIGHTS:
            return setting.value
    return "disabled"


@control(
    "ECS.12",
    examples=[
        passes(OBSERVED),
        passes(Cluster(settings=(Setting(name=INSIGHTS, value="enhanced"),))),
        fails("no_insights", UNOBSERVED),
        fails("no_insights", Cluster(settings=())),
        fails("no_insights", Cluster(settings=(Setting(name="another", value="enabled"),))),
    ],
)
def uses_container_insights(cluster: Cluster) -> Faults:
    """Container Insights is on, with or without enhanced observability."""
    if insights(cluster) == "disabled":
        yield fault("no_insights")


@control(
    "ECS.16",
    examples=[
        passes(TaskSet(addresses=PRIVATE)),
        passes(TaskSet(addresses=None)),
        fails("public_address", TaskSet(addresses=PUBLIC)),
    ],
)
def gives_task_set_no_public_address(tasks: TaskSet) -> Faults:
    """The tasks of a task set are not given public addresses (assignPublicIp)."""
    if are_public(tasks.addresses):
        yield fault("public_address")


SECRET = Volume(name="data", efs=EfsVolume(transit_encryption="ENABLED"))
OPEN = Volume(name="shared", efs=EfsVolume(transit_encryption="DISABLED"))


@control(
    "ECS.18",
    examples=[
        passes(TASK),
        passes(replace(TASK, volumes=(SECRET, Volume(name="scratch", efs=None)))),
        fails("plain_efs", replace(TASK, volumes=(SECRET, OPEN))),
    ],
)
def encrypts_efs_traffic(task: TaskDefinition) -> Faults:
    """Every EFS volume of the latest active revision is reached over TLS (transitEncryption)."""
    for volume in chosen(task.volumes, _is_plain_efs):
        yield fault("plain_efs", volume=volume.name)


def _is_plain_efs(volume: Volume) -> bool:
    return volume.efs is not None and volume.efs.transit_encryption != "ENABLED"


@control(
    "ECS.19",
    where=lambda provider: provider.auto_scaling_group_provider is not None,
    examples=[
        passes(
            CapacityProvider(
                auto_scaling_group_provider=ScalingGroup(managed_termination_protection="ENABLED")
            )
        ),
        fails(
            "not_protected",
            CapacityProvider(
                auto_scaling_group_provider=ScalingGroup(managed_termination_protection="DISABLED")
            ),
        ),
        ignores(CapacityProvider(auto_scaling_group_provider=None)),
    ],
)
def protects_instances_with_tasks(provider: CapacityProvider) -> Faults:
    """A capacity provider's managed termination protection is on; it exists only with an Auto Scaling group."""
    group = provider.auto_scaling_group_provider
    if group is not None and group.managed_termination_protection != "ENABLED":
        yield fault("not_protected")


@control(
    "ECS.20",
    where=lambda task: not task.on_windows,
    examples=[
        passes(TASK),
        passes(_beside(user="node:0")),
        passes(replace(TASK, system="")),
        fails("root", _beside(user="")),
        fails("root", _beside(user="root")),
        fails("root", _beside(user="root:www")),
        fails("root", _beside(user="0:1000")),
        ignores(ON_WINDOWS),
    ],
)
def runs_as_plain_user(task: TaskDefinition) -> Faults:
    """Every container of the latest active revision names a user, and not root, by name or number.

    A group may follow the user. A task definition that names no operating system counts as Linux, too.
    """
    for container in chosen(task.container_definitions, lambda each: _is_root(each.user)):
        yield fault("root", container=container.name)


def _is_root(user: str) -> bool:
    name = user.partition(":")[0]
    return name in ("", "root") or (name.isdecimal() and int(name) == 0)


@control(
    "ECS.21",
    where=lambda task: task.on_windows or not task.system,
    examples=[
        passes(ON_WINDOWS),
        passes(replace(ON_WINDOWS, system="")),
        fails("administrator", replace(ON_WINDOWS, container_definitions=(replace(APP, user=""),))),
        fails(
            "administrator",
            replace(ON_WINDOWS, container_definitions=(APP, replace(APP, user="ContainerAdministrator"))),
        ),
        fails(
            "administrator",
            replace(
                ON_WINDOWS, container_definitions=(replace(APP, user="User Manager\\ContainerAdministrator"),)
            ),
        ),
        fails("administrator", replace(_beside(user="containeradministrator"), system="")),
        ignores(replace(TASK, container_definitions=(replace(APP, user=""),))),
    ],
)
def runs_as_plain_windows_user(task: TaskDefinition) -> Faults:
    """Every container of the latest active revision names a user, and not the default administrator.

    A task definition that names no operating system is judged here, too, as ECS.20 judges it.
    """
    for container in chosen(task.container_definitions, lambda each: _is_administrator(each.user)):
        yield fault("administrator", container=container.name)


def _is_administrator(user: str) -> bool:
    return user.rpartition("\\")[2].lower() in ("", "containeradministrator")


CONTROLS = (
    gives_tasks_no_public_address,
    keeps_processes_apart_from_the_host,
    is_not_privileged,
    has_read_only_root,
    takes_no_keys_from_variables,
    logs,
    runs_on_latest_platform,
    uses_container_insights,
    gives_task_set_no_public_address,
    encrypts_efs_traffic,
    protects_instances_with_tasks,
    runs_as_plain_user,
    runs_as_plain_windows_user,
)
