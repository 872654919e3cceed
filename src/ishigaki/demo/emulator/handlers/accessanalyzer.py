"""Access Analyzer: analyzers. Their findings need AWS's analysis and are not imitated."""

from collections.abc import Mapping
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


HANDLERS: Mapping[str, Handler] = {
    "CreateAnalyzer": create,
    "DeleteAnalyzer": delete,
    "GetAnalyzer": get,
    "ListAnalyzers": list_,
}
