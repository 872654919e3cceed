"""Security Hub: the parameters of controls, each usual until it is set."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ishigaki.core.catalogue import plain
from ishigaki.core.control import Control, Parameters, fields_of
from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused
from ishigaki.services import controls
from ishigaki.standards import catalogue, severity

MOST = 100


def _tunable() -> dict[str, Control]:
    return {plain(c.id): c for c in controls().values() if c.parameters is not None}


def _set(context: Context) -> dict[str, dict[str, Any]]:
    """What was set, by control."""
    found: dict[str, dict[str, Any]] = context.settings.setdefault("parameters", {})
    return found


def definitions(context: Context, params: Params) -> Answer:
    """ListSecurityControlDefinitions."""
    rows = [_definition(control) for control, facts in catalogue().items() if not facts.own]
    start, most = int(params.get("NextToken") or 0), int(params.get("MaxResults") or MOST)
    more = {"NextToken": str(start + most)} if start + most < len(rows) else {}
    return {"SecurityControlDefinitions": rows[start : start + most], **more}


def _described(control: str) -> dict[str, str]:
    title = catalogue()[control].title_en
    return {
        "SecurityControlId": control,
        "Title": title,
        "Description": title,
        "RemediationUrl": f"https://docs.aws.amazon.com/console/securityhub/{control}/remediation",
        "SeverityRating": severity(control).value,
    }


def _definition(control: str) -> dict[str, Any]:
    row = {**_described(control), "CurrentRegionAvailability": "AVAILABLE"}
    return {**row, "CustomizableProperties": ["Parameters"]} if control in _tunable() else row


def get(context: Context, params: Params) -> Answer:
    """BatchGetSecurityControls."""
    known: list[str] = []
    unknown: list[str] = []
    for control in params["SecurityControlIds"]:
        facts = catalogue().get(control)
        (unknown if facts is None or facts.own else known).append(control)
    return {
        "SecurityControls": [_shown(context, control) for control in known],
        "UnprocessedIds": [{"SecurityControlId": c, "ErrorCode": "NOT_FOUND"} for c in unknown],
    }


def _shown(context: Context, control: str) -> dict[str, Any]:
    tunable = _tunable().get(control)
    usual = _usual(tunable.parameters) if tunable and tunable.parameters else {}
    return {
        **_described(control),
        "SecurityControlArn": context.arn(f"security-control/{control}"),
        "SecurityControlStatus": "ENABLED",
        "UpdateStatus": "READY",
        "Parameters": {**usual, **_set(context).get(control, {})},
    }


def _usual(kind: type[Parameters]) -> dict[str, Any]:
    """Security Hub's own values; a parameter without one shows none."""
    values = kind().values
    names = {f.encode_name for f in fields_of(kind)}
    typed = kind.typed(values)
    return {
        name: {"ValueType": "DEFAULT", **({"Value": typed[name]} if values[name] is not None else {})}
        for name in sorted(names)
    }


def update(context: Context, params: Params) -> Answer:
    """UpdateSecurityControl: parameters that are not named stay as they are."""
    control = params["SecurityControlId"]
    tunable = _tunable().get(control)
    if tunable is None or tunable.parameters is None:
        raise Refused("InvalidInputException", f"{control} does not support custom parameters.")
    names = {f.encode_name for f in fields_of(tunable.parameters)}
    for name, given in params["Parameters"].items():
        if name not in names:
            raise Refused("InvalidInputException", f"{control} has no parameter {name}.")
        if given["ValueType"] == "DEFAULT":
            _set(context).setdefault(control, {}).pop(name, None)
        else:
            value = next(iter(given["Value"].values()))
            _within(tunable.parameters, {name: value})
            _set(context).setdefault(control, {})[name] = given
    return {}


def _within(kind: type[Parameters], values: Mapping[str, Any]) -> None:
    try:
        msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise Refused("InvalidInputException", str(wrong)) from None


HANDLERS: Mapping[str, Handler] = {
    "BatchGetSecurityControls": get,
    "ListSecurityControlDefinitions": definitions,
    "UpdateSecurityControl": update,
}
