"""GuardDuty: a detector's features; members are none, for inviting them is not implemented."""

from collections.abc import Mapping
from typing import Any

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

FOUNDATIONAL = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")  # cannot be switched off while the detector is on
ON_BY_DEFAULT = (
    "S3_DATA_EVENTS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
)
RUNTIME_AGENTS = ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT")
OFF_BY_DEFAULT: Mapping[str, tuple[str, ...]] = {
    "EKS_RUNTIME_MONITORING": ("EKS_ADDON_MANAGEMENT",),
    "RUNTIME_MONITORING": RUNTIME_AGENTS,
}


def _first_features() -> dict[str, dict[str, Any]]:
    features = {name: {"Name": name, "Status": "ENABLED", "UpdatedAt": now()} for name in ON_BY_DEFAULT}
    for name, parts in OFF_BY_DEFAULT.items():
        agents = [{"Name": part, "Status": "DISABLED", "UpdatedAt": now()} for part in parts]
        off = {"Name": name, "Status": "DISABLED", "UpdatedAt": now(), "AdditionalConfiguration": agents}
        features[name] = off
    return features


def detector_of(context: Context, params: Params) -> Any:
    """The detector, or GuardDuty's refusal."""
    detector = context.backend().detectors.get(params["DetectorId"])
    if detector is None:
        raise Refused(
            "BadRequestException",
            "The request is rejected because the input detectorId is not owned by the current account.",
        )
    return detector


def create(context: Context, params: Params) -> Answer:
    """CreateDetector: one a Region."""
    if context.backend().detectors:
        raise Refused(
            "BadRequestException",
            "The request is rejected because a detector already exists for the current account.",
        )
    answer = context.moto()
    context.settings.update(features=_first_features(), since=now())
    _switch(context, params.get("Features") or [])
    return {"DetectorId": answer["DetectorId"]}


def update(context: Context, params: Params) -> Answer:
    """UpdateDetector."""
    detector_of(context, params)
    answer = context.moto()
    _switch(context, params.get("Features") or [])
    return answer


def delete(context: Context, params: Params) -> Answer:
    """DeleteDetector: its features go with it."""
    detector_of(context, params)
    context.settings.clear()
    return context.moto()


def _switch(context: Context, given: list[Mapping[str, Any]]) -> None:
    features = context.settings.setdefault("features", _first_features())
    for feature in given:
        kept = features.setdefault(feature["Name"], {"Name": feature["Name"]})
        kept |= {"Status": feature["Status"], "UpdatedAt": now()}
        if parts := feature.get("AdditionalConfiguration"):
            agents = {part["Name"]: part for part in kept.get("AdditionalConfiguration", [])}
            agents |= {part["Name"]: {**part, "UpdatedAt": now()} for part in parts}
            kept["AdditionalConfiguration"] = list(agents.values())


def get(context: Context, params: Params) -> Answer:
    """GetDetector: features and, in the older form, data sources."""
    detector = detector_of(context, params)
    answer = context.moto()
    chosen = context.settings.setdefault("features", _first_features())
    on = "ENABLED" if detector.enabled else "DISABLED"
    since = context.settings.setdefault("since", now())
    always = [{"Name": name, "Status": on, "UpdatedAt": since} for name in FOUNDATIONAL]
    features = [*always, *chosen.values()]
    status = {feature["Name"]: {"Status": feature["Status"]} for feature in features}
    volumes = {"EbsVolumes": status["EBS_MALWARE_PROTECTION"]}
    sources = {
        "CloudTrail": status["CLOUD_TRAIL"],
        "DNSLogs": status["DNS_LOGS"],
        "FlowLogs": status["FLOW_LOGS"],
        "S3Logs": status["S3_DATA_EVENTS"],
        "Kubernetes": {"AuditLogs": status["EKS_AUDIT_LOGS"]},
        "MalwareProtection": {"ScanEc2InstanceWithFindings": volumes},
    }
    return {**answer, "Features": features, "DataSources": sources}


def list_filters(context: Context, params: Params) -> Answer:
    """ListFilters."""
    return {"FilterNames": list(detector_of(context, params).filters)}


def no_members(context: Context, params: Params) -> Answer:
    """ListMembers: CreateMembers is not implemented, so there are none."""
    detector_of(context, params)
    return {"Members": []}


def no_member_detectors(context: Context, params: Params) -> Answer:
    """GetMemberDetectors: whoever is named is no member."""
    detector_of(context, params)
    result = "The request is rejected because the account ID is not an associated member account."
    refused = [{"AccountId": account, "Result": result} for account in params["AccountIds"]]
    return {"MemberDataSourceConfigurations": [], "UnprocessedAccounts": refused}


def no_administrator(context: Context, params: Params) -> Answer:
    """GetAdministratorAccount: no account can have invited this one."""
    detector_of(context, params)
    return {"Administrator": {}}


def no_master(context: Context, params: Params) -> Answer:
    """GetMasterAccount, the older name."""
    detector_of(context, params)
    return {"Master": {}}


HANDLERS: Mapping[str, Handler] = {
    "CreateDetector": create,
    "DeleteDetector": delete,
    "GetAdministratorAccount": no_administrator,
    "GetDetector": get,
    "GetMasterAccount": no_master,
    "GetMemberDetectors": no_member_detectors,
    "ListFilters": list_filters,
    "ListMembers": no_members,
    "UpdateDetector": update,
}
