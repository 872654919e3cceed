"""Access Analyzer: analyzers. Their findings need AWS's analysis: those are listed that the control endpoint was given."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused, now

ONE_PER_REGION = ("ACCOUNT",)  # quota: one external-access analyzer of the account in a Region


def _analyzers(context: Context) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = context.settings.setdefault("analyzers", {})
    return found


def _one(context: Context, name: str) -> dict[str, Any]:
    try:
        return _analyzers(context)[name]
    except KeyError:
        raise Refused("ResourceNotFoundException", f"The analyzer {name} does not exist.") from None


def create(context: Context, params: Params) -> Answer:
    """CreateAnalyzer."""
    name, kind, analyzers = params["analyzerName"], params["type"], _analyzers(context)
    if name in analyzers:
        raise Refused("ConflictException", f"The analyzer {name} already exists.")
    if kind in ONE_PER_REGION and any(analyzer["type"] == kind for analyzer in analyzers.values()):
        raise Refused("ServiceQuotaExceededException", f"There is an analyzer of type {kind} already.")
    arn = context.arn(f"analyzer/{name}", prefix="access-analyzer")
    analyzers[name] = {"arn": arn, "name": name, "type": kind, "createdAt": now(), "status": "ACTIVE"}
    analyzers[name] |= {key: params[key] for key in ("tags", "configuration") if params.get(key)}
    return {"arn": arn}


def list_(context: Context, params: Params) -> Answer:
    """ListAnalyzers, of one type where asked."""
    kind = params.get("type")
    return {"analyzers": [a for a in _analyzers(context).values() if kind in (None, a["type"])]}


def get(context: Context, params: Params) -> Answer:
    """GetAnalyzer."""
    return {"analyzer": _one(context, params["analyzerName"])}


def delete(context: Context, params: Params) -> Answer:
    """DeleteAnalyzer."""
    _one(context, params["analyzerName"])
    del _analyzers(context)[params["analyzerName"]]
    return {}


SUMMARY = (
    "analyzedAt", "createdAt", "error", "findingType", "id", "resource", "resourceOwnerAccount", "resourceType",
    "status", "updatedAt",
)  # fmt: skip
TIMES = ("analyzedAt", "createdAt", "updatedAt")


def list_findings(context: Context, params: Params) -> Answer:
    """ListFindingsV2: those that meet every criterion of the filter. What a summary does not show can be asked for
    (`isPublic`)."""
    known = {analyzer["arn"] for analyzer in _analyzers(context).values()}
    if params["analyzerArn"] not in known:
        raise Refused("ResourceNotFoundException", f"The analyzer {params['analyzerArn']} does not exist.")
    criteria = (params.get("filter") or {}).items()
    found = [f for f in _findings(context) if all(_meets(f, name, c) for name, c in criteria)]
    return {"findings": [_summary(f) for f in found if f["analyzerArn"] == params["analyzerArn"]]}


def _findings(context: Context) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = context.settings.get("findings", [])
    return found


def _meets(finding: Mapping[str, Any], name: str, criterion: Mapping[str, Any]) -> bool:
    value = finding.get(name)
    text = str(value).lower()
    tests: Mapping[str, bool] = {
        "eq": text in [str(v).lower() for v in criterion.get("eq", ())],
        "neq": text not in [str(v).lower() for v in criterion.get("neq", ())],
        "contains": any(str(v).lower() in text for v in criterion.get("contains", ())),
        "exists": (value is not None) == criterion.get("exists"),
    }
    return all(tests[operator] for operator in criterion)


def _summary(finding: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: finding[name] for name in SUMMARY if name in finding}
    return told | {name: datetime.fromisoformat(told[name]) for name in TIMES if name in told}


HANDLERS: Mapping[str, Handler] = {
    "CreateAnalyzer": create,
    "DeleteAnalyzer": delete,
    "GetAnalyzer": get,
    "ListAnalyzers": list_,
    "ListFindingsV2": list_findings,
}
