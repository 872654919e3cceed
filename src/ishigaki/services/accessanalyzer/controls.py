"""Access Analyzer: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, none
from ishigaki.core.record import replace
from ishigaki.services.accessanalyzer.resources import Analyzer, ExternalAccess

ACTIVE = Analyzer(type="ACCOUNT", status="ACTIVE")


@control(
    "IAM.28",
    examples=[
        passes(ExternalAccess(), ACTIVE),
        passes(ExternalAccess(), replace(ACTIVE, type="ACCOUNT_UNUSED_ACCESS"), ACTIVE),
        fails("not_analyzed", ExternalAccess()),
        fails("not_analyzed", ExternalAccess(), replace(ACTIVE, status="DISABLED")),
        fails("not_analyzed", ExternalAccess(), replace(ACTIVE, type="ACCOUNT_UNUSED_ACCESS")),
        fails("not_analyzed", ExternalAccess(), replace(ACTIVE, type="ORGANIZATION")),
        fails("not_analyzed", ExternalAccess(), replace(ACTIVE, account="444455556666")),
    ],
)
def external_access_is_analyzed(account: ExternalAccess, analyzers: Given[Analyzer]) -> Faults:
    """An analyzer for external access is active in this Region, with the account as its zone of trust.

    AWS documents that analyzers with the organization as zone of trust do not count.
    """
    if none(analyzers, lambda analyzer: _finds_external_access(analyzer, account)):
        yield fault("not_analyzed")


def _finds_external_access(analyzer: Analyzer, account: ExternalAccess) -> bool:
    return analyzer.account == account.account and analyzer.type == "ACCOUNT" and analyzer.status == "ACTIVE"


CONTROLS = (external_access_is_analyzed,)
