"""監査 (audit): the security team's own account, which looks at all the others."""

from __future__ import annotations

from ishigaki.demo.accounts.landing_zone import (
    alarms,
    analyzers,
    closed_defaults,
    identity,
    recorders,
    security_contact,
    trail,
    vulnerability_scans,
    whole_threat_detection,
)
from ishigaki.demo.steps import REGIONS, TOKYO, Do, Member, each

ID = "111122223333"

AUDIT = Member(
    id=ID,
    name="監査 audit",
    environment="production",
    owner="CSIRT <csirt@aomine-foods.example>",
    root_mfa="hardware",
    steps=(
        *trail(ID),
        *alarms(),
        *recorders(ID),
        *whole_threat_detection(),
        *vulnerability_scans(ID),
        *closed_defaults(ID),
        *identity(ID),
        *security_contact(),
        *analyzers(),
        *each(REGIONS, "securityhub:EnableSecurityHub", {"EnableDefaultStandards": True}),
        Do(TOKYO, "macie2:EnableMacie", {"status": "ENABLED"}),
    ),
)
