"""Launch templates and Spot Fleet requests: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, resource

ONLY_WHAT_WAS_SET = "a template shows the parameters that were specified for it, and no others"
ENCRYPTED = "Encrypted is shown where it was specified; a snapshot or the account's default decides otherwise"
EBS = "a mapping is for an EBS volume or for an instance store volume"


class Ebs(Value):
    encrypted: bool | None = member(absent=None, why=ENCRYPTED)


class Mapping(Value):
    ebs: Ebs | None = member(absent=None, why=EBS)


class Interface(Value):
    associate_public_ip_address: bool | None = member(absent=None, why=ONLY_WHAT_WAS_SET)


@resource(
    "AWS::EC2::LaunchTemplate",
    listed_by=call("ec2", "DescribeLaunchTemplates", IncludeManagedResources=True, MaxResults=200),
    at="LaunchTemplates",
    id="arn:{partition}:ec2:{region}:{account}:launch-template/{LaunchTemplateId}",
    name="{LaunchTemplateName}",
    tags="Tags",
)
class LaunchTemplate(Resource):
    """A launch template."""

    launch_template_id: str
    latest_version_number: int
    managed: bool = member(
        at="Operator.Managed", absent=False, why="AWS shows the service provider that manages the template"
    )


@resource(
    "AWS::EC2::LaunchTemplate",
    listed_by=call(
        "ec2",
        "DescribeLaunchTemplateVersions",
        Versions=["$Default"],
        IncludeManagedResources=True,
        MaxResults=200,
        secret=("LaunchTemplateVersions[].LaunchTemplateData.UserData",),
    ),
    at="LaunchTemplateVersions",
    id="arn:{partition}:ec2:{region}:{account}:launch-template/{LaunchTemplateId}",
    name="{LaunchTemplateName}",
)
class DefaultVersion(Resource):
    """The default version of a launch template: one call shows those of all templates."""

    launch_template_id: str
    version_number: int
    user_data: str | None = member(
        at="LaunchTemplateData.UserData", absent=None, why=ONLY_WHAT_WAS_SET
    )  # of which only is kept that there is some
    network_interfaces: tuple[Interface, ...] = member(
        at="LaunchTemplateData.NetworkInterfaces", absent=(), why=ONLY_WHAT_WAS_SET
    )
    http_tokens: str | None = member(
        at="LaunchTemplateData.MetadataOptions.HttpTokens",
        absent=None,
        why=ONLY_WHAT_WAS_SET,
        values=("optional", "required"),
    )
    block_device_mappings: tuple[Mapping, ...] = member(
        at="LaunchTemplateData.BlockDeviceMappings", absent=(), why=ONLY_WHAT_WAS_SET
    )


class Launch(Value):
    """A launch specification of a Spot Fleet request."""

    block_device_mappings: tuple[Mapping, ...] = member(absent=(), why=ONLY_WHAT_WAS_SET)


@resource(
    "AWS::EC2::SpotFleet",
    listed_by=call(
        "ec2",
        "DescribeSpotFleetRequests",
        MaxResults=1000,
        secret=("SpotFleetRequestConfigs[].SpotFleetRequestConfig.LaunchSpecifications[].UserData",),
    ),
    at="SpotFleetRequestConfigs[?SpotFleetRequestState != 'cancelled']",
    id="arn:{partition}:ec2:{region}:{account}:spot-fleet-request/{SpotFleetRequestId}",
    name="{SpotFleetRequestId}",
    tags="Tags",
)
class SpotFleet(Resource):
    """A Spot Fleet request that is not cancelled."""

    launches: tuple[Launch, ...] = member(
        at="SpotFleetRequestConfig.LaunchSpecifications",
        absent=(),
        why="a request has launch specifications or launch templates, never both",
    )
