"""Inspector: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Batch, Resource, Source, facet, resource


def _status(of: str) -> str:
    known = ("ENABLING", "ENABLED", "DISABLING", "DISABLED", "SUSPENDING", "SUSPENDED")
    return member(at=f"{of}.status", values=known)


class ScanStatus(Value):
    """Whether Inspector scans each kind of resource."""

    ec2: str = _status("ec2")
    ecr: str = _status("ecr")
    lambda_standard: str = _status("lambda")
    lambda_code: str = _status("lambdaCode")


class Associated(Value):
    """An account that a delegated administrator manages Inspector for."""

    account_id: str


class MemberStatus(Value):
    resource_state: ScanStatus


MEMBERS = call("inspector2", "ListMembers", onlyAssociated=True)
# The code is that of a missing permission; Inspector's own words tell the two apart.
NO_ADMINISTRATOR = "AccessDeniedException: Invoking account"


@resource("AWS::::Account")
class Scanning(Resource):
    """What of the account Inspector scans in one Region, and whom it manages there."""

    status: ScanStatus = facet(
        call("inspector2", "BatchGetAccountStatus", accountIds=["{account}"]), at="accounts[0].resourceState"
    )
    members_managed: tuple[Associated, ...] = facet(
        MEMBERS,
        at="members",
        absent={NO_ADMINISTRATOR: ()},
        why="Inspector tells every account but a delegated administrator that it has no access to members",
    )


@resource(
    "AWS::::Account",
    listed_by=MEMBERS,
    at="members",
    nothing=("AccessDeniedException",),  # whether for want of a permission, `members_managed` tells
    id="AWS::::Account:{accountId}",
    name="{accountId}",
    owner="{accountId}",
)
class Member(Resource):
    """An account that this one manages Inspector for, as the delegated administrator sees it."""

    scans: MemberStatus = facet(
        Source(
            call("inspector2", "BatchGetAccountStatus"),
            "accounts",
            Batch(param="accountIds", of="{accountId}", size=100, by="{accountId}"),
        )
    )


def _delegated(page: Mapping[str, Any]) -> list[Any]:
    found = page.get("delegatedAdmin")
    return [found] if found else []


@resource(
    "AWS::::Account",
    listed_by=call("inspector2", "GetDelegatedAdminAccount"),
    at=_delegated,
    nothing=("ResourceNotFoundException", NO_ADMINISTRATOR),
    id="AWS::::Account:{accountId}",
    name="{accountId}",
    owner="{accountId}",
)
class DelegatedAdministrator(Resource):
    """The account that manages Inspector for the organization: one, or none."""
