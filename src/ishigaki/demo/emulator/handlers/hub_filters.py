"""Security Hub: which findings a filter of `GetFindings` means, and in which order they come."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ishigaki.demo.emulator.state import Refused

MOST_VALUES = 20  # of one field
TEXTS: Mapping[str, str] = {  # filter -> where it looks
    **{
        name: name for name in ("AwsAccountId", "AwsAccountName", "CompanyName", "Description", "GeneratorId")
    },
    **{name: name for name in ("Id", "ProductArn", "ProductName", "RecordState", "Region", "SourceUrl")},
    **{name: name for name in ("Title", "VerificationState", "WorkflowState")},
    "ComplianceAssociatedStandardsId": "Compliance.AssociatedStandards.StandardsId",
    "ComplianceSecurityControlId": "Compliance.SecurityControlId",
    "ComplianceStatus": "Compliance.Status",
    "FindingProviderFieldsSeverityLabel": "FindingProviderFields.Severity.Label",
    "NoteText": "Note.Text",
    "NoteUpdatedBy": "Note.UpdatedBy",
    "RecommendationText": "Remediation.Recommendation.Text",
    "ResourceId": "Resources.Id",
    "ResourcePartition": "Resources.Partition",
    "ResourceRegion": "Resources.Region",
    "ResourceType": "Resources.Type",
    "SeverityLabel": "Severity.Label",
    "Type": "Types",
    "WorkflowStatus": "Workflow.Status",
}
DATES: Mapping[str, str] = {
    **{name: name for name in ("CreatedAt", "FirstObservedAt", "LastObservedAt", "UpdatedAt")},
    "NoteUpdatedAt": "Note.UpdatedAt",
}
MAPS: Mapping[str, str] = {
    "ProductFields": "ProductFields",
    "ResourceTags": "Resources.Tags",
    "UserDefinedFields": "UserDefinedFields",
}
HITS: Mapping[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda text, value: text == value,
    "PREFIX": lambda text, value: text.startswith(value),
    "CONTAINS": lambda text, value: value in text,
}
MISSES: Mapping[str, str] = {
    "NOT_EQUALS": "EQUALS",
    "PREFIX_NOT_EQUALS": "PREFIX",
    "NOT_CONTAINS": "CONTAINS",
}
CONFLICTS = ({"EQUALS", "NOT_EQUALS"}, {"CONTAINS", "NOT_CONTAINS"})  # on one field
Finding = Mapping[str, Any]


def checked(filters: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Refuses what AWS refuses, and what is not imitated here: nothing is passed over."""
    for field, values in filters.items():
        if field not in {*TEXTS, *DATES, *MAPS}:
            raise Refused("NotImplemented", f"The emulator does not filter by {field}.", status=501)
        if len(values) > MOST_VALUES:
            raise Refused("InvalidInputException", f"{field} takes at most {MOST_VALUES} values.", status=400)
        if field in DATES:
            continue
        used = {value.get("Comparison") for value in values}
        if unknown := used - {*HITS, *MISSES}:
            raise Refused("InvalidInputException", f"{field}: no comparison {unknown}.", status=400)
        if any(pair <= used for pair in CONFLICTS):
            raise Refused("InvalidInputException", f"{field}: {sorted(map(str, used))} conflict.", status=400)


def fits(finding: Finding, filters: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Whether a finding is meant: every field must agree; within a field one of what is wanted, and none of what is
    not."""
    return all(_fits(finding, field, values) for field, values in filters.items() if values)


def _fits(finding: Finding, field: str, values: Sequence[Mapping[str, Any]]) -> bool:
    if field in DATES:
        return any(_dated(text, v) for text in _texts(finding, DATES[field]) for v in values)
    wanted = [v for v in values if v["Comparison"] in HITS]
    unwanted = [v for v in values if v["Comparison"] in MISSES]

    def met(value: Mapping[str, Any]) -> bool:
        comparison = value["Comparison"]
        hit = HITS[MISSES.get(comparison, comparison)]
        path = f"{MAPS[field]}.{value['Key']}" if field in MAPS else TEXTS[field]
        return any(hit(text, value["Value"]) for text in _texts(finding, path))

    return (not wanted or any(map(met, wanted))) and not any(map(met, unwanted))


def _texts(value: Any, path: str) -> Iterator[str]:
    """The texts at a path; lists are looked through. A key of a map may itself have points."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, path)
    elif not path:
        if value is not None:
            yield str(value)
    elif isinstance(value, Mapping):
        if path in value:
            yield from _texts(value[path], "")
        else:
            name, _, rest = path.partition(".")
            yield from _texts(value.get(name), rest)


def _dated(text: str, wanted: Mapping[str, Any]) -> bool:
    at = datetime.fromisoformat(text)
    if span := wanted.get("DateRange"):
        return at >= datetime.now(UTC) - timedelta(days=int(span["Value"]))
    start, end = wanted.get("Start"), wanted.get("End")
    return (not start or at >= datetime.fromisoformat(start)) and (
        not end or at <= datetime.fromisoformat(end)
    )


def ordered(findings: Sequence[Any], criteria: Sequence[Mapping[str, str]]) -> list[Any]:
    """The findings in the order that is asked for, the first criterion first."""
    found = list(findings)
    for criterion in reversed(criteria):
        path = {**TEXTS, **DATES}.get(criterion["Field"], criterion["Field"])
        found.sort(key=lambda f: next(_texts(f, path), ""), reverse=criterion.get("SortOrder") == "desc")
    return found
