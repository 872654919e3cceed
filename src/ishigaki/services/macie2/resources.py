"""Macie: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER


class Session(Value):
    status: str = member(values=("ENABLED", "PAUSED"))


class AutomatedDiscovery(Value):
    status: str = member(values=("ENABLED", "DISABLED"))


class Administrator(Value):
    account_id: str


@resource("AWS::::Account")
class SensitiveData(Resource):
    """How Macie looks after the account's data in one Region.

    Where Macie was never enabled, AWS answers AccessDeniedException, the code of a missing permission: what
    was not seen stays unseen.
    """

    session: Session = facet(call("macie2", "GetMacieSession"))
    automated_discovery: AutomatedDiscovery = facet(call("macie2", "GetAutomatedDiscoveryConfiguration"))
    administrator: Administrator | None = facet(
        call("macie2", "GetAdministratorAccount"),
        at="administrator",
        absent={NOT_IN_ANSWER: None, "ResourceNotFoundException": None},
        why="an account that is standalone, or the administrator itself, has no administrator to be told of",
    )
