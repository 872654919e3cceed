"""EventBridge: whether an event meets a pattern, also inside lists of objects, where moto does not look; and whose
account an event is of, which moto leaves out."""

import json
from collections.abc import Mapping
from typing import Any

from moto.events.exceptions import InvalidEventPatternException
from moto.events.models import EventPattern, EventPatternParser
from moto.events.utils import EventTemplateParser

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params, Refused

REQUIRED = ("id", "account", "source", "time", "region", "resources", "detail-type")


def install() -> None:
    """Put the events right; called once, before the first request."""
    EventPattern._flatten_dict = staticmethod(flattened)
    whole = EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE.replace("{", '{"account": "<account>", ', 1)
    EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE = whole


def flattened(node: Any, prefix: str = "", result: dict[str, Any] | None = None) -> dict[str, Any]:
    """Every value by its path; what lies in the objects of a list is a list of the values of all of them."""
    found: dict[str, Any] = {} if result is None else result
    for name, value in node.items():
        path = f"{prefix}.{name}" if prefix else name
        objects = [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
        if isinstance(value, dict) and value:
            flattened(value, path, found)
        elif objects:
            for each in objects:
                for inner, told in flattened(each, path).items():
                    found.setdefault(inner, []).extend(told if isinstance(told, list) else [told])
        else:
            found[path] = value
    return found


def judge_pattern(context: Context, params: Params) -> Answer:
    """TestEventPattern: the event must have everything that EventBridge gives one."""
    try:
        pattern = EventPatternParser(params["EventPattern"]).parse()
    except InvalidEventPatternException as no:
        raise Refused("InvalidEventPatternException", no.message) from None
    try:
        event = json.loads(params["Event"])
    except ValueError:
        raise Refused("ValidationException", "The event is not valid JSON.") from None
    if missing := [name for name in REQUIRED if not isinstance(event, dict) or name not in event]:
        raise Refused("ValidationException", f"The event lacks: {', '.join(missing)}.")
    return {"Result": EventPattern(params["EventPattern"], pattern).matches_event(event)}


HANDLERS: Mapping[str, Handler] = {"TestEventPattern": judge_pattern}
