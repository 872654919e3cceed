"""Security Hub: its findings, who sees them, and what becomes of their workflow.

What AWS's own checks would find is put here by the control endpoint (`judge`); the transitions are those of the
user guide: what passes is resolved, what fails again or comes back is new, what is suppressed stays so.
"""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend

from ishigaki.demo.emulator import shapes
from ishigaki.demo.emulator.handlers.hub_filters import checked, fits, ordered
from ishigaki.demo.emulator.handlers.organizations import management_account
from ishigaki.demo.emulator.state import PARTITION, Answer, Context, Emulator, Handler, Params, Refused
from ishigaki.demo.emulator.wire import operation_model

SERVICE = "securityhub"
MOST = 100  # findings in one page, one import, one update
LARGEST = 240_000  # bytes of a finding
NOTE = 512  # characters
USERS = (
    "Note",
    "UserDefinedFields",
    "VerificationState",
    "Workflow",
)  # what an import leaves as people set it
REQUIRED = ("SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt")
Finding = dict[str, Any]
Key = tuple[str, str]  # product, id


def _kept(emulator: Emulator, account: str, region: str) -> dict[Key, Finding]:
    found: dict[Key, Finding] = emulator.settings[SERVICE, account, region].setdefault("findings", {})
    return found


def _members(emulator: Emulator, account: str, region: str) -> set[str]:
    """The accounts whose findings an account sees: invited ones, and for the organization's administrator all."""
    backend = get_backend(SERVICE)[account][region]
    management = management_account(account)
    if not management:
        return {account, *backend.members}
    organization = get_backend(SERVICE)[management][region]._get_org_config()
    accounts = get_backend("organizations")[management][PARTITION].accounts
    everyone = [a.id for a in accounts] if organization.get("admin_account_id") == account else []
    return {account, *backend.members, *everyone}


def _linked(emulator: Emulator, account: str, region: str) -> set[str]:
    """The Regions whose findings are seen in a Region: in the home of the finding aggregator those it links."""
    aggregator = emulator.settings[SERVICE, account, PARTITION].get("aggregator", {})
    if aggregator.get("FindingAggregationRegion") != region:
        return {region}
    named, mode = set(aggregator.get("Regions", ())), aggregator["RegionLinkingMode"]
    everywhere = {place for service, _, place in emulator.settings if service == SERVICE} - {PARTITION}
    found = {
        "ALL_REGIONS": everywhere,
        "ALL_REGIONS_EXCEPT_SPECIFIED": everywhere - named,
        "SPECIFIED_REGIONS": named,
    }
    return {region, *found.get(mode, set())}


def _seen(context: Context) -> Iterator[tuple[Key, Finding]]:
    """Every finding that is seen from here, by its key."""
    regions = _linked(context.emulator, context.account, context.region)
    for account in sorted(_members(context.emulator, context.account, context.region)):
        for region in sorted(regions):
            yield from _kept(context.emulator, account, region).items()


def get_findings(context: Context, params: Params) -> Answer:
    """GetFindings: filtered, sorted, at most a hundred a page."""
    filters, size = params.get("Filters") or {}, int(params.get("MaxResults") or MOST)
    checked(filters)
    if not 1 <= size <= MOST:
        raise Refused("InvalidInputException", f"MaxResults must be between 1 and {MOST}.", status=400)
    token = str(params.get("NextToken") or "0")
    if not token.isdigit():
        raise Refused("InvalidInputException", "Invalid token", status=400)
    met = [finding for _, finding in _seen(context) if fits(finding, filters)]
    found = ordered(met, params.get("SortCriteria") or ())
    end = int(token) + size
    more = {"NextToken": str(end)} if end < len(found) else {}
    return {"Findings": deepcopy(found[int(token) : end]), **more}


