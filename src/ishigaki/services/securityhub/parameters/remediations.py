"""The parameters of Security Hub's controls: what can be put right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ishigaki.core.call import Call, call
from ishigaki.core.change import Changes, Disruption, Until, alters, change, step
from ishigaki.core.population import Given
from ishigaki.core.remediation import Remediation, Wanted, leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.securityhub.parameters.resources import Setting, TunableControl
from ishigaki.services.securityhub.remediations import barred
from ishigaki.services.securityhub.resources import Posture

READY_SECONDS = 300  # AWS evaluates the control anew by the new values meanwhile
WHY = "Set by the account's baseline"


class ControlParameters(Wanted, frozen=True):
    """Parameters by control and AWS's name, each as AWS takes it: `{"Integer": 45}`. What is not named here stays
    as it is. Source: R9 (control parameters are kept in one file and set again and again)."""

    parameters: dict[str, dict[str, dict[str, Any]]] = msgspec.field(default_factory=dict)


ALONE = Posture(hub=None, administrator=None, organization_configuration=None, management_account=None)
USUAL = TunableControl(
    name="ACM.1",
    setting=Setting(parameters={"daysToExpiration": {"ValueType": "DEFAULT", "Value": {"Integer": 30}}}),
)
LONGER = ControlParameters(parameters={"ACM.1": {"daysToExpiration": {"Integer": 45}}})


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(USUAL, ALONE, wanted=LONGER),
        leaves(USUAL, ALONE),
        leaves(
            USUAL,
            ALONE,
            wanted=ControlParameters(parameters={"ACM.1": {"daysToExpiration": {"Integer": 30}}}),
        ),
        leaves(
            USUAL,
            Posture(
                hub=None, administrator=None, organization_configuration="CENTRAL", management_account=None
            ),
            wanted=LONGER,
            skip="centrally_configured",
        ),
    ],
)
def tune_control(control: TunableControl, postures: Given[Posture], wanted: ControlParameters) -> Changes:
    """Sets the parameters that a control is judged by to the wanted values.

    Security Hub judges the control anew. Where the organization configures accounts centrally, only its
    administrator may decide.
    """
    asked = wanted.parameters.get(control.name, {})
    if not asked:
        return
    before: Mapping[str, Any] = said(control, "setting")
    shown: Mapping[str, Any] = before["Parameters"]
    differing = {n: v for n, v in asked.items() if shown.get(n, {}).get("Value") != v}
    if not differing:
        return
    for posture in postures:
        if skipped := barred(posture):
            yield skipped
            return
    custom = {n: {"ValueType": "CUSTOM", "Value": v} for n, v in differing.items()}
    usual = {n: _again(shown.get(n, {})) for n in differing}
    until = Until(
        call("securityhub", "BatchGetSecurityControls", SecurityControlIds=[control.name]),
        "SecurityControls[0].UpdateStatus",
        ("READY",),
        READY_SECONDS,
    )
    yield change(
        alters(control, setting={**before, "Parameters": {**shown, **custom}}),
        steps=[step("set", _update(control, custom), undo=_update(control, usual), until=until)],
    )


def _again(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter as it was: a usual value is AWS's to name."""
    if shown.get("ValueType") == "CUSTOM":
        return {"ValueType": "CUSTOM", "Value": shown["Value"]}
    return {"ValueType": "DEFAULT"}


def _update(control: TunableControl, parameters: Mapping[str, Any]) -> Call:
    return call(
        "securityhub",
        "UpdateSecurityControl",
        SecurityControlId=control.name,
        Parameters=parameters,
        LastUpdateReason=WHY,
    )


REMEDIATIONS: Mapping[str, Remediation] = {}  # a part of the baseline: no control asks for it
