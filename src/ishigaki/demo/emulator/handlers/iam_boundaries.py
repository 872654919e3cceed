"""IAM: permissions boundaries, which moto knows of roles only and does not count."""

from collections.abc import Iterator, Mapping
from typing import Any

from ishigaki.demo.emulator.handlers.aws_policies import load
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

BOUNDARY = "PermissionsBoundary"
KINDS: Mapping[str, str] = {"PolicyUsers": "User", "PolicyRoles": "Role", "PolicyGroups": "Group"}


def _policy(context: Context, params: Params) -> str | None:
    """The policy that is to be the boundary, if one is. Refused where there is no such policy."""
    arn = params.get(BOUNDARY)
    if arn:
        load(context, [arn])
        if arn not in context.backend().managed_policies:
            message = f"Scope ARN: {arn} does not exist or is not attachable."
            raise Refused("NoSuchEntity", message, status=404)
    return arn


def bound_role(context: Context, params: Params) -> Answer:
    """CreateRole and PutRolePermissionsBoundary: the boundary must be a policy that is there."""
    _policy(context, params)
    return context.moto()


def create_user(context: Context, params: Params) -> Answer:
    """CreateUser: with the boundary that moto forgets."""
    arn = _policy(context, params)
    answer = context.moto()
    if arn:
        user = context.backend().users[params["UserName"]]
        user.permissions_boundary = answer["User"][BOUNDARY] = _bound(arn)
    return answer


def bound_user(context: Context, params: Params) -> Answer:
    """PutUserPermissionsBoundary."""
    arn = _policy(context, params)
    _user(context, params).permissions_boundary = _bound(str(arn))
    return {}


def free_user(context: Context, params: Params) -> Answer:
    """DeleteUserPermissionsBoundary."""
    _user(context, params).permissions_boundary = None
    return {}


def _bound(arn: str) -> dict[str, str]:
    return {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}


def _user(context: Context, params: Params) -> Any:
    user = context.backend().users.get(params["UserName"])
    if user is None:
        message = f"The user with name {params['UserName']} cannot be found."
        raise Refused("NoSuchEntity", message, status=404)
    return user


def entities(context: Context, params: Params) -> Answer:
    """ListEntitiesForPolicy: whom the policy is attached to, and whom it bounds."""
    load(context, [params["PolicyArn"]])
    answer, usage = context.moto(), params.get("PolicyUsageFilter")
    for member, kind in KINDS.items():
        attached = [] if usage == BOUNDARY else answer.get(member) or []
        bounded = [] if usage == "PermissionsPolicy" else list(_bounded(context, params, kind))
        answer[member] = attached + [one for one in bounded if one not in attached]
    return answer


def _bounded(context: Context, params: Params, kind: str) -> Iterator[dict[str, str]]:
    """The users or roles that the policy bounds, as ListEntitiesForPolicy names them."""
    iam = context.backend()
    owners = {"User": iam.users, "Role": iam.roles}.get(kind, {})
    for owner in owners.values() if params.get("EntityFilter") in (None, kind) else ():
        boundary = getattr(owner, "permissions_boundary", None) or {}
        within = owner.path.startswith(params.get("PathPrefix") or "/")
        if within and boundary.get("PermissionsBoundaryArn") == params["PolicyArn"]:
            yield {f"{kind}Name": owner.name, f"{kind}Id": owner.id}


HANDLERS: Mapping[str, Handler] = {
    "CreateRole": bound_role,
    "CreateUser": create_user,
    "DeleteUserPermissionsBoundary": free_user,
    "ListEntitiesForPolicy": entities,
    "PutRolePermissionsBoundary": bound_role,
    "PutUserPermissionsBoundary": bound_user,
}