def import_findings(context: Context, params: Params) -> Answer:
    """BatchImportFindings: own products only; what people set stays."""
    findings = params["Findings"]
    if not 1 <= len(findings) <= MOST:
        raise Refused("InvalidInputException", f"Findings takes 1 to {MOST} findings.", status=400)
    failed = []
    for finding in findings:
        if wrong := _wrong(context, finding):
            code, message = wrong
            failed.append({"Id": finding.get("Id", ""), "ErrorCode": code, "ErrorMessage": message})
        else:
            _put(context.emulator, finding, context.region)
    return {
        "FailedCount": len(failed),
        "SuccessCount": len(findings) - len(failed),
        "FailedFindings": failed,
    }


def _wrong(context: Context, finding: Finding) -> tuple[str, str] | None:
    """Why a finding is not imported: code and message."""
    if missing := [
        name for name in (*REQUIRED, "Title", "Description", "Resources") if not finding.get(name)
    ]:
        return (
            "InvalidInput",
            f"Finding does not adhere to Amazon Finding Format: missing {', '.join(missing)}",
        )
    if len(json.dumps(finding).encode()) > LARGEST:
        return "InvalidInput", f"Finding is larger than {LARGEST // 1000} KB"
    own = context.arn(f"product/{context.account}/default")
    if finding["ProductArn"] != own or finding["AwsAccountId"] != context.account:
        return "InvalidAccess", f"{finding['ProductArn']} is not a product that the account may import for"
    return None


def _put(emulator: Emulator, finding: Finding, region: str) -> None:
    """Keep a finding as its provider writes it, its workflow as the hub leaves it."""
    finding = {**finding, "Region": finding.get("Region", region)}
    kept = _kept(emulator, finding["AwsAccountId"], finding["Region"])
    key = (finding["ProductArn"], finding["Id"])
    old = kept.get(key)
    fresh = {"Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE", "ProcessedAt": _stamp(), **finding}
    if old is not None:
        fresh |= {name: old[name] for name in USERS if name in old}
        fresh["CreatedAt"] = old["CreatedAt"]
        if _status(old) and _status(old) != _status(fresh):
            fresh["ProductFields"] = {
                **fresh.get("ProductFields", {}),
                "PreviousComplianceStatus": _status(old),
            }
    fresh["Workflow"] = {"Status": _workflow(old, fresh)}
    fresh["WorkflowState"] = "RESOLVED" if fresh["Workflow"]["Status"] == "RESOLVED" else "NEW"
    kept[key] = deepcopy(fresh)


def _status(finding: Mapping[str, Any]) -> str:
    return str(finding.get("Compliance", {}).get("Status", ""))


def _workflow(old: Finding | None, fresh: Finding) -> str:
    """The workflow status of a finding that its provider has just written."""
    now = str(fresh["Workflow"]["Status"])
    if _status(fresh) == "PASSED":
        return "RESOLVED"
    if old is None or now not in ("NOTIFIED", "RESOLVED"):
        return now
    failed_again = _status(old) == "PASSED"
    came_back = old["RecordState"] == "ARCHIVED" and fresh["RecordState"] == "ACTIVE"
    return "NEW" if failed_again or came_back else now


def update_findings(context: Context, params: Params) -> Answer:
    """BatchUpdateFindings: what people and their tools set. When a finding was updated stays as it was."""
    identifiers = params["FindingIdentifiers"]
    note, workflow = params.get("Note"), params.get("Workflow")
    if not 1 <= len(identifiers) <= MOST:
        raise Refused("InvalidInputException", f"FindingIdentifiers takes 1 to {MOST}.", status=400)
    if note and not (1 <= len(note["Text"]) <= NOTE and 1 <= len(note["UpdatedBy"]) <= NOTE):
        raise Refused("InvalidInputException", f"A note has 1 to {NOTE} characters.", status=400)
    if unknown := {*params} - {"FindingIdentifiers", "Note", "Workflow", "UserDefinedFields"}:
        message = f"The emulator does not update {', '.join(sorted(unknown))}."
        raise Refused("NotImplemented", message, status=501)
    seen, done, undone = dict(_seen(context)), [], []
    for identifier in identifiers:
        finding = seen.get((identifier["ProductArn"], identifier["Id"]))
        if finding is None:
            message = "The finding does not exist."
            undone.append(
                {"FindingIdentifier": identifier, "ErrorCode": "FindingNotFound", "ErrorMessage": message}
            )
            continue
        changes: dict[str, Any] = {"UserDefinedFields": params.get("UserDefinedFields"), "Workflow": workflow}
        changes["Note"] = {**note, "UpdatedAt": _stamp()} if note else None
        _change(context, finding, {name: value for name, value in changes.items() if value})
        done.append(identifier)
    return {"ProcessedFindings": done, "UnprocessedFindings": undone}


