"""Security Hub: what can be put right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

import msgspec

from ishigaki.core.call import Call, call
from ishigaki.core.change import (
    Changes,
    Disruption,
    Effect,
    Note,
    Skip,
    Step,
    Until,
    alters,
    change,
    creates,
    note,
    skip,
    step,
)
from ishigaki.core.population import Given, chosen, some
from ishigaki.core.record import replace
from ishigaki.core.remediation import Remediation, Wanted, leaves, mends, remediation
from ishigaki.core.verbatim import new, said
from ishigaki.services.config_.resources import Recorder
from ishigaki.services.securityhub.resources import Hub, Posture, Standard, StandardControl

Name = Literal["fsbp", "cis_1_2", "cis_1_4", "cis_3_0", "cis_5_0", "nist_800_53", "pci_dss_4_0_1"]
# What a standard's ARNs hold: of the standard itself, and of an account's subscription to it.
PATHS: Mapping[str, str] = {
    "fsbp": "aws-foundational-security-best-practices/v/1.0.0",
    "cis_1_2": "cis-aws-foundations-benchmark/v/1.2.0",
    "cis_1_4": "cis-aws-foundations-benchmark/v/1.4.0",
    "cis_3_0": "cis-aws-foundations-benchmark/v/3.0.0",
    "cis_5_0": "cis-aws-foundations-benchmark/v/5.0.0",
    "nist_800_53": "nist-800-53/v/5.0.0",
    "pci_dss_4_0_1": "pci-dss/v/4.0.1",
}
BATCH = 100  # how many switches BatchUpdateStandardsControlAssociations takes at once
READY_SECONDS = 600  # AWS enables the Config rules of a standard's controls meanwhile
CONSOLIDATED = "SECURITY_CONTROL"


class SecurityHubWanted(Wanted, frozen=True):
    """What Security Hub judges by. `disabled_controls` are switched off in these standards, each for a reason.

    Sources: R1 (FSBP is the yardstick), R17 (FSBP only, to begin with), R56 (always on); one finding a control
    whatever the standards, and new controls on, as AWS sets it since 2023.
    """

    standards: tuple[Name, ...] = ("fsbp",)
    control_finding_generator: Literal["SECURITY_CONTROL", "STANDARD_CONTROL"] = "SECURITY_CONTROL"
    auto_enable_controls: bool = True
    disabled_controls: dict[str, str] = msgspec.field(default_factory=dict)


HERE = Posture(hub=None, administrator=None, organization_configuration=None, management_account=None)
HUB = Hub(auto_enable_controls=True, control_finding_generator=CONSOLIDATED)
ON = replace(HERE, hub=HUB)
RECORDING = Recorder(is_recording=True)


def standard_arn(name: str, *, region: str, partition: str) -> str:
    """The oldest standard is a partition's, the others are each Region's."""
    if name == "cis_1_2":
        return f"arn:{partition}:securityhub:::ruleset/{PATHS[name]}"
    return f"arn:{partition}:securityhub:{region}::standards/{PATHS[name]}"


def _of(posture: Posture, kind: str, name: str) -> str:
    """The ARN of the account's subscription to a standard, or of what its controls lie under."""
    return f"arn:{posture.partition}:securityhub:{posture.region}:{posture.account}:{kind}/{PATHS[name]}"


def _standard(name: str, status: str = "READY") -> Standard:
    return Standard(
        id=_of(HERE, "subscription", name),
        name=standard_arn(name, region=HERE.region, partition=HERE.partition),
        standards_status=status,
    )


def _switch(control: str, status: str) -> StandardControl:
    return StandardControl(
        id=f"{_of(HERE, 'control', 'fsbp')}/{control}", name=control, control_status=status
    )


