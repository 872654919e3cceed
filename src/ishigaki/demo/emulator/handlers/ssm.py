"""Systems Manager: the account's service settings, registered instances, reported compliance."""

from collections.abc import Mapping, Sequence
from typing import Any

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

DEFAULTS: Mapping[str, str] = {
    "/ssm/appmanager/appmanager-enabled": "False",
    "/ssm/automation/customer-script-log-destination": "",
    "/ssm/automation/customer-script-log-group-name": "",
    "/ssm/automation/enable-adaptive-concurrency": "False",
    "/ssm/documents/console/public-sharing-permission": "Enable",
    "/ssm/managed-instance/activation-tier": "standard",
    "/ssm/managed-instance/default-ec2-instance-management-role": "$None",
    "/ssm/opsinsights/opscenter": "Disabled",
    "/ssm/parameter-store/default-parameter-tier": "Standard",
    "/ssm/parameter-store/high-throughput-enabled": "false",
}
FILTERS: Mapping[str, str] = {  # DescribeInstanceInformation's filter -> member
    "InstanceIds": "InstanceId",
    "PingStatus": "PingStatus",
    "PlatformTypes": "PlatformType",
    "ResourceType": "ResourceType",
    "AgentVersion": "AgentVersion",
}


def _setting(params: Params) -> str:
    """The setting's id; an ARN serves as well."""
    given = str(params["SettingId"])
    setting = given.partition(":servicesetting")[2] if given.startswith("arn:") else given
    if setting not in DEFAULTS:
        raise Refused("ServiceSettingNotFound", f"Setting {given} is not found.")
    return setting


def _shown(context: Context, setting: str) -> dict[str, Any]:
    account = context.emulator.account(context.account)
    default = {"SettingValue": DEFAULTS[setting], "Status": "Default", "LastModifiedUser": "System"}
    chosen = context.settings.get(setting, {**default, "LastModifiedDate": account.created})
    return {"SettingId": setting, "ARN": context.arn(f"servicesetting{setting}"), **chosen}


def get_setting(context: Context, params: Params) -> Answer:
    """GetServiceSetting."""
    return {"ServiceSetting": _shown(context, _setting(params))}


def update_setting(context: Context, params: Params) -> Answer:
    """UpdateServiceSetting."""
    who = f"arn:aws:iam::{context.account}:root"
    chosen = {"SettingValue": params["SettingValue"], "Status": "Customized"}
    context.settings[_setting(params)] = {
        **chosen,
        "LastModifiedUser": who,
        "LastModifiedDate": now(),
    }
    return {}


def reset_setting(context: Context, params: Params) -> Answer:
    """ResetServiceSetting."""
    setting = _setting(params)
    context.settings.pop(setting, None)
    return {"ServiceSetting": _shown(context, setting)}


def instances(context: Context, params: Params) -> Answer:
    """DescribeInstanceInformation: the agents registered through the control endpoint, for none runs here."""
    shown: Sequence[Mapping[str, Any]] = list(context.settings.get("managed_instances", {}).values())
    asked = [(f["key"], f["valueSet"]) for f in params.get("InstanceInformationFilterList") or []]
    asked += [(f["Key"], f["Values"]) for f in params.get("Filters") or []]
    for key, values in asked:
        if key not in FILTERS:
            raise Refused("InvalidFilterKey", f"The filter {key} is not known.")
        shown = [instance for instance in shown if instance.get(FILTERS[key]) in values]
    return {"InstanceInformationList": [dict(instance) for instance in shown]}


def put_compliance(context: Context, params: Params) -> Answer:
    """PutComplianceItems: replaces what was reported of this type for the resource."""
    key = (params["ResourceType"], params["ResourceId"], params["ComplianceType"])
    summary = {**params["ExecutionSummary"]}
    reported = [{**item, "ExecutionSummary": summary} for item in params["Items"]]
    context.settings.setdefault("compliance", {})[key] = reported
    return {}


def _compliance(context: Context, params: Params) -> list[dict[str, Any]]:
    """Every reported item that the filters (EQUAL only) let through."""
    found = [
        {"ResourceType": kind, "ResourceId": resource, "ComplianceType": compliance, **item}
        for (kind, resource, compliance), items in context.settings.get("compliance", {}).items()
        for item in items
    ]
    for wanted in params.get("Filters") or []:
        if wanted.get("Type", "EQUAL") != "EQUAL":
            raise Refused("InvalidFilter", f"{wanted['Type']} is not supported here.")
        found = [item for item in found if item.get(wanted["Key"]) in wanted["Values"]]
    return found


def compliance_items(context: Context, params: Params) -> Answer:
    """ListComplianceItems of the resources named."""
    wanted = params.get("ResourceIds")
    items = _compliance(context, params)
    return {"ComplianceItems": [item for item in items if not wanted or item["ResourceId"] in wanted]}


def compliance_summaries(context: Context, params: Params) -> Answer:
    """ListResourceComplianceSummaries: one row for each resource and compliance type."""
    rows: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for item in _compliance(context, {}):
        key = (item["ResourceType"], item["ResourceId"], item["ComplianceType"])
        rows.setdefault(key, []).append(item)
    found = [_summary(key, items) for key, items in rows.items()]
    for wanted in params.get("Filters") or []:
        found = [row for row in found if row.get(wanted["Key"]) in wanted["Values"]]
    return {"ResourceComplianceSummaryItems": found}


def _summary(key: tuple[str, str, str], items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    bad = [item for item in items if item["Status"] == "NON_COMPLIANT"]
    good = [item for item in items if item["Status"] == "COMPLIANT"]
    order = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED")
    worst = min((item["Severity"] for item in bad), key=order.index, default="UNSPECIFIED")
    return {
        "ResourceType": key[0],
        "ResourceId": key[1],
        "ComplianceType": key[2],
        "Status": "NON_COMPLIANT" if bad else "COMPLIANT",
        "OverallSeverity": worst,
        "ExecutionSummary": items[0]["ExecutionSummary"],
        "CompliantSummary": {"CompliantCount": len(good)},
        "NonCompliantSummary": {"NonCompliantCount": len(bad)},
    }


HANDLERS: Mapping[str, Handler] = {
    "DescribeInstanceInformation": instances,
    "GetServiceSetting": get_setting,
    "ListComplianceItems": compliance_items,
    "ListResourceComplianceSummaries": compliance_summaries,
    "PutComplianceItems": put_compliance,
    "ResetServiceSetting": reset_setting,
    "UpdateServiceSetting": update_setting,
}
