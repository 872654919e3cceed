"""GuardDuty's findings: samples as CreateSampleFindings makes them, listed by criteria, archived and taken back."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from moto.moto_api._internal import mock_random

from ishigaki.demo.emulator.handlers.guardduty import detector_of
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

PAGE = 50  # findings that one answer lists, and that one request may name
REMOTE = {
    "IpAddressV4": "198.51.100.0",
    "Country": {"CountryName": "GeneratedFindingCountryName"},
    "City": {"CityName": "GeneratedFindingCityName"},
    "Organization": {"AsnOrg": "GeneratedFindingASNOrg"},
}
CALLED = {
    "ActionType": "AWS_API_CALL",
    "AwsApiCallAction": {
        "Api": "GeneratedFindingAPIName",
        "ServiceName": "s3.amazonaws.com",
        "RemoteIpDetails": REMOTE,
    },
}
PROBED = {
    "ActionType": "PORT_PROBE",
    "PortProbeAction": {
        "Blocked": False,
        "PortProbeDetails": [
            {"LocalPortDetails": {"Port": 80, "PortName": "HTTP"}, "RemoteIpDetails": REMOTE}
        ],
    },
}
CONNECTED = {
    "ActionType": "NETWORK_CONNECTION",
    "NetworkConnectionAction": {
        "ConnectionDirection": "INBOUND",
        "LocalPortDetails": {"Port": 22, "PortName": "SSH"},
        "RemotePortDetails": {"Port": 39677, "PortName": "Unknown"},
        "RemoteIpDetails": REMOTE,
        "Protocol": "TCP",
        "Blocked": False,
    },
}
KEY = {
    "AccessKeyId": "GeneratedFindingAccessKeyId",
    "PrincipalId": "GeneratedFindingPrincipalId",
    "UserName": "GeneratedFindingUserName",
    "UserType": "IAMUser",
}
# Of these types samples are made: severity, what the finding is about, and what was done.
SAMPLES: Mapping[str, tuple[float, Mapping[str, Any], Mapping[str, Any]]] = {
    "Recon:EC2/PortProbeUnprotectedPort": (
        2.0,
        {"ResourceType": "Instance", "InstanceDetails": {"InstanceId": "i-99999999"}},
        PROBED,
    ),
    "UnauthorizedAccess:EC2/SSHBruteForce": (
        5.0,
        {"ResourceType": "Instance", "InstanceDetails": {"InstanceId": "i-99999999"}},
        CONNECTED,
    ),
    "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom": (
        5.0,
        {"ResourceType": "AccessKey", "AccessKeyDetails": KEY},
        CALLED,
    ),
    "Policy:S3/BucketAnonymousAccessGranted": (
        8.0,
        {
            "ResourceType": "S3Bucket",
            "S3BucketDetails": [{"Name": "bucketName", "Arn": "arn:aws:s3:::bucketName"}],
        },
        CALLED,
    ),
    "AttackSequence:IAM/CompromisedCredentials": (9.0, {"ResourceType": "AttackSequence"}, {}),
}


def create_samples(context: Context, params: Params) -> Answer:
    """CreateSampleFindings: one of each type that is named, or of every type."""
    detector_of(context, params)
    wanted = params.get("FindingTypes") or list(SAMPLES)
    if unknown := [kind for kind in wanted if kind not in SAMPLES]:
        raise Refused("BadRequestException", f"The emulator makes no sample of {', '.join(unknown)}.")
    for kind in wanted:
        finding = _sample(context, params["DetectorId"], kind)
        _findings(context)[finding["Id"]] = finding
    return {}


def _sample(context: Context, detector: str, kind: str) -> dict[str, Any]:
    severity, resource, action = SAMPLES[kind]
    finding, at = UUID(int=mock_random.getrandbits(128)).hex, _moment()
    return {
        "SchemaVersion": "2.0",
        "AccountId": context.account,
        "Region": context.region,
        "Partition": "aws",
        "Id": finding,
        "Arn": context.arn(f"detector/{detector}/finding/{finding}"),
        "Type": kind,
        "Severity": severity,
        "CreatedAt": at,
        "UpdatedAt": at,
        "Title": f"[SAMPLE] {kind}",
        "Description": "A sample finding.",
        "Resource": dict(resource),
        "Service": {
            "ServiceName": "guardduty",
            "DetectorId": detector,
            "Archived": False,
            "Count": 1,
            "EventFirstSeen": at,
            "EventLastSeen": at,
            "ResourceRole": "TARGET",
            "AdditionalInfo": {"Value": json.dumps({"sample": True}), "Type": "default"},
            **({"Action": dict(action)} if action else {}),
        },
    }


def list_(context: Context, params: Params) -> Answer:
    """ListFindings: the ids of those that meet every criterion."""
    detector_of(context, params)
    criteria = (params.get("FindingCriteria") or {}).get("Criterion") or {}
    ids = [f["Id"] for f in _findings(context).values() if all(_meets(f, n, c) for n, c in criteria.items())]
    start, size = int(params.get("NextToken") or 0), min(params.get("MaxResults") or PAGE, PAGE)
    more = {"NextToken": str(start + size)} if start + size < len(ids) else {}
    return {"FindingIds": ids[start : start + size], **more}


# Of a condition: what the value must be to what is given; the older names mean the same.
CONDITIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Eq": lambda value, given: str(value).lower() in given,
    "Neq": lambda value, given: str(value).lower() not in given,
    "Gt": lambda value, given: value > given,
    "Gte": lambda value, given: value >= given,
    "Lt": lambda value, given: value < given,
    "Lte": lambda value, given: value <= given,
}
OLDER = {
    "Equals": "Eq",
    "NotEquals": "Neq",
    "GreaterThan": "Gt",
    "GreaterThanOrEqual": "Gte",
    "LessThan": "Lt",
    "LessThanOrEqual": "Lte",
}


def _meets(finding: Mapping[str, Any], name: str, condition: Mapping[str, Any]) -> bool:
    value: Any = finding
    for part in name.split("."):
        value = value.get(part[:1].upper() + part[1:]) if isinstance(value, Mapping) else None
    if name in ("updatedAt", "createdAt"):  # compared in milliseconds
        value = datetime.fromisoformat(value).timestamp() * 1000
    for operator, given in condition.items():
        known = OLDER.get(operator, operator)
        if known not in CONDITIONS:
            raise Refused("BadRequestException", f"The emulator does not know the condition {operator}.")
        words = [str(g).lower() for g in given] if isinstance(given, list) else given
        if value is None or not CONDITIONS[known](value, words):
            return False
    return True


def get(context: Context, params: Params) -> Answer:
    """GetFindings: those of the ids that there are."""
    detector_of(context, params)
    if len(params["FindingIds"]) > PAGE:
        raise Refused("BadRequestException", f"At most {PAGE} findings can be asked for.")
    known = _findings(context)
    return {"Findings": [known[i] for i in params["FindingIds"] if i in known]}


def archive(context: Context, params: Params) -> Answer:
    """ArchiveFindings."""
    return _archived(context, params, archived=True)


def unarchive(context: Context, params: Params) -> Answer:
    """UnarchiveFindings."""
    return _archived(context, params, archived=False)


def _archived(context: Context, params: Params, *, archived: bool) -> Answer:
    detector_of(context, params)
    known = _findings(context)
    for finding in (known[i] for i in params["FindingIds"] if i in known):
        finding["Service"]["Archived"] = archived
        finding["UpdatedAt"] = _moment()
    return {}


def _findings(context: Context) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = context.settings.setdefault("findings", {})
    return found


def _moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


HANDLERS: Mapping[str, Handler] = {
    "ArchiveFindings": archive,
    "CreateSampleFindings": create_samples,
    "GetFindings": get,
    "ListFindings": list_,
    "UnarchiveFindings": unarchive,
}
