"""Config: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, Source, facet, resource
from ishigaki.services.config_.required import IAM_TYPES


class RecordingGroup(Value):
    """Which resource types a recorder records."""

    all_supported: bool
    include_global_resource_types: bool
    resource_types: tuple[str, ...] = member(
        absent=(), why="To record all configuration changes, omit resourceTypes or name none in it"
    )
    excluded: tuple[str, ...] = member(
        at="exclusionByResourceTypes.resourceTypes",
        absent=(),
        why="resourceTypes is given where the strategy is EXCLUSION_BY_RESOURCE_TYPES",
    )
    strategy: str = member(
        at="recordingStrategy.useOnly",
        absent="",
        why="recordingStrategy is optional where allSupported is true or resourceTypes names types",
        values=("ALL_SUPPORTED_RESOURCE_TYPES", "INCLUSION_BY_RESOURCE_TYPES", "EXCLUSION_BY_RESOURCE_TYPES"),
    )

    def records(self, kind: str) -> bool:
        """The exclusion strategy overrides the other members; `allSupported` leaves out global types."""
        if self.strategy == "EXCLUSION_BY_RESOURCE_TYPES":
            return kind not in self.excluded
        if self.all_supported:
            return kind not in IAM_TYPES or self.include_global_resource_types
        return kind in self.resource_types


@resource(
    "AWS::Config::ConfigurationRecorder",
    listed_by=call("config", "DescribeConfigurationRecorders"),
    at="ConfigurationRecorders",
    id="arn:{partition}:config:{region}:{account}:configuration-recorder/{name}",
    name="{name}",
)
class Recorder(Resource):
    """The recorder the customer manages: one in a Region, or none."""

    role_arn: str
    recording_group: RecordingGroup
    is_recording: bool = facet(
        call("config", "DescribeConfigurationRecorderStatus", ConfigurationRecorderNames=["{name}"]),
        at="ConfigurationRecordersStatus[0].recording",
    )


@resource(
    "AWS::Config::ConfigurationRecorder",
    listed_by=call("config", "ListConfigurationRecorders"),
    at="ConfigurationRecorderSummaries",
    id="arn:{partition}:config:{region}:{account}:configuration-recorder/{name}",
    name="{name}",
)
class RecorderSummary(Resource):
    """Every recorder of the Region, those that AWS services run for themselves among them."""

    service_principal: str = member(
        absent="", why="servicePrincipal is given for service-linked configuration recorders"
    )


@resource(
    "AWS::Config::DeliveryChannel",
    listed_by=call("config", "DescribeDeliveryChannels"),
    at="DeliveryChannels",
    id="arn:{partition}:config:{region}:{account}:delivery-channel/{name}",
    name="{name}",
)
class DeliveryChannel(Resource):
    """Where Config delivers what the customer's recorder records: one in a Region, or none."""


@resource(
    "AWS::SecurityHub::FindingAggregator",
    listed_by=call("securityhub", "ListFindingAggregators"),
    at="FindingAggregators",
    nothing=("InvalidAccessException",),  # Security Hub is not enabled
    id="{FindingAggregatorArn}",
    name="{FindingAggregatorArn!name}",
    region="{FindingAggregatorArn!region}",
    detail=Source(call("securityhub", "GetFindingAggregator", FindingAggregatorArn="{FindingAggregatorArn}")),
)
class FindingAggregator(Resource):
    """Where findings of several Regions are brought together: an aggregation Region and those linked to it.

    Every Region in which Security Hub is enabled shows it, whichever Region it lives in.
    """

    finding_aggregation_region: str
    region_linking_mode: str = member(
        values=("ALL_REGIONS", "ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS", "NO_REGIONS")
    )
    regions: tuple[str, ...] = member(
        absent=(),
        why="Regions is the list of excluded or included Regions: ALL_REGIONS and NO_REGIONS need none",
    )

    def links(self, region: str) -> bool:
        """Whether a Region's findings are sent to another one."""
        if region == self.finding_aggregation_region:
            return False
        mode = self.region_linking_mode
        return (
            mode == "ALL_REGIONS"
            or (mode == "ALL_REGIONS_EXCEPT_SPECIFIED" and region not in self.regions)
            or (mode == "SPECIFIED_REGIONS" and region in self.regions)
        )


@resource("AWS::::Account")
class Recording(Resource):
    """How the account's configuration is recorded in one Region."""
