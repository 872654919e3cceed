"""STS: who is asking, and which roles let them in."""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from ishigaki.demo.emulator.handlers.organizations import organization_id
from ishigaki.demo.emulator.state import PARTITION, Answer, Context, Handler, Params, Refused

ADMINISTRATOR = "user/administrator"  # whom a key speaks for that IAM does not know
NOT_AUTHORIZED = "User: {} is not authorized to perform: sts:AssumeRole on resource: {}"


def _session(context: Context) -> Any:
    """The role session that the access key belongs to, if it is one."""
    return sts_backends[context.account][PARTITION].get_assumed_role_from_access_key(context.access_key)


def caller_identity(context: Context, _: Params) -> Answer:
    """GetCallerIdentity: role session, IAM user, or the account's administrator."""
    if session := _session(context):
        return {"UserId": session.user_id, "Account": session.account_id, "Arn": session.arn}
    user = iam_backends[context.account][PARTITION].get_user_from_access_key_id(context.access_key)
    if user:
        return {"UserId": user.id, "Account": context.account, "Arn": user.arn}
    arn = f"arn:aws:iam::{context.account}:{ADMINISTRATOR}"
    return {"UserId": f"AIDA{context.account}", "Account": context.account, "Arn": arn}


def assume_role(context: Context, params: Params) -> Answer:
    """AssumeRole: the role must exist in a living account and its trust policy must let the caller in."""
    caller = caller_identity(context, {})["Arn"]
    role = _role(context, params["RoleArn"])
    if role is None or not _trusts(role, _request(context, params, caller)):
        raise Refused("AccessDenied", NOT_AUTHORIZED.format(caller, params["RoleArn"]), status=403)
    longest = int(role.max_session_duration or 3600)
    if int(params.get("DurationSeconds") or 0) > longest:
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise Refused("ValidationError", message, status=400)
    return context.moto()


def _role(context: Context, arn: str) -> Any:
    """The role of that ARN, in an account that is known and not suspended."""
    account = context.emulator.accounts.get(arn.split(":")[4] if arn.count(":") > 4 else "")
    if account is None or account.suspended:
        return None
    roles = iam_backends[account.id][PARTITION].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def _request(context: Context, params: Params, caller: str) -> Mapping[str, tuple[str, ...]]:
    """The request's context keys, lower case, with the principals that name the caller under `principal`."""
    account, session = context.account, _session(context)
    role = (session.role_arn,) if session else ()
    keys = {
        "aws:principalaccount": account,
        "aws:principalarn": role[0] if role else caller,
        "aws:multifactorauthpresent": "false" if session else None,
        "aws:principalorgid": organization_id(account),
        "sts:externalid": params.get("ExternalId"),
        "sts:rolesessionname": params["RoleSessionName"],
    }
    names = (account, f"arn:aws:iam::{account}:root", caller, *role, "*")
    return {"principal": names, **{key: (str(value),) for key, value in keys.items() if value is not None}}


def _trusts(role: Any, request: Mapping[str, tuple[str, ...]]) -> bool:
    statements = _many(json.loads(role.assume_role_policy_document).get("Statement"))
    effects = {s["Effect"] for s in statements if _applies(s, request)}
    return "Allow" in effects and "Deny" not in effects


def _applies(statement: Mapping[str, Any], request: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether a statement speaks of this caller assuming the role. A test it cannot judge is not met."""
    actions = _many(statement.get("Action"))
    if not any(fnmatchcase("sts:assumerole", str(action).lower()) for action in actions):
        return False
    principal = statement.get("Principal")
    named = _many(principal.get("AWS") if isinstance(principal, Mapping) else principal)
    if not set(named) & set(request["principal"]):
        return False
    tests = statement.get("Condition") or {}
    return all(_holds(op, key, _many(v), request) for op, keys in tests.items() for key, v in keys.items())


def _holds(operator: str, key: str, wanted: list[Any], request: Mapping[str, tuple[str, ...]]) -> bool:
    operator, optional, _ = operator.partition("IfExists")
    values = request.get(key.lower())
    if operator == "Null":
        return (values is None) == (str(wanted[0]).lower() == "true")
    if values is None:
        return bool(optional) or operator in (
            "StringNotEquals",
            "StringNotLike",
            "ArnNotEquals",
            "ArnNotLike",
        )
    negated = "Not" in operator
    match operator.replace("Not", ""):
        case "StringEquals":
            met = values[0] in wanted
        case "StringEqualsIgnoreCase" | "Bool":
            met = values[0].lower() in [str(one).lower() for one in wanted]
        case "StringLike" | "ArnLike" | "ArnEquals":
            met = any(fnmatchcase(values[0], str(one)) for one in wanted)
        case _:
            return False
    return met != negated


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else [value]


HANDLERS: Mapping[str, Handler] = {"AssumeRole": assume_role, "GetCallerIdentity": caller_identity}
