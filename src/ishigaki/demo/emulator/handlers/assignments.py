"""IAM Identity Center: assignments and provisioning, which AWS takes on and works off a little later."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.identitystore.models import identitystore_backends
from moto.moto_api._internal import mock_random

from ishigaki.demo.emulator.handlers.identity_center import (
    DENIED,
    Instance,
    Set,
    Task,
    changing,
    instance_of,
    set_of,
)
from ishigaki.demo.emulator.handlers.organizations import management_account
from ishigaki.demo.emulator.handlers.reserved_roles import provide_role, withdraw_role
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

STATUS = {
    "creation": "AccountAssignmentCreation",
    "deletion": "AccountAssignmentDeletion",
    "provisioning": "PermissionSetProvisioning",
}


def accounts_of_set(context: Context, params: Params) -> Answer:
    """ListAccountsForProvisionedPermissionSet: all, or those whose role is (not) as the set is now."""
    instance = instance_of(context, params)
    found = set_of(instance, params)
    status = params.get("ProvisioningStatus")
    stale = status == "LATEST_PERMISSION_SET_NOT_PROVISIONED"
    accounts = instance.accounts_of(found.arn)
    return {"AccountIds": [a for a in accounts if not status or (a in found.outdated) == stale]}


def sets_of_account(context: Context, params: Params) -> Answer:
    instance = instance_of(context, params)
    return {"PermissionSets": [arn for account, arn in instance.assigned if account == params["AccountId"]]}


def assignments(context: Context, params: Params) -> Answer:
    instance = instance_of(context, params)
    found = set_of(instance, params)
    return {"AccountAssignments": list(_listed(instance, params["AccountId"], found.arn))}


def _listed(instance: Instance, account: str, arn: str) -> Iterator[dict[str, str]]:
    for kind, id in instance.assigned.get((account, arn), []):
        yield {"AccountId": account, "PermissionSetArn": arn, "PrincipalType": kind, "PrincipalId": id}


def assignments_of_principal(context: Context, params: Params) -> Answer:
    """ListAccountAssignmentsForPrincipal: a user's own and those of the groups that the user is in."""
    instance = instance_of(context, params)
    meant = {(params["PrincipalType"], params["PrincipalId"])}
    kept = identitystore_backends[instance.owner][instance.region].identity_stores.get(instance.store)
    memberships = kept.group_memberships.values() if kept and params["PrincipalType"] == "USER" else ()
    meant |= {
        ("GROUP", m["GroupId"]) for m in memberships if m["MemberId"]["UserId"] == params["PrincipalId"]
    }
    only = (params.get("Filter") or {}).get("AccountId")
    rows = [row for account, arn in instance.assigned for row in _listed(instance, account, arn)]
    found = [r for r in rows if (r["PrincipalType"], r["PrincipalId"]) in meant]
    return {"AccountAssignments": [r for r in found if only in (None, r["AccountId"])]}


def _take_on(
    instance: Instance, kind: str, set_arn: str, shown: dict[str, Any], work: Callable[[], str]
) -> Answer:
    request = str(mock_random.uuid4())
    status = {"Status": "IN_PROGRESS", "RequestId": request, "CreatedDate": now(), **shown}
    instance.tasks[request] = Task(kind, set_arn, status, work)
    return {f"{STATUS[kind]}Status": dict(status)}


def _assignment(context: Context, params: Params) -> tuple[Instance, Set, dict[str, Any]]:
    instance, found = changing(context, params)
    if context.account != instance.owner and params["TargetId"] == instance.owner:
        raise Refused("AccessDeniedException", DENIED, status=400)
    names = ("TargetId", "TargetType", "PermissionSetArn", "PrincipalType", "PrincipalId")
    return instance, found, {name: params[name] for name in names}


def create_assignment(context: Context, params: Params) -> Answer:
    """CreateAccountAssignment: begun at once; whether it can be done shows later."""
    instance, found, shown = _assignment(context, params)
    account, who = params["TargetId"], (params["PrincipalType"], params["PrincipalId"])

    def work() -> str:
        if account != instance.owner and management_account(account) != instance.owner:
            return f"Received a 404 status error: account {account} is not in the organization."
        if not _known(instance, who):
            return "Received a 404 status error: Principal not found."
        here = instance.assigned.setdefault((account, found.arn), [])
        if who not in here:
            here.append(who)
        provide_role(context, account, name=found.shown["Name"], session=found.shown["SessionDuration"])
        return ""

    return _take_on(instance, "creation", found.arn, shown, work)


def _known(instance: Instance, who: tuple[str, str]) -> bool:
    store = identitystore_backends[instance.owner][instance.region].identity_stores.get(instance.store)
    return bool(store) and who[1] in (store.groups if who[0] == "GROUP" else store.users)


def delete_assignment(context: Context, params: Params) -> Answer:
    """DeleteAccountAssignment: with the last one the role goes from the account."""
    instance, found, shown = _assignment(context, params)
    account, who = params["TargetId"], (params["PrincipalType"], params["PrincipalId"])
    if who not in instance.assigned.get((account, found.arn), []):
        raise Refused("ResourceNotFoundException", "Could not find the assignment", status=400)

    def work() -> str:
        instance.assigned[account, found.arn].remove(who)
        if not instance.assigned[account, found.arn]:
            del instance.assigned[account, found.arn]
            found.outdated.discard(account)
            withdraw_role(account, name=found.shown["Name"])
        return ""

    return _take_on(instance, "deletion", found.arn, shown, work)


def provision(context: Context, params: Params) -> Answer:
    """ProvisionPermissionSet: to one account, or to all that have it."""
    instance, found = changing(context, params)
    accounts = instance.accounts_of(found.arn)
    if params["TargetType"] == "AWS_ACCOUNT":
        accounts = [a for a in accounts if a == params.get("TargetId")]
    if not accounts:
        raise Refused("ResourceNotFoundException", "The permission set is provisioned nowhere", status=400)

    def work() -> str:
        found.outdated -= set(accounts)
        return ""

    return _take_on(instance, "provisioning", found.arn, {"PermissionSetArn": found.arn}, work)


def _status(kind: str, parameter: str) -> Handler:
    """How far AWS is with what it took on."""

    def describe(context: Context, params: Params) -> Answer:
        task = instance_of(context, params).tasks.get(params[parameter])
        if task is None or task.kind != kind:
            raise Refused("ResourceNotFoundException", "Could not find the request", status=400)
        return {f"{STATUS[kind]}Status": dict(task.shown)}

    return describe


HANDLERS: Mapping[str, Handler] = {
    "CreateAccountAssignment": create_assignment,
    "DeleteAccountAssignment": delete_assignment,
    "DescribeAccountAssignmentCreationStatus": _status("creation", "AccountAssignmentCreationRequestId"),
    "DescribeAccountAssignmentDeletionStatus": _status("deletion", "AccountAssignmentDeletionRequestId"),
    "DescribePermissionSetProvisioningStatus": _status("provisioning", "ProvisionPermissionSetRequestId"),
    "ListAccountAssignments": assignments,
    "ListAccountAssignmentsForPrincipal": assignments_of_principal,
    "ListAccountsForProvisionedPermissionSet": accounts_of_set,
    "ListPermissionSetsProvisionedToAccount": sets_of_account,
    "ProvisionPermissionSet": provision,
}
