"""GuardDuty: what is required."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from ishigaki.core.control import Control, Example, control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen, none
from ishigaki.core.record import replace
from ishigaki.services.guardduty.resources import (
    AdditionalConfiguration,
    Detector,
    Feature,
    Member,
    Protections,
    ThreatDetection,
    runs,
)

HERE = ThreatDetection()
ON = Detector(status="ENABLED", features=(), administrator=None)
SUSPENDED = replace(ON, status="DISABLED")


@control(
    "GuardDuty.1",
    examples=[passes(HERE, ON), fails("no_detector", HERE), fails("suspended", HERE, SUSPENDED)],
)
def is_enabled(threats: ThreatDetection, detectors: Given[Detector]) -> Faults:
    """The Region has a detector, and it is not suspended."""
    if not detectors:
        yield fault("no_detector")
    for detector in detectors:
        if detector.status != "ENABLED":
            yield fault("suspended")


# Control: the features of which one must be on, and the agent that GuardDuty must manage for it.
PROTECTIONS = {
    "GuardDuty.5": (("EKS_AUDIT_LOGS",), ""),
    "GuardDuty.6": (("LAMBDA_NETWORK_LOGS",), ""),
    "GuardDuty.7": (("RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING"), "EKS_ADDON_MANAGEMENT"),
    "GuardDuty.8": (("EBS_MALWARE_PROTECTION",), ""),
    "GuardDuty.9": (("RDS_LOGIN_EVENTS",), ""),
    "GuardDuty.10": (("S3_DATA_EVENTS",), ""),
    "GuardDuty.11": (("RUNTIME_MONITORING",), ""),
    "GuardDuty.12": (("RUNTIME_MONITORING",), "ECS_FARGATE_AGENT_MANAGEMENT"),
    "GuardDuty.13": (("RUNTIME_MONITORING",), "EC2_AGENT_MANAGEMENT"),
}


NAMED = 5  # how many members a finding names
ADMINISTRATOR = "444455556666"


def _answers_for_itself(threats: ThreatDetection, detectors: Given[Detector], members: Given[Member]) -> bool:
    """Whether no other account administers GuardDuty here: AWS asks the administrator for its members."""
    return none(detectors, lambda d: d.administrator not in (None, threats.account))


def protection(id: str, features: tuple[str, ...], agent: str) -> Control:
    """The control that one protection of GuardDuty is on."""

    def is_on(shown: Iterable[Feature]) -> bool:
        seen = tuple(shown)
        return any(runs(seen, feature, agent=agent) for feature in features)

    @control(
        id,
        where=_answers_for_itself,
        examples=tuple(_examples(features, agent)),
        doc=f"A detector, not suspended, has {' or '.join(features)} on{f', with {agent}' if agent else ''}, "
        "and so has every member that the account administers; a member itself is not asked.",
    )
    def is_protected(threats: ThreatDetection, detectors: Given[Detector], members: Given[Member]) -> Faults:
        if not detectors:
            yield fault("no_detector")
        for detector in detectors:
            if detector.status != "ENABLED":
                yield fault("suspended")
            elif not is_on(detector.features):
                yield fault("protection_off")
        for member in islice(chosen(members, lambda m: not is_on(m.protections.features)), NAMED):
            yield fault("member_off", account=member.name)

    return is_protected


def _examples(features: tuple[str, ...], agent: str) -> Iterator[Example]:
    agents = (AdditionalConfiguration(name=agent, status="ENABLED"),) if agent else ()
    off = (AdditionalConfiguration(name=agent, status="DISABLED"),) if agent else ()

    def watched(
        feature: str, *, status: str = "ENABLED", agents: tuple[AdditionalConfiguration, ...] = agents
    ) -> Detector:
        return replace(ON, features=(Feature(name=feature, status=status, additional_configuration=agents),))

    def member(detector: Detector) -> Member:
        return Member(name="222233334444", protections=Protections(features=detector.features))

    on = watched(features[0])
    for feature in features:
        yield passes(HERE, watched(feature))
        yield fails("protection_off", HERE, watched(feature, status="DISABLED"))
        if agent:
            yield fails("protection_off", HERE, watched(feature, agents=off))
    yield passes(HERE, on, member(on))
    yield passes(HERE, replace(on, administrator=HERE.account))
    yield fails("member_off", HERE, on, member(on), member(watched(features[0], status="DISABLED")))
    yield fails("member_off", HERE, on, member(ON))
    yield fails("protection_off", HERE, watched("FLOW_LOGS"))
    yield fails("protection_off", HERE, ON, member(on))
    yield fails("suspended", HERE, replace(on, status="DISABLED"))
    yield fails("no_detector", HERE)
    yield ignores(HERE, replace(on, administrator=ADMINISTRATOR))
    yield ignores(HERE, replace(ON, administrator=ADMINISTRATOR))


CONTROLS = (is_enabled, *(protection(id, *asked) for id, asked in PROTECTIONS.items()))
