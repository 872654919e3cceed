"""ASFF: the AWS Security Finding Format, in batches as `BatchImportFindings` takes them.

Limits are the user guide's and the partner guide's: 100 findings and 6 MB a batch, 240 KB a finding, one
account a batch; `asff.schema.json` holds the lengths, enumerations and forms and is what the tests prove.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any

import msgspec

from ishigaki.core.answer import GLOBAL
from ishigaki.core.finding import Status
from ishigaki.report.exceptions import said_of_row
from ishigaki.report.picture import AccountPicture, Picture, Row, standards_of
from ishigaki.report.words import fault_words, fix_words, parameter_value, reason_words, said_of
from ishigaki.standards.asff_types import asff_name

BATCH, BATCH_BYTES = 100, 6_000_000
TITLE, DESCRIPTION, TEXT, REASONS = 256, 1024, 512, 20
HOME = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
TYPE = "Software and Configuration Checks/Industry and Regulatory Standards"
# AWS's names of standards; the ids are the same in every account.
STANDARDS = {
    "fsbp": "standards/aws-foundational-security-best-practices/v/1.0.0",
    "cis_1_2": "ruleset/cis-aws-foundations-benchmark/v/1.2.0",
    "cis_1_4": "standards/cis-aws-foundations-benchmark/v/1.4.0",
    "cis_3_0": "standards/cis-aws-foundations-benchmark/v/3.0.0",
    "cis_5_0": "standards/cis-aws-foundations-benchmark/v/5.0.0",
}


def render(picture: Picture) -> str:
    """One request body of `BatchImportFindings` a line."""
    return "".join(msgspec.json.encode({"Findings": b}).decode() + "\n" for b in batches(picture))


def batches(picture: Picture) -> Iterator[list[dict[str, Any]]]:
    """The findings as they may be sent: each batch of one account and Region, within AWS's limits."""
    for _, group in groupby(sorted(findings(picture), key=_place), key=_place):
        batch: list[dict[str, Any]] = []
        size = 0
        for finding in group:
            bytes_ = len(msgspec.json.encode(finding))
            if batch and (len(batch) == BATCH or size + bytes_ > BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(finding)
            size += bytes_
        yield batch


def _place(finding: dict[str, Any]) -> tuple[str, str]:
    return finding["AwsAccountId"], finding["Region"]


def findings(picture: Picture) -> Iterator[dict[str, Any]]:
    """Every finding in the format, its words in the picture's language."""
    accounts = {a.id: a for a in picture.accounts}
    return (_finding(picture, row, accounts[row.finding.account]) for row in picture.findings)


def _finding(picture: Picture, row: Row, account: AccountPicture) -> dict[str, Any]:
    finding, language = row.finding, picture.language
    region = HOME[account.partition] if finding.region == GLOBAL else finding.region
    title = row.facts.title_ja if language == "ja" else row.facts.title_en
    severity = {"Label": row.severity.value if finding.status is Status.FAILED else "INFORMATIONAL"}
    note = said_of_row(row)
    return {
        "SchemaVersion": "2018-10-08",
        "Id": _id(row),
        "ProductArn": f"arn:{account.partition}:securityhub:{region}:{account.id}:product/{account.id}/default",
        "ProductName": "ishigaki",
        "GeneratorId": f"ishigaki/{finding.control}",
        "AwsAccountId": account.id,
        "Region": region,
        "Types": [TYPE],
        "CreatedAt": _time(row.first_seen),
        "UpdatedAt": _time(picture.at),
        "FirstObservedAt": _time(row.first_seen),
        "LastObservedAt": _time(picture.at),
        "Severity": severity,
        "Title": _cut(f"{finding.control} {title}", TITLE),
        "Description": _cut(_description(row, title, picture), DESCRIPTION),
        "Remediation": _remediation(row, picture),
        "ProductFields": {"ishigaki/scan": picture.scan_id, "ishigaki/version": picture.product_version},
        "Resources": [
            {
                "Type": resource_type(finding.resource_type),
                "Id": finding.resource,
                "Partition": account.partition,
                "Region": region,
            }
        ],
        "Compliance": _compliance(row, picture),
        "Workflow": {"Status": _workflow(row)},
        **({"Note": _note(note[language], picture)} if note else {}),
        "RecordState": finding.record,
        "FindingProviderFields": {"Severity": severity, "Types": [TYPE]},
    }


def _id(row: Row) -> str:
    """The same for the same finding in every scan, so that an import updates it."""
    identity = row.finding.identity
    digest = sha256("\x00".join(identity).encode()).hexdigest()[:32]
    return f"ishigaki/{identity[0]}/{identity[1]}/{row.finding.control}/{digest}"


def _time(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _workflow(row: Row) -> str:
    """As Security Hub does it: what passes is resolved."""
    return "RESOLVED" if row.finding.status is Status.PASSED else row.finding.workflow


def _note(text: str, picture: Picture) -> dict[str, str]:
    """Why a finding is suppressed."""
    return {"Text": _cut(text, TEXT), "UpdatedBy": "ishigaki", "UpdatedAt": _time(picture.at)}


def _description(row: Row, title: str, picture: Picture) -> str:
    wrong = [fault_words(row.finding.control, f)[picture.language] for f in row.finding.faults]
    said = said_of(row.finding.control)
    return " / ".join([*wrong, said.why[picture.language] if said else title])


def _remediation(row: Row, picture: Picture) -> dict[str, Any]:
    url = row.facts.reference
    said = said_of(row.finding.control)
    text = fix_words(row.finding.control, [row.finding])[picture.language] if said else url
    return {"Recommendation": {"Text": _cut(text, TEXT), **({"Url": url} if url else {})}}


def _compliance(row: Row, picture: Picture) -> dict[str, Any]:
    finding, language = row.finding, picture.language
    reasons = [(f.code, fault_words(finding.control, f)[language]) for f in finding.faults]
    if finding.reason:
        reasons.append((finding.reason.code, reason_words(finding.reason)[language]))
    associated = [STANDARDS[s] for s in standards_of(picture, finding.control) if s in STANDARDS]
    compliance: dict[str, Any] = {"Status": finding.status.value}
    if not row.facts.own:  # among AWS's ids there is none for a control of our own
        compliance["SecurityControlId"] = row.facts.id
    if finding.parameters:
        compliance["SecurityControlParameters"] = [
            {
                "Name": name,
                "Value": [parameter_value(v) for v in (value if isinstance(value, list) else [value])],
            }
            for name, value in finding.parameters.items()
        ]
    if associated:
        compliance["AssociatedStandards"] = [{"StandardsId": s} for s in associated]
    if reasons:
        compliance["StatusReasons"] = [
            {"ReasonCode": code, "Description": _cut(text, DESCRIPTION)} for code, text in reasons[:REASONS]
        ]
    return compliance


def resource_type(aws: str) -> str:
    """The format's name of a resource type: `AwsS3Bucket`; `Other` where it has none."""
    return _types().get(asff_name(aws), "Other")


@cache
def _types() -> dict[str, str]:
    return {name.lower(): name for name in schema()["$defs"]["resource"]["properties"]["Type"]["enum"]}


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of one finding, as far as this product writes it."""
    text = files(__name__.rpartition(".")[0]).joinpath("asff.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
