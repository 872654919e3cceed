"""Macie: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, ignores, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.services.macie2.resources import Administrator, AutomatedDiscovery, SensitiveData, Session


@control(
    "Macie.1",
    examples=[
        passes(SensitiveData(session=Session(status="ENABLED"))),
        fails("paused", SensitiveData(session=Session(status="PAUSED"))),
        fails("never_enabled", SensitiveData(session=None)),
    ],
)
def is_enabled(data: SensitiveData) -> Faults:
    """Macie is enabled, and not paused."""
    if data.session is None:
        yield fault("never_enabled")
    elif data.session.status != "ENABLED":
        yield fault("paused")


DISCOVERED = SensitiveData(automated_discovery=AutomatedDiscovery(status="ENABLED"), administrator=None)


@control(
    "Macie.2",
    where=lambda data: data.administrator is None or data.administrator.account_id == data.account,
    examples=[
        passes(DISCOVERED),
        fails(
            "discovery_off", replace(DISCOVERED, automated_discovery=AutomatedDiscovery(status="DISABLED"))
        ),
        fails("never_enabled", replace(DISCOVERED, automated_discovery=None)),
        passes(replace(DISCOVERED, administrator=Administrator(account_id=DISCOVERED.account))),
        ignores(replace(DISCOVERED, administrator=Administrator(account_id="444455556666"))),
    ],
)
def discovers_sensitive_data(data: SensitiveData) -> Faults:
    """Automated sensitive data discovery is on. AWS asks administrators and standalone accounts only."""
    if data.automated_discovery is None:
        yield fault("never_enabled")
    elif data.automated_discovery.status != "ENABLED":
        yield fault("discovery_off")


CONTROLS = (is_enabled, discovers_sensitive_data)
