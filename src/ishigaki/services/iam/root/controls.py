"""The root user: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.population import some
from ishigaki.core.record import replace
from ishigaki.services.iam.root.resources import AccountSummary, Root, VirtualDevice

SUMMARY = AccountSummary(account_access_keys_present=0, account_mfa_enabled=1, account_password_present=1)
SOMEBODYS = VirtualDevice(
    serial_number="arn:aws:iam::111122223333:mfa/hanako", user_arn="arn:aws:iam::111122223333:user/hanako"
)
ROOTS = VirtualDevice(
    serial_number="arn:aws:iam::111122223333:mfa/root-account-mfa-device",
    user_arn="arn:aws:iam::111122223333:root",
)
GOOD = Root(summary=SUMMARY, virtual_devices=(SOMEBODYS,))
NO_MFA = Root(summary=replace(SUMMARY, account_mfa_enabled=0), virtual_devices=())
NO_CREDENTIALS = Root(
    summary=AccountSummary(account_access_keys_present=0, account_mfa_enabled=0, account_password_present=0),
    virtual_devices=(),
)


@control(
    "IAM.4",
    examples=[
        passes(GOOD),
        fails("access_key", replace(GOOD, summary=replace(SUMMARY, account_access_keys_present=1))),
    ],
)
def has_no_access_key(root: Root) -> Faults:
    """The root user has no access key; an inactive one is a key too."""
    if root.summary.account_access_keys_present > 0:
        yield fault("access_key")


@control("IAM.9", examples=[passes(GOOD), passes(NO_CREDENTIALS), fails("no_mfa", NO_MFA)])
def has_mfa(root: Root) -> Faults:
    """The root user has an MFA device of any kind; without a root password it passes, as AWS has it."""
    if root.summary.account_password_present > 0 and not root.summary.account_mfa_enabled > 0:
        yield fault("no_mfa")


@control(
    "IAM.6",
    examples=[
        passes(GOOD),
        passes(NO_CREDENTIALS),
        fails("no_mfa", NO_MFA),
        fails("virtual_mfa", replace(GOOD, virtual_devices=(SOMEBODYS, ROOTS))),
        fails(
            "virtual_mfa",
            replace(
                GOOD,
                virtual_devices=(replace(ROOTS, serial_number="arn:aws:iam::111122223333:mfa/chosen-name"),),
            ),
        ),
    ],
)
def has_hardware_mfa(root: Root) -> Faults:
    """The root user has MFA and none of the devices is virtual, or there is no root password.

    Every MFA device that IAM does not list as virtual (tokens, security keys, passkeys) counts as hardware.
    """
    if root.summary.account_password_present > 0:
        if not root.summary.account_mfa_enabled > 0:
            yield fault("no_mfa")
        elif some(root.virtual_devices, _is_roots):
            yield fault("virtual_mfa")


def _is_roots(device: VirtualDevice) -> bool:
    """IAM names the root user's first virtual device; further ones have a name of the user's choice."""
    return device.serial_number.endswith(":mfa/root-account-mfa-device") or device.user_arn.endswith(":root")


CONTROLS = (has_no_access_key, has_hardware_mfa, has_mfa)
