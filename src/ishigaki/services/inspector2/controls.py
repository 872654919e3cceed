"""Inspector: what is required."""

from __future__ import annotations

from itertools import islice

from ishigaki.core.control import Control, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.services.inspector2.resources import Associated, Member, MemberStatus, Scanning, ScanStatus

SCANS = {
    "Inspector.1": "ec2",
    "Inspector.2": "ecr",
    "Inspector.3": "lambda_code",
    "Inspector.4": "lambda_standard",
}
NOT_ON = ("DISABLED", "DISABLING", "ENABLING", "SUSPENDED", "SUSPENDING")
NOTHING = ScanStatus(**dict.fromkeys(SCANS.values(), "DISABLED"))
NAMED = 5  # how many members a finding names
OTHER_ACCOUNT = "222233334444"


def scan(id: str, kind: str) -> Control:
    """The control that Inspector scans one kind of resource."""

    def scanned(status: str) -> Scanning:
        return Scanning(status=ScanStatus(**{kind: status}), members_managed=())

    def managed(status: str) -> Member:
        return Member(name=OTHER_ACCOUNT, scans=MemberStatus(resource_state=ScanStatus(**{kind: status})))

    on = scanned("ENABLED")
    administrator = replace(on, members_managed=(Associated(account_id=OTHER_ACCOUNT),))

    @control(
        id,
        examples=[
            passes(on),
            passes(administrator, managed("ENABLED")),
            *(fails("scan_off", scanned(s)) for s in NOT_ON),
            fails("scan_off", Scanning(status=NOTHING, members_managed=())),
            *(fails("member_off", administrator, managed("ENABLED"), managed(s)) for s in NOT_ON),
        ],
        doc=f"Inspector's {kind} scanning is ENABLED in the account itself and in every member that it manages.",
    )
    def is_scanned(scanning: Scanning, members: Given[Member]) -> Faults:
        status = getattr(scanning.status, kind)
        if status != "ENABLED":
            yield fault("scan_off", status=status)
        if scanning.members_managed:
            off = chosen(members, lambda m: getattr(m.scans.resource_state, kind) != "ENABLED")
            for member in islice(off, NAMED):
                yield fault("member_off", account=member.name)

    return is_scanned


CONTROLS = tuple(scan(id, kind) for id, kind in SCANS.items())