def _change(context: Context, finding: Finding, changes: Mapping[str, Any]) -> None:
    """Make a change, and remember it for the finding's history."""
    updates = [
        {"UpdatedField": name, "OldValue": json.dumps(finding.get(name)), "NewValue": json.dumps(value)}
        for name, value in changes.items()
    ]
    key = (finding["ProductArn"], finding["Id"])
    history = context.emulator.settings[SERVICE, finding["AwsAccountId"], finding["Region"]]
    history.setdefault("history", {}).setdefault(key, []).append(
        {
            "FindingIdentifier": {"Id": finding["Id"], "ProductArn": finding["ProductArn"]},
            "UpdateTime": datetime.now(UTC),
            "FindingCreated": False,
            "UpdateSource": {
                "Type": "BATCH_UPDATE_FINDINGS",
                "Identity": f"arn:aws:iam::{context.account}:root",
            },
            "Updates": updates,
        }
    )
    finding.update(deepcopy(dict(changes)))


def finding_history(context: Context, params: Params) -> Answer:
    """GetFindingHistory: what people changed, the newest first."""
    identifier = params["FindingIdentifier"]
    finding = dict(_seen(context)).get((identifier["ProductArn"], identifier["Id"]))
    if finding is None:
        raise Refused("InvalidInputException", "There is no such finding.", status=400)
    kept = context.emulator.settings[SERVICE, finding["AwsAccountId"], finding["Region"]].get("history", {})
    records = kept.get((finding["ProductArn"], finding["Id"]), [])
    return {"Records": list(reversed(records))[: int(params.get("MaxResults") or MOST)]}


def administrator(context: Context, _: Params) -> Answer:
    """GetAdministratorAccount: the organization's, or who has the account among its members."""
    answer = context.moto()
    for other in context.emulator.accounts if not answer else ():
        if other != context.account and context.account in context.backend(account=other).members:
            return {"Administrator": {"AccountId": other, "MemberStatus": "Enabled"}}
    known = answer.get("Administrator", {})
    return {"Administrator": {"AccountId": known["AccountId"], "MemberStatus": "Enabled"}} if known else {}


def judge(emulator: Emulator, body: Any) -> list[dict[str, str]]:
    """Findings as the service itself writes them; the workflow status that each now has. What is not in the
    format, or is of an account whose hub is off there, raises ValueError, and nothing is put."""
    findings = body["findings"]
    shape = operation_model(SERVICE, "BatchImportFindings").input_shape.members["Findings"]
    if wrong := list(shapes.mismatches(findings, shape)):
        raise ValueError("; ".join(wrong))
    for finding in findings:
        account, region = finding["AwsAccountId"], finding["Region"]
        if not get_backend(SERVICE)[account][region].enabled:
            raise ValueError(f"Security Hub is off in {account} {region}")
    for finding in findings:
        _put(emulator, finding, finding["Region"])
    return [
        {
            "Id": f["Id"],
            "Workflow": _kept(emulator, f["AwsAccountId"], f["Region"])[f["ProductArn"], f["Id"]]["Workflow"][
                "Status"
            ],
        }
        for f in findings
    ]


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


HANDLERS: Mapping[str, Handler] = {
    "BatchImportFindings": import_findings,
    "BatchUpdateFindings": update_findings,
    "GetAdministratorAccount": administrator,
    "GetFindingHistory": finding_history,
    "GetFindings": get_findings,
}
