"""Findings as Security Hub's own checks write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ishigaki.standards import catalogue

FSBP = "aws-foundational-security-best-practices/v/1.0.0"
TYPE = "Software and Configuration Checks/Industry and Regulatory Standards"


def as_written(
    control: str,
    *,
    account: str,
    region: str,
    resource: tuple[str, str],
    status: str,
    at: datetime,
    reasons: Iterable[str] = (),
    tags: Mapping[str, str] | None = None,
    record: str = "ACTIVE",
    standards: Iterable[str] = (f"standards/{FSBP}",),
) -> dict[str, Any]:
    """A consolidated control finding; `resource` is its type in the format and its id."""
    kind, thing = resource
    facts, when = catalogue()[control], f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
    name = uuid5(NAMESPACE_URL, f"{account} {region} {control} {thing}")
    severity = {"Label": facts.severity.value if status == "FAILED" else "INFORMATIONAL"}
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:securityhub:{region}:{account}:security-control/{control}/finding/{name}",
        "ProductArn": f"arn:aws:securityhub:{region}::product/aws/securityhub",
        "ProductName": "Security Hub CSPM",
        "CompanyName": "AWS",
        "Region": region,
        "GeneratorId": f"security-control/{control}",
        "AwsAccountId": account,
        "Types": [TYPE],
        "FirstObservedAt": when,
        "LastObservedAt": when,
        "CreatedAt": when,
        "UpdatedAt": when,
        "Severity": severity,
        "Title": facts.title_en,
        "Description": facts.title_en,
        "Resources": [
            {
                "Type": kind,
                "Id": thing,
                "Partition": "aws",
                "Region": region,
                **({"Tags": dict(tags)} if tags else {}),
            }
        ],
        "Compliance": {
            "Status": status,
            "SecurityControlId": control,
            "AssociatedStandards": [{"StandardsId": s} for s in standards],
            **({"StatusReasons": [_reason(code) for code in reasons]} if reasons else {}),
        },
        "RecordState": record,
    }


def _reason(code: str) -> dict[str, str]:
    return {"ReasonCode": code, "Description": code.replace("_", " ").capitalize()}


def by_standard(finding: Mapping[str, Any], *, standard: str = FSBP, rule: str = "") -> dict[str, Any]:
    """The same finding as a hub without consolidated control findings writes it, standard by standard: without
    the control's own id; `rule` is its number in a CIS benchmark."""
    account, region = finding["AwsAccountId"], finding["Region"]
    control = rule or finding["Compliance"]["SecurityControlId"]
    subscription = f"arn:aws:securityhub:{region}:{account}:subscription/{standard}"
    ruleset = f"arn:aws:securityhub:::ruleset/{standard}"
    if rule and standard.endswith("1.2.0"):
        fields = {"StandardsGuideArn": ruleset, "RuleId": rule}
        generator = f"{ruleset}/rule/{rule}"
    else:
        fields = {"StandardsArn": f"arn:aws:securityhub:::standards/{standard}", "ControlId": control}
        generator = f"{standard}/{control}"
    name = str(finding["Id"]).rpartition("/")[2]
    return {
        **finding,
        "Id": f"{subscription}/{control}/finding/{name}",
        "GeneratorId": generator,
        "ProductFields": fields,
        "Compliance": {k: v for k, v in finding["Compliance"].items() if k in ("Status", "StatusReasons")},
    }
