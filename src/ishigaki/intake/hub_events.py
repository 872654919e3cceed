"""Findings as Security Hub passes them on, in its own format (ASFF).

Those of its controls are handed on as they are, but for the details of resources, which may hold secrets (a
function's environment): `intake/securityhub.py` reads them. Those of other products become detections; a copy of GuardDuty's is GuardDuty's finding. Our
own, which an import has brought there, are nothing new, and Inspector's are out of scope, whatever rule lets them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ishigaki.core.concern import Detection, Source
from ishigaki.core.finding import Severity
from ishigaki.core.intake import HubFinding, Read
from ishigaki.intake import guardduty
from ishigaki.intake.members import (
    Unreadable,
    account,
    at,
    facts,
    items,
    moment,
    needed,
    objects,
    region,
    text,
)

SCHEMA = "2018-10-08"
OURS = "ishigaki/"  # how the generators of our own findings begin
PATCHING = "/aws/inspector"  # vulnerabilities of operating systems and above: out of scope
SEVERITIES: Mapping[str, Severity] = {
    "CRITICAL": Severity.CRITICAL,
    "HIGH": Severity.HIGH,
    "MEDIUM": Severity.MEDIUM,
    "LOW": Severity.LOW,
    "INFORMATIONAL": Severity.LOW,
}
SCORES: Mapping[Severity, float] = {
    Severity.CRITICAL: 9,
    Severity.HIGH: 7,
    Severity.MEDIUM: 4,
    Severity.LOW: 1,
}
KEPT = (
    "SchemaVersion", "Id", "ProductArn", "ProductName", "CompanyName", "GeneratorId", "AwsAccountId", "AwsAccountName",
    "Region", "Types", "FirstObservedAt", "LastObservedAt", "CreatedAt", "UpdatedAt", "Severity", "Title",
    "ProductFields", "Compliance", "Workflow", "WorkflowState", "RecordState", "Note", "FindingProviderFields",
)  # fmt: skip
OF_RESOURCE = ("Type", "Id", "Partition", "Region", "Tags", "ResourceRole")
TYPES: Mapping[str, str] = {  # of what GuardDuty's findings are about, where the format's name is another
    "AwsEc2Instance": "AWS::EC2::Instance",
    "AwsEcsCluster": "AWS::ECS::Cluster",
    "AwsEksCluster": "AWS::EKS::Cluster",
    "AwsIamAccessKey": "AWS::IAM::AccessKey",
    "AwsIamRole": "AWS::IAM::Role",
    "AwsIamUser": "AWS::IAM::User",
    "AwsLambdaFunction": "AWS::Lambda::Function",
    "AwsRdsDbInstance": "AWS::RDS::DBInstance",
    "AwsS3Bucket": "AWS::S3::Bucket",
}
FACTS: Mapping[str, tuple[str, ...]] = {
    "product": ("ProductName",),
    "user": ("Resources.Details.AwsIamAccessKey.PrincipalName",),
    "url": ("SourceUrl",),
    "workflow": ("Workflow.Status",),
}


def read(detail: Mapping[str, Any]) -> Read:
    """The findings of a `Security Hub Findings - Imported`. Raises `Unreadable`."""
    detections: list[Detection] = []
    hub: list[HubFinding] = []
    for finding in objects(detail, "findings"):
        if not needed(finding, "SchemaVersion").startswith(SCHEMA):
            raise Unreadable("schema_version", text(finding, "SchemaVersion"))
        if needed(finding, "GeneratorId").startswith(OURS) or text(finding, "ProductArn").endswith(PATCHING):
            continue
        if of_control(finding):
            hub.append(of_hub(finding))
        else:
            detections.append(detection(finding))
    return Read(tuple(detections), tuple(hub))


def of_control(finding: Mapping[str, Any]) -> bool:
    """Whether it is of one of Security Hub's own controls."""
    product = text(finding, "ProductArn").endswith("/aws/securityhub")
    return product and bool(text(finding, "Compliance.Status"))


def of_hub(finding: Mapping[str, Any]) -> HubFinding:
    """What is kept of a control's finding. Raises `Unreadable`."""
    return HubFinding(
        whole_id(finding, "Id"),
        account(finding, "AwsAccountId"),
        region(finding, "Region", "Resources.Region"),
        moment(finding, "UpdatedAt"),
        kept(finding, KEPT, "Resources", OF_RESOURCE, key="Id"),
    )


def kept(
    finding: Mapping[str, Any],
    members: Iterable[str],
    resources: str,
    of_resource: Iterable[str],
    *,
    key: str,
) -> str:
    """As JSON what is kept of a finding and its resources, the first of which has its `key`. Raises `Unreadable`."""
    found = [r for r in items(finding, resources) if isinstance(r, Mapping)]
    if not found or not text(found[0], key):
        raise Unreadable("missing_member", resources)
    whole = {k: finding[k] for k in members if k in finding}
    whole[resources] = [{k: r[k] for k in of_resource if k in r} for r in found]
    return msgspec.json.encode(whole, order="deterministic").decode()


def whole_id(finding: Mapping[str, Any], path: str) -> str:
    """An id by which a finding is known again, so not one that had to be mended. Raises `Unreadable`."""
    if needed(finding, path) != at(finding, path):
        raise Unreadable("bad_value", path)
    return needed(finding, path)


