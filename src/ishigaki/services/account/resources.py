"""Account: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value
from ishigaki.core.resource import Resource, facet, resource


@resource("account", scope="global")
class Account(Resource):
    """The account as a whole."""


@resource("account_region")
class AccountRegion(Resource):
    """The account in one Region."""


class Contact(Value):
    email_address: str


def _contact(kind: str) -> Contact | None:
    """The facet of an alternate contact. What it says is a person's, so none of it is kept."""
    return facet(
        call(
            "account",
            "GetAlternateContact",
            AlternateContactType=kind,
            secret=tuple(f"AlternateContact.{n}" for n in ("EmailAddress", "Name", "PhoneNumber", "Title")),
        ),
        at="AlternateContact",
        absent={"ResourceNotFoundException": None},
        why="GetAlternateContact answers ResourceNotFoundException where no contact of the type is set",
    )


@resource("AWS::::Account", scope="global")
class Contacts(Resource):
    """Whom AWS tells about the account."""

    security_contact: Contact | None = _contact("SECURITY")
    operations_contact: Contact | None = _contact("OPERATIONS")
    billing_contact: Contact | None = _contact("BILLING")
