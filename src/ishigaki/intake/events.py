"""One message of the queue: an event of EventBridge, read, or set aside with its reason. Never an exception."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from ishigaki.core.guarded import guarded
from ishigaki.core.intake import Read, SetAside
from ishigaki.intake import access_analyzer, cloudtrail, guardduty, health, hub_events, ocsf
from ishigaki.intake.members import Unreadable, account, members, needed, shown

LARGEST = 1_048_576  # characters; SQS itself takes no more bytes
Reader = Callable[[Mapping[str, Any], Mapping[str, Any]], Read]


def _guardduty(_: Mapping[str, Any], detail: Mapping[str, Any]) -> Read:
    return Read((guardduty.detection(detail),))


def _hub(_: Mapping[str, Any], detail: Mapping[str, Any]) -> Read:
    return hub_events.read(detail)


def _new_hub(_: Mapping[str, Any], detail: Mapping[str, Any]) -> Read:
    return ocsf.read(detail)


def _of_no_concern(_: Mapping[str, Any], __: Mapping[str, Any]) -> Read:
    return Read()


CLOUDTRAIL = "AWS API Call via CloudTrail"
READERS: Mapping[str, Reader] = {  # by detail-type; those of CloudTrail come from any service
    "GuardDuty Finding": _guardduty,
    "Access Analyzer Finding": access_analyzer.read,
    "Internal Access Finding": access_analyzer.read,
    "Unused Access Finding for IAM entities": access_analyzer.read,
    "Access Preview State Change": _of_no_concern,  # somebody tries out a policy
    "Security Hub Findings - Imported": _hub,
    "Findings Imported V2": _new_hub,
    "AWS Console Sign In via CloudTrail": cloudtrail.sign_in,
    "AWS Console Action via CloudTrail": cloudtrail.api_call,
    CLOUDTRAIL: cloudtrail.api_call,
    "AWS Service Event via CloudTrail": _of_no_concern,  # what AWS does by itself
    "AWS Health Event": health.read,
}


def read(body: str) -> Read | SetAside:
    """What a message says: the JSON of one event, also inside a notification of SNS."""
    return guarded(partial(_read, body), crashed=_crashed)


def _crashed(bug: Exception) -> SetAside:
    """A bug of ours costs one message, which is kept, and not the intake."""
    return SetAside("parser_error", shown(f"{type(bug).__name__}: {bug}"))


def _read(body: str) -> Read | SetAside:
    try:
        return _of_event(unwrapped(_decoded(body)))
    except Unreadable as no:
        return SetAside(no.reason, no.detail)


def _decoded(body: str) -> Any:
    if len(body) > LARGEST:
        raise Unreadable("too_large", str(len(body)))
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as broken:
        raise Unreadable("not_json", shown(str(broken))) from None


def unwrapped(decoded: Any) -> Any:
    """The event inside a notification of SNS; anything else as it is. Raises `Unreadable`."""
    if (
        isinstance(decoded, Mapping)
        and "detail-type" not in decoded
        and isinstance(decoded.get("Message"), str)
    ):
        return _decoded(decoded["Message"])
    return decoded


def _of_event(event: Any) -> Read:
    if not isinstance(event, Mapping) or "detail-type" not in event:
        raise Unreadable("not_an_event")
    if needed(event, "version") != "0":
        raise Unreadable("schema_version", needed(event, "version"))
    kind, source = needed(event, "detail-type"), needed(event, "source")
    if kind not in READERS or not source.startswith("aws."):
        raise Unreadable("unknown_event", shown(f"{source} / {kind}"))
    account(event, "account")
    needed(event, "region")
    return READERS[kind](event, members(event, "detail"))