def detection(finding: Mapping[str, Any]) -> Detection:
    """What a product other than Security Hub's controls has found. Raises `Unreadable`."""
    product = needed(finding, "ProductArn").rpartition("/aws/")[2]
    if product == "guardduty":
        return _of_guardduty(finding)
    types = needed(finding, "Types")
    analyzer = product == "access-analyzer"
    about = _first(finding)
    return Detection(
        source=Source.ACCESS_ANALYZER if analyzer else Source.SECURITY_HUB,
        kind=_analyzer_kind(types) if analyzer else types,
        id=needed(finding, "Id"),
        account=account(finding, "AwsAccountId"),
        region=region(finding, "Region", "Resources.Region"),
        resource=needed(about, "Id"),
        resource_type=_type(about),
        severity=_severity(finding),
        title=text(finding, "Title"),
        first_at=moment(finding, "FirstObservedAt", "CreatedAt", "UpdatedAt"),
        at=moment(finding, "UpdatedAt"),
        name=re.split(r"[:/]", needed(about, "Id"))[-1],
        open=not _over(finding),
        facts={**facts(finding, FACTS), "via": "securityhub"},
    )


def _first(finding: Mapping[str, Any]) -> Mapping[str, Any]:
    listed = items(finding, "Resources")
    if not listed or not isinstance(listed[0], Mapping):
        raise Unreadable("missing_member", "Resources")
    return listed[0]


def _analyzer_kind(types: str) -> str:
    """Access Analyzer's kinds: Security Hub is told one finding for each resource."""
    return (
        "unused_access"
        if "Unused" in types
        else "internal_access"
        if "Internal" in types
        else "external_access"
    )


def _type(about: Mapping[str, Any]) -> str:
    own = needed(about, "Type")
    return TYPES.get(own, own)


def _severity(finding: Mapping[str, Any]) -> Severity:
    """As the product said it: a rule of Security Hub may have changed the other."""
    label = text(finding, "FindingProviderFields.Severity.Label", "Severity.Label")
    if label not in SEVERITIES:
        raise Unreadable("bad_value" if label else "missing_member", "Severity.Label")
    return SEVERITIES[label]


def _over(finding: Mapping[str, Any]) -> bool:
    """Whether the watcher, or somebody in Security Hub, says that it is over. Suppressed there is not over."""
    return text(finding, "RecordState") == "ARCHIVED" or text(finding, "Workflow.Status") == "RESOLVED"


def _of_guardduty(finding: Mapping[str, Any]) -> Detection:
    arn, about = needed(finding, "Id"), _first(finding)
    key, severity = needed(about, "Id"), _severity(finding)
    in_event = {
        "schemaVersion": guardduty.SCHEMA,
        "accountId": at(finding, "AwsAccountId"),
        "region": at(finding, "Region"),
        "id": arn.rpartition("/")[2],
        "arn": arn,
        "type": original_type(needed(finding, "Types")),
        "severity": SCORES[severity],
        "title": at(finding, "Title"),
        "createdAt": at(finding, "CreatedAt"),
        "updatedAt": at(finding, "UpdatedAt"),
        "service": _service(at(finding, "ProductFields")),
        "resource": _resource(about, key),
    }
    found = guardduty.detection(in_event)
    told = {**found.facts, **facts(finding, {"workflow": FACTS["workflow"]}), "via": "securityhub"}
    return msgspec.structs.replace(
        found,
        resource=key,
        resource_type=_type(about),
        name=found.name or re.split(r"[:/]", key)[-1],
        open=found.open and not _over(finding),
        facts=told,
    )


def _resource(about: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What it is about, in the members of GuardDuty's own events."""
    own, last = text(about, "Type"), re.split(r"[:/]", key)[-1]
    user = "Details.AwsIamAccessKey"
    if own == "AwsIamAccessKey":
        names = {"userName": text(about, f"{user}.PrincipalName", f"{user}.UserName")}
        kind = {"accessKeyId": last, "userType": at(about, f"{user}.PrincipalType")}
        return {"resourceType": "AccessKey", "accessKeyDetails": {**names, **kind}}
    if own == "AwsEc2Instance":
        return {"resourceType": "Instance", "instanceDetails": {"instanceId": last}}
    if own == "AwsS3Bucket":
        return {"resourceType": "S3Bucket", "s3BucketDetails": [{"name": last}]}
    return {}


def _service(fields: Any) -> dict[str, Any]:
    """GuardDuty's `service` again, from the flat names that Security Hub makes of its members
    (`aws/guardduty/service/action/portProbeAction/portProbeDetails.0_/localPortDetails/port`)."""
    whole: dict[str, Any] = {}
    for name, value in fields.items() if isinstance(fields, Mapping) else ():
        if not isinstance(name, str) or not name.startswith("aws/guardduty/service/"):
            continue
        *parents, last = name.split("/")[3:]
        inside = whole
        for parent in parents:
            plain, _, index = parent.partition(".")
            if index not in ("", "0_"):
                break
            found = inside.setdefault(plain, {})
            inside = found if isinstance(found, dict) else {}
        else:
            inside.setdefault(last, int(value) if last == "port" and str(value).isdecimal() else value)
    return whole


def original_type(of_hub: str) -> str:
    """GuardDuty's name of a type that Security Hub calls `TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort`. Where
    the purpose is left out (`TTPs/Initial Access/IAMUser-AnomalousBehavior`) it is the category."""
    *categories, last = of_hub.split("/")
    purpose, colon, rest = last.partition(":")
    if not colon:
        purpose, rest = (categories[-1].replace(" ", "") if categories else ""), last
    about, _, what = rest.partition("-")
    return f"{purpose}:{about}/{what}" if what else f"{purpose}:{about}"
