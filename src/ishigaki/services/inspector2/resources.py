"""Inspector: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


def _status(of: str) -> str:
    known = ("ENABLING", "ENABLED", "DISABLING", "DISABLED", "SUSPENDING", "SUSPENDED")
    return member(at=f"{of}.status", values=known)


class ScanStatus(Value):
    """Whether Inspector scans each kind of resource."""

    ec2: str = _status("ec2")
    ecr: str = _status("ecr")
    lambda_standard: str = _status("lambda")
    lambda_code: str = _status("lambdaCode")


@resource("AWS::::Account")
class Scanning(Resource):
    """What of the account Inspector scans in one Region."""

    status: ScanStatus = facet(
        call("inspector2", "BatchGetAccountStatus", accountIds=["{account}"]), at="accounts[0].resourceState"
    )
