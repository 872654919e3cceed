"""Macie: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER

# The code is that of a missing permission; AWS's message tells the two apart.
NEVER_ENABLED = "AccessDeniedException: Macie is not enabled"
NOTHING = {NEVER_ENABLED: None, "ResourceNotFoundException": None}
WHY = "where Macie was never enabled AWS answers every call: Macie is not enabled, or finds no such resource"


class Session(Value):
    status: str = member(values=("ENABLED", "PAUSED"))


class AutomatedDiscovery(Value):
    status: str = member(values=("ENABLED", "DISABLED"))


class Administrator(Value):
    account_id: str


@resource("AWS::::Account")
class SensitiveData(Resource):
    """How Macie looks after the account's data in one Region; None where it was never enabled."""

    session: Session | None = facet(call("macie2", "GetMacieSession"), absent=NOTHING, why=WHY)
    automated_discovery: AutomatedDiscovery | None = facet(
        call("macie2", "GetAutomatedDiscoveryConfiguration"), absent=NOTHING, why=WHY
    )
    administrator: Administrator | None = facet(
        call("macie2", "GetAdministratorAccount"),
        at="administrator",
        absent={**NOTHING, NOT_IN_ANSWER: None},
        why="an account that is standalone, the administrator itself, or without Macie has no administrator",
    )
