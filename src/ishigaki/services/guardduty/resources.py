"""GuardDuty: what is collected."""

from __future__ import annotations

from collections.abc import Iterable

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Batch, Resource, Source, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER


class AdditionalConfiguration(Value):
    """A part of a feature that is switched on its own, such as the agent's management."""

    name: str
    status: str = member(values=("ENABLED", "DISABLED"))


class Feature(Value):
    name: str
    status: str = member(values=("ENABLED", "DISABLED"))
    additional_configuration: tuple[AdditionalConfiguration, ...] = member(
        absent=(),
        why="AdditionalConfiguration holds what a feature has beside its own status: most have nothing",
    )


def runs(features: Iterable[Feature], name: str, *, agent: str) -> bool:
    """Whether a feature is on and, where one is named, GuardDuty manages the agent it needs.

    A feature that GuardDuty does not name is off: it describes the features that have been enabled.
    """
    return any(
        f.name == name
        and f.status == "ENABLED"
        and (not agent or any(a.name == agent and a.status == "ENABLED" for a in f.additional_configuration))
        for f in features
    )


@resource(
    "AWS::GuardDuty::Detector",
    listed_by=call("guardduty", "ListDetectors"),
    at="DetectorIds",
    id="arn:{partition}:guardduty:{region}:{account}:detector/{}",
    name="{}",
    detail=Source(call("guardduty", "GetDetector", DetectorId="{}")),
)
class Detector(Resource):
    """GuardDuty in one Region: there is one detector, or none."""

    status: str = member(values=("ENABLED", "DISABLED"))
    features: tuple[Feature, ...]
    administrator: str | None = facet(
        call("guardduty", "GetAdministratorAccount", DetectorId="{}"),
        at="Administrator.AccountId",
        absent={NOT_IN_ANSWER: None},
        why="When the administrator account or an individual account runs this API, it will return no content",
    )


class Protections(Value):
    """What GuardDuty watches in a member account."""

    features: tuple[Feature, ...]


@resource(
    "AWS::GuardDuty::Member",
    listed_by=call(
        "guardduty", "ListMembers", DetectorId="{}", OnlyAssociated="true", secret=("Members[].Email",)
    ),
    at="Members",
    over=Detector,
    id="arn:{partition}:guardduty:{region}:{account}:detector/{parent.}/member/{AccountId}",
    name="{AccountId}",
    owner="{AccountId}",
)
class Member(Resource):
    """An account that this one administers GuardDuty for; suspended ones are among them."""

    protections: Protections = facet(
        Source(
            call("guardduty", "GetMemberDetectors", DetectorId="{parent.}"),
            "MemberDataSourceConfigurations",
            Batch(param="AccountIds", of="{AccountId}", size=50, by="{AccountId}"),
        )
    )


@resource(
    "AWS::GuardDuty::Filter",
    listed_by=call("guardduty", "ListFilters", DetectorId="{}"),
    at="FilterNames",
    over=Detector,
    id="arn:{partition}:guardduty:{region}:{account}:detector/{parent.}/filter/{}",
    name="{}",
)
class Filter(Resource):
    """A filter of findings, or a rule that suppresses them."""


@resource(
    "AWS::GuardDuty::IPSet",
    listed_by=call("guardduty", "ListIPSets", DetectorId="{}"),
    at="IpSetIds",
    over=Detector,
    id="arn:{partition}:guardduty:{region}:{account}:detector/{parent.}/ipset/{}",
    name="{}",
)
class IPSet(Resource):
    """A list of trusted addresses."""


@resource("AWS::::Account")
class ThreatDetection(Resource):
    """How the account is watched for threats in one Region."""
