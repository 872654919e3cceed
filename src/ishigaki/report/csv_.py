"""CSV: one line per finding, for Excel."""

from __future__ import annotations

import csv
import io
from typing import Any

from ishigaki.report.json_ import objects
from ishigaki.report.picture import Picture
from ishigaki.report.words import parameter_words

BOM = "\ufeff"  # without it Excel reads UTF-8 as the machine's old code page
COLUMNS = (
    "control",
    "standards",
    "severity",
    "category",
    "account",
    "account_name",
    "environment",
    "region",
    "resource_type",
    "resource",
    "status",
    "workflow",
    "record",
    "faults",
    "reason",
    "first_seen",
    "since",
    "scan_id",
    "waiver",
    "waiver_owner",
    "waiver_until",
    "parameters",
    "policy",
    "policy_row",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that starts so is a formula to a spreadsheet


def render(picture: Picture) -> str:
    """Every finding, its faults in the picture's language. The text starts with a byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in objects(picture):
        cells = {
            **each,
            "standards": " ".join(each["standards"]),
            "faults": "\n".join(f[picture.language] for f in each["faults"]),
            "reason": _reason(each["reason"]),
            **_waiver(each["waiver"], picture.language),
            **_policy(each["policy"], picture.language),
            "parameters": parameter_words(each["parameters"])[picture.language] if each["parameters"] else "",
        }
        writer.writerow([text(cells[c]) for c in COLUMNS])
    return BOM + out.getvalue()


def _waiver(waiver: dict[str, Any] | None, language: str) -> dict[str, str]:
    """Why a finding is hidden, who owns that decision, and its last day."""
    said = waiver or {}
    return {
        "waiver": said.get(language, ""),
        "waiver_owner": said.get("owner", ""),
        "waiver_until": said.get("expires", ""),
    }


def _policy(policy: dict[str, Any] | None, language: str) -> dict[str, str]:
    """Why the response policy suppresses a finding, and which of its rows."""
    said = policy or {}
    return {"policy": said.get(language, ""), "policy_row": said.get("row", "")}


def _reason(reason: dict[str, str] | None) -> str:
    return f"{reason['code']} {reason['what']}".strip() if reason else ""


def text(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    cell = str(value)
    return f"'{cell}" if cell.startswith(FORMULA) else cell