FSBP = _standard("fsbp")
ADMINISTRATOR = "444455556666"
MEMBER = replace(HERE, administrator=ADMINISTRATOR)
WITHOUT_MFA = SecurityHubWanted(disabled_controls={"IAM.6": "no hardware keys"})
IN_ORGANIZATION = {"administrator": ADMINISTRATOR, "management_account": ADMINISTRATOR}


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(HERE, RECORDING),
        mends(HERE, RECORDING, wanted=SecurityHubWanted(auto_enable_controls=False)),
        mends(HERE, RECORDING, wanted=WITHOUT_MFA),
        mends(ON, RECORDING),
        mends(ON, RECORDING, _standard("cis_1_2")),
        mends(ON, RECORDING, _standard("fsbp", "DELETING")),
        mends(replace(ON, hub=replace(HUB, auto_enable_controls=False)), FSBP),
        mends(replace(ON, hub=replace(HUB, control_finding_generator="STANDARD_CONTROL")), FSBP),
        mends(ON, FSBP, _switch("IAM.6", "ENABLED"), wanted=WITHOUT_MFA),
        mends(replace(ON, administrator=ADMINISTRATOR), RECORDING),
        leaves(ON, FSBP, _standard("cis_5_0")),
        leaves(ON, _standard("fsbp", "INCOMPLETE")),
        leaves(ON, FSBP, _switch("IAM.6", "DISABLED"), _switch("S3.1", "ENABLED"), wanted=WITHOUT_MFA),
        leaves(ON, FSBP, _switch("S3.1", "DISABLED")),
        leaves(HERE, skip="config_not_recording"),
        leaves(HERE, replace(RECORDING, is_recording=False), skip="config_not_recording"),
        leaves(replace(ON, **IN_ORGANIZATION), RECORDING, skip="standards_by_administrator"),
        leaves(replace(ON, organization_configuration="CENTRAL"), RECORDING, skip="centrally_configured"),
        leaves(replace(ON, organization_configuration="CENTRAL"), FSBP),
    ],
)
def judge_by_security_hub(
    posture: Posture,
    standards: Given[Standard],
    switches: Given[StandardControl],
    recorders: Given[Recorder],
    wanted: SecurityHubWanted,
) -> Changes:
    """Enables Security Hub with the wanted standards and switches off the controls that are not wanted.

    Nothing is switched on again or off for not being named. Where the account is a member in an organization, or
    is configured centrally, only its administrator may decide.
    """
    settings = _settings(posture, wanted)
    lacking = [n for n in wanted.standards if not _is_on(standards, posture, n)]
    off = list(chosen(switches, lambda c: _is_unwanted(c, posture, wanted)))
    if not (settings or lacking or off):
        return
    if decided := barred(posture):
        yield decided
        return
    recording = list(chosen(recorders, lambda r: r.is_recording)) if lacking else []
    if lacking and not recording:
        yield skip("config_not_recording")
        return
    parts = [
        *_hub_part(posture, settings, wanted),
        *_standards_part(posture, lacking),
        *_switches_part(posture, off, lacking, wanted),
    ]
    consolidates = posture.hub is not None and "ControlFindingGenerator" in settings
    yield change(
        *(effect for effects, _ in parts for effect in effects),
        steps=[each for _, each in parts],
        disruption=Disruption.HIGH if consolidates else None,
        needs=tuple(r.id for r in recording),
        notes=_notes(posture, standards, wanted, lacking=lacking, consolidates=consolidates),
        costs={"securityhub_region": 1} if lacking else None,
    )


def barred(posture: Posture) -> Skip | None:
    """Why the account itself may not decide, and who may."""
    if posture.administrator is None:
        central = posture.organization_configuration == "CENTRAL"
        return skip("centrally_configured", account=posture.account) if central else None
    # Without an organization there is no central configuration: who was invited still decides for itself.
    if posture.management_account is None:
        return None
    return skip("standards_by_administrator", account=posture.administrator, region=posture.region)


def _settings(posture: Posture, wanted: SecurityHubWanted) -> dict[str, Any]:
    """What of the hub's settings must change; of a member it is the administrator's how findings are made."""
    asked = {
        "AutoEnableControls": wanted.auto_enable_controls,
        "ControlFindingGenerator": wanted.control_finding_generator,
    }
    if posture.hub is None:
        return asked
    changed: dict[str, Any] = {}
    if wanted.auto_enable_controls and not posture.hub.auto_enable_controls:
        changed["AutoEnableControls"] = True
    consolidates = wanted.control_finding_generator == CONSOLIDATED and posture.administrator is None
    if consolidates and posture.hub.control_finding_generator != CONSOLIDATED:
        changed["ControlFindingGenerator"] = CONSOLIDATED
    return changed


def _is_on(standards: Given[Standard], posture: Posture, name: str) -> bool:
    subscription = _of(posture, "subscription", name)
    return some(standards, lambda s: s.id == subscription and s.standards_status != "DELETING")


def _is_unwanted(control: StandardControl, posture: Posture, wanted: SecurityHubWanted) -> bool:
    if control.name not in wanted.disabled_controls:
        return False
    return _standard_of(control, posture, wanted) is not None and control.control_status == "ENABLED"


def _standard_of(control: StandardControl, posture: Posture, wanted: SecurityHubWanted) -> str | None:
    """The wanted standard that a control lies in."""
    under = (n for n in wanted.standards if control.id == f"{_of(posture, 'control', n)}/{control.name}")
    return next(under, None)


Part = tuple[Sequence[Effect], Step]


