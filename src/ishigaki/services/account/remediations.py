"""Account: what can be put right."""

from __future__ import annotations

from typing import Any

import msgspec

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, Step, alters, change, skip, step
from ishigaki.core.remediation import Remediation, Wanted, leaves, mends, remediation
from ishigaki.services.account.resources import Contact, Contacts


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom AWS is to write to or to call: better a mailing list than somebody's own address."""

    name: str = ""
    title: str = ""
    email: str = ""
    phone: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether all is there that AWS wants of an alternate contact."""
        return all((self.name, self.title, self.email, self.phone))


class Directory(Wanted, frozen=True):
    """The alternate contacts. Source: Account.1, and AWS's advice for the other two; nobody can guess them, so
    the standard profile names none."""

    security: Person = Person()
    operations: Person = Person()
    billing: Person = Person()


KINDS = ("security", "operations", "billing")
SOMEBODY = Contact(email_address="redacted")
NOBODY = Contacts(security_contact=None, operations_contact=None, billing_contact=None)
TEAM = Person("Cloud team", "Operations", "cloud@example.com", "+81-3-0000-0000")


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(NOBODY, wanted=Directory(TEAM, TEAM, TEAM)),
        mends(
            Contacts(security_contact=None, operations_contact=SOMEBODY, billing_contact=SOMEBODY),
            wanted=Directory(security=TEAM),
        ),
        leaves(NOBODY, skip="needs_contact"),
        leaves(NOBODY, wanted=Directory(security=Person(name="Cloud team")), skip="needs_contact"),
        leaves(
            Contacts(security_contact=SOMEBODY, operations_contact=SOMEBODY, billing_contact=SOMEBODY),
            wanted=Directory(TEAM, TEAM, TEAM),
        ),
    ],
)
def register_contacts(account: Contacts, wanted: Directory) -> Changes:
    """Registers the alternate contacts that the account lacks; one that is there is never overwritten.

    What a contact says is not kept (it is a person's), so it could be neither compared nor put back.
    """
    absent = [kind for kind in KINDS if getattr(account, f"{kind}_contact") is None]
    people = {kind: getattr(wanted, kind) for kind in absent}
    named = {kind: person for kind, person in people.items() if person.is_complete}
    if named:
        yield change(
            alters(account, **{f"{kind}_contact": _contact(kind, named[kind]) for kind in named}),
            steps=[_register(kind, person) for kind, person in named.items()],
        )
    if len(named) < len(absent):
        yield skip("needs_contact", kinds=", ".join(kind for kind in absent if kind not in named))


def _contact(kind: str, person: Person) -> dict[str, Any]:
    return {
        "AlternateContactType": kind.upper(),
        "Name": person.name,
        "Title": person.title,
        "EmailAddress": person.email,
        "PhoneNumber": person.phone,
    }


def _register(kind: str, person: Person) -> Step:
    return step(
        kind,
        call("account", "PutAlternateContact", **_contact(kind, person)),
        undo=call("account", "DeleteAlternateContact", AlternateContactType=kind.upper()),
    )


# Account.1 itself is left to a person: only the baseline's file can say who the contact is.
REMEDIATIONS: dict[str, Remediation] = {"Account.1": register_contacts}
