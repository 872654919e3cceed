"""Inspector: what is required."""

from __future__ import annotations

from ishigaki.core.control import Control, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.inspector2.resources import Scanning, ScanStatus

SCANS = {
    "Inspector.1": "ec2",
    "Inspector.2": "ecr",
    "Inspector.3": "lambda_code",
    "Inspector.4": "lambda_standard",
}
NOT_ON = ("DISABLED", "DISABLING", "ENABLING", "SUSPENDED", "SUSPENDING")


def scan(id: str, kind: str) -> Control:
    """The control that Inspector scans one kind of resource."""

    def scanned(status: str) -> Scanning:
        return Scanning(status=ScanStatus(**{kind: status}))

    @control(
        id,
        examples=[passes(scanned("ENABLED")), *(fails("scan_off", scanned(s)) for s in NOT_ON)],
        doc=f"Inspector's {kind} scanning is ENABLED in the account itself.",
    )
    def is_scanned(scanning: Scanning) -> Faults:
        status = getattr(scanning.status, kind)
        if status != "ENABLED":
            yield fault("scan_off", status=status)

    return is_scanned


CONTROLS = tuple(scan(id, kind) for id, kind in SCANS.items())
