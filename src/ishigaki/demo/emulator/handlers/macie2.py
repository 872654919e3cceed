"""Macie: off until it is enabled, and then what moto knows of it is there."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

NEEDS_NO_SESSION = frozenset(
    {
        "EnableMacie",
        "EnableOrganizationAdminAccount",
        "ListOrganizationAdminAccounts",
        "ListInvitations",
    }
)


def answering_account(context: Context) -> str:
    """The account itself; all but a few operations are refused while Macie is off, as AWS words it."""
    if "session" not in context.settings and context.operation not in NEEDS_NO_SESSION:
        raise Refused("AccessDeniedException", "Macie is not enabled", status=403)
    return context.account


def enable(context: Context, params: Params) -> Answer:
    """EnableMacie."""
    if "session" in context.settings:
        raise Refused("ConflictException", "Macie has already been enabled", status=409)
    path = "aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
    context.settings["session"] = {
        "createdAt": now(),
        "updatedAt": now(),
        "findingPublishingFrequency": params.get("findingPublishingFrequency") or "FIFTEEN_MINUTES",
        "serviceRole": f"arn:aws:iam::{context.account}:role/{path}",
        "status": params.get("status") or "ENABLED",
    }
    return {}


def get(context: Context, _: Params) -> Answer:
    """GetMacieSession."""
    return {**context.settings["session"]}


def update(context: Context, params: Params) -> Answer:
    """UpdateMacieSession."""
    given = {key: params[key] for key in ("findingPublishingFrequency", "status") if params.get(key)}
    context.settings["session"] |= {**given, "updatedAt": now()}
    return {}


def disable(context: Context, _: Params) -> Answer:
    """DisableMacie: its settings go with it."""
    context.settings.clear()
    return {}


def get_discovery(context: Context, _: Params) -> Answer:
    """GetAutomatedDiscoveryConfiguration."""
    return {"status": "DISABLED", **context.settings.get("discovery", {})}


def update_discovery(context: Context, params: Params) -> Answer:
    """UpdateAutomatedDiscoveryConfiguration."""
    status, kept = params["status"], context.settings.setdefault("discovery", {})
    kept |= {"status": status, "lastUpdatedAt": now()}
    if status == "ENABLED":
        kept.setdefault("firstEnabledAt", now())
        kept.pop("disabledAt", None)
    else:
        kept["disabledAt"] = now()
    return {}


HANDLERS: Mapping[str, Handler] = {
    "DisableMacie": disable,
    "EnableMacie": enable,
    "GetAutomatedDiscoveryConfiguration": get_discovery,
    "GetMacieSession": get,
    "UpdateAutomatedDiscoveryConfiguration": update_discovery,
    "UpdateMacieSession": update,
}
