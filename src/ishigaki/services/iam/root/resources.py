"""The root user: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


class AccountSummary(Value):
    """What IAM counts of the root user's credentials."""

    account_access_keys_present: int
    account_mfa_enabled: int
    account_password_present: int = member(
        absent=1,
        why="an answer without AccountPasswordPresent is from before a root user could be without a password",
    )


class VirtualDevice(Value):
    """A virtual MFA device, and the ARN of the user it is assigned to."""

    serial_number: str
    user_arn: str = member(at="User.Arn")


@resource("AWS::::Account", scope="global")
class Root(Resource):
    """The root user of the account."""

    summary: AccountSummary = facet(call("iam", "GetAccountSummary"), at="SummaryMap")
    virtual_devices: tuple[VirtualDevice, ...] = facet(
        call(
            "iam",
            "ListVirtualMFADevices",
            AssignmentStatus="Assigned",
            MaxItems=1000,
            secret=("VirtualMFADevices[].Base32StringSeed", "VirtualMFADevices[].QRCodePNG"),
        ),
        at="VirtualMFADevices",
    )
