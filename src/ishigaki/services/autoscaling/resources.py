"""Auto Scaling: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource

ONE_OF_THREE = "a group is made from a launch template, a mixed instances policy or a launch configuration"


class TrafficSource(Value):
    type: str = member(values=("elb", "elbv2", "vpc-lattice"))


class Override(Value):
    """What a mixed instances policy names in the place of its launch template's: a type, or what it must offer."""

    instance_type: str | None = member(
        absent=None, why="an override names an instance type or instance requirements, not both"
    )


@resource(
    "AWS::AutoScaling::AutoScalingGroup",
    listed_by=call("autoscaling", "DescribeAutoScalingGroups", MaxRecords=100),
    at="AutoScalingGroups",
    id="{AutoScalingGroupARN}",
    name="{AutoScalingGroupName}",
    tags="Tags",
)
class AutoScalingGroup(Resource):
    """An Auto Scaling group."""

    availability_zones: tuple[str, ...]
    health_check_type: str
    load_balancer_names: tuple[str, ...]
    target_group_arns: tuple[str, ...]
    traffic_sources: tuple[TrafficSource, ...] = member(
        absent=(), why="the traffic sources that are associated with the group"
    )
    launch_configuration: str | None = member(at="LaunchConfigurationName", absent=None, why=ONE_OF_THREE)
    launch_template: str | None = member(at="LaunchTemplate.LaunchTemplateId", absent=None, why=ONE_OF_THREE)
    mixed_template: str | None = member(
        at="MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId",
        absent=None,
        why=ONE_OF_THREE,
    )
    overrides: tuple[Override, ...] = member(
        at="MixedInstancesPolicy.LaunchTemplate.Overrides",
        absent=(),
        why="overrides are optional: without them the launch template's instance type is used",
    )

    @property
    def is_balanced(self) -> bool:
        """Whether it is attached to a load balancer of whatever generation; VPC Lattice is none."""
        return (
            bool(self.load_balancer_names)
            or bool(self.target_group_arns)
            or any(source.type in ("elb", "elbv2") for source in self.traffic_sources)
        )

    @property
    def health_checks(self) -> tuple[str, ...]:
        """The kinds of health checks: AWS shows them with commas between. Those of EC2 are always made."""
        return tuple(part.strip() for part in self.health_check_type.split(",") if part.strip())


@resource(
    "AWS::AutoScaling::LaunchConfiguration",
    listed_by=call(
        "autoscaling",
        "DescribeLaunchConfigurations",
        MaxRecords=100,
        secret=("LaunchConfigurations[].UserData",),
    ),
    at="LaunchConfigurations",
    id="{LaunchConfigurationARN}",
    name="{LaunchConfigurationName}",
)
class LaunchConfiguration(Resource):
    """A launch configuration."""

    http_tokens: str | None = member(
        at="MetadataOptions.HttpTokens",
        absent=None,
        why="if the parameter is not specified in the request, the default state is optional",
        values=("optional", "required"),
    )
    associate_public_ip_address: bool | None = member(
        absent=None, why="if the property is not specified, the subnet decides"
    )
