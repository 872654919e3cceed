"""Auto Scaling: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, resource


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