def _hub_part(posture: Posture, settings: Mapping[str, Any], wanted: SecurityHubWanted) -> Iterator[Part]:
    if not settings:
        return
    if posture.hub is not None:
        before = said(posture, "hub")
        undo = _configure({k: before[k] for k in settings})
        yield [alters(posture, hub={**before, **settings})], step("settings", _configure(settings), undo=undo)
        return
    enable = call(
        "securityhub",
        "EnableSecurityHub",
        permission=("securityhub:EnableSecurityHub", "iam:CreateServiceLinkedRole"),
        EnableDefaultStandards=False,
        ControlFindingGenerator=wanted.control_finding_generator,
    )
    yield (
        [alters(posture, hub=dict(settings))],
        step("enable", enable, undo=call("securityhub", "DisableSecurityHub")),
    )
    if not wanted.auto_enable_controls:
        off, on = {"AutoEnableControls": False}, {"AutoEnableControls": True}
        yield [], step("settings", _configure(off), undo=_configure(on))


def _configure(settings: Mapping[str, Any]) -> Call:
    return call("securityhub", "UpdateSecurityHubConfiguration", **settings)


def _arn(posture: Posture, name: str) -> str:
    return standard_arn(name, region=posture.region, partition=posture.partition)


def _standards_part(posture: Posture, names: Sequence[str]) -> Iterator[Part]:
    """The standards that are lacking, enabled until their controls may be switched. `INCOMPLETE` is as far as AWS
    gets where a Region lacks some controls."""
    if not names:
        return
    subscriptions = [_of(posture, "subscription", n) for n in names]
    requests = [{"StandardsArn": _arn(posture, n)} for n in names]
    shown = call("securityhub", "GetEnabledStandards", StandardsSubscriptionArns=subscriptions)
    ready = Until(
        shown,
        "length(StandardsSubscriptions[?contains(['READY', 'INCOMPLETE'], StandardsStatus)"
        " && StandardsControlsUpdatable != 'NOT_READY_FOR_UPDATES'])",
        (len(names),),
        READY_SECONDS,
    )
    made = [
        creates(
            new(
                Standard,
                near=posture,
                item={**request, "StandardsSubscriptionArn": subscription, "StandardsStatus": "READY"},
            )
        )
        for request, subscription in zip(requests, subscriptions, strict=True)
    ]
    yield (
        made,
        step(
            "standards",
            call("securityhub", "BatchEnableStandards", StandardsSubscriptionRequests=requests),
            undo=call("securityhub", "BatchDisableStandards", StandardsSubscriptionArns=subscriptions),
            until=ready,
        ),
    )


def _switches_part(
    posture: Posture, off: Sequence[StandardControl], lacking: Sequence[str], wanted: SecurityHubWanted
) -> Iterator[Part]:
    """The controls to switch off: those that are on, and those of the standards that come with this change."""
    known = [
        (_standard_of(c, posture, wanted) or "", c.name, alters(c, control_status="DISABLED")) for c in off
    ]
    coming = [
        (standard, control, creates(_disabled(posture, standard, control, reason)))
        for standard in lacking
        for control, reason in wanted.disabled_controls.items()
    ]
    rest = iter([*known, *coming])
    number = 1
    while batch := list(islice(rest, BATCH)):
        forth = [
            {
                "StandardsArn": _arn(posture, standard),
                "SecurityControlId": control,
                "AssociationStatus": "DISABLED",
                "UpdatedReason": wanted.disabled_controls[control],
            }
            for standard, control, _ in batch
        ]
        back = [
            {**{k: v for k, v in f.items() if k != "UpdatedReason"}, "AssociationStatus": "ENABLED"}
            for f in forth
        ]
        yield [effect for _, _, effect in batch], step(f"switch_{number}", _update(forth), undo=_update(back))
        number += 1


def _update(updates: Sequence[Mapping[str, str]]) -> Call:
    return call(
        "securityhub", "BatchUpdateStandardsControlAssociations", StandardsControlAssociationUpdates=updates
    )


def _disabled(posture: Posture, standard: str, control: str, reason: str) -> StandardControl:
    return new(
        StandardControl,
        near=posture,
        item={
            "StandardsControlArn": f"{_of(posture, 'control', standard)}/{control}",
            "ControlId": control,
            "ControlStatus": "DISABLED",
            "DisabledReason": reason,
        },
    )


def _notes(
    posture: Posture,
    standards: Given[Standard],
    wanted: SecurityHubWanted,
    *,
    lacking: Sequence[str],
    consolidates: bool,
) -> tuple[Note, ...]:
    asked = {_of(posture, "subscription", n) for n in wanted.standards}
    beside = [s.id.partition("/")[2] for s in standards if s.id not in asked]
    return (
        *((note("security_hub_charges"),) if lacking else ()),
        *((note("findings_go_with_hub"),) if posture.hub is None else ()),
        *((note("more_standards_on", standards=", ".join(beside)),) if beside else ()),
        *((note("findings_consolidated"),) if consolidates else ()),
    )


REMEDIATIONS: Mapping[str, Remediation] = {}  # a part of the baseline: no control asks for it
