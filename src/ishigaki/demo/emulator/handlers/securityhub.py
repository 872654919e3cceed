"""Security Hub: the hub and its standards. What AWS's own checks would find is not imitated."""

from collections.abc import Mapping
from typing import Any

from ishigaki.demo.emulator.handlers.finding_aggregators import gone_with_hub
from ishigaki.demo.emulator.handlers.organizations import management_account
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

FSBP = "standards/aws-foundational-security-best-practices/v/1.0.0"
CIS_1_2 = "ruleset/cis-aws-foundations-benchmark/v/1.2.0"
STANDARDS: Mapping[str, tuple[str, bool]] = {  # path -> name, on by default
    FSBP: ("AWS Foundational Security Best Practices v1.0.0", True),
    CIS_1_2: ("CIS AWS Foundations Benchmark v1.2.0", True),
    "standards/cis-aws-foundations-benchmark/v/1.4.0": ("CIS AWS Foundations Benchmark v1.4.0", False),
    "standards/cis-aws-foundations-benchmark/v/3.0.0": ("CIS AWS Foundations Benchmark v3.0.0", False),
    "standards/cis-aws-foundations-benchmark/v/5.0.0": ("CIS AWS Foundations Benchmark v5.0.0", False),
    "standards/nist-800-53/v/5.0.0": ("NIST Special Publication 800-53 Revision 5", False),
    "standards/pci-dss/v/3.2.1": ("PCI DSS v3.2.1", False),
    "standards/pci-dss/v/4.0.1": ("PCI DSS v4.0.1", False),
}
SETTINGS = ("AutoEnableControls", "ControlFindingGenerator")
READY: Mapping[str, str] = {
    "StandardsStatus": "READY",
    "StandardsControlsUpdatable": "READY_FOR_UPDATES",
}
NOT_SUBSCRIBED = "Account {} is not subscribed to AWS Security Hub"
NEEDS_NO_HUB = frozenset(
    {
        "EnableSecurityHub",
        "EnableOrganizationAdminAccount",
        "DisableOrganizationAdminAccount",
        "ListOrganizationAdminAccounts",
    }
)


def answering_account(context: Context) -> str:
    """The account itself; all but a few operations are refused while Security Hub is off."""
    if context.operation not in NEEDS_NO_HUB and not context.backend().enabled:
        raise Refused("InvalidAccessException", NOT_SUBSCRIBED.format(context.account), status=401)
    return context.account


def arn_of(context: Context, path: str) -> str:
    """A standard's ARN; the oldest is the partition's, the others are the Region's."""
    return (
        f"arn:aws:securityhub:::{path}"
        if path == CIS_1_2
        else f"arn:aws:securityhub:{context.region}::{path}"
    )


def subscriptions(context: Context) -> dict[str, dict[str, Any]]:
    """The standards that are on, by the ARN of their subscription."""
    found: dict[str, dict[str, Any]] = context.settings.setdefault("standards", {})
    return found


def _subscribe(context: Context, path: str, inputs: Mapping[str, str]) -> dict[str, Any]:
    """A standard switched on; one that is on stays as it is."""
    subscription = context.arn("subscription/" + path.partition("/")[2])
    pending = {"StandardsStatus": "PENDING", "StandardsControlsUpdatable": "NOT_READY_FOR_UPDATES"}
    return subscriptions(context).setdefault(
        subscription,
        {
            "StandardsSubscriptionArn": subscription,
            "StandardsArn": arn_of(context, path),
            "StandardsInput": dict(inputs),
            **pending,
        },
    )


def enable(context: Context, params: Params) -> Answer:
    """EnableSecurityHub: once, with the default standards unless they are not wanted."""
    if context.backend().enabled:
        message = f"Account {context.account} is already subscribed to Security Hub"
        raise Refused("ResourceConflictException", message, status=409)
    answer = context.moto()
    generator = params.get("ControlFindingGenerator") or "SECURITY_CONTROL"
    context.settings["hub"] = {"AutoEnableControls": True, "ControlFindingGenerator": generator}
    if params.get("EnableDefaultStandards", True) is not False:
        for path, (_, by_default) in STANDARDS.items():
            if by_default:
                _subscribe(context, path, {})
    return answer


def describe(context: Context, _: Params) -> Answer:
    """DescribeHub: as it was set."""
    return {**context.moto(), **context.settings.get("hub", {})}


def update(context: Context, params: Params) -> Answer:
    """UpdateSecurityHubConfiguration: only what is given changes."""
    given = {name: params[name] for name in SETTINGS if params.get(name) is not None}
    context.settings["hub"] = {**context.settings.get("hub", {}), **given}
    return {}


def disable(context: Context, _: Params) -> Answer:
    """DisableSecurityHub: the standards go with it, and in the home Region the aggregator."""
    answer = context.moto()
    context.settings.clear()
    gone_with_hub(context)
    return answer


def organization_configuration(context: Context, _: Params) -> Answer:
    """DescribeOrganizationConfiguration: the administrator's own to know."""
    management = management_account(context.account)
    configuration = context.backend(account=management)._get_org_config() if management else {}
    if configuration.get("admin_account_id") != context.account:
        message = f"Account {context.account} is not an administrator for this organization"
        raise Refused("InvalidAccessException", message, status=401)
    return context.moto()


def describe_standards(context: Context, _: Params) -> Answer:
    """DescribeStandards."""
    return {
        "Standards": [
            {"StandardsArn": arn_of(context, path), "Name": name, "Description": name, "EnabledByDefault": on}
            for path, (name, on) in STANDARDS.items()
        ]
    }


def enabled_standards(context: Context, params: Params) -> Answer:
    """GetEnabledStandards, all or those named. A new one is pending when it is first seen, and ready the next
    time, where AWS takes minutes."""
    named = params.get("StandardsSubscriptionArns")
    shown = [dict(one) for arn, one in subscriptions(context).items() if not named or arn in named]
    for one in shown:
        subscriptions(context)[one["StandardsSubscriptionArn"]] |= READY
    return {"StandardsSubscriptions": shown}


def batch_enable(context: Context, params: Params) -> Answer:
    """BatchEnableStandards: they are pending at first."""
    paths = {arn_of(context, path): path for path in STANDARDS}
    requests = params["StandardsSubscriptionRequests"]
    for request in requests:
        if request["StandardsArn"] not in paths:
            raise Refused("InvalidInputException", f"There is no standard {request['StandardsArn']}.")
    return {
        "StandardsSubscriptions": [
            dict(_subscribe(context, paths[request["StandardsArn"]], request.get("StandardsInput") or {}))
            for request in requests
        ]
    }


def batch_disable(context: Context, params: Params) -> Answer:
    """BatchDisableStandards: gone at once, with what was switched off in them."""
    gone = [subscriptions(context).pop(arn, None) for arn in params["StandardsSubscriptionArns"]]
    for one in gone:
        context.settings.get("switches", {}).pop(one and one["StandardsArn"], None)
    return {"StandardsSubscriptions": [{**one, "StandardsStatus": "DELETING"} for one in gone if one]}


HANDLERS: Mapping[str, Handler] = {
    "BatchDisableStandards": batch_disable,
    "BatchEnableStandards": batch_enable,
    "DescribeHub": describe,
    "DescribeOrganizationConfiguration": organization_configuration,
    "DescribeStandards": describe_standards,
    "DisableSecurityHub": disable,
    "EnableSecurityHub": enable,
    "GetEnabledStandards": enabled_standards,
    "UpdateSecurityHubConfiguration": update,
}
