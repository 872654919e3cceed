"""GuardDuty: what is required."""

from __future__ import annotations

from ishigaki.core.control import Control, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given
from ishigaki.core.record import replace
from ishigaki.services.guardduty.resources import AdditionalConfiguration, Detector, Feature, ThreatDetection

HERE = ThreatDetection()
ON = Detector(status="ENABLED", features=())
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


def protection(id: str, features: tuple[str, ...], agent: str) -> Control:
    """The control that one protection of GuardDuty is on."""
    agents = (AdditionalConfiguration(name=agent, status="ENABLED"),) if agent else ()
    off = (AdditionalConfiguration(name=agent, status="DISABLED"),) if agent else ()

    def watched(
        feature: str, *, status: str = "ENABLED", agents: tuple[AdditionalConfiguration, ...]
    ) -> Detector:
        return replace(ON, features=(Feature(name=feature, status=status, additional_configuration=agents),))

    @control(
        id,
        examples=[
            *(passes(HERE, watched(f, agents=agents)) for f in features),
            *(fails("protection_off", HERE, watched(f, status="DISABLED", agents=agents)) for f in features),
            *(fails("protection_off", HERE, watched(f, agents=off)) for f in features if agent),
            fails("protection_off", HERE, watched("FLOW_LOGS", agents=agents)),
            fails("protection_off", HERE, ON),
            fails("suspended", HERE, replace(watched(features[0], agents=agents), status="DISABLED")),
            fails("no_detector", HERE),
        ],
        doc=f"A detector, not suspended, has {' or '.join(features)} on{f', with {agent}' if agent else ''}.",
    )
    def is_protected(threats: ThreatDetection, detectors: Given[Detector]) -> Faults:
        if not detectors:
            yield fault("no_detector")
        for detector in detectors:
            if detector.status != "ENABLED":
                yield fault("suspended")
            elif not any(detector.runs(f, agent=agent) for f in features):
                yield fault("protection_off")

    return is_protected


CONTROLS = (is_enabled, *(protection(id, *asked) for id, asked in PROTECTIONS.items()))
