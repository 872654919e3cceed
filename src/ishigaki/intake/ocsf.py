"""Findings of the new Security Hub (`Findings Imported V2`), in the Open Cybersecurity Schema Framework.

The same findings as in the older format, so they become the same: a control's is handed on without the details of
its resources, a copy of GuardDuty's is GuardDuty's finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ishigaki.core.concern import Detection, Source
from ishigaki.core.finding import Severity
from ishigaki.core.intake import HubFinding, Read
from ishigaki.intake import hub_events
from ishigaki.intake.members import (
    Unreadable,
    account,
    count,
    facts,
    items,
    moment,
    needed,
    objects,
    region,
    text,
    true,
)

SCHEMA = "1"
CONTROL = "2003"  # the class of compliance findings
SEVERITIES: Mapping[str, Severity] = {
    "0": Severity.LOW,  # unknown
    "1": Severity.LOW,
    "2": Severity.LOW,
    "3": Severity.MEDIUM,
    "4": Severity.HIGH,
    "5": Severity.CRITICAL,
    "6": Severity.CRITICAL,
    "99": Severity.LOW,  # other
}
WORKFLOW = {"1": "NEW", "2": "NOTIFIED", "3": "SUPPRESSED", "4": "RESOLVED"}
OVER = ("4", "5")  # resolved, archived
KEPT = (
    "class_uid", "cloud", "comment", "compliance", "finding_info", "metadata", "severity", "severity_id", "status",
    "status_id", "time", "time_dt",
)  # fmt: skip
OF_RESOURCE = ("cloud_partition", "name", "owner", "region", "tags", "type", "uid", "uid_alt")
FACTS: Mapping[str, tuple[str, ...]] = {
    "product": ("metadata.product.name",),
    "user": ("resources.user.name", "resources.data.user_name"),
    "user_type": ("resources.data.user_type",),
    "access_key": ("resources.data.access_key_id",),
    "api": ("evidences.api.operation",),
    "service": ("evidences.api.service.name",),
    "ip": ("evidences.src_endpoint.ip",),
    "country": ("evidences.src_endpoint.location.country",),
    "city": ("evidences.src_endpoint.location.city",),
    "remote_port": ("evidences.src_endpoint.port",),
    "port": ("evidences.dst_endpoint.port",),
    "protocol": ("evidences.connection_info.protocol_name",),
    "domain": ("evidences.query.hostname",),
}
# What GuardDuty's findings are about, by the ids of Security Hub.
FORMS: Mapping[str, str] = {
    "AWS::EC2::Instance": "arn:{partition}:ec2:{region}:{account}:instance/{0}",
    "AWS::IAM::AccessKey": "AWS::IAM::AccessKey:{0}",
    "AWS::S3::Bucket": "arn:{partition}:s3:::{0}",
}


def read(detail: Mapping[str, Any]) -> Read:
    """The findings of a `Findings Imported V2`. Raises `Unreadable`."""
    detections: list[Detection] = []
    hub: list[HubFinding] = []
    for finding in objects(detail, "findings"):
        version = needed(finding, "metadata.version")
        if version.partition(".")[0] != SCHEMA:
            raise Unreadable("schema_version", version)
        if text(finding, "metadata.product.uid").endswith(hub_events.PATCHING):
            continue
        if needed(finding, "class_uid") != CONTROL:
            detections.append(detection(finding))
        elif text(finding, "compliance.control"):  # else whether a service of AWS is on
            hub.append(of_hub(finding))
    return Read(tuple(detections), tuple(hub))


def detection(finding: Mapping[str, Any]) -> Detection:
    """What a product has found. Raises `Unreadable`."""
    product = text(finding, "metadata.product.uid").rpartition("/aws/")[2]
    threat = product == "guardduty"
    uid, level = needed(finding, "finding_info.uid"), needed(finding, "severity_id")
    if level not in SEVERITIES:
        raise Unreadable("bad_value", "severity_id")
    aws, resource, name = _resource(finding)
    told = {**facts(finding, FACTS), "via": "securityhub"}
    if status := WORKFLOW.get(text(finding, "status_id")):
        told["workflow"] = status
    if aws == "AWS::EC2::Instance":
        told["instance"] = resource.rpartition("/")[2]
    if aws == "AWS::S3::Bucket":
        told["bucket"] = resource.rpartition(":")[2]
    if true(finding, "finding_info.sample") or "[SAMPLE]" in text(finding, "finding_info.title"):
        told["sample"] = True
    return Detection(
        source=Source.GUARDDUTY if threat else Source.SECURITY_HUB,
        kind=_kind(finding),
        id=uid.rpartition("/")[2] if threat else uid,
        account=account(finding, "cloud.account.uid"),
        region=region(finding, "cloud.region", "resources.region"),
        resource=resource,
        resource_type=aws,
        severity=SEVERITIES[level],
        title=text(finding, "finding_info.title"),
        first_at=moment(
            finding, *_times("first_seen_time"), *_times("created_time"), *_times("modified_time")
        ),
        at=moment(finding, *_times("modified_time"), "time_dt", "time"),
        name=name,
        count=count(finding, "count"),
        open=text(finding, "status_id") not in OVER,
        facts=told,
    )


def _times(name: str) -> tuple[str, str]:
    return f"finding_info.{name}_dt", f"finding_info.{name}"


def _kind(finding: Mapping[str, Any]) -> str:
    """The product's own name of the type, beside which AWS puts its own classes (`Threats`)."""
    types = [text({"t": t}, "t") for t in items(finding, "finding_info.types")]
    own = next((t for t in types if ":" in t), next((t for t in types if t), ""))
    return own or needed(finding, "finding_info.types")


def _resource(finding: Mapping[str, Any]) -> tuple[str, str, str]:
    """Type, id as the older format has it, and name of the first thing it is about."""
    aws, uid = needed(finding, "resources.type"), needed(finding, "resources.uid")
    partition = text(finding, "resources.cloud_partition", "cloud.cloud_partition") or "aws"
    here = {
        "partition": partition,
        "region": text(finding, "resources.region", "cloud.region"),
        "account": text(finding, "cloud.account.uid"),
    }
    other = text(finding, "resources.uid_alt", longest=1024)
    whole = uid if uid.startswith("arn:") else other if other.startswith("arn:") else ""
    name = text(finding, "resources.user.name", "resources.name") or re.split(r"[:/]", uid)[-1]
    return aws, whole or FORMS.get(aws, "{0}").format(uid, **here), name


def of_hub(finding: Mapping[str, Any]) -> HubFinding:
    """What is kept of a control's finding. Raises `Unreadable`."""
    return HubFinding(
        hub_events.whole_id(finding, "finding_info.uid"),
        account(finding, "cloud.account.uid"),
        region(finding, "cloud.region", "resources.region"),
        moment(finding, *_times("modified_time"), "time_dt", "time"),
        hub_events.kept(finding, KEPT, "resources", OF_RESOURCE, key="uid"),
    )
