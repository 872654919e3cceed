"""GuardDuty: what can be put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Note, Ref, alters, change, creates, note, skip, step
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.core.remediation import Wanted, aiming, leaves, mends, remediation
from ishigaki.core.resource import Source
from ishigaki.core.verbatim import new, said
from ishigaki.services.guardduty.controls import ADMINISTRATOR, HERE, NAMED, ON, PROTECTIONS, SUSPENDED
from ishigaki.services.guardduty.resources import (
    AdditionalConfiguration,
    Detector,
    Feature,
    Member,
    Protections,
    ThreatDetection,
    runs,
)

NOT_YET = "new"  # stands for the detector's id until AWS has given it one
FOUNDATIONAL = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")  # on with the detector, and not to be switched
MALWARE = "EBS_MALWARE_PROTECTION"  # scans by a service-linked role of its own
RUNTIME = "RUNTIME_MONITORING"
EKS_RUNTIME = "EKS_RUNTIME_MONITORING"
AGENTS: Mapping[str, tuple[str, ...]] = {  # the agents that a feature can manage
    RUNTIME: ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"),
    EKS_RUNTIME: ("EKS_ADDON_MANAGEMENT",),
}


class ThreatDetectionWanted(Wanted, frozen=True):
    """The features of a detector that is made, each named: AWS switches on what is not. Off may be shortened
    where a Region does not know a feature.

    Sources: R56 and R16 (on in every Region), R1 (FSBP, whose GuardDuty.5, 6, 8, 9 and 10 ask for these five;
    each is charged by use, with 30 days on trial), R18 (under 5 % of the cost: what needs an agent and is charged
    by the vCPU stays off until somebody decides).
    """

    on: tuple[str, ...] = (
        "EBS_MALWARE_PROTECTION",
        "EKS_AUDIT_LOGS",
        "LAMBDA_NETWORK_LOGS",
        "RDS_LOGIN_EVENTS",
        "S3_DATA_EVENTS",
    )
    off: tuple[str, ...] = (RUNTIME, "AI_PROTECTION", "AI_ANALYST")


class ProtectionWanted(Wanted, frozen=True):
    """Features of which one is on, and the agent that GuardDuty manages for it. Source: R1 (FSBP)."""

    features: tuple[str, ...] = ("S3_DATA_EVENTS",)
    agent: str = ""


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(HERE),
        mends(HERE, wanted=ThreatDetectionWanted(on=("S3_DATA_EVENTS",), off=("EKS_AUDIT_LOGS",))),
        mends(HERE, SUSPENDED),
        leaves(HERE, ON),
        leaves(HERE, replace(SUSPENDED, administrator=ADMINISTRATOR), skip="managed_by_administrator"),
    ],
)
def watch_for_threats(
    threats: ThreatDetection, detectors: Given[Detector], wanted: ThreatDetectionWanted
) -> Changes:
    """Makes a detector where there is none, with every feature named; resumes a suspended one as it is."""
    if not detectors:
        yield from _made(threats, on=wanted.on, off=wanted.off)
    for detector in chosen(detectors, lambda d: d.status != "ENABLED"):
        if detector.administrator not in (None, threats.account):
            yield skip("managed_by_administrator", account=detector.administrator)
            continue
        yield change(
            alters(detector, status="ENABLED"),
            steps=[
                step("resume", _update(detector, Enable=True), undo=_update(detector, Enable=False)),
            ],
            notes=(note("guardduty_charges"),),
            costs={"guardduty_region": 1, "guardduty_traffic": 1},
        )


def _made(threats: ThreatDetection, *, on: Sequence[str], off: Sequence[str], agent: str = "") -> Changes:
    agents = [{"Name": agent, "Status": "ENABLED"}]
    features = [_switched(f, "ENABLED", agents) for f in on]
    features += [_switched(f, "DISABLED") for f in off if f not in on]
    shown = [{"Name": name, "Status": "ENABLED"} for name in FOUNDATIONAL]
    detector = new(
        Detector,
        near=threats,
        item={"": NOT_YET, "Status": "ENABLED", "Features": [*shown, *features]},
        administrator=None,
    )
    yield change(
        creates(detector),
        steps=[
            step(
                "create",
                call(
                    "guardduty",
                    "CreateDetector",
                    permission=_allowed("CreateDetector", linked=True),
                    Enable=True,
                    Features=features,
                ),
                undo=call("guardduty", "DeleteDetector", DetectorId=Ref("create", "DetectorId")),
                found=Source(
                    call("guardduty", "ListDetectors"), "DetectorIds[0] && {DetectorId: DetectorIds[0]}"
                ),
            )
        ],
        disruption=Disruption.HIGH if agent else None,
        notes=(note("guardduty_charges"), note("findings_go_with_detector"), *_agent_notes(agent)),
        costs={"guardduty_region": 1, "guardduty_traffic": 1},
    )


def _switched(name: str, status: str, agents: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """A feature as GuardDuty takes it; agents that nobody names stay off."""
    known = {a["Name"]: a["Status"] for a in agents}
    listed = [{"Name": a, "Status": known.get(a, "DISABLED")} for a in AGENTS.get(name, ())]
    return {"Name": name, "Status": status, **({"AdditionalConfiguration": listed} if listed else {})}


def _update(detector: Detector, **settings: Any) -> Call:
    linked = any(f["Name"] == MALWARE and f["Status"] == "ENABLED" for f in settings.get("Features", ()))
    allowed = _allowed("UpdateDetector", linked=linked)
    return call("guardduty", "UpdateDetector", permission=allowed, DetectorId=detector.name, **settings)


def _allowed(operation: str, *, linked: bool) -> tuple[str, ...]:
    """What a call needs, of which a service-linked role may come."""
    return (f"guardduty:{operation}", *(("iam:CreateServiceLinkedRole",) if linked else ()))


def _watching(name: str, status: str, *agents: str) -> Detector:
    """A detector with one feature, and these of its agents on."""
    parts = tuple(AdditionalConfiguration(name=a, status="ENABLED") for a in agents)
    return replace(ON, features=(Feature(name=name, status=status, additional_configuration=parts),))


ON_EC2 = ProtectionWanted(features=(RUNTIME,), agent="EC2_AGENT_MANAGEMENT")
ON_EKS = ProtectionWanted(features=(RUNTIME, EKS_RUNTIME), agent="EKS_ADDON_MANAGEMENT")
S3_ON = _watching("S3_DATA_EVENTS", "ENABLED")
UNPROTECTED_MEMBER = Member(name="222233334444", protections=Protections(features=()))


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(HERE),
        mends(HERE, ON),
        mends(HERE, SUSPENDED),
        mends(HERE, _watching("S3_DATA_EVENTS", "DISABLED")),
        mends(HERE, replace(ON, administrator=HERE.account)),
        mends(HERE, _watching(RUNTIME, "ENABLED", "EKS_ADDON_MANAGEMENT"), wanted=ON_EC2),
        mends(HERE, _watching(EKS_RUNTIME, "ENABLED"), wanted=ON_EKS),
        leaves(HERE, S3_ON),
        leaves(HERE, S3_ON, UNPROTECTED_MEMBER, skip="members_unprotected"),
        leaves(HERE, replace(ON, name=NOT_YET), skip="detector_first"),
        leaves(HERE, _watching(EKS_RUNTIME, "ENABLED"), wanted=ON_EC2, skip="eks_runtime_monitoring_on"),
        leaves(HERE, replace(ON, administrator=ADMINISTRATOR), skip="managed_by_administrator"),
    ],
)
def switch_on_protection(
    threats: ThreatDetection,
    detectors: Given[Detector],
    members: Given[Member],
    wanted: ProtectionWanted,
) -> Changes:
    """Switches on one protection of GuardDuty in the account itself. What its members lack is left to somebody:
    it is charged to them."""
    if not detectors:
        profile = ThreatDetectionWanted()
        on = (*profile.on, *(f for f in wanted.features[:1] if f not in profile.on))
        yield from _made(threats, on=on, off=profile.off, agent=wanted.agent)
    for detector in detectors:
        yield from _protected(threats, detector, wanted)
    off = tuple(chosen(members, lambda m: not _is_on(m.protections.features, wanted)))
    if off:
        named = ", ".join(m.name for m in off[:NAMED])
        yield skip("members_unprotected", count=len(off), accounts=named, feature=wanted.features[0])


def _is_on(features: Iterable[Feature], wanted: ProtectionWanted) -> bool:
    seen = tuple(features)
    return any(runs(seen, f, agent=wanted.agent) for f in wanted.features)


def _protected(threats: ThreatDetection, detector: Detector, wanted: ProtectionWanted) -> Changes:
    if detector.status == "ENABLED" and _is_on(detector.features, wanted):
        return
    if detector.administrator not in (None, threats.account):
        yield skip("managed_by_administrator", account=detector.administrator)
        return
    if detector.name == NOT_YET:  # made by the same plan: it can be named once it is there
        yield skip("detector_first")
        return
    name = _chosen(detector, wanted)
    if name == RUNTIME and runs(detector.features, EKS_RUNTIME, agent=""):
        yield skip("eks_runtime_monitoring_on")
        return
    before: Sequence[Mapping[str, Any]] = said(detector, "features")
    old: Mapping[str, Any] = next(
        (f for f in before if f["Name"] == name), {"Name": name, "Status": "DISABLED"}
    )
    known = old.get("AdditionalConfiguration", ())
    feature = _switched(name, "ENABLED", [*known, {"Name": wanted.agent, "Status": "ENABLED"}])
    resumes = {} if detector.status == "ENABLED" else {"Enable": True}
    yield change(
        alters(detector, status="ENABLED", features=_merged(before, feature)),
        steps=[
            step(
                "switch_on",
                _update(detector, Features=[feature], **resumes),
                undo=_update(
                    detector,
                    Features=[_switched(name, old["Status"], known)],
                    **dict.fromkeys(resumes, False),
                ),
            )
        ],
        disruption=Disruption.HIGH if wanted.agent else None,
        notes=(note("protection_charges", feature=name), *_agent_notes(wanted.agent)),
    )


def _chosen(detector: Detector, wanted: ProtectionWanted) -> str:
    """The feature to switch on: one that is on already, where only its agent is missing."""
    return next((f for f in wanted.features if runs(detector.features, f, agent="")), wanted.features[0])


def _merged(before: Sequence[Mapping[str, Any]], feature: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What GetDetector will say: the feature in its place, the others and what is unknown of it as they were."""
    names = [f["Name"] for f in before]
    if feature["Name"] not in names:
        return [*before, feature]
    return [{**f, **feature} if f["Name"] == feature["Name"] else f for f in before]


def _agent_notes(agent: str) -> tuple[Note, ...]:
    return (note("agent_installed", agent=agent),) if agent else ()


REMEDIATIONS = {
    "GuardDuty.1": watch_for_threats,
    **{
        control: aiming(switch_on_protection, ProtectionWanted(features=features, agent=agent))
        for control, (features, agent) in PROTECTIONS.items()
    },
}
