"""SARIF 2.1.0: what failed, was doubtful or could not be told, with the controls as rules."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

from ishigaki.core.catalogue import ControlFacts, order
from ishigaki.core.finding import Severity, Status
from ishigaki.report.exceptions import said_of_row
from ishigaki.report.picture import Picture, Row, current, standards_of
from ishigaki.report.words import finding_words, said_of
from ishigaki.texts import Language

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
# GitHub's scale, 0 to 10, in whose bands the four severities have the same names.
SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
KIND = {Status.FAILED: "fail", Status.WARNING: "review", Status.NOT_AVAILABLE: "open"}


def render(picture: Picture) -> str:
    return msgspec.json.format(msgspec.json.encode(log(picture)), indent=1).decode() + "\n"


def log(picture: Picture) -> dict[str, Any]:
    """The log: rules in English with a Japanese translation, and one result per finding that did not pass."""
    rows = [r for r in current(picture) if r.finding.status in KIND]
    facts = {r.finding.control: r.facts for r in rows}
    controls = sorted(facts, key=order)
    names = {a.id: a.name for a in picture.accounts}
    index = {control: number for number, control in enumerate(controls)}
    run = {
        "tool": {"driver": _driver(picture, controls, facts)},
        "translations": [_translation(controls, facts)],
        "language": "en",
        "automationDetails": {"id": f"ishigaki/{picture.scan_id}"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(r, index[r.finding.control], names[r.finding.account]) for r in rows],
        "properties": {"scannedAt": picture.at.isoformat()},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(picture: Picture, controls: Sequence[str], facts: dict[str, ControlFacts]) -> dict[str, Any]:
    return {
        "name": "ishigaki",
        "version": picture.product_version,
        "language": "en",
        "rules": [
            {
                **_rule(control, facts[control], "en"),
                **_page(facts[control]),
                "defaultConfiguration": {"level": LEVEL[facts[control].severity]},
                "properties": {
                    "tags": ["security", *standards_of(picture, control)],
                    "security-severity": SECURITY_SEVERITY[facts[control].severity],
                    "severity": facts[control].severity.value,
                    "category": facts[control].category,
                },
            }
            for control in controls
        ],
    }


def _page(facts: ControlFacts) -> dict[str, str]:
    return {"helpUri": facts.reference} if facts.reference else {}


def _translation(controls: Sequence[str], facts: dict[str, ControlFacts]) -> dict[str, Any]:
    """The rules again, in Japanese: SARIF's way for a second language."""
    return {
        "name": "ishigaki",
        "language": "ja",
        "contents": ["localizedData"],
        "translationMetadata": {"name": "日本語"},
        "rules": [_rule(control, facts[control], "ja") for control in controls],
    }


def _rule(control: str, facts: ControlFacts, language: Language) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": control,
        "shortDescription": {"text": facts.title_ja if language == "ja" else facts.title_en},
    }
    said = said_of(control)
    if said is not None:
        rule["fullDescription"] = {"text": said.why[language]}
        rule["help"] = {"text": said.fix[language]}
    return rule


def _result(row: Row, index: int, account_name: str) -> dict[str, Any]:
    finding = row.finding
    said = finding_words(finding)
    result: dict[str, Any] = {
        "ruleId": finding.control,
        "ruleIndex": index,
        "kind": KIND[finding.status],
        # Only a failure has a level of its own; the standard wants "none" beside every other kind.
        "level": LEVEL[row.severity] if finding.status is Status.FAILED else "none",
        "message": {"text": "; ".join(w["en"] for w in said) or row.facts.title_en},
        "locations": [{"logicalLocations": [_location(row)]}],
        "partialFingerprints": {"identity/v1": sha256("\x00".join(finding.identity).encode()).hexdigest()},
        "properties": {
            "message_ja": "; ".join(w["ja"] for w in said) or row.facts.title_ja,
            "status": finding.status.value,
            "account": finding.account,
            "account_name": account_name,
            "environment": row.environment,
            "region": finding.region,
            "first_seen": row.first_seen.isoformat(),
        },
    }
    if row.suppressed:
        note = said_of_row(row)
        accepted = {"status": "accepted", "justification": note["en"]} if note else {}
        result["suppressions"] = [{"kind": "external", **accepted}]
    return result


def _location(row: Row) -> dict[str, str]:
    finding = row.finding
    return {
        "name": finding.name or finding.resource,
        "fullyQualifiedName": f"{finding.account}/{finding.region}/{finding.resource}",
        "kind": "resource",
    }
