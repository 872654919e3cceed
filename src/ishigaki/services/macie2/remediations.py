"""Macie: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, Skip, alters, change, note, skip, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import Wanted, leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.macie2.controls import DISCOVERED
from ishigaki.services.macie2.resources import Administrator, AutomatedDiscovery, SensitiveData, Session


class MacieWanted(Wanted, frozen=True):
    """Whether Macie may be switched on, which costs by buckets, objects and data. Source: R18 (security services
    under 5 % of the cost, shown before): somebody agrees to it first."""

    agreed: bool = False


AGREED = MacieWanted(agreed=True)
ON = replace(DISCOVERED, session=Session(status="ENABLED"))
PAUSED = replace(ON, session=Session(status="PAUSED"))
NEVER = SensitiveData(session=None, automated_discovery=None, administrator=None)
NOT_DISCOVERING = replace(ON, automated_discovery=AutomatedDiscovery(status="DISABLED"))
MEMBER = Administrator(account_id="444455556666")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(NEVER, wanted=AGREED),
        mends(PAUSED, wanted=AGREED),
        leaves(ON, wanted=AGREED),
        leaves(ON),
        leaves(NEVER, skip="macie_costs"),
        leaves(PAUSED, skip="macie_costs"),
        leaves(replace(PAUSED, administrator=MEMBER), wanted=AGREED, skip="managed_by_administrator"),
    ],
)
def look_for_sensitive_data(data: SensitiveData, wanted: MacieWanted) -> Changes:
    """Enables Macie, or resumes it where it is paused, once its cost is agreed to."""
    session = data.session
    if session is not None and session.status == "ENABLED":
        return
    if session is not None and _is_member(data):
        yield _administrators(data)
    elif not wanted.agreed:
        yield skip("macie_costs", region=data.region)
    elif session is None:
        allowed = ("macie2:EnableMacie", "iam:CreateServiceLinkedRole")
        enable = call("macie2", "EnableMacie", permission=allowed, status="ENABLED")
        yield change(
            alters(data, session={"status": "ENABLED"}),
            steps=[step("enable", enable, undo=call("macie2", "DisableMacie"))],
            notes=(note("macie_findings_go"),),
        )
    else:
        resume, pause = (call("macie2", "UpdateMacieSession", status=s) for s in ("ENABLED", "PAUSED"))
        yield change(
            alters(data, session={**said(data, "session"), "status": "ENABLED"}),
            steps=[step("resume", resume, undo=pause)],
        )


def _is_member(data: SensitiveData) -> bool:
    return data.administrator is not None and data.administrator.account_id != data.account


def _administrators(data: SensitiveData) -> Skip:
    return skip(
        "managed_by_administrator", account=data.administrator.account_id if data.administrator else ""
    )


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(NOT_DISCOVERING, wanted=AGREED),
        leaves(ON, wanted=AGREED),
        leaves(NOT_DISCOVERING, skip="discovery_costs"),
        mends(replace(ON, automated_discovery=None), wanted=AGREED),
        leaves(NEVER, wanted=AGREED, skip="macie_first"),
        leaves(
            replace(NOT_DISCOVERING, administrator=MEMBER), wanted=AGREED, skip="managed_by_administrator"
        ),
    ],
)
def discover_sensitive_data(data: SensitiveData, wanted: MacieWanted) -> Changes:
    """Switches on automated discovery of sensitive data, once its cost is agreed to."""
    discovery = data.automated_discovery
    if discovery is not None and discovery.status == "ENABLED":
        return
    if _is_member(data):
        yield _administrators(data)
    elif discovery is None and data.session is None:
        yield skip("macie_first")
    elif not wanted.agreed:
        yield skip("discovery_costs", region=data.region)
    else:
        on, off = (
            call("macie2", "UpdateAutomatedDiscoveryConfiguration", status=s) for s in ("ENABLED", "DISABLED")
        )
        before = said(data, "automated_discovery") or {}
        yield change(
            alters(data, automated_discovery={**before, "status": "ENABLED"}),
            steps=[step("switch_on", on, undo=off)],
        )


REMEDIATIONS = {"Macie.1": look_for_sensitive_data, "Macie.2": discover_sensitive_data}
