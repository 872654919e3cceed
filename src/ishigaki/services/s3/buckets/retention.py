"""How long logs are kept: lifecycle rules, and the periods that laws and guidelines suggest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Rule = Mapping[str, Any]

RETENTION = "ishigaki-retention"
UNFINISHED = "ishigaki-unfinished-uploads"
UNFINISHED_DAYS = 7
OVERWRITTEN_DAYS = 90  # how long a log that somebody overwrote or deleted can still be had


@dataclass(frozen=True)
class Period:
    """A period for which a law or a guideline suggests to keep logs. `code` is the note that says which."""

    code: str
    days: int


# Reference, not legal advice. Source: R22, as it stood on this day.
AS_OF = date(2026, 11, 1)
PERIODS = (
    Period("kept_for_preservation_request", 30),
    Period("kept_for_cybercrime_treaty", 90),
    Period("kept_for_pci_dss", 365),
    Period("kept_for_eu_directive", 548),
    Period("kept_for_unauthorised_access", 1095),
    Period("kept_for_internal_control", 1826),
    Period("kept_for_computer_fraud", 2557),
    Period("kept_for_civil_claims", 3653),
)
STANDARD_DAYS = 1095  # R4: three years


def period(days: int) -> Period | None:
    """The longest of the periods that so many days cover."""
    return max((p for p in PERIODS if p.days <= days), key=lambda p: p.days, default=None)


def retention_rule(days: int) -> Rule:
    """Logs become cheaper to store after 90 and 365 days, can always be read at once, and go after `days`."""
    tiers = [
        {"Days": after, "StorageClass": storage}
        for after, storage in ((90, "STANDARD_IA"), (365, "GLACIER_IR"))
        if after + 30 <= days  # each class charges for at least 30 days
    ]
    return {
        "ID": RETENTION,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        **({"Transitions": tiers} if tiers else {}),
        "Expiration": {"Days": days},
        "NoncurrentVersionExpiration": {"NoncurrentDays": OVERWRITTEN_DAYS},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
    }


UNFINISHED_RULE: Rule = {
    "ID": UNFINISHED,
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
}


def with_rule(rules: Sequence[Rule], ours: Rule) -> list[Rule]:
    """The rules with ours among them. S3 takes no rules in the old form (Prefix) beside others (Filter), so old
    ones are written anew; they say the same."""
    modern = [_modern(rule) for rule in rules]
    if any(rule.get("ID") == ours["ID"] for rule in modern):
        return [ours if rule.get("ID") == ours["ID"] else rule for rule in modern]
    return [*modern, ours]


def _modern(rule: Rule) -> Rule:
    if "Filter" in rule or "Prefix" not in rule:
        return rule
    return {**{k: v for k, v in rule.items() if k != "Prefix"}, "Filter": {"Prefix": rule["Prefix"]}}


def raised(rules: Sequence[Rule], days: int) -> list[Rule] | None:
    """The rules with a retention of at least so many days, None where they have it. It is never lowered, and
    logs that never expire are kept longest."""
    wanted = retention_rule(days)
    known = next((rule for rule in rules if rule.get("ID") == RETENTION), None)
    if known is None:
        return with_rule(rules, wanted)
    after = {**known, "Status": "Enabled"}
    if "Expiration" in known:
        after["Expiration"] = {"Days": max(days, int(known["Expiration"].get("Days") or 0))}
    return None if after == known else with_rule(rules, after)


def expires(rules: Sequence[Rule]) -> bool:
    """Whether our retention is in force, so that old logs have gone already."""
    return any(
        rule.get("ID") == RETENTION and rule.get("Status") == "Enabled" and "Expiration" in rule
        for rule in rules
    )


def too_short(rules: Sequence[Rule], days: int) -> list[tuple[str, int]]:
    """The rules of others that let logs go before so many days, and after how many."""
    return [
        (str(rule.get("ID", "")), int(rule["Expiration"]["Days"]))
        for rule in rules
        if rule.get("ID") != RETENTION
        and rule.get("Status") == "Enabled"
        and 0 < int(rule.get("Expiration", {}).get("Days") or 0) < days
    ]
