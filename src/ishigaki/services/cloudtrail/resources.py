"""CloudTrail: what is collected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen


class DataResource(Value):
    """Things whose data events a basic selector logs: ARNs, or the beginnings of ARNs, of one type."""

    type: str
    values: tuple[str, ...]

    @property
    def is_every_s3_object(self) -> bool:
        """CloudTrail takes `arn:aws:s3` (or `arn:aws:s3:::`) for all objects of all buckets to come."""
        return self.type == "AWS::S3::Object" and any(_names_all_of_s3(v) for v in self.values)


def _names_all_of_s3(arn: str) -> bool:
    parts = arn.split(":")
    return parts[0] == "arn" and parts[2:3] == ["s3"] and not any(parts[3:])


class EventSelector(Value):
    """A basic selector."""

    read_write_type: str = member(values=("All", "ReadOnly", "WriteOnly"))
    include_management_events: bool
    exclude_management_event_sources: tuple[str, ...] = member(
        absent=(), why="By default, ExcludeManagementEventSources is empty"
    )
    data_resources: tuple[DataResource, ...] = member(
        absent=(), why="By default a trail logs management events and no data events"
    )

    def takes_management_events(self, *, read: bool) -> bool:
        return (
            self._takes(read=read)
            and self.include_management_events
            and not self.exclude_management_event_sources
        )

    def takes_s3_objects(self, *, read: bool) -> bool:
        return self._takes(read=read) and any(d.is_every_s3_object for d in self.data_resources)

    def _takes(self, *, read: bool) -> bool:
        return self.read_write_type in ("All", "ReadOnly" if read else "WriteOnly")


def _operator() -> tuple[str, ...]:
    return member(
        absent=(), why="AdvancedFieldSelector: a field is compared by the operators that were given"
    )


class FieldSelector(Value):
    """A condition of an advanced selector on one field of an event."""

    field: str
    equals: tuple[str, ...] = _operator()
    starts_with: tuple[str, ...] = _operator()
    ends_with: tuple[str, ...] = _operator()
    not_equals: tuple[str, ...] = _operator()
    not_starts_with: tuple[str, ...] = _operator()
    not_ends_with: tuple[str, ...] = _operator()

    def admits(self, value: str) -> bool:
        others = (
            self.starts_with,
            self.ends_with,
            self.not_equals,
            self.not_starts_with,
            self.not_ends_with,
        )
        return value in self.equals and not any(others)


class AdvancedEventSelector(Value):
    """An advanced selector logs the events that meet all of its conditions."""

    field_selectors: tuple[FieldSelector, ...]

    def takes_management_events(self, *, read: bool) -> bool:
        return self._takes({"eventCategory": "Management", "readOnly": str(read).lower()})

    def takes_s3_objects(self, *, read: bool) -> bool:
        return self._takes(
            {"eventCategory": "Data", "resources.type": "AWS::S3::Object", "readOnly": str(read).lower()}
        )

    def _takes(self, events: Mapping[str, str]) -> bool:
        """Whether it logs every event with these values: conditions on other fields leave some out."""
        fields = {f.field for f in self.field_selectors}
        return (
            "eventCategory" in fields
            and fields <= events.keys()
            and all(f.admits(events[f.field]) for f in self.field_selectors)
        )


# AWS: by default a trail logs all management events and no data events.
NO_OWN_SELECTORS = (
    EventSelector(
        read_write_type="All",
        include_management_events=True,
        exclude_management_event_sources=(),
        data_resources=(),
    ),
)
EITHER = "a trail has event selectors or advanced event selectors: both cannot be applied to one trail"


class EventSelectors(Value):
    """What a trail logs. An event that meets any of the selectors is logged."""

    event_selectors: tuple[EventSelector, ...] = member(absent=(), why=EITHER)
    advanced_event_selectors: tuple[AdvancedEventSelector, ...] = member(absent=(), why=EITHER)

    @property
    def each(self) -> tuple[EventSelector | AdvancedEventSelector, ...]:
        return (*self.event_selectors, *self.advanced_event_selectors)


@resource(
    "AWS::CloudTrail::Trail",
    # With shadow trails: an organization's trail is one in the accounts of its members.
    listed_by=call("cloudtrail", "DescribeTrails", includeShadowTrails=True),
    at="trailList",
    id="{TrailARN}",
    name="{Name}",
    region="{HomeRegion}",
    owner="{TrailARN!account}",
)
class Trail(Resource):
    """A trail, seen from every Region it records, judged in its home Region by the account that owns it."""

    is_multi_region_trail: bool
    log_file_validation_enabled: bool
    has_custom_event_selectors: bool
    is_organization_trail: bool
    s3_bucket_name: str
    kms_key_id: str | None = member(
        absent=None,
        why="CloudTrail.2 passes if KmsKeyId is defined: a trail without a key has none in its answer",
    )
    cloud_watch_logs_log_group_arn: str | None = member(
        absent=None, why="CloudTrail.5 fails if CloudWatchLogsLogGroupArn is empty: it is optional"
    )
    is_logging: bool = facet(call("cloudtrail", "GetTrailStatus", Name="{TrailARN}"), at="IsLogging")
    event_selectors: EventSelectors = facet(call("cloudtrail", "GetEventSelectors", TrailName="{TrailARN}"))

    @property
    def selectors(self) -> Sequence[EventSelector | AdvancedEventSelector]:
        """What the trail logs. AWS may refuse a member the selectors of its organization's trail: one without
        selectors of its own then logs what every new trail does."""
        if "event_selectors" not in self.seen() and not self.has_custom_event_selectors:
            return NO_OWN_SELECTORS
        return self.event_selectors.each

    @property
    def takes_all_management_events(self) -> bool:
        return all(
            any(s.takes_management_events(read=read) for s in self.selectors) for read in (True, False)
        )

    @property
    def log_group(self) -> tuple[str, str, str] | None:
        """Region, account and name of the log group that events are sent to."""
        if not self.cloud_watch_logs_log_group_arn:
            return None
        parts = self.cloud_watch_logs_log_group_arn.split(":")
        if len(parts) < 7:
            raise Unseen("Trail.cloud_watch_logs_log_group_arn", UNKNOWN_VALUE)
        return parts[3], parts[4], parts[6]

    def takes_s3_objects(self, *, read: bool) -> bool:
        return any(s.takes_s3_objects(read=read) for s in self.selectors)


@resource(
    "AWS::CloudTrail::EventDataStore",
    listed_by=call("cloudtrail", "ListEventDataStores"),
    at="EventDataStores",
    id="{EventDataStoreArn}",
    name="{Name}",
    owner="{EventDataStoreArn!account}",
)
class EventDataStore(Resource):
    """A CloudTrail Lake event data store."""


@resource("AWS::::Account", scope="global")
class Activity(Resource):
    """What is done in the account, as far as trails record it."""
