"""JSON: one object per finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ishigaki.report.exceptions import plain, plain_policy
from ishigaki.report.picture import Picture, Row, standards_of
from ishigaki.report.words import fault_words


def render(picture: Picture) -> str:
    """An array with one finding a line, so that it reads well in a diff and by the line."""
    lines = (msgspec.json.encode(each).decode() for each in objects(picture))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def objects(picture: Picture) -> Iterator[dict[str, Any]]:
    """Every finding as plain data, with its faults in words."""
    names = {a.id: a.name for a in picture.accounts}
    standards = {r.finding.control: standards_of(picture, r.finding.control) for r in picture.findings}
    for row in picture.findings:
        yield _object(
            picture, row, standards=standards[row.finding.control], account_name=names[row.finding.account]
        )


def _object(picture: Picture, row: Row, *, standards: list[str], account_name: str) -> dict[str, Any]:
    finding = row.finding
    return {
        "control": finding.control,
        "standards": standards,
        "severity": row.severity,
        "category": row.facts.category,
        "account": finding.account,
        "account_name": account_name,
        "environment": row.environment,
        "region": finding.region,
        "resource_type": finding.resource_type,
        "resource": finding.resource,
        "status": finding.status,
        "workflow": finding.workflow,
        "record": finding.record,
        "faults": [
            {"code": f.code, "facts": f.facts, **fault_words(finding.control, f)} for f in finding.faults
        ],
        "parameters": finding.parameters,
        "reason": {"code": finding.reason.code, "what": finding.reason.what} if finding.reason else None,
        "waiver": plain(row.hidden_by),
        "policy": plain_policy(row.hidden_by),
        "first_seen": row.first_seen.isoformat(),
        "since": row.since.isoformat(),
        "scan_id": picture.scan_id,
    }
