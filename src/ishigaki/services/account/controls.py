"""Account: what is required."""

from __future__ import annotations

from ishigaki.core.control import control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.services.account.resources import Contact, Contacts


@control(
    "Account.1",
    examples=[
        passes(Contacts(security_contact=Contact(email_address="security@example.com"))),
        fails("no_contact", Contacts(security_contact=None)),
    ],
)
def has_security_contact(account: Contacts) -> Faults:
    """The account has an alternate contact of the type SECURITY."""
    if account.security_contact is None:
        yield fault("no_contact")


CONTROLS = (has_security_contact,)
