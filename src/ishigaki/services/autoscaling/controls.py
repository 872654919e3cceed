"""Auto Scaling: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import some
from ishigaki.core.record import replace
from ishigaki.services.autoscaling.resources import (
    AutoScalingGroup,
    LaunchConfiguration,
    Override,
    TrafficSource,
)
from ishigaki.services.zones import Zones

ALONE = AutoScalingGroup(
    health_check_type="EC2", load_balancer_names=(), target_group_arns=(), traffic_sources=()
)
BALANCED = replace(
    ALONE,
    health_check_type="ELB",
    target_group_arns=("arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:targetgroup/web/1",),
)


@control(
    "AutoScaling.1",
    where=lambda group: group.is_balanced,
    examples=[
        passes(BALANCED),
        passes(replace(BALANCED, health_check_type="EC2,ELB")),
        passes(replace(BALANCED, health_check_type="VPC_LATTICE, ELB")),
        fails("not_by_load_balancer", replace(BALANCED, health_check_type="EC2")),
        fails("not_by_load_balancer", replace(BALANCED, health_check_type="VPC_LATTICE")),
        fails("not_by_load_balancer", replace(ALONE, load_balancer_names=("web",))),
        fails("not_by_load_balancer", replace(ALONE, traffic_sources=(TrafficSource(type="elbv2"),))),
        fails("not_by_load_balancer", replace(ALONE, traffic_sources=(TrafficSource(type="elb"),))),
        ignores(ALONE),
        ignores(replace(ALONE, traffic_sources=(TrafficSource(type="vpc-lattice"),))),
    ],
)
def is_checked_by_load_balancer(group: AutoScalingGroup) -> Faults:
    """A group that is attached to a load balancer replaces instances that fail the load balancer's health checks."""
    if "ELB" not in group.health_checks:
        yield fault("not_by_load_balancer", checks=", ".join(group.health_checks))


TWO_ZONES = AutoScalingGroup(availability_zones=("ap-northeast-1a", "ap-northeast-1c"))


@control(
    "AutoScaling.2",
    examples=[
        passes(TWO_ZONES),
        fails("few_zones", TWO_ZONES, asked=Zones(min_availability_zones=3)),
        fails("few_zones", replace(TWO_ZONES, availability_zones=("ap-northeast-1a",))),
        fails("few_zones", replace(TWO_ZONES, availability_zones=("ap-northeast-1a", "ap-northeast-1a"))),
    ],
)
def spans_zones(group: AutoScalingGroup, asked: Zones) -> Faults:
    """The group is in at least two Availability Zones, or as many as the account asks for."""
    zones = len(set(group.availability_zones))
    if zones < asked.min_availability_zones:
        yield fault("few_zones", zones=zones, least=asked.min_availability_zones)


@control(
    "AutoScaling.3",
    examples=[
        passes(LaunchConfiguration(http_tokens="required")),
        fails("tokens_optional", LaunchConfiguration(http_tokens="optional")),
        fails("tokens_optional", LaunchConfiguration(http_tokens=None)),
    ],
)
def requires_imdsv2(configuration: LaunchConfiguration) -> Faults:
    """Instances answer metadata requests only with a token (IMDSv2). What is not said is optional.

    A metadata endpoint that is off does not make up for it, and configurations that no group uses are judged, too.
    """
    if configuration.http_tokens != "required":
        yield fault("tokens_optional")


@control(
    "Autoscaling.5",
    examples=[
        passes(LaunchConfiguration(associate_public_ip_address=False)),
        passes(LaunchConfiguration(associate_public_ip_address=None)),
        fails("assigns_address", LaunchConfiguration(associate_public_ip_address=True)),
    ],
)
def assigns_no_public_address(configuration: LaunchConfiguration) -> Faults:
    """The launch configuration does not assign public IPv4 addresses.

    Where it does not say, the subnet decides, which is EC2.15's question: AWS's rule asks whether it says true.
    """
    if configuration.associate_public_ip_address:
        yield fault("assigns_address")


MIXED = AutoScalingGroup(
    launch_configuration=None,
    launch_template=None,
    mixed_template="lt-1",
    overrides=(Override(instance_type="m7g.large"), Override(instance_type="m6g.large")),
)


@control(
    "AutoScaling.6",
    where=lambda group: not some(group.overrides, lambda override: override.instance_type is None),
    examples=[
        passes(MIXED),
        fails("one_type", replace(MIXED, overrides=(Override(instance_type="m7g.large"),))),
        fails(
            "one_type",
            replace(
                MIXED, overrides=(Override(instance_type="m7g.large"), Override(instance_type="m7g.large"))
            ),
        ),
        fails("one_type", replace(MIXED, overrides=())),
        fails("one_type", replace(MIXED, mixed_template=None, launch_template="lt-1", overrides=())),
        ignores(replace(MIXED, overrides=(Override(instance_type=None),))),
    ],
)
def uses_several_types(group: AutoScalingGroup) -> Faults:
    """A mixed instances policy names at least two instance types.

    Groups that say what their instances must offer (attribute-based selection) are not judged, as AWS documents.
    """
    if len({override.instance_type for override in group.overrides}) < 2:
        yield fault("one_type")


TEMPLATE = replace(MIXED, launch_template="lt-1", mixed_template=None)


@control(
    "AutoScaling.9",
    examples=[
        passes(TEMPLATE),
        passes(MIXED),
        fails("no_launch_template", replace(TEMPLATE, launch_template=None, launch_configuration="web-1")),
        fails("no_launch_template", replace(TEMPLATE, launch_template=None)),
    ],
)
def uses_launch_template(group: AutoScalingGroup) -> Faults:
    """The group launches its instances from a launch template, its own or its mixed instances policy's."""
    if group.launch_template is None and group.mixed_template is None:
        yield fault("no_launch_template")


CONTROLS = (
    is_checked_by_load_balancer,
    spans_zones,
    requires_imdsv2,
    assigns_no_public_address,
    uses_several_types,
    uses_launch_template,
)
